using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// A batch of a network's inputs from pictures in the device's memory, each row made as a <see cref="PictureRow"/> says.
/// </summary>
/// <param name="Augmentation">The result's size and normalisation. What is random was drawn into the rows on the host.</param>
/// <remarks>
/// Inputs: the pictures, (count, C, H, W) bytes with C = 1 or 3, one after the other as <see cref="PackedImages"/> has them; and
/// the rows, (N, <see cref="PictureRow.Words"/>, 1, 1) words. Outputs: x (N, C, Height, Width), and scratch. Above the device's
/// longest storage buffer the pictures need device addresses; the compiler says so.
/// </remarks>
public sealed record AugmentImages(Augmentation Augmentation) : Op
{
    private const string File = "image/augment.comp";

    private static readonly Kernel<Push> Copy = new(File, "", "pictures", "rows", "grey", "x");
    private static readonly Kernel<Push> Resize = new(File, "RESIZE", "pictures", "rows", "grey", "x");
    private static readonly Kernel<Push> Enlarge = new(File, "ENLARGE", "pictures", "rows", "grey", "x");
    private static readonly Kernel<Push> CopyMean = new(File, "MEAN", "pictures", "rows", "grey");
    private static readonly Kernel<Push> ResizeMean = new(File, "MEAN RESIZE", "pictures", "rows", "grey");
    private static readonly Kernel<Push> EnlargeMean = new(File, "MEAN ENLARGE", "pictures", "rows", "grey");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        (TensorType pictures, TensorType rows) = (inputs[0], inputs[1]);
        if (pictures is not { Element: ElementType.UInt8, Shape.C: 1 or 3 })
            throw new ShapeException($"AugmentImages: the pictures {pictures} are not bytes of 1 or 3 channels.");
        if (rows is not { Element: ElementType.UInt32, Shape: { C: PictureRow.Words, H: 1, W: 1 } })
            throw new ShapeException($"AugmentImages: the rows {rows} are not {PictureRow.Words} words each.");
        int n = rows.Shape.N;
        return [new(new Shape(n, pictures.Shape.C, Augmentation.Height, Augmentation.Width)), new(Shape.Vector(n))];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView pictures, TensorView rows, TensorView x, TensorView grey) =
            (step.Inputs[0], step.Inputs[1], step.Outputs[0], step.Outputs[1]);
        (int height, int width, uint channels) = (pictures.Shape.H, pictures.Shape.W, (uint)pictures.Shape.C);
        bool enlarges = Augmentation.Crop == Crop.Whole && Augmentation.Height >= height && Augmentation.Width >= width;
        (Kernel<Push> make, Kernel<Push> mean) = !Augmentation.Resizes(height, width) ? (Copy, CopyMean)
            : enlarges ? (Enlarge, EnlargeMean)
            : (Resize, ResizeMean);
        uint rowCount = (uint)rows.Shape.N, pixels = (uint)(Augmentation.Height * Augmentation.Width);
        Push push = PushFor(pixels, pictures.Shape);
        if (Augmentation.Contrast > 0)
            step.Dispatch(mean, push, new GroupCount(rowCount), [64, channels], pictures, rows, grey);
        GroupCount groups = new(Math.Min((pixels + 63) / 64, 65_535), rowCount);
        step.Dispatch(make, push, groups, [64, channels], pictures, rows, grey with { Writes = false }, x);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        (DoubleTensor pictures, int n, int channels) = (inputs[0], inputs[1].N, inputs[0].C);
        uint[] words = Array.ConvertAll(inputs[1].Values, value => (uint)value);
        DoubleTensor x = new(n, channels, Augmentation.Height, Augmentation.Width);
        double[] bound = new double[x.Values.Length];
        int picture = pictures.H * pictures.W, next = 0;
        foreach (PictureRow row in MemoryMarshal.Cast<uint, PictureRow>(words))
        {
            byte[] rgb = new byte[3 * picture];
            for (int i = 0; i < rgb.Length; i++)
                rgb[i] = (byte)pictures.Values[((int)row.Picture * picture + i / 3) * channels + i % 3 % channels];
            byte[] framed = Augmentation.Frame(new PixelImage(pictures.W, pictures.H, rgb), row);
            (double[] values, double error) = Colored(framed, row);
            for (int i = 0; i < values.Length; i++)
            {
                if (i % 3 >= channels) continue;
                (x.Values[next], bound[next]) = Normalized(values[i], error, row, i);
                next++;
            }
        }
        return [x.WithBound(bound)];
    }

    /// <inheritdoc/>
    public override string ToString() => $"AugmentImages {Augmentation}";

    // Brightness, contrast and saturation, and how far off float32 may be: each step hands on the error before it, the mean's
    // besides, and adds four roundings of numbers up to its factor.
    private static (double[] Values, double Error) Colored(byte[] framed, in PictureRow row)
    {
        const double rounding = 1.0 / (1 << 24);
        (double brightness, double contrast, double saturation) = (row.Brightness, row.Contrast, row.Saturation);
        // A byte may be rounded the other way where the part is resized: Pillow's weights are fixed-point numbers, these floats.
        double error = (row.Resizes ? 1.05 / 255 : 0) * brightness + 4 * rounding * Math.Max(1, brightness);
        double[] values = Array.ConvertAll(framed, level => Math.Min(level / 255.0 * brightness, 1));
        double mean = 0;
        for (int i = 0; i < values.Length; i += 3) mean += Grey(values, i) / (values.Length / 3);
        if (contrast != 1)
        {
            double meanError = error + (values.Length / 3 / 64 + 64 + 4) * rounding * mean;
            error = contrast * error + Math.Abs(1 - contrast) * meanError + 4 * rounding * Math.Max(1, contrast);
            for (int i = 0; i < values.Length; i++) values[i] = Math.Clamp(values[i] * contrast + (1 - contrast) * mean, 0, 1);
        }
        if (saturation != 1)
        {
            error = (saturation + Math.Abs(1 - saturation)) * error + 8 * rounding * Math.Max(1, saturation);
            for (int i = 0; i < values.Length; i += 3)
            {
                double grey = Grey(values, i);
                for (int c = i; c < i + 3; c++) values[c] = Math.Clamp(values[c] * saturation + (1 - saturation) * grey, 0, 1);
            }
        }
        return (values, error);

        static double Grey(double[] rgb, int i) => 0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2];
    }

    private (double Value, double Bound) Normalized(double value, double error, in PictureRow row, int index)
    {
        (int line, int column) = (index / 3 / Augmentation.Width, index / 3 % Augmentation.Width);
        bool isCut = row.CutSide > 0 && line >= row.CutTop && line < row.CutTop + row.CutSide && column >= row.CutLeft
            && column < row.CutLeft + row.CutSide;
        if (isCut) return (0, 0);

        Normalization n = Augmentation.Normalization;
        (double mean, double deviation) = (index % 3) switch
        {
            0 => (n.MeanR, n.DeviationR),
            1 => (n.MeanG, n.DeviationG),
            _ => (n.MeanB, n.DeviationB),
        };
        // The difference and a quotient of 2.5 units in the last place.
        double rounding = 6.0 / (1 << 24) * (value + Math.Abs(mean));
        return ((value - mean) / deviation, (error + rounding) / deviation);
    }

    private Push PushFor(uint count, Shape pictures)
    {
        Normalization n = Augmentation.Normalization;
        return new(
            count, (uint)pictures.H, (uint)pictures.W, (uint)Augmentation.Height, (uint)Augmentation.Width, n.MeanR, n.MeanG,
            n.MeanB, n.DeviationR, n.DeviationG, n.DeviationB);
    }

    private readonly record struct Push(
        uint Count, uint Height, uint Width, uint OutHeight, uint OutWidth, float MeanR, float MeanG, float MeanB,
        float DeviationR, float DeviationG, float DeviationB);
}
