using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Models;

namespace ResNetVulkan.Tests.Models;

[TestFixture]
public sealed class ModelCardTests
{
    private static readonly NetworkConfig Other = NetworkConfig.Find("resnet18");

    [Test]
    public void Weights_say_all_that_is_needed_to_use_them()
    {
        ModelCard card = new()
        {
            Network = NetworkConfig.Find("cifar-resnet20") with { Classes = 3, ImageChannels = 1, ImageSize = 28 },
            Resize = 28, Crop = 28, Normalization = Normalization.Mnist, Labels = ["a", "b", "c"], Source = "here",
        };
        ModelCard read = ModelCard.Of(card.ToMetadata(), Other);
        Assert.That(read with { Labels = card.Labels }, Is.EqualTo(card));
        Assert.That(read.Labels, Is.EqualTo(card.Labels));
    }

    [Test]
    public void Weights_that_say_nothing_are_of_the_network_that_is_asked_for()
    {
        Assert.That(ModelCard.Of(new Dictionary<string, string>(), Other).Network, Is.EqualTo(Other));
        Dictionary<string, string> stranger = new() { ["model"] = "somebody's own", ["classes"] = "7" };
        Assert.That(ModelCard.Of(stranger, Other).Network, Is.EqualTo(Other with { Classes = 7 }));
    }

    [TestCase("classes", "0")]
    [TestCase("classes", "ten")]
    [TestCase("classes", "1.5")]
    [TestCase("classes", "2000000")]
    [TestCase("channels", "2")]
    [TestCase("channels", "4")]
    [TestCase("crop", "-1")]
    [TestCase("std", "1 0 1")]
    public void Nonsense_is_quoted(string key, string value)
    {
        Dictionary<string, string> metadata = new() { ["model"] = "resnet18", [key] = value };
        Assert.That(
            Assert.Throws<InvalidDataException>(() => ModelCard.Of(metadata, Other))!.Message,
            Is.EqualTo($"The weights' metadata has {key} = \"{value}\", which is no {key}."));
    }
}
