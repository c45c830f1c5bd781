using System.Numerics;
using Silk.NET.Input;

namespace ResNetVulkan.Bindings.Windows;

/// <summary>Borrows the window; hears it until disposed of, or until the window is reset.</summary>
internal sealed class GlfwInputContext : IInputContext
{
    private readonly GlfwWindow _window;

    public GlfwInputContext(GlfwWindow window)
    {
        if (!window.IsInitialized || window.Input is not null)
        {
            throw new InvalidOperationException(window.IsInitialized
                ? "The window has an input context; dispose of that first."
                : "Initialize the window before its input.");
        }
        _window = window;
        Keyboard = new GlfwKeyboard(window);
        Mouse = new GlfwMouse(window);
        window.Input = this;
    }

    public nint Handle => _window.Handle;

    public IReadOnlyList<IKeyboard> Keyboards => [Keyboard];

    public IReadOnlyList<IMouse> Mice => [Mouse];

    public GlfwKeyboard Keyboard { get; }

    public GlfwMouse Mouse { get; }

    public void Dispose()
    {
        if (_window.Input == this) _window.Input = null;
    }
}

internal sealed class GlfwKeyboard(GlfwWindow window) : IKeyboard
{
    private readonly HashSet<int> _scancodes = [];

    public event Action<IKeyboard, Key, int>? KeyDown;

    public event Action<IKeyboard, Key, int>? KeyUp;

    public event Action<IKeyboard, char>? KeyChar;

    public string Name => "Silk.NET Keyboard (via GLFW)";

    public int Index => 0;

    public bool IsConnected => true;

    public IReadOnlyList<Key> SupportedKeys { get; } = [.. Enum.GetValues<Key>().Where(key => key != Key.Unknown).Distinct()];

    public string ClipboardText { get => Glfw.Clipboard(window.Handle); set => Glfw.SetClipboard(window.Handle, value); }

    public bool IsKeyPressed(Key key) =>
        window.IsInitialized && key != Key.Unknown && Glfw.GetKey(window.Handle, (int)key) == Glfw.Press;

    public bool IsScancodePressed(int scancode) => _scancodes.Contains(scancode);

    public void Moved(int key, int scancode, int action)
    {
        switch (action)
        {
            case Glfw.Press:
                _scancodes.Add(scancode);
                KeyDown?.Invoke(this, (Key)key, scancode);
                break;
            case Glfw.Release:
                _scancodes.Remove(scancode);
                KeyUp?.Invoke(this, (Key)key, scancode);
                break;
        }
    }

    public void Typed(uint codePoint) => KeyChar?.Invoke(this, (char)codePoint);
}

internal sealed class GlfwMouse(GlfwWindow window) : IMouse, ICursor
{
    private const MouseButton Buttons = (MouseButton)8;     // GLFW's number of them

    public event Action<IMouse, MouseButton>? MouseDown;

    public event Action<IMouse, MouseButton>? MouseUp;

    public event Action<IMouse, Vector2>? MouseMove;

    public event Action<IMouse, ScrollWheel>? Scroll;

    public string Name => "Silk.NET Mouse (via GLFW)";

    public int Index => 0;

    public bool IsConnected => true;

    public IReadOnlyList<MouseButton> SupportedButtons { get; } =
        [.. Enum.GetValues<MouseButton>().Where(button => button is >= 0 and < Buttons)];

    public IReadOnlyList<ScrollWheel> ScrollWheels { get; private set; } = [default];

    public ICursor Cursor => this;

    public Vector2 Position
    {
        get
        {
            if (!window.IsInitialized) return default;
            Glfw.GetCursorPosition(window.Handle, out double x, out double y);
            return new((float)x, (float)y);
        }

        set
        {
            if (window.IsInitialized) Glfw.SetCursorPosition(window.Handle, value.X, value.Y);
        }
    }

    public CursorMode CursorMode
    {
        get => !window.IsInitialized ? CursorMode.Normal : Glfw.GetInputMode(window.Handle, Glfw.CursorMode) switch
        {
            Glfw.CursorHidden => CursorMode.Hidden,
            Glfw.CursorDisabled when Glfw.GetInputMode(window.Handle, Glfw.RawMouseMotion) != 0 => CursorMode.Raw,
            Glfw.CursorDisabled => CursorMode.Disabled,
            _ => CursorMode.Normal,
        };

        set
        {
            if (!window.IsInitialized) return;
            Glfw.SetInputMode(window.Handle, Glfw.CursorMode, value switch
            {
                CursorMode.Hidden => Glfw.CursorHidden,
                CursorMode.Disabled or CursorMode.Raw => Glfw.CursorDisabled,
                _ => Glfw.CursorNormal,
            });
            Glfw.SetInputMode(window.Handle, Glfw.RawMouseMotion, value == CursorMode.Raw ? 1 : 0);
        }
    }

    public bool IsButtonPressed(MouseButton btn) =>
        window.IsInitialized && btn is >= 0 and < Buttons && Glfw.GetMouseButton(window.Handle, (int)btn) == Glfw.Press;

    public void ButtonMoved(int button, int action)
    {
        if (action == Glfw.Press) MouseDown?.Invoke(this, (MouseButton)button);
        else MouseUp?.Invoke(this, (MouseButton)button);
    }

    public void Moved(double x, double y) => MouseMove?.Invoke(this, new((float)x, (float)y));

    public void Scrolled(double x, double y)
    {
        ScrollWheel wheel = new((float)x, (float)y);
        ScrollWheels = [wheel];
        Scroll?.Invoke(this, wheel);
    }
}
