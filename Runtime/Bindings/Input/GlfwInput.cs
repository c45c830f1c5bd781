namespace Silk.NET.Input.Glfw;

/// <summary>The package finds its platforms by reflection unless told; here there is only this one.</summary>
internal static class GlfwInput
{
    public static void RegisterPlatform() { }
}
