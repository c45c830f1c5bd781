using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Inference;
using ResNetVulkan.Ops;
using ResNetVulkan.Plugin;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;

namespace ResNetVulkan.Tests.Plugin;

/// <summary>A network that learns inside a host.</summary>
[TestFixture, Category("Device")]
public sealed class FrameTrainerTests
{
    private static readonly string Weights = Path.Combine(AppContext.BaseDirectory, "assets", "shapes.safetensors");

    private static readonly PluginOptions Options = new()
    {
        CompiledShaders = [Path.Combine(AppContext.BaseDirectory, "shaders")], CacheFolder = TestData.CacheFolder,
    };

    /// <summary>
    /// Three shapes under names of their own, by a last layer that begins anew: 60 frames to learn from, 90 others to be
    /// judged by.
    /// </summary>
    [Test]
    public void Three_classes_are_learned_from_sixty_frames_while_the_host_goes_on() => Learn(whole: false, steps: 60);

    /// <inheritdoc cref="Three_classes_are_learned_from_sixty_frames_while_the_host_goes_on"/>
    [Test, Category("FullNet")]
    public void So_they_are_by_the_whole_network() => Learn(whole: true, steps: 30);

    private static void Learn(bool whole, int steps)
    {
        using ForeignHost host = new(new ForeignHostOptions { Validation = !whole });
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        using (ForeignCommands commands = new(host))
        {
            FrameModel model = FrameModel.Load(Weights), learned;
            List<SliceReport> slices = [];
            using (FrameTrainer trainer = new(device, model, ["one", "two", "three"], new FrameTrainerOptions
            {
                TrainsWholeNetwork = whole, MaxShorterSide = 64, LearningRate = whole ? 0.01f : 0.05f,
                Optimizer = new OptimizerOptions { Momentum = 0.9f },
            }))
            {
                trainer.WarmUp();
                trainer.SliceRan = slices.Add;
                int added = 0;
                foreach ((PixelImage frame, int label) in Frames(seed: 11, 60))
                {
                    while (!trainer.Add(new HostPixels(frame.Pixels, 64, 64, PixelFormat.Rgb8), label)) Turn(trainer, commands);
                    added++;
                }
                while (trainer.Frames < added) Turn(trainer, commands);
                int last = trainer.Steps + steps;
                while (trainer.Steps < last) Turn(trainer, commands);
                learned = trainer.ToModel();
            }
            float accuracy = AccuracyOf(device, learned);
            TestContext.Out.WriteLine($"{(whole ? "whole network" : "last layer")}: {accuracy:P1} of 90 unseen frames, " +
                $"{slices.Count} slices, longest {slices.Max(slice => slice.GpuTime).TotalMilliseconds:F2} ms");
            Assert.That(accuracy, Is.GreaterThanOrEqualTo(0.95));
            Assert.That(host.SubmitsWithoutLock, Is.Zero);
        }
        Assert.That(host.LiveAllocations, Is.Zero);
        host.Dispose();
        Assert.That(host.TakeComplaints(), Is.Empty);
    }

    [Test]
    public void What_was_learned_is_kept_in_a_file()
    {
        using PluginDevice device = PluginDevice.Create(TestDevice.Options.Device, Options);
        FrameTrainerOptions options = new() { MaxShorterSide = 64 };
        using FrameTrainer trainer = new(device, FrameModel.Load(Weights), ["a", "b"], options);
        trainer.WarmUp();
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "learned.safetensors");
        FrameModel model = trainer.ToModel();
        model.Save(file);
        FrameModel read = FrameModel.Load(file);
        Assert.Multiple(() =>
        {
            Assert.That(read.Card.Labels, Is.EqualTo(new[] { "a", "b" }));
            Assert.That(read.Values().Keys, Is.EquivalentTo(model.Values().Keys));
            foreach ((string name, float[] values) in read.Values()) Assert.That(values, Is.EqualTo(model.Values()[name]), name);
        });
    }

    // One turn of the host's loop: its own work on the queue, and a slice.
    private static void Turn(FrameTrainer trainer, ForeignCommands commands)
    {
        commands.Run(_ => { });
        trainer.SubmitSlice(TimeSpan.FromMilliseconds(2));
    }

    private static IEnumerable<(PixelImage Frame, int Label)> Frames(uint seed, int count)
    {
        Shapes shapes = new(seed, 10 * count);
        for (int i = 0, taken = 0; taken < count; i++)
        {
            int label = Array.IndexOf([1, 4, 7], shapes.Label(i));
            if (label < 0) continue;
            taken++;
            yield return (shapes.Read(i), label);
        }
    }

    private static float AccuracyOf(PluginDevice device, FrameModel model)
    {
        using FrameClassifier classifier = new(device, model, new FrameOptions { MaxShorterSide = 64 });
        classifier.WarmUp();
        int right = 0, all = 0;
        Prediction[] top = new Prediction[1];
        foreach ((PixelImage frame, int label) in Frames(seed: 77, 90))
        {
            FrameTicket ticket = classifier.Submit(new HostPixels(frame.Pixels, 64, 64, PixelFormat.Rgb8));
            while (classifier.TryRead(ticket, top, out _) == FrameStatus.Pending) Thread.Yield();
            if (top[0].Index == label) right++;
            all++;
        }
        return right / (float)all;
    }
}
