using ResNetVulkan.Graphs;

namespace ResNetVulkan.Ops;

/// <summary>
/// Which tile of a convolution's output one workgroup of a lane kernel makes: a rule for any shape, fitted to what Mesa's
/// lavapipe 22.3 and 25.0 were measured to take for each part of the loop.
/// </summary>
internal static class LaneTiles
{
    private static readonly int[] LaneChannels = [8, 4, 2, 1];

    /// <summary>The tile of a stem: few input channels, rows read as flat arrays.</summary>
    public static LaneTile Stem(Shape y, int lanes) => new(
        y.W >= 16 ? 16 : 8, Math.Min(2, y.H), Ceiling(y.C, 2 * lanes) * 2 * lanes <= Ceiling(y.C, lanes) * lanes * 1.2 ? 2 : 1);

    /// <summary>The tile of a 1x1 convolution.</summary>
    /// <param name="x">The image.</param>
    /// <param name="y">The outcome; all pixels in one row where the kernel moves pixel by pixel.</param>
    /// <param name="groups">Into which its channels are divided.</param>
    /// <param name="load">How it loads.</param>
    /// <param name="vector">Elements a load.</param>
    /// <param name="lanes">The subgroup's size.</param>
    /// <param name="isFlat">Whether all pixels are one row.</param>
    public static LaneTile Pointwise(Shape x, Shape y, ChannelGroups groups, LaneLoad load, int vector, int lanes, bool isFlat)
    {
        // Its sums need not fit the vector registers: each is loaded and stored once in a turn of the loop. The dearer the loads,
        // the more multiply-adds should share them.
        (int mostPixels, int mostSums) = load == LaneLoad.Texels && lanes > 8 ? (56, 224) : (32, 128);

        // A tile costs about ten pixels more than its pixels, and each load of some.
        int columns = isFlat ? checked((int)y.Pixels) : y.W;
        int width = isFlat && columns < 16
            ? columns
            : Enumerable.Range(1, Math.Min(mostPixels, columns)).Reverse().Where(w => !isFlat || w > 7)
                .MinBy(w => Ceiling(columns, w) * (w + 10 + 1.5 * Ceiling(w, lanes)));
        int height = isFlat ? 1 : Math.Max(1, Math.Min(y.H, mostPixels / width));

        int area = width * height;
        int laneChannels = LaneChannels.Where(k => area <= 2 || area * k <= mostSums)
            .MinBy(k => (double)Ceiling(y.C, lanes * k) * lanes * k * groups.Span(lanes * k, vector, vector) * (1 + 0.35 / k));

        // Where there are fewer pixels than lanes, several lanes read neighbouring channels of one, from one cache line.
        // Two do where many pixels lie apart: their lines share few places in the cache.
        (int Block, int Lanes)[] shared = area <= 8 ? [(16, 4), (8, 2)] : vector == 4 && lanes > 8 ? [] : [(8, 2)];
        foreach ((int block, int pixelLanes) in shared)
        {
            if (x.C % block == 0 && block % (vector * pixelLanes) == 0)
                return new LaneTile(width, height, laneChannels, block, pixelLanes);
        }
        return new LaneTile(width, height, laneChannels, x.C % 4 == 0 ? Math.Max(4, vector) : vector);
    }

    /// <summary>The tile of a convolution with a larger kernel: the cheapest by the cost of the loop's parts.</summary>
    public static LaneTile Spatial(Shape x, Shape y, ChannelGroups groups, Window window, LaneLoad load, int vector, int lanes)
    {
        bool texels = load == LaneLoad.Texels;
        (int kernel, int stride) = (window.Width, window.StrideX);
        int reach = (kernel - 1) * window.DilationX + 1;
        bool gaps = reach < stride;
        int most = kernel switch
        {
            <= 3 => !texels || lanes > 8 ? 56 : stride == 1 ? 49 : 28,
            5 => texels ? 14 : 28,
            7 => texels ? 7 : 14,
            _ => texels ? 4 : 8,
        };
        // Nanoseconds of one load by all lanes; a texel fetch brings four elements.
        double loadTime = texels ? lanes > 8 ? 10.0 : 8.0 : load == LaneLoad.Words ? 4.4 : 3.4;

        LaneTile best = new(1, 1, 1, vector);
        double bestCost = double.PositiveInfinity;
        foreach (int width in Extents(y.W, [4, 7, 8, 14, y.W <= 16 ? y.W : 0, Math.Min(y.W, 2)]))
        {
            foreach (int height in Extents(y.H, [1, 2, 4, 7, y.H <= 7 ? y.H : 0]))
            {
                foreach (int k in new[] { 1, 2, 4 })
                {
                    int sums = width * height * k;
                    if (k == 4 && width * height > 8) continue;
                    if (sums > 1 && sums > (texels && k > 1 && lanes <= 8 ? Math.Min(most, 28) : most)) continue;

                    // Where a tile spans the image, taps that fall on the padding drop out.
                    int validX = ValidTaps(x.W, y.W, window), validY = ValidTaps(x.H, y.H, window);
                    bool wholeX = width == y.W && !gaps && validX < 0.96 * kernel * y.W;
                    bool wholeY = height == y.H && !gaps && validY < 0.96 * kernel * y.H;
                    int pixels = Pixels(x.W, width, wholeX) * Pixels(x.H, height, wholeY);
                    double multiplyAdds = vector * (wholeX ? validX : kernel * width) * (wholeY ? validY : kernel * height) * k;
                    int taps = kernel * kernel * k;
                    double spills = Math.Max(0, taps * vector - 36) * (texels ? 0.15 : 0.05);
                    double cost = (double)Ceiling(y.W, width) * Ceiling(y.H, height) * Ceiling(y.C, lanes * k) *
                        groups.Span(lanes * k, vector, vector) *
                        (multiplyAdds * 0.42 + pixels * vector * 0.15
                            + (taps + Ceiling(pixels, lanes)) * loadTime + spills * vector + 5);
                    if (cost >= bestCost * 0.999) continue;
                    bestCost = cost;
                    best = new LaneTile(width, height, k, vector, 1, wholeX ? x.W : 0, wholeY ? x.H : 0);
                }
            }
        }
        return best;

        int Pixels(int extent, int tile, bool isWhole)
        {
            int spanned = (tile - 1) * stride + reach;
            return isWhole ? Math.Min(extent, spanned) : gaps ? tile * reach : spanned;
        }
    }

    private static IEnumerable<int> Extents(int most, int[] extents) =>
        extents.Where(extent => extent > 0 && extent <= most).Distinct().Order();

    // Taps of one row or column of outputs that fall on the image.
    private static int ValidTaps(int extent, int outputs, Window window)
    {
        int valid = 0;
        for (int tap = 0; tap < window.Width; tap++)
        {
            for (int p = 0; p < outputs; p++)
            {
                int at = p * window.StrideX - window.PaddingX + tap * window.DilationX;
                if (at >= 0 && at < extent) valid++;
            }
        }
        return valid;
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
