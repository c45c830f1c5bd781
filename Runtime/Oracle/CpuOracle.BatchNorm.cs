namespace ResNetVulkan.Oracle;

// The bounds: u is the unit roundoff of float32, K the number of values of a channel, R their range and A the largest of their
// absolute values. The kernels take differences of values of one channel before they sum, at most R each, and round a mean
// itself, at most A.
public static partial class CpuOracle
{
    // What Vulkan grants inversesqrt is 2 ulp; epsilon as a float32, and its sum with the variance under the root.
    private const int InverseRoundings = 2 * 2 + 2;

    private const double Flushed = 8 * 1.17549435082228751e-38;     // a few results that a device took for 0

    /// <summary>
    /// <c>y = (x - mean[c]) / sqrt(variance[c] + epsilon) * gamma[c] + beta[c]</c> with the mean and the (biased) variance of x
    /// itself, then <c>max(y, 0)</c> where asked; and what becomes of the running statistics of <paramref name="norm"/>:
    /// <c>(1 - momentum) * running + momentum * batch</c>, with the unbiased variance.
    /// </summary>
    /// <returns>y, the running mean and variance, the mean, and <c>1 / sqrt(variance + epsilon)</c>, with their bounds.</returns>
    /// <exception cref="ArgumentException">An array does not have one value a channel.</exception>
    public static DoubleTensor[] BatchNormTraining(DoubleTensor x, BatchNormalization norm, double momentum, bool relu)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(norm);
        RequireChannels(norm, x.C);
        const double U = OracleResult.Float32Roundoff;
        double count = x.Values.Length / x.C;
        DoubleTensor y = new(x.N, x.C, x.H, x.W, null, new double[x.Values.Length]);
        DoubleTensor[] vectors =
            [.. Enumerable.Range(0, 4).Select(_ => new DoubleTensor(x.C, 1, 1, 1, null, new double[x.C]))];
        for (int c = 0; c < x.C; c++)
        {
            double mean = 0, squares = 0, least = double.MaxValue, most = double.MinValue, moved = 0;
            for (int i = c; i < x.Values.Length; i += x.C)
            {
                mean += x.Values[i] / count;
                (least, most) = (Math.Min(least, x.Values[i]), Math.Max(most, x.Values[i]));
                moved = Math.Max(moved, BoundOf(x, i));
            }
            for (int i = c; i < x.Values.Length; i += x.C) squares += Square(x.Values[i] - mean);
            double variance = squares / count, inverse = 1 / Math.Sqrt(variance + norm.Epsilon);

            // Sums over a strip and over the strips, each of K terms of at most R, and three roundings of a mean itself.
            double range = most - least + 2 * moved, largest = Math.Max(Math.Abs(least), Math.Abs(most));
            double meanBound = U * ((2 * count + 20) * range + 3 * largest) + moved;
            // Squares of those differences; then each strip's distance from the mean, off by the mean's error twice.
            double off = 2 * meanBound + U * range + 2 * moved;
            double varianceBound = U * (4 * count + 30) * range * range + 2 * range * off + off * off;
            double inverseMost = 1 / Math.Sqrt(Math.Max(variance - varianceBound, 0) + norm.Epsilon);
            double inverseBound = inverseMost - inverse + InverseRoundings * U * inverseMost;
            Set(2, mean, meanBound);
            Set(3, inverse, inverseBound);

            double unbiased = squares / (count - 1), growth = count / (count - 1);
            (double kept, double taken) = ((1 - momentum) * norm.Mean[c], momentum * mean);
            Set(0, kept + taken, momentum * meanBound + 3 * U * (Math.Abs(kept) + Math.Abs(taken)));
            (kept, taken) = ((1 - momentum) * norm.Variance[c], momentum * unbiased);
            Set(1, kept + taken,
                momentum * growth * varianceBound + U * (3 * Math.Abs(kept) + (3 + 2 * DivisionRoundings) * taken));

            double scale = inverse * norm.Gamma[c], scaleBound = Math.Abs(norm.Gamma[c]) * inverseBound + U * Math.Abs(scale);
            for (int i = c; i < x.Values.Length; i += x.C)
            {
                double value = (x.Values[i] - mean) * scale + norm.Beta[c];
                double distanceBound = meanBound + BoundOf(x, i), distance = Math.Abs(x.Values[i] - mean) + distanceBound;
                double product = distance * (Math.Abs(scale) + scaleBound);
                y.Values[i] = relu ? Math.Max(value, 0) : value;
                y.Bound![i] = distance * scaleBound + Math.Abs(scale) * distanceBound
                    + U * (3 * product + Math.Abs(norm.Beta[c])) + Flushed;
            }

            void Set(int vector, double value, double bound) =>
                (vectors[vector].Values[c], vectors[vector].Bound![c]) = (value, bound + Flushed);
        }
        return [y, .. vectors];
    }

    /// <summary>
    /// <c>y = (x - mean[c]) * (inverse[c] * gamma[c]) + beta[c]</c>, then <c>max(y, 0)</c> where asked: four roundings, three of
    /// them of the product.
    /// </summary>
    /// <exception cref="ArgumentException">An array does not have one value a channel.</exception>
    public static DoubleTensor Normalize(
        DoubleTensor x, double[] gamma, double[] beta, double[] mean, double[] inverse, bool relu)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireChannels("Normalize", "gamma", gamma.Length, x.C);
        RequireChannels("Normalize", "beta", beta.Length, x.C);
        RequireChannels("Normalize", "mean", mean.Length, x.C);
        RequireChannels("Normalize", "inverse", inverse.Length, x.C);
        const double U = OracleResult.Float32Roundoff;
        DoubleTensor y = new(x.N, x.C, x.H, x.W, null, new double[x.Values.Length]);
        for (int i = 0; i < x.Values.Length; i++)
        {
            int c = i % x.C;
            double scale = inverse[c] * gamma[c], product = (x.Values[i] - mean[c]) * scale, value = product + beta[c];
            y.Values[i] = relu ? Math.Max(value, 0) : value;
            y.Bound![i] = Math.Abs(scale) * BoundOf(x, i) + U * (4 * Math.Abs(product) + Math.Abs(value)) + Flushed;
        }
        return y;
    }

    /// <summary>
    /// The gradient of <see cref="BatchNormTraining"/>: <c>dbias = sum of dy</c>, <c>dweight = sum of dy * xhat</c>,
    /// <c>dx = gamma * inverse * (dy - dbias / K - xhat * dweight / K)</c> with <c>xhat = (x - mean) * inverse</c> and K values a
    /// channel; where a ReLU clamped y, dy counts as 0.
    /// </summary>
    /// <returns>dx, dweight and dbias, with their bounds; the inputs are taken as exact.</returns>
    /// <exception cref="ArgumentException">An array does not have one value a channel.</exception>
    public static DoubleTensor[] BatchNormGradient(
        DoubleTensor x, DoubleTensor dy, double[] gamma, double[] beta, double[] mean, double[] inverse, bool relu)
    {
        ArgumentNullException.ThrowIfNull(beta);
        return NormGradient(x, dy, gamma, relu ? beta : null, mean, inverse, isFrozen: false);
    }

    /// <summary>
    /// The gradient of <see cref="BatchNorm"/>, whose statistics are constants: as <see cref="BatchNormGradient"/>, but
    /// <c>dx = gamma * inverse * dy</c> with <c>inverse = 1 / sqrt(variance + epsilon)</c>.
    /// </summary>
    /// <returns>dx, dweight and dbias, with their bounds; the inputs are taken as exact.</returns>
    /// <exception cref="ArgumentException">An array does not have one value a channel.</exception>
    public static DoubleTensor[] FrozenBatchNormGradient(
        DoubleTensor x, DoubleTensor dy, double[] gamma, double[] mean, double[] variance, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(variance);
        double[] inverse = Array.ConvertAll(variance, value => 1 / Math.Sqrt(value + epsilon));
        return NormGradient(x, dy, gamma, null, mean, inverse, isFrozen: true);
    }

    private static DoubleTensor[] NormGradient(
        DoubleTensor x, DoubleTensor dy, double[] gamma, double[]? clamped, double[] mean, double[] inverse, bool isFrozen)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(dy);
        RequireChannels("BatchNormGradient", "gamma", gamma.Length, x.C);
        RequireChannels("BatchNormGradient", "mean", mean.Length, x.C);
        RequireChannels("BatchNormGradient", "inverse", inverse.Length, x.C);
        const double U = OracleResult.Float32Roundoff;
        double count = x.Values.Length / x.C;
        int inverseRoundings = isFrozen ? InverseRoundings : 0;
        DoubleTensor dx = new(x.N, x.C, x.H, x.W, null, new double[x.Values.Length]);
        DoubleTensor dweight = new(x.C, 1, 1, 1, null, new double[x.C]), dbias = new(x.C, 1, 1, 1, null, new double[x.C]);
        double[] gradients = [.. dy.Values], flips = new double[gradients.Length];
        for (int c = 0; c < x.C; c++)
        {
            double scale = inverse[c] * gamma[c], sum = 0, products = 0, sumBound = 0, productsBound = 0;
            for (int i = c; i < x.Values.Length; i += x.C)
            {
                double distance = x.Values[i] - mean[c];
                if (clamped is not null)
                {
                    double value = distance * scale + clamped[c];
                    // A value this near to 0 may lie on the other side of it.
                    double bound = 5 * U * (Math.Abs(distance * scale) + Math.Abs(clamped[c])) + Flushed;
                    if (Math.Abs(value) <= bound) flips[i] = Math.Abs(gradients[i]);
                    if (value <= 0) gradients[i] = 0;
                }
                double term = Math.Max(Math.Abs(gradients[i]), flips[i]);
                sum += gradients[i];
                products += gradients[i] * distance;
                sumBound += U * (count + 2) * term + flips[i];
                productsBound += (U * (count + 4) * term + flips[i]) * Math.Abs(distance);
            }
            (dbias.Values[c], dbias.Bound![c]) = (sum, sumBound + Flushed);
            dweight.Values[c] = products * inverse[c];
            dweight.Bound![c] = productsBound * inverse[c] + (1 + inverseRoundings) * U * Math.Abs(dweight.Values[c]) + Flushed;

            double constant = isFrozen ? 0 : sum / count, slope = isFrozen ? 0 : dweight.Values[c] * inverse[c] / count;
            double constantBound = isFrozen ? 0 : sumBound / count;
            double slopeBound = isFrozen ? 0 : dweight.Bound[c] * inverse[c] / count;
            for (int i = c; i < x.Values.Length; i += x.C)
            {
                double distance = x.Values[i] - mean[c];
                double terms = Math.Max(Math.Abs(gradients[i]), flips[i]) + Math.Abs(constant) + Math.Abs(distance * slope);
                dx.Values[i] = scale * (gradients[i] - constant - distance * slope);
                dx.Bound![i] = Math.Abs(scale) * (flips[i] + constantBound + Math.Abs(distance) * slopeBound
                    + U * (6 + 2 * DivisionRoundings + inverseRoundings) * terms) + Flushed;
            }
        }
        return [dx, dweight, dbias];
    }

    private static double Square(double value) => value * value;
}
