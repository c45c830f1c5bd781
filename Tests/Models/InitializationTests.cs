using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;

namespace ResNetVulkan.Tests.Models;

[TestFixture]
public sealed class InitializationTests
{
    private static readonly RandomKey Seed = new(7);

    [TestCase("resnet18", "layer2.0.conv1.weight", 2.0 / (128 * 9))]
    [TestCase("resnet18", "layer2.0.downsample.0.weight", 2.0 / 128)]
    [TestCase("vgg11", "features.3.weight", 2.0 / (128 * 9))]
    [TestCase("vgg11", "classifier.6.weight", 1e-4)]
    public void Normal_values_have_their_variance(string model, string name, double variance)
    {
        float[] values = Values(NetworkConfig.Find(model), name);
        AssertMoments(values, variance, fourthMoment: 3);
        // Of 10,000 normal values the largest lies 3 to 6 deviations off (all but one in 10^5 times).
        Assert.That(values.Max(Math.Abs), Is.InRange(3 * Math.Sqrt(variance), 7 * Math.Sqrt(variance)));
    }

    [TestCase("resnet18", "fc.weight", 512)]
    [TestCase("resnet18", "fc.bias", 512)]
    [TestCase("d2l-resnet18", "layer3.1.conv2.bias", 256 * 9)]
    public void PyTorchs_default_is_uniform_by_the_inputs(string model, string name, int fanIn) =>
        AssertUniform(Values(NetworkConfig.Find(model), name), 1 / Math.Sqrt(fanIn));

    [TestCase("layer2.0.conv1.weight", 64 * 9 + 128 * 9)]
    [TestCase("layer2.0.downsample.0.weight", 64 + 128)]
    [TestCase("fc.weight", 512 + 10)]
    public void Xavier_is_uniform_by_inputs_and_outputs(string name, int fans) =>
        AssertUniform(Values(NetworkConfig.Find("d2l-resnet18"), name), Math.Sqrt(6.0 / fans));

    [Test]
    public void Norms_begin_as_nothing_and_a_VGGs_biases_at_0()
    {
        NetworkConfig net = NetworkConfig.Find("vgg11-bn");
        Assert.That(Values(net, "features.1.weight"), Is.All.EqualTo(1));
        Assert.That(Values(net, "features.1.running_var"), Is.All.EqualTo(1));
        foreach (string name in new[] { "features.1.bias", "features.1.running_mean", "features.0.bias", "classifier.0.bias" })
            Assert.That(Values(net, name), Is.All.Zero, name);
    }

    [TestCase("resnet18", "layer1.0.bn2.weight", "layer1.0.bn1.weight")]
    [TestCase("resnet50", "layer1.0.bn3.weight", "layer1.0.bn2.weight")]
    public void The_last_norms_of_blocks_can_begin_at_0(string model, string last, string other)
    {
        NetworkConfig net = NetworkConfig.Find(model);
        NetworkConfig zeroed = net with { Initialization = net.Initialization with { HasZeroLastNorms = true } };
        Assert.That(Values(zeroed, last), Is.All.Zero);
        Assert.That(Values(net, last), Is.All.EqualTo(1));
        foreach (string name in new[] { other, "bn1.weight", "layer2.0.downsample.1.weight" })
            Assert.That(Values(zeroed, name), Is.All.EqualTo(1), name);
    }

    [Test]
    public void Values_come_from_the_seed_and_the_name_alone()
    {
        NetworkConfig net = NetworkConfig.Find("cifar-resnet20");
        float[] values = Values(net, "layer1.0.conv1.weight");
        Assert.That(Values(NetworkConfig.Find("cifar-resnet56"), "layer1.0.conv1.weight"), Is.EqualTo(values));
        Assert.That(Values(net, "layer1.0.conv2.weight"), Is.Not.EqualTo(values));
        Parameter[] model = Parameters(net);
        Parameter parameter = model.First(it => it.Name == "layer1.0.conv1.weight");
        Assert.That(net.Initialization.Values(parameter, model, new RandomKey(8)), Is.Not.EqualTo(values));
    }

    private static float[] Values(NetworkConfig net, string name)
    {
        Parameter[] model = Parameters(net);
        return net.Initialization.Values(model.First(parameter => parameter.Name == name), model, Seed);
    }

    private static Parameter[] Parameters(NetworkConfig net)
    {
        Graph graph = new();
        net.Append(graph, graph.Input("image", new(new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize))));
        return [.. graph.Parameters];
    }

    private static void AssertUniform(float[] values, double bound)
    {
        AssertMoments(values, bound * bound / 3, fourthMoment: 9.0 / 5);
        Assert.That(values.Max(Math.Abs), Is.InRange(bound * (1 - 10.0 / values.Length), bound * (1 + 1e-6)));
    }

    // Mean and variance of n values lie within five of their own standard deviations: sigma / sqrt(n), and
    // sigma^2 sqrt((kurtosis - 1) / n).
    private static void AssertMoments(float[] values, double variance, double fourthMoment)
    {
        double n = values.Length, mean = values.Average(value => (double)value);
        Assert.That(mean, Is.EqualTo(0).Within(5 * Math.Sqrt(variance / n)), "mean");
        Assert.That(
            values.Average(value => (double)value * value), Is.EqualTo(variance).Within(
                5 * variance * Math.Sqrt((fourthMoment - 1) / n)), "variance");
    }
}
