using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>How a photo's pixels lie in memory.</summary>
public enum PixelFormat
{
    /// <summary>Bytes R, G, B, A.</summary>
    Rgba8,

    /// <summary>Bytes B, G, R, A.</summary>
    Bgra8,

    /// <summary>Bytes R, G, B.</summary>
    Rgb8,
}

/// <summary>
/// One photo of a batch as the kernel reads it: where its pixels lie, and what part of it, resized, the network sees. 64 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal readonly record struct Frame(
    uint Offset, uint Pitch, uint Width, uint Height, uint Format, uint ResizedWidth, uint ResizedHeight, int Left, int Top,
    uint FirstRow, uint RowCount)
{
    public const int Words = 16;
}

/// <summary>
/// Photos of any sizes to the tensor that a network takes: resized with antialiasing as PIL does it, cropped, normalised.
/// </summary>
/// <param name="Height">Of the crop, in pixels.</param>
/// <param name="Width">Of the crop, in pixels.</param>
/// <param name="MaxRows">The most rows of a photo that a crop may depend on; those of the tallest photo.</param>
/// <param name="Normalization">What the weights want.</param>
/// <param name="Channels">3, or 1 for grey: PIL's "L" of what is resized and cropped.</param>
/// <remarks>
/// Inputs: the frames, (N, 16, 1, 1) words, and the pixels, (1, bytes, 1, 1) bytes. Outputs: x (N, Channels, Height, Width)
/// and the photos resized along rows only, which is scratch.
/// </remarks>
public sealed record ImageToTensor(int Height, int Width, int MaxRows, Normalization Normalization, int Channels = 3) : Op
{
    private static readonly Kernel<Push> Rows = new("image/image_to_tensor.comp", "ROWS", "frames", "pixels", "rows");
    private static readonly Kernel<Push> Columns = new("image/image_to_tensor.comp", "", "frames", "rows", "x");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        if (inputs[0] is not { Element: ElementType.UInt32, Shape.C: Frame.Words } || inputs[1].Element != ElementType.UInt8)
        {
            throw new ShapeException(
                $"ImageToTensor: frames {inputs[0]} and pixels {inputs[1]} are not {Frame.Words} words and bytes.");
        }
        int n = inputs[0].Shape.N;
        return [new(new Shape(n, Channels, Height, Width)), new(new Shape(n, 1, MaxRows, Width), ElementType.UInt32)];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView frames, TensorView pixels, TensorView x, TensorView rows) =
            (step.Inputs[0], step.Inputs[1], step.Outputs[0], step.Outputs[1]);
        step.Flat(Rows, PushFor(rows.Shape.Pixels), rows.Shape.Pixels, frames, pixels, rows);
        step.Flat(Columns, PushFor(x.Shape.Pixels), x.Shape.Pixels, frames, rows with { Writes = false }, x);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        Normalization n = Normalization;
        double[] deviations = [n.DeviationR, n.DeviationG, n.DeviationB];
        int photos = inputs[0].N, area = Height * Width * Channels;
        double[] values = new double[photos * area], bound = new double[photos * area];
        for (int i = 0; i < photos; i++)
        {
            OracleImage photo = PhotoOf(
                inputs[0].Values.AsSpan(i * Frame.Words, Frame.Words), inputs[1].Values, out int width, out int height);
            OracleImage seen = ImageOracle.CenterCrop(ImageOracle.Resize(photo, width, height), Width, Height);
            if (Channels == 1) seen = Grey(seen);
            DoubleTensor x = ImageOracle.Normalize(seen, [n.MeanR, n.MeanG, n.MeanB], deviations);
            for (int j = 0; j < area; j++) values[i * area + j] = x.Values[j * 3 / Channels];
        }
        // PIL's weights are fixed-point numbers, these are floats: a value on a rounding's edge may fall on the other side, once
        // along rows and so, at most, one level; grey is rounded once more.
        double levels = Channels == 1 ? 2.05 : 1.05;
        for (int i = 0; i < bound.Length; i++) bound[i] = levels / 255 / deviations[i % Channels];
        return [new DoubleTensor(photos, Channels, Height, Width, values, bound)];
    }

    private static OracleImage Grey(OracleImage image)
    {
        byte[] pixels = new byte[image.Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            ReadOnlySpan<byte> rgb = image.Pixels.AsSpan(i / 3 * 3, 3);
            pixels[i] = (byte)((19595 * rgb[0] + 38470 * rgb[1] + 7471 * rgb[2] + 32768) >> 16);
        }
        return new OracleImage(image.Width, image.Height, pixels);
    }

    private static OracleImage PhotoOf(ReadOnlySpan<double> frame, double[] bytes, out int resizedWidth, out int resizedHeight)
    {
        (int offset, int pitch, int width, int height) = ((int)frame[0], (int)frame[1], (int)frame[2], (int)frame[3]);
        PixelFormat format = (PixelFormat)(int)frame[4];
        (resizedWidth, resizedHeight) = ((int)frame[5], (int)frame[6]);
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int pixel, int color) = (i / 3, i % 3);
            int at = offset + pixel / width * pitch + pixel % width * (format == PixelFormat.Rgb8 ? 3 : 4);
            pixels[i] = (byte)bytes[at + (format == PixelFormat.Bgra8 ? 2 - color : color)];
        }
        return new OracleImage(width, height, pixels);
    }

    /// <inheritdoc/>
    public override string ToString() => $"ImageToTensor {Channels}x{Height}x{Width} rows {MaxRows} {Normalization}";

    private Push PushFor(long count) => new(
        (uint)count, (uint)MaxRows, (uint)Height, (uint)Width, Normalization.MeanR, Normalization.MeanG, Normalization.MeanB,
        Normalization.DeviationR, Normalization.DeviationG, Normalization.DeviationB, (uint)Channels);

    private readonly record struct Push(
        uint Count, uint MaxRows, uint OutHeight, uint OutWidth, float MeanR, float MeanG, float MeanB,
        float DeviationR, float DeviationG, float DeviationB, uint Channels);
}
