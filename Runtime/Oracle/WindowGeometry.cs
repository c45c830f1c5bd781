namespace ResNetVulkan.Oracle;

/// <summary>A number for each axis of an image. Converts from one number for both, as in PyTorch.</summary>
/// <param name="H">Along the rows' axis (vertical).</param>
/// <param name="W">Along the columns' axis (horizontal).</param>
public readonly record struct Extent(int H, int W)
{
    /// <summary>The same number for both axes.</summary>
    public static implicit operator Extent(int both) => new(both, both);

    /// <inheritdoc/>
    public override string ToString() => $"{H}x{W}";
}

/// <summary>A convolution's geometry; the names and defaults are PyTorch's Conv2d's.</summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="Kernel">Taps an axis.</param>
public sealed record ConvolutionGeometry(int Outputs, Extent Kernel)
{
    /// <summary>Input pixels from one output to the next.</summary>
    public Extent Stride { get; init; } = 1;

    /// <summary>Zeros added on each of the two sides of an axis.</summary>
    public Extent Padding { get; init; } = 0;

    /// <summary>Input pixels from one tap to the next.</summary>
    public Extent Dilation { get; init; } = 1;

    /// <summary>Output channel k reads only the k / (Outputs / Groups)-th part of the input channels.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>The output's rows and columns for an input of the given ones.</summary>
    /// <exception cref="ArgumentException">The window does not fit, or a number is out of range.</exception>
    public Extent OutputOf(Extent input) => new(
        OutputSize.Convolution(input.H, Kernel.H, Stride.H, Padding.H, Dilation.H, "rows"),
        OutputSize.Convolution(input.W, Kernel.W, Stride.W, Padding.W, Dilation.W, "columns"));
}

/// <summary>A pooling window's geometry; the names and defaults are PyTorch's MaxPool2d's and AvgPool2d's.</summary>
/// <param name="Window">Taps an axis.</param>
public sealed record PoolGeometry(Extent Window)
{
    /// <summary>Input pixels from one output to the next; the window itself by default.</summary>
    public Extent Stride { get; init; } = Window;

    /// <summary>Pixels added on each of the two sides of an axis; at most half the window.</summary>
    public Extent Padding { get; init; } = 0;

    /// <summary>Input pixels from one tap to the next. Max pooling only.</summary>
    public Extent Dilation { get; init; } = 1;

    /// <summary>
    /// Whether a last window that hangs over the padded image's end counts, if it begins inside the image or the padding before
    /// it.
    /// </summary>
    public bool CeilMode { get; init; }

    /// <summary>
    /// Whether an average divides by the taps in the padding too (but never by those beyond it). Average pooling only.
    /// </summary>
    public bool CountIncludePad { get; init; } = true;

    /// <summary>The output's rows and columns for an input of the given ones.</summary>
    /// <exception cref="ArgumentException">The window does not fit, or a number is out of range.</exception>
    public Extent OutputOf(Extent input) => new(
        OutputSize.Pool(input.H, Window.H, Stride.H, Padding.H, Dilation.H, CeilMode, "rows"),
        OutputSize.Pool(input.W, Window.W, Stride.W, Padding.W, Dilation.W, CeilMode, "columns"));
}

/// <summary>How many outputs a window makes along one axis.</summary>
public static class OutputSize
{
    /// <summary><c>floor((input + 2*padding - dilation*(kernel - 1) - 1) / stride) + 1</c>.</summary>
    /// <exception cref="ArgumentException">
    /// The window does not fit, or a number is out of range; the message names the axis.
    /// </exception>
    public static int Convolution(int input, int kernel, int stride, int padding, int dilation, string axis)
    {
        int room = Room(input, kernel, stride, padding, dilation, axis);
        return room / stride + 1;
    }

    /// <summary>
    /// As <see cref="Convolution"/>; in ceil mode the division rounds up, and a last window that would begin in the padding
    /// behind the image (<c>(outputs - 1) * stride >= input + padding</c>) is dropped.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The window does not fit, the padding exceeds half the window, or a number is out of range.
    /// </exception>
    public static int Pool(int input, int window, int stride, int padding, int dilation, bool ceilMode, string axis)
    {
        if (padding > window / 2)
            throw new ArgumentException($"A window of {window} {axis} takes a padding of at most {window / 2}, not {padding}.");

        int room = Room(input, window, stride, padding, dilation, axis);
        int outputs = (room + (ceilMode ? stride - 1 : 0)) / stride + 1;
        return ceilMode && (outputs - 1) * stride >= input + padding ? outputs - 1 : outputs;
    }

    private static int Room(int input, int kernel, int stride, int padding, int dilation, string axis)
    {
        if (input < 1 || kernel < 1 || stride < 1 || dilation < 1 || padding < 0)
        {
            throw new ArgumentException(
                $"Along the {axis}, input {input}, window {kernel}, stride {stride} and dilation {dilation} " +
                $"must be at least 1 and padding {padding} at least 0.");
        }
        int span = dilation * (kernel - 1) + 1;
        if (input + 2 * padding < span)
        {
            throw new ArgumentException(
                $"A window that spans {span} {axis} does not fit an image of {input} {axis} padded by {padding}.");
        }
        return input + 2 * padding - span;
    }
}
