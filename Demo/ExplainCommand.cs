using System.CommandLine;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Training;

namespace ResNetVulkan.Demo;

internal sealed record ExplainReport(
    string Device, string Model, long ArenaBytes, long ArenaBytesUnshared, long StateBytes, int Dispatches, int Barriers,
    ExplainRecomputation? Recomputation,
    IReadOnlyDictionary<string, int> Rewrites, IReadOnlyList<ExplainStep> Steps);

/// <summary>What it costs and saves to compute activations again.</summary>
internal sealed record ExplainRecomputation(
    int Operations, long MultiplyAdds, long MultiplyAddsOnce, long ArenaBytesWithout);

internal sealed record ExplainStep(
    int Index, string Name, string Operation, string Kernel, int[] OutputShape, uint[] Groups, ulong Threads, long Bytes,
    long ArenaOffset, bool Barrier, double? Ms);

/// <summary>
/// Prints what a network becomes on a device: which rewrites fired, and each step with its kernel, memory and time.
/// </summary>
internal static class ExplainCommand
{
    private static readonly Column[] Columns =
    [
        new("step", IsNumber: true), new("name"), new("operation", Rank: 6), new("kernel", Rank: 1), new("output"),
        new("threads", IsNumber: true, Rank: 3), new("KiB", IsNumber: true, Rank: 4), new("arena KiB", IsNumber: true, Rank: 5),
        new("ms", IsNumber: true), new("barrier", Rank: 2),
    ];

    public static Command Create()
    {
        Argument<string> model = CommandOptions.ModelArgument();
        Option<int> batch = CommandOptions.Batch(1);
        Option<bool> train = new("--train") { Description = "A step of training by SGD instead: gradients and update too." };
        Option<bool> recompute = CommandOptions.Recompute();
        Option<bool> planned = new("--plan")
        {
            Description = "Only plan: nothing is allocated, compiled or timed, so any size will do.",
        };
        Option<string> precision = CommandOptions.Precision();
        Option<string?> device = CommandOptions.Device();
        Option<bool> json = CommandOptions.Json();
        Command command = new("explain", "Print what a network becomes on a device, step by step.")
        {
            model, batch, train, recompute, planned, precision, device, json,
        };
        command.SetAction(arguments =>
        {
            NetworkConfig net = Models.Find(arguments.GetValue(model)!);
            using Session session = Session.Open(arguments, device);
            (int count, Precision stored) = (arguments.GetValue(batch), session.Precision(arguments.GetValue(precision)!));
            bool isTraining = arguments.GetValue(train);
            bool recomputes = arguments.GetValue(recompute);
            if (recomputes && !isTraining) throw new UsageException("--recompute is for training: with --train.");
            if (isTraining && stored != Precision.Float32) throw new UsageException("--train is float32: without --precision.");
            TrainingGraph? training = isTraining ? TrainingStep(net, count, recomputes) : null;
            Graph graph = training?.Graph ?? ClassifierGraph.OfTensor(ModelCard.For(net), count, stored).Graph;
            ExplainRecomputation? cost = recomputes
                ? CostOf(training!, TrainingStep(net, count, recomputes: false), session.Device.Traits)
                : null;
            CompiledGraph compiled = GraphCompiler.Compile(graph, session.Device.Traits);
            double[] nanoseconds = arguments.GetValue(planned) ? [] : Time(session, compiled);

            StepList body = compiled.Body;
            ExplainReport report = new(
                session.Device.Info.Name, net.Name, body.ArenaBytes, compiled.ArenaBytesUnshared,
                body.Blocks.Where(block => block.Kind == BlockKind.State).Sum(block => block.Bytes), body.Steps.Count,
                body.BarrierCount, cost, compiled.Rewrites,
                [.. body.Steps.Select((step, i) => Step(i, step, body, nanoseconds.Length > 0 ? nanoseconds[i] / 1e6 : null))]);
            if (arguments.GetValue(json)) Json.Print(report);
            else Print(report);
            return ExitCode.Done;
        });
        return command;
    }

    private static TrainingGraph TrainingStep(NetworkConfig net, int batch, bool recomputes)
    {
        Shape image = new(batch, net.ImageChannels, net.ImageSize, net.ImageSize);
        return new TrainingGraph(
            (graph, _) => graph.Input("image", new(image)), net.Append, new TrainingGraphOptions { Recomputes = recomputes });
    }

    private static ExplainRecomputation CostOf(TrainingGraph training, TrainingGraph without, GpuTraits traits)
    {
        long again = MultiplyAdds(training.Recomputed), all = MultiplyAdds(training.Graph.Nodes);
        long bytes = GraphCompiler.Compile(without.Graph, traits).Body.ArenaBytes;
        return new ExplainRecomputation(training.Recomputed.Count, again, all - again, bytes);

        static long MultiplyAdds(IEnumerable<Node> nodes) => nodes.Sum(node => node.Op.MultiplyAdds(node.Inputs, node.Outputs));
    }

    private static double[] Time(Session session, CompiledGraph compiled)
    {
        using ParameterSet parameters = new(session.Device, compiled.Parameters.Parameters);
        using Plan plan = new(session.Pipelines, compiled, parameters, slots: 1);
        plan.Run();
        return plan.Time();
    }

    private static ExplainStep Step(int index, PlanStep step, StepList body, double? ms)
    {
        Tensor output = step.Node.Outputs[0];
        (Shape shape, GroupCount groups) = (output.Shape, step.Groups);
        return new ExplainStep(
            index, step.Node.Name, step.Node.Op.ToString(), step.Kernel.Name, [shape.N, shape.C, shape.H, shape.W],
            [groups.X, groups.Y, groups.Z], (ulong)groups.X * groups.Y * groups.Z * step.Constants[0],
            step.Tensors.Sum(tensor => tensor.Bytes), body.Places[output].Offset, step.BarrierBefore, ms);
    }

    private static void Print(ExplainReport report)
    {
        Console.WriteLine($"device     {report.Device}");
        Console.WriteLine($"rewrites   {string.Join("   ", report.Rewrites.Select(rule => $"{rule.Key} {rule.Value}"))}");
        TextTable.Print(Columns, [.. report.Steps.Select(step => new[]
        {
            $"{step.Index}", step.Name, step.Operation, step.Kernel, $"({string.Join(", ", step.OutputShape)})",
            $"{step.Threads:N0}", $"{step.Bytes / 1024:N0}", $"{step.ArenaOffset / 1024:N0}", step.Ms is { } ms ? $"{ms:F3}" : "",
            step.Barrier ? "before" : "",
        })]);
        Console.WriteLine(
            $"arena {report.ArenaBytes / 1048576.0:F2} MiB of {report.ArenaBytesUnshared / 1048576.0:F2} MiB without sharing · " +
            $"{report.Dispatches} dispatches · {report.Barriers} barriers");
        if (report.StateBytes > 0)
            Console.WriteLine($"parameters, gradients and momenta {report.StateBytes / 1048576.0:F2} MiB");
        if (report.Recomputation is { } cost)
        {
            double saved = 1 - (double)report.ArenaBytes / cost.ArenaBytesWithout;
            Console.WriteLine(
                $"computed again: {cost.Operations} operations, {cost.MultiplyAdds / 1e9:F2} G multiply-adds beside " +
                $"{cost.MultiplyAddsOnce / 1e9:F2} G ({(double)cost.MultiplyAdds / cost.MultiplyAddsOnce:P0} more); the arena " +
                $"would be {cost.ArenaBytesWithout / 1048576.0:F2} MiB without: {saved:P0} saved");
        }
    }
}
