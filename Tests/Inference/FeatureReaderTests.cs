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
        // 16 is the networks' own; the last maps of the others are of odd extents.
        foreach (int side in (int[])[16, 21, 37])
        {
            using FeatureReader reader = Reader(folder, net, side: side);
            FeatureMaps maps = reader.Read(Photo(37, 23));
            Assert.That((maps.Logits.Length, maps.Shape.H), Is.EqualTo((net.Classes, maps.Shape.W)));
            Assert.That(maps.Image, Is.EqualTo(new Shape(1, net.ImageChannels, side, side)));
            Assert.That(reader.ClassMapLayer, Is.EqualTo(maps.Layer));
            for (int index = 0; index < net.Classes; index++)
            {
                ClassActivationMap map = reader.ClassMap(maps, index);
                Assert.That(map.Logit, Is.EqualTo(maps.Logits[index]));
                Assert.That(map.Values, Has.Length.EqualTo(map.Height * map.Width));
                // Each product's way into the logit, and the map's own rounding.
                double roundings = maps.Shape.C + map.Values.Length + 4, bound = roundings / (1 << 24) * map.Magnitude;
                Assert.That(map.Difference, Is.LessThanOrEqualTo(bound), $"class {index} at {side}");
            }
        }
    }

    [TestCase("thin-imagenet-basic"), TestCase("thin-resnext"), TestCase("thin-d2l"), TestCase("thin-bottleneck-PreActivation")]
    public void The_map_of_a_class_is_what_the_oracle_makes_of_it(string model)
    {
        NetworkConfig net = NetworkOracle.Thin.First(net => net.Name.StartsWith(model, StringComparison.Ordinal));
        using TemporaryFolder folder = new();
        using FeatureReader reader = Reader(folder, net, side: 37);
        FeatureMaps maps = reader.Read(Photo(40, 31));
        DoubleTensor features = ByOracle(net, maps);
        for (int index = 0; index < net.Classes; index++)
        {
            double[] weights = NetworkOracle.Values(net, Seed, Head(net, ".weight")).Select(value => (double)value)
                .Skip(index * features.C).Take(features.C).ToArray();
            ClassActivationMap map = reader.ClassMap(maps, index);
            Assert.That((map.Height, map.Width), Is.EqualTo((features.H, features.W)));
            Assert.That(map.Bias, Is.EqualTo(NetworkOracle.Values(net, Seed, Head(net, ".bias"))[index]));
            double difference = 0, norm = 0;
            for (int y = 0; y < map.Height; y++)
            {
                for (int x = 0; x < map.Width; x++)
                {
                    double wanted = 0;
                    for (int c = 0; c < features.C; c++) wanted += weights[c] * features[0, c, y, x];
                    difference += Math.Pow(map.Values[y * map.Width + x] - wanted, 2);
                    norm += wanted * wanted;
                }
            }
            // As the features themselves: see Any_layer_can_be_read. The sum may cancel to a tenth of them.
            Assert.That(Math.Sqrt(difference / norm), Is.LessThanOrEqualTo(1e-4), $"class {index}");
        }
    }

    [Test]
    public void A_photo_gives_the_same_whatever_was_read_before()
    {
        NetworkConfig net = NetworkOracle.Thin[1];
        using TemporaryFolder folder = new();
        using FeatureReader one = Reader(folder, net), other = Reader(folder, net);
        PixelImage small = Photo(20, 31), wide = Photo(90, 10), tall = Photo(10, 90);
        float[][] inOrder = [.. new[] { small, wide, tall, small }.Select(photo => one.Read(photo).Values)];
        float[][] backwards = [.. new[] { tall, wide, small }.Select(photo => other.Read(photo).Values)];
        Assert.That(inOrder[3], Is.EqualTo(inOrder[0]));
        Assert.That(inOrder[..3], Is.EqualTo(backwards.Reverse()));
        Assert.That(inOrder[0], Is.Not.EqualTo(inOrder[1]));
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
        DoubleTensor wanted = ByOracle(net, maps);
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
        Assert.That(reader.ClassMapLayer, Is.Null);
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

    // A layer's output in double precision, from what the network saw.
    private static DoubleTensor ByOracle(NetworkConfig net, FeatureMaps maps)
    {
        Graph graph = new();
        net.Append(graph, graph.Input("image", new(maps.Image)));
        DoubleTensor image = DoubleTensor.FromNchw(maps.Pixels, 1, maps.Image.C, maps.Image.H, maps.Image.W);
        Dictionary<Tensor, DoubleTensor> values = GraphOracle.Run(
            graph, new Dictionary<string, DoubleTensor> { ["image"] = image },
            parameter => NetworkOracle.Values(net, Seed, parameter));
        return values[graph.Nodes.Single(node => node.Name == maps.Layer).Outputs[0]];
    }

    private static Parameter Head(NetworkConfig net, string end)
    {
        Graph graph = new();
        net.Append(graph, graph.Input("image", new(new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize))));
        return graph.Parameters.Last(parameter => parameter.Name.EndsWith(end, StringComparison.Ordinal));
    }

    private static FeatureReader Reader(TemporaryFolder folder, NetworkConfig net, string? layer = null, int side = 16)
    {
        string path = folder.File("weights.safetensors");
        Graph graph = new();
        net.Append(graph, graph.Input("image", new(new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize))));
        Safetensors.Write(path, graph.Parameters.Select(parameter => WeightTensor.FromFloats(
            parameter.Name, parameter.Dimensions, NetworkOracle.Values(net, Seed, parameter))));
        using WeightFile weights = WeightFile.Open(path);
        return new FeatureReader(TestPipelines.Shared, ModelCard.For(net) with { Crop = side, Resize = side }, weights, layer);
    }

    private static PixelImage Photo(int width, int height) => new(
        width, height, [.. Hash.Values(3, "photo", 3 * width * height).Select(value => (byte)(127.5 + 127 * value))]);
}
