using ResNetVulkan.Graphs;

namespace ResNetVulkan.Ops;

/// <summary>How a convolution or a pool moves over an image: all extents in pixels, y first.</summary>
public readonly record struct Window(
    int Height, int Width, int StrideY, int StrideX, int PaddingY, int PaddingX, int DilationY = 1, int DilationX = 1)
{
    /// <summary>The same along both axes.</summary>
    public static Window Square(int size, int stride = 1, int padding = 0, int dilation = 1) =>
        new(size, size, stride, stride, padding, padding, dilation, dilation);

    /// <summary>The extents of what comes out.</summary>
    /// <param name="op">Whose window it is, for the message.</param>
    /// <param name="height">Of the image.</param>
    /// <param name="width">Of the image.</param>
    /// <param name="roundUp">
    /// Whether a last window that begins inside the image or its padding on the near side but ends beyond it counts: PyTorch's
    /// ceil_mode.
    /// </param>
    /// <exception cref="ShapeException">The window fits nowhere.</exception>
    public (int Height, int Width) Over(string op, int height, int width, bool roundUp = false)
    {
        if (Height < 1 || Width < 1 || StrideY < 1 || StrideX < 1 || PaddingY < 0 || PaddingX < 0
            || DilationY < 1 || DilationX < 1)
        {
            throw new ShapeException(
                $"{op}: the window {this} has an extent, stride or dilation below 1, or a negative padding.");
        }
        int reachY = (Height - 1) * DilationY + 1, reachX = (Width - 1) * DilationX + 1;
        if (height + 2 * PaddingY < reachY || width + 2 * PaddingX < reachX)
        {
            throw new ShapeException(
                $"{op}: a window of {reachY}x{reachX} does not fit an image of {height}x{width} " +
                $"padded by {PaddingY}x{PaddingX}.");
        }
        return (Extent(height, PaddingY, reachY, StrideY, roundUp), Extent(width, PaddingX, reachX, StrideX, roundUp));
    }

    /// <summary>"3x3", and what is not plain: "3x3 stride 2 padding 1".</summary>
    public override string ToString() =>
        Axes(Height, Width, true) + Part("stride", StrideY, StrideX, 1) + Part("padding", PaddingY, PaddingX, 0) +
        Part("dilation", DilationY, DilationX, 1);

    private static int Extent(int extent, int padding, int reach, int stride, bool roundUp)
    {
        int windows = (extent + 2 * padding - reach + (roundUp ? stride - 1 : 0)) / stride + 1;
        return roundUp && (windows - 1) * stride >= extent + padding ? windows - 1 : windows;
    }

    private static string Part(string name, int y, int x, int plain) =>
        y == plain && x == plain ? "" : $" {name} {Axes(y, x, false)}";

    private static string Axes(int y, int x, bool both) => both || y != x ? $"{y}x{x}" : $"{y}";
}
