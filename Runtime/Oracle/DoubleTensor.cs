namespace ResNetVulkan.Oracle;

/// <summary>
/// A dense tensor of doubles in NHWC order (channels innermost), with an optional error bound for each element.
/// </summary>
/// <remarks>
/// Element (n, c, h, w) lies at <c>((n * H + h) * W + w) * C + c</c>, where the device keeps it too. Weights files and PyTorch
/// speak NCHW: <see cref="FromNchw(ReadOnlySpan{float}, int, int, int, int)"/> and <see cref="ToNchw"/> convert. The arrays are
/// the caller's own: nothing is copied by the constructor.
/// </remarks>
public sealed class DoubleTensor
{
    /// <summary>Wraps values that already lie in NHWC order; without values, makes a tensor of zeros.</summary>
    /// <param name="n">Images.</param>
    /// <param name="c">Channels.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <param name="values">N*H*W*C values in NHWC order, or null for zeros.</param>
    /// <param name="bound">See <see cref="Bound"/>.</param>
    /// <exception cref="ArgumentException">An extent is below 1, or an array's length is not N*C*H*W.</exception>
    public DoubleTensor(int n, int c, int h, int w, double[]? values = null, double[]? bound = null)
    {
        if (n < 1 || c < 1 || h < 1 || w < 1) throw new ArgumentException($"A tensor of ({n}, {c}, {h}, {w}) holds nothing.");

        (N, C, H, W) = (n, c, h, w);
        int count = checked(n * c * h * w);
        Values = values ?? new double[count];
        Bound = bound;
        RequireLength(Values.Length, n, c, h, w);
        if (bound is not null) RequireLength(bound.Length, n, c, h, w);
    }

    /// <summary>The values in NHWC order.</summary>
    public double[] Values { get; }

    /// <summary>
    /// How far a float32 computation of each element may lie from <see cref="Values"/>, in the same order; null where it cannot
    /// lie off at all, as with an input that both sides read.
    /// </summary>
    public double[]? Bound { get; }

    /// <summary>Images in the batch.</summary>
    public int N { get; }

    /// <summary>Channels.</summary>
    public int C { get; }

    /// <summary>Rows.</summary>
    public int H { get; }

    /// <summary>Columns.</summary>
    public int W { get; }

    /// <summary>
    /// The value of channel <paramref name="c"/> at row <paramref name="h"/>, column <paramref name="w"/> of image
    /// <paramref name="n"/>.
    /// </summary>
    public double this[int n, int c, int h, int w]
    {
        get => Values[Index(n, c, h, w)];
        set => Values[Index(n, c, h, w)] = value;
    }

    /// <summary>Where element (n, c, h, w) lies in <see cref="Values"/>. Not checked against the extents.</summary>
    public int Index(int n, int c, int h, int w) => ((n * H + h) * W + w) * C + c;

    /// <summary>The inverse of <see cref="Index"/>.</summary>
    public (int N, int C, int H, int W) Position(int index) => (index / C / W / H, index % C, index / C / W % H, index / C % W);

    /// <summary>The same values with another bound; the values are shared, not copied.</summary>
    /// <exception cref="ArgumentException">The bound's length is not the tensor's.</exception>
    public DoubleTensor WithBound(double[]? bound) => new(N, C, H, W, Values, bound);

    /// <summary>Widens float32 values from PyTorch's NCHW order. Exact.</summary>
    /// <exception cref="ArgumentException">An extent is below 1, or the length is not N*C*H*W.</exception>
    public static DoubleTensor FromNchw(ReadOnlySpan<float> values, int n, int c, int h, int w)
    {
        RequireLength(values.Length, n, c, h, w);
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = values[i];
        return FromNchw(wide, n, c, h, w);
    }

    /// <summary>Reorders values from PyTorch's NCHW order.</summary>
    /// <exception cref="ArgumentException">An extent is below 1, or the length is not N*C*H*W.</exception>
    public static DoubleTensor FromNchw(ReadOnlySpan<double> values, int n, int c, int h, int w)
    {
        RequireLength(values.Length, n, c, h, w);
        DoubleTensor tensor = new(n, c, h, w);
        int next = 0;
        for (int image = 0; image < n; image++)
            for (int channel = 0; channel < c; channel++)
                for (int row = 0; row < h; row++)
                    for (int column = 0; column < w; column++)
                        tensor[image, channel, row, column] = values[next++];
        return tensor;
    }

    /// <summary>Widens float32 values that lie in NHWC order, as read back from the device. Exact.</summary>
    /// <exception cref="ArgumentException">An extent is below 1, or the length is not N*C*H*W.</exception>
    public static DoubleTensor FromNhwc(ReadOnlySpan<float> values, int n, int c, int h, int w)
    {
        RequireLength(values.Length, n, c, h, w);
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = values[i];
        return new DoubleTensor(n, c, h, w, wide);
    }

    /// <summary>The values in PyTorch's NCHW order, in a new array.</summary>
    public double[] ToNchw()
    {
        double[] values = new double[Values.Length];
        int next = 0;
        for (int image = 0; image < N; image++)
            for (int channel = 0; channel < C; channel++)
                for (int row = 0; row < H; row++)
                    for (int column = 0; column < W; column++)
                        values[next++] = this[image, channel, row, column];
        return values;
    }

    /// <inheritdoc/>
    public override string ToString() => $"({N}, {C}, {H}, {W})";

    private static void RequireLength(int length, int n, int c, int h, int w)
    {
        if (length != (long)n * c * h * w)
            throw new ArgumentException($"A tensor of ({n}, {c}, {h}, {w}) holds {(long)n * c * h * w} values, not {length}.");
    }
}
