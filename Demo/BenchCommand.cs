using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;

namespace ResNetVulkan.Demo;

internal sealed record BenchReport(
    string Device, string Driver, string Model, int Batch, string Precision, double MedianMs, double P95Ms, double ImagesPerSecond,
    double Gflops, double? PeakGflops, double? FractionOfPeak, double FirstRunMs, double WarmStartMs, ulong PeakDeviceBytes,
    long PeakRssBytes);

/// <summary>Measures how fast a network runs.</summary>
internal static class BenchCommand
{
    private const int WarmUps = 5, Runs = 50;

    public static Command Create()
    {
        Argument<string> model = CommandOptions.ModelArgument();
        Option<int> batch = CommandOptions.Batch(1);
        Option<string> precision = CommandOptions.Precision();
        Option<string?> device = CommandOptions.Device();
        Option<bool> json = CommandOptions.Json();
        Command command = new("bench", "Measure how fast a network runs, from tensor to probabilities, both on the host.")
        {
            model, batch, precision, device, json,
        };
        CommandOptions.AtLeastOne(batch);
        command.SetAction(arguments =>
        {
            ResNetConfig net = Models.Find(arguments.GetValue(model)!);
            (int count, string stored) = (arguments.GetValue(batch), arguments.GetValue(precision)!);
            using Session session = Session.Open(arguments, device);

            long multiplyAdds = ModelSummary.Of(net, Models.Input(net, null)).MultiplyAdds * count;
            (double firstRun, _) = Measure(session, net, count, stored, runs: 0);
            (double warmStart, double[] times) = Measure(session, net, count, stored, Runs);
            Array.Sort(times);
            double median = times[Runs / 2];
            double gflops = 2 * multiplyAdds / median / 1e6;
            double? peak = session.Device.Traits.IsCpu ? CpuPeak.Measure() : null;
            BenchReport report = new(
                session.Device.Info.Name, $"{session.Device.Info.DriverName} {session.Device.Info.DriverInfo}", net.Name, count, stored,
                median, times[Runs * 95 / 100], 1000 * count / median, gflops, peak, gflops / peak, firstRun, warmStart,
                session.Device.PeakAllocatedBytes, PeakRss());
            if (arguments.GetValue(json)) Json.Print(report);
            else Print(report);
            return ExitCode.Done;
        });
        return command;
    }

    // From a graph to the first result, then some more runs. Weights are zero: no time depends on them.
    private static (double FirstMs, double[] Times) Measure(Session session, ResNetConfig net, int batch, string precision, int runs)
    {
        long begin = Stopwatch.GetTimestamp();
        ClassifierGraph graph = ClassifierGraph.OfTensor(ModelCard.For(net), batch, Models.Precision(precision));
        CompiledGraph compiled = GraphCompiler.Compile(graph.Graph, session.Device.Traits);
        using ParameterSet parameters = new(session.Device, compiled.Parameters.Parameters);
        using Plan plan = new(session.Pipelines, compiled, parameters, slots: 1);
        float[] image = new float[graph.Image.Shape.Count], probabilities = new float[graph.Probabilities.Shape.Count];
        Random random = new(1);
        for (int i = 0; i < image.Length; i++) image[i] = random.NextSingle() * 4 - 2;
        Run();
        double first = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;

        double[] times = new double[runs];
        for (int i = -WarmUps; i < runs; i++)
        {
            begin = Stopwatch.GetTimestamp();
            Run();
            if (i >= 0) times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }
        return (first, times);

        void Run()
        {
            MemoryMarshal.AsBytes<float>(image).CopyTo(plan.Input(0, graph.Image));
            plan.Run();
            plan.Output(0, graph.Probabilities).CopyTo(MemoryMarshal.AsBytes(probabilities.AsSpan()));
        }
    }

    private static long PeakRss()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static void Print(BenchReport report)
    {
        Console.WriteLine($"device     {report.Device} ({report.Driver})");
        Console.WriteLine($"model      {report.Model}, batch {report.Batch}, {report.Precision}");
        Console.WriteLine($"time       {report.MedianMs:F2} ms median, {report.P95Ms:F2} ms 95th percentile of {Runs}");
        Console.WriteLine($"rate       {report.ImagesPerSecond:F1} images/s, {report.Gflops:F1} GFLOP/s");
        if (report.PeakGflops is { } peak)
        {
            Console.WriteLine(
                $"peak       {peak:F1} GFLOP/s of fused multiply-adds ({peak / Environment.ProcessorCount:F1} a core), of which " +
                $"{100 * report.FractionOfPeak:F1} %");
        }
        Console.WriteLine($"start      {report.FirstRunMs:F0} ms to the first result, {report.WarmStartMs:F0} ms again");
        Console.WriteLine(
            $"memory     {report.PeakDeviceBytes / 1048576.0:F1} MiB of the device, {report.PeakRssBytes / 1048576.0:F1} MiB resident");
    }
}
