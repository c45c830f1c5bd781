using Silk.NET.Core;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>The feature structs of Vulkan 1.0 to 1.3, to be read from an adapter or enabled on a device.</summary>
internal unsafe struct FeatureChain
{
    public PhysicalDeviceFeatures2 Core;
    public PhysicalDeviceVulkan11Features Vulkan11;
    public PhysicalDeviceVulkan12Features Vulkan12;
    public PhysicalDeviceVulkan13Features Vulkan13;

    /// <summary>
    /// Chains the structs that a device of <paramref name="version"/> knows. The chain must not move while it is used.
    /// </summary>
    public static PhysicalDeviceFeatures2* Link(FeatureChain* chain, Version version)
    {
        chain->Core.SType = StructureType.PhysicalDeviceFeatures2;
        chain->Vulkan11.SType = StructureType.PhysicalDeviceVulkan11Features;
        chain->Vulkan12.SType = StructureType.PhysicalDeviceVulkan12Features;
        chain->Vulkan13.SType = StructureType.PhysicalDeviceVulkan13Features;

        chain->Core.PNext = &chain->Vulkan11;
        chain->Vulkan11.PNext = &chain->Vulkan12;
        chain->Vulkan12.PNext = version >= new Version(1, 3) ? &chain->Vulkan13 : null;
        return &chain->Core;
    }

    /// <summary>
    /// What a host enabled: reads a chain of its structs, the versions' own and those that were merged into them.
    /// </summary>
    public static FeatureChain Read(StructureHeader* next)
    {
        FeatureChain read = default;
        for (; next != null; next = next->PNext)
        {
            switch (next->SType)
            {
                case StructureType.PhysicalDeviceFeatures2:
                    read.Core.Features = ((PhysicalDeviceFeatures2*)next)->Features;
                    break;
                case StructureType.PhysicalDeviceVulkan11Features:
                    read.Vulkan11 = *(PhysicalDeviceVulkan11Features*)next;
                    break;
                case StructureType.PhysicalDeviceVulkan12Features:
                    read.Vulkan12 = *(PhysicalDeviceVulkan12Features*)next;
                    break;
                case StructureType.PhysicalDeviceVulkan13Features:
                    read.Vulkan13 = *(PhysicalDeviceVulkan13Features*)next;
                    break;
                default:
                    foreach (GpuRequirement row in GpuRequirements.All)
                        if (row.Alone?.Type == next->SType && row.Alone.In(next)) row.Bit!(ref read) = true;
                    break;
            }
        }

        return read;
    }

    /// <summary>Sets a feature in the struct of a host's chain that has it.</summary>
    /// <returns>False where no struct of the chain does.</returns>
    public static bool Enable(StructureHeader* next, GpuRequirement row)
    {
        for (; next != null; next = next->PNext)
        {
            if (row.Alone?.Type == next->SType)
            {
                row.Alone.In(next) = true;
                return true;
            }

            // The bit is set in a copy of the one struct; where the row belongs to another, nothing changes.
            FeatureChain one = default;
            switch (next->SType)
            {
                case StructureType.PhysicalDeviceFeatures2 when row.In == next->SType:
                    one.Core = *(PhysicalDeviceFeatures2*)next;
                    row.Bit!(ref one) = true;
                    *(PhysicalDeviceFeatures2*)next = one.Core;
                    return true;
                case StructureType.PhysicalDeviceVulkan11Features when row.In == next->SType:
                    one.Vulkan11 = *(PhysicalDeviceVulkan11Features*)next;
                    row.Bit!(ref one) = true;
                    *(PhysicalDeviceVulkan11Features*)next = one.Vulkan11;
                    return true;
                case StructureType.PhysicalDeviceVulkan12Features when row.In == next->SType:
                    one.Vulkan12 = *(PhysicalDeviceVulkan12Features*)next;
                    row.Bit!(ref one) = true;
                    *(PhysicalDeviceVulkan12Features*)next = one.Vulkan12;
                    return true;
                case StructureType.PhysicalDeviceVulkan13Features when row.In == next->SType:
                    one.Vulkan13 = *(PhysicalDeviceVulkan13Features*)next;
                    row.Bit!(ref one) = true;
                    *(PhysicalDeviceVulkan13Features*)next = one.Vulkan13;
                    return true;
            }
        }

        return false;
    }
}

/// <summary>Where a feature's bit lies: what both reads it and enables it.</summary>
internal delegate ref Bool32 FeatureBit(ref FeatureChain features);

/// <summary>What every struct of a Vulkan chain begins with.</summary>
internal unsafe struct StructureHeader
{
    public StructureType SType;
    public StructureHeader* PNext;
}

/// <summary>
/// The struct that had a feature before a version's own struct took it in, and may still stand for it in a chain.
/// </summary>
/// <param name="Type">Which.</param>
/// <param name="Index">The feature's place among the struct's bits.</param>
internal sealed unsafe record LoneFeature(StructureType Type, int Index)
{
    /// <summary>All such structs begin alike, and have at most four bits.</summary>
    public const int Bytes = 32;

    public ref Bool32 In(StructureHeader* structure) => ref ((Bool32*)(structure + 1))[Index];
}

/// <summary>One row of <see cref="GpuRequirements"/>: a version, a feature or an extension.</summary>
/// <param name="Name">As the specification spells it.</param>
/// <param name="Purpose">What this library does with it.</param>
/// <param name="IsRequired">A device without it cannot be used; otherwise it is used where present.</param>
internal sealed record GpuRequirement(string Name, string Purpose, bool IsRequired)
{
    /// <summary>The feature's bit, where the row is a feature.</summary>
    public FeatureBit? Bit { get; init; }

    /// <summary>The struct of <see cref="FeatureChain"/> that the bit lies in.</summary>
    public StructureType In { get; init; }

    /// <summary>The other struct that a chain may have it in; null for a feature of Vulkan 1.0.</summary>
    public LoneFeature? Alone { get; init; }

    /// <summary>Whether the row is an extension of the instance or of the device, called <see cref="Name"/>.</summary>
    public bool IsInstanceExtension { get; init; }

    /// <inheritdoc cref="IsInstanceExtension"/>
    public bool IsDeviceExtension { get; init; }

    /// <summary>Whether the caller's options want it.</summary>
    public Func<GpuOptions, bool> IsWanted { get; init; } = static _ => true;

    /// <summary>
    /// What an adapter lacks, to be read after its name; null where it has it. For rows that are neither feature nor extension.
    /// </summary>
    public Func<Adapter, string?>? Lack { get; init; }

    /// <summary>What <paramref name="adapter"/> lacks of this row, to be read after its name; null where it has it.</summary>
    public string? MissingFrom(Adapter adapter)
    {
        if (Lack is not null)
            return Lack(adapter);

        FeatureChain features = adapter.Features;
        bool has = Bit is not null ? Bit(ref features) : adapter.Extensions.Contains(Name);
        return has ? null : $"lacks {Name}";
    }
}

/// <summary>
/// Everything this library requires of a device or uses where present, in one table: for choosing a device, enabling features and
/// extensions, the sentences of errors, and what a host is told to enable.
/// </summary>
internal static class GpuRequirements
{
    public static readonly GpuRequirement Vulkan12 = new("Vulkan 1.2", "The baseline", IsRequired: true)
    {
        Lack = static adapter => adapter.ApiVersion >= new Version(1, 2)
            ? null
            : $"has Vulkan {adapter.ApiVersion.Major}.{adapter.ApiVersion.Minor}, 1.2 is needed",
    };

    public static readonly GpuRequirement Compute = new("a queue family with compute", "Everything runs there", IsRequired: true)
    {
        Lack = static adapter => adapter.ComputeFamily is null ? "lacks a queue family with compute" : null,
    };

    public static readonly GpuRequirement TimelineSemaphore =
        new("timelineSemaphore", "Orders submissions and is what waits wait for", IsRequired: true)
    {
        Bit = static (ref f) => ref f.Vulkan12.TimelineSemaphore,
        In = StructureType.PhysicalDeviceVulkan12Features,
        Alone = new(StructureType.PhysicalDeviceTimelineSemaphoreFeatures, 0),
    };

    public static readonly GpuRequirement BufferDeviceAddress =
        new("bufferDeviceAddress", "Tensors as pointers, longer than a storage binding", false)
    {
        Bit = static (ref f) => ref f.Vulkan12.BufferDeviceAddress,
        In = StructureType.PhysicalDeviceVulkan12Features,
        Alone = new(StructureType.PhysicalDeviceBufferDeviceAddressFeatures, 0),
        IsWanted = static options => !options.DisableAddresses,
    };

    public static readonly GpuRequirement ShaderInt64 = new("shaderInt64", "Pointer arithmetic, two floats in one load", false)
    {
        Bit = static (ref f) => ref f.Core.Features.ShaderInt64,
        In = StructureType.PhysicalDeviceFeatures2,
    };

    public static readonly GpuRequirement StorageBuffer16BitAccess = new("storageBuffer16BitAccess", "float16 tensors", false)
    {
        Bit = static (ref f) => ref f.Vulkan11.StorageBuffer16BitAccess,
        In = StructureType.PhysicalDeviceVulkan11Features,
        Alone = new(StructureType.PhysicalDevice16BitStorageFeatures, 0),
    };

    public static readonly GpuRequirement ShaderFloat16 = new("shaderFloat16", "float16 arithmetic", false)
    {
        Bit = static (ref f) => ref f.Vulkan12.ShaderFloat16,
        In = StructureType.PhysicalDeviceVulkan12Features,
        Alone = new(StructureType.PhysicalDeviceShaderFloat16Int8Features, 0),
    };

    public static readonly GpuRequirement ScalarBlockLayout =
        new("scalarBlockLayout", "Tightly packed structs behind pointers", false)
    {
        Bit = static (ref f) => ref f.Vulkan12.ScalarBlockLayout,
        In = StructureType.PhysicalDeviceVulkan12Features,
        Alone = new(StructureType.PhysicalDeviceScalarBlockLayoutFeatures, 0),
    };

    public static readonly GpuRequirement HostQueryReset =
        new("hostQueryReset", "Timers that can be read before their first run", false)
    {
        Bit = static (ref f) => ref f.Vulkan12.HostQueryReset,
        In = StructureType.PhysicalDeviceVulkan12Features,
        Alone = new(StructureType.PhysicalDeviceHostQueryResetFeatures, 0),
    };

    public static readonly GpuRequirement SubgroupSizeControl =
        new("subgroupSizeControl", "Kernels tuned for one subgroup size", false)
    {
        Bit = static (ref f) => ref f.Vulkan13.SubgroupSizeControl,
        In = StructureType.PhysicalDeviceVulkan13Features,
        Alone = new(StructureType.PhysicalDeviceSubgroupSizeControlFeatures, 0),
    };

    public static readonly GpuRequirement ComputeFullSubgroups = new("computeFullSubgroups", "Lanes numbered without gaps", false)
    {
        Bit = static (ref f) => ref f.Vulkan13.ComputeFullSubgroups,
        In = StructureType.PhysicalDeviceVulkan13Features,
        Alone = new(StructureType.PhysicalDeviceSubgroupSizeControlFeatures, 1),
    };

    public static readonly GpuRequirement Synchronization2 =
        new("synchronization2", "Barriers between single stages in a host's command buffers", false)
    {
        Bit = static (ref f) => ref f.Vulkan13.Synchronization2,
        In = StructureType.PhysicalDeviceVulkan13Features,
        Alone = new(StructureType.PhysicalDeviceSynchronization2Features, 0),
    };

    public static readonly GpuRequirement StorageImageReadWithoutFormat =
        new("shaderStorageImageReadWithoutFormat", "A host's storage images of any format", false)
    {
        Bit = static (ref f) => ref f.Core.Features.ShaderStorageImageReadWithoutFormat,
        In = StructureType.PhysicalDeviceFeatures2,
    };

    public static readonly GpuRequirement MemoryBudget = new("VK_EXT_memory_budget", "What other programs left of a heap", false)
    {
        IsDeviceExtension = true,
    };

    public static readonly GpuRequirement PortabilitySubset =
        new("VK_KHR_portability_subset", "A device that has it (MoltenVK) wants it enabled", false)
    {
        IsDeviceExtension = true,
    };

    public static readonly GpuRequirement PortabilityEnumeration = new("VK_KHR_portability_enumeration", "Lists MoltenVK", false)
    {
        IsInstanceExtension = true,
    };

    public static readonly GpuRequirement DebugUtils = new("VK_EXT_debug_utils", "Messages, and names of objects", false)
    {
        IsInstanceExtension = true,
        IsWanted = static options => options.Validation || options.DebugNames,
    };

    /// <summary>Every row. The driver's name and version need none: VK_KHR_driver_properties is part of Vulkan 1.2.</summary>
    public static readonly IReadOnlyList<GpuRequirement> All =
    [
        Vulkan12, Compute, TimelineSemaphore,
        BufferDeviceAddress, ShaderInt64, StorageBuffer16BitAccess, ShaderFloat16, ScalarBlockLayout, HostQueryReset,
        SubgroupSizeControl, ComputeFullSubgroups, Synchronization2, StorageImageReadWithoutFormat,
        MemoryBudget, PortabilitySubset, PortabilityEnumeration, DebugUtils,
    ];

    /// <summary>What keeps <paramref name="adapter"/> from being used, each to be read after its name.</summary>
    public static IReadOnlyList<string> Missing(Adapter adapter)
    {
        // Below 1.2 the feature structs cannot be asked, and the version says it all.
        if (Vulkan12.MissingFrom(adapter) is { } old)
            return [old];
        return [.. All.Where(row => row.IsRequired).Select(row => row.MissingFrom(adapter)).OfType<string>()];
    }

    /// <summary>The rows to enable on <paramref name="adapter"/>: what it has and the options want.</summary>
    public static HashSet<GpuRequirement> Usable(Adapter adapter, GpuOptions options) =>
        [.. All.Where(row => !row.IsInstanceExtension && row.IsWanted(options) && row.MissingFrom(adapter) is null)];
}
