using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan.Extensions.KHR;

/// <summary>Swapchains and presenting.</summary>
internal sealed unsafe class KhrSwapchain(INativeContext ctx) : NativeExtension<Vk>(ctx)
{
    public const string ExtensionName = "VK_KHR_swapchain";

    private nint _acquireNextImage, _acquireNextImage2, _createSwapchain, _destroySwapchain,
        _getDeviceGroupPresentCapabilities, _getDeviceGroupSurfacePresentModes, _getPhysicalDevicePresentRectangles,
        _getSwapchainImages, _queuePresent;

    public Result AcquireNextImage(
        Device device, SwapchainKHR swapchain, ulong timeout, Semaphore semaphore, Fence fence, uint* pImageIndex) =>
        ((delegate* unmanaged<Device, SwapchainKHR, ulong, Semaphore, Fence, uint*, Result>)
            Function(ref _acquireNextImage, "vkAcquireNextImageKHR"))(
            device, swapchain, timeout, semaphore, fence, pImageIndex);

    public Result AcquireNextImage(
        Device device, SwapchainKHR swapchain, ulong timeout, Semaphore semaphore, Fence fence, ref uint pImageIndex)
    {
        fixed (uint* imageIndex = &pImageIndex)
            return AcquireNextImage(device, swapchain, timeout, semaphore, fence, imageIndex);
    }

    public Result AcquireNextImage2(Device device, AcquireNextImageInfoKHR* pAcquireInfo, uint* pImageIndex) =>
        ((delegate* unmanaged<Device, AcquireNextImageInfoKHR*, uint*, Result>)
            Function(ref _acquireNextImage2, "vkAcquireNextImage2KHR"))(device, pAcquireInfo, pImageIndex);

    public Result AcquireNextImage2(Device device, AcquireNextImageInfoKHR* pAcquireInfo, ref uint pImageIndex)
    {
        fixed (uint* imageIndex = &pImageIndex)
            return AcquireNextImage2(device, pAcquireInfo, imageIndex);
    }

    public Result AcquireNextImage2(Device device, ref readonly AcquireNextImageInfoKHR pAcquireInfo, uint* pImageIndex)
    {
        fixed (AcquireNextImageInfoKHR* acquireInfo = &pAcquireInfo)
            return AcquireNextImage2(device, acquireInfo, pImageIndex);
    }

    public Result AcquireNextImage2(Device device, ref readonly AcquireNextImageInfoKHR pAcquireInfo, ref uint pImageIndex)
    {
        fixed (AcquireNextImageInfoKHR* acquireInfo = &pAcquireInfo)
        fixed (uint* imageIndex = &pImageIndex)
            return AcquireNextImage2(device, acquireInfo, imageIndex);
    }

    public Result CreateSwapchain(
        Device device, SwapchainCreateInfoKHR* pCreateInfo, AllocationCallbacks* pAllocator, SwapchainKHR* pSwapchain) =>
        ((delegate* unmanaged<Device, SwapchainCreateInfoKHR*, AllocationCallbacks*, SwapchainKHR*, Result>)
            Function(ref _createSwapchain, "vkCreateSwapchainKHR"))(device, pCreateInfo, pAllocator, pSwapchain);

    public Result CreateSwapchain(
        Device device, SwapchainCreateInfoKHR* pCreateInfo, AllocationCallbacks* pAllocator, out SwapchainKHR pSwapchain)
    {
        fixed (SwapchainKHR* swapchain = &pSwapchain)
            return CreateSwapchain(device, pCreateInfo, pAllocator, swapchain);
    }

    public Result CreateSwapchain(
        Device device, ref readonly SwapchainCreateInfoKHR pCreateInfo, AllocationCallbacks* pAllocator,
        SwapchainKHR* pSwapchain)
    {
        fixed (SwapchainCreateInfoKHR* createInfo = &pCreateInfo)
            return CreateSwapchain(device, createInfo, pAllocator, pSwapchain);
    }

    public Result CreateSwapchain(
        Device device, ref readonly SwapchainCreateInfoKHR pCreateInfo, AllocationCallbacks* pAllocator,
        out SwapchainKHR pSwapchain)
    {
        fixed (SwapchainCreateInfoKHR* createInfo = &pCreateInfo)
        fixed (SwapchainKHR* swapchain = &pSwapchain)
            return CreateSwapchain(device, createInfo, pAllocator, swapchain);
    }

    public void DestroySwapchain(Device device, SwapchainKHR swapchain, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, SwapchainKHR, AllocationCallbacks*, void>)
            Function(ref _destroySwapchain, "vkDestroySwapchainKHR"))(device, swapchain, pAllocator);

    public Result GetDeviceGroupPresentCapabilities(
        Device device, DeviceGroupPresentCapabilitiesKHR* pDeviceGroupPresentCapabilities) =>
        ((delegate* unmanaged<Device, DeviceGroupPresentCapabilitiesKHR*, Result>)
            Function(ref _getDeviceGroupPresentCapabilities, "vkGetDeviceGroupPresentCapabilitiesKHR"))(
            device, pDeviceGroupPresentCapabilities);

    public Result GetDeviceGroupPresentCapabilities(
        Device device, out DeviceGroupPresentCapabilitiesKHR pDeviceGroupPresentCapabilities)
    {
        fixed (DeviceGroupPresentCapabilitiesKHR* deviceGroupPresentCapabilities = &pDeviceGroupPresentCapabilities)
            return GetDeviceGroupPresentCapabilities(device, deviceGroupPresentCapabilities);
    }

    public Result GetDeviceGroupSurfacePresentModes(
        Device device, SurfaceKHR surface, DeviceGroupPresentModeFlagsKHR* pModes) =>
        ((delegate* unmanaged<Device, SurfaceKHR, DeviceGroupPresentModeFlagsKHR*, Result>)
            Function(ref _getDeviceGroupSurfacePresentModes, "vkGetDeviceGroupSurfacePresentModesKHR"))(
            device, surface, pModes);

    public Result GetDeviceGroupSurfacePresentModes(
        Device device, SurfaceKHR surface, out DeviceGroupPresentModeFlagsKHR pModes)
    {
        fixed (DeviceGroupPresentModeFlagsKHR* modes = &pModes)
            return GetDeviceGroupSurfacePresentModes(device, surface, modes);
    }

    public Result GetPhysicalDevicePresentRectangles(
        PhysicalDevice physicalDevice, SurfaceKHR surface, uint* pRectCount, Rect2D* pRects) =>
        ((delegate* unmanaged<PhysicalDevice, SurfaceKHR, uint*, Rect2D*, Result>)
            Function(ref _getPhysicalDevicePresentRectangles, "vkGetPhysicalDevicePresentRectanglesKHR"))(
            physicalDevice, surface, pRectCount, pRects);

    public Result GetPhysicalDevicePresentRectangles(
        PhysicalDevice physicalDevice, SurfaceKHR surface, uint* pRectCount, out Rect2D pRects)
    {
        fixed (Rect2D* rects = &pRects)
            return GetPhysicalDevicePresentRectangles(physicalDevice, surface, pRectCount, rects);
    }

    public Result GetPhysicalDevicePresentRectangles(
        PhysicalDevice physicalDevice, SurfaceKHR surface, ref uint pRectCount, Rect2D* pRects)
    {
        fixed (uint* rectCount = &pRectCount)
            return GetPhysicalDevicePresentRectangles(physicalDevice, surface, rectCount, pRects);
    }

    public Result GetPhysicalDevicePresentRectangles(
        PhysicalDevice physicalDevice, SurfaceKHR surface, ref uint pRectCount, out Rect2D pRects)
    {
        fixed (uint* rectCount = &pRectCount)
        fixed (Rect2D* rects = &pRects)
            return GetPhysicalDevicePresentRectangles(physicalDevice, surface, rectCount, rects);
    }

    public Result GetSwapchainImages(
        Device device, SwapchainKHR swapchain, uint* pSwapchainImageCount, Image* pSwapchainImages) =>
        ((delegate* unmanaged<Device, SwapchainKHR, uint*, Image*, Result>)
            Function(ref _getSwapchainImages, "vkGetSwapchainImagesKHR"))(
            device, swapchain, pSwapchainImageCount, pSwapchainImages);

    public Result GetSwapchainImages(
        Device device, SwapchainKHR swapchain, uint* pSwapchainImageCount, out Image pSwapchainImages)
    {
        fixed (Image* swapchainImages = &pSwapchainImages)
            return GetSwapchainImages(device, swapchain, pSwapchainImageCount, swapchainImages);
    }

    public Result GetSwapchainImages(
        Device device, SwapchainKHR swapchain, ref uint pSwapchainImageCount, Image* pSwapchainImages)
    {
        fixed (uint* swapchainImageCount = &pSwapchainImageCount)
            return GetSwapchainImages(device, swapchain, swapchainImageCount, pSwapchainImages);
    }

    public Result GetSwapchainImages(
        Device device, SwapchainKHR swapchain, ref uint pSwapchainImageCount, out Image pSwapchainImages)
    {
        fixed (uint* swapchainImageCount = &pSwapchainImageCount)
        fixed (Image* swapchainImages = &pSwapchainImages)
            return GetSwapchainImages(device, swapchain, swapchainImageCount, swapchainImages);
    }

    public Result QueuePresent(Queue queue, PresentInfoKHR* pPresentInfo) =>
        ((delegate* unmanaged<Queue, PresentInfoKHR*, Result>)
            Function(ref _queuePresent, "vkQueuePresentKHR"))(queue, pPresentInfo);

    public Result QueuePresent(Queue queue, ref readonly PresentInfoKHR pPresentInfo)
    {
        fixed (PresentInfoKHR* presentInfo = &pPresentInfo)
            return QueuePresent(queue, presentInfo);
    }
}
