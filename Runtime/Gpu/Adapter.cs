using System.Globalization;
using Silk.NET.Core;
using Silk.NET.Core.Native;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>
/// A physical device as its driver describes it, read once. Borrows the handle, which lives as long as the instance.
/// </summary>
internal sealed unsafe record Adapter
{
    public PhysicalDevice Handle { get; init; }

    public int Index { get; init; }

    public required string Name { get; init; }

    public PhysicalDeviceType Type { get; init; }

    /// <summary>The version that the device has; what a program may use is capped by the instance's 1.3.</summary>
    public required Version ApiVersion { get; init; }

    public uint DriverVersion { get; init; }

    public uint VendorId { get; init; }

    public uint DeviceId { get; init; }

    public int DriverId { get; init; }

    public string DriverName { get; init; } = "";

    public string DriverInfo { get; init; } = "";

    public byte[] DeviceUuid { get; init; } = new byte[16];

    public PhysicalDeviceLimits Limits { get; init; }

    public uint SubgroupSize { get; init; } = 1;

    public SubgroupFeatureFlags SubgroupOperations { get; init; }

    public ulong MaxAllocation { get; init; } = Bytes.GiB;

    public ulong MaxBuffer { get; init; } = Bytes.GiB;

    public FeatureChain Features { get; init; }

    public HashSet<string> Extensions { get; init; } = [];

    public QueueFamilyProperties[] Families { get; init; } = [];

    public PhysicalDeviceMemoryProperties Memory { get; init; }

    /// <summary>The family of a host's queue; null where the choice is free.</summary>
    public uint? GivenFamily { get; init; }

    public bool IsCpu => Type == PhysicalDeviceType.Cpu;

    /// <summary>
    /// The family to compute on: one without graphics where there is one that can time itself, so that long work does not hold up
    /// the desktop; null where none computes.
    /// </summary>
    public uint? ComputeFamily
    {
        get
        {
            if (GivenFamily is { } given)
                return given < Families.Length && (Families[given].QueueFlags & QueueFlags.ComputeBit) != 0 ? given : null;

            const QueueFlags both = QueueFlags.ComputeBit | QueueFlags.GraphicsBit;
            int family = Array.FindIndex(
                Families, f => (f.QueueFlags & both) == QueueFlags.ComputeBit && f.TimestampValidBits > 0);
            if (family < 0)
                family = Array.FindIndex(Families, f => (f.QueueFlags & QueueFlags.ComputeBit) != 0);
            return family < 0 ? null : (uint)family;
        }
    }

    public static Adapter Read(Vk api, PhysicalDevice handle, int index)
    {
        PhysicalDeviceProperties properties = api.GetPhysicalDeviceProperties(handle);
        Version32 packed = (Version32)properties.ApiVersion;
        Version version = new((int)packed.Major, (int)packed.Minor, (int)packed.Patch);

        uint count = 0;
        api.GetPhysicalDeviceQueueFamilyProperties(handle, &count, null);
        QueueFamilyProperties[] families = new QueueFamilyProperties[count];
        fixed (QueueFamilyProperties* first = families)
            api.GetPhysicalDeviceQueueFamilyProperties(handle, &count, first);

        // Below 1.2 nothing more can be asked in this way, nor is anything needed: the device is listed and refused.
        bool modern = version >= new Version(1, 2);
        PhysicalDeviceVulkan11Properties vulkan11 = new() { SType = StructureType.PhysicalDeviceVulkan11Properties };
        PhysicalDeviceDriverProperties driver = new() { SType = StructureType.PhysicalDeviceDriverProperties };
        PhysicalDeviceMaintenance4Properties maintenance4 = new() { SType = StructureType.PhysicalDeviceMaintenance4Properties };
        FeatureChain features = default;
        if (modern)
        {
            bool hasMaintenance4 = version >= new Version(1, 3);
            vulkan11.PNext = &driver;
            driver.PNext = hasMaintenance4 ? &maintenance4 : null;
            PhysicalDeviceProperties2 properties2 = new() { SType = StructureType.PhysicalDeviceProperties2, PNext = &vulkan11 };
            api.GetPhysicalDeviceProperties2(handle, &properties2);
            if (!hasMaintenance4)
                maintenance4.MaxBufferSize = vulkan11.MaxMemoryAllocationSize;

            api.GetPhysicalDeviceFeatures2(handle, FeatureChain.Link(&features, version));
        }

        return new Adapter
        {
            Handle = handle,
            Index = index,
            Name = Text(properties.DeviceName),
            Type = properties.DeviceType,
            ApiVersion = version,
            DriverVersion = properties.DriverVersion,
            VendorId = properties.VendorID,
            DeviceId = properties.DeviceID,
            DriverId = (int)driver.DriverID,
            DriverName = modern ? Text(driver.DriverName) : "",
            DriverInfo = modern ? Text(driver.DriverInfo) : "",
            DeviceUuid = new ReadOnlySpan<byte>(vulkan11.DeviceUuid, 16).ToArray(),
            Limits = properties.Limits,
            SubgroupSize = Math.Max(1, vulkan11.SubgroupSize),
            SubgroupOperations =
                (vulkan11.SubgroupSupportedStages & ShaderStageFlags.ComputeBit) != 0 ? vulkan11.SubgroupSupportedOperations : 0,
            MaxAllocation = modern ? vulkan11.MaxMemoryAllocationSize : Bytes.GiB,
            MaxBuffer = modern ? maintenance4.MaxBufferSize : Bytes.GiB,
            Features = features,
            Extensions = ReadExtensions(api, handle),
            Families = families,
            Memory = api.GetPhysicalDeviceMemoryProperties(handle),
        };
    }

    /// <summary>
    /// The same adapter as a host's device leaves it: with what was enabled, and nothing else that it could do.
    /// </summary>
    public Adapter As(HostHandles host) => this with
    {
        ApiVersion = host.ApiVersion < ApiVersion ? host.ApiVersion : ApiVersion,
        Features = host.Features,
        Extensions = [.. host.DeviceExtensions],
        GivenFamily = host.QueueFamily,
    };

    /// <summary>What a caller is told about the adapter, without its handle.</summary>
    public GpuInfo Describe(GpuOptions options) => new()
    {
        Index = Index,
        Name = Name,
        Kind = Type switch
        {
            PhysicalDeviceType.DiscreteGpu => GpuKind.Discrete,
            PhysicalDeviceType.IntegratedGpu => GpuKind.Integrated,
            PhysicalDeviceType.VirtualGpu => GpuKind.Virtual,
            PhysicalDeviceType.Cpu => GpuKind.Cpu,
            _ => GpuKind.Other,
        },
        ApiVersion = ApiVersion,
        DriverName = DriverName,
        DriverInfo = DriverInfo,
        DriverVersion = DriverVersion,
        DeviceUuid = UuidText(),
        VendorId = VendorId,
        DeviceId = DeviceId,
        MemoryBytes = IsCpu ? MachineMemory.Available() : LargestLocalHeap(),
        Missing = GpuRequirements.Missing(this),
        Traits = TraitsWith(options),
    };

    private GpuTraits TraitsWith(GpuOptions options)
    {
        HashSet<GpuRequirement> enabled = GpuRequirements.Usable(this, options);
        SubgroupFeatureFlags broadcast =
            SubgroupFeatureFlags.BallotBit | SubgroupFeatureFlags.ShuffleBit | SubgroupFeatureFlags.QuadBit;
        PhysicalDeviceLimits limits = Limits;
        ulong alignment = Math.Max(limits.MinStorageBufferOffsetAlignment, limits.MinTexelBufferOffsetAlignment);
        return new GpuTraits
        {
            DeviceName = Name,
            Driver = DriverOf(DriverId),
            DriverVersion = VersionIn(DriverInfo),
            IsCpu = IsCpu,
            SubgroupSize = SubgroupSize,
            HasSubgroupBroadcast = (SubgroupOperations & broadcast) == broadcast,
            HasAddresses = enabled.Contains(GpuRequirements.BufferDeviceAddress),
            HasInt64 = enabled.Contains(GpuRequirements.ShaderInt64),
            HasStorage16 = enabled.Contains(GpuRequirements.StorageBuffer16BitAccess),
            MaxStorageRange = limits.MaxStorageBufferRange,
            MaxTexelElements = options.DisableTexelBuffers ? 0 : limits.MaxTexelBufferElements,
            MaxGroupInvocations = limits.MaxComputeWorkGroupInvocations,
            SharedMemory = limits.MaxComputeSharedMemorySize,
            MaxPushBytes = limits.MaxPushConstantsSize,
            SliceAlignment = (uint)Math.Max(64, alignment),
        };
    }

    /// <summary>VkDriverId's numbers, which newer headers only add to: 24 (NVK) is younger than the binding.</summary>
    internal static GpuDriver DriverOf(int driverId) => driverId switch
    {
        13 => GpuDriver.Lavapipe,
        10 => GpuDriver.SwiftShader,
        4 or 24 => GpuDriver.Nvidia,
        1 or 2 or 3 => GpuDriver.Amd,
        5 or 6 => GpuDriver.Intel,
        14 => GpuDriver.Apple,
        _ => GpuDriver.Other,
    };

    /// <summary>
    /// The first "number.number…" of a driver's info string: 22.3.6 of "Mesa 22.3.6 (LLVM 15.0.6)"; 0.0 where there is none.
    /// </summary>
    internal static Version VersionIn(string driverInfo)
    {
        foreach (string word in driverInfo.Split([' ', '(', ')', ',', '-', '+'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Version.TryParse(word.TrimStart('v'), out Version? version))
                return version;
        }

        return new Version(0, 0);
    }

    private ulong LargestLocalHeap()
    {
        PhysicalDeviceMemoryProperties memory = Memory;
        ulong largest = 0;
        for (int i = 0; i < memory.MemoryHeapCount; i++)
        {
            if (memory.MemoryHeaps[i].Flags.HasFlag(MemoryHeapFlags.DeviceLocalBit))
                largest = Math.Max(largest, memory.MemoryHeaps[i].Size);
        }

        return largest;
    }

    private string UuidText()
    {
        string hex = Convert.ToHexStringLower(DeviceUuid);
        return string.Create(CultureInfo.InvariantCulture, $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}");
    }

    private static HashSet<string> ReadExtensions(Vk api, PhysicalDevice handle)
    {
        uint count = 0;
        api.EnumerateDeviceExtensionProperties(handle, (byte*)null, &count, null);
        ExtensionProperties[] extensions = new ExtensionProperties[count];
        fixed (ExtensionProperties* first = extensions)
            api.EnumerateDeviceExtensionProperties(handle, (byte*)null, &count, first);
        return VulkanInstance.NamesOf(extensions);
    }

    private static string Text(byte* text) => SilkMarshal.PtrToString((nint)text) ?? "";
}
