using Silk.NET.Core;
using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan.Extensions.KHR;

/// <summary>Surfaces, and what a device can do with one.</summary>
internal sealed unsafe class KhrSurface(INativeContext ctx) : NativeExtension<Vk>(ctx)
{
    public const string ExtensionName = "VK_KHR_surface";

    private nint _destroySurface, _getPhysicalDeviceSurfaceCapabilities, _getPhysicalDeviceSurfaceFormats,
        _getPhysicalDeviceSurfacePresentModes, _getPhysicalDeviceSurfaceSupport;

    public void DestroySurface(Instance instance, SurfaceKHR surface, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Instance, SurfaceKHR, AllocationCallbacks*, void>)
            Function(ref _destroySurface, "vkDestroySurfaceKHR"))(instance, surface, pAllocator);

    public Result GetPhysicalDeviceSurfaceCapabilities(
        PhysicalDevice physicalDevice, SurfaceKHR surface, SurfaceCapabilitiesKHR* pSurfaceCapabilities) =>
        ((delegate* unmanaged<PhysicalDevice, SurfaceKHR, SurfaceCapabilitiesKHR*, Result>)
            Function(ref _getPhysicalDeviceSurfaceCapabilities, "vkGetPhysicalDeviceSurfaceCapabilitiesKHR"))(
            physicalDevice, surface, pSurfaceCapabilities);

    public Result GetPhysicalDeviceSurfaceCapabilities(
        PhysicalDevice physicalDevice, SurfaceKHR surface, out SurfaceCapabilitiesKHR pSurfaceCapabilities)
    {
        fixed (SurfaceCapabilitiesKHR* surfaceCapabilities = &pSurfaceCapabilities)
            return GetPhysicalDeviceSurfaceCapabilities(physicalDevice, surface, surfaceCapabilities);
    }

    public Result GetPhysicalDeviceSurfaceFormats(
        PhysicalDevice physicalDevice, SurfaceKHR surface, uint* pSurfaceFormatCount, SurfaceFormatKHR* pSurfaceFormats) =>
        ((delegate* unmanaged<PhysicalDevice, SurfaceKHR, uint*, SurfaceFormatKHR*, Result>)
            Function(ref _getPhysicalDeviceSurfaceFormats, "vkGetPhysicalDeviceSurfaceFormatsKHR"))(
            physicalDevice, surface, pSurfaceFormatCount, pSurfaceFormats);

    public Result GetPhysicalDeviceSurfaceFormats(
        PhysicalDevice physicalDevice, SurfaceKHR surface, uint* pSurfaceFormatCount, out SurfaceFormatKHR pSurfaceFormats)
    {
        fixed (SurfaceFormatKHR* surfaceFormats = &pSurfaceFormats)
            return GetPhysicalDeviceSurfaceFormats(physicalDevice, surface, pSurfaceFormatCount, surfaceFormats);
    }

    public Result GetPhysicalDeviceSurfaceFormats(
        PhysicalDevice physicalDevice, SurfaceKHR surface, ref uint pSurfaceFormatCount, SurfaceFormatKHR* pSurfaceFormats)
    {
        fixed (uint* surfaceFormatCount = &pSurfaceFormatCount)
            return GetPhysicalDeviceSurfaceFormats(physicalDevice, surface, surfaceFormatCount, pSurfaceFormats);
    }

    public Result GetPhysicalDeviceSurfaceFormats(
        PhysicalDevice physicalDevice, SurfaceKHR surface, ref uint pSurfaceFormatCount, out SurfaceFormatKHR pSurfaceFormats)
    {
        fixed (uint* surfaceFormatCount = &pSurfaceFormatCount)
        fixed (SurfaceFormatKHR* surfaceFormats = &pSurfaceFormats)
            return GetPhysicalDeviceSurfaceFormats(physicalDevice, surface, surfaceFormatCount, surfaceFormats);
    }

    public Result GetPhysicalDeviceSurfacePresentModes(
        PhysicalDevice physicalDevice, SurfaceKHR surface, uint* pPresentModeCount, PresentModeKHR* pPresentModes) =>
        ((delegate* unmanaged<PhysicalDevice, SurfaceKHR, uint*, PresentModeKHR*, Result>)
            Function(ref _getPhysicalDeviceSurfacePresentModes, "vkGetPhysicalDeviceSurfacePresentModesKHR"))(
            physicalDevice, surface, pPresentModeCount, pPresentModes);

    public Result GetPhysicalDeviceSurfacePresentModes(
        PhysicalDevice physicalDevice, SurfaceKHR surface, uint* pPresentModeCount, out PresentModeKHR pPresentModes)
    {
        fixed (PresentModeKHR* presentModes = &pPresentModes)
            return GetPhysicalDeviceSurfacePresentModes(physicalDevice, surface, pPresentModeCount, presentModes);
    }

    public Result GetPhysicalDeviceSurfacePresentModes(
        PhysicalDevice physicalDevice, SurfaceKHR surface, ref uint pPresentModeCount, PresentModeKHR* pPresentModes)
    {
        fixed (uint* presentModeCount = &pPresentModeCount)
            return GetPhysicalDeviceSurfacePresentModes(physicalDevice, surface, presentModeCount, pPresentModes);
    }

    public Result GetPhysicalDeviceSurfacePresentModes(
        PhysicalDevice physicalDevice, SurfaceKHR surface, ref uint pPresentModeCount, out PresentModeKHR pPresentModes)
    {
        fixed (uint* presentModeCount = &pPresentModeCount)
        fixed (PresentModeKHR* presentModes = &pPresentModes)
            return GetPhysicalDeviceSurfacePresentModes(physicalDevice, surface, presentModeCount, presentModes);
    }

    public Result GetPhysicalDeviceSurfaceSupport(
        PhysicalDevice physicalDevice, uint queueFamilyIndex, SurfaceKHR surface, Bool32* pSupported) =>
        ((delegate* unmanaged<PhysicalDevice, uint, SurfaceKHR, Bool32*, Result>)
            Function(ref _getPhysicalDeviceSurfaceSupport, "vkGetPhysicalDeviceSurfaceSupportKHR"))(
            physicalDevice, queueFamilyIndex, surface, pSupported);

    public Result GetPhysicalDeviceSurfaceSupport(
        PhysicalDevice physicalDevice, uint queueFamilyIndex, SurfaceKHR surface, out Bool32 pSupported)
    {
        fixed (Bool32* supported = &pSupported)
            return GetPhysicalDeviceSurfaceSupport(physicalDevice, queueFamilyIndex, surface, supported);
    }
}
