using System.Globalization;
using ResNetVulkan.Data;

namespace ResNetVulkan.Training;

/// <summary>How a network is trained.</summary>
/// <param name="Augmentation">
/// What becomes of pictures before they are learned from; its <see cref="Augmentation.Evaluation"/> is what they are judged by.
/// </param>
public sealed record TrainingOptions(Augmentation Augmentation)
{
    /// <summary>How often each picture is seen.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>How many pictures one run takes.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>How many batches' gradients are summed before each update: as one batch so many times as large.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>η at its highest.</summary>
    public double Rate { get; init; } = 0.1;

    /// <summary>How the learning rate goes from step to step.</summary>
    public LearningRate Schedule { get; init; } = new ConstantRate();

    /// <summary>How parameters follow gradients.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>
    /// Whether activations are computed again for the gradients rather than kept; see
    /// <see cref="TrainingGraphOptions.Recomputes"/>.
    /// </summary>
    public bool Recomputes { get; init; }

    /// <summary>How much of each label is spread over all classes, from 0 to 1.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>All that is random comes from it: order, augmentation, dropout, and a network's first weights.</summary>
    public uint Seed { get; init; } = 1;

    /// <summary>Parameters that stay as they are: names, in which * stands for anything.</summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>Updates after which a run ends, if not by its epochs before; 0 for no such end.</summary>
    public long MaxSteps { get; init; }

    /// <summary>How often a checkpoint is written within an epoch; at the end of each there is one anyway.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest that one submission may keep the device busy; zero for no limit.</summary>
    public TimeSpan Slice { get; init; }

    /// <summary>How many threads read pictures that do not live on the device.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>What must be the same when training goes on from a checkpoint.</summary>
    internal Dictionary<string, string> Identity => new()
    {
        ["epochs"] = Text($"{Epochs}"),
        ["batch size"] = Text($"{BatchSize}"),
        ["accumulate"] = Text($"{Accumulate}"),
        ["rate"] = Text($"{Rate}"),
        ["schedule"] = Schedule.ToString()!,
        ["optimizer"] = Optimizer.Identity,
        ["augmentation"] = Describe(Augmentation),
        ["label smoothing"] = Text($"{LabelSmoothing}"),
        ["seed"] = Text($"{Seed}"),
        ["frozen"] = string.Join(", ", Frozen),
    };

    private static string Describe(Augmentation a) => Text(
        $"{a.Height}x{a.Width} {a.Crop} {a.Padding} {a.MinArea} {a.Resize} {a.Flip} ") + Text(
        $"{a.Brightness} {a.Contrast} {a.Saturation} {a.Cutout}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Training that cannot go on. The message says why, and which checkpoint is left.</summary>
public sealed class TrainingException : InvalidOperationException
{
    /// <summary>Says why.</summary>
    public TrainingException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
