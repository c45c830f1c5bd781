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
        Argument<string> set = new("set") { Description = "cifar10: its binary files; folder: one folder of photos a class." };
        set.AcceptOnlyFromAmong("cifar10", "folder");
        Option<string> data = new("--data") { Description = "A file or a folder.", Required = true, HelpName = "PATH" };
        Option<string?> model = new("--model")
        {
            Description = "The network. Default: cifar-resnet20 for cifar10, resnet18 for photos.",
            HelpName = "NAME",
        };
        Option<FileInfo> weights = CommandOptions.Weights();
        Option<int> batch = CommandOptions.Batch(32);
        Option<string> precision = CommandOptions.Precision();
        Option<string?> device = CommandOptions.Device();
        Option<bool> json = CommandOptions.Json();
        Command command = new("evaluate", "Count how often a network is right on a labelled set.")
        {
            set, data, model, weights, batch, precision, device, json,
        };
        CommandOptions.AtLeastOne(batch);
        command.SetAction((arguments, stop) => Task.Run(() =>
        {
            string path = arguments.GetValue(data)!;
            bool cifar = arguments.GetValue(set) == "cifar10";
            ResNetConfig net = Models.Find(arguments.GetValue(model) ?? (cifar ? "cifar-resnet20" : "resnet18"));
            IImageSet images = cifar ? Cifar10.Open(path) : ImageFolder.Open(path);
            if (images.ClassNames.Count > net.Classes)
                throw new UsageException($"'{path}' has {images.ClassNames.Count} classes; {net.Name} tells {net.Classes} apart.");

            using WeightFile file = WeightFile.Open(arguments.GetValue(weights)!.FullName);
            using Session session = Session.Open(arguments, device);
            using Classifier classifier = new(session.Pipelines, Models.Card(net, file, null), file, new ClassifierOptions
            {
                Batch = Math.Min(arguments.GetValue(batch), Math.Max(images.Count, 1)),
                Precision = Models.Precision(arguments.GetValue(precision)!),
            });

            int right = 0, near = 0, done = 0;
            double loss = 0;
            ProgressLine progress = new("evaluate", images.Count, arguments.GetValue(json));
            foreach (int[] some in Enumerable.Range(0, images.Count).Chunk(arguments.GetValue(batch)))
            {
                stop.ThrowIfCancellationRequested();
                PixelImage[] read = new PixelImage[some.Length];
                Parallel.For(0, some.Length, i => read[i] = images.Read(some[i]));
                float[] logits = classifier.Logits(read);
                for (int i = 0; i < some.Length; i++)
                {
                    ReadOnlySpan<float> scores = logits.AsSpan(i * net.Classes, net.Classes);
                    int label = images.Label(some[i]), above = 0;
                    double largest = double.NegativeInfinity, sum = 0;
                    foreach (float score in scores) largest = Math.Max(largest, score);
                    for (int c = 0; c < scores.Length; c++)
                    {
                        sum += Math.Exp(scores[c] - largest);
                        if (scores[c] > scores[label] || (scores[c] == scores[label] && c < label)) above++;
                    }
                    if (above == 0) right++;
                    if (above < 5) near++;
                    loss += largest + Math.Log(sum) - scores[label];
                }
                progress.Show(done += some.Length);
            }
            progress.End();
            if (done == 0) throw new UsageException($"There is no image in '{path}'.");

            EvaluateReport report = new(done, done - right, (double)right / done, (double)near / done, loss / done);
            if (arguments.GetValue(json)) Json.Print(report);
            else
            {
                Console.WriteLine(
                    $"{done} images, {report.Errors} errors: top-1 {100 * report.Top1:F2} %, top-5 {100 * report.Top5:F2} %, " +
                    $"loss {report.Loss:F4}");
            }
            return ExitCode.Done;
        }, stop));
        return command;
    }
}
