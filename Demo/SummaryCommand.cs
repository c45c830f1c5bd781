using System.CommandLine;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;

namespace ResNetVulkan.Demo;

internal sealed record SummaryReport(
    string Model, long Parameters, long MultiplyAdds, int[] InputShape, int LayerCount, string LayerFormula,
    IReadOnlyList<SummaryStage> Stages, IReadOnlyList<SummaryLayer> Layers, string Tree);

internal sealed record SummaryStage(
    string Name, string Content, int[] OutputShape, int LayerCount, long Parameters, long MultiplyAdds)
{
    public static SummaryStage Of(StageSummary stage) => new(
        stage.Name, stage.Content, SummaryLayer.Extents(stage.Output), stage.Layers, stage.Parameters, stage.MultiplyAdds);
}

internal sealed record SummaryLayer(string Name, string Type, int[] OutputShape, long Parameters, long MultiplyAdds)
{
    public static SummaryLayer Of(LayerSummary layer) => new(
        layer.Name, layer.Type, Extents(layer.Output), layer.Parameters, layer.MultiplyAdds);

    public static int[] Extents(Shape shape) => [shape.N, shape.C, shape.H, shape.W];
}

/// <summary>Prints what a network consists of: as the papers' tables do, layer by layer, or as PyTorch does.</summary>
internal static class SummaryCommand
{
    private static readonly Column[] StageColumns =
    [
        new("part"), new("content", Rank: 1), new("output"), new("layers", IsNumber: true), new("parameters", IsNumber: true),
        new("multiply-adds", IsNumber: true),
    ];

    private static readonly Column[] LayerColumns =
    [
        new("layer"), new("type", Rank: 1), new("output"), new("parameters", IsNumber: true),
        new("multiply-adds", IsNumber: true),
    ];

    public static Command Create()
    {
        Argument<string> model = CommandOptions.ModelArgument();
        Option<string?> input = new("--input")
        {
            Description = "The shape of the images, such as 1x3x224x224; by default, one of the network's own size.",
            HelpName = "NxCxHxW",
        };
        Option<bool> layers = new("--layers") { Description = "A line for every layer rather than for every stage." };
        Option<bool> tree = new("--tree") { Description = "The modules as PyTorch's print(model) has them." };
        Option<bool> json = CommandOptions.Json();
        Command command = new("summary", "Print a network's stages or layers, shapes, parameters and multiply-adds.")
        {
            model, input, layers, tree, json,
        };
        command.SetAction(arguments =>
        {
            NetworkConfig net = Models.Find(arguments.GetValue(model)!);
            ModelSummary summary = ModelSummary.Of(net, Models.Input(net, arguments.GetValue(input)));
            if (arguments.GetValue(json)) Json.Print(Report(summary));
            else if (arguments.GetValue(tree)) Console.WriteLine(summary.Tree);
            else Print(summary, arguments.GetValue(layers));
            return ExitCode.Done;
        });
        return command;
    }

    private static SummaryReport Report(ModelSummary summary) => new(
        summary.Model, summary.Parameters, summary.MultiplyAdds, SummaryLayer.Extents(summary.Input), summary.LayerCount,
        summary.LayerFormula, [.. summary.Stages.Select(SummaryStage.Of)], [.. summary.Layers.Select(SummaryLayer.Of)],
        summary.Tree);

    private static void Print(ModelSummary summary, bool byLayer)
    {
        if (byLayer)
        {
            TextTable.Print(LayerColumns, [.. summary.Layers.Select(layer => new[]
            {
                layer.Name, layer.Type, layer.Output.ToString(), Number(layer.Parameters), Number(layer.MultiplyAdds),
            })]);
        }
        else
        {
            List<string[]> rows = [["image", "", Extents(summary.Input), "", "", ""]];
            bool isFlat = false;
            foreach (StageSummary stage in summary.Stages)
            {
                isFlat |= stage.Name == "flatten";
                rows.Add([
                    stage.Name, stage.Content, isFlat ? $"{stage.Output.C}" : Extents(stage.Output), Number(stage.Layers),
                    Number(stage.Parameters), Number(stage.MultiplyAdds),
                ]);
            }
            TextTable.Print(StageColumns, rows);
        }
        Console.WriteLine(
            $"{summary.LayerCount:N0} layers (convolutions and linear ones on the main path) = {summary.LayerFormula}");
        Console.WriteLine(
            $"{summary.Model} on {summary.Input}: {summary.Parameters:N0} parameters, " +
            $"{summary.MultiplyAdds / 1e9:F2} G multiply-adds");
    }

    // Of one image; the last line says how many there are.
    private static string Extents(Shape shape) => $"{shape.C}x{shape.H}x{shape.W}";

    private static string Number(long value) => value == 0 ? "" : value.ToString("N0");
}
