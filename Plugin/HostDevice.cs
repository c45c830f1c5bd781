namespace ResNetVulkan.Plugin;

/// <summary>
/// A host's own Vulkan device, as raw handles, with what the host enabled on it: nothing of that can be asked of a VkDevice
/// later, so it must be said here, and nothing beyond it is ever used.
/// </summary>
/// <remarks>
/// Everything stays the host's: the plugin destroys none of it. The handles must outlive every <see cref="PluginDevice"/> made
/// from them; what the pointers <see cref="Features"/> and <see cref="Allocator"/> point to is read once, while that is made.
/// </remarks>
public sealed record HostDevice
{
    /// <summary>
    /// vkGetInstanceProcAddr, through which every function is found: PFN_vkGetInstanceProcAddr.
    /// </summary>
    public required nint GetInstanceProcAddr { get; init; }

    /// <summary>VkApplicationInfo::apiVersion of the instance, packed as Vulkan does; at least 1.2 (0x402000).</summary>
    public required uint ApiVersion { get; init; }

    /// <summary>VkInstance.</summary>
    public required nint Instance { get; init; }

    /// <summary>VkPhysicalDevice.</summary>
    public required nint PhysicalDevice { get; init; }

    /// <summary>VkDevice.</summary>
    public required nint Device { get; init; }

    /// <summary>VkQueue of a family that computes: the one that the plugin submits to.</summary>
    public required nint Queue { get; init; }

    /// <summary>The queue's family.</summary>
    public required uint QueueFamily { get; init; }

    /// <summary>The queue's index in its family.</summary>
    public uint QueueIndex { get; init; }

    /// <summary>The instance extensions that were enabled.</summary>
    public IReadOnlyList<string> InstanceExtensions { get; init; } = [];

    /// <summary>The device extensions that were enabled.</summary>
    public IReadOnlyList<string> DeviceExtensions { get; init; } = [];

    /// <summary>
    /// The chain that VkDeviceCreateInfo::pNext had: VkPhysicalDeviceFeatures2 and the feature structs chained with it. Structs
    /// that are not known are passed over. 0 says that no feature was enabled.
    /// </summary>
    public nint Features { get; init; }

    /// <summary>
    /// Called with (family, index) before each vkQueueSubmit of the plugin, from the thread that called the plugin or that warms
    /// it up, never twice without <see cref="UnlockQueue"/> between. It must not call the plugin. Null where the host never uses
    /// the queue while it calls the plugin, or where VK_KHR_internally_synchronized_queues needs no lock.
    /// </summary>
    public Action<uint, uint>? LockQueue { get; init; }

    /// <summary>Called after it, also when it failed.</summary>
    public Action<uint, uint>? UnlockQueue { get; init; }

    /// <summary>
    /// const VkAllocationCallbacks*, passed to every vkCreate, vkAllocate, vkDestroy and vkFree; 0 for the driver's own.
    /// </summary>
    public nint Allocator { get; init; }

    /// <summary>VkPipelineCache that the plugin's pipelines are merged into once they are made; 0 for none.</summary>
    public ulong PipelineCache { get; init; }
}
