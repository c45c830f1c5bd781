using NUnit.Framework;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Oracle;

/// <summary>Inputs anywhere within their bounds give outputs within the inherited bound, and nearly reach it.</summary>
[TestFixture]
public sealed class OracleBoundTests
{
    private const int Tries = 200;

    private static readonly double[] Weight = Hash.Doubles(1, "weight", 4 * 3 * 3 * 3), Four = Hash.Doubles(1, "four", 4);
    private static readonly double[] Three = Hash.Doubles(2, "three", 3), Spread = Hash.Doubles(3, "spread", 3, 0.5, 1);

    private static IEnumerable<TestCaseData> Ops()
    {
        // Beside each op the part of the bound that some perturbation must reach: nearly all for one input, less for sums.
        yield return Case("Relu", 0.9, CpuOracle.Relu);
        yield return Case("ScaleBias", 0.9, x => CpuOracle.ScaleBias(x, Three, Three));
        yield return Case("BatchNorm", 0.9, x => CpuOracle.BatchNorm(x, new(Three, Three, Three, Spread)));
        yield return Case("Add", 0.9, x => CpuOracle.Add(x, x));
        yield return Case("ShortcutA", 0.9, x => CpuOracle.ShortcutA(x, 1));
        yield return Case("Flatten", 0.9, CpuOracle.Flatten);
        yield return Case("MaxPool2d", 0.5, x => CpuOracle.MaxPool2d(x, new(3) { Stride = 2, Padding = 1 }));
        yield return Case("AvgPool2d", 0.5, x => CpuOracle.AvgPool2d(x, new(2)));
        yield return Case("GlobalAveragePool", 0.2, CpuOracle.GlobalAveragePool);
        yield return Case("Conv2d", 0.2, x => CpuOracle.Conv2d(x, Weight, Four, new(4, 3) { Padding = 1 }));
        yield return Case("Linear", 0.2, x => CpuOracle.Linear(CpuOracle.Flatten(x), [.. Weight[..105], .. Weight[..105]], null));
        yield return Case("Softmax", 0.2, CpuOracle.Softmax);
        yield return Case("LogSoftmax", 0.2, CpuOracle.LogSoftmax);
        yield return Case("ToFloat16", 0.5, CpuOracle.ToFloat16);
        yield return Case("a residual block", 0.01, x => CpuOracle.Relu(CpuOracle.Add(x, CpuOracle.ScaleBias(
            CpuOracle.Relu(CpuOracle.Conv2d(x, [.. Weight[..81]], Three, new(3, 3) { Padding = 1 })), Three, Three))));
    }

    [TestCaseSource(nameof(Ops))]
    public void Holds_and_is_not_idle(double reach, Func<DoubleTensor, OracleResult> op)
    {
        const int Count = 3 * 5 * 7;
        double[] values = Hash.Doubles(5, "x", Count, 2), bound = Hash.Doubles(5, "bound", Count, 0.005, 0.006);
        OracleResult y = op(new DoubleTensor(1, 3, 5, 7, values, bound));
        double furthest = 0;
        for (uint attempt = 0; attempt < Tries; attempt++)
        {
            // The corners of the box first: every input off by its whole bound, up or down.
            double[] off = Hash.Doubles(attempt, "off", Count);
            double[] moved = new double[Count];
            for (int i = 0; i < Count; i++)
                moved[i] = values[i] + bound[i] * (attempt % 2 == 0 ? off[i] < 0 ? -1 : 1 : off[i]);
            OracleResult other = op(new DoubleTensor(1, 3, 5, 7, moved));
            for (int i = 0; i < y.Magnitude.Length; i++)
            {
                double distance = Math.Abs(other.Value.Values[i] - y.Value.Values[i]);
                double most = y.Inherited![i] * (1 + 1e-9) + 1e-12;
                Assert.That(distance, Is.LessThanOrEqualTo(most), $"element {i}, attempt {attempt}");
                if (y.Inherited[i] > 0) furthest = Math.Max(furthest, distance / y.Inherited[i]);
            }
        }
        TestContext.Out.WriteLine($"{Tries} perturbations reach {furthest:P0} of the bound.");
        Assert.That(furthest, Is.GreaterThanOrEqualTo(reach));
    }

    private static TestCaseData Case(string name, double reach, Func<DoubleTensor, OracleResult> op) =>
        new TestCaseData(reach, op).SetArgDisplayNames(name);
}
