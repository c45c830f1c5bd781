using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace ResNetVulkan.Bindings.Imaging;

internal static unsafe class JpegCodec
{
    // A flat picture needs about one bit per 8x8 block and component; a file below half of that is not one, however it was cut.
    private const int MaxPixelsPerByte = 1024;
    private const int SmallPixels = 1 << 24;

    public static ImageInfo Identify(ReadOnlySpan<byte> data)
    {
        TurboJpeg.Require();
        nint handle = TurboJpeg.InitDecompress();
        try
        {
            Header header = ReadHeader(handle, data);
            return new ImageInfo(new PixelTypeInfo(8 * header.Components), new Size(header.Width, header.Height));
        }
        finally
        {
            _ = TurboJpeg.Destroy(handle);
        }
    }

    public static Image Decode(Configuration configuration, ReadOnlySpan<byte> data)
    {
        TurboJpeg.Require();
        nint handle = TurboJpeg.InitDecompress();
        try
        {
            Header header = ReadHeader(handle, data);
            Image image = header.Components switch
            {
                1 => Decode<L8>(configuration, handle, data, header, TurboJpeg.FormatGrey),
                4 => FromCmyk(configuration, handle, data, header),
                _ => Decode<Rgb24>(configuration, handle, data, header, TurboJpeg.FormatRgb),
            };
            image.Orientation = Exif.OrientationOfJpeg(data);
            return image;
        }
        finally
        {
            _ = TurboJpeg.Destroy(handle);
        }
    }

    public static ReadOnlyMemory<byte> Encode<TPixel>(Image<TPixel> image, int quality)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        TurboJpeg.Require();
        (int format, int sampling) = typeof(TPixel) == typeof(L8) ? (TurboJpeg.FormatGrey, TurboJpeg.SamplingGrey)
            : typeof(TPixel) == typeof(Rgba32) ? (TurboJpeg.FormatRgba, TurboJpeg.SamplingQuarter)
            : (TurboJpeg.FormatRgb, TurboJpeg.SamplingQuarter);

        nint handle = TurboJpeg.InitCompress();
        byte* jpeg = null;
        nuint size = 0;
        try
        {
            fixed (byte* pixels = MemoryMarshal.AsBytes(image.Pixels))
            {
                if (TurboJpeg.Compress(
                    handle, pixels, image.Width, 0, image.Height, format, ref jpeg, ref size, sampling, quality, 0) != 0)
                {
                    throw new ImageFormatException(
                        $"The image of {image.Width}x{image.Height} cannot become a JPEG: {TurboJpeg.ErrorText(handle)}.");
                }
            }
            return new ReadOnlySpan<byte>(jpeg, checked((int)size)).ToArray();
        }
        finally
        {
            TurboJpeg.Free(jpeg);
            _ = TurboJpeg.Destroy(handle);
        }
    }

    private static Header ReadHeader(nint handle, ReadOnlySpan<byte> data)
    {
        int width, height, colours;
        fixed (byte* jpeg = data)
        {
            if (TurboJpeg.DecompressHeader(handle, jpeg, (nuint)data.Length, out width, out height, out _, out colours) != 0)
            {
                throw new InvalidImageContentException($"The JPEG's header cannot be read: {TurboJpeg.ErrorText(handle)}.");
            }
        }

        // TurboJPEG is content with a file that ends, or holds nothing but tables, before any frame begins.
        if (width <= 0 || height <= 0)
        {
            throw new InvalidImageContentException($"The JPEG of {data.Length:N0} bytes holds no picture.");
        }

        int components = colours switch
        {
            TurboJpeg.ColourGrey => 1,
            TurboJpeg.ColourCmyk or TurboJpeg.ColourYcck => 4,
            _ => 3,
        };
        ImageLimits.Check(width, height, components);
        long pixels = (long)width * height;
        if (pixels > SmallPixels && pixels / data.Length > MaxPixelsPerByte)
        {
            throw new InvalidImageContentException($"The JPEG claims {width}x{height} pixels in {data.Length:N0} bytes.");
        }
        return new Header(width, height, components);
    }

    private static Image<TPixel> Decode<TPixel>(
        Configuration configuration, nint handle, ReadOnlySpan<byte> data, Header header, int format)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Image<TPixel> image = new(configuration, header.Width, header.Height);
        Decompress(handle, data, header, MemoryMarshal.AsBytes(image.Pixels), format);
        return image;
    }

    /// <summary>Adobe's programs store ink inverted (255 is none), and every CMYK JPEG met in practice comes from them.</summary>
    private static Image<Rgb24> FromCmyk(Configuration configuration, nint handle, ReadOnlySpan<byte> data, Header header)
    {
        byte[] cmyk = new byte[header.Width * header.Height * 4];
        Decompress(handle, data, header, cmyk, TurboJpeg.FormatCmyk);

        Image<Rgb24> image = new(configuration, header.Width, header.Height);
        Span<Rgb24> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i++)
        {
            ReadOnlySpan<byte> ink = cmyk.AsSpan(4 * i, 4);
            pixels[i] = new Rgb24(Scale(ink[0], ink[3]), Scale(ink[1], ink[3]), Scale(ink[2], ink[3]));
        }
        return image;

        static byte Scale(int colour, int black) => (byte)((colour * black + 127) / 255);
    }

    private static void Decompress(nint handle, ReadOnlySpan<byte> data, Header header, Span<byte> pixels, int format)
    {
        fixed (byte* jpeg = data, target = pixels)
        {
            int result = TurboJpeg.Decompress(
                handle, jpeg, (nuint)data.Length, target, header.Width, 0, header.Height, format, TurboJpeg.LimitScans);

            // A warning leaves a picture, grey where data were missing, and the package gives that picture too.
            if (result != 0 && TurboJpeg.ErrorCode(handle) != TurboJpeg.Warning)
            {
                throw new InvalidImageContentException(
                    $"The JPEG of {header.Width}x{header.Height} cannot be decoded: {TurboJpeg.ErrorText(handle)}.");
            }
        }
    }

    private readonly record struct Header(int Width, int Height, int Components);
}

/// <summary>EXIF's orientation, tag 274 of the first directory; whatever is not well formed counts as upright.</summary>
internal static class Exif
{
    private const ushort OrientationTag = 274;
    private const int EntryBytes = 12;

    public static int OrientationOfJpeg(ReadOnlySpan<byte> data)
    {
        // Segments up to the first scan: FF, marker, length (which counts itself), payload.
        int at = 2;
        while (at + 4 <= data.Length && data[at] == 0xFF && data[at + 1] != 0xDA)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(data[(at + 2)..]);
            if (length < 2 || at + 2 + length > data.Length)
            {
                return 1;
            }
            ReadOnlySpan<byte> payload = data.Slice(at + 4, length - 2);
            if (data[at + 1] == 0xE1 && payload.StartsWith("Exif\0\0"u8))
            {
                return Orientation(payload[6..]);
            }
            at += 2 + length;
        }
        return 1;
    }

    /// <summary>From a TIFF block, as JPEG's APP1 and PNG's eXIf hold it.</summary>
    public static int Orientation(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!little && !tiff.StartsWith("MM\0*"u8)))
        {
            return 1;
        }

        uint directory = UInt32(tiff[4..], little);
        if (directory > (uint)tiff.Length - 2)
        {
            return 1;
        }
        int entries = UInt16(tiff[(int)directory..], little);
        ReadOnlySpan<byte> rest = tiff[((int)directory + 2)..];
        for (int i = 0; i < entries && (i + 1) * EntryBytes <= rest.Length; i++)
        {
            ReadOnlySpan<byte> entry = rest.Slice(i * EntryBytes, EntryBytes);
            if (UInt16(entry, little) == OrientationTag)
            {
                int value = UInt16(entry[8..], little);
                return value is >= 1 and <= 8 ? value : 1;
            }
        }
        return 1;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
