using Silk.NET.Core;

namespace Silk.NET.Vulkan;

// Surfaces, swapchains, presenting.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal struct SurfaceCapabilitiesKHR
{
    public uint MinImageCount, MaxImageCount;
    public Extent2D CurrentExtent, MinImageExtent, MaxImageExtent;
    public uint MaxImageArrayLayers;
    public SurfaceTransformFlagsKHR SupportedTransforms, CurrentTransform;
    public CompositeAlphaFlagsKHR SupportedCompositeAlpha;
    public ImageUsageFlags SupportedUsageFlags;
}

internal struct SurfaceFormatKHR
{
    public Format Format;
    public ColorSpaceKHR ColorSpace;
}

internal unsafe struct SwapchainCreateInfoKHR
{
    public StructureType SType;
    public void* PNext;
    public SwapchainCreateFlagsKHR Flags;
    public SurfaceKHR Surface;
    public uint MinImageCount;
    public Format ImageFormat;
    public ColorSpaceKHR ImageColorSpace;
    public Extent2D ImageExtent;
    public uint ImageArrayLayers;
    public ImageUsageFlags ImageUsage;
    public SharingMode ImageSharingMode;
    public uint QueueFamilyIndexCount;
    public uint* PQueueFamilyIndices;
    public SurfaceTransformFlagsKHR PreTransform;
    public CompositeAlphaFlagsKHR CompositeAlpha;
    public PresentModeKHR PresentMode;
    public Bool32 Clipped;
    public SwapchainKHR OldSwapchain;
}

internal unsafe struct PresentInfoKHR
{
    public StructureType SType;
    public void* PNext;
    public uint WaitSemaphoreCount;
    public Semaphore* PWaitSemaphores;
    public uint SwapchainCount;
    public SwapchainKHR* PSwapchains;
    public uint* PImageIndices;
    public Result* PResults;
}

internal unsafe struct AcquireNextImageInfoKHR
{
    public StructureType SType;
    public void* PNext;
    public SwapchainKHR Swapchain;
    public ulong Timeout;
    public Semaphore Semaphore;
    public Fence Fence;
    public uint DeviceMask;
}

internal unsafe struct DeviceGroupPresentCapabilitiesKHR
{
    public StructureType SType;
    public void* PNext;
    public fixed uint PresentMask[32];
    public DeviceGroupPresentModeFlagsKHR Modes;
}
