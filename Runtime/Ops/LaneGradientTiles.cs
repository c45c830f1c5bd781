using ResNetVulkan.Graphs;

namespace ResNetVulkan.Ops;

/// <summary>
/// How the lane kernels of gradients divide their work: rules for any shape, fitted to what Mesa's lavapipe 22.3 and 25.0 were
/// measured to take. (That of the data of a convolution with stride 1 is a convolution itself: <see cref="LaneTiles"/>.)
/// </summary>
internal static class LaneGradientTiles
{
    // What a split reads should stay in a processor's second-level cache, and its sums must be worth a second pass. Workgroups
    // enough for any processor; no more scratch memory than that.
    private const long SplitBytes = 1 << 20, SplitPixels = 512, EnoughWorkgroups = 256, ScratchBytes = 32 << 20;

    /// <summary>For the gradient of a weight.</summary>
    /// <param name="x">The image.</param>
    /// <param name="dy">The gradient of the outcome.</param>
    /// <param name="groups">Into how many groups the channels are divided.</param>
    /// <param name="window">Of the convolution.</param>
    /// <param name="vector">Elements a load.</param>
    /// <param name="lanes">The subgroup's size.</param>
    public static WeightGradientTile Weight(Shape x, Shape dy, int groups, Window window, int vector, int lanes)
    {
        int kernel = window.Width;
        int width = kernel == 1 && window == Window.Square(1) ? Divisor(dy.Pixels, dy.W) : Width(dy.W);
        bool isWhole = width == dy.W && window.DilationX == 1 && window.PaddingX > 0 && kernel >= window.StrideX;

        // Few sums are in use at a time, so there can be more than registers; four channels a lane need fewer loads than two, but
        // on the smallest maps there is too little to do between them.
        int channels = vector == 1 ? 1 : dy.C % 4 == 0 && IsFilled(dy.C, 4 * lanes) && (width > 3 || window.StrideX > 1) ? 4 : 2;
        // Whatever reaches beyond a group is computed in vain.
        int outputs = dy.C / groups;
        while (groups > 1 && channels > 1 && (lanes * channels > outputs || outputs % channels != 0)) channels /= 2;
        int block = kernel == 1 || (channels == 1 && vector > 1) ? 16 : channels == 4 || kernel > 3 ? 4 : 8;
        int span = new ChannelGroups(groups, x.C / groups, outputs).Span(lanes * channels, vector, vector);
        block = Math.Min(block, Ceiling(span, vector) * vector);
        int tapRows = kernel <= 3 ? kernel : 1;

        long workgroups = (long)Ceiling(dy.C, lanes * channels) * Ceiling(span, block) * (kernel / tapRows);
        return new WeightGradientTile(
            width, 1, channels, block, tapRows, Splits(x, dy, groups, window, workgroups), isWhole ? x.W : 0);
    }

    /// <summary>The same for few input channels, rows read as flat arrays.</summary>
    public static WeightGradientTile Stem(Shape x, Shape dy, Window window, int vector, int lanes)
    {
        int taps = window.Width * x.C;
        int tapRows = window.Width * taps <= 49 ? window.Width : 1;
        int channels = vector == 1 ? 1 : tapRows == 1 && dy.C % 4 == 0 && IsFilled(dy.C, 4 * lanes) && taps <= 24 ? 4 : 2;
        long workgroups = (long)Ceiling(dy.C, lanes * channels) * (window.Width / tapRows);
        return new WeightGradientTile(8, 1, channels, x.C, tapRows, Splits(x, dy, 1, window, workgroups));
    }

    /// <summary>For the gradient of the data of a convolution with a stride; in pixels of dx.</summary>
    /// <param name="dy">The gradient of the outcome.</param>
    /// <param name="dx">What is made.</param>
    /// <param name="groups">Into which the channels of both are divided.</param>
    /// <param name="window">Of the convolution.</param>
    /// <param name="vector">Elements a load.</param>
    /// <param name="lanes">The subgroup's size.</param>
    public static LaneTile Data(Shape dy, Shape dx, ChannelGroups groups, Window window, int vector, int lanes)
    {
        int stride = window.StrideX;
        (int columns, int rows) = (Ceiling(dx.W, stride), Ceiling(dx.H, stride));
        // Each pixel of dy makes stride x stride sums, of which few are in use with a 1x1 kernel, but several channels a lane.
        int most = Math.Max(1, (window.Width == 1 ? 56 : 72) / (stride * stride));
        (int width, int height) = (1, 1);
        int least = int.MaxValue;
        for (int h = 1; h <= Math.Min(4, rows); h++)
        {
            for (int w = 1; w <= Math.Min(8, columns) && w * h <= most; w++)
            {
                int cost = Ceiling(columns, w) * Ceiling(rows, h) * (w * h + 3);
                if (cost < least) (least, width, height) = (cost, w, h);
            }
        }

        bool wholeX = width == columns && dy.W <= width, wholeY = height == rows && dy.H <= height;
        int channels = window.Width == 1 && vector > 1 && IsFilled(dx.C, 4 * lanes) && groups.Count == 1 ? 4 : 1;
        int block = window.Width == 1 && dy.C % 8 == 0 && 8 % (2 * vector) == 0 ? 8 : vector;
        return new LaneTile(
            width * stride, height * stride, channels, block, block == vector ? 1 : 2, wholeX ? dy.W : 0, wholeY ? dy.H : 0);
    }

    // A step costs about two pixels more than its pixels.
    private static int Width(int columns) =>
        Enumerable.Range(1, Math.Min(8, columns)).Reverse().MinBy(width => Ceiling(columns, width) * (width + 2));

    // Of all pixels, so that there is no rest; without a useful one, of a row.
    private static int Divisor(long pixels, int columns)
    {
        int width = Enumerable.Range(1, 16).Last(width => pixels % width == 0);
        return width >= 4 || width >= columns ? width : Width(columns);
    }

    private static int Splits(Shape x, Shape dy, int groups, Window window, long workgroups)
    {
        long weightBytes = (long)(x.C / groups) * dy.C * window.Height * window.Width * sizeof(float);
        long splits = Math.Max(Ceiling((x.Count + dy.Count) * sizeof(float), SplitBytes), Ceiling(EnoughWorkgroups, workgroups));
        splits = Math.Min(splits, Math.Min(dy.Pixels / SplitPixels, ScratchBytes / weightBytes));
        return (int)Math.Clamp(splits, 1, dy.N);
    }

    private static bool IsFilled(int channels, int tile) => Ceiling(channels, tile) * tile <= channels * 1.2;

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;

    private static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;
}
