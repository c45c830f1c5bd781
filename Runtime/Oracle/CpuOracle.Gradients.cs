namespace ResNetVulkan.Oracle;

/// <summary>
/// The gradients, written from their formulas and not from the kernels: a test holds them against differences of the forward ops.
/// </summary>
public static partial class CpuOracle
{
    /// <summary><c>dx = 0 where y is not above 0, else dy</c>; where y is NaN dy passes. Exact.</summary>
    public static OracleResult ReluGradient(DoubleTensor dy, DoubleTensor y)
    {
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(y);
        Accumulator dx = new(dy.N, dy.C, dy.H, dy.W, dy.Bound is not null || y.Bound is not null);
        for (int i = 0; i < dy.Values.Length; i++)
        {
            bool passes = !(y.Values[i] <= 0);
            dx.Values[i] = passes ? dy.Values[i] : 0;
            // A y that is off may lie on the other side of 0.
            double flip = y.Bound is not null && Math.Abs(y.Values[i]) <= y.Bound[i] ? Math.Abs(dy.Values[i]) : 0;
            dx.Set(i, Math.Abs(dx.Values[i]), Math.Max(flip, passes ? BoundOf(dy, i) : 0));
        }
        return dx.Result(roundings: 0);
    }

    /// <summary>The inverse of <see cref="Flatten"/>, which is its gradient: (N, C*H*W, 1, 1) → (N, C, H, W). Exact.</summary>
    public static OracleResult FlattenGradient(DoubleTensor dy, int channels, Extent image)
    {
        ArgumentNullException.ThrowIfNull(dy);
        Accumulator dx = new(dy.N, channels, image.H, image.W, dy.Bound is not null);
        for (int i = 0; i < dx.Values.Length; i++)
        {
            (int n, int c, int h, int w) = dx.Value.Position(i);
            dx.Copy(i, dy, dy.Index(n, (c * image.H + h) * image.W + w, 0, 0));
        }
        return dx.Result(roundings: 0);
    }

    /// <summary>
    /// The gradient of <see cref="ShortcutA"/>: each pixel that it read gets that of where it went, every other one 0. Exact.
    /// </summary>
    public static OracleResult ShortcutAGradient(DoubleTensor dy, int padding, int stride, Extent image)
    {
        ArgumentNullException.ThrowIfNull(dy);
        Accumulator dx = new(dy.N, dy.C - 2 * padding, image.H, image.W, dy.Bound is not null);
        for (int i = 0; i < dx.Values.Length; i++)
        {
            (int n, int c, int h, int w) = dx.Value.Position(i);
            if (h % stride == 0 && w % stride == 0) dx.Copy(i, dy, dy.Index(n, c + padding, h / stride, w / stride));
        }
        return dx.Result(roundings: 0);
    }

    /// <summary>
    /// The gradient of <see cref="AvgPool2d"/>: <c>dx[n,c,h,w]</c> is the sum of <c>dy / divisor</c> over the windows that hold
    /// (h, w).
    /// </summary>
    /// <param name="dy">(N, C, P, Q).</param>
    /// <param name="geometry">As in the forward op.</param>
    /// <param name="image">(H, W) of what was pooled.</param>
    public static OracleResult AvgPool2dGradient(DoubleTensor dy, PoolGeometry geometry, Extent image)
    {
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(geometry);
        Scattered dx = new(dy, image);
        ForEachOutput(dy, (n, c, p, q, index) =>
        {
            int taps = 0;
            ForEachTap(dx.Value, geometry, p, q, (_, _) => taps++);
            int divisor = geometry.CountIncludePad
                ? PaddedTaps(p, geometry.Stride.H, geometry.Padding.H, geometry.Window.H, image.H) *
                  PaddedTaps(q, geometry.Stride.W, geometry.Padding.W, geometry.Window.W, image.W)
                : taps;
            ForEachTap(dx.Value, geometry, p, q, (h, w) => dx.Add(dx.Value.Index(n, c, h, w), dy, index, divisor));
        });
        return dx.Result(Overlaps(geometry) + DivisionRoundings);
    }

    /// <summary>The gradient of <see cref="MaxPool2d"/>: each window's goes to the tap that won it.</summary>
    /// <param name="x">What was pooled, taken as exact.</param>
    /// <param name="dy">(N, C, P, Q).</param>
    /// <param name="geometry">As in the forward op.</param>
    public static OracleResult MaxPool2dGradient(DoubleTensor x, DoubleTensor dy, PoolGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(dy);
        int[] winners = MaxPool2dArgmax(x, geometry);
        Scattered dx = new(dy, new Extent(x.H, x.W));
        ForEachOutput(dy, (n, c, _, _, index) =>
            dx.Add(x.Index(n, c, winners[index] / x.W, winners[index] % x.W), dy, index, 1));
        return dx.Result(Overlaps(geometry));
    }

    // How many windows a pixel lies in at most.
    private static int Overlaps(PoolGeometry geometry) =>
        (((geometry.Window.H - 1) * geometry.Dilation.H / geometry.Stride.H) + 1) *
        (((geometry.Window.W - 1) * geometry.Dilation.W / geometry.Stride.W) + 1);

    /// <summary>A gradient under construction to which several outputs add.</summary>
    private sealed class Scattered(DoubleTensor dy, Extent image)
    {
        private readonly double[] _magnitude = new double[dy.N * dy.C * image.H * image.W];
        private readonly double[]? _inherited = dy.Bound is null ? null : new double[dy.N * dy.C * image.H * image.W];

        public DoubleTensor Value { get; } = new(dy.N, dy.C, image.H, image.W);

        public void Add(int index, DoubleTensor from, int term, int divisor)
        {
            Value.Values[index] += from.Values[term] / divisor;
            _magnitude[index] += (Math.Abs(from.Values[term]) + BoundOf(from, term)) / divisor;
            if (_inherited is not null) _inherited[index] += BoundOf(from, term) / divisor;
        }

        public OracleResult Result(int roundings) => new(Value, _magnitude, roundings, _inherited);
    }
}
