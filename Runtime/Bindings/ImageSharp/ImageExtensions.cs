using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;

namespace SixLabors.ImageSharp;

internal static class ImageExtensions
{
    public static void SaveAsPng(this Image source, string path) => source.Save(path, new PngEncoder());

    public static void SaveAsPng(this Image source, string path, PngEncoder encoder) => source.Save(path, encoder);

    public static void SaveAsPng(this Image source, Stream stream) => source.SaveAsPng(stream, new PngEncoder());

    public static void SaveAsPng(this Image source, Stream stream, PngEncoder encoder) => source.EncodeWith(encoder, stream);

    public static void SaveAsJpeg(this Image source, string path) => source.Save(path, new JpegEncoder());

    public static void SaveAsJpeg(this Image source, string path, JpegEncoder encoder) => source.Save(path, encoder);

    public static void SaveAsJpeg(this Image source, Stream stream) => source.SaveAsJpeg(stream, new JpegEncoder());

    public static void SaveAsJpeg(this Image source, Stream stream, JpegEncoder encoder) => source.EncodeWith(encoder, stream);

    public static void Save(this Image source, string path) => source.Save(path, EncoderFor(path));

    public static void Save(this Image source, string path, IImageEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(encoder);
        using FileStream file = File.Create(path);
        source.EncodeWith(encoder, file);
    }

    public static void Save(this Image source, Stream stream, IImageFormat format) =>
        source.EncodeWith(format is PngFormat ? new PngEncoder() : new JpegEncoder(), stream);

    private static IImageEncoder EncoderFor(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string extension = Path.GetExtension(path).TrimStart('.');
        bool Is(IImageFormat format) => format.FileExtensions.Contains(extension, StringComparer.OrdinalIgnoreCase);
        return Is(PngFormat.Instance) ? new PngEncoder()
            : Is(JpegFormat.Instance) ? new JpegEncoder()
            : throw new UnknownImageFormatException(
                $"No encoder was found for extension '{extension}'. Registered encoders include: JPEG, PNG.");
    }
}
