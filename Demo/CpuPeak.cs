using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ResNetVulkan.Demo;

/// <summary>
/// How many float32 operations the processor can do at all: fused multiply-adds on the widest vectors, enough independent ones to
/// hide their latency, one thread a core.
/// </summary>
internal static class CpuPeak
{
    private const int Repeats = 5, Accumulators = 16, Turns = 20_000_000;

    /// <summary>GFLOP/s of all cores together, the best of five.</summary>
    public static double Measure()
    {
        int cores = Environment.ProcessorCount;
        double best = 0;
        float[] sink = new float[cores * 64];
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            using Barrier start = new(cores);
            long[] begins = new long[cores], ends = new long[cores];
            Thread[] threads = [.. Enumerable.Range(0, cores).Select(core => new Thread(() =>
            {
                start.SignalAndWait();
                begins[core] = Stopwatch.GetTimestamp();
                sink[core * 64] = Vector512.IsHardwareAccelerated ? Multiply512(Turns) : Multiply256(Turns);
                ends[core] = Stopwatch.GetTimestamp();
            }))];
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();

            int lanes = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;
            double operations = 2.0 * Accumulators * lanes * Turns * cores;
            best = Math.Max(best, operations / Stopwatch.GetElapsedTime(begins.Min(), ends.Max()).TotalSeconds / 1e9);
        }
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Multiply512(int turns)
    {
        Vector512<float> m = Vector512.Create(0.999999f), a = Vector512.Create(1e-6f);
        Vector512<float> v0 = a, v1 = a, v2 = a, v3 = a, v4 = a, v5 = a, v6 = a, v7 = a;
        Vector512<float> v8 = a, v9 = a, v10 = a, v11 = a, v12 = a, v13 = a, v14 = a, v15 = a;
        for (int i = 0; i < turns; i++)
        {
            v0 = Vector512.FusedMultiplyAdd(v0, m, a);
            v1 = Vector512.FusedMultiplyAdd(v1, m, a);
            v2 = Vector512.FusedMultiplyAdd(v2, m, a);
            v3 = Vector512.FusedMultiplyAdd(v3, m, a);
            v4 = Vector512.FusedMultiplyAdd(v4, m, a);
            v5 = Vector512.FusedMultiplyAdd(v5, m, a);
            v6 = Vector512.FusedMultiplyAdd(v6, m, a);
            v7 = Vector512.FusedMultiplyAdd(v7, m, a);
            v8 = Vector512.FusedMultiplyAdd(v8, m, a);
            v9 = Vector512.FusedMultiplyAdd(v9, m, a);
            v10 = Vector512.FusedMultiplyAdd(v10, m, a);
            v11 = Vector512.FusedMultiplyAdd(v11, m, a);
            v12 = Vector512.FusedMultiplyAdd(v12, m, a);
            v13 = Vector512.FusedMultiplyAdd(v13, m, a);
            v14 = Vector512.FusedMultiplyAdd(v14, m, a);
            v15 = Vector512.FusedMultiplyAdd(v15, m, a);
        }
        return Vector512.Sum(v0 + v1 + v2 + v3 + v4 + v5 + v6 + v7 + v8 + v9 + v10 + v11 + v12 + v13 + v14 + v15);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Multiply256(int turns)
    {
        Vector256<float> m = Vector256.Create(0.999999f), a = Vector256.Create(1e-6f);
        Vector256<float> v0 = a, v1 = a, v2 = a, v3 = a, v4 = a, v5 = a, v6 = a, v7 = a;
        Vector256<float> v8 = a, v9 = a, v10 = a, v11 = a, v12 = a, v13 = a;
        for (int i = 0; i < turns; i++)
        {
            v0 = Vector256.FusedMultiplyAdd(v0, m, a);
            v1 = Vector256.FusedMultiplyAdd(v1, m, a);
            v2 = Vector256.FusedMultiplyAdd(v2, m, a);
            v3 = Vector256.FusedMultiplyAdd(v3, m, a);
            v4 = Vector256.FusedMultiplyAdd(v4, m, a);
            v5 = Vector256.FusedMultiplyAdd(v5, m, a);
            v6 = Vector256.FusedMultiplyAdd(v6, m, a);
            v7 = Vector256.FusedMultiplyAdd(v7, m, a);
            v8 = Vector256.FusedMultiplyAdd(v8, m, a);
            v9 = Vector256.FusedMultiplyAdd(v9, m, a);
            v10 = Vector256.FusedMultiplyAdd(v10, m, a);
            v11 = Vector256.FusedMultiplyAdd(v11, m, a);
            v12 = Vector256.FusedMultiplyAdd(v12, m, a);
            v13 = Vector256.FusedMultiplyAdd(v13, m, a);
            // With 16 registers, two hold the factors.
            v12 = Vector256.FusedMultiplyAdd(v12, m, a);
            v13 = Vector256.FusedMultiplyAdd(v13, m, a);
        }
        return Vector256.Sum(v0 + v1 + v2 + v3 + v4 + v5 + v6 + v7 + v8 + v9 + v10 + v11 + v12 + v13);
    }
}
