namespace ResNetVulkan.Oracle;

public static partial class CpuOracle
{
    /// <summary>The maximum over each window. Taps outside the image do not take part; a NaN in the window wins. Exact.</summary>
    /// <returns>(N, C, P, Q).</returns>
    /// <exception cref="ArgumentException">The window does not fit, or its padding exceeds half of it.</exception>
    public static OracleResult MaxPool2d(DoubleTensor x, PoolGeometry geometry)
    {
        Accumulator y = Pooled(x, geometry);
        ForEachOutput(y.Value, (n, c, p, q, index) =>
        {
            int winner = Winner(x, geometry, n, c, p, q);
            // |max a - max b| is at most the largest |a - b|.
            double bound = 0;
            ForEachTap(x, geometry, p, q, (h, w) => bound = Math.Max(bound, BoundOf(x, x.Index(n, c, h, w))));
            y.Values[index] = x[n, c, winner / x.W, winner % x.W];
            y.Set(index, Math.Abs(y.Values[index]), bound);
        });
        return y.Result(roundings: 0);
    }

    /// <summary>Which tap wins each window of <see cref="MaxPool2d"/>, as PyTorch's <c>return_indices</c> gives it.</summary>
    /// <returns>
    /// In the NHWC order of the output: the winner's <c>h * W + w</c> in its plane. Among equals the first in row order; among
    /// NaNs the last.
    /// </returns>
    /// <exception cref="ArgumentException">The window does not fit, or its padding exceeds half of it.</exception>
    public static int[] MaxPool2dArgmax(DoubleTensor x, PoolGeometry geometry)
    {
        DoubleTensor y = Pooled(x, geometry).Value;
        int[] argmax = new int[y.Values.Length];
        ForEachOutput(y, (n, c, p, q, index) => argmax[index] = Winner(x, geometry, n, c, p, q));
        return argmax;
    }

    /// <summary>The average over each window, by PyTorch's rules.</summary>
    /// <remarks>
    /// The sum is over the taps in the image. It is divided by the number of taps in the padded image where
    /// <see cref="PoolGeometry.CountIncludePad"/> is set, else by those in the image. What ceil mode adds beyond the padded image
    /// counts in neither. A window with no tap in the image gives 0.
    /// </remarks>
    /// <returns>(N, C, P, Q); as many roundings as the window has taps, and a division's.</returns>
    /// <exception cref="ArgumentException">The window does not fit, its padding exceeds half of it, or it is dilated.</exception>
    public static OracleResult AvgPool2d(DoubleTensor x, PoolGeometry geometry)
    {
        Accumulator y = Pooled(x, geometry);
        if (geometry.Dilation != 1) throw new ArgumentException($"AvgPool2d: no dilation, so not {geometry.Dilation}.");
        ForEachOutput(y.Value, (n, c, p, q, index) =>
        {
            double sum = 0, magnitude = 0, inherited = 0;
            int taps = 0;
            ForEachTap(x, geometry, p, q, (h, w) =>
            {
                sum += x[n, c, h, w];
                magnitude += Math.Abs(x[n, c, h, w]);
                inherited += BoundOf(x, x.Index(n, c, h, w));
                taps++;
            });
            if (taps == 0) return;

            int divisor = geometry.CountIncludePad
                ? PaddedTaps(p, geometry.Stride.H, geometry.Padding.H, geometry.Window.H, x.H) *
                  PaddedTaps(q, geometry.Stride.W, geometry.Padding.W, geometry.Window.W, x.W)
                : taps;
            y.Values[index] = sum / divisor;
            y.Set(index, (magnitude + inherited) / divisor, inherited / divisor);
        });
        return y.Result(geometry.Window.H * geometry.Window.W + DivisionRoundings);
    }

    /// <summary><c>y[n,c] = sum over (h,w) of x[n,c,h,w] / (H*W)</c>.</summary>
    /// <returns>(N, C, 1, 1).</returns>
    public static OracleResult GlobalAveragePool(DoubleTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return AvgPool2d(x, new PoolGeometry(new Extent(x.H, x.W)));
    }

    private static Accumulator Pooled(DoubleTensor x, PoolGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(geometry);
        (int outH, int outW) = geometry.OutputOf(new Extent(x.H, x.W));
        return new Accumulator(x.N, x.C, outH, outW, x.Bound is not null);
    }

    private static int Winner(DoubleTensor x, PoolGeometry geometry, int n, int c, int p, int q)
    {
        int winner = -1;
        double best = 0;
        ForEachTap(x, geometry, p, q, (h, w) =>
        {
            double value = x[n, c, h, w];
            if (winner < 0 || value > best || double.IsNaN(value)) (winner, best) = (h * x.W + w, value);
        });
        return winner;
    }

    // From the window's first tap to its last, or to the padded image's end where that comes first.
    private static int PaddedTaps(int output, int stride, int padding, int window, int input)
    {
        int first = output * stride - padding;
        return Math.Min(first + window, input + padding) - first;
    }

    // The taps of output (p, q) that lie in the image, in row order.
    private static void ForEachTap(DoubleTensor x, PoolGeometry geometry, int p, int q, Action<int, int> tap)
    {
        for (int r = 0; r < geometry.Window.H; r++)
        {
            int h = p * geometry.Stride.H - geometry.Padding.H + r * geometry.Dilation.H;
            if (h < 0 || h >= x.H) continue;
            for (int s = 0; s < geometry.Window.W; s++)
            {
                int w = q * geometry.Stride.W - geometry.Padding.W + s * geometry.Dilation.W;
                if (w >= 0 && w < x.W) tap(h, w);
            }
        }
    }

    private static void ForEachOutput(DoubleTensor y, Action<int, int, int, int, int> output)
    {
        for (int index = 0; index < y.Values.Length; index++)
        {
            (int n, int c, int p, int q) = y.Position(index);
            output(n, c, p, q, index);
        }
    }
}
