using System.CommandLine;
using ResNetVulkan.Demo.Onnx;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

internal sealed record ConvertReport(string From, string To, string? Model, int Tensors, long Bytes);

/// <summary>Turns a PyTorch archive or an ONNX network into safetensors, or safetensors into an archive.</summary>
internal static class ConvertCommand
{
    private static readonly string[] Archives = [".pt", ".pth", ".th"];

    public static Command Create()
    {
        Argument<FileInfo> from = new("from") { Description = "A weights file of either kind, or an .onnx network." };
        Argument<FileInfo> to = new("to") { Description = "Where to: .safetensors, or .pt, .pth, .th." };
        Option<string?> model = new("--model")
        {
            Description = "The network that an .onnx file holds, where it has no name of its own here.", HelpName = "NAME",
        };
        Option<bool> json = CommandOptions.Json();
        Command command = new("convert", "Turn a PyTorch archive or an ONNX network into safetensors, or back.")
        {
            from, to, model, json,
        };
        command.SetAction(arguments =>
        {
            (string source, string target) = (arguments.GetValue(from)!.FullName, arguments.GetValue(to)!.FullName);
            string extension = Path.GetExtension(target).ToLowerInvariant();
            if (extension != ".safetensors" && !Archives.Contains(extension))
            {
                throw new UsageException(
                    $"'{target}' is neither .safetensors nor a PyTorch archive ({string.Join(", ", Archives)}).");
            }

            string? named = arguments.GetValue(model);
            bool isNetwork = Path.GetExtension(source).Equals(".onnx", StringComparison.OrdinalIgnoreCase);
            if (named is not null && !isNetwork)
                throw new UsageException("--model is for .onnx files; others name their tensors.");
            using WeightFile? file = isNetwork ? null : WeightFile.Open(source);
            IReadOnlyCollection<WeightTensor> tensors;
            IReadOnlyDictionary<string, string> metadata;
            if (file is not null)
            {
                (tensors, metadata) = ([.. file.Tensors.Values], file.Metadata);
            }
            else
            {
                (ModelCard card, tensors) = OnnxImport.Read(source, named is null ? null : Models.Find(named));
                metadata = card.ToMetadata();
            }
            OutputFile.Write(target, path =>
            {
                if (extension == ".safetensors") Safetensors.Write(path, tensors, metadata);
                else TorchArchive.Write(path, tensors);
            });

            ConvertReport report = new(
                source, target, metadata.GetValueOrDefault("model"), tensors.Count, new FileInfo(target).Length);
            if (arguments.GetValue(json)) Json.Print(report);
            else Console.WriteLine(
                $"{target}: {(isNetwork ? $"{report.Model}, " : "")}{report.Tensors} tensors, {report.Bytes:N0} bytes");
            return ExitCode.Done;
        });
        return command;
    }
}
