using System.CommandLine;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;

namespace ResNetVulkan.Demo;

internal sealed record SummaryReport(string Model, long Parameters, long MultiplyAdds, IReadOnlyList<SummaryLayer> Layers);

internal sealed record SummaryLayer(string Name, string Type, int[] OutputShape, long Parameters, long MultiplyAdds)
{
    public static SummaryLayer Of(LayerSummary layer) => new(
        layer.Name, layer.Type, [layer.Output.N, layer.Output.C, layer.Output.H, layer.Output.W], layer.Parameters,
        layer.MultiplyAdds);
}

/// <summary>Prints a network layer by layer.</summary>
internal static class SummaryCommand
{
    private static readonly Column[] Columns =
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
        Option<bool> json = CommandOptions.Json();
        Command command = new("summary", "Print a network's layers, shapes, parameters and multiply-adds.")
        {
            model, input, json,
        };
        command.SetAction(arguments =>
        {
            NetworkConfig net = Models.Find(arguments.GetValue(model)!);
            ModelSummary summary = ModelSummary.Of(net, Models.Input(net, arguments.GetValue(input)));
            SummaryReport report = new(
                summary.Model, summary.Parameters, summary.MultiplyAdds, [.. summary.Layers.Select(SummaryLayer.Of)]);
            if (arguments.GetValue(json)) Json.Print(report);
            else Print(report, summary.Input);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(SummaryReport report, Shape input)
    {
        TextTable.Print(Columns, [.. report.Layers.Select(layer => new[]
        {
            layer.Name, layer.Type, $"({string.Join(", ", layer.OutputShape)})", Number(layer.Parameters),
            Number(layer.MultiplyAdds),
        })]);
        Console.WriteLine(
            $"{report.Model} on {input}: {report.Parameters:N0} parameters, {report.MultiplyAdds / 1e9:F2} G multiply-adds");
    }

    private static string Number(long value) => value == 0 ? "" : value.ToString("N0");
}
