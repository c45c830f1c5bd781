using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Networks;

/// <summary>What is trained here runs elsewhere: torchvision takes the weights as they are and gives the same logits.</summary>
[TestFixture, Category("Device"), Category("FullNet")]
public sealed class TorchvisionTests : DeviceTests
{
    private const int Images = 4, Size = Shapes.Side;

    [Test]
    public void Torchvision_takes_trained_weights_and_gives_our_logits()
    {
        ModelCard card = ModelCard.For(NetworkConfig.Find("resnet18") with { Classes = Shapes.Names.Count, ImageSize = Size });
        float[] images = Hash.Values(20, "input", Images * 3 * Size * Size, 2);
        using TemporaryFolder folder = new();
        Train(card, folder.Path);
        string path = folder.File("last.safetensors");
        byte[] answer = Python.Run(
            "Tests/Networks/torchvision_logits.py", [path, $"{Size}", $"{card.Network.Classes}"],
            MemoryMarshal.AsBytes<float>(images).ToArray());
        if (answer.Length == 0)
            Assert.Ignore("Python has no torchvision to compare with. On Debian: apt-get install python3-torchvision.");
        float[] theirs = MemoryMarshal.Cast<byte, float>(answer).ToArray();

        using WeightFile weights = WeightFile.Open(path);
        using Classifier classifier = new(TestPipelines.Shared, card, weights, new ClassifierOptions { Batch = Images });
        float[] ours = classifier.Logits(images);

        Assert.That(theirs, Has.Length.EqualTo(ours.Length));
        double difference = ours.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Max();
        double[] spreads = [.. theirs.Chunk(card.Network.Classes).Select(image => (double)image.Max() - image.Min())];
        TestContext.Out.WriteLine(
            $"largest difference {difference:G3}, logits from {theirs.Min():G4} to {theirs.Max():G4}, " +
            $"an image's span {spreads.Min():G3} to {spreads.Max():G3}");
        Assert.That(difference, Is.LessThanOrEqualTo(1e-3));
    }

    // A few steps: every parameter and every running statistic has moved.
    private static void Train(ModelCard card, string folder)
    {
        TrainingOptions options = new(new Augmentation(Size, Size) { Flip = true })
        {
            Epochs = 1, BatchSize = 8, Rate = 0.01, Seed = 3,
        };
        using Trainer trainer = new(TestPipelines.Shared, card, new Shapes(1, 32), null, options, folder);
        trainer.Initialize();
        Dictionary<string, float[]> before = trainer.Parameters.Layout.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => trainer.Parameters[parameter.Name].ToArray());
        trainer.Run();
        foreach ((string name, float[] values) in before)
            Assert.That(trainer.Parameters[name].SequenceEqual(values), Is.False, $"{name} has not changed");
    }
}
