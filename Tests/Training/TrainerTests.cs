using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Training;

/// <summary>Training from its first step to its last, on a small network and small pictures.</summary>
[TestFixture, Category("Device")]
public sealed class TrainerTests : DeviceTests
{
    private static readonly ResNetConfig Net = new()
    {
        Name = "thin", Block = ResNetBlock.Basic, Depths = [1, 1], Width = 8, Stem = ResNetStem.Cifar, ImageSize = 12,
        Classes = 4,
    };

    private static readonly TrainingOptions Options = new(
        new Augmentation(12, 12) { Crop = Crop.Padded, Padding = 1, Flip = true })
    {
        Epochs = 4,
        BatchSize = 16,
        Rate = 0.05,
        Schedule = LearningRate.Parse("warmup:3+cosine"),
        Optimizer = new OptimizerOptions { WeightDecay = 1e-4f, Nesterov = true },
        Seed = 7,
    };

    // 72 = 4 whole batches and one of 8.
    private static readonly IImageSet Train = new Tiles(72, 1), Test = new Tiles(40, 2);

    [Test]
    public void A_network_learns_what_is_easy_to_tell_apart()
    {
        using TemporaryFolder folder = new();
        using Trainer trainer = Make(Options with { Epochs = 12 }, folder.Path);
        List<EpochRecord> epochs = [];
        trainer.EpochEnded += epochs.Add;
        trainer.Initialize();
        Assert.That(trainer.Run(), Is.EqualTo(TrainingEnd.Complete));

        TrainingHistory history = TrainingLog.Read(folder.File("log.jsonl"));
        Assert.Multiple(() =>
        {
            Assert.That(trainer.TotalSteps, Is.EqualTo(12 * 5));
            Assert.That(history.Steps.Select(step => step.Step), Is.EqualTo(Enumerable.Range(1, 60)));
            Assert.That(history.Epochs, Is.EqualTo(epochs));
            Assert.That(epochs[0].TrainLoss, Is.InRange(0.3, 3), "about ln 4 at first");
            Assert.That(epochs[^1].TrainAccuracy, Is.GreaterThan(0.9));
            Assert.That(epochs[^1].TestAccuracy, Is.GreaterThan(0.9));
            Assert.That(trainer.Best.Accuracy, Is.EqualTo(epochs.Max(epoch => epoch.TestAccuracy)));
            Assert.That(history.Steps.Select(step => step.GradientNorm), Has.All.GreaterThan(0));
            Assert.That(history.Steps[0].LearningRate, Is.LessThan(history.Steps[2].LearningRate), "warm-up");
        });
        using WeightFile best = WeightFile.Open(folder.File("best.safetensors"));
        Assert.That(best.Metadata["labels"].Split('\n'), Has.Length.EqualTo(4));
        using ParameterSet loaded = new(TestDevice.Shared, trainer.Parameters.Layout.Parameters);
        loaded.Load(best);      // names and shapes are the model's
    }

    [Test]
    public void Two_runs_give_the_same_bits_and_another_seed_does_not()
    {
        byte[] first = Trained(Options), second = Trained(Options), other = Trained(Options with { Seed = 8 });
        Assert.That(second, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [TestCase(1)]
    [TestCase(7, Description = "within the second epoch")]
    [TestCase(10, Description = "at the end of the second")]
    [TestCase(19)]
    public void A_run_that_was_stopped_goes_on_as_if_it_had_not(int step)
    {
        using TemporaryFolder whole = new(), parts = new();
        TrainingOptions options = Options with { Optimizer = Options.Optimizer with { AverageDecay = 0.9f } };
        using (Trainer trainer = Make(options, whole.Path))
        {
            trainer.Initialize();
            trainer.Run();
        }

        using (Trainer trainer = Make(options, parts.Path))
        {
            trainer.Initialize();
            using CancellationTokenSource stop = new();
            // The step's record comes two steps later.
            trainer.StepEnded += record =>
            {
                if (record.Step >= step - 2) stop.Cancel();
            };
            Assert.That(trainer.Run(stop.Token), Is.EqualTo(TrainingEnd.Stopped));
            Assert.That(trainer.Step, Is.InRange(1, 19));
        }
        using (Trainer trainer = Make(options, parts.Path))
        {
            trainer.Resume();
            Assert.That(trainer.Run(), Is.EqualTo(TrainingEnd.Complete));
        }

        Assert.Multiple(() =>
        {
            foreach (string file in new[] { "last.safetensors", "best.safetensors", Trainer.CheckpointName })
                Assert.That(File.ReadAllBytes(parts.File(file)), Is.EqualTo(File.ReadAllBytes(whole.File(file))), file);
            TrainingHistory a = TrainingLog.Read(whole.File("log.jsonl")), b = TrainingLog.Read(parts.File("log.jsonl"));
            Assert.That(b.Steps.Select(Lasting), Is.EqualTo(a.Steps.Select(Lasting)));
            Assert.That(b.Epochs.Select(Timeless), Is.EqualTo(a.Epochs.Select(Timeless)));
        });

        static EpochRecord Timeless(EpochRecord epoch) => epoch with { ImagesPerSecond = 0 };

        static StepRecord Lasting(StepRecord step) => step with { ImagesPerSecond = 0, Milliseconds = 0 };
    }

    [Test]
    public void An_evaluation_that_was_stopped_is_made_when_training_goes_on()
    {
        using TemporaryFolder whole = new(), parts = new();
        using (Trainer trainer = Make(Options with { Epochs = 2 }, whole.Path))
        {
            trainer.Initialize();
            trainer.Run();
        }
        for (int run = 0, epochs = 0; run < 3; run++)
        {
            using Trainer trainer = Make(Options with { Epochs = 2 }, parts.Path);
            if (run == 0) trainer.Initialize();
            else trainer.Resume();
            using CancellationTokenSource stop = new();
            int last = 5 * (run + 1);
            trainer.StepEnded += record =>
            {
                if (record.Step == last) stop.Cancel();     // the epoch's last step: nothing is left but to judge it
            };
            trainer.EpochEnded += _ => epochs++;
            Assert.That(trainer.Run(stop.Token), Is.EqualTo(run < 2 ? TrainingEnd.Stopped : TrainingEnd.Complete));
            Assert.That((trainer.Step, epochs), Is.EqualTo((Math.Min(last, 10), run)));
        }
        foreach (string file in new[] { "last.safetensors", "best.safetensors", Trainer.CheckpointName })
            Assert.That(File.ReadAllBytes(parts.File(file)), Is.EqualTo(File.ReadAllBytes(whole.File(file))), file);
        Assert.That(TrainingLog.Read(parts.File("log.jsonl")).Epochs.Select(epoch => epoch.TestAccuracy),
            Is.EqualTo(TrainingLog.Read(whole.File("log.jsonl")).Epochs.Select(epoch => epoch.TestAccuracy)));
    }

    [Test]
    public void Frozen_parameters_stay_and_their_norms_keep_their_statistics()
    {
        using Trainer trainer = Make(Options with { Epochs = 1, Frozen = ["conv1.*", "bn1.*", "layer1.*"] });
        trainer.Initialize();
        Dictionary<string, float[]> before = trainer.Parameters.Layout.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => trainer.Parameters[parameter.Name].ToArray());
        trainer.Run();
        foreach (Parameter parameter in trainer.Parameters.Layout.Parameters)
        {
            bool isFrozen = parameter.Name.Split('.')[0] is "conv1" or "bn1" or "layer1";
            bool isSame = trainer.Parameters[parameter.Name].SequenceEqual(before[parameter.Name]);
            Assert.That(isSame, Is.EqualTo(isFrozen), parameter.Name);
        }
    }

    [Test]
    public void Weights_of_another_head_are_taken_but_for_the_head()
    {
        using TemporaryFolder folder = new();
        using Trainer ten = Make(Options with { Epochs = 1 }, folder.Path);
        ten.Initialize();
        ten.Run();

        using Trainer three = new(
            TestPipelines.Shared, ModelCard.For(Net with { Classes = 3 }), new Tiles(30, 1, classes: 3), null, Options);
        using WeightFile weights = WeightFile.Open(folder.File("last.safetensors"));
        Assert.That(three.Initialize(weights), Is.EquivalentTo(new[] { "fc.weight", "fc.bias" }));
        Assert.That(three.Parameters["conv1.weight"].ToArray(), Is.EqualTo(ten.Parameters["conv1.weight"].ToArray()));

        using Trainer same = Make(Options);
        Assert.That(same.Initialize(weights), Is.Empty);
        Assert.That(same.Parameters["fc.weight"].ToArray(), Is.EqualTo(ten.Parameters["fc.weight"].ToArray()));
        Assert.That(same.Initialize(weights, newHead: true), Is.EquivalentTo(new[] { "fc.weight", "fc.bias" }));
        Assert.That(same.Parameters["fc.weight"].ToArray(), Is.Not.EqualTo(ten.Parameters["fc.weight"].ToArray()));
    }

    [Test]
    public void A_loss_that_is_no_number_stops_and_says_where_it_began()
    {
        using TemporaryFolder folder = new();
        using Trainer trainer = Make(
            Options with { Rate = 1e30, Schedule = new ConstantRate(), SaveEvery = TimeSpan.Zero }, folder.Path);
        trainer.Initialize();
        TrainingException error = Assert.Throws<TrainingException>(() => trainer.Run())!;
        Assert.That(error.Message, Does.Match("step \\d+ \\(epoch 1\\) is no finite number").And.Contain("The last checkpoint is")
            .And.Match("first layer with such a value is '|the parameter '"));
    }

    [Test]
    public void Memory_and_objects_stay_as_they_are_after_the_first_epoch()
    {
        using Trainer trainer = Make(Options with { Epochs = 20 });
        trainer.Initialize();
        List<(ulong Bytes, int Objects, long Managed)> counts = [];
        trainer.EpochEnded += _ => counts.Add((
            TestDevice.Shared.Memory.Used, TestDevice.Shared.LiveObjects, GC.GetTotalMemory(forceFullCollection: true)));
        trainer.Run();
        Assert.Multiple(() =>
        {
            Assert.That(counts[19].Bytes, Is.EqualTo(counts[0].Bytes));
            Assert.That(counts[19].Objects, Is.EqualTo(counts[0].Objects));
            Assert.That(Math.Abs(counts[19].Managed - counts[0].Managed), Is.LessThan(1 << 20));
        });
    }

    [Test]
    public void A_checkpoint_of_another_training_is_refused_with_what_differs()
    {
        using TemporaryFolder folder = new();
        using (Trainer trainer = Make(Options with { Epochs = 1 }, folder.Path))
        {
            trainer.Initialize();
            trainer.Run();
        }
        using Trainer other = Make(Options with { Epochs = 1, Seed = 9, BatchSize = 8 }, folder.Path);
        TrainingException error = Assert.Throws<TrainingException>(other.Resume)!;
        Assert.That(
            error.Message,
            Does.Contain("is the checkpoint of another training: batch size was 16 and is 8; seed was 7 and is 9."));

        File.Copy(folder.File("last.safetensors"), folder.File(Trainer.CheckpointName), overwrite: true);
        error = Assert.Throws<TrainingException>(other.Resume)!;
        Assert.That(error.Message, Does.Contain("holds weights alone"));

        File.WriteAllBytes(folder.File(Trainer.CheckpointName), File.ReadAllBytes(folder.File("last.safetensors"))[..1000]);
        Assert.Throws<WeightFileException>(other.Resume);
    }

    [Test]
    public void A_batch_that_does_not_fit_names_one_that_does()
    {
        using GpuDevice small = GpuDevice.Create(TestDevice.Options with { MemoryLimit = 64 << 20 });
        using Pipelines pipelines = new(small, TestPipelines.Library, null);
        GpuOutOfMemoryException error = Assert.Throws<GpuOutOfMemoryException>(() =>
        {
            using Trainer trainer = new(
                pipelines, ModelCard.For(Net), new Tiles(2048, 1), null, Options with { BatchSize = 1024 });
        })!;
        Assert.That(error.Message, Does.Match("A batch of 1024 does not fit; one of \\d+ does"));
    }

    [Test]
    public void What_does_not_fit_together_is_said_before_anything_is_made()
    {
        Assert.That(
            Assert.Throws<ArgumentException>(() => Make(Options with { Frozen = ["layer9.*"] }))!.Message,
            Does.Contain("No parameter of thin is called like layer9.*."));
        Assert.That(
            Assert.Throws<ArgumentException>(() => new Trainer(
                TestPipelines.Shared, ModelCard.For(Net), new Tiles(30, 1, classes: 3), null, Options))!.Message,
            Does.Contain("The pictures show 3 classes, thin tells 4 apart."));
    }

    [Test]
    public void Pictures_that_do_not_live_on_the_device_give_the_same()
    {
        // Of two sizes: such a set is framed by workers.
        TrainingOptions options = Options with { Epochs = 1, Augmentation = new Augmentation(12, 12) { Crop = Crop.Area } };
        byte[] one = Trained(options with { Workers = 1 }, new Tiles(72, 1, hasSizes: true));
        byte[] three = Trained(options with { Workers = 3 }, new Tiles(72, 1, hasSizes: true));
        Assert.That(three, Is.EqualTo(one));
    }

    private static Trainer Make(TrainingOptions options, string? folder = null) =>
        new(TestPipelines.Shared, ModelCard.For(Net), Train, Test, options, folder);

    private static byte[] Trained(TrainingOptions options, IImageSet? set = null)
    {
        using TemporaryFolder folder = new();
        using Trainer trainer = new(TestPipelines.Shared, ModelCard.For(Net), set ?? Train, Test, options, folder.Path);
        trainer.Initialize();
        trainer.Run();
        return File.ReadAllBytes(folder.File("last.safetensors"));
    }

    /// <summary>Pictures of 12x12: a bright tile in the corner of its class, and noise.</summary>
    private sealed class Tiles(int count, uint seed, int classes = 4, bool hasSizes = false) : IImageSet
    {
        public int Count => count;

        public IReadOnlyList<string> ClassNames { get; } = [.. Enumerable.Range(0, classes).Select(i => $"corner {i}")];

        public int Label(int index) => index % classes;

        public PixelImage Read(int index)
        {
            int side = hasSizes && index % 2 == 1 ? 14 : 12, label = Label(index);
            RandomKey key = new RandomKey(seed)[(uint)index];
            byte[] pixels = new byte[side * side * 3];
            for (int i = 0; i < pixels.Length; i++)
            {
                (int y, int x) = (i / 3 / side, i / 3 % side);
                bool isBright = y / 6 == label / 2 && i % 3 == label % 2 && x < side;
                pixels[i] = (byte)((isBright ? 120 : 0) + key.Below((uint)i, 100));
            }
            return new PixelImage(side, side, pixels);
        }
    }
}
