using System.Text;
using Silk.NET.Core.Contexts;
using Silk.NET.Core.Loader;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>A host's device as it was handed over: handles that stay the host's, and what the host enabled.</summary>
internal sealed class HostHandles
{
    /// <summary>PFN_vkGetInstanceProcAddr.</summary>
    public required nint GetInstanceProcAddr { get; init; }

    /// <summary>What the host's instance was made for; the device may have more, which may not be used.</summary>
    public required Version ApiVersion { get; init; }

    public required Instance Instance { get; init; }

    public required PhysicalDevice PhysicalDevice { get; init; }

    public required Device Device { get; init; }

    public required Queue Queue { get; init; }

    public required uint QueueFamily { get; init; }

    public required IReadOnlyList<string> InstanceExtensions { get; init; }

    public required IReadOnlyList<string> DeviceExtensions { get; init; }

    public required FeatureChain Features { get; init; }

    /// <summary>Called around each use of the queue; null where nobody else uses it meanwhile.</summary>
    public Action? LockQueue { get; init; }

    /// <inheritdoc cref="LockQueue"/>
    public Action? UnlockQueue { get; init; }

    /// <summary>const VkAllocationCallbacks*, read while the device is adopted; null for the driver's own.</summary>
    public nint Allocator { get; init; }
}

/// <summary>
/// Vulkan's functions through a host's vkGetInstanceProcAddr alone, each for the host's device where it is one of a device: the
/// core name first, then the KHR alias that it had before.
/// </summary>
internal readonly unsafe struct HostFunctions(HostHandles host) : INativeContext
{
    /// <summary>What is called whatever the device can. What needs a feature is called only where that is on.</summary>
    public static readonly IReadOnlyList<string> Required =
    [
        "vkGetDeviceProcAddr", "vkEnumerateDeviceExtensionProperties", "vkGetPhysicalDeviceProperties",
        "vkGetPhysicalDeviceProperties2", "vkGetPhysicalDeviceFeatures2", "vkGetPhysicalDeviceMemoryProperties",
        "vkGetPhysicalDeviceMemoryProperties2", "vkGetPhysicalDeviceQueueFamilyProperties",
        "vkQueueSubmit", "vkCreateSemaphore", "vkDestroySemaphore", "vkWaitSemaphores", "vkGetSemaphoreCounterValue",
        "vkCreateBuffer", "vkDestroyBuffer", "vkGetBufferMemoryRequirements", "vkBindBufferMemory", "vkCreateBufferView",
        "vkDestroyBufferView", "vkAllocateMemory", "vkFreeMemory", "vkMapMemory", "vkFlushMappedMemoryRanges",
        "vkInvalidateMappedMemoryRanges",
        "vkCreateShaderModule", "vkDestroyShaderModule", "vkCreateDescriptorSetLayout", "vkDestroyDescriptorSetLayout",
        "vkCreateDescriptorPool", "vkDestroyDescriptorPool", "vkAllocateDescriptorSets", "vkUpdateDescriptorSets",
        "vkCreatePipelineLayout", "vkDestroyPipelineLayout", "vkCreatePipelineCache", "vkDestroyPipelineCache",
        "vkGetPipelineCacheData", "vkMergePipelineCaches", "vkCreateComputePipelines", "vkDestroyPipeline",
        "vkCreateCommandPool", "vkDestroyCommandPool", "vkAllocateCommandBuffers", "vkBeginCommandBuffer", "vkEndCommandBuffer",
        "vkResetCommandBuffer", "vkCmdBindPipeline", "vkCmdBindDescriptorSets", "vkCmdPushConstants", "vkCmdDispatch",
        "vkCmdDispatchBase", "vkCmdPipelineBarrier", "vkCmdCopyBuffer", "vkCmdCopyImageToBuffer", "vkCmdUpdateBuffer",
        "vkCmdFillBuffer", "vkCmdResetQueryPool", "vkCmdWriteTimestamp", "vkCreateQueryPool", "vkDestroyQueryPool",
        "vkGetQueryPoolResults",
    ];

    /// <summary>Those that the host's loader does not know under either name.</summary>
    public IReadOnlyList<string> Missing()
    {
        HostFunctions functions = this;
        return [.. Required.Where(name => !functions.TryGetProcAddress(name, out _))];
    }

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        addr = Find(proc);
        if (addr == 0) addr = Find(proc + "KHR");
        return addr != 0;
    }

    public nint GetProcAddress(string proc, int? slot = null) =>
        TryGetProcAddress(proc, out nint address) ? address : throw new SymbolLoadingException(proc);

    // The functions belong to the host's loader.
    public void Dispose()
    {
    }

    private nint Find(string name)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        fixed (byte* device = "vkGetDeviceProcAddr"u8)
        {
            var ofInstance = (delegate* unmanaged<Instance, byte*, nint>)host.GetInstanceProcAddr;
            var ofDevice = (delegate* unmanaged<Device, byte*, nint>)ofInstance(host.Instance, device);
            bool canAsk = ofDevice != null && host.Device.Handle != 0;      // requirements are asked for before there is a device
            nint found = canAsk ? ofDevice(host.Device, text) : 0;
            return found != 0 ? found : ofInstance(host.Instance, text);
        }
    }
}
