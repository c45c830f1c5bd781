using System.Diagnostics;
using System.Runtime.InteropServices;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Inference;

/// <summary>
/// How many float32 operations a device can do at all: fused multiply-adds on registers, with enough independent ones a thread to
/// hide their latency. What a network reaches is to be read against this.
/// </summary>
public static class DevicePeak
{
    private const int Threads = 1 << 20, Repeats = 5, MostTurns = 1 << 20;

    // Long enough that starting and ending the dispatch do not count, far too short for any watchdog.
    private const double EnoughMs = 20;

    /// <summary>Measures with dispatches of some 20 ms, after shorter ones that find out how much work that is. Waits.</summary>
    /// <param name="pipelines">Of the device to measure; nothing else should run on it.</param>
    /// <returns>GFLOP/s, a multiply-add counted as two: the best of five.</returns>
    /// <exception cref="Gpu.GpuException">The device refused, or has no room for 4 MiB.</exception>
    public static double Measure(Pipelines pipelines)
    {
        for (int turns = 1; ; turns *= 4)
        {
            double ms = Milliseconds(pipelines, turns, repeats: 1);
            if (ms < EnoughMs / 4 && turns < MostTurns) continue;
            ms = Math.Min(ms, Milliseconds(pipelines, turns, Repeats));
            return 2.0 * MultiplyAdds.PerTurn * turns * Threads / ms / 1e6;
        }
    }

    private static double Milliseconds(Pipelines pipelines, int turns, int repeats)
    {
        Graph graph = new();
        Tensor coefficients = graph.Input("coefficients", new TensorType(Shape.Vector(2)));
        graph.Output(graph.Append("peak", new MultiplyAdds(Threads, turns), coefficients));
        CompiledGraph compiled = GraphCompiler.Compile(graph, pipelines.Device.Traits);
        using ParameterSet none = new(pipelines.Device, []);
        using Plan plan = new(pipelines, compiled, none, slots: 1);
        MemoryMarshal.Cast<byte, float>(plan.Input(0, coefficients))[0] = 0.5f;
        MemoryMarshal.Cast<byte, float>(plan.Input(0, coefficients))[1] = 1;
        plan.Run();

        double best = double.PositiveInfinity;
        for (int i = 0; i < repeats; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            double[] nanoseconds = plan.Time();
            if (nanoseconds.Length == 0) plan.Run();        // no timestamps: the copies around it cost a little
            best = Math.Min(best, nanoseconds is [double one] ? one / 1e6 : Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        return best;
    }

    /// <summary>y[i] = the sum of 16 chains v = v * x[0] + x[1], each 8 * Turns long and begun at i + its number.</summary>
    internal sealed record MultiplyAdds(int Threads, int Turns) : Op
    {
        /// <summary>16 chains of 8, as bench/fma.comp has them unrolled.</summary>
        public const int PerTurn = Chains * Unrolled;

        private const int Chains = 16, Unrolled = 8;

        private static readonly Kernel<Push> Peak = new("bench/fma.comp", "", "x", "y");

        public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => [new TensorType(Shape.Vector(Threads))];

        public override void Record(OpStep step) =>
            step.Flat(Peak, new Push((uint)Threads, (uint)Turns), Threads, step.Inputs[0], step.Outputs[0]);

        public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
        {
            (double factor, double addend) = (inputs[0].Values[0], inputs[0].Values[1]);
            double[] sums = new double[Threads];
            for (int i = 0; i < Threads; i++)
            {
                for (int chain = 0; chain < Chains; chain++)
                {
                    double v = i + chain;
                    for (int t = 0; t < Turns * Unrolled; t++) v = v * factor + addend;
                    sums[i] += v;
                }
            }
            return [new DoubleTensor(Threads, 1, 1, 1, sums)];
        }

        private readonly record struct Push(uint Count, uint Turns);
    }
}
