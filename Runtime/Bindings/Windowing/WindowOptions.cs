using Silk.NET.Maths;

namespace Silk.NET.Windowing;

internal enum ContextAPI
{
    None = 0,
    Vulkan = 1,
    OpenGL = 2,
    OpenGLES = 3,
}

internal enum WindowState
{
    Normal = 0,
    Minimized = 1,
    Maximized = 2,
    Fullscreen = 3,
}

internal enum WindowBorder
{
    Resizable = 0,
    Fixed = 1,
    Hidden = 2,
}

/// <summary>Which API draws into the window; the stand-in knows Vulkan and none.</summary>
internal struct GraphicsAPI
{
    public ContextAPI API { get; set; }

    public static GraphicsAPI DefaultVulkan => new() { API = ContextAPI.Vulkan };

    public static GraphicsAPI None => new() { API = ContextAPI.None };
}

internal readonly struct VideoMode
{
    public VideoMode(Vector2D<int>? resolution = null, int? refreshRate = null) =>
        (Resolution, RefreshRate) = (resolution, refreshRate);

    public VideoMode(int refreshRate) : this(null, refreshRate) { }

    public Vector2D<int>? Resolution { get; }

    public int? RefreshRate { get; }

    public static VideoMode Default => default;
}

internal struct WindowOptions
{
    public bool IsVisible { get; set; }

    public bool ShouldSwapAutomatically { get; set; }

    /// <summary>Whether DoEvents sleeps until something happens.</summary>
    public bool IsEventDriven { get; set; }

    public bool IsContextControlDisabled { get; set; }

    public VideoMode VideoMode { get; set; }

    /// <summary>Upper left corner of the content on the desktop; (-1, -1) leaves it to the system.</summary>
    public Vector2D<int> Position { get; set; }

    /// <summary>Of the content, in screen coordinates: on a scaled display the framebuffer has more pixels.</summary>
    public Vector2D<int> Size { get; set; }

    /// <summary>0 is as fast as it goes.</summary>
    public double FramesPerSecond { get; set; }

    public double UpdatesPerSecond { get; set; }

    public GraphicsAPI API { get; set; }

    public bool VSync { get; set; }

    public string Title { get; set; }

    public WindowState WindowState { get; set; }

    public WindowBorder WindowBorder { get; set; }

    public bool TransparentFramebuffer { get; set; }

    public bool TopMost { get; set; }

    /// <summary>The package's defaults: 1280x720 at (50, 50), visible, resizable, no limit of frames.</summary>
    public static WindowOptions DefaultVulkan => new()
    {
        IsVisible = true,
        Position = new(50, 50),
        Size = new(1280, 720),
        API = GraphicsAPI.DefaultVulkan,
        Title = "Silk.NET Window",
        VideoMode = VideoMode.Default,
    };
}
