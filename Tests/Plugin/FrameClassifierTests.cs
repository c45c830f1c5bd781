using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Plugin;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Plugin;

/// <summary>Frames from the CPU's memory, on a device of the plugin's own.</summary>
[TestFixture]
public sealed class FrameClassifierTests : DeviceTests
{
    private static string Weights => Path.Combine(AppContext.BaseDirectory, "assets", "shapes.safetensors");

    [TestCase(64, 64)]
    [TestCase(200, 97)]
    [TestCase(33, 120)]
    public void Frames_are_what_the_classifier_sees_whole_and_in_slices(int width, int height)
    {
        FrameModel model = FrameModel.Load(Weights);
        byte[] rgb = Picture(width, height);
        float[] expected = Expected(width, height, rgb);

        using PluginDevice device = PluginDevice.Create(options: new PluginOptions
        {
            CompiledShaders = [Path.Combine(AppContext.BaseDirectory, "shaders")], CacheFolder = TestData.CacheFolder,
        });
        using FrameClassifier classifier = new(device, model, new FrameOptions { MaxShorterSide = 128 });
        classifier.WarmUp();
        float[] whole = new float[10], sliced = new float[10];
        FrameTicket ticket = classifier.Submit(new HostPixels(rgb, width, height, PixelFormat.Rgb8), frame: 7);
        Wait(classifier, ticket, whole);
        ticket = classifier.Begin(new HostPixels(rgb, width, height, PixelFormat.Rgb8), frame: 8);
        int slices = 0;
        SliceStatus status;
        while ((status = classifier.SubmitSlice(TimeSpan.FromMicroseconds(100))) != SliceStatus.Finished)
            if (status == SliceStatus.Submitted) slices++;
        Wait(classifier, ticket, sliced);
        Assert.Multiple(() =>
        {
            Assert.That(whole, Is.EqualTo(expected));
            Assert.That(sliced, Is.EqualTo(expected));
            Assert.That(slices, Is.GreaterThan(1));
        });
    }

    private static void Wait(FrameClassifier classifier, FrameTicket ticket, float[] logits)
    {
        while (classifier.TryReadLogits(ticket, logits) == FrameStatus.Pending) Thread.Yield();
    }

    private static byte[] Picture(int width, int height)
    {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.Length; i++) rgb[i] = (byte)(i * 7 + i / (3 * width) * 5);
        return rgb;
    }

    private static float[] Expected(int width, int height, byte[] rgb)
    {
        using WeightFile weights = WeightFile.Open(Weights);
        ModelCard card = ModelCard.Of(weights.Metadata, NetworkName.Find("resnet18")!);
        using Classifier classifier = new(TestPipelines.Shared, card, weights);
        return classifier.Logits([new PixelImage(width, height, rgb)]);
    }
}
