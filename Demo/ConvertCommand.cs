using System.CommandLine;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

internal sealed record ConvertReport(string From, string To, int Tensors, long Bytes);

/// <summary>Turns a PyTorch archive into safetensors, or back.</summary>
internal static class ConvertCommand
{
    private static readonly string[] Archives = [".pt", ".pth", ".th"];

    public static Command Create()
    {
        Argument<FileInfo> from = new("from") { Description = "A weights file of either kind." };
        Argument<FileInfo> to = new("to") { Description = "Where to: .safetensors, or .pt, .pth, .th." };
        Option<bool> json = CommandOptions.Json();
        Command command = new("convert", "Turn a PyTorch archive into safetensors, or back.") { from, to, json };
        command.SetAction(arguments =>
        {
            (string source, string target) = (arguments.GetValue(from)!.FullName, arguments.GetValue(to)!.FullName);
            string extension = Path.GetExtension(target).ToLowerInvariant();
            if (extension != ".safetensors" && !Archives.Contains(extension))
            {
                throw new UsageException(
                    $"'{target}' is neither .safetensors nor a PyTorch archive ({string.Join(", ", Archives)}).");
            }

            using WeightFile file = WeightFile.Open(source);
            try
            {
                if (extension == ".safetensors") Safetensors.Write(target, file.Tensors.Values, file.Metadata);
                else TorchArchive.Write(target, file.Tensors.Values);
            }
            catch (Exception error) when (error is IOException and not WeightFileException or UnauthorizedAccessException)
            {
                // The system's own words name the temporary file that was tried.
                throw new IOException($"'{target}' cannot be written: its folder is missing, full, or not writable.", error);
            }

            ConvertReport report = new(source, target, file.Tensors.Count, new FileInfo(target).Length);
            if (arguments.GetValue(json)) Json.Print(report);
            else Console.WriteLine($"{target}: {report.Tensors} tensors, {report.Bytes:N0} bytes");
            return ExitCode.Done;
        });
        return command;
    }
}
