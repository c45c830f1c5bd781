using System.CommandLine;
using ResNetVulkan.Models;
using Spectre.Console;

namespace ResNetVulkan.Demo;

internal sealed record SummaryReport(string Model, long Parameters, long MultiplyAdds, IReadOnlyList<SummaryLayer> Layers);

internal sealed record SummaryLayer(string Name, string Type, int[] OutputShape, long Parameters, long MultiplyAdds);

/// <summary>Prints a network layer by layer.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        Argument<string> model = CommandOptions.ModelArgument();
        Option<string?> input = new("--input") { Description = "The image's shape, 1x3x224x224.", HelpName = "NxCxHxW" };
        Option<bool> json = CommandOptions.Json();
        Command command = new("summary", "Print a network's layers, shapes, parameters and multiply-adds.") { model, input, json };
        command.SetAction(arguments =>
        {
            ResNetConfig net = Models.Find(arguments.GetValue(model)!);
            ModelSummary summary = ModelSummary.Of(net, Models.Input(net, arguments.GetValue(input)));
            if (arguments.GetValue(json))
            {
                Json.Print(new SummaryReport(summary.Model, summary.Parameters, summary.MultiplyAdds, [.. summary.Layers.Select(layer =>
                    new SummaryLayer(
                        layer.Name, layer.Type, [layer.Output.N, layer.Output.C, layer.Output.H, layer.Output.W], layer.Parameters,
                        layer.MultiplyAdds))]));
                return ExitCode.Done;
            }
            Table table = new Table().Border(TableBorder.None).AddColumns("layer", "type", "output", "parameters", "multiply-adds");
            table.Columns[3].RightAligned();
            table.Columns[4].RightAligned();
            foreach (LayerSummary layer in summary.Layers)
                table.AddRow(layer.Name, layer.Type, layer.Output.ToString(), Number(layer.Parameters), Number(layer.MultiplyAdds));
            AnsiConsole.Write(table);
            Console.WriteLine(
                $"{summary.Model} on {summary.Input}: {summary.Parameters:N0} parameters, {summary.MultiplyAdds / 1e9:F2} G multiply-adds");
            return ExitCode.Done;
        });
        return command;
    }

    private static string Number(long value) => value == 0 ? "" : value.ToString("N0");
}
