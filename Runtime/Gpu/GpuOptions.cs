namespace ResNetVulkan.Gpu;

/// <summary>Which device to take and how to set it up. The defaults are what a release build wants.</summary>
public sealed record GpuOptions
{
    /// <summary>
    /// The device: its index in <see cref="GpuDevice.List"/>, or a part of its name in any case. Null takes the best: discrete,
    /// then integrated, then virtual, then CPU.
    /// </summary>
    public string? Device { get; init; }

    /// <summary>
    /// Loads VK_LAYER_KHRONOS_validation; its findings arrive at <see cref="GpuDevice.Message"/>. Several times slower.
    /// </summary>
    public bool Validation { get; init; }

    /// <summary>
    /// With <see cref="Validation"/>: also looks for missing barriers. It does not see accesses through device addresses.
    /// </summary>
    public bool SynchronizationValidation { get; init; }

    /// <summary>
    /// Names objects for debuggers and messages (VK_EXT_debug_utils, where present), and reports by name what is alive when the
    /// device is disposed of. Debug builds always report.
    /// </summary>
    public bool DebugNames { get; init; }

    /// <summary>Bytes of device memory to use at most, over all heaps; null for what the heap's budget allows.</summary>
    public ulong? MemoryLimit { get; init; }

    /// <summary>Leaves bufferDeviceAddress off, so that kernels take their tensors as storage buffers.</summary>
    public bool DisableAddresses { get; init; }

    /// <summary>Leaves texel buffers unused: <see cref="GpuTraits.MaxTexelElements"/> is 0.</summary>
    public bool DisableTexelBuffers { get; init; }

    /// <summary>What drivers and tools call this program.</summary>
    public string ApplicationName { get; init; } = "ResNetVulkan";
}
