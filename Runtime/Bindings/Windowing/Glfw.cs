using System.Runtime.InteropServices;

namespace ResNetVulkan.Bindings.Windows;

/// <summary>What a Vulkan window and its input need of GLFW 3.3. All of it belongs to the thread that called Init.</summary>
internal static unsafe partial class Glfw
{
    public const int Focused = 0x20001;
    public const int Iconified = 0x20002;
    public const int Resizable = 0x20003;
    public const int Visible = 0x20004;
    public const int Decorated = 0x20005;
    public const int Floating = 0x20007;
    public const int Maximized = 0x20008;
    public const int TransparentFramebuffer = 0x2000A;
    public const int ClientApi = 0x22001;
    public const int NoApi = 0;
    public const int DontCare = -1;
    public const int Release = 0;
    public const int Press = 1;
    public const int CursorMode = 0x33001;
    public const int RawMouseMotion = 0x33005;
    public const int CursorNormal = 0x34001;
    public const int CursorHidden = 0x34002;
    public const int CursorDisabled = 0x34003;

    private const string Library = "libglfw.so.3";

    private static readonly Lock Gate = new();
    private static int _users;

    /// <summary>One more window. The first one starts GLFW.</summary>
    /// <exception cref="PlatformNotSupportedException">GLFW is missing, or finds no display.</exception>
    public static void Acquire()
    {
        if (!NativeLibrary.TryLoad(Library, typeof(Glfw).Assembly, null, out _))
        {
            throw new PlatformNotSupportedException(
                $"A window needs the library '{Library}', which cannot be loaded; " +
                "Debian and Ubuntu have it in the package libglfw3.");
        }
        lock (Gate)
        {
            if (_users == 0 && Init() == 0)
                throw new PlatformNotSupportedException($"No window can be opened here: {LastError()}.");
            _users++;
        }
    }

    /// <summary>One window less. The last one ends GLFW.</summary>
    public static void ReleaseUse()
    {
        lock (Gate)
        {
            if (--_users == 0) Terminate();
        }
    }

    public static string LastError()
    {
        byte* text = null;
        int code = GetError(&text);
        return code == 0 ? "GLFW gives no reason" : $"{Marshal.PtrToStringUTF8((nint)text)} (GLFW error {code:x})";
    }

    [LibraryImport(Library, EntryPoint = "glfwWindowHint")]
    public static partial void WindowHint(int hint, int value);

    [LibraryImport(Library, EntryPoint = "glfwDefaultWindowHints")]
    public static partial void DefaultWindowHints();

    [LibraryImport(Library, EntryPoint = "glfwCreateWindow", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint CreateWindow(int width, int height, string title, nint monitor, nint share);

    [LibraryImport(Library, EntryPoint = "glfwDestroyWindow")]
    public static partial void DestroyWindow(nint window);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowUserPointer")]
    public static partial void SetUserPointer(nint window, nint pointer);

    [LibraryImport(Library, EntryPoint = "glfwGetWindowUserPointer")]
    public static partial nint GetUserPointer(nint window);

    [LibraryImport(Library, EntryPoint = "glfwPollEvents")]
    public static partial void PollEvents();

    [LibraryImport(Library, EntryPoint = "glfwWaitEvents")]
    public static partial void WaitEvents();

    [LibraryImport(Library, EntryPoint = "glfwPostEmptyEvent")]
    public static partial void PostEmptyEvent();

    [LibraryImport(Library, EntryPoint = "glfwWindowShouldClose")]
    public static partial int ShouldClose(nint window);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowShouldClose")]
    public static partial void SetShouldClose(nint window, int value);

    [LibraryImport(Library, EntryPoint = "glfwGetWindowSize")]
    public static partial void GetSize(nint window, out int width, out int height);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowSize")]
    public static partial void SetSize(nint window, int width, int height);

    [LibraryImport(Library, EntryPoint = "glfwGetFramebufferSize")]
    public static partial void GetFramebufferSize(nint window, out int width, out int height);

    [LibraryImport(Library, EntryPoint = "glfwGetWindowFrameSize")]
    public static partial void GetFrameSize(nint window, out int left, out int top, out int right, out int bottom);

    [LibraryImport(Library, EntryPoint = "glfwGetWindowPos")]
    public static partial void GetPosition(nint window, out int x, out int y);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowPos")]
    public static partial void SetPosition(nint window, int x, int y);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowTitle", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetTitle(nint window, string title);

    [LibraryImport(Library, EntryPoint = "glfwShowWindow")]
    public static partial void Show(nint window);

    [LibraryImport(Library, EntryPoint = "glfwHideWindow")]
    public static partial void Hide(nint window);

    [LibraryImport(Library, EntryPoint = "glfwFocusWindow")]
    public static partial void Focus(nint window);

    [LibraryImport(Library, EntryPoint = "glfwIconifyWindow")]
    public static partial void Iconify(nint window);

    [LibraryImport(Library, EntryPoint = "glfwMaximizeWindow")]
    public static partial void Maximize(nint window);

    [LibraryImport(Library, EntryPoint = "glfwRestoreWindow")]
    public static partial void Restore(nint window);

    [LibraryImport(Library, EntryPoint = "glfwGetWindowAttrib")]
    public static partial int GetAttribute(nint window, int attribute);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowAttrib")]
    public static partial void SetAttribute(nint window, int attribute, int value);

    [LibraryImport(Library, EntryPoint = "glfwGetWindowMonitor")]
    public static partial nint GetWindowMonitor(nint window);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowMonitor")]
    public static partial void SetWindowMonitor(nint window, nint monitor, int x, int y, int width, int height, int refreshRate);

    [LibraryImport(Library, EntryPoint = "glfwGetMonitors")]
    public static partial nint* GetMonitors(out int count);

    [LibraryImport(Library, EntryPoint = "glfwGetMonitorPos")]
    public static partial void GetMonitorPosition(nint monitor, out int x, out int y);

    [LibraryImport(Library, EntryPoint = "glfwGetVideoMode")]
    public static partial Mode* GetVideoMode(nint monitor);

    public static string MonitorName(nint monitor) => Marshal.PtrToStringUTF8((nint)GetMonitorName(monitor)) ?? "";

    [LibraryImport(Library, EntryPoint = "glfwVulkanSupported")]
    public static partial int VulkanSupported();

    [LibraryImport(Library, EntryPoint = "glfwGetRequiredInstanceExtensions")]
    public static partial byte** GetRequiredInstanceExtensions(out uint count);

    [LibraryImport(Library, EntryPoint = "glfwCreateWindowSurface")]
    public static partial int CreateWindowSurface(nint instance, nint window, void* allocator, out ulong surface);

    [LibraryImport(Library, EntryPoint = "glfwGetKey")]
    public static partial int GetKey(nint window, int key);

    [LibraryImport(Library, EntryPoint = "glfwGetKeyScancode")]
    public static partial int GetKeyScancode(int key);

    [LibraryImport(Library, EntryPoint = "glfwGetMouseButton")]
    public static partial int GetMouseButton(nint window, int button);

    [LibraryImport(Library, EntryPoint = "glfwGetCursorPos")]
    public static partial void GetCursorPosition(nint window, out double x, out double y);

    [LibraryImport(Library, EntryPoint = "glfwSetCursorPos")]
    public static partial void SetCursorPosition(nint window, double x, double y);

    [LibraryImport(Library, EntryPoint = "glfwGetInputMode")]
    public static partial int GetInputMode(nint window, int mode);

    [LibraryImport(Library, EntryPoint = "glfwSetInputMode")]
    public static partial void SetInputMode(nint window, int mode, int value);

    [LibraryImport(Library, EntryPoint = "glfwSetClipboardString", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetClipboard(nint window, string text);

    public static string Clipboard(nint window) => Marshal.PtrToStringUTF8((nint)GetClipboard(window)) ?? "";

    [LibraryImport(Library, EntryPoint = "glfwSetWindowSizeCallback")]
    public static partial nint OnSize(nint window, delegate* unmanaged[Cdecl]<nint, int, int, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetFramebufferSizeCallback")]
    public static partial nint OnFramebufferSize(nint window, delegate* unmanaged[Cdecl]<nint, int, int, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowPosCallback")]
    public static partial nint OnPosition(nint window, delegate* unmanaged[Cdecl]<nint, int, int, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowCloseCallback")]
    public static partial nint OnClose(nint window, delegate* unmanaged[Cdecl]<nint, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowFocusCallback")]
    public static partial nint OnFocus(nint window, delegate* unmanaged[Cdecl]<nint, int, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowIconifyCallback")]
    public static partial nint OnIconify(nint window, delegate* unmanaged[Cdecl]<nint, int, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetWindowMaximizeCallback")]
    public static partial nint OnMaximize(nint window, delegate* unmanaged[Cdecl]<nint, int, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetDropCallback")]
    public static partial nint OnDrop(nint window, delegate* unmanaged[Cdecl]<nint, int, byte**, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetKeyCallback")]
    public static partial nint OnKey(nint window, delegate* unmanaged[Cdecl]<nint, int, int, int, int, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetCharCallback")]
    public static partial nint OnChar(nint window, delegate* unmanaged[Cdecl]<nint, uint, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetMouseButtonCallback")]
    public static partial nint OnMouseButton(nint window, delegate* unmanaged[Cdecl]<nint, int, int, int, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetCursorPosCallback")]
    public static partial nint OnCursorPosition(nint window, delegate* unmanaged[Cdecl]<nint, double, double, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwSetScrollCallback")]
    public static partial nint OnScroll(nint window, delegate* unmanaged[Cdecl]<nint, double, double, void> callback);

    [LibraryImport(Library, EntryPoint = "glfwInit")]
    private static partial int Init();

    [LibraryImport(Library, EntryPoint = "glfwTerminate")]
    private static partial void Terminate();

    [LibraryImport(Library, EntryPoint = "glfwGetError")]
    private static partial int GetError(byte** description);

    [LibraryImport(Library, EntryPoint = "glfwGetMonitorName")]
    private static partial byte* GetMonitorName(nint monitor);

    [LibraryImport(Library, EntryPoint = "glfwGetClipboardString")]
    private static partial byte* GetClipboard(nint window);

    /// <summary>GLFWvidmode.</summary>
    public readonly struct Mode
    {
        public readonly int Width, Height, RedBits, GreenBits, BlueBits, RefreshRate;
    }
}
