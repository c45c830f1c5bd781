#nullable disable   // as the package

using Silk.NET.Core.Native;

namespace Silk.NET.Core.Contexts
{
    /// <summary>What a window offers to Vulkan.</summary>
    internal unsafe interface IVkSurface
    {
        public VkNonDispatchableHandle Create<T>(VkHandle instance, T* allocator) where T : unmanaged;

        /// <summary>Instance extensions that a surface needs. The strings belong to the window system.</summary>
        public byte** GetRequiredExtensions(out uint count);
    }

    internal interface IVkSurfaceSource
    {
        public IVkSurface VkSurface { get; }
    }
}

namespace Silk.NET.Core.Native
{
    internal struct VkHandle(nint handle)
    {
        public nint Handle = handle;
    }

    internal struct VkNonDispatchableHandle(ulong handle)
    {
        public ulong Handle = handle;
    }
}
