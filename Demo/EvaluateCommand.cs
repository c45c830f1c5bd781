using System.CommandLine;
using ResNetVulkan.Data;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

internal sealed record EvaluateReport(int Count, int Errors, double Top1, double Top5, double Loss);

/// <summary>Classifies a labelled set and counts how often a network is right.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        Argument<string> set = new("set")
        {
            Description = "cifar10: its binary files, or folders called like its classes. folder: one folder of photos a class.",
        };
        set.AcceptOnlyFromAmong("cifar10", "folder");
        Option<string> data = new("--data") { Description = "A file or a folder.", Required = true, HelpName = "PATH" };
        Option<string?> model = new("--model")
        {
            Description = "The network. Default: cifar-resnet20 for cifar10, resnet18 for photos.",
            HelpName = "NAME",
        };
        Option<FileInfo> weights = CommandOptions.Weights();
        Option<FileInfo?> labels = CommandOptions.Labels();
        Option<int> batch = CommandOptions.Batch(32);
        Option<string> precision = CommandOptions.Precision();
        Option<string?> device = CommandOptions.Device();
        Option<bool> json = CommandOptions.Json();
        Command command = new("evaluate", "Count how often a network is right on a labelled set.")
        {
            set, data, model, weights, labels, batch, precision, device, json,
        };
        command.SetAction((arguments, stop) => Task.Run(() =>
        {
            string path = arguments.GetValue(data)!;
            bool isCifar = arguments.GetValue(set) == "cifar10";
            NetworkConfig net = Models.Find(arguments.GetValue(model) ?? (isCifar ? "cifar-resnet20" : "resnet18"));
            using WeightFile file = WeightFile.Open(arguments.GetValue(weights)!.FullName);
            ModelCard card = Models.Card(net, file, arguments.GetValue(labels));
            IImageSet images = isCifar ? OpenCifar(path, net) : OpenFolder(path, card);
            if (images.Count == 0)
                throw new InvalidDataException($"There is no photo (.jpg, .jpeg, .png) in the folders of '{path}'.");

            using Session session = Session.Open(arguments, device);
            int atATime = Math.Min(arguments.GetValue(batch), images.Count);
            using Classifier classifier = new(session.Pipelines, card, file, new ClassifierOptions
            {
                Batch = atATime,
                Precision = session.Precision(arguments.GetValue(precision)!),
            });

            Score score = default;
            ProgressLine progress = new("evaluate", images.Count);
            foreach (int[] some in Enumerable.Range(0, images.Count).Chunk(atATime))
            {
                if (stop.IsCancellationRequested)
                {
                    progress.End();
                    throw new StoppedException($"Stopped after {score.Count:N0} of {images.Count:N0} images.");
                }
                PixelImage[] read = new PixelImage[some.Length];
                Parallel.For(0, some.Length, i => read[i] = images.Read(some[i]));
                float[] logits = classifier.Logits(read);
                for (int i = 0; i < some.Length; i++)
                    score = score.With(logits.AsSpan(i * net.Classes, net.Classes), images.Label(some[i]));
                progress.Show(score.Count);
            }
            progress.End();

            EvaluateReport report = score.Report();
            if (arguments.GetValue(json)) Json.Print(report);
            else
            {
                Console.WriteLine(
                    $"{report.Count:N0} images, {report.Errors:N0} errors: top-1 {100 * report.Top1:F2} %, " +
                    $"top-5 {100 * report.Top5:F2} %, loss {report.Loss:F4}");
            }
            return ExitCode.Done;
        }, stop));
        return command;
    }

    private static IImageSet OpenCifar(string path, NetworkConfig net)
    {
        if (net.Classes != Cifar10.Names.Count)
            throw new UsageException($"CIFAR-10 has {Cifar10.Names.Count} classes; {net.Name} tells {net.Classes:N0} apart.");
        bool isFolders = Directory.Exists(path) && Directory.EnumerateDirectories(path).Any()
            && !Directory.EnumerateFiles(path, "*.bin").Any();
        return isFolders ? ImageFolder.Open(path, Cifar10.Names) : Cifar10.Open(path);
    }

    // Folders that are called like the network's classes are those; else they must be all of its classes, in alphabetical order.
    private static ImageFolder OpenFolder(string path, ModelCard card)
    {
        if (card.Labels.Count > 0) return ImageFolder.Open(path, card.Labels);
        ImageFolder images = ImageFolder.Open(path);
        return images.ClassNames.Count == card.Network.Classes ? images : throw new UsageException(
            $"'{path}' has {images.ClassNames.Count:N0} folders and {card.Network.Name} tells {card.Network.Classes:N0} " +
            "classes apart: --labels FILE says which is which.");
    }

    /// <summary>What was counted so far.</summary>
    private readonly record struct Score(int Count, int Right, int Near, double Loss)
    {
        public Score With(ReadOnlySpan<float> logits, int label)
        {
            int above = 0;
            double largest = double.NegativeInfinity, sum = 0;
            foreach (float logit in logits) largest = Math.Max(largest, logit);
            for (int c = 0; c < logits.Length; c++)
            {
                sum += Math.Exp(logits[c] - largest);
                // Ties go to the lower class, as the device's top-k has it; a NaN is never right.
                bool isBelow = logits[c] < logits[label] || (logits[c] == logits[label] && c > label);
                if (c != label && !isBelow) above++;
            }
            double loss = largest + Math.Log(sum) - logits[label];
            return new Score(Count + 1, Right + (above == 0 ? 1 : 0), Near + (above < 5 ? 1 : 0), Loss + loss);
        }

        public EvaluateReport Report() => new(Count, Count - Right, (double)Right / Count, (double)Near / Count, Loss / Count);
    }
}
