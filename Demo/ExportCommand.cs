using System.CommandLine;
using ResNetVulkan.Demo.Onnx;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

internal sealed record ExportReport(string To, string Model, long Bytes);

/// <summary>Writes a network with its weights for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<FileInfo> to = new("to") { Description = "Where to: an .onnx file." };
        Option<string?> model = CommandOptions.Model("resnet18");
        Option<FileInfo> weights = CommandOptions.Weights();
        Option<bool> json = CommandOptions.Json();
        Command command = new("export", "Write a network with its weights as ONNX, for other programs.")
        {
            to, model, weights, json,
        };
        command.SetAction(arguments =>
        {
            string target = arguments.GetValue(to)!.FullName;
            if (!Path.GetExtension(target).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
                throw new UsageException($"'{target}' is no .onnx file.");
            using WeightFile file = WeightFile.Open(arguments.GetValue(weights)!.FullName);
            ModelCard card = Models.Card(arguments.GetValue(model), "resnet18", file, null);
            OutputFile.Write(target, path => OnnxExport.Write(path, card, file));

            ExportReport report = new(target, card.Network.Name, new FileInfo(target).Length);
            if (arguments.GetValue(json)) Json.Print(report);
            else Console.WriteLine($"{target}: {report.Model}, {report.Bytes:N0} bytes");
            return ExitCode.Done;
        });
        return command;
    }
}
