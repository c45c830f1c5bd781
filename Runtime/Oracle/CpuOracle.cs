namespace ResNetVulkan.Oracle;

/// <summary>
/// The ops of a ResNet's forward pass, slow and obviously right: plain loops in double precision, one formula an op.
/// </summary>
/// <remarks>
/// Nothing here knows a device. Each op returns its value together with what a tolerance is derived from
/// (<see cref="OracleResult"/>). The rules at the edges (padding, ceil mode, NaN, ties) are PyTorch's. Pure functions: any
/// thread.
/// </remarks>
public static partial class CpuOracle
{
    /// <summary><c>y = max(x, 0)</c>; NaN stays NaN. Exact.</summary>
    public static OracleResult Relu(DoubleTensor x) => Pointwise(x, 0, v => Math.Max(v, 0), Math.Abs, bound => bound);

    /// <summary><c>y = a + b</c>: one rounding of two terms.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static OracleResult Add(DoubleTensor a, DoubleTensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if ((a.N, a.C, a.H, a.W) != (b.N, b.C, b.H, b.W)) throw new ArgumentException($"Add: the shapes {a} and {b} differ.");

        Accumulator y = new(a.N, a.C, a.H, a.W, hasBound: a.Bound is not null || b.Bound is not null);
        for (int i = 0; i < a.Values.Length; i++)
        {
            y.Values[i] = a.Values[i] + b.Values[i];
            double inherited = BoundOf(a, i) + BoundOf(b, i);
            y.Set(i, Math.Abs(a.Values[i]) + Math.Abs(b.Values[i]) + inherited, inherited);
        }
        return y.Result(roundings: 1);
    }

    /// <summary><c>y[n,c,h,w] = x[n,c,h,w] * scale[c] + bias[c]</c>: two terms, two roundings.</summary>
    /// <exception cref="ArgumentException">Scale or bias does not have one value a channel.</exception>
    public static OracleResult ScaleBias(DoubleTensor x, ReadOnlySpan<double> scale, ReadOnlySpan<double> bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireChannels("ScaleBias", "scale", scale.Length, x.C);
        RequireChannels("ScaleBias", "bias", bias.Length, x.C);

        Accumulator y = new(x.N, x.C, x.H, x.W, x.Bound is not null);
        for (int i = 0; i < x.Values.Length; i++)
        {
            (double s, double b) = (scale[i % x.C], bias[i % x.C]);
            double inherited = Math.Abs(s) * BoundOf(x, i);
            y.Values[i] = x.Values[i] * s + b;
            y.Set(i, Math.Abs(x.Values[i] * s) + Math.Abs(b) + inherited, inherited);
        }
        return y.Result(roundings: 2);
    }

    /// <summary>
    /// The shortcut of the CIFAR networks without weights (option A): <c>y = x[:, :, ::stride, ::stride]</c> with
    /// <paramref name="padding"/> channels of zeros before the first and after the last. Exact.
    /// </summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="padding">Channels of zeros on each side; where channels double, a quarter of the block's outputs.</param>
    /// <param name="stride">Input pixels from one output to the next, along both axes.</param>
    /// <returns>(N, C + 2*padding, ceil(H/stride), ceil(W/stride)).</returns>
    /// <exception cref="ArgumentException">The padding is negative, or the stride below 1.</exception>
    public static OracleResult ShortcutA(DoubleTensor x, int padding, int stride = 2)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (padding < 0 || stride < 1) throw new ArgumentException($"ShortcutA: {padding} channels of padding, stride {stride}.");

        (int outH, int outW) = ((x.H + stride - 1) / stride, (x.W + stride - 1) / stride);
        Accumulator y = new(x.N, x.C + 2 * padding, outH, outW, x.Bound is not null);
        for (int n = 0; n < x.N; n++)
            for (int h = 0; h < outH; h++)
                for (int w = 0; w < outW; w++)
                    for (int c = 0; c < x.C; c++)
                        y.Copy(y.Value.Index(n, c + padding, h, w), x, x.Index(n, c, stride * h, stride * w));
        return y.Result(roundings: 0);
    }

    /// <summary>(N, C, H, W) → (N, C*H*W, 1, 1) in PyTorch's order: feature <c>(c * H + h) * W + w</c>. Exact.</summary>
    public static OracleResult Flatten(DoubleTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Accumulator y = new(x.N, x.C * x.H * x.W, 1, 1, x.Bound is not null);
        for (int n = 0; n < x.N; n++)
            for (int c = 0; c < x.C; c++)
                for (int h = 0; h < x.H; h++)
                    for (int w = 0; w < x.W; w++)
                        y.Copy(y.Value.Index(n, (c * x.H + h) * x.W + w, 0, 0), x, x.Index(n, c, h, w));
        return y.Result(roundings: 0);
    }

    /// <summary>
    /// Each value rounded to the nearest float16, ties to even; beyond 65,504 (65,520 and up) infinity. Exact for an exact input.
    /// </summary>
    /// <remarks>An input with a bound may fall on the other side of a tie, which costs one float16 step more.</remarks>
    public static OracleResult ToFloat16(DoubleTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        const double SmallestStep = 1.0 / (1 << 24);        // of the subnormal float16 values
        Accumulator y = new(x.N, x.C, x.H, x.W, x.Bound is not null);
        for (int i = 0; i < x.Values.Length; i++)
        {
            double bound = BoundOf(x, i);
            double step = Math.Max(2 * OracleResult.Float16Roundoff * (Math.Abs(x.Values[i]) + bound), SmallestStep);
            y.Values[i] = (double)(Half)x.Values[i];
            y.Set(i, Math.Abs(x.Values[i]), bound == 0 ? 0 : bound + step);
        }
        return y.Result(roundings: 0);
    }

    /// <summary><c>y[i] = 0</c> where element i (in NHWC order) is dropped, else <c>x[i] * scale</c>.</summary>
    public static OracleResult Dropout(DoubleTensor x, Func<int, bool> isDropped, double scale)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(isDropped);
        Accumulator y = new(x.N, x.C, x.H, x.W, x.Bound is not null);
        for (int i = 0; i < x.Values.Length; i++)
        {
            if (isDropped(i)) continue;
            y.Values[i] = x.Values[i] * scale;
            y.Set(i, Math.Abs(y.Values[i]), BoundOf(x, i) * scale);
        }
        return y.Result(roundings: 1);
    }

    // y = f(x) element by element, f no steeper than 1.
    private static OracleResult Pointwise(
        DoubleTensor x, int roundings, Func<double, double> f, Func<double, double> magnitude, Func<double, double> inherited)
    {
        ArgumentNullException.ThrowIfNull(x);
        Accumulator y = new(x.N, x.C, x.H, x.W, x.Bound is not null);
        for (int i = 0; i < x.Values.Length; i++)
        {
            y.Values[i] = f(x.Values[i]);
            y.Set(i, magnitude(x.Values[i]), inherited(BoundOf(x, i)));
        }
        return y.Result(roundings);
    }

    private static double BoundOf(DoubleTensor x, int index) => x.Bound is null ? 0 : x.Bound[index];

    private static void RequireChannels(string op, string what, int length, int channels)
    {
        if (length != channels)
            throw new ArgumentException($"{op}: the {what} has {length} values, the tensor {channels} channels.");
    }

    /// <summary>
    /// An output under construction: its values, their magnitudes and, where an input has a bound, what they inherit.
    /// </summary>
    private sealed class Accumulator(int n, int c, int h, int w, bool hasBound)
    {
        private readonly double[] _magnitude = new double[n * c * h * w];
        private readonly double[]? _inherited = hasBound ? new double[n * c * h * w] : null;

        public DoubleTensor Value { get; } = new(n, c, h, w);

        public double[] Values => Value.Values;

        public void Set(int index, double magnitude, double inherited)
        {
            _magnitude[index] = magnitude;
            if (_inherited is not null) _inherited[index] = inherited;
        }

        public void Copy(int index, DoubleTensor x, int from)
        {
            Values[index] = x.Values[from];
            Set(index, Math.Abs(x.Values[from]), BoundOf(x, from));
        }

        public OracleResult Result(int roundings) => new(Value, _magnitude, roundings, _inherited);
    }
}
