using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests;

/// <summary>Ends the shared device when every test has run; objects that a test forgot fail the run.</summary>
[SetUpFixture]
public sealed class SharedDeviceTeardown
{
    [OneTimeTearDown]
    public void Close()
    {
        IReadOnlyList<GpuMessage> complaints = TestDevice.Close();
        Assert.That(complaints, Is.Empty, "tests left objects behind");
    }
}
