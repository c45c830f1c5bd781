using ResNetVulkan.Gpu;

namespace ResNetVulkan.Tests.Graphs;

/// <summary>
/// What devices let kernels use, as they were read from them: graphs are compiled for these without having one.
/// </summary>
internal static class Traits
{
    public static GpuTraits Lavapipe22 { get; } = new()
    {
        DeviceName = "llvmpipe (LLVM 15.0.6, 256 bits)",
        Driver = GpuDriver.Lavapipe,
        DriverVersion = new Version(22, 3, 6),
        IsCpu = true,
        SubgroupSize = 8,
        HasSubgroupBroadcast = true,
        HasAddresses = true,
        HasInt64 = true,
        HasStorage16 = true,
        MaxStorageRange = 128 << 20,
        MaxTexelElements = 1 << 27,
        MaxGroupInvocations = 1024,
        SharedMemory = 32 << 10,
        MaxPushBytes = 128,
        SliceAlignment = 64,
    };

    public static GpuTraits Lavapipe25 { get; } = Lavapipe22 with
    {
        DeviceName = "llvmpipe (LLVM 19.1.7, 256 bits)", DriverVersion = new Version(25, 0, 7), MaxPushBytes = 256,
    };

    public static GpuTraits SwiftShader { get; } = Lavapipe22 with
    {
        DeviceName = "SwiftShader Device",
        Driver = GpuDriver.SwiftShader,
        DriverVersion = new Version(0, 0),
        SubgroupSize = 4,
        HasInt64 = false,
        HasStorage16 = false,
        MaxStorageRange = 1 << 30,
        SliceAlignment = 256,
    };

    public static GpuTraits WithoutAddresses { get; } = Lavapipe25 with
    {
        DeviceName = "llvmpipe without addresses", HasAddresses = false,
    };

    public static GpuTraits Card { get; } = Lavapipe22 with
    {
        DeviceName = "a card",
        Driver = GpuDriver.Nvidia,
        DriverVersion = new Version(580, 65),
        IsCpu = false,
        SubgroupSize = 32,
        MaxStorageRange = uint.MaxValue,
        SharedMemory = 48 << 10,
        MaxPushBytes = 256,
        SliceAlignment = 256,
    };

    public static IReadOnlyList<GpuTraits> All { get; } = [Lavapipe22, Lavapipe25, SwiftShader, WithoutAddresses, Card];
}
