using ResNetVulkan.Bindings.Imaging;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Jpeg;

internal sealed class JpegFormat : IImageFormat
{
    private JpegFormat()
    {
    }

    public static JpegFormat Instance { get; } = new();

    public string Name => "JPEG";

    public string DefaultMimeType => "image/jpeg";

    public IEnumerable<string> MimeTypes => ["image/jpeg", "image/pjpeg"];

    public IEnumerable<string> FileExtensions => ["jpg", "jpeg", "jfif"];
}

internal sealed class JpegEncoder : IImageEncoder
{
    /// <summary>1 (small) to 100 (good); null is 75. Colour is stored 4:2:0.</summary>
    /// <exception cref="ArgumentException">The quality is outside 1..100.</exception>
    public int? Quality
    {
        get;
        init => field = value is null or (>= 1 and <= 100)
            ? value
            : throw new ArgumentException($"The quality is {value}; it must be in 1..100.", nameof(value));
    }

    public void Encode<TPixel>(Image<TPixel> image, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> =>
        stream.Write(JpegCodec.Encode(image, Quality ?? 75).Span);
}
