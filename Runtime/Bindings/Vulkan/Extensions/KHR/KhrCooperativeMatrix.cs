using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan.Extensions.KHR;

/// <summary>The matrix shapes and types that subgroups multiply together.</summary>
internal sealed unsafe class KhrCooperativeMatrix(INativeContext ctx) : NativeExtension<Vk>(ctx)
{
    public const string ExtensionName = "VK_KHR_cooperative_matrix";

    private nint _getPhysicalDeviceCooperativeMatrixProperties;

    public Result GetPhysicalDeviceCooperativeMatrixProperties(
        PhysicalDevice physicalDevice, uint* pPropertyCount, CooperativeMatrixPropertiesKHR* pProperties) =>
        ((delegate* unmanaged<PhysicalDevice, uint*, CooperativeMatrixPropertiesKHR*, Result>)
            Function(ref _getPhysicalDeviceCooperativeMatrixProperties, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR"))(
            physicalDevice, pPropertyCount, pProperties);

    public Result GetPhysicalDeviceCooperativeMatrixProperties(
        PhysicalDevice physicalDevice, uint* pPropertyCount, out CooperativeMatrixPropertiesKHR pProperties)
    {
        fixed (CooperativeMatrixPropertiesKHR* properties = &pProperties)
            return GetPhysicalDeviceCooperativeMatrixProperties(physicalDevice, pPropertyCount, properties);
    }

    public Result GetPhysicalDeviceCooperativeMatrixProperties(
        PhysicalDevice physicalDevice, ref uint pPropertyCount, CooperativeMatrixPropertiesKHR* pProperties)
    {
        fixed (uint* propertyCount = &pPropertyCount)
            return GetPhysicalDeviceCooperativeMatrixProperties(physicalDevice, propertyCount, pProperties);
    }

    public Result GetPhysicalDeviceCooperativeMatrixProperties(
        PhysicalDevice physicalDevice, ref uint pPropertyCount, out CooperativeMatrixPropertiesKHR pProperties)
    {
        fixed (uint* propertyCount = &pPropertyCount)
        fixed (CooperativeMatrixPropertiesKHR* properties = &pProperties)
            return GetPhysicalDeviceCooperativeMatrixProperties(physicalDevice, propertyCount, properties);
    }
}
