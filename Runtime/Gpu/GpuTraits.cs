namespace ResNetVulkan.Gpu;

/// <summary>Whose driver a device runs on: what decides which kernels are fast there.</summary>
public enum GpuDriver
{
    /// <summary>A driver that this library has no table for.</summary>
    Other,

    /// <summary>Mesa's lavapipe: Vulkan on the CPU through LLVM.</summary>
    Lavapipe,

    /// <summary>SwiftShader: Vulkan on the CPU; does not unroll loops, has no 64-bit integers.</summary>
    SwiftShader,

    /// <summary>NVIDIA's own driver, or Mesa's NVK.</summary>
    Nvidia,

    /// <summary>AMD's own driver, or Mesa's RADV.</summary>
    Amd,

    /// <summary>Intel's own driver, or Mesa's ANV.</summary>
    Intel,

    /// <summary>MoltenVK on Apple's GPUs.</summary>
    Apple,
}

/// <summary>
/// What a kernel may use and what it should avoid on one device: plain facts, no handle. A graph is compiled against these, so a
/// test can compile for a device that it does not have.
/// </summary>
public sealed record GpuTraits
{
    /// <summary>The device's name, as its driver gives it.</summary>
    public required string DeviceName { get; init; }

    /// <summary>Whose driver it is.</summary>
    public required GpuDriver Driver { get; init; }

    /// <summary>
    /// The driver's version, read from its info string where that has one ("Mesa 25.0.7"); 0.0 where it has none.
    /// </summary>
    public required Version DriverVersion { get; init; }

    /// <summary>Whether the "GPU" is the CPU.</summary>
    public required bool IsCpu { get; init; }

    /// <summary>Invocations in a subgroup, as compute shaders get it by default.</summary>
    public required uint SubgroupSize { get; init; }

    /// <summary>Whether compute shaders have the ballot, shuffle and quad subgroup operations.</summary>
    public required bool HasSubgroupBroadcast { get; init; }

    /// <summary>bufferDeviceAddress is on: tensors reach kernels as pointers.</summary>
    public required bool HasAddresses { get; init; }

    /// <summary>shaderInt64 is on: two floats can be loaded as one 64-bit integer.</summary>
    public required bool HasInt64 { get; init; }

    /// <summary>storageBuffer16BitAccess is on: float16 storage can be chosen.</summary>
    public required bool HasStorage16 { get; init; }

    /// <summary>The longest range of one storage buffer binding, in bytes.</summary>
    public required ulong MaxStorageRange { get; init; }

    /// <summary>The most texels of one texel buffer.</summary>
    public required uint MaxTexelElements { get; init; }

    /// <summary>
    /// Whether kernels can read tensors through texel buffers of whole memory blocks. Not where such a buffer ends too early, and
    /// not on lavapipe after Mesa 22.3: in some loops Mesa 25.0 fetches the first lane's texel for all lanes.
    /// </summary>
    public bool CanReadTexels =>
        MaxTexelElements >= 1 << 27 && !(Driver == GpuDriver.Lavapipe && DriverVersion.Major > 22);

    /// <summary>The most invocations of one workgroup.</summary>
    public required uint MaxGroupInvocations { get; init; }

    /// <summary>Shared memory of one workgroup, in bytes.</summary>
    public required uint SharedMemory { get; init; }

    /// <summary>Push constants, in bytes; at least 128.</summary>
    public required uint MaxPushBytes { get; init; }

    /// <summary>What a slice of a storage or texel buffer must be aligned to, in bytes; a power of two, at least 64.</summary>
    public required uint SliceAlignment { get; init; }
}
