using ResNetVulkan.Bindings.Windows;
using Silk.NET.Maths;

namespace Silk.NET.Windowing;

internal static class Window
{
    /// <summary>The window appears with Initialize or Run.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no GLFW, or no display to open a window on.</exception>
    public static IWindow Create(WindowOptions options) => new GlfwWindow(options);

    public static void PrioritizeGlfw() { }
}

internal static class WindowExtensions
{
    /// <summary>Until the window closes: events, update, render. Load comes first.</summary>
    public static void Run(this IView view)
    {
        view.Initialize();
        view.Run(() =>
        {
            view.DoEvents();
            if (!view.IsClosing) view.DoUpdate();
            if (!view.IsClosing) view.DoRender();
        });
        view.DoEvents();
        view.Reset();
    }

    /// <summary>The content's size and its frame's.</summary>
    public static Vector2D<int> GetFullSize(this IWindow window)
    {
        Rectangle<int> border = window.BorderSize;
        return new Vector2D<int>(
            window.Size.X + border.Origin.X + border.Size.X, window.Size.Y + border.Origin.Y + border.Size.Y);
    }

    public static void Center(this IWindow window, IMonitor? monitor = null)
    {
        if ((monitor ?? window.Monitor) is not { } place) return;
        (Rectangle<int> bounds, Vector2D<int> size) = (place.Bounds, window.Size);
        window.Position = new Vector2D<int>(
            bounds.Origin.X + (bounds.Size.X - size.X) / 2, bounds.Origin.Y + (bounds.Size.Y - size.Y) / 2);
    }
}
