using System.Numerics;
using ResNetVulkan.Bindings.Windows;
using Silk.NET.Windowing;

namespace Silk.NET.Input;

/// <summary>The window's keyboard and mouse. Events come within the window's DoEvents, on its thread.</summary>
internal interface IInputContext : IDisposable
{
    public nint Handle { get; }

    public IReadOnlyList<IKeyboard> Keyboards { get; }

    public IReadOnlyList<IMouse> Mice { get; }
}

internal interface IInputDevice
{
    public string Name { get; }

    public int Index { get; }

    public bool IsConnected { get; }
}

internal interface IKeyboard : IInputDevice
{
    public IReadOnlyList<Key> SupportedKeys { get; }

    public string ClipboardText { get; set; }

    /// <summary>The keyboard, the key, and the system's code of it. A held key comes once.</summary>
    public event Action<IKeyboard, Key, int>? KeyDown;

    public event Action<IKeyboard, Key, int>? KeyUp;

    /// <summary>Text, as the layout makes it of keys.</summary>
    public event Action<IKeyboard, char>? KeyChar;

    public bool IsKeyPressed(Key key);

    public bool IsScancodePressed(int scancode);
}

internal interface IMouse : IInputDevice
{
    public IReadOnlyList<MouseButton> SupportedButtons { get; }

    /// <summary>One, with what the last DoEvents has scrolled.</summary>
    public IReadOnlyList<ScrollWheel> ScrollWheels { get; }

    /// <summary>From the content's upper left corner, in screen coordinates.</summary>
    public Vector2 Position { get; set; }

    public ICursor Cursor { get; }

    public event Action<IMouse, MouseButton>? MouseDown;

    public event Action<IMouse, MouseButton>? MouseUp;

    public event Action<IMouse, Vector2>? MouseMove;

    public event Action<IMouse, ScrollWheel>? Scroll;

    public bool IsButtonPressed(MouseButton btn);
}

internal interface ICursor
{
    public CursorMode CursorMode { get; set; }
}

internal readonly struct ScrollWheel(float x, float y) : IEquatable<ScrollWheel>
{
    public float X { get; } = x;

    public float Y { get; } = y;

    public bool Equals(ScrollWheel other) => X.Equals(other.X) && Y.Equals(other.Y);

    public override bool Equals(object? obj) => obj is ScrollWheel other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(X, Y);

    public override string ToString() => $"<{X}, {Y}>";
}

internal static class InputWindowExtensions
{
    /// <summary>For an initialized window; one context a window at a time.</summary>
    /// <exception cref="InvalidOperationException">The window is not initialized, or has a context.</exception>
    public static IInputContext CreateInput(this IView view) => new GlfwInputContext((GlfwWindow)view);
}
