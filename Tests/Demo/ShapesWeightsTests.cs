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

    [Test]
    public void What_speaks_most_for_a_class_lies_on_its_shape()
    {
        const int count = 200;
        // Of another seed than those above; half the pictures have something that covers a part.
        Shapes set = new(11, count);
        using WeightFile file = WeightFile.Open(Weights);
        ModelCard card = ModelCard.Of(file.Metadata, NetworkConfig.Find("resnet18"));
        using FeatureReader reader = new(TestPipelines.Shared, card, file);
        int on = 0, rightOn = 0, right = 0;
        double covered = 0;
        for (int i = 0; i < count; i++)
        {
            FeatureMaps maps = reader.Read(set.Read(i));
            ClassActivationMap map = reader.ClassMap(maps, set.Label(i));
            bool[] shape = Silhouette(set.Scene(i));
            bool[] places = [.. Enumerable.Range(0, map.Values.Length).Select(place => Touches(shape, map, place))];
            bool isOn = places[Array.IndexOf(map.Values, map.Values.Max())];
            bool isRight = Array.IndexOf(maps.Logits, maps.Logits.Max()) == set.Label(i);
            covered += places.Count(place => place) / (double)places.Length / count;
            if (isOn) on++;
            if (isRight) right++;
            if (isOn && isRight) rightOn++;
        }
        TestContext.Out.WriteLine(
            $"{on} of {count} maxima on the shape ({rightOn} of {right} where it is told), " +
            $"which has {covered:P0} of a map's places");
        // By chance as many as the shapes' places are of all; five deviations of a count above are no chance.
        double chance = count * covered, deviation = Math.Sqrt(chance * (1 - covered));
        Assert.That(on, Is.GreaterThan(chance + 5 * deviation));
        Assert.That(rightOn, Is.GreaterThanOrEqualTo(0.9 * right));
    }

    // What changes where the solid's colours do.
    private static bool[] Silhouette(ShapeScene scene)
    {
        ShapeScene dark = scene, bright = scene;
        (dark.Color, dark.OtherColor) = (new(0, 0, 0, 0), new(0, 0, 0, scene.OtherColor.W));
        (bright.Color, bright.OtherColor) = (new(3, 3, 3, 3), new(3, 3, 3, scene.OtherColor.W));
        byte[] a = dark.Render(Shapes.Side).Pixels, b = bright.Render(Shapes.Side).Pixels;
        return [.. Enumerable.Range(0, a.Length / 3).Select(i => b[3 * i] - a[3 * i] > 64)];
    }

    // Whether a quarter of a map's place shows the shape.
    private static bool Touches(bool[] shape, ClassActivationMap map, int place)
    {
        int height = Shapes.Side / map.Height, width = Shapes.Side / map.Width, seen = 0;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                if (shape[(place / map.Width * height + y) * Shapes.Side + place % map.Width * width + x]) seen++;
        return 4 * seen >= height * width;
    }

    private static string Weights => Path.Combine(AppContext.BaseDirectory, "assets", "shapes.safetensors");

    private static int[] Seen(PixelImage[] pictures)
    {
        using WeightFile file = WeightFile.Open(Weights);
        Assert.That(new FileInfo(file.Path).Length, Is.LessThan(1 << 20));
        Assert.That(file.Metadata["labels"].Split('\n'), Is.EqualTo(Shapes.Names));
        ModelCard card = ModelCard.Of(file.Metadata, NetworkConfig.Find("resnet18"));
        Pipelines pipelines = TestPipelines.Shared;
        using Classifier classifier = new(pipelines, card, file, new ClassifierOptions { Batch = 50, Top = 1 });
        return [.. classifier.Classify(pictures).Select(top => top[0].Index)];
    }
}
