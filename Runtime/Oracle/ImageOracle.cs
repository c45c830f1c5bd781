namespace ResNetVulkan.Oracle;

/// <summary>An 8-bit RGB image: three bytes a pixel, rows from the top, no padding between them.</summary>
public sealed class OracleImage
{
    /// <summary>Wraps pixels; the array stays the caller's.</summary>
    /// <exception cref="ArgumentException">The array does not hold 3 * width * height bytes.</exception>
    public OracleImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width < 1 || height < 1 || pixels.Length != 3L * width * height)
            throw new ArgumentException($"A {width}x{height} RGB image takes {3L * width * height} bytes, not {pixels.Length}.");
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Red, green, blue, red, ...</summary>
    public byte[] Pixels { get; }
}

/// <summary>From a decoded image to the network's input, to the last bit as torchvision does it with Pillow's images.</summary>
/// <remarks>
/// The way of a pretrained ResNet: <c>Resize(256), CenterCrop(224), ToTensor(), Normalize(mean, std)</c>. Pure functions: any
/// thread.
/// </remarks>
public static class ImageOracle
{
    // Pillow's weights are integers in units of 2^-22: 32 bits less 8 for the pixel and 2 for the sum.
    private const int WeightBits = 22;

    /// <summary>ImageNet's mean of red, green and blue, of pixels between 0 and 1.</summary>
    public static ReadOnlySpan<double> ImageNetMean => [0.485, 0.456, 0.406];

    /// <summary>ImageNet's standard deviation of red, green and blue.</summary>
    public static ReadOnlySpan<double> ImageNetStd => [0.229, 0.224, 0.225];

    /// <summary>Resize the shorter side to <paramref name="resize"/>, crop the middle, normalise.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="resize">The shorter side in pixels, 0 for none.</param>
    /// <param name="crop">The square's side in pixels, 0 for none.</param>
    /// <param name="mean">One value a colour.</param>
    /// <param name="std">One value a colour.</param>
    /// <returns>(1, 3, H, W), red first.</returns>
    public static OracleResult ToTensor(
        OracleImage image, int resize, int crop, ReadOnlySpan<double> mean, ReadOnlySpan<double> std)
    {
        ArgumentNullException.ThrowIfNull(image);
        OracleImage current = image;
        if (resize > 0)
        {
            (int width, int height) = ResizedShorterSide(image.Width, image.Height, resize);
            current = Resize(current, width, height);
        }
        if (crop > 0) current = CenterCrop(current, crop, crop);
        return Normalize(current, mean, std);
    }

    /// <summary>
    /// torchvision's <c>Resize(size)</c>: the shorter side becomes <paramref name="size"/>, the longer one is cut to a whole
    /// pixel.
    /// </summary>
    /// <exception cref="ArgumentException">A number is below 1.</exception>
    public static (int Width, int Height) ResizedShorterSide(int width, int height, int size)
    {
        if (width < 1 || height < 1 || size < 1)
            throw new ArgumentException($"Resize: {width}x{height} to a shorter side of {size}.");
        return width <= height
            ? (size, (int)((long)size * height / width))
            : ((int)((long)size * width / height), size);
    }

    /// <summary>
    /// Pillow's <c>resize((width, height), BILINEAR)</c>, bit for bit: a triangle filter as wide as the scale (so that it
    /// averages where it shrinks), first along the rows, then along the columns, each rounded to 8 bits.
    /// </summary>
    /// <remarks>An axis that keeps its size is not touched.</remarks>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public static OracleImage Resize(OracleImage image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (width < 1 || height < 1) throw new ArgumentException($"Resize: to {width}x{height} pixels.");

        OracleImage wide = width == image.Width ? image : ResizeRows(image, width);
        return height == image.Height ? wide : Transpose(ResizeRows(Transpose(wide), height));
    }

    /// <summary>
    /// torchvision's <c>CenterCrop((height, width))</c>: black is added around an image that is too small (the odd pixel right
    /// and below), and the cut begins at half the difference, rounded to the even number where it falls between two.
    /// </summary>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public static OracleImage CenterCrop(OracleImage image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (width < 1 || height < 1) throw new ArgumentException($"CenterCrop: to {width}x{height} pixels.");

        return Cut(image, CropStart(image.Width, width), CropStart(image.Height, height), width, height);
    }

    /// <summary>The rectangle that begins at (left, top), which may lie beyond the image: it is black there.</summary>
    internal static OracleImage Cut(OracleImage image, int left, int top, int width, int height)
    {
        byte[] pixels = new byte[3 * width * height];
        (int first, int last) = (Math.Max(-left, 0), Math.Min(width, image.Width - left));
        if (first >= last) return new OracleImage(width, height, pixels);
        for (int y = Math.Max(-top, 0); y < Math.Min(height, image.Height - top); y++)
        {
            image.Pixels.AsSpan(3 * ((y + top) * image.Width + first + left), 3 * (last - first))
                .CopyTo(pixels.AsSpan(3 * (y * width + first)));
        }
        return new OracleImage(width, height, pixels);
    }

    /// <summary><c>y = (level / 255 - mean) / std</c>, colour by colour: (1, 3, H, W).</summary>
    /// <exception cref="ArgumentException">Mean or std does not have three values.</exception>
    public static OracleResult Normalize(OracleImage image, ReadOnlySpan<double> mean, ReadOnlySpan<double> std)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (mean.Length != 3 || std.Length != 3)
            throw new ArgumentException($"Normalize: {mean.Length} means and {std.Length} deviations for 3 colours.");

        DoubleTensor y = new(1, 3, image.Height, image.Width);
        double[] magnitude = new double[y.Values.Length];
        for (int i = 0; i < magnitude.Length; i++)
        {
            double level = image.Pixels[i] / 255.0;
            y.Values[i] = (level - mean[i % 3]) / std[i % 3];
            magnitude[i] = (level + Math.Abs(mean[i % 3])) / Math.Abs(std[i % 3]);
        }
        // Two divisions of 2.5 ulp (5 each), mean and std rounded to float32, the difference.
        return new OracleResult(y, magnitude, roundings: 13, inherited: null);
    }

    /// <summary>Where the middle begins; before the image where more is wanted than there is.</summary>
    internal static int CropStart(int have, int want) =>
        want > have
            ? -((want - have) / 2)
            : (int)Math.Round((have - want) / 2.0, MidpointRounding.ToEven);

    private static OracleImage ResizeRows(OracleImage image, int width)
    {
        (int First, int[] Weights)[] taps = Taps(image.Width, width);
        byte[] pixels = new byte[3 * width * image.Height];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int first, int[] weights) = taps[x];
                for (int colour = 0; colour < 3; colour++)
                {
                    int sum = 1 << (WeightBits - 1);
                    for (int i = 0; i < weights.Length; i++)
                        sum += weights[i] * image.Pixels[3 * (y * image.Width + first + i) + colour];
                    pixels[3 * (y * width + x) + colour] = (byte)Math.Clamp(sum >> WeightBits, 0, 255);
                }
            }
        }
        return new OracleImage(width, image.Height, pixels);
    }

    // For each output pixel, the first input pixel that it reads and the weights from there on.
    private static (int First, int[] Weights)[] Taps(int input, int output)
    {
        double scale = (double)input / output;
        double support = Math.Max(scale, 1);
        (int, int[])[] taps = new (int, int[])[output];
        for (int x = 0; x < output; x++)
        {
            double center = (x + 0.5) * scale;
            int first = Math.Max((int)(center - support + 0.5), 0);
            int end = Math.Min((int)(center + support + 0.5), input);
            double[] weights = new double[end - first];
            double sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                double distance = Math.Abs((i + first - center + 0.5) * (1 / support));
                weights[i] = Math.Max(1 - distance, 0);
                sum += weights[i];
            }
            taps[x] = (first, [.. weights.Select(weight => (int)(0.5 + weight / sum * (1 << WeightBits)))]);
        }
        return taps;
    }

    private static OracleImage Transpose(OracleImage image)
    {
        byte[] pixels = new byte[image.Pixels.Length];
        for (int y = 0; y < image.Height; y++)
            for (int x = 0; x < image.Width; x++)
                for (int colour = 0; colour < 3; colour++)
                    pixels[3 * (x * image.Height + y) + colour] = image.Pixels[3 * (y * image.Width + x) + colour];
        return new OracleImage(image.Height, image.Width, pixels);
    }
}
