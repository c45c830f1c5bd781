namespace ResNetVulkan.Data;

/// <summary>A picture in memory: 8-bit RGB, rows from top to bottom without padding.</summary>
/// <remarks>Holds the array that it is given, without a copy; whoever writes to it afterwards changes the picture.</remarks>
public sealed class PixelImage
{
    /// <summary>Wraps an array of <c>3 * width * height</c> bytes.</summary>
    /// <exception cref="ArgumentException">A side is not positive, or the array's length is another.</exception>
    public PixelImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width <= 0 || height <= 0 || pixels.Length != 3L * width * height)
        {
            throw new ArgumentException(
                $"PixelImage: {pixels.Length} bytes are no RGB picture of {width}x{height}; that takes {3L * width * height}.");
        }
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>In pixels; positive.</summary>
    public int Width { get; }

    /// <summary>In pixels; positive.</summary>
    public int Height { get; }

    /// <summary>
    /// Red, green and blue of (x, y) at <c>3 * (y * Width + x)</c> and the two bytes behind it: a dense (Height, Width, 3)
    /// tensor. The values are the file's own, so sRGB for nearly every photo.
    /// </summary>
    public byte[] Pixels { get; }
}
