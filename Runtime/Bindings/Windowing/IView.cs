using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace Silk.NET.Windowing;

internal interface IViewProperties
{
    public bool IsEventDriven { get; set; }

    public Vector2D<int> Size { get; }

    public double FramesPerSecond { get; set; }

    public double UpdatesPerSecond { get; set; }

    public GraphicsAPI API { get; }

    public bool VSync { get; set; }

    public VideoMode VideoMode { get; }
}

internal interface IWindowProperties : IViewProperties
{
    public bool IsVisible { get; set; }

    public Vector2D<int> Position { get; set; }

    public new Vector2D<int> Size { get; set; }

    public string Title { get; set; }

    public WindowState WindowState { get; set; }

    public WindowBorder WindowBorder { get; set; }

    public bool TransparentFramebuffer { get; }

    public bool TopMost { get; set; }
}

/// <summary>A surface that is shown. The thread that initialized it calls all of it; events come within DoEvents.</summary>
internal interface IView : IViewProperties, IVkSurfaceSource, IDisposable
{
    public nint Handle { get; }

    public bool IsClosing { get; }

    /// <summary>Seconds since Initialize.</summary>
    public double Time { get; }

    /// <summary>In pixels: the swapchain's size.</summary>
    public Vector2D<int> FramebufferSize { get; }

    public bool IsInitialized { get; }

    public event Action<Vector2D<int>>? Resize;

    public event Action<Vector2D<int>>? FramebufferResize;

    public event Action? Closing;

    public event Action<bool>? FocusChanged;

    public event Action? Load;

    public event Action<double>? Update;

    public event Action<double>? Render;

    public void Initialize();

    public void DoRender();

    public void DoUpdate();

    public void DoEvents();

    /// <summary>Wakes a DoEvents that sleeps. The one method for any thread.</summary>
    public void ContinueEvents();

    /// <summary>Takes the window away; Initialize makes it anew.</summary>
    public void Reset();

    public void Focus();

    public void Close();

    public Vector2D<int> PointToClient(Vector2D<int> point);

    public Vector2D<int> PointToScreen(Vector2D<int> point);

    public Vector2D<int> PointToFramebuffer(Vector2D<int> point);

    public void Run(Action onFrame);
}

internal interface IWindow : IWindowProperties, IView
{
    public IMonitor? Monitor { get; set; }

    public new bool IsClosing { get; set; }

    public Rectangle<int> BorderSize { get; }

    public event Action<Vector2D<int>>? Move;

    public event Action<WindowState>? StateChanged;

    public event Action<string[]>? FileDrop;
}

internal interface IMonitor
{
    public string Name { get; }

    public int Index { get; }

    public Rectangle<int> Bounds { get; }

    public VideoMode VideoMode { get; }
}
