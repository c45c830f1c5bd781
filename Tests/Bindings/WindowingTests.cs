using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using Silk.NET.Core.Native;
using Silk.NET.Input;
using Silk.NET.Input.Glfw;
using Silk.NET.Maths;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.KHR;
using Silk.NET.Windowing;
using Silk.NET.Windowing.Glfw;

namespace ResNetVulkan.Tests.Bindings;

/// <summary>Windows and their input as the demo uses them, on an X server of the test's own.</summary>
[TestFixture, NonParallelizable]
public sealed partial class WindowingTests
{
    private VirtualDisplay? _display;

    [OneTimeSetUp]
    public void StartDisplay()
    {
        _display = VirtualDisplay.Start();
        GlfwWindowing.RegisterPlatform();
        GlfwInput.RegisterPlatform();
    }

    [OneTimeTearDown]
    public void EndDisplay() => _display?.Dispose();

    [Test]
    public void A_window_loads_runs_its_frames_closes_and_goes()
    {
        List<string> events = [];
        using IWindow window = Window.Create(Options("three frames"));
        int frames = 0;
        window.Load += () => events.Add("load");
        window.Closing += () => events.Add("closing");
        window.Update += seconds => Assert.That(seconds, Is.GreaterThanOrEqualTo(0));
        window.Render += _ =>
        {
            events.Add("render");
            if (++frames == 3) window.Close();
        };
        Assert.That(window.IsInitialized, Is.False);
        window.Run();

        Assert.That(events, Is.EqualTo(new[] { "load", "render", "render", "render", "closing" }));
        Assert.That(window.IsInitialized, Is.False, "Run takes the window away when it ends");
    }

    [Test]
    public void Properties_speak_of_the_window()
    {
        using IWindow window = Window.Create(Options("title é"));
        window.Initialize();
        window.DoEvents();

        Assert.That(window.Handle, Is.Not.Zero);
        Assert.That(window.Size, Is.EqualTo(new Vector2D<int>(320, 200)));
        Assert.That(window.FramebufferSize, Is.EqualTo(new Vector2D<int>(320, 200)));
        Assert.That(window.Position, Is.EqualTo(new Vector2D<int>(30, 40)));
        Assert.That(window.Title, Is.EqualTo("title é"));
        Assert.That(window.IsVisible);
        Assert.That(window.IsClosing, Is.False);
        Assert.That(window.WindowState, Is.EqualTo(WindowState.Normal));
        Assert.That(window.Monitor!.Bounds.Size, Is.EqualTo(new Vector2D<int>(1024, 768)));
        Assert.That(window.PointToScreen(new(1, 2)), Is.EqualTo(new Vector2D<int>(31, 42)));
        window.Title = "another";
        window.Close();
        Assert.That(window.IsClosing);
    }

    [Test]
    public void A_new_size_comes_as_an_event()
    {
        using IWindow window = Window.Create(Options("resize"));
        Vector2D<int> size = default, pixels = default;
        window.Resize += value => size = value;
        window.FramebufferResize += value => pixels = value;
        window.Initialize();
        window.Size = new(400, 250);
        WaitUntil(window, () => pixels != default);

        Assert.That(size, Is.EqualTo(new Vector2D<int>(400, 250)));
        Assert.That(pixels, Is.EqualTo(new Vector2D<int>(400, 250)));
        Assert.That(window.Size, Is.EqualTo(new Vector2D<int>(400, 250)));
    }

    [Test]
    public void What_a_handler_throws_comes_out_of_DoEvents()
    {
        using IWindow window = Window.Create(Options("throws"));
        window.FramebufferResize += _ => throw new InvalidOperationException("from the handler");
        window.Initialize();
        Assert.That(
            () =>
            {
                window.Size = new(333, 222);
                WaitUntil(window, () => false);
            },
            Throws.InvalidOperationException.With.Message.EqualTo("from the handler"));
    }

    [Test]
    public void Two_windows_live_side_by_side_and_one_can_come_again()
    {
        using IWindow first = Window.Create(Options("first"));
        using IWindow second = Window.Create(Options("second"));
        first.Initialize();
        second.Initialize();
        Assert.That(first.Handle, Is.Not.EqualTo(second.Handle));

        first.Reset();
        Assert.That(first.IsInitialized, Is.False);
        first.Initialize();
        Assert.That(first.Size, Is.EqualTo(new Vector2D<int>(320, 200)));
        second.DoEvents();
    }

    [Test]
    public unsafe void A_surface_is_made_for_an_instance_with_the_extensions_it_asks_for()
    {
        using IWindow window = Window.Create(Options("surface"));
        window.Initialize();
        if (window.VkSurface is not { } source)
        {
            Assert.Ignore("GLFW finds no Vulkan driver that can present.");
            return;
        }

        byte** extensions = source.GetRequiredExtensions(out uint count);
        string[] names = SilkMarshal.PtrToStringArray((nint)extensions, (int)count);
        Assert.That(names, Does.Contain("VK_KHR_surface"));
        Assert.That(names, Has.Length.GreaterThan(1));

        using Vk vk = Vk.GetApi();
        InstanceCreateInfo create = new()
        {
            SType = StructureType.InstanceCreateInfo,
            EnabledExtensionCount = count,
            PpEnabledExtensionNames = extensions,
        };
        Assert.That(vk.CreateInstance(in create, null, out Instance instance), Is.EqualTo(Result.Success));
        vk.CurrentInstance = instance;
        Assert.That(vk.TryGetInstanceExtension(instance, out KhrSurface surfaces));

        SurfaceKHR surface = source.Create<AllocationCallbacks>(instance.ToHandle(), null).ToSurface();
        Assert.That(surface.Handle, Is.Not.Zero);

        surfaces.DestroySurface(instance, surface, null);
        vk.DestroyInstance(instance, null);
    }

    [Test]
    public void Keys_and_text_arrive_at_the_window_with_the_focus()
    {
        using IWindow window = Window.Create(Options("keys"));
        window.Initialize();
        using IInputContext input = window.CreateInput();
        IKeyboard keyboard = input.Keyboards[0];
        List<string> events = [];
        keyboard.KeyDown += (_, key, _) => events.Add($"down {key}");
        keyboard.KeyUp += (_, key, _) => events.Add($"up {key}");
        keyboard.KeyChar += (_, letter) => events.Add($"char {letter}");
        bool focused = false;
        window.FocusChanged += has => focused = has;
        window.Focus();
        WaitUntil(window, () => focused);

        const uint LetterA = 0x61, Escape = 0xFF1B;     // X11's key symbols
        try
        {
            PressKey(LetterA, down: true);
            WaitUntil(window, () => keyboard.IsKeyPressed(Key.A));
            PressKey(LetterA, down: false);
            PressKey(Escape, down: true);
            PressKey(Escape, down: false);
            WaitUntil(window, () => events.Contains("up Escape"));
        }
        catch (DllNotFoundException e)
        {
            Assert.Ignore($"Keys cannot be pressed here: {e.Message}");
        }

        Assert.That(events, Is.EqualTo(new[] { "down A", "char a", "up A", "down Escape", "up Escape" }));
        Assert.That(keyboard.IsKeyPressed(Key.A), Is.False);
    }

    [Test]
    public void A_mouse_tells_its_place_and_a_second_context_is_refused()
    {
        using IWindow window = Window.Create(Options("mouse"));
        Assert.Throws<InvalidOperationException>(() => window.CreateInput());
        window.Initialize();
        using IInputContext input = window.CreateInput();
        Assert.Throws<InvalidOperationException>(() => window.CreateInput());

        IMouse mouse = input.Mice[0];
        mouse.Position = new(50, 60);
        WaitUntil(window, () => mouse.Position.X == 50);
        Assert.That(mouse.Position.Y, Is.EqualTo(60));
        Assert.That(mouse.IsButtonPressed(MouseButton.Left), Is.False);
        mouse.Cursor.CursorMode = CursorMode.Hidden;
        Assert.That(mouse.Cursor.CursorMode, Is.EqualTo(CursorMode.Hidden));

        window.Reset();
        Assert.That(input.Keyboards[0].IsKeyPressed(Key.Space), Is.False, "a context may outlive its window");
    }

    private static WindowOptions Options(string title) => WindowOptions.DefaultVulkan with
    {
        Title = title,
        Size = new Vector2D<int>(320, 200),
        Position = new Vector2D<int>(30, 40),
    };

    /// <summary>Pumps events until the X server has answered; ten seconds are a failure.</summary>
    private static void WaitUntil(IWindow window, Func<bool> done)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!done())
        {
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), "the window system did not answer");
            window.DoEvents();
        }
    }

    private static void PressKey(uint symbol, bool down)
    {
        nint display = OpenDisplay(null);
        Assert.That(display, Is.Not.Zero);
        _ = FakeKey(display, KeycodeOf(display, symbol), down ? 1 : 0, 0);
        _ = CloseDisplay(display);      // sends what is pending
    }

    [LibraryImport("libX11.so.6", EntryPoint = "XOpenDisplay", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenDisplay(string? name);

    [LibraryImport("libX11.so.6", EntryPoint = "XCloseDisplay")]
    private static partial int CloseDisplay(nint display);

    [LibraryImport("libX11.so.6", EntryPoint = "XKeysymToKeycode")]
    private static partial byte KeycodeOf(nint display, nuint symbol);

    [LibraryImport("libXtst.so.6", EntryPoint = "XTestFakeKeyEvent")]
    private static partial int FakeKey(nint display, uint keycode, int isPress, nuint delay);
}
