namespace ResNetVulkan.Oracle;

/// <summary>The outcome of holding float32 values against the oracle's.</summary>
/// <param name="Total">How many values were compared.</param>
/// <param name="Outside">How many lie outside their tolerance; 0 means that the two agree.</param>
/// <param name="Worst">The (n, c, h, w) of the element whose error is the largest part (or multiple) of its tolerance.</param>
/// <param name="Got">That element's float32 value.</param>
/// <param name="Wanted">That element's value by the oracle.</param>
/// <param name="Tolerance">That element's tolerance.</param>
/// <param name="RelativeL2">
/// The L2 norm of the whole difference over the L2 norm of the oracle's values; 0 where both are 0.
/// </param>
public readonly record struct OracleComparison(
    int Total, int Outside, (int N, int C, int H, int W) Worst, double Got, double Wanted, double Tolerance, double RelativeL2)
{
    /// <summary>Whether every value lies within its tolerance.</summary>
    public bool Agrees => Outside == 0;

    /// <summary>The worst error as a part of its tolerance: at most 1 where the two agree. 0 where there is no error.</summary>
    public double WorstPart => Part(Got, Wanted, Tolerance);

    /// <summary>Compares value by value. NaN agrees with NaN only, an infinity with the same infinity only.</summary>
    /// <param name="wanted">The oracle's values.</param>
    /// <param name="tolerance">How far each may be missed, in the same order.</param>
    /// <param name="got">The values to judge, in NHWC order.</param>
    /// <exception cref="ArgumentException">The three do not have the same number of values.</exception>
    public static OracleComparison Of(DoubleTensor wanted, ReadOnlySpan<double> tolerance, ReadOnlySpan<float> got)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (got.Length != wanted.Values.Length || tolerance.Length != got.Length)
            throw new ArgumentException($"The oracle has {wanted.Values.Length} values {wanted}, the other side {got.Length}.");

        int outside = 0, worst = 0;
        double worstPart = -1, difference = 0, norm = 0;
        for (int i = 0; i < got.Length; i++)
        {
            double part = Part(got[i], wanted.Values[i], tolerance[i]);
            if (part > 1) outside++;
            if (part > worstPart) (worst, worstPart) = (i, part);
            if (part > 0) difference += Square(got[i] - wanted.Values[i]);
            norm += Square(wanted.Values[i]);
        }
        double relative = difference == 0 ? 0 : Math.Sqrt(difference / norm);
        return new(got.Length, outside, wanted.Position(worst), got[worst], wanted.Values[worst], tolerance[worst], relative);
    }

    /// <summary>
    /// One sentence: how many of how many lie outside, and the worst element with its place, values and tolerance.
    /// </summary>
    public override string ToString() =>
        $"{Outside} of {Total} values lie outside their tolerance; worst at (n, c, h, w) = {Worst}: " +
        $"got {Got:G9}, wanted {Wanted:G9}, off by {Math.Abs(Got - Wanted):G3}, tolerance {Tolerance:G3}; " +
        $"relative L2 {RelativeL2:G3}.";

    private static double Part(double got, double wanted, double tolerance)
    {
        if (got.Equals(wanted) || got == wanted) return 0;      // Equals: NaN is NaN; ==: 0 is -0
        double error = Math.Abs(got - wanted);
        return !double.IsFinite(error) || tolerance == 0 ? double.PositiveInfinity : error / tolerance;
    }

    private static double Square(double x) => x * x;
}
