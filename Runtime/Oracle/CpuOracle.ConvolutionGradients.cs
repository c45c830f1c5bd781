namespace ResNetVulkan.Oracle;

public static partial class CpuOracle
{
    /// <summary>
    /// <c>dx[n,c,h,w] = sum over (k,r,s) of weight[k,c,r,s] * dy[n,k,p,q]</c> where <c>p*stride - padding + r*dilation = h</c>,
    /// likewise q, and k is of c's group: the gradient of a convolution's input.
    /// </summary>
    /// <param name="dy">(N, K, P, Q).</param>
    /// <param name="weight">(K, C / groups, R, S).</param>
    /// <param name="geometry">K, (R, S), stride, padding, dilation, groups.</param>
    /// <param name="image">Rows and columns of the input: where a stride rounds, the output does not tell.</param>
    /// <returns>
    /// (N, C, H, W); as many roundings as the most terms that meet in one pixel. What no window reaches is 0.
    /// </returns>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static OracleResult Conv2dDataGradient(
        DoubleTensor dy, DoubleTensor weight, ConvolutionGeometry geometry, Extent image)
    {
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(weight);
        RequireOutput("Conv2dDataGradient", dy, geometry, image);
        if ((weight.N, weight.H, weight.W) != (geometry.Outputs, geometry.Kernel.H, geometry.Kernel.W))
            throw new ArgumentException($"Conv2dDataGradient: a weight {weight} for {geometry}.");

        int groupInputs = weight.C, groupOutputs = geometry.Outputs / geometry.Groups;
        (int Tap, int Output)[][] rows = Reaching(
            image.H, dy.H, geometry.Kernel.H, geometry.Stride.H, geometry.Padding.H, geometry.Dilation.H);
        (int Tap, int Output)[][] columns = Reaching(
            image.W, dy.W, geometry.Kernel.W, geometry.Stride.W, geometry.Padding.W, geometry.Dilation.W);
        Accumulator dx = new(
            dy.N, groupInputs * geometry.Groups, image.H, image.W, dy.Bound is not null || weight.Bound is not null);
        Parallel.For(0, dy.N * image.H, line =>
        {
            (int n, int h) = (line / image.H, line % image.H);
            for (int w = 0; w < image.W; w++)
            {
                for (int c = 0; c < dx.Value.C; c++)
                {
                    Products sum = default;
                    int firstOutput = c / groupInputs * groupOutputs;
                    foreach ((int r, int p) in rows[h])
                    {
                        foreach ((int s, int q) in columns[w])
                        {
                            for (int k = firstOutput; k < firstOutput + groupOutputs; k++)
                                sum.Add(dy, dy.Index(n, k, p, q), weight, weight.Index(k, c % groupInputs, r, s));
                        }
                    }
                    sum.Store(dx, dx.Value.Index(n, c, h, w));
                }
            }
        });
        return dx.Result(rows.Max(taps => taps.Length) * columns.Max(taps => taps.Length) * groupOutputs);
    }

    /// <summary>
    /// <c>dw[k,c,r,s] = sum over (n,p,q) of dy[n,k,p,q] * x[n, g+c, p*stride - padding + r*dilation, q*... + s*dilation]</c>,
    /// where g is the first input channel of k's group: the gradient of a convolution's weight.
    /// </summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="dy">(N, K, P, Q).</param>
    /// <param name="geometry">K, (R, S), stride, padding, dilation, groups.</param>
    /// <returns>(K, C / groups, R, S); N * P * Q roundings.</returns>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static OracleResult Conv2dWeightGradient(DoubleTensor x, DoubleTensor dy, ConvolutionGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(dy);
        RequireOutput("Conv2dWeightGradient", dy, geometry, new Extent(x.H, x.W));
        if (x.N != dy.N || x.C % geometry.Groups != 0)
            throw new ArgumentException($"Conv2dWeightGradient: {x} and {dy} do not go together in {geometry.Groups} groups.");

        int channels = x.C / geometry.Groups, groupOutputs = geometry.Outputs / geometry.Groups;
        Accumulator dw = new(
            geometry.Outputs, channels, geometry.Kernel.H, geometry.Kernel.W, x.Bound is not null || dy.Bound is not null);
        Parallel.For(0, geometry.Outputs * geometry.Kernel.H, line =>
        {
            (int k, int r) = (line / geometry.Kernel.H, line % geometry.Kernel.H);
            for (int s = 0; s < geometry.Kernel.W; s++)
            {
                for (int c = 0; c < channels; c++)
                {
                    Products sum = default;
                    int channel = k / groupOutputs * channels + c;
                    for (int n = 0; n < x.N; n++)
                    {
                        for (int p = 0; p < dy.H; p++)
                        {
                            int h = p * geometry.Stride.H - geometry.Padding.H + r * geometry.Dilation.H;
                            if (h < 0 || h >= x.H) continue;
                            for (int q = 0; q < dy.W; q++)
                            {
                                int w = q * geometry.Stride.W - geometry.Padding.W + s * geometry.Dilation.W;
                                if (w >= 0 && w < x.W) sum.Add(x, x.Index(n, channel, h, w), dy, dy.Index(n, k, p, q));
                            }
                        }
                    }
                    sum.Store(dw, dw.Value.Index(k, c, r, s));
                }
            }
        });
        return dw.Result(dy.N * dy.H * dy.W);
    }

    /// <summary><c>y[c] = sum over (n,h,w) of x[n,c,h,w]</c>: the gradient of a bias is that of its output, summed.</summary>
    /// <returns>(C, 1, 1, 1), a vector; N * H * W roundings.</returns>
    public static OracleResult ChannelSum(DoubleTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Accumulator y = new(x.C, 1, 1, 1, x.Bound is not null);
        for (int c = 0; c < x.C; c++)
        {
            double sum = 0, magnitude = 0, inherited = 0;
            for (int i = c; i < x.Values.Length; i += x.C)
            {
                sum += x.Values[i];
                magnitude += Math.Abs(x.Values[i]);
                inherited += BoundOf(x, i);
            }
            y.Values[c] = sum;
            y.Set(c, magnitude + inherited, inherited);
        }
        return y.Result(x.N * x.H * x.W);
    }

    private static void RequireOutput(string op, DoubleTensor dy, ConvolutionGeometry geometry, Extent image)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        bool fits = dy.C == geometry.Outputs && dy.C % geometry.Groups == 0;
        if (!fits || geometry.OutputOf(image) != new Extent(dy.H, dy.W))
            throw new ArgumentException($"{op}: {dy} is not what {geometry} makes of an image of {image}.");
    }

    // For each row (or column) of the input: the taps that read it, each with the output that it reads it for.
    private static (int Tap, int Output)[][] Reaching(int inputs, int outputs, int kernel, int stride, int padding, int dilation)
    {
        List<(int, int)>[] reaching = [.. Enumerable.Range(0, inputs).Select(_ => new List<(int, int)>())];
        for (int tap = 0; tap < kernel; tap++)
        {
            for (int output = 0; output < outputs; output++)
            {
                int input = output * stride - padding + tap * dilation;
                if (input >= 0 && input < inputs) reaching[input].Add((tap, output));
            }
        }
        return [.. reaching.Select(taps => taps.ToArray())];
    }

    /// <summary>A sum of products of two tensors' elements, each of which may carry a bound.</summary>
    private struct Products
    {
        private double _sum, _magnitude, _inherited;

        public void Add(DoubleTensor a, int i, DoubleTensor b, int j)
        {
            double term = a.Values[i] * b.Values[j];
            _sum += term;
            _magnitude += Math.Abs(term);
            (double aBound, double bBound) = (BoundOf(a, i), BoundOf(b, j));
            _inherited += aBound * (Math.Abs(b.Values[j]) + bBound) + Math.Abs(a.Values[i]) * bBound;
        }

        public readonly void Store(Accumulator to, int index)
        {
            to.Values[index] = _sum;
            to.Set(index, _magnitude + _inherited, _inherited);
        }
    }
}
