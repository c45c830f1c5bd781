namespace ResNetVulkan.Oracle;

public static partial class CpuOracle
{
    /// <summary>
    /// <c>y[c] = exp(x[c] - m) / sum over k of exp(x[k] - m)</c>, m the largest x of the same pixel: over the channels.
    /// </summary>
    /// <remarks>
    /// Roundings are counted as the Vulkan specification grants them: exp(t) has 3 + 2|t| ulp, the subtraction before it adds |t|
    /// more, the sum C and the division 2.5 ulp; <see cref="OracleResult.Magnitude"/> is y times their number, and
    /// <see cref="OracleResult.Roundings"/> is 1. Inputs that are off by b turn y into at most <c>y * exp(b + max b)</c>.
    /// </remarks>
    public static OracleResult Softmax(DoubleTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Accumulator y = new(x.N, x.C, x.H, x.W, x.Bound is not null);
        for (int first = 0; first < x.Values.Length; first += x.C)
        {
            LogSum total = new(x, first);
            for (int i = first; i < first + x.C; i++)
            {
                double t = x.Values[i] - total.Largest;
                double value = Math.Exp(t) / total.Sum;
                double growth = Math.Exp(BoundOf(x, i) + total.LargestBound);
                y.Values[i] = value;
                y.Set(i, value * growth * (ExpRoundings(t) + total.Roundings + DivisionRoundings), value * (growth - 1));
            }
        }
        return y.Result(roundings: 1);
    }

    /// <summary>
    /// <c>y[c] = x[c] - m - log(sum over k of exp(x[k] - m))</c>, m the largest x of the same pixel: over the channels.
    /// </summary>
    /// <remarks>
    /// Roundings as in <see cref="Softmax"/>; log has 3 ulp, or 2^-21 between 0.5 and 2. <see cref="OracleResult.Magnitude"/> is
    /// their weighted sum, and <see cref="OracleResult.Roundings"/> is 1.
    /// </remarks>
    public static OracleResult LogSoftmax(DoubleTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Accumulator y = new(x.N, x.C, x.H, x.W, x.Bound is not null);
        for (int first = 0; first < x.Values.Length; first += x.C)
        {
            LogSum total = new(x, first);
            double log = Math.Log(total.Sum);
            for (int i = first; i < first + x.C; i++)
            {
                double t = x.Values[i] - total.Largest;
                double inherited = BoundOf(x, i) + total.LargestBound;
                y.Values[i] = t - log;
                // The differences' two roundings, the sum's own error (absolute once it is in the logarithm), the logarithm's.
                y.Set(i, 2 * (Math.Abs(t) + inherited) + total.Roundings + Math.Max(8, 6 * log) + log, inherited);
            }
        }
        return y.Result(roundings: 1);
    }

    /// <summary>The <paramref name="k"/> largest values of image <paramref name="n"/>, largest first.</summary>
    /// <param name="x">(N, C, 1, 1).</param>
    /// <param name="n">The image.</param>
    /// <param name="k">1 to C.</param>
    /// <returns>Channel and value; equals by the lower channel first, NaN before everything.</returns>
    /// <exception cref="ArgumentException">The input has rows or columns, or k is out of range.</exception>
    public static (int Channel, double Value)[] TopK(DoubleTensor x, int n, int k)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.H != 1 || x.W != 1) throw new ArgumentException($"TopK: the input {x} has rows and columns.");
        if (k < 1 || k > x.C) throw new ArgumentException($"TopK: the first {k} of {x.C} values.");

        return [.. Enumerable.Range(0, x.C)
            .Select(c => (Channel: c, Value: x[n, c, 0, 0]))
            .OrderByDescending(entry => double.IsNaN(entry.Value))
            .ThenByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Channel)
            .Take(k)];
    }

    private static double ExpRoundings(double t) => 2 * (3 + 2 * Math.Abs(t)) + Math.Abs(t);

    /// <summary>The sum of exp(x - largest) over one pixel's channels, and how many roundings it went through.</summary>
    private readonly struct LogSum
    {
        public LogSum(DoubleTensor x, int first)
        {
            Largest = x.Values[first];
            for (int i = first; i < first + x.C; i++)
            {
                Largest = Math.Max(Largest, x.Values[i]);
                LargestBound = Math.Max(LargestBound, BoundOf(x, i));
            }
            double weighted = 0;
            for (int i = first; i < first + x.C; i++)
            {
                double t = x.Values[i] - Largest, term = Math.Exp(t);
                Sum += term;
                if (term > 0) weighted += term * ExpRoundings(t);
            }
            Roundings = weighted / Sum + x.C;
        }

        public double Largest { get; }

        public double LargestBound { get; }

        public double Sum { get; }

        public double Roundings { get; }
    }
}
