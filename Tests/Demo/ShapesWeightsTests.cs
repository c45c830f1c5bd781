using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Inference;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Ops;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Demo;

/// <summary>The weights that come with the program.</summary>
[TestFixture, Category("Device")]
public sealed class ShapesWeightsTests : DeviceTests
{
    private const int Bytes = Shapes.Side * Shapes.Side * 3;

    [Test]
    public void They_tell_unseen_pictures_apart()
    {
        // Neither the seed of those that were learned from, nor of those that training is judged by.
        Shapes unseen = new(3, 1000);
        int right = Seen([.. Enumerable.Range(0, unseen.Count).Select(unseen.Read)])
            .Where((index, i) => index == unseen.Label(i)).Count();
        TestContext.Out.WriteLine($"{right} of {unseen.Count} right");
        Assert.That(right, Is.GreaterThanOrEqualTo(0.97 * unseen.Count));
    }

    [Test]
    public void They_see_the_same_in_a_scene_however_it_is_rendered()
    {
        const int count = 100;
        Shapes set = new(2026, count);
        byte[] rendered = RenderShapesTests.Rendered(TestPipelines.Shared, 2026, count);
        int[] host = Seen([.. Enumerable.Range(0, count).Select(set.Read)]);
        int[] device = Seen([.. rendered.Chunk(Bytes).Select(pixels => new PixelImage(Shapes.Side, Shapes.Side, pixels))]);
        Assert.That(host.Zip(device).Count(pair => pair.First == pair.Second), Is.GreaterThanOrEqualTo(98));
    }

    private static int[] Seen(PixelImage[] pictures)
    {
        using WeightFile file = WeightFile.Open(Path.Combine(AppContext.BaseDirectory, "assets", "shapes.safetensors"));
        Assert.That(new FileInfo(file.Path).Length, Is.LessThan(1 << 20));
        Assert.That(file.Metadata["labels"].Split('\n'), Is.EqualTo(Shapes.Names));
        ModelCard card = ModelCard.Of(file.Metadata, NetworkConfig.Find("resnet18"));
        Pipelines pipelines = TestPipelines.Shared;
        using Classifier classifier = new(pipelines, card, file, new ClassifierOptions { Batch = 50, Top = 1 });
        return [.. classifier.Classify(pictures).Select(top => top[0].Index)];
    }
}
