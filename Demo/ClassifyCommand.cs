using System.CommandLine;
using ResNetVulkan.Data;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

internal sealed record ClassifyReport(
    string Device, string Model, string Precision, IReadOnlyList<ClassifiedImage> Images, IReadOnlyList<FailedImage> Failed);

internal sealed record ClassifiedImage(
    string File, IReadOnlyList<ClassifiedLabel> Top, ClassMapReport? Cam = null, FeaturesReport? Features = null);

/// <summary>A class activation map: its mean and the bias are the logit.</summary>
internal sealed record ClassMapReport(int Class, string Label, double Mean, float Bias, float Logit, string File);

/// <summary>The picture of a layer's maps.</summary>
internal sealed record FeaturesReport(string Layer, int[] OutputShape, string File);

internal sealed record ClassifiedLabel(int Index, string Label, float Probability, float Logit);

internal sealed record FailedImage(string File, string Error);

/// <summary>Says what is on photos.</summary>
internal static class ClassifyCommand
{
    public static Command Create()
    {
        Argument<string[]> images = new("images")
        {
            Description = "Photos (PNG, JPEG), folders of them, or patterns.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> model = CommandOptions.Model("resnet18");
        Option<FileInfo?> weights = CommandOptions.OptionalWeights();
        Option<FileInfo?> labels = CommandOptions.Labels();
        Option<int> top = CommandOptions.Count("--top", "How many classes to print for each photo.", 5, 1000);
        Option<int> batch = CommandOptions.Batch(8);
        Option<string> precision = CommandOptions.Precision();
        Option<bool> truncated = new("--allow-truncated") { Description = "Take what there is of a JPEG that ends early." };
        Option<string?> cam = new("--cam")
        {
            Description = "Draw which parts of a photo speak for its class (.png, .svg), computed in fp32; with several photos " +
                "a file each, called FILE-PHOTO.",
            HelpName = "FILE",
        };
        Option<string?> camClass = new("--cam-class")
        {
            Description = "Of another class than the likeliest, by name or index.", HelpName = "CLASS",
        };
        Option<string?> layer = new("--features")
        {
            Description = "Draw what a layer makes of a photo: one of summary --layers.", HelpName = "LAYER",
        };
        Option<string?> featuresOut = new("--features-out")
        {
            Description = "Where to (.png, .svg), likewise. Default: features.png.", HelpName = "FILE",
        };
        Option<string?> device = CommandOptions.Device();
        Option<bool> validation = CommandOptions.Validation(), json = CommandOptions.Json();
        Command command = new("classify", "Say what is on photos.")
        {
            images, model, weights, labels, top, batch, precision, truncated, cam, camClass, layer, featuresOut,
            device, validation, json,
        };
        command.SetAction((arguments, stop) => Task.Run(() =>
        {
            if (arguments.GetValue(model) is { } name) Models.Find(name);
            IReadOnlyList<string> files = ImageFiles.Find(arguments.GetValue(images)!);
            if (files.Count == 0) throw new UsageException("There is no photo (.jpg, .jpeg, .png) in what was given.");

            using WeightFile file = WeightFile.Open(
                Models.Weights(arguments.GetValue(weights), arguments.GetValue(model)));
            ModelCard card = Models.Card(arguments.GetValue(model), "resnet18", file, arguments.GetValue(labels));
            NetworkConfig net = card.Network;
            using Session session = Session.Open(arguments, device, validation);
            int atATime = Math.Min(arguments.GetValue(batch), files.Count);
            using Classifier classifier = new(session.Pipelines, card, file, new ClassifierOptions
            {
                Batch = atATime,
                Precision = session.Precision(arguments.GetValue(precision)!),
                Top = arguments.GetValue(top),
            });

            using FeaturePainter painter = new(
                session.Pipelines, card, file, arguments.GetValue(cam), arguments.GetValue(camClass), arguments.GetValue(layer),
                arguments.GetValue(featuresOut), files);

            List<ClassifiedImage> classified = [];
            List<FailedImage> failed = [];
            bool isSilent = arguments.GetValue(json);
            // On a terminal the results themselves show how far it is.
            ProgressLine? progress = isSilent || Console.IsOutputRedirected ? new ProgressLine("classify", files.Count) : null;
            foreach (string[] some in files.Chunk(atATime))
            {
                int done = classified.Count + failed.Count;
                if (stop.IsCancellationRequested)
                    throw new StoppedException($"Stopped after {done:N0} of {files.Count:N0} photos.");
                progress?.Show(done);

                (PixelImage? Image, string? Error)[] read = ImageFiles.Read(some, arguments.GetValue(truncated));
                PixelImage[] photos = [.. read.Select(entry => entry.Image).OfType<PixelImage>()];
                IReadOnlyList<Prediction[]> results = classifier.Classify(photos);
                int next = 0;
                for (int i = 0; i < some.Length; i++)
                {
                    if (read[i].Error is { } error)
                    {
                        progress?.End();
                        Console.Error.WriteLine($"resnet: {error}");
                        failed.Add(new FailedImage(some[i], error));
                        continue;
                    }
                    Prediction[] best = results[next];
                    (ClassMapReport? map, FeaturesReport? features) = painter.Paint(some[i], photos[next++], best[0].Index);
                    ClassifiedImage image = new(
                        some[i],
                        [.. best.Select(b => new ClassifiedLabel(b.Index, card.Label(b.Index), b.Probability, b.Logit))],
                        map, features);
                    classified.Add(image);
                    if (!isSilent) Print(image, files.Count > 1);
                }
            }
            progress?.End();
            ClassifyReport report = new(
                session.Device.Info.Name, net.Name, arguments.GetValue(precision)!, classified, failed);
            if (isSilent) Json.Print(report);
            return failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

    private static void Print(ClassifiedImage image, bool withName)
    {
        if (withName) Console.WriteLine(image.File);
        foreach (ClassifiedLabel label in image.Top) Console.WriteLine($"{100 * label.Probability,5:F1} %  {label.Label}");
        if (image.Cam is { } map)
        {
            Console.WriteLine(
                $"{map.File}: {map.Label}, logit {map.Logit:F4} = mean of the map {map.Mean:F4} + bias {map.Bias:F4} " +
                $"(to {Math.Abs(map.Mean + map.Bias - map.Logit):0e-0})");
        }
        if (image.Features is { } features)
            Console.WriteLine($"{features.File}: {features.Layer} ({string.Join(", ", features.OutputShape)})");
    }
}
