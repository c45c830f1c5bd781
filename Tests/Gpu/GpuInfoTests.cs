using NUnit.Framework;
using ResNetVulkan.Gpu;

namespace ResNetVulkan.Tests.Gpu;

/// <summary>The choice of a device among devices that this machine need not have.</summary>
[TestFixture]
public sealed class GpuInfoTests
{
    private static readonly GpuInfo Llvmpipe = Info(0, "llvmpipe (LLVM 15.0.6, 256 bits)", GpuKind.Cpu);
    private static readonly GpuInfo Iris = Info(1, "Intel(R) Iris(R) Xe Graphics", GpuKind.Integrated);
    private static readonly GpuInfo Rtx3060 = Info(2, "NVIDIA GeForce RTX 3060", GpuKind.Discrete);
    private static readonly GpuInfo Rtx4090 = Info(3, "NVIDIA GeForce RTX 4090", GpuKind.Discrete);
    private static readonly GpuInfo Venus = Info(4, "Virtio-GPU Venus", GpuKind.Virtual);
    private static readonly GpuInfo OldIntel = Info(5, "Intel HD 4000", GpuKind.Integrated, "has Vulkan 1.0, 1.2 is needed");
    private static readonly GpuInfo OldCpu = Info(6, "llvmpipe", GpuKind.Cpu, "lacks timelineSemaphore");

    [Test]
    public void Takes_discrete_before_integrated_before_virtual_before_CPU()
    {
        Assert.Multiple(() =>
        {
            Assert.That(GpuInfo.Choose([Llvmpipe, Iris, Rtx3060, Rtx4090, Venus], null), Is.SameAs(Rtx3060), "first of equals");
            Assert.That(GpuInfo.Choose([Llvmpipe, Venus, Iris], null), Is.SameAs(Iris));
            Assert.That(GpuInfo.Choose([Llvmpipe, Venus], null), Is.SameAs(Venus));
            Assert.That(GpuInfo.Choose([OldIntel, Llvmpipe], null), Is.SameAs(Llvmpipe), "passes over what cannot be used");
        });
    }

    [TestCase("2", 2, TestName = "by index")]
    [TestCase("4090", 3, TestName = "by a number in the name, where it is no index")]
    [TestCase("iris", 1, TestName = "by a part of the name, in any case")]
    [TestCase("LLVM", 0, TestName = "a CPU device, though there are better ones")]
    public void Selects(string selector, int index) =>
        Assert.That(GpuInfo.Choose([Llvmpipe, Iris, Rtx3060, Rtx4090], selector).Index, Is.EqualTo(index));

    [Test]
    public void Says_what_each_device_lacks_when_none_fits() =>
        Assert.That(Refusal([OldCpu, OldIntel], null), Is.EqualTo(
            "No adapter fits. \"llvmpipe\" lacks timelineSemaphore; \"Intel HD 4000\" has Vulkan 1.0, 1.2 is needed."));

    [Test]
    public void Says_what_the_chosen_device_lacks_rather_than_take_another() =>
        Assert.That(Refusal([Rtx3060, OldIntel], "hd 4000"), Is.EqualTo("\"Intel HD 4000\" has Vulkan 1.0, 1.2 is needed."));

    [Test]
    public void Lists_the_devices_when_the_selector_names_none() =>
        Assert.That(Refusal([Iris], "radeon"), Is.EqualTo(
            "No device is called \"radeon\". There is 1: \"Intel(R) Iris(R) Xe Graphics\" (Integrated, Vulkan 1.3, Test 1.0)."));

    [Test]
    public void Lists_the_devices_when_the_selector_names_several() =>
        Assert.That(Refusal([Rtx3060, Rtx4090], "geforce"), Is.EqualTo(
            "\"geforce\" names 2 devices; use an index. There are " +
            "2: \"NVIDIA GeForce RTX 3060\" (Discrete, Vulkan 1.3, Test 1.0); " +
            "3: \"NVIDIA GeForce RTX 4090\" (Discrete, Vulkan 1.3, Test 1.0)."));

    [Test]
    public void Says_what_to_install_where_there_is_no_device_at_all() =>
        Assert.That(Refusal([], null), Does.StartWith("No Vulkan device was found. Install a driver: on Debian and Ubuntu"));

    private static string Refusal(GpuInfo[] devices, string? selector) =>
        Assert.Throws<GpuException>(() => GpuInfo.Choose(devices, selector))!.Message;

    private static GpuInfo Info(int index, string name, GpuKind kind, params string[] missing) => new()
    {
        Index = index,
        Name = name,
        Kind = kind,
        ApiVersion = new Version(1, 3),
        DriverName = "Test",
        DriverInfo = "Test 1.0",
        DriverVersion = 1,
        DeviceUuid = "",
        VendorId = 0,
        DeviceId = 0,
        MemoryBytes = 1 << 30,
        Missing = missing,
        Traits = new GpuTraits
        {
            DeviceName = name, Driver = GpuDriver.Other, DriverVersion = new Version(1, 0), IsCpu = kind == GpuKind.Cpu,
            SubgroupSize = 32, HasSubgroupBroadcast = true, HasAddresses = true, HasInt64 = true, HasStorage16 = true,
            MaxStorageRange = 1 << 27, MaxTexelElements = 1 << 27, MaxGroupInvocations = 1024, SharedMemory = 32768,
            MaxPushBytes = 128, SliceAlignment = 64,
        },
    };
}
