using ResNetVulkan.Oracle;

namespace ResNetVulkan.Data;

/// <summary>Which part of a picture a network sees.</summary>
public enum Crop
{
    /// <summary>All of it, resized to the result's height and width: torchvision's <c>Resize((H, W))</c>.</summary>
    Whole,

    /// <summary>
    /// A part of the result's size, at a random place of the picture with a black border: <c>RandomCrop(size, padding)</c>.
    /// </summary>
    Padded,

    /// <summary>
    /// A random part of random area and aspect ratio, resized to the result's size: <c>RandomResizedCrop(size)</c>.
    /// </summary>
    Area,

    /// <summary>
    /// The middle, after the shorter side was resized: <c>Resize(Resize), CenterCrop(size)</c>; not resized where that is 0.
    /// </summary>
    Center,
}

/// <summary>
/// What becomes of a picture before a network sees it: framed, perhaps mirrored and in another light, normalised, perhaps with a
/// square cut out. Each step is torchvision's of the same name, in this order.
/// </summary>
/// <param name="Height">Of the result, in pixels.</param>
/// <param name="Width">Of the result, in pixels.</param>
/// <remarks>
/// Framing gives bytes: pixels that keep their size are copied, others are resized as Pillow does it (a triangle as wide as the
/// scale, rounded after each axis). Then, between 0 and 1 and limited to that after each step: brightness, contrast about the
/// mean grey of what is seen, saturation. Then the normalisation, and zeros in the square. What is random is a function of a key.
/// </remarks>
public sealed record Augmentation(int Height, int Width)
{
    private const int Tries = 10;

    /// <summary>Which part of the picture.</summary>
    public Crop Crop { get; init; } = Crop.Whole;

    /// <summary>Of <see cref="Crop.Padded"/>: the border's width in pixels.</summary>
    public int Padding { get; init; } = 4;

    /// <summary>Of <see cref="Crop.Area"/>: the least area, as a part of the picture's.</summary>
    public float MinArea { get; init; } = 0.08f;

    /// <summary>Of <see cref="Crop.Center"/>: what the shorter side becomes, in pixels; 0 to leave it.</summary>
    public int Resize { get; init; }

    /// <summary>Whether every other picture, at random, is mirrored.</summary>
    public bool Flip { get; init; }

    /// <summary>0.4: brightness from 0.6 to 1.4; likewise the next two.</summary>
    public float Brightness { get; init; }

    /// <summary>How far contrast goes from 1.</summary>
    public float Contrast { get; init; }

    /// <summary>How far saturation goes from 1.</summary>
    public float Saturation { get; init; }

    /// <summary>
    /// The side of the square that is cut out around a random pixel, as far as it lies in the picture; 0 for none. It becomes 0
    /// after normalisation: the mean colour.
    /// </summary>
    public int Cutout { get; init; }

    /// <summary>The last step but one.</summary>
    public Normalization Normalization { get; init; } = Normalization.None;

    /// <summary>The same without anything random: the middle where a random part is seen, its colours as they are.</summary>
    /// <remarks>
    /// After <see cref="Crop.Area"/> the shorter side is resized to 8/7 of the result's, as 256 is of 224; after
    /// <see cref="Crop.Padded"/> nothing is resized.
    /// </remarks>
    public Augmentation Evaluation => this with
    {
        Crop = Crop == Crop.Whole ? Crop.Whole : Crop.Center,
        Resize = Crop switch { Crop.Area => (Math.Min(Height, Width) * 8 + 3) / 7, Crop.Padded => 0, _ => Resize },
        Flip = false, Brightness = 0, Contrast = 0, Saturation = 0, Cutout = 0,
    };

    /// <summary>What is left for pictures that <see cref="Frame"/> has made on the host.</summary>
    public Augmentation AfterFraming => this with { Crop = Crop.Whole, Flip = false };

    /// <summary>Whether pictures of that size are ever seen at another size than they have.</summary>
    public bool Resizes(int height, int width) => Crop switch
    {
        Crop.Whole => (height, width) != (Height, Width),
        Crop.Area => true,
        Crop.Center => Resize > 0 && Resize != Math.Min(height, width),
        _ => false,
    };

    /// <summary>What happens to one picture.</summary>
    /// <param name="key">Decides it: a key of seed, epoch and picture.</param>
    /// <param name="picture">Which of the pictures in memory: goes into the result.</param>
    /// <param name="height">Of the picture, in pixels.</param>
    /// <param name="width">Of the picture, in pixels.</param>
    /// <exception cref="InvalidDataException">The picture is too small for <see cref="Crop.Padded"/>.</exception>
    public PictureRow Draw(RandomKey key, int picture, int height, int width)
    {
        (int left, int top, int w, int h) = (0, 0, width, height);
        (int resizedWidth, int resizedHeight, int x, int y) = (Width, Height, 0, 0);
        switch (Crop)
        {
            case Crop.Padded:
                (int roomX, int roomY) = (width + 2 * Padding - Width, height + 2 * Padding - Height);
                if (roomX < 0 || roomY < 0)
                {
                    throw new InvalidDataException($"A picture of {width}x{height} with a border of {Padding} has no part of "
                        + $"{Width}x{Height}; resize it, or pad more.");
                }
                (resizedWidth, resizedHeight) = (width, height);
                (x, y) = (key.Below(0, roomX + 1) - Padding, key.Below(1, roomY + 1) - Padding);
                break;
            case Crop.Area:
                (left, top, w, h) = PartOf(key[1], height, width);
                break;
            case Crop.Center:
                (resizedWidth, resizedHeight) =
                    Resize > 0 ? ImageOracle.ResizedShorterSide(width, height, Resize) : (width, height);
                (x, y) = (ImageOracle.CropStart(resizedWidth, Width), ImageOracle.CropStart(resizedHeight, Height));
                break;
            default:
                break;
        }
        return new(
            (uint)picture, (uint)left, (uint)top, (uint)w, (uint)h, (uint)resizedWidth, (uint)resizedHeight, x, y,
            Flip ? key.Bits(2) >> 31 : 0, Around(3, Brightness), Around(4, Contrast), Around(5, Saturation),
            Cutout > 0 ? key.Below(6, Width) - Cutout / 2 : 0, Cutout > 0 ? key.Below(7, Height) - Cutout / 2 : 0, (uint)Cutout);

        float Around(uint index, float reach) =>
            reach > 0 ? MathF.Max(0, 1 - reach) + key.Uniform(index) * (1 + reach - MathF.Max(0, 1 - reach)) : 1;
    }

    /// <summary>The first steps on the host: the part that is seen, resized and mirrored. Dense (Height, Width, 3).</summary>
    public byte[] Frame(PixelImage image, in PictureRow row)
    {
        ArgumentNullException.ThrowIfNull(image);
        OracleImage part = new(image.Width, image.Height, image.Pixels);
        if ((row.Width, row.Height) != ((uint)image.Width, (uint)image.Height))
            part = ImageOracle.Cut(part, (int)row.Left, (int)row.Top, (int)row.Width, (int)row.Height);
        part = ImageOracle.Resize(part, (int)row.ResizedWidth, (int)row.ResizedHeight);
        part = ImageOracle.Cut(part, row.OffsetX, row.OffsetY, Width, Height);
        if (row.Flip == 0) return part.Pixels;

        byte[] mirrored = new byte[part.Pixels.Length];
        for (int i = 0; i < mirrored.Length; i++)
        {
            (int pixel, int color) = (i / 3, i % 3);
            mirrored[i] = part.Pixels[3 * (pixel - pixel % Width + Width - 1 - pixel % Width) + color];
        }
        return mirrored;
    }

    // torchvision's RandomResizedCrop.get_params: ten tries for a part that fits, else the middle, cut to the nearer ratio.
    private (int Left, int Top, int Width, int Height) PartOf(RandomKey key, int height, int width)
    {
        const double least = 3 / 4.0, most = 4 / 3.0;
        for (uint i = 0; i < Tries; i++)
        {
            double area = (MinArea + (1 - MinArea) * key.Uniform(4 * i)) * height * width;
            double ratio = Math.Exp(Math.Log(most) * (2 * key.Uniform(4 * i + 1) - 1));
            int w = (int)Math.Round(Math.Sqrt(area * ratio)), h = (int)Math.Round(Math.Sqrt(area / ratio));
            if (w < 1 || h < 1 || w > width || h > height) continue;
            return (key.Below(4 * i + 2, width - w + 1), key.Below(4 * i + 3, height - h + 1), w, h);
        }
        double whole = (double)width / height;
        int middleWidth = whole > most ? (int)Math.Round(height * most) : width;
        int middleHeight = whole < least ? (int)Math.Round(width / least) : height;
        return ((width - middleWidth) / 2, (height - middleHeight) / 2, middleWidth, middleHeight);
    }
}
