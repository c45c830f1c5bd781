using System.Runtime.InteropServices;
using ResNetVulkan.Gpu;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Plugin;

/// <summary>What kind of thing a requirement is.</summary>
public enum RequirementKind
{
    /// <summary>A Vulkan version, of instance and device.</summary>
    Version,

    /// <summary>What a queue's family can do.</summary>
    Queue,

    /// <summary>A device feature.</summary>
    Feature,

    /// <summary>An instance extension.</summary>
    InstanceExtension,

    /// <summary>A device extension.</summary>
    DeviceExtension,
}

/// <summary>One thing that the plugin needs of a host's device, or uses where it is enabled.</summary>
/// <param name="Name">As the specification spells it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsRequired">Without it there is no plugin; otherwise something is slower or left out.</param>
/// <param name="Purpose">What it is for.</param>
public sealed record PluginRequirement(string Name, RequirementKind Kind, bool IsRequired, string Purpose);

/// <summary>
/// What a host should enable before it makes its device. Safe to call from any thread; touches no queue and keeps nothing.
/// </summary>
public static unsafe class PluginRequirements
{
    /// <summary>The lowest VkApplicationInfo::apiVersion, packed as Vulkan does: 1.2.</summary>
    public const uint MinimumApiVersion = 0x402000;

    /// <summary>Everything, what is required first.</summary>
    public static IReadOnlyList<PluginRequirement> All { get; } =
    [
        .. GpuRequirements.All.OrderByDescending(row => row.IsRequired).Select(row =>
            new PluginRequirement(row.Name, KindOf(row), row.IsRequired, row.Purpose)),
    ];

    /// <summary>
    /// Adds to a chain for VkDeviceCreateInfo::pNext what the plugin requires or uses and the physical device has. Features that
    /// the chain has already stay on; a struct that it lacks is put before it.
    /// </summary>
    /// <param name="getInstanceProcAddr">PFN_vkGetInstanceProcAddr.</param>
    /// <param name="instance">VkInstance.</param>
    /// <param name="physicalDevice">VkPhysicalDevice.</param>
    /// <param name="apiVersion">VkApplicationInfo::apiVersion of the instance.</param>
    /// <param name="chain">The host's chain, which is changed; 0 for none.</param>
    /// <returns>The chain; to be disposed of once the device is made.</returns>
    /// <exception cref="HostException">The physical device lacks what is required; all of it is named.</exception>
    public static FeatureChainPatch EnableFeatures(
        nint getInstanceProcAddr, nint instance, nint physicalDevice, uint apiVersion, nint chain)
    {
        HostHandles handles = Handles(new HostDevice
        {
            GetInstanceProcAddr = getInstanceProcAddr, Instance = instance, PhysicalDevice = physicalDevice,
            ApiVersion = apiVersion, Device = 0, Queue = 0, QueueFamily = 0,
        });
        using VulkanInstance borrowed = VulkanInstance.Borrow(handles);
        Adapter adapter = Adapter.Read(borrowed.Api, handles.PhysicalDevice, 0);
        if (handles.ApiVersion < adapter.ApiVersion) adapter = adapter with { ApiVersion = handles.ApiVersion };
        IReadOnlyList<string> missing = GpuRequirements.Missing(adapter);
        if (missing.Count > 0)
            throw new HostException($"\"{adapter.Name}\" cannot be used.", [.. missing.Select(what => $"It {what}.")]);

        FeatureChainPatch patch = new(chain);
        foreach (GpuRequirement row in GpuRequirements.Usable(adapter, new GpuOptions()))
            if (row.Bit is not null) patch.Enable(row);
        return patch;
    }

    /// <summary>What a host's device lacks for the plugin, a sentence each; empty where it can be used.</summary>
    public static IReadOnlyList<string> Check(HostDevice host)
    {
        List<string> problems = [];
        Need(host.GetInstanceProcAddr, "GetInstanceProcAddr");
        Need(host.Instance, "Instance");
        Need(host.PhysicalDevice, "PhysicalDevice");
        Need(host.Device, "Device");
        Need(host.Queue, "Queue");
        if (host.LockQueue is null != host.UnlockQueue is null) problems.Add("LockQueue and UnlockQueue go together.");
        if (host.ApiVersion < MinimumApiVersion)
        {
            problems.Add($"ApiVersion is {host.ApiVersion >> 22}.{host.ApiVersion >> 12 & 1023}; the instance must be made for " +
                "Vulkan 1.2 or later.");
        }
        if (problems.Count > 0) return problems;

        HostHandles handles = Handles(host);
        HostFunctions functions = new(handles);
        problems.AddRange(functions.Missing().Select(name => $"GetInstanceProcAddr knows no {name}."));
        if (problems.Count > 0) return problems;

        using VulkanInstance borrowed = VulkanInstance.Borrow(handles);
        Adapter adapter = Adapter.Read(borrowed.Api, handles.PhysicalDevice, 0);
        if (host.QueueFamily >= adapter.Families.Length)
            return [$"QueueFamily is {host.QueueFamily}; \"{adapter.Name}\" has {adapter.Families.Length} families."];
        return
        [
            .. GpuRequirements.Missing(adapter.As(handles)).Select(what => adapter.MissesOnlyBecauseOfTheHost(what)
                ? $"\"{adapter.Name}\" {what} on this device, because it was not enabled."
                : $"\"{adapter.Name}\" {what}."),
        ];

        void Need(nint handle, string name)
        {
            if (handle == 0) problems.Add($"{name} is 0.");
        }
    }

    internal static HostHandles Handles(HostDevice host) => new()
    {
        GetInstanceProcAddr = host.GetInstanceProcAddr,
        ApiVersion = new Version((int)(host.ApiVersion >> 22 & 127), (int)(host.ApiVersion >> 12 & 1023)),
        Instance = new Instance(host.Instance),
        PhysicalDevice = new PhysicalDevice(host.PhysicalDevice),
        Device = new Device(host.Device),
        Queue = new Queue(host.Queue),
        QueueFamily = host.QueueFamily,
        InstanceExtensions = host.InstanceExtensions,
        DeviceExtensions = host.DeviceExtensions,
        Features = FeatureChain.Read((StructureHeader*)host.Features),
        LockQueue = host.LockQueue is { } take ? () => take(host.QueueFamily, host.QueueIndex) : null,
        UnlockQueue = host.UnlockQueue is { } give ? () => give(host.QueueFamily, host.QueueIndex) : null,
        Allocator = host.Allocator,
    };

    private static bool MissesOnlyBecauseOfTheHost(this Adapter adapter, string what) =>
        !GpuRequirements.Missing(adapter).Contains(what) && !what.StartsWith("has Vulkan", StringComparison.Ordinal);

    private static RequirementKind KindOf(GpuRequirement row) =>
        row == GpuRequirements.Vulkan12 ? RequirementKind.Version
        : row == GpuRequirements.Compute ? RequirementKind.Queue
        : row.IsInstanceExtension ? RequirementKind.InstanceExtension
        : row.IsDeviceExtension ? RequirementKind.DeviceExtension
        : RequirementKind.Feature;
}

/// <summary>A host's feature chain with what the plugin uses enabled. Owns the structs that it put before the host's.</summary>
public sealed unsafe class FeatureChainPatch : IDisposable
{
    private readonly List<nint> _added = [];

    internal FeatureChainPatch(nint chain) => Chain = chain;

    /// <summary>For VkDeviceCreateInfo::pNext, until this is disposed of; then 0.</summary>
    public nint Chain { get; private set; }

    internal void Enable(GpuRequirement row)
    {
        if (FeatureChain.Enable((StructureHeader*)Chain, row)) return;

        // A version's own struct must not stand beside one that it took in, which the chain may have; two of those may.
        nuint bytes = row.Alone is null ? (nuint)sizeof(PhysicalDeviceFeatures2) : LoneFeature.Bytes;
        StructureHeader* added = (StructureHeader*)NativeMemory.AllocZeroed(bytes);
        added->SType = row.Alone?.Type ?? row.In;
        added->PNext = (StructureHeader*)Chain;
        _added.Add((nint)added);
        Chain = (nint)added;
        FeatureChain.Enable(added, row);
    }

    /// <summary>Frees what was added. The host's own structs keep what was enabled in them.</summary>
    public void Dispose()
    {
        foreach (nint added in _added) NativeMemory.Free((void*)added);
        _added.Clear();
        Chain = 0;
    }
}
