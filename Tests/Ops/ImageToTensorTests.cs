using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Ops;

/// <summary>
/// Photos prepared on the device against the twin of torchvision's and Pillow's way, which agrees with them to the last bit.
/// </summary>
[TestFixture, Category("Device")]
public sealed class ImageToTensorTests : DeviceTests
{
    private static readonly ModelCard ImageNet = ModelCard.For(NetworkConfig.Find("resnet18"));
    private static readonly ModelCard Small = ImageNet with { Resize = 24, Crop = 17 };

    [TearDown]
    public void Fail_on_complaints_without_addresses() => Assert.That(TestPipelines.TakeComplaints(), Is.Empty);

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(3, 500)]
    [TestCase(500, 3)]
    [TestCase(37, 641)]
    [TestCase(24, 24)]
    [TestCase(17, 23)]
    [TestCase(25, 48)]
    [TestCase(99, 101)]
    public void A_photo_of_any_size_in_every_format(int width, int height)
    {
        foreach (PixelFormat format in Enum.GetValues<PixelFormat>()) AssertAgrees(Small, format, (width, height));
    }

    [Test]
    public void Photos_of_a_batch_have_their_own_sizes() =>
        AssertAgrees(Small, PixelFormat.Rgb8, (37, 64), (5, 5), (24, 24), (200, 33));

    [TestCase(500, 375)]
    [TestCase(333, 500)]
    [TestCase(100, 80)]
    public void A_photo_as_ImageNets_networks_want_it(int width, int height) =>
        AssertAgrees(ImageNet, PixelFormat.Rgb8, (width, height));

    [TestCase(20, 24)]
    [TestCase(16, 31)]
    public void A_crop_larger_than_the_photo_is_surrounded_by_black(int resize, int crop) =>
        AssertAgrees(ImageNet with { Resize = resize, Crop = crop }, PixelFormat.Bgra8, (30, 30), (41, 23));

    [Test]
    public void A_grey_photo_stays_grey()
    {
        float[] x = AssertAgrees(
            Small with { Normalization = new(0, 0, 0, 1, 1, 1) }, PixelFormat.Rgb8, isGrey: true, channels: 3, (61, 37));
        for (int i = 0; i < x.Length; i += 3) Assert.That((x[i + 1], x[i + 2]), Is.EqualTo((x[i], x[i])), $"pixel {i / 3}");
    }

    [Test]
    public void A_network_of_one_channel_sees_grey()
    {
        AssertAgrees(Small, PixelFormat.Bgra8, isGrey: false, channels: 1, (61, 37), (20, 24));
        float[] grey = AssertAgrees(Small, PixelFormat.Rgb8, isGrey: true, channels: 1, (24, 30));
        float[] color = AssertAgrees(Small, PixelFormat.Rgb8, isGrey: true, channels: 3, (24, 30));
        Assert.That(grey, Is.EqualTo(color.Where((_, i) => i % 3 == 0)), "what is grey stays as it is");
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        ImageToTensor op = new(17, 17, 64, Normalization.ImageNet);
        ShapeException error = Assert.Throws<ShapeException>(
            () => op.Infer([new(new Shape(1, 8, 1, 1), ElementType.UInt32), new(new Shape(1, 99, 1, 1), ElementType.UInt8)]))!;
        Assert.That(error.Message,
            Is.EqualTo("ImageToTensor: frames (1, 8, 1, 1) UInt32 and pixels (1, 99, 1, 1) UInt8 are not 16 words and bytes."));
    }

    private static float[] AssertAgrees(ModelCard card, PixelFormat format, params (int Width, int Height)[] photos) =>
        AssertAgrees(card, format, isGrey: false, channels: 3, photos);

    private static float[] AssertAgrees(
        ModelCard card, PixelFormat format, bool isGrey, int channels, params (int Width, int Height)[] photos)
    {
        int pixelBytes = format == PixelFormat.Rgb8 ? 3 : 4, offset = 0;
        List<Frame> frames = [];
        List<byte> pixels = [];
        foreach ((int width, int height) in photos)
        {
            frames.Add(Framing.Of(card, width, height, format, offset));
            uint key = Hash.Key(9, $"{width}x{height} {format}");
            for (int i = 0; i < width * height * pixelBytes; i++)
                pixels.Add((byte)Hash.Bits(key, (uint)(isGrey ? i / pixelBytes : i)));
            offset = pixels.Count;
        }
        byte[] frameBytes = MemoryMarshal.AsBytes(frames.ToArray().AsSpan()).ToArray();
        ImageToTensor op = new(card.Crop, card.Crop, photos.Max(photo => photo.Height), card.Normalization, channels);
        TensorType framesType = new(new Shape(photos.Length, Frame.Words, 1, 1), ElementType.UInt32);
        TensorType pixelsType = new(new Shape(1, pixels.Count, 1, 1), ElementType.UInt8);
        // Crops begin before the photo where it is smaller: words of frames are signed there.
        double[] words = [.. MemoryMarshal.Cast<byte, int>(frameBytes).ToArray().Select(word => (double)word)];
        DoubleTensor wanted = op.Evaluate(
            [new DoubleTensor(photos.Length, Frame.Words, 1, 1, words),
                Verification.FromBytes(pixels.ToArray(), pixelsType with { Shape = new Shape(1, pixels.Count, 1, 1) })])[0];

        float[] x = [];
        foreach (Pipelines pipelines in TestPipelines.Forms)
        {
            Graph graph = new();
            Tensor framesInput = graph.Input("frames", framesType), pixelsInput = graph.Input("pixels", pixelsType);
            Tensor image = graph.Append("image", op, framesInput, pixelsInput);
            graph.Output(image);
            CompiledGraph compiled = GraphCompiler.Compile(
                graph, pipelines.Device.Traits, new CompileOptions { KeepAll = true, CanaryBytes = Canaries.Bytes });
            using ParameterSet parameters = new(pipelines.Device, []);
            using Plan plan = new(pipelines, compiled, parameters, slots: 1);
            Canaries canaries = Canaries.Place(pipelines.Device, plan);
            frameBytes.CopyTo(plan.Input(0, framesInput));
            pixels.ToArray().CopyTo(plan.Input(0, pixelsInput));
            plan.Run();
            string what = $"{string.Join(", ", photos)} {format} [{TestPipelines.NameOf(pipelines)}]";
            canaries.Check(pipelines.Device, what);

            x = MemoryMarshal.Cast<byte, float>(plan.Output(0, image)).ToArray();
            OracleComparison comparison = OracleComparison.Of(wanted, wanted.Bound, x);
            Assert.That(comparison.Agrees, $"{what}: {comparison}");
            double[] deviations = [card.Normalization.DeviationR, card.Normalization.DeviationG, card.Normalization.DeviationB];
            double average = x
                .Select((value, i) => Math.Abs(value - wanted.Values[i]) * deviations[i % channels] * 255).Average();
            double worst = comparison.WorstPart * (channels == 1 ? 2.05 : 1.05);
            TestContext.Out.WriteLine($"{what}: {average:G3} levels off on average, worst {worst:G3}");
            Assert.That(average, Is.LessThanOrEqualTo(0.3), what);
        }
        return x;
    }
}
