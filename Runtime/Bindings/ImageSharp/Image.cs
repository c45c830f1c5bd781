using ResNetVulkan.Bindings.Imaging;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace SixLabors.ImageSharp;

/// <summary>Pixels of some type. Owns managed memory only: an image that is not disposed of leaks nothing.</summary>
internal abstract class Image : IDisposable
{
    // The package's format detectors read this many bytes before they say "JPEG" or "PNG".
    private const int JpegDetectionBytes = 11;
    private const int PngDetectionBytes = 8;

    private protected Image(Configuration configuration) => Configuration = configuration;

    public Configuration Configuration { get; }

    public abstract int Width { get; }

    public abstract int Height { get; }

    public Size Size => new(Width, Height);

    public Rectangle Bounds => new(0, 0, Width, Height);

    /// <summary>EXIF's tag 274 as the file had it: 1 is upright. <c>AutoOrient</c> applies it and sets it to 1.</summary>
    internal int Orientation { get; set; } = 1;

    public static Image Load(ReadOnlySpan<byte> buffer) => Load(new DecoderOptions(), buffer);

    public static Image Load(DecoderOptions options, ReadOnlySpan<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(options);
        RefuseEmptySpan(buffer);
        return Decode(options, buffer);
    }

    public static Image<TPixel> Load<TPixel>(ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(new DecoderOptions(), data);

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel> => Converted<TPixel>(Load(options, data));

    public static Image Load(string path) => Load(new DecoderOptions(), path);

    public static Image Load(DecoderOptions options, string path)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Decode(options, ReadAll(path));
    }

    public static Image<TPixel> Load<TPixel>(string path)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(new DecoderOptions(), path);

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, string path)
        where TPixel : unmanaged, IPixel<TPixel> => Converted<TPixel>(Load(options, path));

    public static Image Load(Stream stream) => Load(new DecoderOptions(), stream);

    public static Image Load(DecoderOptions options, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Decode(options, ReadAll(stream));
    }

    public static Image<TPixel> Load<TPixel>(Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(new DecoderOptions(), stream);

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> => Converted<TPixel>(Load(options, stream));

    public static ImageInfo Identify(ReadOnlySpan<byte> buffer)
    {
        RefuseEmptySpan(buffer);
        return Measure(buffer);
    }

    public static ImageInfo Identify(string path) => Measure(ReadAll(path));

    public static ImageInfo Identify(Stream stream) => Measure(ReadAll(stream));

    public static IImageFormat DetectFormat(ReadOnlySpan<byte> buffer)
    {
        RefuseEmptySpan(buffer);
        return Detect(buffer);
    }

    public static IImageFormat DetectFormat(string path) => Detect(ReadAll(path));

    public static IImageFormat DetectFormat(Stream stream) => Detect(ReadAll(stream));

    public static Image<TPixel> LoadPixelData<TPixel>(ReadOnlySpan<TPixel> data, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel> => LoadPixelData(Configuration.Default, data, width, height);

    public static Image<TPixel> LoadPixelData<TPixel>(ReadOnlySpan<byte> data, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel> => LoadPixelData<TPixel>(Configuration.Default, data, width, height);

    public static Image<TPixel> LoadPixelData<TPixel>(Configuration configuration, ReadOnlySpan<byte> data, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel> =>
        LoadPixelData(configuration, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, TPixel>(data), width, height);

    public static Image<TPixel> LoadPixelData<TPixel>(
        Configuration configuration, ReadOnlySpan<TPixel> data, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Image<TPixel> image = new(configuration, width, height);
        if (data.Length < image.Pixels.Length)
        {
            throw new ArgumentException(
                $"The data has {data.Length} pixels, {width}x{height} needs {image.Pixels.Length}.", nameof(data));
        }
        data[..image.Pixels.Length].CopyTo(image.Pixels);
        return image;
    }

    public abstract Image<TPixel2> CloneAs<TPixel2>(Configuration configuration)
        where TPixel2 : unmanaged, IPixel<TPixel2>;

    public Image<TPixel2> CloneAs<TPixel2>()
        where TPixel2 : unmanaged, IPixel<TPixel2> => CloneAs<TPixel2>(Configuration);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    internal abstract Image CloneSame(Configuration configuration);

    internal abstract void EncodeWith(IImageEncoder encoder, Stream stream);

    internal abstract void Resize(ResizeOptions options);

    internal abstract void Crop(Rectangle rectangle);

    internal abstract void AutoOrient();

    private static Image Decode(DecoderOptions options, ReadOnlySpan<byte> data) =>
        Detect(data) is PngFormat ? PngCodec.Decode(options.Configuration, data) : JpegCodec.Decode(options.Configuration, data);

    private static ImageInfo Measure(ReadOnlySpan<byte> data) =>
        Detect(data) is PngFormat ? PngCodec.Identify(data) : JpegCodec.Identify(data);

    private static IImageFormat Detect(ReadOnlySpan<byte> data)
    {
        if (data.Length >= PngDetectionBytes && data.StartsWith(PngCodec.Signature))
        {
            return PngFormat.Instance;
        }
        if (data.Length >= JpegDetectionBytes && data is [0xFF, 0xD8, ..])
        {
            return JpegFormat.Instance;
        }
        throw new UnknownImageFormatException(
            "Image cannot be loaded. Available decoders:\n - JPEG Decoder : JpegDecoder\n - PNG Decoder : PngDecoder");
    }

    private static Image<TPixel> Converted<TPixel>(Image image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        if (image is Image<TPixel> same)
        {
            return same;
        }
        Image<TPixel> converted = image.CloneAs<TPixel>();
        image.Dispose();
        return converted;
    }

    // 3.1 makes a stream of the span's address, and an empty span has none. A test holds callers to catching this.
    private static unsafe void RefuseEmptySpan(ReadOnlySpan<byte> data)
    {
        fixed (byte* pointer = data)
        {
            ArgumentNullException.ThrowIfNull(pointer);
        }
    }

    private static byte[] ReadAll(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using FileStream file = File.OpenRead(path);
        return ReadAll(file);
    }

    private static byte[] ReadAll(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream copy = new(stream.CanSeek ? (int)Math.Clamp(stream.Length - stream.Position, 0, Array.MaxLength) : 0);
        stream.CopyTo(copy);
        return copy.Length == copy.Capacity ? copy.GetBuffer() : copy.ToArray();
    }
}
