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

    // Every network of torchvision's that has a name here, on images of which 2x2 are left at the end. A VGG's first linear layer
    // is made for these on both sides; so one has the images that torchvision's is made for.
    [TestCase("resnet18", 64), Category("FullNet"), Category("Long")]
    [TestCase("resnet34", 64)]
    [TestCase("resnet50", 64)]
    [TestCase("resnet101", 64)]
    [TestCase("resnet152", 64)]
    [TestCase("wide-resnet50-2", 64)]
    [TestCase("wide-resnet101-2", 64)]
    [TestCase("resnext50-32x4d", 64)]
    [TestCase("resnext101-32x8d", 64)]
    [TestCase("resnext101-64x4d", 64)]
    [TestCase("vgg11", 64)]
    [TestCase("vgg11-bn", 64)]
    [TestCase("vgg13", 64)]
    [TestCase("vgg13-bn", 64)]
    [TestCase("vgg16", 64)]
    [TestCase("vgg16-bn", 64)]
    [TestCase("vgg19", 64)]
    [TestCase("vgg19-bn", 64)]
    [TestCase("vgg11", 224)]
    public void A_step_of_a_full_net_is_as_near_to_float64_as_that_of_torchvisions_in_float32(string model, int size)
    {
        NetworkConfig net = NetworkConfig.Find(model) with { ImageSize = size };
        if (net is VggConfig vgg) net = vgg with { DropoutRate = 0 };
        CompareOneStep(new HashedTraining(net, Batch: 4, Steps: 1) { IsTorchvisions = true });
    }

    [Test, Category("FullNet"), Category("Long")]
    public void A_step_of_a_full_net_of_every_ordering_is_as_near_to_float64_as_PyTorchs_float32(
        [Values("cifar-resnet20", "resnet18:size=64", "resnet50:size=64")] string model, [Values] ResNetOrdering ordering)
    {
        ResNetConfig net = (ResNetConfig)NetworkConfig.Find(model);
        CompareOneStep(new HashedTraining(net with { Name = $"{model} {ordering}", Ordering = ordering }, Batch: 4, Steps: 1));
    }

    // What the comparison of full nets rests on: gates that are not PyTorch's must show, or a wrong ReLU would be taken over.
    [Test]
    public void A_ReLU_or_a_pool_that_decides_wrongly_is_found()
    {
        HashedTraining training = new(NetworkOracle.Thin.Single(net => net.Name == "thin-imagenet-basic"), Batch: 4, Steps: 1);
        using TrainingRun run = new(training, TestPipelines.Shared, keepsGates: true);
        run.Step(0);
        byte[] gates = run.Gates(), open = [.. gates], moved = [.. gates];
        open[0] ^= 1;
        int pool = 4 * 8 * 8 * 8 / 8;     // behind the bits of the stem's ReLU, 8 channels of 8x8
        moved[pool] = (byte)(moved[pool] == 0 ? 1 : 0);
        double[] worst =
        [
            .. TorchTraining.Run([.. new[] { gates, open, moved }.Select(it => training with { Gates = it })])
                .Select(steps => steps[0].Gates!.Worst),
        ];
        TestContext.Out.WriteLine($"{worst[0]:G3}; a ReLU that is wrong: {worst[1]:G3}; a pool: {worst[2]:G3}");
        Assert.That(worst[0], Is.LessThanOrEqualTo(2));
        Assert.That(worst[1..], Has.All.GreaterThan(2));
    }

    // In a large net some ReLUs' inputs are so near to 0 that float32 computations disagree on their sign, and each such one
    // moves all gradients before it by chance. So PyTorch takes over what ours let through, which must be what float64 lets
    // through but for inputs that float32 cannot tell from 0, and every tensor is then held tightly.
    private static void CompareOneStep(HashedTraining training)
    {
        byte[] gates, gradients;
        using (TrainingRun run = new(training, TestPipelines.Shared, keepsGates: true))
        {
            run.Step(0);
            (gates, gradients) = (run.Gates(), run.HashGradients());
        }
        // What is kept for the gates could change what is placed and fused, so another run is compared, of the same bits.
        using TrainingRun compared = new(training, TestPipelines.Shared);
        double loss = compared.Step(0);
        Assert.That(compared.HashGradients(), Is.EqualTo(gradients));
        TorchStep torch = TorchTraining.Run([training with { Gates = gates }], seconds: 1800)[0][0];
        TrainingComparison comparison = new(training, [torch]);
        comparison.Add(0, loss, compared.ReadGradients(), compared.Value);
        TestContext.Out.WriteLine(
            $"{training.Net.Name}: {torch.Gates!.Count} gates differ, by {torch.Gates.Worst:F2} of what PyTorch's float32 may");
        comparison.AssertEveryStepIsAsNearAsFloat32();
        Assert.That(torch.Gates.Worst, Is.LessThanOrEqualTo(2));
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
