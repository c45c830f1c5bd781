using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan;

/// <summary>Handles as windows speak of them, without a reference to Vulkan's types.</summary>
internal static class StructExtensions
{
    public static SurfaceKHR ToSurface(this VkNonDispatchableHandle handle) => new() { Handle = handle.Handle };

    public static VkHandle ToHandle(this Instance instance) => new(instance.Handle);
}

/// <summary>Never filled in here: every call passes null, so its members are left out.</summary>
internal struct AllocationCallbacks;
