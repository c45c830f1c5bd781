using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats;

internal interface IImageFormat
{
    public string Name { get; }

    public string DefaultMimeType { get; }

    public IEnumerable<string> MimeTypes { get; }

    public IEnumerable<string> FileExtensions { get; }
}

internal interface IImageEncoder
{
    public void Encode<TPixel>(Image<TPixel> image, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel>;
}

internal sealed class DecoderOptions
{
    public Configuration Configuration { get; init; } = Configuration.Default;
}

internal sealed class PixelTypeInfo(int bitsPerPixel)
{
    public int BitsPerPixel { get; } = bitsPerPixel;
}
