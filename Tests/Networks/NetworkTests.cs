using NUnit.Framework;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Networks;

/// <summary>Whole networks on the device against PyTorch in float64, with weights and inputs from the hash.</summary>
[TestFixture, Category("Device")]
public sealed class NetworkTests : DeviceTests
{
    private const uint Seed = 20;

    private static readonly Lazy<NetworkLogits[]> Torch =
        new(() => NetworkOracle.Logits([.. NetworkOracle.Thin.Select(net => (net, 4, net.ImageSize))], Seed));

    private static IEnumerable<TestCaseData> ThinNets() =>
        NetworkOracle.Thin.Select((net, index) => new TestCaseData(index).SetArgDisplayNames(net.Name));

    [TestCaseSource(nameof(ThinNets))]
    public void A_thin_net_of_every_kind_gives_PyTorchs_logits(int index)
    {
        NetworkLogits torch = Torch.Value[index];
        foreach (Pipelines pipelines in TestPipelines.Forms)
        {
            float[] logits = TestNetwork.Run(pipelines, NetworkOracle.Thin[index], Seed, batch: 4, size: 16);
            double distance = torch.Distance(logits);
            TestContext.Out.WriteLine(
                $"{NetworkOracle.Thin[index].Name} [{TestPipelines.NameOf(pipelines)}]: relative L2 {distance:G3}, " +
                $"PyTorch's float32 {torch.Float32Distance:G3}");
            Assert.That(distance, Is.LessThanOrEqualTo(1e-4));
        }
        Assert.That(TestPipelines.TakeComplaints(), Is.Empty);
    }

    // Float32 networks drift apart by nature: what can be asked is to be no worse than PyTorch's own float32.
    [TestCase("resnet18", 224), Category("FullNet"), Category("Long")]
    [TestCase("resnet50", 224)]
    [TestCase("cifar-resnet20", 32)]
    public void A_full_net_is_as_near_to_float64_as_PyTorchs_float32(string model, int size)
    {
        NetworkConfig net = NetworkConfig.Find(model);
        NetworkLogits torch = NetworkOracle.Logits(net, Seed, batch: 2, size, seconds: 600);
        double distance = torch.Distance(TestNetwork.Run(TestPipelines.Shared, net, Seed, batch: 2, size));
        TestContext.Out.WriteLine($"{model}: relative L2 {distance:G3}, PyTorch's float32 {torch.Float32Distance:G3}");
        Assert.That(distance, Is.LessThanOrEqualTo(Math.Max(2 * torch.Float32Distance, 1e-5)));
    }
}
