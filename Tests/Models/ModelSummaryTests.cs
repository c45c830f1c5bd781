using System.Data;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Models;

/// <summary>What a network is said to consist of.</summary>
[TestFixture]
public sealed class ModelSummaryTests
{
    [TestCase("resnet18", 18, "1 + 2 x (2 + 2 + 2 + 2) + 1")]
    [TestCase("resnet101", 101, "1 + 3 x (3 + 4 + 23 + 3) + 1")]
    [TestCase("preresnet200", 200, "1 + 3 x (3 + 24 + 36 + 3) + 1")]
    [TestCase("plain34", 34, "1 + 2 x (3 + 4 + 6 + 3) + 1")]
    [TestCase("resnet18:shortcut=C", 18, "1 + 2 x (2 + 2 + 2 + 2) + 1")]
    [TestCase("resnet50:stem=D", 52, "3 + 3 x (3 + 4 + 6 + 3) + 1")]
    [TestCase("cifar-resnet20", 20, "1 + 2 x (3 + 3 + 3) + 1 = 6 x 3 + 2")]
    [TestCase("cifar-resnet20:bottleneck", 20, "1 + 3 x (2 + 2 + 2) + 1 = 9 x 2 + 2")]
    [TestCase("cifar-resnet1202", 1202, "1 + 2 x (200 + 200 + 200) + 1 = 6 x 200 + 2")]
    [TestCase("shapes-resnet12", 12, "1 + 2 x (1 + 2 + 2) + 1")]
    [TestCase("vgg11", 11, "(1 + 1 + 2 + 2 + 2) + 3")]
    [TestCase("d2l-vgg11", 11, "(1 + 1 + 2 + 2 + 2) + 3")]
    public void Layers_are_counted_as_the_papers_do(string model, int layers, string formula)
    {
        ModelSummary summary = Summary(model);
        Assert.That(summary.LayerCount, Is.EqualTo(layers), "as the graph has them");
        Assert.That(summary.LayerFormula, Is.EqualTo(formula));
        using DataTable calculator = new();
        foreach (string side in formula.Replace('x', '*').Split('='))
        {
            Assert.That(
                Convert.ToInt32(calculator.Compute(side, ""), CultureInfo.InvariantCulture), Is.EqualTo(layers), side);
        }
    }

    [Test]
    public void Every_known_network_has_its_own_number_of_layers()
    {
        foreach (NetworkConfig net in NetworkConfig.All)
        {
            string number = Regex.Match(net.Name.Replace("d2l-", ""), "[0-9]+").Value;
            Assert.That($"{Summary(net.Name).LayerCount}", Is.EqualTo(number), net.Name);
        }
    }

    [TestCase("d2l-resnet18", 224, "64x112x112 64x56x56 64x56x56 128x28x28 256x14x14 512x7x7 512x1x1 512x1x1 10x1x1")]
    [TestCase("resnet18", 224, "64x112x112 64x56x56 64x56x56 128x28x28 256x14x14 512x7x7 512x1x1 512x1x1 1000x1x1")]
    [TestCase("preresnet50", 224,
        "64x112x112 64x56x56 256x56x56 512x28x28 1024x14x14 2048x7x7 2048x7x7 2048x1x1 2048x1x1 1000x1x1")]
    [TestCase("cifar-resnet20", 32, "16x32x32 16x32x32 32x16x16 64x8x8 64x1x1 64x1x1 10x1x1")]
    [TestCase("d2l-vgg11", 224,
        "64x112x112 128x56x56 256x28x28 512x14x14 512x7x7 25088x1x1 4096x1x1 4096x1x1 4096x1x1 4096x1x1 4096x1x1 4096x1x1 " +
        "10x1x1")]
    public void Stages_walk_from_the_image_to_the_classes(string model, int size, string walk)
    {
        NetworkConfig net = NetworkConfig.Find(model);
        ModelSummary summary = ModelSummary.Of(net, new Shape(1, net.ImageChannels, size, size));
        string[] shapes = [.. summary.Stages.Select(stage => stage.Output).Select(shape => $"{shape.C}x{shape.H}x{shape.W}")];
        Assert.That(string.Join(' ', shapes), Is.EqualTo(walk));
        Assert.That(summary.Stages.Sum(stage => stage.Parameters), Is.EqualTo(summary.Parameters));
        Assert.That(summary.Stages.Sum(stage => stage.MultiplyAdds), Is.EqualTo(summary.MultiplyAdds));
    }

    [Test]
    public void Stages_are_described_as_in_the_papers_tables()
    {
        string[] resNeXt = [.. Summary("resnext50-32x4d").Stages.Select(stage => $"{stage.Name}: {stage.Content}")];
        Assert.That(resNeXt, Is.EqualTo(new[]
        {
            "stem: 7x7, 64, stride 2", "stem pool: 3x3 max pool, stride 2",
            "layer1: [1x1, 128; 3x3, 128, C=32; 1x1, 256] x 3", "layer2: [1x1, 256; 3x3, 256, C=32; 1x1, 512] x 4",
            "layer3: [1x1, 512; 3x3, 512, C=32; 1x1, 1024] x 6", "layer4: [1x1, 1024; 3x3, 1024, C=32; 1x1, 2048] x 3",
            "avgpool: mean of 7x7", "flatten: ", "fc: Linear",
        }));
        string[] vgg = [.. Summary("vgg11").Stages.Select(stage => $"{stage.Name}: {stage.Content}")];
        Assert.That(vgg[2..], Is.EqualTo(new[]
        {
            "block 3: 3x3, 256; 3x3, 256; 2x2 max pool, stride 2", "block 4: 3x3, 512; 3x3, 512; 2x2 max pool, stride 2",
            "block 5: 3x3, 512; 3x3, 512; 2x2 max pool, stride 2", "flatten: ",
            "classifier.0: Linear", "classifier.1: ReLU", "classifier.2: Dropout 0.5",
            "classifier.3: Linear", "classifier.4: ReLU", "classifier.5: Dropout 0.5", "classifier.6: Linear",
        }));
        Assert.That(Summary("resnet18:stem=D").Stages[0].Content, Is.EqualTo("3x3, 32, stride 2; 3x3, 32; 3x3, 64"));
        Assert.That(Summary("preresnet18").Stages[6].Content, Is.EqualTo("batch norm, ReLU"));
    }

    [Test]
    public void A_tree_is_what_PyTorch_prints_of_torchvisions_network()
    {
        string[] models =
            ["resnet18", "resnet50", "resnet101", "wide_resnet50_2", "resnext50_32x4d", "vgg11", "vgg11_bn", "vgg16"];
        string answer = Encoding.UTF8.GetString(Python.Run("Tests/Models/torchvision_modules.py", models));
        if (answer.Length == 0)
            Assert.Ignore("Python has no torchvision to compare with. On Debian: apt-get install python3-torchvision.");

        string[] trees = answer.Split('\f');
        Assert.That(trees, Has.Length.EqualTo(models.Length));
        for (int i = 0; i < models.Length; i++)
        {
            // A VGG's pool to 7x7 changes nothing at its size of 224, and is not here.
            string theirs = trees[i].Replace("  (avgpool): AdaptiveAvgPool2d(output_size=(7, 7))\n", "");
            Assert.That(Summary(models[i]).Tree, Is.EqualTo(theirs), models[i]);
        }
    }

    [Test]
    public void A_tree_of_ones_own_has_what_runs_where_it_runs()
    {
        string tree = Summary("resnet:basic:1,1:width=4:order=full:stem=3x3:shortcut=A:classes=3:size=8").Tree;
        Assert.That(tree.Split('\n')[12..], Is.EqualTo("""
              (layer2): Sequential(
                (0): BasicBlock(
                  (bn1): BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
                  (relu1): ReLU(inplace=True)
                  (conv1): Conv2d(4, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)
                  (bn2): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
                  (relu2): ReLU(inplace=True)
                  (conv2): Conv2d(8, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
                  (shortcut): Subsample(stride=2, channels=8)
                )
              )
              (norm): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
              (avgpool): AdaptiveAvgPool2d(output_size=(1, 1))
              (fc): Linear(in_features=8, out_features=3, bias=True)
            )
            """.ReplaceLineEndings("\n").Split('\n')));
    }

    private static ModelSummary Summary(string model)
    {
        NetworkConfig net = NetworkConfig.Find(model);
        return ModelSummary.Of(net, new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize));
    }
}
