using ResNetVulkan.Data;
using ResNetVulkan.Models;
using ResNetVulkan.Training;

namespace ResNetVulkan.Demo;

internal sealed record TrainBenchReport(
    string Device, string Driver, string Model, int ImageSize, int Batch, int Runs, double StepMs, double P95Ms,
    double ImagesPerSecond, double Gflops, double Loss, double FirstStepMs, ulong PeakDeviceBytes, long PeakRssBytes);

/// <summary>Measures how fast a network learns: whole steps of a trainer, from pictures in memory.</summary>
internal static class TrainBench
{
    public const int StandardBatch = 32;

    private const int WarmUps = 3, MostSteps = 50, FewestSteps = 5, PictureBytes = 64 << 20;

    // A large network on a CPU gets fewer steps than a small one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void Run(Session session, NetworkConfig net, int batch, bool isJson, CancellationToken stop)
    {
        int batches = Math.Clamp(PictureBytes / (3 * net.ImageSize * net.ImageSize * batch), 4, MostSteps);
        Noise pictures = new(batch * batches, net.ImageSize, net.Classes);
        TrainingOptions options = new(new Augmentation(net.ImageSize, net.ImageSize))
        {
            BatchSize = batch, Epochs = WarmUps + MostSteps, Rate = 1e-3, MaxSteps = WarmUps + MostSteps,
            Optimizer = new OptimizerOptions { Momentum = 0.9f },
        };
        // Trainers take colours; a network of one channel is as fast but for its first layer.
        using Trainer trainer = new(session.Pipelines, ModelCard.For(net with { ImageChannels = 3 }), pictures, null, options);
        trainer.Initialize();

        List<StepRecord> steps = [];
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        double elapsed = 0;
        trainer.StepEnded += step =>
        {
            steps.Add(step);
            if (steps.Count > WarmUps) elapsed += step.Milliseconds;
            if (steps.Count >= WarmUps + FewestSteps && elapsed > Patience.TotalMilliseconds) enough.Cancel();
        };
        trainer.Run(enough.Token);
        if (stop.IsCancellationRequested) throw new StoppedException("Stopped before the measurement was complete.");

        double[] times = [.. steps.Skip(WarmUps).Select(step => step.Milliseconds).Order()];
        double median = times[times.Length / 2];
        long multiplyAdds = ModelSummary.Of(net, Models.Input(net, null)).MultiplyAdds * batch;
        TrainBenchReport report = new(
            session.Device.Info.Name, $"{session.Device.Info.DriverName} {session.Device.Info.DriverInfo}", net.Name,
            net.ImageSize, batch, times.Length, median, times[(times.Length - 1) * 95 / 100], 1000 * batch / median,
            // Forward, and as much again for the gradients of what goes in and of the weights.
            3 * 2 * multiplyAdds / median / 1e6, steps[^1].Loss, steps[0].Milliseconds, session.Device.PeakAllocatedBytes,
            BenchCommand.PeakRss());
        if (isJson) Json.Print(report);
        else Print(report);
    }

    private static void Print(TrainBenchReport report)
    {
        Console.WriteLine($"device     {report.Device} ({report.Driver})");
        Console.WriteLine($"model      {report.Model}, batch {report.Batch} of {report.ImageSize}x{report.ImageSize}, fp32");
        Console.WriteLine($"step       {report.StepMs:F2} ms median of {report.Runs}, 95th percentile {report.P95Ms:F2} ms");
        Console.WriteLine($"rate       {report.ImagesPerSecond:F1} images/s, {report.Gflops:F1} GFLOP/s");
        Console.WriteLine($"start      {report.FirstStepMs:F0} ms to the first step's loss");
        Console.WriteLine(
            $"memory     {report.PeakDeviceBytes / 1048576.0:F1} MiB of the device, " +
            $"{report.PeakRssBytes / 1048576.0:F1} MiB resident");
    }

    /// <summary>Pictures of nothing, whose classes take turns.</summary>
    private sealed class Noise(int count, int side, int classes) : IImageSet
    {
        public int Count => count;

        public IReadOnlyList<string> ClassNames { get; } = [.. Enumerable.Range(0, classes).Select(c => $"class {c}")];

        public int Label(int index) => index % classes;

        public PixelImage Read(int index)
        {
            byte[] pixels = new byte[3 * side * side];
            new Random(index).NextBytes(pixels);
            return new PixelImage(side, side, pixels);
        }
    }
}
