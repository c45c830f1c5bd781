namespace ResNetVulkan.Oracle;

/// <summary>A batch normalisation's parameters and running statistics, one value a channel; names as in the paper.</summary>
/// <param name="Gamma">PyTorch's <c>weight</c>.</param>
/// <param name="Beta">PyTorch's <c>bias</c>.</param>
/// <param name="Mean">PyTorch's <c>running_mean</c>.</param>
/// <param name="Variance">PyTorch's <c>running_var</c>.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record BatchNormalization(double[] Gamma, double[] Beta, double[] Mean, double[] Variance, double Epsilon = 1e-5)
{
    /// <summary>The factor of channel <paramref name="c"/>: <c>gamma / sqrt(variance + epsilon)</c>.</summary>
    public double Scale(int c) => Gamma[c] / Math.Sqrt(Variance[c] + Epsilon);
}

public static partial class CpuOracle
{
    // Vulkan grants a division 2.5 ulp, and an ulp is two units of roundoff.
    private const int DivisionRoundings = 5;

    /// <summary>
    /// <c>y[n,k,p,q] = bias[k] + sum over (c,r,s) of weight[k,c,r,s] * x[n, g+c, p*stride - padding + r*dilation, q*... +
    /// s*dilation]</c>, where g is the first input channel of k's group. Taps outside the image are zeros.
    /// </summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(K, C / groups, R, S) in PyTorch's OIHW order.</param>
    /// <param name="bias">K values, or null.</param>
    /// <param name="geometry">K, (R, S), stride, padding, dilation, groups.</param>
    /// <returns>(N, K, P, Q); as many roundings as C / groups * R * S, and one for a bias.</returns>
    /// <remarks>Rows are shared among the processor's cores; each output is summed by one of them, in a fixed order.</remarks>
    /// <exception cref="ArgumentException">The shapes do not go together, or the window does not fit.</exception>
    public static OracleResult Conv2d(DoubleTensor x, double[] weight, double[]? bias, ConvolutionGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(geometry);
        (int outputs, int groups) = (geometry.Outputs, geometry.Groups);
        if (outputs < 1 || groups < 1 || x.C % groups != 0 || outputs % groups != 0)
            throw new ArgumentException($"Conv2d: {x.C} input and {outputs} output channels do not split into {groups} groups.");
        (int kernelH, int kernelW) = geometry.Kernel;
        int channels = x.C / groups;
        if (weight.Length != (long)outputs * channels * kernelH * kernelW)
        {
            throw new ArgumentException(
                $"Conv2d: the weight has {weight.Length} values, ({outputs}, {channels}, {kernelH}, {kernelW}) " +
                $"takes {(long)outputs * channels * kernelH * kernelW} (input {x}).");
        }
        if (bias is not null) RequireChannels("Conv2d", "bias", bias.Length, outputs);
        (int outH, int outW) = geometry.OutputOf(new Extent(x.H, x.W));

        Accumulator y = new(x.N, outputs, outH, outW, x.Bound is not null);
        Parallel.For(0, x.N * outH, row =>
        {
            (int n, int p) = (row / outH, row % outH);
            for (int k = 0; k < outputs; k++)
            {
                int firstChannel = k / (outputs / groups) * channels;
                for (int q = 0; q < outW; q++)
                {
                    double sum = bias is null ? 0 : bias[k];
                    double magnitude = Math.Abs(sum), inherited = 0;
                    for (int r = 0; r < kernelH; r++)
                    {
                        int h = p * geometry.Stride.H - geometry.Padding.H + r * geometry.Dilation.H;
                        if (h < 0 || h >= x.H) continue;
                        for (int s = 0; s < kernelW; s++)
                        {
                            int w = q * geometry.Stride.W - geometry.Padding.W + s * geometry.Dilation.W;
                            if (w < 0 || w >= x.W) continue;
                            int at = x.Index(n, firstChannel, h, w);
                            for (int c = 0; c < channels; c++)
                            {
                                double factor = weight[((k * channels + c) * kernelH + r) * kernelW + s];
                                double term = factor * x.Values[at + c];
                                sum += term;
                                magnitude += Math.Abs(term);
                                if (x.Bound is not null) inherited += Math.Abs(factor) * x.Bound[at + c];
                            }
                        }
                    }
                    int index = y.Value.Index(n, k, p, q);
                    y.Values[index] = sum;
                    y.Set(index, magnitude + inherited, inherited);
                }
            }
        });
        return y.Result(channels * kernelH * kernelW + (bias is null ? 0 : 1));
    }

    /// <summary><c>y[n,k] = bias[k] + sum over c of weight[k,c] * x[n,c]</c>.</summary>
    /// <param name="x">(N, C, 1, 1): see <see cref="Flatten"/>.</param>
    /// <param name="weight">(K, C), PyTorch's order.</param>
    /// <param name="bias">K values, or null.</param>
    /// <returns>(N, K, 1, 1).</returns>
    /// <exception cref="ArgumentException">The input has rows or columns, or the shapes do not go together.</exception>
    public static OracleResult Linear(DoubleTensor x, double[] weight, double[]? bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (x.H != 1 || x.W != 1) throw new ArgumentException($"Linear: the input {x} has rows and columns; flatten it first.");
        if (weight.Length == 0 || weight.Length % x.C != 0)
            throw new ArgumentException($"Linear: a weight of {weight.Length} values has no whole number of rows of {x.C}.");
        int outputs = weight.Length / x.C;
        if (bias is not null) RequireChannels("Linear", "bias", bias.Length, outputs);

        Accumulator y = new(x.N, outputs, 1, 1, x.Bound is not null);
        for (int n = 0; n < x.N; n++)
        {
            for (int k = 0; k < outputs; k++)
            {
                double sum = bias is null ? 0 : bias[k];
                double magnitude = Math.Abs(sum), inherited = 0;
                for (int c = 0; c < x.C; c++)
                {
                    double factor = weight[k * x.C + c];
                    double term = factor * x.Values[n * x.C + c];
                    sum += term;
                    magnitude += Math.Abs(term);
                    inherited += Math.Abs(factor) * BoundOf(x, n * x.C + c);
                }
                y.Values[n * outputs + k] = sum;
                y.Set(n * outputs + k, magnitude + inherited, inherited);
            }
        }
        return y.Result(x.C + (bias is null ? 0 : 1));
    }

    /// <summary>
    /// <c>y = (x - mean[c]) / sqrt(variance[c] + epsilon) * gamma[c] + beta[c]</c>: batch normalisation in inference.
    /// </summary>
    /// <remarks>
    /// Three terms (x, mean, beta), and roundings enough for the other ways to write it: as <c>x * scale + shift</c> with scale
    /// and shift made on the device (inversesqrt's 2 ulp are 4 roundings) or beforehand.
    /// </remarks>
    /// <exception cref="ArgumentException">An array does not have one value a channel.</exception>
    public static OracleResult BatchNorm(DoubleTensor x, BatchNormalization norm)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(norm);
        RequireChannels(norm, x.C);

        Accumulator y = new(x.N, x.C, x.H, x.W, x.Bound is not null);
        for (int i = 0; i < x.Values.Length; i++)
        {
            int c = i % x.C;
            double scale = norm.Scale(c), inherited = Math.Abs(scale) * BoundOf(x, i);
            y.Values[i] = (x.Values[i] - norm.Mean[c]) * scale + norm.Beta[c];
            double terms = Math.Abs(scale) * (Math.Abs(x.Values[i]) + Math.Abs(norm.Mean[c])) + Math.Abs(norm.Beta[c]);
            y.Set(i, terms + inherited, inherited);
        }
        // Epsilon as a float32 and its sum with the variance 1 (halved by the root), inversesqrt 4, gamma 1, x 1, two sums 2: 9.
        // Or a root and a division in place of inversesqrt, 5 each: 15 covers both.
        return y.Result(roundings: 5 + 2 * DivisionRoundings);
    }

    /// <summary>The convolution that does what a convolution and the batch normalisation behind it do together.</summary>
    /// <param name="weight">(K, ...) in PyTorch's OIHW order.</param>
    /// <param name="bias">K values, or null.</param>
    /// <param name="norm">K values each.</param>
    /// <returns>
    /// <c>weight[k,...] * scale[k]</c> and <c>beta[k] + (bias[k] - mean[k]) * scale[k]</c>, in double precision, in new arrays.
    /// </returns>
    /// <exception cref="ArgumentException">The arrays do not agree on K.</exception>
    public static (double[] Weight, double[] Bias) FoldBatchNorm(double[] weight, double[]? bias, BatchNormalization norm)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(norm);
        int outputs = norm.Gamma.Length;
        RequireChannels(norm, outputs);
        if (bias is not null) RequireChannels("FoldBatchNorm", "bias", bias.Length, outputs);
        if (weight.Length % outputs != 0)
            throw new ArgumentException($"FoldBatchNorm: {weight.Length} weights do not split into {outputs} outputs.");

        (double[] foldedWeight, double[] foldedBias) = (new double[weight.Length], new double[outputs]);
        int perOutput = weight.Length / outputs;
        for (int i = 0; i < weight.Length; i++) foldedWeight[i] = weight[i] * norm.Scale(i / perOutput);
        for (int k = 0; k < outputs; k++)
            foldedBias[k] = norm.Beta[k] + ((bias is null ? 0 : bias[k]) - norm.Mean[k]) * norm.Scale(k);
        return (foldedWeight, foldedBias);
    }

    private static void RequireChannels(BatchNormalization norm, int channels)
    {
        RequireChannels("BatchNorm", "gamma", norm.Gamma.Length, channels);
        RequireChannels("BatchNorm", "beta", norm.Beta.Length, channels);
        RequireChannels("BatchNorm", "mean", norm.Mean.Length, channels);
        RequireChannels("BatchNorm", "variance", norm.Variance.Length, channels);
    }
}
