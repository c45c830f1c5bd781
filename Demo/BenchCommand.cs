using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;

namespace ResNetVulkan.Demo;

internal sealed record BenchReport(
    string Device, string Driver, string Model, int Batch, string Precision, int Runs, double MedianMs, double P95Ms,
    double ImagesPerSecond, double Gflops, double PeakGflops, double FractionOfPeak, double FirstRunMs, double WarmStartMs,
    ulong PeakDeviceBytes, long PeakRssBytes);

/// <summary>Measures how fast a network runs.</summary>
internal static class BenchCommand
{
    private const int WarmUps = 5, MostRuns = 50, FewestRuns = 10;

    // A large network on a CPU gets fewer runs than a small one, so that no bench takes minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        Argument<string> model = CommandOptions.ModelArgument();
        Option<int> batch = CommandOptions.Batch(1);
        batch.Description = $"How many images run at a time. Default with --train: {TrainBench.StandardBatch}.";
        Option<bool> train = new("--train") { Description = "Measure steps of training instead: SGD with momentum." };
        Option<int> size = CommandOptions.Count("--size", "The image, in pixels along both sides. 0: the network's.", 0, 4096);
        Option<string> precision = CommandOptions.Precision();
        Option<string?> device = CommandOptions.Device();
        Option<bool> json = CommandOptions.Json();
        Command command = new("bench", "Measure how fast a network runs, from tensor to probabilities, both on the host.")
        {
            model, batch, train, size, precision, device, json,
        };
        command.SetAction((arguments, stop) => Task.Run(() =>
        {
            NetworkConfig net = Models.Find(arguments.GetValue(model)!);
            if (arguments.GetValue(size) is > 0 and int side) net = net with { ImageSize = side };
            if (arguments.GetValue(train))
            {
                if (arguments.GetValue(precision) != "fp32") throw new UsageException("--train is float32: without --precision.");
                bool isGiven = arguments.GetResult(batch) is { Implicit: false };
                int pictures = isGiven ? arguments.GetValue(batch) : TrainBench.StandardBatch;
                using Session learner = Session.Open(arguments, device);
                TrainBench.Run(learner, net, pictures, arguments.GetValue(json), stop);
                return ExitCode.Done;
            }
            int count = arguments.GetValue(batch);
            using Session session = Session.Open(arguments, device);
            Precision stored = session.Precision(arguments.GetValue(precision)!);

            long multiplyAdds = ModelSummary.Of(net, Models.Input(net, null)).MultiplyAdds * count;
            (double firstRun, _) = Measure(session, net, count, stored, runs: 0, stop);
            (double warmStart, double[] times) = Measure(session, net, count, stored, MostRuns, stop);
            double median = times[times.Length / 2], gflops = 2 * multiplyAdds / median / 1e6;
            ulong deviceBytes = session.Device.PeakAllocatedBytes;
            double peak = session.Device.Traits.IsCpu ? CpuPeak.Measure() : DevicePeak.Measure(session.Pipelines);
            BenchReport report = new(
                session.Device.Info.Name, $"{session.Device.Info.DriverName} {session.Device.Info.DriverInfo}", net.Name, count,
                arguments.GetValue(precision)!, times.Length, median, times[(times.Length - 1) * 95 / 100], 1000 * count / median,
                gflops, peak, gflops / peak, firstRun, warmStart, deviceBytes, PeakRss());
            if (arguments.GetValue(json)) Json.Print(report);
            else Print(report, session.Device.Traits.IsCpu ? Environment.ProcessorCount : null);
            return ExitCode.Done;
        }, stop));
        return command;
    }

    // From a graph to the first result, then some more runs, sorted. Weights are zero: no time depends on them.
    private static (double FirstMs, double[] Times) Measure(
        Session session, NetworkConfig net, int batch, Precision precision, int runs, CancellationToken stop)
    {
        long begin = Stopwatch.GetTimestamp();
        ClassifierGraph graph = ClassifierGraph.OfTensor(ModelCard.For(net), batch, precision);
        CompiledGraph compiled = GraphCompiler.Compile(graph.Graph, session.Device.Traits);
        using ParameterSet parameters = new(session.Device, compiled.Parameters.Parameters);
        using Plan plan = new(session.Pipelines, compiled, parameters, slots: 1);
        float[] image = new float[graph.Image.Shape.Count], probabilities = new float[graph.Probabilities.Shape.Count];
        Random random = new(1);
        for (int i = 0; i < image.Length; i++) image[i] = random.NextSingle() * 4 - 2;
        double first = Run(begin);

        List<double> times = [];
        for (int i = 0; i < WarmUps && runs > 0; i++) Run(Stopwatch.GetTimestamp());
        begin = Stopwatch.GetTimestamp();
        while (times.Count < runs && (times.Count < FewestRuns || Stopwatch.GetElapsedTime(begin) < Patience))
            times.Add(Run(Stopwatch.GetTimestamp()));
        times.Sort();
        return (first, [.. times]);

        double Run(long start)
        {
            if (stop.IsCancellationRequested) throw new StoppedException("Stopped before the measurement was complete.");
            MemoryMarshal.AsBytes<float>(image).CopyTo(plan.Input(0, graph.Image));
            plan.Run();
            plan.Output(0, graph.Probabilities).CopyTo(MemoryMarshal.AsBytes(probabilities.AsSpan()));
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    public static long PeakRss()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static void Print(BenchReport report, int? cores)
    {
        Console.WriteLine($"device     {report.Device} ({report.Driver})");
        Console.WriteLine($"model      {report.Model}, batch {report.Batch}, {report.Precision}");
        Console.WriteLine($"time       {report.MedianMs:F2} ms median of {report.Runs}, 95th percentile {report.P95Ms:F2} ms");
        Console.WriteLine($"rate       {report.ImagesPerSecond:F1} images/s, {report.Gflops:F1} GFLOP/s");
        string share = cores is { } count ? $" ({report.PeakGflops / count:F1} a core)" : "";
        Console.WriteLine(
            $"peak       {report.PeakGflops:F1} GFLOP/s{share} of float32 multiply-adds, measured; the network reaches " +
            $"{100 * report.FractionOfPeak:F1} %");
        Console.WriteLine($"start      {report.FirstRunMs:F0} ms to the first result, {report.WarmStartMs:F0} ms again");
        Console.WriteLine(
            $"memory     {report.PeakDeviceBytes / 1048576.0:F1} MiB of the device, " +
            $"{report.PeakRssBytes / 1048576.0:F1} MiB resident");
    }
}
