namespace ResNetVulkan.Gpu;

/// <summary>What a device is made of.</summary>
public enum GpuKind
{
    /// <summary>A card with memory of its own.</summary>
    Discrete,

    /// <summary>A GPU that shares the machine's memory.</summary>
    Integrated,

    /// <summary>A GPU lent by a virtual machine's host.</summary>
    Virtual,

    /// <summary>A driver that computes on the CPU: llvmpipe, SwiftShader.</summary>
    Cpu,

    /// <summary>None of these, says its driver.</summary>
    Other,
}

/// <summary>One device of this machine, as its driver describes it. Holds no handle, so it outlives every device.</summary>
public sealed record GpuInfo
{
    /// <summary>Its place in the loader's list, from 0; the same for every listing in one process.</summary>
    public required int Index { get; init; }

    /// <summary>The device's name, as its driver gives it.</summary>
    public required string Name { get; init; }

    /// <summary>What it is made of.</summary>
    public required GpuKind Kind { get; init; }

    /// <summary>The Vulkan version that the device has.</summary>
    public required Version ApiVersion { get; init; }

    /// <summary>The driver ("llvmpipe", "NVIDIA"); empty below Vulkan 1.2.</summary>
    public required string DriverName { get; init; }

    /// <summary>
    /// The driver's version as text ("Mesa 22.3.6 (LLVM 15.0.6)"); empty below Vulkan 1.2 and where the driver says nothing.
    /// </summary>
    public required string DriverInfo { get; init; }

    /// <summary>
    /// The driver's version packed in its own way. Both lavapipes say 0.0.1: with <see cref="DriverInfo"/> it tells drivers
    /// apart.
    /// </summary>
    public required uint DriverVersion { get; init; }

    /// <summary>16 bytes in hexadecimal, grouped as vulkaninfo prints them; zeros below Vulkan 1.2.</summary>
    public required string DeviceUuid { get; init; }

    /// <summary>The maker's PCI or Khronos number.</summary>
    public required uint VendorId { get; init; }

    /// <summary>The maker's number for this device.</summary>
    public required uint DeviceId { get; init; }

    /// <summary>
    /// Bytes of the largest device-local heap. On a CPU device, the machine's available memory at the time of listing: the heap
    /// that such drivers report is a constant.
    /// </summary>
    public required ulong MemoryBytes { get; init; }

    /// <summary>
    /// What it lacks for this library, each to be read after its name ("lacks timelineSemaphore"); empty where it can be used.
    /// </summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>What kernels may use on it.</summary>
    public required GpuTraits Traits { get; init; }

    /// <summary>One line: index, name, kind, versions, and what is missing.</summary>
    public override string ToString() =>
        $"{Index}: \"{Name}\" ({Kind}, Vulkan {ApiVersion}{(DriverInfo.Length == 0 ? "" : $", {DriverInfo}")}" +
        $"{(Missing.Count == 0 ? "" : $"; {string.Join(" and ", Missing)}")})";

    /// <summary>
    /// The device that <paramref name="selector"/> names, or without one the best that can be used.
    /// </summary>
    /// <param name="devices">All devices, in the loader's order.</param>
    /// <param name="selector">An index, a part of one device's name, or null.</param>
    /// <exception cref="GpuException">Nothing fits, or several do; the message lists the devices.</exception>
    internal static GpuInfo Choose(IReadOnlyList<GpuInfo> devices, string? selector)
    {
        if (devices.Count == 0)
            throw new GpuException($"No Vulkan device was found. {VulkanInstance.HowToInstall}");
        if (selector is not null)
            return Select(devices, selector);

        // GpuKind lists the better first; the sort keeps the loader's order among equals.
        return devices.Where(device => device.Missing.Count == 0).OrderBy(device => device.Kind).FirstOrDefault()
            ?? throw new GpuException($"No adapter fits. {string.Join("; ", devices.Select(device => device.Lacks))}.");
    }

    private static GpuInfo Select(IReadOnlyList<GpuInfo> devices, string selector)
    {
        List<GpuInfo> named = int.TryParse(selector, out int index) && devices.Any(device => device.Index == index)
            ? [devices.Single(device => device.Index == index)]
            : [.. devices.Where(device => device.Name.Contains(selector, StringComparison.OrdinalIgnoreCase))];

        if (named.Count == 0)
            throw new GpuException($"No device is called \"{selector}\". There {Listed(devices)}.");
        if (named.Count > 1)
            throw new GpuException($"\"{selector}\" names {named.Count} devices; use an index. There {Listed(devices)}.");
        return named[0].Missing.Count == 0 ? named[0] : throw new GpuException($"{named[0].Lacks}.");
    }

    private string Lacks => $"\"{Name}\" {string.Join(" and ", Missing)}";

    private static string Listed(IReadOnlyList<GpuInfo> devices) =>
        $"{(devices.Count == 1 ? "is" : "are")} {string.Join("; ", devices)}";
}
