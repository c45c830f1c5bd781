using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Networks;

/// <summary>Trained weights on real pictures, against what PyTorch said.</summary>
[TestFixture, Category("Device")]
public sealed class GoldenTests : DeviceTests
{
    private static readonly string[] CifarClasses =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    [TestCase("cifar-resnet20", "resnet20-12fca82f.th", "resnet20")]
    [TestCase("cifar-resnet20", "resnet20_cifar10.safetensors", "resnet20")]
    [TestCase("cifar-resnet32", "resnet32-d509ac18.th", "resnet32")]
    public void Ten_pictures_have_PyTorchs_logits(string model, string weights, string golden)
    {
        float[] input = Npy.Read(TestData.Require("cifar10/golden/input_f32_10x3x32x32.npy")).Floats;
        float[] wanted = Npy.Read(TestData.Require($"cifar10/golden/{golden}_logits_10x10.npy")).Floats;
        using Classifier classifier = Open(model, $"cifar10/{weights}", batch: 4);
        float[] logits = classifier.Logits(input);
        Report($"{model}, ten pictures", logits, wanted);
        Assert.That(logits, Is.EqualTo(wanted).Within(1e-4f));
    }

    [Test]
    public void A_photo_is_what_PyTorch_says()
    {
        string folder = TestData.Require("imagenet/golden");
        using Classifier classifier = Open("resnet18", "imagenet/ktb_resnet18_small_mixed_f16.safetensors");
        (string file, int index, float logit) = Photos(folder, "ktb_resnet18_small")[2];
        Prediction best = classifier.Classify([ImageFile.Read(file)])[0][0];
        TestContext.Out.WriteLine($"{Path.GetFileName(file)}: {best}, PyTorch {logit}");
        Assert.That(best.Index, Is.EqualTo(index));
        Assert.That(best.Logit, Is.EqualTo(logit).Within(0.01f));
    }

    [TestCase("resnet18", "ktb_resnet18_small"), Category("Long"), Category("FullNet")]
    [TestCase("resnet50", "ktb_resnet50_large")]
    public void Prepared_photos_have_PyTorchs_logits(string model, string weights)
    {
        float[] input = Npy.Read(TestData.Require("imagenet/golden/input_f32_11x3x224x224.npy")).Floats;
        float[] wanted = Npy.Read(TestData.Require($"imagenet/golden/{weights}_logits_11x1000.npy")).Floats;
        using Classifier classifier = Open(model, $"imagenet/{weights}_mixed_f16.safetensors");
        float[] logits = classifier.Logits(input);
        Report(model, logits, wanted);
        Assert.That(logits, Is.EqualTo(wanted).Within(1e-3f));
        for (int photo = 0; photo < 11; photo++)
            AssertSameOrder(logits.AsSpan(1000 * photo, 1000), wanted.AsSpan(1000 * photo, 1000), photo);
    }

    [TestCase("resnet18", "ktb_resnet18_small"), Category("Long"), Category("FullNet")]
    [TestCase("resnet50", "ktb_resnet50_large")]
    public void Prepared_photos_have_PyTorchs_classes_in_float16(string model, string weights)
    {
        TestPipelines.RequireStorage16();
        float[] input = Npy.Read(TestData.Require("imagenet/golden/input_f32_11x3x224x224.npy")).Floats;
        float[] wanted = Npy.Read(TestData.Require($"imagenet/golden/{weights}_logits_11x1000.npy")).Floats;
        using Classifier classifier = Open(model, $"imagenet/{weights}_mixed_f16.safetensors", precision: Precision.Float16);
        float[] logits = classifier.Logits(input);
        Report($"{model}, float16", logits, wanted);
        Assert.That(logits, Is.EqualTo(wanted).Within(0.15f));
        for (int photo = 0; photo < 11; photo++)
            Assert.That(Best(logits, photo), Is.EqualTo(Best(wanted, photo)), $"photo {photo}");
    }

    [TestCase("resnet18", "ktb_resnet18_small"), Category("Long"), Category("FullNet")]
    [TestCase("resnet50", "ktb_resnet50_large")]
    public void Photos_are_what_PyTorch_says(string model, string weights)
    {
        string folder = TestData.Require("imagenet/golden");
        using Classifier classifier = Open(model, $"imagenet/{weights}_mixed_f16.safetensors");
        double worst = 0;
        foreach ((string file, int index, float logit) in Photos(folder, weights))
        {
            Prediction best = classifier.Classify([ImageFile.Read(file)])[0][0];
            worst = Math.Max(worst, Math.Abs(best.Logit - logit));
            Assert.That(best.Index, Is.EqualTo(index), file);
        }
        TestContext.Out.WriteLine($"{model}: the best logit of 11 photos is at most {worst:G3} off.");
    }

    [TestCase("cifar-resnet20", "resnet20-12fca82f.th", 8), Category("Long")]
    [TestCase("cifar-resnet32", "resnet32-d509ac18.th", 0)]
    public void Four_thousand_pictures_have_as_many_errors_as_in_PyTorch(string model, string weights, int errors)
    {
        Cifar10 images = Cifar10.Open(TestData.Require("cifar10/data_batch_first4000.bin"));
        Assert.That(images.Count, Is.EqualTo(4000));
        using Classifier classifier = Open(model, $"cifar10/{weights}", batch: 100);
        IReadOnlyList<Prediction[]> found = classifier.Classify([.. Enumerable.Range(0, 4000).Select(images.Read)]);
        int wrong = found.Where((best, i) => best[0].Index != images.Label(i)).Count();
        TestContext.Out.WriteLine($"{model}: {wrong} of 4,000 wrong; PyTorch {errors}.");
        Assert.That(wrong, Is.EqualTo(errors));
    }

    [TestCase("cifar-resnet20", "resnet20-12fca82f.th", "resnet20"), Category("Long")]
    [TestCase("cifar-resnet32", "resnet32-d509ac18.th", "resnet32")]
    public void Ten_thousand_JPEGs_are_what_PyTorch_says(string model, string weights, string golden)
    {
        byte[] wanted = Npy.Read(TestData.Require($"cifar10/golden/{golden}_jpegtest_pred_u8.npy")).Bytes;
        PixelImage[] images = JpegTestSet();
        using Classifier classifier = Open(model, $"cifar10/{weights}", batch: 100);
        IReadOnlyList<Prediction[]> found = classifier.Classify(images);
        int same = found.Where((best, i) => best[0].Index == wanted[i]).Count();
        int right = found.Where((best, i) => best[0].Index == i / 1000).Count();
        TestContext.Out.WriteLine($"{model}: {same:N0} of 10,000 as PyTorch, {right / 100.0:F2} % right.");
        Assert.That(same, Is.GreaterThanOrEqualTo(9950));
    }

    // Classes in their order, then files by name.
    private static PixelImage[] JpegTestSet()
    {
        SortedDictionary<(int Class, string Name), PixelImage> images = [];
        using FileStream file = File.OpenRead(TestData.Require("cifar10/cifar10_jpeg_60k.tar.gz"));
        using GZipStream unzipped = new(file, CompressionMode.Decompress);
        using TarReader tar = new(unzipped);
        while (tar.GetNextEntry() is { } entry)
        {
            string[] path = entry.Name.Split('/');
            if (path is not ["test", _, var name] || name.Length == 0) continue;
            using MemoryStream bytes = new();
            entry.DataStream!.CopyTo(bytes);
            images.Add((Array.IndexOf(CifarClasses, path[1]), name), ImageFile.Read(bytes.ToArray(), entry.Name));
        }
        Assert.That(images, Has.Count.EqualTo(10_000));
        return [.. images.Values];
    }

    private static Classifier Open(string model, string weights, int batch = 1, Precision precision = Precision.Float32)
    {
        using WeightFile file = WeightFile.Open(TestData.Require(weights));
        ModelCard card = ModelCard.For(NetworkConfig.Find(model)).With(file.Metadata);
        return new Classifier(TestPipelines.Shared, card, file, new ClassifierOptions { Batch = batch, Precision = precision });
    }

    private static List<(string File, int Index, float Logit)> Photos(string folder, string weights)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")));
        JsonElement[] images = [.. golden.RootElement.GetProperty("images").EnumerateArray()];
        JsonElement[] best = [.. golden.RootElement.GetProperty(weights).EnumerateArray()];
        Assert.That(best, Has.Length.EqualTo(images.Length));
        return [.. images.Zip(best, (image, top) => (
            Path.Combine(folder, "images", image[1].GetString()!.Split(' ')[0]), top[0].GetInt32(), top[1].GetSingle()))];
    }

    private static void AssertSameOrder(ReadOnlySpan<float> logits, ReadOnlySpan<float> wanted, int photo)
    {
        float[] ours = logits.ToArray(), theirs = wanted.ToArray();
        int[] order = [.. Enumerable.Range(0, 1000).OrderByDescending(i => theirs[i]).Take(6)];
        for (int rank = 0; rank < 5; rank++)
        {
            // Where PyTorch's two are nearly equal, either order is right.
            if (theirs[order[rank]] - theirs[order[rank + 1]] > 2e-3f)
                Assert.That(ours[order[rank]], Is.GreaterThan(ours[order[rank + 1]]), $"photo {photo}, rank {rank}");
        }
    }

    private static int Best(float[] logits, int photo) =>
        Array.IndexOf(logits, logits.AsSpan(1000 * photo, 1000).ToArray().Max(), 1000 * photo);

    private static void Report(string what, float[] got, float[] wanted)
    {
        double worst = got.Zip(wanted, (a, b) => Math.Abs((double)a - b)).Max();
        double difference = got.Zip(wanted, (a, b) => ((double)a - b) * ((double)a - b)).Sum(),
            norm = wanted.Sum(value => (double)value * value);
        TestContext.Out.WriteLine($"{what}: worst logit {worst:G3} off, relative L2 {Math.Sqrt(difference / norm):G3}.");
    }
}
