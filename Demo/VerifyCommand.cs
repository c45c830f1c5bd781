using System.CommandLine;
using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

internal sealed record VerifyReport(
    string Device, string Model, bool Agrees, string? FirstDivergence, IReadOnlyList<VerifyLayer> Layers);

/// <summary>One layer's output.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Agrees">Whether every value lies within its own tolerance.</param>
/// <param name="MaxAbsError">Of the value whose error is the largest part of its tolerance.</param>
/// <param name="Tolerance">Of that value.</param>
/// <param name="RelativeL2">Of the whole output.</param>
internal sealed record VerifyLayer(
    string Name, string Operation, bool Agrees, double MaxAbsError, double Tolerance, double RelativeL2)
{
    public static VerifyLayer Of(LayerCheck check) => new(
        check.Name, check.Operation, check.Comparison.Agrees, Math.Abs(check.Comparison.Got - check.Comparison.Wanted),
        check.Comparison.Tolerance, check.Comparison.RelativeL2);
}

/// <summary>Holds each layer's output against the same layer computed on the CPU in double precision.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string> model = CommandOptions.ModelArgument();
        Option<FileInfo> weights = CommandOptions.Weights();
        Option<FileInfo?> image = new("--image") { Description = "A photo; without one, noise.", HelpName = "FILE" };
        Option<string> precision = CommandOptions.Precision();
        Option<string?> device = CommandOptions.Device();
        Option<bool> json = CommandOptions.Json();
        Command command = new("verify", "Hold each layer's output against the CPU's in double precision.")
        {
            model, weights, image, precision, device, json,
        };
        command.SetAction(arguments =>
        {
            NetworkConfig net = Models.Find(arguments.GetValue(model)!);
            using WeightFile file = WeightFile.Open(arguments.GetValue(weights)!.FullName);
            ModelCard card = Models.Card(net.Name, net.Name, file, null);
            PixelImage? photo = arguments.GetValue(image) is { } path ? ImageFile.Read(path.FullName) : null;
            using Session session = Session.Open(arguments, device);

            Precision stored = session.Precision(arguments.GetValue(precision)!);
            ClassifierGraph graph = photo is null
                ? ClassifierGraph.OfTensor(card, 1, stored)
                : ClassifierGraph.OfPhotos(card, 1, photo.Pixels.Length, photo.Height, stored);
            CompiledGraph compiled = GraphCompiler.Compile(
                graph.Graph, session.Device.Traits, new CompileOptions { KeepAll = true });
            using ParameterSet parameters = new(session.Device, compiled.Parameters.Parameters);
            parameters.Load(file);

            List<VerifyLayer> layers = [];
            string? divergence = null;
            bool isSilent = arguments.GetValue(json);
            foreach (LayerCheck check in Verification.Run(session.Pipelines, compiled, parameters, Fill))
            {
                VerifyLayer layer = VerifyLayer.Of(check);
                layers.Add(layer);
                if (!layer.Agrees) divergence ??= $"{check.Name} ({check.Operation}): {check.Comparison}";
                if (!isSilent) Print(layer);
            }
            VerifyReport report = new(session.Device.Info.Name, net.Name, divergence is null, divergence, layers);
            if (isSilent) Json.Print(report);
            else Console.WriteLine(report.Agrees ? $"{layers.Count} layers agree." : $"First divergence: {divergence}");
            return report.Agrees ? ExitCode.Done : ExitCode.Failed;

            void Fill(Plan plan)
            {
                if (photo is not null) graph.WritePhotos(plan, 0, card, [photo]);
                else Noise(MemoryMarshal.Cast<byte, float>(plan.Input(0, graph.Image)));
            }
        });
        return command;
    }

    // A line a layer as it is known: the oracle takes its time.
    private static void Print(VerifyLayer layer) => Console.WriteLine(
        $"{(layer.Agrees ? "ok      " : "DIFFERS ")}{layer.Name,-24} worst error {layer.MaxAbsError:G3} " +
        $"of {layer.Tolerance:G3} allowed");

    // About what a normalised photo holds.
    private static void Noise(Span<float> values)
    {
        Random random = new(1);
        for (int i = 0; i < values.Length; i++) values[i] = random.NextSingle() * 4 - 2;
    }
}
