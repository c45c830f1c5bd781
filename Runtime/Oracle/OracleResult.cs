namespace ResNetVulkan.Oracle;

/// <summary>What an op computes in double precision, and how far a float32 computation of the same op may lie from it.</summary>
/// <remarks>
/// A float32 sum of K terms, in whatever order and with or without fused multiply-add, lies within <c>K * 2^-24 * sum|terms|</c>
/// of the true one (to first order in 2^-24), because no term goes through more than K roundings. Hence the two numbers that each
/// op reports: <see cref="Magnitude"/>, the sum of the terms' absolute values, and <see cref="Roundings"/>, the K. Where the
/// input itself carries a <see cref="DoubleTensor.Bound"/>, the op passes it on as <see cref="Inherited"/>, so that ops can be
/// chained and the last one's <see cref="DoubleTensor.Bound"/> holds for the whole chain. Parameters (weights, biases) are taken
/// as exact. Results convert to <see cref="DoubleTensor"/>, so a network reads <c>Relu(Conv2d(x, ...))</c>.
/// </remarks>
public sealed class OracleResult
{
    /// <summary>Half an ulp of float32 relative to the value: the error of one rounding to nearest.</summary>
    public const double Float32Roundoff = 1.0 / (1 << 24);

    /// <summary>Half an ulp of float16 relative to the value: for a kernel that rounds each intermediate to float16.</summary>
    public const double Float16Roundoff = 1.0 / (1 << 11);

    // A device may flush subnormal float32 values to zero, which costs up to this at each rounding.
    private const double SmallestNormal = 1.17549435082228751e-38;

    internal OracleResult(DoubleTensor value, double[] magnitude, int roundings, double[]? inherited)
    {
        (Magnitude, Roundings, Inherited) = (magnitude, roundings, inherited);
        Value = value;
        if (roundings > 0 || inherited is not null) Value = value.WithBound(Tolerance());
    }

    /// <summary>
    /// The op's output. Its <see cref="DoubleTensor.Bound"/> is <see cref="Tolerance"/> for float32; null for exact ops.
    /// </summary>
    public DoubleTensor Value { get; }

    /// <summary>
    /// The sum of the absolute values of each element's terms, in the order of <see cref="DoubleTensor.Values"/>.
    /// </summary>
    public double[] Magnitude { get; }

    /// <summary>
    /// The most roundings that any one term goes through: K for a sum of K terms, 0 where values are only chosen or copied.
    /// Divisions, roots and exponentials count as many as their precision in the Vulkan specification allows (a division's 2.5
    /// ulp are 5).
    /// </summary>
    public int Roundings { get; }

    /// <summary>The part of the error that comes from the inputs' bounds; null where the inputs are exact.</summary>
    public double[]? Inherited { get; }

    /// <summary>The op's output alone, so that ops can be nested.</summary>
    public static implicit operator DoubleTensor(OracleResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Value;
    }

    /// <summary>
    /// For each element, how far a computation that rounds with the given unit roundoff may lie from <see cref="Value"/>.
    /// </summary>
    /// <returns><c>Inherited + Roundings * (roundoff * Magnitude + 2^-126)</c>, in a new array; zeros for exact ops.</returns>
    public double[] Tolerance(double roundoff = Float32Roundoff)
    {
        double[] tolerance = new double[Magnitude.Length];
        for (int i = 0; i < tolerance.Length; i++)
        {
            if (Roundings > 0) tolerance[i] = Roundings * (roundoff * Magnitude[i] + SmallestNormal);
            if (Inherited is not null) tolerance[i] += Inherited[i];
        }
        return tolerance;
    }

    /// <summary>
    /// Holds a device's output against <see cref="Value"/>, element by element, within <see cref="Tolerance"/>.
    /// </summary>
    /// <param name="got">As many values, in NHWC order.</param>
    /// <param name="roundoff">As in <see cref="Tolerance"/>.</param>
    /// <exception cref="ArgumentException">The number of values differs.</exception>
    public OracleComparison Compare(ReadOnlySpan<float> got, double roundoff = Float32Roundoff) =>
        OracleComparison.Of(Value, Tolerance(roundoff), got);
}
