using System.CommandLine;
using ResNetVulkan.Data;
using ResNetVulkan.Demo.Pictures;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Training;
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
            Description = $"{string.Join(", ", DataSets.Names)}: its test part; or a folder with a folder a class.",
        };
        Option<string?> data = new("--data")
        {
            Description = "Where the set lies. Of cifar10 also one binary file, or a folder with a folder a class.",
            HelpName = "PATH",
        };
        Option<string?> model = CommandOptions.Model("cifar-resnet20 for small pictures, resnet18 for photos");
        Option<FileInfo?> weights = CommandOptions.OptionalWeights();
        Option<FileInfo?> labels = CommandOptions.Labels();
        Option<FileInfo?> confusion = new("--confusion")
        {
            Description = "Draw which classes are taken for which.", HelpName = "FILE.png|FILE.svg",
        };
        Option<int> batch = CommandOptions.Batch(32);
        Option<string> precision = CommandOptions.Precision();
        Option<string?> device = CommandOptions.Device();
        Option<bool> json = CommandOptions.Json();
        Command command = new("evaluate", "Count how often a network is right on a labelled set.")
        {
            set, data, model, weights, labels, confusion, batch, precision, device, json,
        };
        command.SetAction((arguments, stop) => Task.Run(() =>
        {
            (string name, string? path) = (arguments.GetValue(set)!, arguments.GetValue(data));
            FileInfo? picture = arguments.GetValue(confusion);
            RequireSound(name, path, arguments.GetValue(model), picture);
            using WeightFile file = WeightFile.Open(
                Models.Weights(arguments.GetValue(weights), arguments.GetValue(model)));
            string standard = DataSets.Names.Contains(name) ? "cifar-resnet20" : "resnet18";
            ModelCard card = Models.Card(arguments.GetValue(model), standard, file, arguments.GetValue(labels));
            IImageSet images = Open(name, path, card);

            using Session session = Session.Open(arguments, device);
            Score score = Judge(
                session, card, file, images, arguments.GetValue(batch), session.Precision(arguments.GetValue(precision)!), stop);
            if (picture is not null)
            {
                string[] names = [.. Enumerable.Range(0, score.Classes).Select(c => images.ClassNames[c])];
                ConfusionPicture.Draw($"{card.Network.Name} on {name}", score.Confusion, names).Save(picture.FullName);
            }
            EvaluateReport report = new(score.Count, score.Count - score.Right, score.Top1, score.Top5, score.Loss);
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

    private static Score Judge(
        Session session, ModelCard card, WeightFile file, IImageSet images, int batch, Precision precision,
        CancellationToken stop)
    {
        int atATime = Math.Min(batch, images.Count), classes = card.Network.Classes;
        using Classifier classifier = new(
            session.Pipelines, card, file, new ClassifierOptions { Batch = atATime, Precision = precision });
        Score score = new(classes);
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
            for (int i = 0; i < some.Length; i++) score.Add(logits.AsSpan(i * classes, classes), images.Label(some[i]));
            progress.Show(score.Count);
        }
        progress.End();
        return score;
    }

    // What is wrong in the command line is said before anything is opened.
    private static void RequireSound(string name, string? path, string? model, FileInfo? picture)
    {
        if (name == "folder" && path is null) throw new UsageException("'evaluate folder' needs --data: the folder of folders.");
        if (name != "folder" && !DataSets.Names.Contains(name) && !Directory.Exists(name))
            throw new UsageException($"'{name}' is none of {string.Join(", ", DataSets.Names)}, and no folder.");
        if (model is not null) Models.Find(model);
        if (picture is not null && picture.Extension is not (".png" or ".svg"))
            throw new UsageException($"--confusion {picture} ends neither in .png nor in .svg.");
    }

    private static IImageSet Open(string name, string? path, ModelCard card)
    {
        string place = name == "folder" ? path! : name;
        IReadOnlyList<string>? classes = card.Labels.Count > 0 ? card.Labels : null;
        IImageSet images = name == "cifar10" && path is not null && OpenCifar(path) is { } cifar
            ? cifar
            : TrainingData.Open(place, path, DataSplit.Test, classes).Images;
        // Folders that are called like the network's classes are those; else they must be all of its classes, in alphabetical
        // order.
        if (images.ClassNames.Count != card.Network.Classes)
        {
            string cure = images is ImageFolder ? ": --labels FILE says which is which." : ".";
            throw new UsageException(
                $"'{place}' has {images.ClassNames.Count:N0} classes; {card.Network.Name} tells {card.Network.Classes:N0} " +
                $"apart{cure}");
        }
        return images.Count > 0 ? images : throw new InvalidDataException(
            $"There is no photo (.jpg, .jpeg, .png) in the folders of '{place}'.");
    }

    // One file, whatever its name, or folders called like the classes; null for a folder as it is published.
    private static IImageSet? OpenCifar(string path)
    {
        if (File.Exists(path)) return Cifar10.Open(path);
        bool isFolders = Directory.Exists(path) && Directory.EnumerateDirectories(path).Any(
            folder => Cifar10.Names.Contains(Path.GetFileName(folder)));
        return isFolders ? ImageFolder.Open(path, Cifar10.Names) : null;
    }
}
