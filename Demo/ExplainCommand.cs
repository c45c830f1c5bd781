using System.CommandLine;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using Spectre.Console;

namespace ResNetVulkan.Demo;

internal sealed record ExplainReport(
    string Device, string Model, long ArenaBytes, long ArenaBytesUnshared, int Dispatches, int Barriers,
    IReadOnlyDictionary<string, int> Rewrites, IReadOnlyList<ExplainStep> Steps);

internal sealed record ExplainStep(
    int Index, string Name, string Operation, string Kernel, int[] OutputShape, uint[] Groups, uint Threads, long Bytes, long ArenaOffset,
    bool Barrier, double? Ms);

/// <summary>Prints what a network becomes on a device: which rewrites fired, and each step with its kernel, memory and time.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Argument<string> model = CommandOptions.ModelArgument();
        Option<int> batch = CommandOptions.Batch(1);
        Option<string> precision = CommandOptions.Precision();
        Option<string?> device = CommandOptions.Device();
        Option<bool> json = CommandOptions.Json();
        Command command = new("explain", "Print what a network becomes on a device, step by step.") { model, batch, precision, device, json };
        CommandOptions.AtLeastOne(batch);
        command.SetAction(arguments =>
        {
            ResNetConfig net = Models.Find(arguments.GetValue(model)!);
            using Session session = Session.Open(arguments, device);
            ClassifierGraph graph = ClassifierGraph.OfTensor(
                ModelCard.For(net), arguments.GetValue(batch), Models.Precision(arguments.GetValue(precision)!));
            CompiledGraph compiled = GraphCompiler.Compile(graph.Graph, session.Device.Traits);
            using ParameterSet parameters = new(session.Device, compiled.Parameters.Parameters);
            using Plan plan = new(session.Pipelines, compiled, parameters, slots: 1);
            plan.Run();
            double[] nanoseconds = plan.Time();

            StepList body = compiled.Body;
            ExplainStep[] steps = [.. body.Steps.Select((step, i) =>
            {
                Tensor output = step.Node.Outputs[0];
                GroupCount groups = step.Groups;
                return new ExplainStep(
                    i, step.Node.Name, step.Node.Op.ToString(), step.Kernel.Name,
                    [output.Shape.N, output.Shape.C, output.Shape.H, output.Shape.W], [groups.X, groups.Y, groups.Z],
                    groups.X * groups.Y * groups.Z * step.Constants[0], step.Tensors.Sum(tensor => tensor.Bytes),
                    body.Places[output].Offset, step.BarrierBefore, nanoseconds.Length > 0 ? nanoseconds[i] / 1e6 : null);
            })];
            ExplainReport report = new(
                session.Device.Info.Name, net.Name, body.ArenaBytes, compiled.ArenaBytesUnshared, steps.Length, body.BarrierCount,
                compiled.Rewrites, steps);
            if (arguments.GetValue(json)) Json.Print(report);
            else Print(report);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(ExplainReport report)
    {
        Console.WriteLine($"device     {report.Device}");
        Console.WriteLine($"rewrites   {string.Join("   ", report.Rewrites.Select(rewrite => $"{rewrite.Key} {rewrite.Value}"))}");
        Table table = new Table().Border(TableBorder.None)
            .AddColumns("step", "name", "operation", "kernel", "output", "threads", "KiB", "arena KiB", "ms", "");
        foreach (int column in new[] { 0, 5, 6, 7, 8 }) table.Columns[column].RightAligned();
        foreach (ExplainStep step in report.Steps)
        {
            table.AddRow(
                $"{step.Index}", step.Name, Markup.Escape(step.Operation), Markup.Escape(step.Kernel),
                $"({string.Join(", ", step.OutputShape)})", $"{step.Threads:N0}", $"{step.Bytes / 1024:N0}", $"{step.ArenaOffset / 1024:N0}",
                step.Ms is { } ms ? $"{ms:F3}" : "", step.Barrier ? "barrier" : "");
        }
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 200);
        AnsiConsole.Write(table);
        Console.WriteLine(
            $"arena {report.ArenaBytes / 1048576.0:F2} MiB of {report.ArenaBytesUnshared / 1048576.0:F2} MiB without sharing · " +
            $"{report.Dispatches} dispatches · {report.Barriers} barriers");
    }
}
