using SixLabors.ImageSharp;

namespace ResNetVulkan.Bindings.Imaging;

/// <summary>What no image may exceed, checked before anything is allocated from a size that a file claims.</summary>
internal static class ImageLimits
{
    public const long MaxBytes = 1L << 30;

    public static void Check(int width, int height, int channels)
    {
        // Two positive ints and a channel count of at most 4: cannot overflow 64 bits.
        long bytes = (long)width * height * channels;
        if (bytes > MaxBytes)
        {
            throw new InvalidImageContentException(
                $"The image claims {width}x{height} pixels of {channels} bytes, {bytes:N0} bytes; " +
                $"at most {MaxBytes:N0} are read.");
        }
    }
}
