using ResNetVulkan.Demo.Pictures;
using ResNetVulkan.Models;

namespace ResNetVulkan.Demo.Studies;

/// <summary>Trains networks alike that differ in one thing, and compares how they end.</summary>
internal sealed record TrainingStudy(string Name, string Title, string Question) : Study(Name, Title, Question)
{
    private const string OneSeed =
        "One seed was trained. The chance that is given comes from the number of pictures alone; another seed may differ by " +
        "more.";

    /// <summary>The networks, of the small study or of the full one.</summary>
    public required Func<bool, IReadOnlyList<Contender>> Contenders { get; init; }

    /// <summary>Of the small study.</summary>
    public required Budget Small { get; init; }

    /// <summary>What follows from the outcomes, which come in the order of the contenders.</summary>
    public required Func<IReadOnlyList<Outcome>, IReadOnlyList<string>> Conclude { get; init; }

    /// <summary>In what the networks differ, and in what they do not.</summary>
    public required string Difference { get; init; }

    /// <summary>What may not be concluded, besides what all small runs have in common.</summary>
    public required string Caveat { get; init; }

    /// <summary>Whether error and time are drawn over the layers as well.</summary>
    public bool HasDepthAxis { get; init; }

    private static Budget Minutes { get; } = new()
    {
        Epochs = 10, Pictures = 2560, TestPictures = 500, BatchSize = 32, Size = 32, Rate = 0.02, Schedule = "one-cycle",
    };

    public static TrainingStudy Degradation { get; } = new(
        "degradation", "Does a deeper network learn less?",
        "A deeper network can do all that a shallower one can: its additional layers need only pass on what they get. Yet He " +
        "et al. (Deep Residual Learning for Image Recognition, 2015, figure 6) found that stacking more layers makes even the " +
        "error on the training pictures higher. This is no overfitting; the deeper network is harder to train. Does that " +
        "happen here, and do shortcuts, y = x + g(x), take it away?")
    {
        Contenders = isFull => [.. from isPlain in new[] { true, false }
            from layers in isFull ? [20, 32, 44, 56] : new[] { 20, 56 }
            select Cifar($"{(isPlain ? "plain" : "resnet")}-{layers}", layers, isFull, net => net with { IsPlain = isPlain })],
        Small = Minutes,
        Conclude = all => Conclusions.Degradation(
            [.. all.Where(it => it.Name.StartsWith("plain", StringComparison.Ordinal))],
            [.. all.Where(it => it.Name.StartsWith("resnet", StringComparison.Ordinal))]),
        Difference =
            "The networks are the paper's for CIFAR-10: a 3x3 convolution, three stages of 16, 32 and 64 channels, one linear " +
            "layer, batch norm after each convolution. Plain and residual networks of one depth have the same layers and " +
            "parameters; the residual ones add each block's input to its output (option A, without parameters).",
        Caveat =
            "How far deep plain networks would come with more time: degradation is a matter of how training goes, and the " +
            "paper's networks learned for 64,000 steps.",
    };

    public static TrainingStudy Orderings { get; } = new(
        "orderings", "Where should batch norm and ReLU stand?",
        "A residual block adds what it computes to what it got. He et al. (Identity Mappings in Deep Residual Networks, 2016, " +
        "figure 4 and table 2) tried five places for its batch norms and ReLUs, and found that the shortcut should be left " +
        "alone: with norm and ReLU before each convolution, very deep networks learn best, and with a batch norm after the " +
        "addition they learn worst. Does the order matter here?")
    {
        Contenders = isFull => [.. Enum.GetValues<ResNetOrdering>().Select(ordering => Cifar(
            NameOf(ordering), isFull ? 110 : 32, isFull, net => net with { Ordering = ordering }))],
        Small = Minutes with { Epochs = 8 },
        Conclude = all => Conclusions.Ranking(all, NameOf(ResNetOrdering.Original)),
        Difference =
            "The networks are CIFAR ResNets of one depth with the same convolutions; only the places of the batch norms and " +
            "ReLUs differ. original: ReLU after the addition. norm-after-addition: the last batch norm too. " +
            "relu-before-addition: what is added is never negative. relu-only-pre-activation: ReLU before each convolution, " +
            "batch norm behind it. pre-activation: both before it.",
        Caveat =
            "The paper's ranking, which is of networks of 110 and 164 layers after 64,000 steps, where the differences are a " +
            "few points.",
    };

    public static TrainingStudy Shortcuts { get; } = new(
        "shortcuts", "What should join blocks of different shapes?",
        "Where a stage begins, a block's output has half the extent and twice the channels of its input, so the input cannot " +
        "be added as it is. He et al. (2015, section 4.1, table 3) compare three ways: A takes every second pixel and fills " +
        "the new channels with zeros; B learns a 1x1 convolution there; C learns one at every block, in the identity's place " +
        "too. They found B slightly better than A and C slightly better than B, and took B. Is more than the identity needed?")
    {
        Contenders = isFull =>
        [
            Cifar("option-A", isFull ? 56 : 20, isFull, net => net with { Shortcut = ResNetShortcut.Padding }),
            Cifar("option-B", isFull ? 56 : 20, isFull, net => net with { Shortcut = ResNetShortcut.Projection }),
            Cifar("option-C", isFull ? 56 : 20, isFull, net =>
                net with { Shortcut = ResNetShortcut.Projection, ProjectsAlways = true }),
        ],
        Small = Minutes with { TestPictures = 1000 },
        Conclude = all =>
        [
            .. Conclusions.Ranking(all, "option-A"),
            .. all.Skip(1).Select(it =>
                $"{it.Name} has {it.Parameters - all[0].Parameters:N0} parameters more than {all[0].Name} " +
                $"({100.0 * (it.Parameters - all[0].Parameters) / all[0].Parameters:F1} %), and a step takes " +
                $"{it.StepMs / all[0].StepMs:F2} times as long."),
        ],
        Difference = "The networks are CIFAR ResNets of one depth with the same blocks; only what stands beside the blocks " +
            "differs.",
        Caveat = "What happens on ImageNet with 34 layers, which is what the paper compares by half a point.",
    };

    public static TrainingStudy Depth { get; } = new(
        "depth", "What do more layers give, and what do they cost?",
        "With shortcuts, networks may be deep. He et al. (2015, table 6) train CIFAR networks of 20 to 110 layers, each better " +
        "than the one before, and one of 1,202 that is worse again. Every layer costs time. How do error and time go with depth?")
    {
        Contenders = isFull => [.. (isFull ? new[] { 20, 32, 44, 56, 110 } : [8, 14, 20, 32, 56])
            .Select(layers => Cifar($"resnet-{layers}", layers, isFull))],
        Small = Minutes,
        Conclude = Conclusions.Depth,
        Difference =
            "The networks are the paper's for CIFAR-10, which differ in the number of blocks a stage alone. All had the same " +
            "steps, not the same time.",
        Caveat =
            "Which depth is best given enough training: a deep network starts slower, and a small budget favours shallow ones.",
        HasDepthAxis = true,
    };

    public override Findings Run(StudyRun run)
    {
        bool isFull = run.Options.IsFull;
        Budget budget = run.Adjust(isFull ? Budget.Paper : Small);
        IReadOnlyList<Contender> contenders = Contenders(isFull);
        IReadOnlyList<Trained> trained = run.Train(contenders, budget);
        Outcome[] outcomes = [.. trained.Select(it => Outcome.Of(it, run.Learned(budget), run.Judged(budget)))];
        string steps = $"{run.Steps(budget):N0} steps of {budget.BatchSize} pictures, {budget.Epochs} epochs";
        return new Findings(
            [
                Difference + (isFull ? "" : " Here their first convolution has a stride of 2, so that they learn in a quarter " +
                    "of the time."),
                $"Each had the same {steps}, the same pictures in the same order, and the same seed: SGD with momentum 0.9, " +
                $"weight decay 0.0001, learning rate {budget.Rate:0.###} at its highest ({budget.Schedule}), augmentation " +
                $"{budget.Augment}. {run.DataText}",
            ],
            $"{steps} a network",
            [.. Figures(trained, outcomes, run.Classes)],
            Table(trained, outcomes),
            Conclude(outcomes),
            [
                .. isFull ? (string[])[] : ["What a small budget cannot show: networks this small, pictures this few and steps " +
                    "this few say how training begins, not where it ends. --full trains as the paper does."],
                Caveat, OneSeed,
                "What a step costs on an idle machine: the networks were trained one after the other, and whatever else ran is " +
                "in their times.",
            ],
            Numbers(trained));
    }

    private IEnumerable<Figure> Figures(IReadOnlyList<Trained> trained, Outcome[] outcomes, int classes)
    {
        Mark[] legend = [.. trained.Select((it, i) => new Mark(it.Contender.Name, Chart.Colours[i % Chart.Colours.Count]))];
        double last = Math.Max(1, trained.SelectMany(it => it.History.Epochs).Select(it => it.Epoch).DefaultIfEmpty(1).Max());
        Panel panel = new("", 0, 0, 0, 0) { Across = (0, last), AcrossTitle = "epoch", Limits = (0, 100) };
        yield return new Figure(
            "The part of the training pictures that each epoch's steps got wrong, and the part of the test pictures that were " +
            $"wrong after it. Lower is better; guessing among {classes} classes is wrong {100.0 - (100.0 / classes):0.#} % of " +
            "the time.",
            Chart.Lines(
                legend,
                (panel with { Title = "Training error, %" }, Lines(it => 100 * (1 - it.TrainAccuracy))),
                (panel with { Title = "Test error, %" }, Lines(it => 100 * (1 - it.TestAccuracy ?? double.NaN)))));
        if (!HasDepthAxis) yield break;

        Panel depth = panel with
        {
            Across = (outcomes.Min(it => it.Layers), outcomes.Max(it => it.Layers)), AcrossTitle = "layers",
            AcrossTicks = [.. outcomes.Select(it => (double)it.Layers)],
        };
        (Mark train, Mark test) = (new("training error", Chart.Colours[0]), new("test error", Chart.Colours[1]));
        yield return new Figure(
            "The errors at the end, and the median time of a step, over the number of layers.",
            Chart.Lines(
                [train, test, new Mark("time of a step", Chart.Colours[2])],
                (depth with { Title = "Error at the end, %" },
                    [Over(it => it.Train.Percent, train.Colour), Over(it => it.Test.Percent, test.Colour)]),
                (depth with { Title = "Time of a step, ms", Limits = (0, double.PositiveInfinity) },
                    [Over(it => it.StepMs, Chart.Colours[2])])));

        Line[] Lines(Func<Training.EpochRecord, double> value) => [.. trained.Select((it, i) => new Line(
            legend[i].Colour, 2, [.. it.History.Epochs.Select(epoch => new Spot(epoch.Epoch, value(epoch)))]))];

        Line Over(Func<Outcome, double> value, Colour colour) =>
            new(colour, 2, [.. outcomes.Select(it => new Spot(it.Layers, value(it)))]);
    }

    private static Grid Table(IReadOnlyList<Trained> trained, Outcome[] outcomes) => new(
        [
            new("network"), new("layers", IsNumber: true), new("parameters", IsNumber: true),
            new("multiply-adds", IsNumber: true), new("training error", IsNumber: true), new("test error", IsNumber: true),
            new("at its lowest", IsNumber: true), new("ms a step", IsNumber: true),
        ],
        [.. outcomes.Zip(trained, (it, run) => new[]
        {
            it.Name, $"{it.Layers}", $"{it.Parameters:N0}", $"{it.MultiplyAdds / 1e6:F1} M", $"{it.Train}", $"{it.Test}",
            run.History.Epochs.Count == 0 ? "none" : $"{100 * (1 - run.History.Epochs.Max(e => e.TestAccuracy ?? 0)):F1} %",
            $"{it.StepMs:F0}",
        })]);

    private static Grid Numbers(IReadOnlyList<Trained> trained) => Grid.Of(
        "network,layers,parameters,multiply_adds,epoch,train_loss,train_error_percent,test_loss,test_error_percent,ms_a_step",
        from it in trained
        let ms = Outcome.Of(it).StepMs
        from epoch in it.History.Epochs
        select (object[])
        [
            it.Contender.Name, it.Contender.Layers, it.Size.Parameters, it.Size.MultiplyAdds, epoch.Epoch, epoch.TrainLoss,
            100 * (1 - epoch.TrainAccuracy), epoch.TestLoss ?? double.NaN, 100 * (1 - epoch.TestAccuracy ?? double.NaN), ms,
        ]);

    // Of 6n + 2 layers: the paper's network with n blocks in each of three stages.
    private static Contender Cifar(string name, int layers, bool isFull, Func<ResNetConfig, ResNetConfig>? change = null)
    {
        // The small studies look at a quarter of the pixels from the stem on.
        ResNetConfig net = (ResNetConfig)NetworkConfig.Find("cifar-resnet20") with
        {
            Depths = [.. Enumerable.Repeat((layers - 2) / 6, 3)], Stem = isFull ? ResNetStem.Cifar : ResNetStem.Strided,
        };
        return new Contender(name, change is null ? net : change(net), layers);
    }

    private static string NameOf(ResNetOrdering ordering) => ordering switch
    {
        ResNetOrdering.NormAfterAddition => "norm-after-addition",
        ResNetOrdering.ReluBeforeAddition => "relu-before-addition",
        ResNetOrdering.ReluOnlyPreActivation => "relu-only-pre-activation",
        ResNetOrdering.PreActivation => "pre-activation",
        _ => "original",
    };
}
