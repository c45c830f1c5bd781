using NUnit.Framework;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Networks;

/// <summary>Whole training steps on the device against PyTorch's.</summary>
[TestFixture, Category("Device")]
public sealed class TrainingNetworkTests : DeviceTests
{
    private static readonly Lazy<TorchStep[][]> Thin = new(() => TorchTraining.Run([.. ThinTrainings()]));

    private static IEnumerable<TestCaseData> ThinNets() =>
        NetworkOracle.Thin.Select((net, index) => new TestCaseData(index).SetArgDisplayNames(net.Name));

    [TestCaseSource(nameof(ThinNets))]
    public void A_step_of_a_thin_net_of_every_kind_is_PyTorchs(int index)
    {
        HashedTraining training = ThinTrainings().ElementAt(index);
        foreach (Pipelines pipelines in TestPipelines.Forms) Compare(training, Thin.Value[index], pipelines).AssertWithin(1e-4);
        Assert.That(TestPipelines.TakeComplaints(), Is.Empty);
    }

    // Without dropout, which draws other numbers than PyTorch's.
    [TestCase("cifar-resnet20", 32), Category("FullNet"), Category("Long")]
    [TestCase("d2l-resnet18", 16)]
    [TestCase("bottleneck", 16)]
    [TestCase("vgg11-bn", 16)]
    public void Ten_steps_of_a_full_net_are_as_near_to_float64_as_PyTorchs_float32(string model, int batch)
    {
        NetworkConfig net = model switch
        {
            "bottleneck" => new ResNetConfig
            {
                Name = model, Block = ResNetBlock.Bottleneck, Depths = [2, 2, 2], Width = 16, Stem = ResNetStem.Cifar,
                ImageSize = 32, Classes = 10,
            },
            "vgg11-bn" => (VggConfig)NetworkConfig.Find(model) with
            {
                ImageSize = 32, HeadWidth = 512, DropoutRate = 0, Classes = 10,
            },
            _ => NetworkConfig.Find(model),
        };
        HashedTraining training = new(net, batch, Steps: 10);
        Compare(training, TorchTraining.Run([training], seconds: 1800)[0], TestPipelines.Shared).AssertAsNearAsFloat32();
    }

    private static IEnumerable<HashedTraining> ThinTrainings() =>
        NetworkOracle.Thin.Select(net => new HashedTraining(net, Batch: 4, Steps: 1) { Orders = 1 });

    private static TrainingComparison Compare(HashedTraining training, TorchStep[] torch, Pipelines pipelines)
    {
        TrainingComparison comparison = new(training, torch);
        using TrainingRun run = new(training, pipelines);
        for (int step = 0; step < training.Steps; step++)
            comparison.Add(step, run.Step(step), run.ReadGradients(), run.Value);
        return comparison;
    }
}
