using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;

namespace ResNetVulkan.Tests.Models;

[TestFixture]
public sealed class NetworkConfigTests
{
    // As torchvision's documentation counts them; d2l's by hand: 64 * (49 + 1) in the ResNet's stem, a bias for each convolution;
    // its VGG is vgg11 without two of three input channels (2 * 9 * 64) and without 990 classes (4,097 each).
    [TestCase("resnet18", 11_689_512)]
    [TestCase("resnet50", 25_557_032)]
    [TestCase("wide-resnet50-2", 68_883_240)]
    [TestCase("wide_resnet101_2", 126_886_696)]
    [TestCase("resnext50-32x4d", 25_028_904)]
    [TestCase("resnext101_32x8d", 88_791_336)]
    [TestCase("resnext101-64x4d", 83_455_272)]
    [TestCase("vgg11", 132_863_336)]
    [TestCase("vgg11-bn", 132_868_840)]
    [TestCase("vgg13-bn", 133_053_736)]
    [TestCase("vgg16", 138_357_544)]
    [TestCase("vgg19-bn", 143_678_248)]
    [TestCase("cifar-resnet20", 269_722)]
    [TestCase("d2l-resnet18", 11_178_378)]
    [TestCase("d2l-vgg11", 128_806_154)]
    public void A_network_learns_as_many_numbers_as_it_should(string model, long parameters)
    {
        NetworkConfig net = NetworkConfig.Find(model);
        ModelSummary summary = ModelSummary.Of(net, new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize));
        Assert.That(summary.Parameters, Is.EqualTo(parameters));
    }

    // Table 6 of arXiv:1512.03385, in millions.
    [TestCase("cifar-resnet20", 0.27)]
    [TestCase("cifar-resnet32", 0.46)]
    [TestCase("cifar-resnet44", 0.66)]
    [TestCase("cifar-resnet56", 0.85)]
    [TestCase("cifar-resnet110", 1.73)]
    [TestCase("cifar-resnet1202", 19.42)]
    public void A_CIFAR_net_learns_as_much_as_its_paper_says(string model, double millions)
    {
        ModelSummary summary = ModelSummary.Of(NetworkConfig.Find(model), new Shape(1, 3, 32, 32));
        Assert.That(summary.Parameters / 1e6, Is.EqualTo(millions).Within(0.005));
    }

    [TestCase("cifar-resnet20", 28)]
    [TestCase("d2l-resnet18", 33)]
    [TestCase("vgg11-bn", 64)]
    public void A_network_can_be_made_for_other_data(string model, int size)
    {
        NetworkConfig net = NetworkConfig.Find(model) with { ImageChannels = 1, ImageSize = size, Classes = 3 };
        Graph graph = new();
        Tensor logits = net.Append(graph, graph.Input("image", new(new Shape(2, 1, size, size))));
        Assert.That(logits.Shape, Is.EqualTo(new Shape(2, 3, 1, 1)));
    }

    [Test]
    public void Without_norms_nothing_but_them_is_missing([Values] ResNetOrdering ordering)
    {
        ResNetConfig net = (ResNetConfig)NetworkConfig.Find("cifar-resnet20") with { Ordering = ordering };
        string[] with = Nodes(net), without = Nodes(net with { HasNorms = false });
        Assert.That(without, Is.EqualTo(with.Where(name => !name.Contains("BatchNorm", StringComparison.Ordinal))));
        Assert.That(without, Has.Length.LessThan(with.Length));

        static string[] Nodes(ResNetConfig net) =>
            [.. ModelSummary.Of(net, new Shape(1, 3, 32, 32)).Layers.Select(layer => $"{layer.Name} {layer.Type}")];
    }

    [Test]
    public void Says_which_images_do_not_fit()
    {
        Graph graph = new();
        NetworkConfig vgg = NetworkConfig.Find("vgg11");
        Assert.That(
            () => vgg.Append(graph, graph.Input("grey", new(new Shape(1, 1, 224, 224)))),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("vgg11 takes images of 3 channels, not (1, 1, 224, 224)."));
        Assert.That(
            () => vgg.Append(graph, graph.Input("large", new(new Shape(1, 3, 256, 256)))),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("vgg11 takes images of 224x224, not (1, 3, 256, 256)."));
    }

    [Test]
    public void Names_are_found_in_any_case_and_near_ones_offered()
    {
        Assert.That(() => NetworkConfig.Find("resnt50:plain"), Throws.ArgumentException.With.Message.StartsWith(
            "There is no model 'resnt50'. Near: resnet50, "));
        Assert.That(NetworkConfig.Find("VGG16-BN").Name, Is.EqualTo("vgg16-bn"));
        Assert.That(NetworkConfig.All.Select(net => net.Name), Is.Unique);
        Assert.That(() => NetworkConfig.Find("vgg18"), Throws.ArgumentException.With.Message.StartsWith(
            "There is no model 'vgg18'. Near: vgg1"));
    }

    [TestCase("resnet18", 256)]
    [TestCase("vgg16", 256)]
    [TestCase("cifar-resnet20", 32)]
    [TestCase("d2l-resnet18", 96)]
    public void Only_networks_of_ImageNet_crop_photos(string model, int resize) =>
        Assert.That(ModelCard.For(NetworkConfig.Find(model)).Resize, Is.EqualTo(resize));
}
