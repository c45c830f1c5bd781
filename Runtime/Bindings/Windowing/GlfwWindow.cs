using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;
using Silk.NET.Maths;
using Silk.NET.Windowing;

namespace ResNetVulkan.Bindings.Windows;

/// <summary>Owns a GLFW window between Initialize and Reset. Before and after, properties speak of the options.</summary>
internal sealed unsafe class GlfwWindow : IWindow, IVkSurface
{
    private readonly Stopwatch _sinceUpdate = new();
    private readonly Stopwatch _sinceRender = new();
    private readonly Stopwatch _sinceStart = new();
    private WindowOptions _options;
    private nint _window;
    private GCHandle _self;
    private ExceptionDispatchInfo? _thrown;
    private Rectangle<int> _beforeFullscreen;
    private bool _disposed;

    public GlfwWindow(WindowOptions options)
    {
        if (options.API.API is not (ContextAPI.Vulkan or ContextAPI.None))
            throw new NotSupportedException($"The window is for {options.API.API}; these bindings open windows for Vulkan only.");
        Glfw.Acquire();
        _options = options;
    }

    public event Action<Vector2D<int>>? Resize;

    public event Action<Vector2D<int>>? FramebufferResize;

    public event Action<Vector2D<int>>? Move;

    public event Action<WindowState>? StateChanged;

    public event Action<string[]>? FileDrop;

    public event Action<bool>? FocusChanged;

    public event Action? Closing;

    public event Action? Load;

    public event Action<double>? Update;

    public event Action<double>? Render;

    public nint Handle => _window;

    public bool IsInitialized => _window != 0;

    public double Time => _sinceStart.Elapsed.TotalSeconds;

    /// <summary>Null where GLFW finds no Vulkan loader or no driver that can present.</summary>
    public IVkSurface? VkSurface => _options.API.API == ContextAPI.Vulkan && Glfw.VulkanSupported() != 0 ? this : null;

    public GraphicsAPI API => _options.API;

    public VideoMode VideoMode => _options.VideoMode;

    public bool TransparentFramebuffer => _options.TransparentFramebuffer;

    public bool IsEventDriven { get => _options.IsEventDriven; set => _options.IsEventDriven = value; }

    public double FramesPerSecond { get => _options.FramesPerSecond; set => _options.FramesPerSecond = value; }

    public double UpdatesPerSecond { get => _options.UpdatesPerSecond; set => _options.UpdatesPerSecond = value; }

    public bool VSync { get => _options.VSync; set => _options.VSync = value; }

    public bool IsClosing
    {
        get => _window == 0 || Glfw.ShouldClose(_window) != 0;
        set
        {
            if (_window != 0) Glfw.SetShouldClose(_window, value ? 1 : 0);
        }
    }

    public Vector2D<int> Size
    {
        get
        {
            if (_window == 0) return _options.Size;
            Glfw.GetSize(_window, out int width, out int height);
            return new(width, height);
        }

        set
        {
            _options.Size = value;
            if (_window != 0) Glfw.SetSize(_window, value.X, value.Y);
        }
    }

    public Vector2D<int> FramebufferSize
    {
        get
        {
            if (_window == 0) return _options.Size;
            Glfw.GetFramebufferSize(_window, out int width, out int height);
            return new(width, height);
        }
    }

    public Vector2D<int> Position
    {
        get
        {
            if (_window == 0) return _options.Position;
            Glfw.GetPosition(_window, out int x, out int y);
            return new(x, y);
        }

        set
        {
            _options.Position = value;
            if (_window != 0) Glfw.SetPosition(_window, value.X, value.Y);
        }
    }

    public Rectangle<int> BorderSize
    {
        get
        {
            if (_window == 0) return default;
            Glfw.GetFrameSize(_window, out int left, out int top, out int right, out int bottom);
            return new(left, top, right, bottom);
        }
    }

    public string Title
    {
        get => _options.Title;
        set
        {
            _options.Title = value;
            if (_window != 0) Glfw.SetTitle(_window, value);
        }
    }

    public bool IsVisible
    {
        get => _window == 0 ? _options.IsVisible : Glfw.GetAttribute(_window, Glfw.Visible) != 0;
        set
        {
            _options.IsVisible = value;
            if (_window == 0) return;
            if (value) Glfw.Show(_window);
            else Glfw.Hide(_window);
        }
    }

    public bool TopMost
    {
        get => _options.TopMost;
        set
        {
            _options.TopMost = value;
            if (_window != 0) Glfw.SetAttribute(_window, Glfw.Floating, value ? 1 : 0);
        }
    }

    public WindowBorder WindowBorder
    {
        get => _options.WindowBorder;
        set
        {
            _options.WindowBorder = value;
            if (_window == 0) return;
            Glfw.SetAttribute(_window, Glfw.Decorated, value == WindowBorder.Hidden ? 0 : 1);
            Glfw.SetAttribute(_window, Glfw.Resizable, value == WindowBorder.Resizable ? 1 : 0);
        }
    }

    public WindowState WindowState
    {
        get => _options.WindowState;
        set
        {
            WindowState before = _options.WindowState;
            _options.WindowState = value;
            if (_window == 0 || before == value) return;
            if (before == WindowState.Fullscreen) LeaveFullscreen();
            switch (value)
            {
                case WindowState.Minimized: Glfw.Iconify(_window); break;
                case WindowState.Maximized: Glfw.Maximize(_window); break;
                case WindowState.Fullscreen: EnterFullscreen((Monitor as GlfwMonitor)?.Pointer ?? 0); break;
                default: Glfw.Restore(_window); break;
            }
            if (value == WindowState.Fullscreen || before == WindowState.Fullscreen) StateChanged?.Invoke(value);
        }
    }

    /// <summary>The monitor under the window's centre, else the first; null where there is none.</summary>
    public IMonitor? Monitor
    {
        get
        {
            GlfwMonitor[] monitors = GlfwMonitor.All();
            (Vector2D<int> at, Vector2D<int> size) = (Position, Size);
            (int x, int y) = (at.X + size.X / 2, at.Y + size.Y / 2);
            return monitors.FirstOrDefault(monitor => monitor.Contains(x, y)) ?? monitors.FirstOrDefault();
        }

        set
        {
            if (value is null) return;
            if (WindowState == WindowState.Fullscreen && value is GlfwMonitor monitor) EnterFullscreen(monitor.Pointer);
            else WindowExtensions.Center(this, value);
        }
    }

    /// <summary>Gets the events of keys and mouse while an input context lives.</summary>
    internal GlfwInputContext? Input { get; set; }

    public void Initialize()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_window != 0) return;

        Glfw.DefaultWindowHints();
        Glfw.WindowHint(Glfw.ClientApi, Glfw.NoApi);
        Glfw.WindowHint(Glfw.Visible, 0);   // shown once it stands where it belongs
        Glfw.WindowHint(Glfw.Resizable, _options.WindowBorder == WindowBorder.Resizable ? 1 : 0);
        Glfw.WindowHint(Glfw.Decorated, _options.WindowBorder == WindowBorder.Hidden ? 0 : 1);
        Glfw.WindowHint(Glfw.Floating, _options.TopMost ? 1 : 0);
        Glfw.WindowHint(Glfw.TransparentFramebuffer, _options.TransparentFramebuffer ? 1 : 0);
        Glfw.WindowHint(Glfw.Maximized, _options.WindowState == WindowState.Maximized ? 1 : 0);
        _window = Glfw.CreateWindow(_options.Size.X, _options.Size.Y, _options.Title ?? "", 0, 0);
        if (_window == 0)
            throw new PlatformNotSupportedException($"The window of {_options.Size} cannot be opened: {Glfw.LastError()}.");

        _self = GCHandle.Alloc(this);
        Glfw.SetUserPointer(_window, GCHandle.ToIntPtr(_self));
        Listen();
        if (_options.Position != new Vector2D<int>(-1)) Glfw.SetPosition(_window, _options.Position.X, _options.Position.Y);
        if (_options.IsVisible) Glfw.Show(_window);
        if (_options.WindowState == WindowState.Fullscreen) EnterFullscreen((Monitor as GlfwMonitor)?.Pointer ?? 0);
        if (_options.WindowState == WindowState.Minimized) Glfw.Iconify(_window);

        _sinceStart.Restart();
        _sinceUpdate.Restart();
        _sinceRender.Restart();
        Load?.Invoke();
    }

    public void Run(Action onFrame)
    {
        while (!IsClosing) onFrame();
    }

    public void DoEvents()
    {
        if (_window == 0) return;
        if (_options.IsEventDriven) Glfw.WaitEvents();
        else Glfw.PollEvents();

        // What a handler threw within GLFW's callback was kept, for no exception may cross native frames.
        ExceptionDispatchInfo? thrown = _thrown;
        _thrown = null;
        thrown?.Throw();
    }

    public void ContinueEvents() => Glfw.PostEmptyEvent();

    public void DoUpdate() => Tick(_sinceUpdate, _options.UpdatesPerSecond, Update);

    public void DoRender() => Tick(_sinceRender, _options.VSync ? 0 : _options.FramesPerSecond, Render);

    public void Focus()
    {
        if (_window != 0) Glfw.Focus(_window);
    }

    public void Close()
    {
        if (_window == 0 || IsClosing) return;
        IsClosing = true;
        Closing?.Invoke();
    }

    public void Reset()
    {
        if (_window == 0) return;
        Input = null;
        Glfw.DestroyWindow(_window);
        _window = 0;
        _self.Free();
    }

    public void Dispose()
    {
        if (_disposed) return;
        Reset();
        _disposed = true;
        Glfw.ReleaseUse();
    }

    public Vector2D<int> PointToClient(Vector2D<int> point)
    {
        Vector2D<int> at = Position;
        return new(point.X - at.X, point.Y - at.Y);
    }

    public Vector2D<int> PointToScreen(Vector2D<int> point)
    {
        Vector2D<int> at = Position;
        return new(point.X + at.X, point.Y + at.Y);
    }

    public Vector2D<int> PointToFramebuffer(Vector2D<int> point)
    {
        (Vector2D<int> size, Vector2D<int> pixels) = (Size, FramebufferSize);
        return new(point.X * pixels.X / Math.Max(1, size.X), point.Y * pixels.Y / Math.Max(1, size.Y));
    }

    public byte** GetRequiredExtensions(out uint count) => Glfw.GetRequiredInstanceExtensions(out count);

    public VkNonDispatchableHandle Create<T>(VkHandle instance, T* allocator) where T : unmanaged
    {
        int result = Glfw.CreateWindowSurface(instance.Handle, _window, allocator, out ulong surface);
        return result == 0
            ? new VkNonDispatchableHandle(surface)
            : throw new InvalidOperationException($"The window's surface cannot be made: VkResult {result}, {Glfw.LastError()}.");
    }

    private static void Tick(Stopwatch since, double perSecond, Action<double>? action)
    {
        double passed = since.Elapsed.TotalSeconds;
        if (perSecond > 0 && passed < 1 / perSecond) return;
        since.Restart();
        action?.Invoke(passed);
    }

    private void EnterFullscreen(nint monitor)
    {
        if (monitor == 0) return;
        (Vector2D<int> at, Vector2D<int> size) = (Position, Size);
        if (Glfw.GetWindowMonitor(_window) == 0) _beforeFullscreen = new(at, size);
        Glfw.Mode* mode = Glfw.GetVideoMode(monitor);
        Glfw.SetWindowMonitor(_window, monitor, 0, 0, mode->Width, mode->Height, Glfw.DontCare);
    }

    private void LeaveFullscreen()
    {
        (Vector2D<int> at, Vector2D<int> size) = (_beforeFullscreen.Origin, _beforeFullscreen.Size);
        Glfw.SetWindowMonitor(_window, 0, at.X, at.Y, size.X, size.Y, Glfw.DontCare);
    }

    private void StateIs(WindowState state)
    {
        if (state == _options.WindowState) return;
        _options.WindowState = state;
        StateChanged?.Invoke(state);
    }

    private WindowState StateByGlfw() =>
        Glfw.GetAttribute(_window, Glfw.Iconified) != 0 ? WindowState.Minimized
        : Glfw.GetWindowMonitor(_window) != 0 ? WindowState.Fullscreen
        : Glfw.GetAttribute(_window, Glfw.Maximized) != 0 ? WindowState.Maximized
        : WindowState.Normal;

    private void Listen()
    {
        _ = Glfw.OnSize(_window, &SizeChanged);
        _ = Glfw.OnFramebufferSize(_window, &FramebufferSizeChanged);
        _ = Glfw.OnPosition(_window, &PositionChanged);
        _ = Glfw.OnClose(_window, &CloseAsked);
        _ = Glfw.OnFocus(_window, &FocusMoved);
        _ = Glfw.OnIconify(_window, &StateMoved);
        _ = Glfw.OnMaximize(_window, &StateMoved);
        _ = Glfw.OnDrop(_window, &FilesDropped);
        _ = Glfw.OnKey(_window, &KeyMoved);
        _ = Glfw.OnChar(_window, &CharTyped);
        _ = Glfw.OnMouseButton(_window, &MouseButtonMoved);
        _ = Glfw.OnCursorPosition(_window, &CursorMoved);
        _ = Glfw.OnScroll(_window, &Scrolled);
    }

    /// <summary>Runs a handler of managed code under a native frame: what it throws waits until GLFW has returned.</summary>
    private static void Guarded(nint window, Action<GlfwWindow> handler)
    {
        if (GCHandle.FromIntPtr(Glfw.GetUserPointer(window)).Target is not GlfwWindow self) return;
        try
        {
            handler(self);
        }
#pragma warning disable CA1031 // kept, and thrown again from DoEvents
        catch (Exception e)
#pragma warning restore CA1031
        {
            self._thrown ??= ExceptionDispatchInfo.Capture(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SizeChanged(nint window, int width, int height) =>
        Guarded(window, self => self.Resize?.Invoke(new(width, height)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FramebufferSizeChanged(nint window, int width, int height) =>
        Guarded(window, self => self.FramebufferResize?.Invoke(new(width, height)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void PositionChanged(nint window, int x, int y) => Guarded(window, self => self.Move?.Invoke(new(x, y)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void CloseAsked(nint window) => Guarded(window, self => self.Closing?.Invoke());

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FocusMoved(nint window, int focused) => Guarded(window, self => self.FocusChanged?.Invoke(focused != 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void StateMoved(nint window, int _) => Guarded(window, self => self.StateIs(self.StateByGlfw()));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FilesDropped(nint window, int count, byte** paths)
    {
        string[] files = new string[count];
        for (int i = 0; i < count; i++) files[i] = Marshal.PtrToStringUTF8((nint)paths[i]) ?? "";
        Guarded(window, self => self.FileDrop?.Invoke(files));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void KeyMoved(nint window, int key, int scancode, int action, int modifiers) =>
        Guarded(window, self => self.Input?.Keyboard.Moved(key, scancode, action));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void CharTyped(nint window, uint codePoint) => Guarded(window, self => self.Input?.Keyboard.Typed(codePoint));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void MouseButtonMoved(nint window, int button, int action, int modifiers) =>
        Guarded(window, self => self.Input?.Mouse.ButtonMoved(button, action));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void CursorMoved(nint window, double x, double y) => Guarded(window, self => self.Input?.Mouse.Moved(x, y));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Scrolled(nint window, double x, double y) => Guarded(window, self => self.Input?.Mouse.Scrolled(x, y));
}

/// <summary>Borrows GLFW's monitor, which is valid until it is unplugged.</summary>
internal sealed unsafe class GlfwMonitor(nint pointer, int index) : IMonitor
{
    public nint Pointer => pointer;

    public int Index => index;

    public string Name => Glfw.MonitorName(pointer);

    public Rectangle<int> Bounds
    {
        get
        {
            Glfw.GetMonitorPosition(pointer, out int x, out int y);
            Glfw.Mode* mode = Glfw.GetVideoMode(pointer);
            return new(x, y, mode->Width, mode->Height);
        }
    }

    public VideoMode VideoMode
    {
        get
        {
            Glfw.Mode* mode = Glfw.GetVideoMode(pointer);
            return new(new Vector2D<int>(mode->Width, mode->Height), mode->RefreshRate);
        }
    }

    public static GlfwMonitor[] All()
    {
        nint* pointers = Glfw.GetMonitors(out int count);
        GlfwMonitor[] monitors = new GlfwMonitor[count];
        for (int i = 0; i < count; i++) monitors[i] = new GlfwMonitor(pointers[i], i);
        return monitors;
    }

    public bool Contains(int x, int y)
    {
        Rectangle<int> bounds = Bounds;
        (int left, int top) = (bounds.Origin.X, bounds.Origin.Y);
        return x >= left && y >= top && x < left + bounds.Size.X && y < top + bounds.Size.Y;
    }
}
