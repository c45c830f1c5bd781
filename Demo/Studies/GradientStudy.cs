using System.Runtime.InteropServices;
using ResNetVulkan.Demo.Pictures;
using ResNetVulkan.Models;
using ResNetVulkan.Training;

namespace ResNetVulkan.Demo.Studies;

/// <summary>The length of the gradient of a convolution's weight at a step of training.</summary>
/// <param name="Step">How many updates came before.</param>
/// <param name="Layer">Counted from 1, the first convolution behind the stem.</param>
/// <param name="Name">Of its weight.</param>
/// <param name="Norm">May be 0, infinite or NaN.</param>
internal readonly record struct LayerGradient(int Step, int Layer, string Name, double Norm);

/// <summary>A network's gradients, layer by layer.</summary>
/// <param name="Kind">Which of the kinds.</param>
/// <param name="Layers">How deep it is.</param>
/// <param name="Norms">All that were measured.</param>
/// <param name="Broke">After how many steps a loss or gradient was no finite number; none where none was.</param>
internal sealed record GradientCourse(string Kind, int Layers, IReadOnlyList<LayerGradient> Norms, int? Broke = null)
{
    /// <summary>The length of the first layer's gradient; NaN where it was not measured.</summary>
    public double First(int step = 0) => At(step).FirstOrDefault(new LayerGradient(step, 0, "", double.NaN)).Norm;

    /// <summary>The same in parts of the last layer's: 1 where it arrives as it set out.</summary>
    public double Arriving(int step = 0) => First(step) / At(step).LastOrDefault().Norm;

    public bool HasNumbers => double.IsFinite(First()) && double.IsFinite(Arriving());

    private IEnumerable<LayerGradient> At(int step) => Norms.Where(it => it.Step == step);
}

/// <summary>Measures how much of the gradient reaches each layer.</summary>
internal sealed record GradientStudy() : Study(
    "gradients", "Does the gradient reach the first layer?",
    "Training changes each layer by its gradient, which comes from the loss through all layers behind it. If each of them " +
    "makes it a little smaller, nothing is left for the first ones: the gradient vanishes; if each makes it a little larger, " +
    "it explodes. He et al. (Identity Mappings in Deep Residual Networks, 2016, equation 5) argue that in y = x + g(x) the " +
    "gradient of y arrives at x unchanged, plus what comes through g, at any depth. How long is the gradient at each layer, " +
    "with and without shortcuts, with and without batch norm?")
{
    // What a hundred layers may multiply a gradient with, or divide it by, and it is still called kept.
    private const double Kept = 10;

    private static readonly (string Name, bool IsPlain, bool HasNorms)[] Kinds =
    [
        ("plain", true, false), ("plain, batch norm", true, true), ("residual", false, false),
        ("residual, batch norm", false, true),
    ];

    private static IReadOnlyList<int> Depths { get; } = [20, 56, 110, 200, 500, 1000];

    // Followed while it learns.
    private const int Watched = 56;

    public override Findings Run(StudyRun run)
    {
        bool isFull = run.Options.IsFull;
        Budget budget = new()
        {
            Epochs = 1, Pictures = isFull ? 32_000 : 1280, BatchSize = 32, Size = isFull ? 16 : 8,
            Rate = 0.02,
        };
        budget = run.Adjust(budget);
        const int width = 16;
        List<GradientCourse> courses = [];
        double all = Kinds.Length * (Depths.Sum(depth => (double)depth) + (Watched * run.Steps(budget))), done = 0;
        foreach (int depth in Depths)
        {
            foreach ((string kind, bool isPlain, bool hasNorms) in Kinds)
            {
                string name = $"{kind}, {depth} layers";
                Contender contender = new(name, Net(depth, width, isPlain, hasNorms), depth);
                courses.Add(Follow(run, contender, kind, budget, depth == Watched ? run.Steps(budget) : 1, step =>
                {
                    run.ThrowIfStopped(name);
                    run.Show($"{name}   step {step:N0}", (done += depth) / all);
                }));
                run.Say($"{name}: the first layer's gradient has a length of {Text(courses[^1].First())}");
            }
        }
        return new Findings(
            [
                $"The networks are a 3x3 convolution to {width} channels, then blocks of two 3x3 convolutions of {width} " +
                "channels, then the mean of all pixels and one linear layer. All blocks are of one shape, so that the layers' " +
                "gradients can be compared. Residual networks add each block's input to its output before its last ReLU. " +
                "Weights begin as He et al. (2015) propose, normal of variance 2 / (9 x channels), and convolutions have no " +
                "biases.",
                $"Each network saw one batch of {budget.BatchSize} pictures of {budget.Size}x{budget.Size} and the length of " +
                $"the gradient of each convolution's weight was read. Those of {Watched} layers then learned for " +
                $"{run.Steps(budget):N0} steps: SGD with momentum 0.9, learning rate {budget.Rate:0.###}. {run.DataText}",
            ],
            $"one step for each network, {run.Steps(budget):N0} for those of {Watched} layers",
            [.. Figures(courses)],
            Table(courses),
            Conclude(courses),
            [
                "That networks this narrow, with pictures this small, say how large the gradients of others are: with zeros " +
                "around an 8x8 map each convolution loses more of the signal than on a large one. The directions, to vanish or " +
                "to explode, depend on how weights begin; here it is one way, and one seed.",
                "That a gradient that arrives is enough to learn, or that one that explodes makes learning impossible: batch " +
                "norm makes a layer's output independent of the size of its weights, and step sizes can be adapted.",
                "How training goes on: it was followed for a few steps.",
            ],
            Numbers(courses));
    }

    /// <summary>How the gradient goes with depth in each kind, and how plain and residual ones compare.</summary>
    public static IReadOnlyList<string> Conclude(IReadOnlyList<GradientCourse> courses)
    {
        List<string> sentences = [], keepers = [];
        foreach ((string kind, _, _) in Kinds)
        {
            GradientCourse[] byDepth = [.. courses.Where(it => it.Kind == kind).OrderBy(it => it.Layers)];
            if (byDepth.Length == 0) continue;
            GradientCourse shallow = byDepth[0], deep = byDepth[^1];
            GradientCourse? numbered = byDepth.LastOrDefault(it => it.HasNumbers && it.First() > 0);
            string verdict = "there is nothing to compare";
            if (numbered is not null && numbered != shallow)
            {
                double growth = Math.Pow(numbered.First() / shallow.First(), 100.0 / (numbered.Layers - shallow.Layers));
                bool isLost = numbered != deep;
                bool isKept = !isLost && growth is > 1 / Kept and < Kept;
                string fate = isKept ? "it is kept" : growth < 1 ? "it vanishes" : "it explodes";
                verdict = $"a hundred layers multiply it by {Text(growth)}: {fate}";
                if (isKept && Arrives(deep)) keepers.Add(kind);
            }
            sentences.Add(
                $"{Capital(kind)}: the first layer's gradient has a length of {Text(shallow.First())} with {shallow.Layers:N0} " +
                $"layers and {(double.IsNaN(deep.First()) ? "is" : "of")} {Text(deep.First())} with {deep.Layers:N0}; " +
                $"{verdict}.");
        }
        foreach (bool hasNorms in new[] { false, true })
        {
            (GradientCourse[] plain, GradientCourse[] residual) = (Of(courses, true, hasNorms), Of(courses, false, hasNorms));
            int depth = plain.Select(it => it.Layers).Intersect(residual.Select(it => it.Layers)).DefaultIfEmpty().Max();
            if (depth == 0) continue;
            (GradientCourse without, GradientCourse with) =
                (plain.First(it => it.Layers == depth), residual.First(it => it.Layers == depth));
            string verdict = (Arrives(without), Arrives(with)) switch
            {
                (true, true) => "both keep it on its way, "
                    + (Way(with) < Way(without) ? "x + g(x) more nearly" : "x + g(x) no more nearly"),
                (false, true) => "x + g(x) keeps it on its way, where the plain network does not",
                (true, false) => "the plain network keeps it on its way, and x + g(x) does not",
                _ => Way(with) < Way(without)
                    ? "neither keeps it on its way, and x + g(x) comes closer"
                    : "neither keeps it on its way, and x + g(x) comes no closer",
            };
            sentences.Add(
                $"{(hasNorms ? "With" : "Without")} batch norm, of {depth:N0} layers, the first has " +
                $"{Text(without.Arriving())} times the last one's gradient without shortcuts and {Text(with.Arriving())} times " +
                $"with them: {verdict}.");
        }
        sentences.Add(keepers.Count == 0
            ? "None of the kinds keeps the gradient to the largest depth, both in size and on its way."
            : $"To the largest depth the gradient is kept, both in size and on its way, in: {string.Join("; ", keepers)}.");
        foreach (GradientCourse course in courses.Where(it => it.Broke > 1))
        {
            sentences.Add(
                $"{Capital(course.Kind)}, {course.Layers} layers: step {course.Broke} met a loss or gradient that is no " +
                "finite number, and learning ended.");
        }
        return sentences;
    }

    private static bool Arrives(GradientCourse course) => Way(course) <= Math.Log10(Kept) * Math.Max(1, course.Layers / 100.0);

    // In powers of ten from 1.
    private static double Way(GradientCourse course) =>
        course.HasNumbers ? Math.Abs(Math.Log10(course.Arriving())) : double.PositiveInfinity;

    // Those that have numbers.
    private static GradientCourse[] Of(IReadOnlyList<GradientCourse> courses, bool isPlain, bool hasNorms)
    {
        string kind = Kinds.First(it => (it.IsPlain, it.HasNorms) == (isPlain, hasNorms)).Name;
        return [.. courses.Where(it => it.Kind == kind && it.HasNumbers)];
    }

    // One stage, so that all layers are alike; 2n + 2 of them.
    private static ResNetConfig Net(int layers, int width, bool isPlain, bool hasNorms) => new()
    {
        Name = "one stage", Block = ResNetBlock.Basic, Depths = [(layers - 2) / 2], Width = width, Stem = ResNetStem.Cifar,
        IsPlain = isPlain, HasNorms = hasNorms,
    };

    // Makes so many steps, one by one, and reads the gradients of the first, the last, and some between.
    private static GradientCourse Follow(
        StudyRun run, Contender contender, string kind, Budget budget, int steps, Action<int> progress)
    {
        using Trainer trainer = run.Make(contender, budget, folder: null);
        trainer.Initialize();
        List<LayerGradient> norms = [];
        CancellationToken afterOne = new(canceled: true);
        int? broke = null;
        for (int step = 0; step < steps && broke is null; step++)
        {
            progress(step + 1);
            try
            {
                trainer.Run(afterOne);
            }
            catch (TrainingException)
            {
                broke = step + 1;       // a result: the gradients are read all the same
            }
            norms.AddRange(Read(trainer, step));
        }
        return new GradientCourse(kind, contender.Layers, norms, broke);
    }

    private static IEnumerable<LayerGradient> Read(Trainer trainer, int step)
    {
        var layout = trainer.Parameters.Layout;
        byte[][] blocks = [.. layout.BlockBytes.Select((_, block) => trainer.Parameters.ReadState($"gradients {block}"))];
        int layer = 0;
        foreach (var parameter in layout.Parameters)
        {
            if (parameter.Rank != 4 || parameter.Name == "conv1.weight") continue;
            (int block, long offset) = layout.Place(parameter.Name);
            int bytes = (int)parameter.Shape.Count * sizeof(float);
            double sum = 0;
            foreach (float value in MemoryMarshal.Cast<byte, float>(blocks[block].AsSpan((int)offset, bytes)))
                sum += (double)value * value;
            yield return new LayerGradient(step, ++layer, parameter.Name, Math.Sqrt(sum));
        }
    }

    private static IEnumerable<Figure> Figures(IReadOnlyList<GradientCourse> courses)
    {
        int[] depths = [.. courses.Select(it => it.Layers).Distinct().Order()];
        Mark[] legend = [.. depths.Select((depth, i) => new Mark($"{depth:N0} layers", Chart.Colours[i]))];
        yield return new Figure(
            "The length of the gradient at each layer before the first update, each network's layers spread over the whole " +
            "axis. A level line keeps its gradient; one that falls to the left loses it on its way from the loss, at the " +
            "right, to the first layer. What is 0 in float32 runs along the lower edge; a network whose numbers are none has " +
            "no line.",
            Chart.Lines(legend, [.. Kinds.Select(kind => (
                new Panel($"{Capital(kind.Name)}: length of the gradient", 0, 0, 0, 0)
                {
                    Across = (0, 100), AcrossTitle = "first layer  -  depth, %  -  last layer", IsLog = true,
                    Limits = (1e-20, 1e20), ShowsLimits = true,
                },
                (Line[])[.. depths.Select((depth, i) => new Line(Chart.Colours[i], 1.6, Profile(kind.Name, depth)))]))]));

        Mark[] kinds = [.. Kinds.Select((kind, i) => new Mark(kind.Name, Chart.Colours[i]))];
        GradientCourse[] learners = [.. courses.Where(it => it.Layers == Watched)];
        int last = learners.SelectMany(it => it.Norms).Select(it => it.Step).DefaultIfEmpty().Max();
        Panel size = new("Length of the first layer's gradient", 0, 0, 0, 0)
        {
            Across = (depths[0], depths[^1]), AcrossTicks = [.. depths.Select(depth => (double)depth)], IsLogAcross = true,
            AcrossTitle = "layers", IsLog = true, Limits = (1e-20, 1e20),
        };
        Panel way = size with { Title = "First layer's / last layer's" };
        Panel learning = size with
        {
            Across = (0, Math.Max(1, last)), AcrossTicks = null, IsLogAcross = false, AcrossTitle = "updates",
        };
        yield return new Figure(
            "Above, over the depth, before the first update: how long the first layer's gradient is, and how long in parts of " +
            $"the last layer's. Below, the same for {Watched} layers while they learn. A level line is a gradient that is " +
            "kept. A line ends where the network's numbers leave the range of float32.",
            Chart.Lines(
                kinds,
                (size, OverDepth(it => it.First())), (way, OverDepth(it => it.Arriving())),
                (learning with { Title = $"First layer's gradient, {Watched} layers" }, Learning((it, step) => it.First(step))),
                (learning with { Title = "First layer's / last layer's" }, Learning((it, step) => it.Arriving(step)))));

        Line[] OverDepth(Func<GradientCourse, double> value) => [.. Kinds.Select((kind, i) => new Line(
            Chart.Colours[i], 2, [.. courses.Where(it => it.Kind == kind.Name).Select(it => new Spot(it.Layers, value(it)))]))];

        Line[] Learning(Func<GradientCourse, int, double> value) => [.. Kinds.Select((kind, i) => new Line(
            Chart.Colours[i], 2,
            [
                .. learners.Where(it => it.Kind == kind.Name).SelectMany(it =>
                    it.Norms.Select(norm => norm.Step).Distinct().Select(step => new Spot(step, value(it, step)))),
            ]) { HasDots = false })];

        Spot[] Profile(string kind, int depth)
        {
            LayerGradient[] norms =
            [
                .. courses.Where(it => it.Kind == kind && it.Layers == depth).SelectMany(it => it.Norms)
                    .Where(it => it.Step == 0),
            ];
            return [.. norms.Select(it => new Spot(100.0 * (it.Layer - 1) / Math.Max(1, norms.Length - 1), it.Norm))];
        }
    }

    private static Grid Table(IReadOnlyList<GradientCourse> courses)
    {
        int[] depths = [.. courses.Select(it => it.Layers).Distinct().Order()];
        return new Grid(
            [new("gradient of the first layer, with layers:"), .. depths.Select(depth => new Column($"{depth:N0}", true))],
            [.. Kinds.SelectMany(kind => (string[][])
            [
                [kind.Name, .. Row(kind.Name, it => it.First())],
                [$"{kind.Name}, in parts of the last layer's", .. Row(kind.Name, it => it.Arriving())],
            ])]);

        IEnumerable<string> Row(string kind, Func<GradientCourse, double> value) => depths.Select(depth =>
            courses.FirstOrDefault(it => it.Kind == kind && it.Layers == depth) is { } course ? Text(value(course)) : "");
    }

    // All layers of the first step; of the others the first and the last.
    private static Grid Numbers(IReadOnlyList<GradientCourse> courses) => Grid.Of(
        "shortcut,batch_norm,layers,step,layer,weight,gradient_norm",
        from course in courses
        let kind = Kinds.First(it => it.Name == course.Kind)
        let deepest = course.Norms.Select(it => it.Layer).DefaultIfEmpty().Max()
        from it in course.Norms
        where it.Step == 0 || it.Layer == 1 || it.Layer == deepest
        select (object[])
        [
            kind.IsPlain ? "no" : "yes", kind.HasNorms ? "yes" : "no", course.Layers, it.Step, it.Layer, it.Name,
            it.Norm.ToString("R"),
        ]);

    private static string Capital(string kind) => $"{char.ToUpperInvariant(kind[0])}{kind[1..]}";

    private static string Text(double part) => part switch
    {
        double.NaN => "no number",
        0 => "0",
        double.PositiveInfinity => "infinite",
        >= 0.001 and < 1000 => $"{part:G3}",
        _ => $"{part:0.0e+0}",
    };
}
