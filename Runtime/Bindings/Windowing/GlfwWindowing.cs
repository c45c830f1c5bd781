using ResNetVulkan.Bindings.Windows;

namespace Silk.NET.Windowing.Glfw;

/// <summary>The package finds its platforms by reflection unless told; here there is only this one.</summary>
internal static class GlfwWindowing
{
    public static void RegisterPlatform() { }

    public static void Use() { }

    public static bool IsViewGlfw(IView view) => view is GlfwWindow;
}
