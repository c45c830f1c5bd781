using NUnit.Framework;
using ResNetVulkan.Gpu;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// Tests on the shared device. One fails when the validation layer complains during it, whatever it asserts itself.
/// </summary>
[Category("Device")]
public abstract class DeviceTests
{
    private protected static GpuDevice Device => TestDevice.Shared;

    [SetUp]
    public void Forget_what_others_provoked() => TestDevice.TakeComplaints();

    [TearDown]
    public void Fail_on_complaints_of_the_validation_layer() =>
        Assert.That(TestDevice.TakeComplaints(), Is.Empty, "the validation layer complained");
}
