using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Oracle;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Inference;

/// <summary>What layers make of photos, and which parts speak for a class.</summary>
[TestFixture, Category("Device")]
public sealed class FeatureReaderTests : DeviceTests
{
    private const uint Seed = 20;

    // Photos have one channel or three; and all but VGG end in a global average.
    private static IEnumerable<TestCaseData> Networks() => NetworkOracle.Thin.OfType<ResNetConfig>()
        .Select(net => new TestCaseData(net).SetArgDisplayNames(net.Name));

    [TestCaseSource(nameof(Networks))]
    public void The_map_of_a_class_adds_up_to_its_logit(NetworkConfig net)
    {
        using TemporaryFolder folder = new();
        using FeatureReader reader = Reader(folder, net);
        FeatureMaps maps = reader.Read(Photo(37, 23));
        Assert.That((maps.Logits.Length, maps.Shape.H), Is.EqualTo((net.Classes, maps.Shape.W)));
        for (int index = 0; index < net.Classes; index++)
        {
            ClassActivationMap map = reader.ClassMap(maps, index);
            Assert.That(map.Logit, Is.EqualTo(maps.Logits[index]));
            Assert.That(map.Values, Has.Length.EqualTo(map.Height * map.Width));
            Assert.That(map.Difference, Is.LessThanOrEqualTo(1e-4 * Math.Max(1, maps.Logits.Max(Math.Abs))), $"class {index}");
        }
    }

    [TestCase("thin-imagenet-bottleneck", "layer2.0.bn2")]      // folded into the convolution where nobody looks
    [TestCase("thin-basic-padding", "layer2.0.shortcut")]
    [TestCase("thin-bottleneck", "conv1")]
    [TestCase("thin-vgg", "features.1")]
    public void Any_layer_can_be_read(string model, string layer)
    {
        NetworkConfig net = NetworkOracle.Thin.Single(net => net.Name == model);
        using TemporaryFolder folder = new();
        using FeatureReader reader = Reader(folder, net, layer);
        FeatureMaps maps = reader.Read(Photo(20, 31));
        Graph graph = new();
        net.Append(graph, graph.Input("image", new(maps.Image)));
        DoubleTensor image = DoubleTensor.FromNchw(maps.Pixels, 1, maps.Image.C, maps.Image.H, maps.Image.W);
        Dictionary<Tensor, DoubleTensor> values = GraphOracle.Run(
            graph, new Dictionary<string, DoubleTensor> { ["image"] = image },
            parameter => NetworkOracle.Values(net, Seed, parameter));
        DoubleTensor wanted = values[graph.Nodes.Single(node => node.Name == layer).Outputs[0]];
        Assert.That(maps.Shape, Is.EqualTo(new Shape(1, wanted.C, wanted.H, wanted.W)));
        double[] ordered = DoubleTensor.FromNchw(maps.Values, 1, wanted.C, wanted.H, wanted.W).Values;
        double difference = Math.Sqrt(ordered.Zip(wanted.Values, (a, b) => (a - b) * (a - b)).Sum());
        Assert.That(difference, Is.LessThanOrEqualTo(1e-5 * Math.Sqrt(wanted.Values.Sum(value => value * value))));
    }

    [Test]
    public void A_network_without_a_global_average_has_no_map()
    {
        using TemporaryFolder folder = new();
        using FeatureReader reader = Reader(folder, NetworkOracle.Thin.Single(net => net.Name == "thin-vgg"));
        FeatureMaps maps = reader.Read(Photo(16, 16));
        Assert.That(() => reader.ClassMap(maps, 0), Throws.TypeOf<NotSupportedException>().With.Message.EqualTo(
            "thin-vgg has no class activation maps: it does not end in a global average and one linear layer."));
    }

    [Test]
    public void Says_which_layers_and_classes_there_are()
    {
        NetworkConfig net = NetworkOracle.Thin[0];
        using TemporaryFolder folder = new();
        Assert.That(() => Reader(folder, net, "layer1.9.relu"), Throws.ArgumentException.With.Message.Matches(
            "^There is no layer 'layer1.9.relu'. Near: layer1\\..*; 'summary --layers' lists all.$"));
        using FeatureReader reader = Reader(folder, net);
        using FeatureReader other = Reader(folder, net, "conv1");
        FeatureMaps maps = reader.Read(Photo(16, 16));
        Assert.That(() => reader.ClassMap(maps, net.Classes), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => other.ClassMap(other.Read(Photo(16, 16)), 0), Throws.TypeOf<NotSupportedException>());
    }

    private static FeatureReader Reader(TemporaryFolder folder, NetworkConfig net, string? layer = null)
    {
        string path = folder.File("weights.safetensors");
        Graph graph = new();
        net.Append(graph, graph.Input("image", new(new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize))));
        Safetensors.Write(path, graph.Parameters.Select(parameter => WeightTensor.FromFloats(
            parameter.Name, parameter.Dimensions, NetworkOracle.Values(net, Seed, parameter))));
        using WeightFile weights = WeightFile.Open(path);
        return new FeatureReader(TestPipelines.Shared, ModelCard.For(net), weights, layer);
    }

    private static PixelImage Photo(int width, int height) => new(
        width, height, [.. Hash.Values(3, "photo", 3 * width * height).Select(value => (byte)(127.5 + 127 * value))]);
}
