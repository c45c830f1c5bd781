using ResNetVulkan.Demo.Pictures;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Training;

namespace ResNetVulkan.Demo.Studies;

/// <summary>What a block has, takes and keeps.</summary>
/// <param name="Name">Its kind.</param>
/// <param name="Parameters">That it learns.</param>
/// <param name="MultiplyAdds">Of one picture.</param>
/// <param name="ForwardMs">Its steps in inference, for the batch.</param>
/// <param name="TrainingMs">Its steps in training, forward and backward, for the batch.</param>
/// <param name="KeptBytes">What training keeps of it until its gradients are computed, for the batch.</param>
internal sealed record BlockCost(
    string Name, long Parameters, long MultiplyAdds, double ForwardMs, double TrainingMs, long KeptBytes)
{
    /// <summary>Microseconds a million multiply-adds, of inference.</summary>
    public double Pace(int batch) => ForwardMs * 1e3 / (MultiplyAdds * (double)batch / 1e6);
}

/// <summary>Measures blocks of one output shape beside each other.</summary>
internal sealed record BlockStudy() : Study(
    "blocks", "What does a block cost?",
    "Networks of one family differ in their blocks. VGG stacks two 3x3 convolutions; the basic residual block adds its input; " +
    "the bottleneck block (He et al. 2015, figure 5) convolves with 3x3 in a quarter of the channels, between two 1x1 " +
    "convolutions; ResNeXt (Xie et al. 2017) makes its middle twice as wide and divides it into 32 groups. All make a map of " +
    "the same shape from one of that shape. What do they cost in parameters, multiply-adds, time and memory, and do " +
    "multiply-adds tell the time?")
{
    private const string Block = "layer1.1.";

    // Times that differ by less are called alike: a busy machine makes as much.
    private const double Alike = 1.25;

    public override bool NeedsPictures => false;

    public override Findings Run(StudyRun run)
    {
        (int channels, int size, int batch) = run.Options.IsFull ? (256, 56, 32) : (256, 14, 4);
        int times = run.Options.Steps ?? (run.Options.IsFull ? 50 : 15);
        (string Name, ResNetConfig Net)[] blocks =
        [
            ("VGG", Net(channels) with { IsPlain = true, HasNorms = false, HasBias = true }),
            ("basic", Net(channels)),
            ("bottleneck", Net(channels / 4) with { Block = ResNetBlock.Bottleneck }),
            ("ResNeXt 32x4d", Net(channels / 4) with { Block = ResNetBlock.Bottleneck, Groups = 32, GroupWidth = 4 }),
        ];
        List<BlockCost> costs = [];
        foreach ((string name, ResNetConfig net) in blocks)
        {
            run.ThrowIfStopped(name);
            run.Show($"{name} ({costs.Count + 1} of {blocks.Length})", (double)costs.Count / blocks.Length);
            costs.Add(Measure(run, name, net with { ImageSize = size }, batch, times));
        }
        string shape = $"({batch}, {channels}, {size}, {size})";
        return new Findings(
            [
                $"Each block takes and makes {shape}: batch, channels, height, width, float32. It stands in the middle of a " +
                "network of three such blocks, and the time is that of its own steps, read from the device's clock: the " +
                $"shortest of {times} runs, as whatever else the machine does only adds to it. Batch norms are folded into the " +
                "convolutions in inference, as in use.",
                "Memory is what training must keep of the block's activations until its gradients are computed: the difference " +
                "between networks of three blocks and of two. VGG has biases and no batch norm, as its paper; its two " +
                "convolutions are otherwise the basic block's.",
            ],
            $"{times} runs of each",
            [new Figure(
                "Each quantity of the four blocks, for the same output. Shorter is cheaper.",
                Chart.Draw(
                    [.. costs.Select((it, i) => new Mark(it.Name, Chart.Colours[i]))],
                    new Bars("Parameters, thousands", [.. costs.Select(it => it.Parameters / 1e3)]),
                    new Bars("Multiply-adds of one picture, millions", [.. costs.Select(it => it.MultiplyAdds / 1e6)], "N1"),
                    new Bars("Time of inference, ms", [.. costs.Select(it => it.ForwardMs)], "N2"),
                    new Bars("Time of a training step, ms", [.. costs.Select(it => it.TrainingMs)], "N2"),
                    new Bars("Memory kept in training, MiB", [.. costs.Select(it => it.KeptBytes / 1048576.0)], "N2"),
                    new Bars("Inference of a million multiply-adds, µs", [.. costs.Select(it => it.Pace(batch))], "N1")))],
            new Grid(
                [
                    new("block"), new("parameters", IsNumber: true), new("multiply-adds", IsNumber: true),
                    new("inference, ms", IsNumber: true), new("training, ms", IsNumber: true),
                    new("kept, MiB", IsNumber: true), new("GFLOP/s", IsNumber: true),
                ],
                [.. costs.Select(it => new[]
                {
                    it.Name, $"{it.Parameters:N0}", $"{it.MultiplyAdds / 1e6:F1} M", $"{it.ForwardMs:F2}", $"{it.TrainingMs:F2}",
                    $"{it.KeptBytes / 1048576.0:F2}", $"{2e3 / it.Pace(batch):F1}",
                })]),
            Conclude(costs, batch),
            [
                "Which block learns best for its cost: nothing was trained.",
                "The times of other shapes or other devices: which kernels run, and how fast, depends on both. A CPU driver's " +
                "times say nothing of a GPU's.",
            ],
            Grid.Of(
                "block,channels,size,batch,parameters,multiply_adds,forward_ms,training_ms,kept_bytes",
                costs.Select(it => (object[])
                [
                    it.Name, channels, size, batch, it.Parameters, it.MultiplyAdds, it.ForwardMs, it.TrainingMs, it.KeptBytes,
                ])));
    }

    /// <summary>Which block is cheapest in what, and whether multiply-adds tell the time.</summary>
    public static IReadOnlyList<string> Conclude(IReadOnlyList<BlockCost> costs, int batch)
    {
        BlockCost few = costs.MinBy(it => it.MultiplyAdds)!, many = costs.MaxBy(it => it.MultiplyAdds)!;
        List<string> sentences =
        [
            $"For the same output the fewest multiply-adds are {few.MultiplyAdds / 1e6:F1} M, of {few.Name}, and the most " +
            $"{many.MultiplyAdds / 1e6:F1} M, of {Names(it => it.MultiplyAdds == many.MultiplyAdds)}: " +
            $"{(double)many.MultiplyAdds / few.MultiplyAdds:F1} times as many. The fewest parameters are those of " +
            $"{costs.MinBy(it => it.Parameters)!.Name}.",
        ];
        BlockCost[] timed = [.. costs.Where(it => double.IsFinite(it.ForwardMs) && it.ForwardMs > 0)];
        if (timed.Length < costs.Count)
        {
            sentences.Add("This device has no clock for its steps: no times were measured.");
        }
        else
        {
            BlockCost fast = timed.MinBy(it => it.ForwardMs)!, slow = timed.MaxBy(it => it.ForwardMs)!;
            double longest = timed.Max(it => it.TrainingMs);
            sentences.Add(
                $"In inference {fast.Name} is the fastest, {fast.ForwardMs:F2} ms, and the slowest, {slow.ForwardMs:F2} ms or " +
                $"little less: {Names(it => it.ForwardMs * Alike > slow.ForwardMs)}. In training " +
                $"{timed.MinBy(it => it.TrainingMs)!.Name} is the fastest, and the slowest: " +
                $"{Names(it => it.TrainingMs * Alike > longest)}.");
            BlockCost easy = timed.MinBy(it => it.Pace(batch))!, hard = timed.MaxBy(it => it.Pace(batch))!;
            double spread = hard.Pace(batch) / easy.Pace(batch);
            sentences.Add(spread < 1.5
                ? $"Multiply-adds tell the time here: a million of them takes {easy.Pace(batch):N1} to {hard.Pace(batch):N1} " +
                    "µs in every block."
                : $"Multiply-adds do not tell the time here: a million of them takes {easy.Pace(batch):N1} µs in {easy.Name} " +
                    $"and {hard.Pace(batch):N1} µs in {hard.Name}, {spread:F1} times as long.");
        }
        BlockCost little = costs.MinBy(it => it.KeptBytes)!, much = costs.MaxBy(it => it.KeptBytes)!;
        sentences.Add(
            $"Training keeps the least of {little.Name} ({little.KeptBytes / 1048576.0:F2} MiB) and the most of " +
            $"{Names(it => it.KeptBytes == much.KeptBytes)} ({much.KeptBytes / 1048576.0:F2} MiB).");
        return sentences;

        string Names(Func<BlockCost, bool> isOne) => string.Join(" and ", costs.Where(isOne).Select(it => it.Name));
    }

    private static ResNetConfig Net(int width) => new()
    {
        Name = "three blocks", Block = ResNetBlock.Basic, Depths = [3], Width = width, Stem = ResNetStem.Cifar, Classes = 10,
    };

    private static BlockCost Measure(StudyRun run, string name, ResNetConfig net, int batch, int times)
    {
        ModelSummary size = ModelSummary.Of(net, new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize));
        LayerSummary[] layers = [.. size.Layers.Where(layer => layer.Name.StartsWith(Block, StringComparison.Ordinal))];
        (double forward, _) = Time(run, Forward(net, batch), times);
        (double training, long three) = Time(run, Training(net, batch), times);
        (_, long two) = Time(run, Training(net with { Depths = [2] }, batch), times: 0);
        return new BlockCost(
            name, layers.Sum(layer => layer.Parameters), layers.Sum(layer => layer.MultiplyAdds), forward, training, three - two);
    }

    private static Graph Forward(ResNetConfig net, int batch) => ClassifierGraph.OfTensor(ModelCard.For(net), batch).Graph;

    private static Graph Training(ResNetConfig net, int batch)
    {
        Shape image = new(batch, net.ImageChannels, net.ImageSize, net.ImageSize);
        return new TrainingGraph((graph, _) => graph.Input("image", new(image)), (graph, x) => net.Append(graph, x)).Graph;
    }

    // The shortest time that the block's steps took, and the bytes of the arena. Weights are zero: no time depends on them.
    private static (double Ms, long Bytes) Time(StudyRun run, Graph graph, int times)
    {
        CompiledGraph compiled = GraphCompiler.Compile(graph, run.Session.Device.Traits);
        using ParameterSet parameters = new(run.Session.Device, compiled.Parameters.Parameters);
        using Plan plan = new(run.Session.Pipelines, compiled, parameters, slots: 1);
        if (times == 0) return (double.NaN, plan.ArenaBytes);
        int[] mine = [.. compiled.Body.Steps.Index()
            .Where(step => step.Item.Node.Name.StartsWith(Block, StringComparison.Ordinal)).Select(step => step.Index)];
        plan.Run();
        double shortest = double.NaN;
        for (int i = 0; i < times; i++)
        {
            run.ThrowIfStopped("a measurement");
            double[] nanoseconds = plan.Time();
            if (nanoseconds.Length == 0) break;         // no clock
            double sum = mine.Sum(step => nanoseconds[step]) / 1e6;
            if (!(sum >= shortest)) shortest = sum;
        }
        return (shortest, plan.ArenaBytes);
    }
}
