using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace ResNetVulkan.Bindings.Imaging;

/// <summary>
/// PNG by libpng, which gets to see only the chunks that pixels are made of. So gAMA, cHRM and iCCP don't change colours (the
/// package and Pillow leave them alone too), ancillary chunks of any size cost nothing, and the file's structure was checked.
/// </summary>
internal static unsafe class PngCodec
{
    // Deflate makes at most 1032 bytes of one.
    private const long MaxInflation = 1032;
    private const int ChunkOverhead = 12;
    private const int HeaderBytes = 13;

    private const uint Ihdr = 0x49484452;
    private const uint Plte = 0x504C5445;
    private const uint Trns = 0x74524E53;
    private const uint Idat = 0x49444154;
    private const uint Iend = 0x49454E44;
    private const uint Exif = 0x65584966;

    // Bit 5 of the type's first letter: lower case, a reader may ignore the chunk.
    private const uint Ancillary = 0x20000000;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static ImageInfo Identify(ReadOnlySpan<byte> data)
    {
        Header header = ReadHeader(data);
        return new ImageInfo(new PixelTypeInfo(header.BitsPerPixel), new Size(header.Width, header.Height));
    }

    public static Image Decode(Configuration configuration, ReadOnlySpan<byte> data)
    {
        Header header = ReadHeader(data);
        byte[] essential = Essential(data, header, out bool hasTransparency, out int orientation);
        LibPng.Require();

        // Alpha is decoded as such and dropped later where it isn't wanted: libpng would blend it with a background.
        Image image = header.HasAlpha || hasTransparency
            ? Decode<Rgba32>(configuration, essential, header, LibPng.FormatColour | LibPng.FormatAlpha)
            : header.IsGrey ? Decode<L8>(configuration, essential, header, 0)
            : Decode<Rgb24>(configuration, essential, header, LibPng.FormatColour);
        image.Orientation = orientation;
        return image;
    }

    public static ReadOnlyMemory<byte> Encode<TPixel>(Image<TPixel> image, bool fast)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        LibPng.Require();
        LibPng.PngImage png = new()
        {
            Version = LibPng.PngImage.CurrentVersion,
            Width = (uint)image.Width,
            Height = (uint)image.Height,
            Format = typeof(TPixel) == typeof(L8) ? 0
                : typeof(TPixel) == typeof(Rgba32) ? LibPng.FormatColour | LibPng.FormatAlpha
                : LibPng.FormatColour,
            Flags = fast ? LibPng.FlagFast : 0,
        };

        // libpng's own bound (PNG_IMAGE_PNG_SIZE_MAX): rows with their filter byte, deflate's worst case, chunks of 8 KiB.
        long raw = ((long)image.Width * Unsafe.SizeOf<TPixel>() + 1) * image.Height;
        long bound = raw + (raw >> 12) + (raw >> 14) + (raw >> 25) + 13;
        bound += ChunkOverhead * (bound / 8192 + 1) + 1024;
        byte[] file = new byte[bound];
        nuint size = (nuint)file.Length;
        fixed (byte* memory = file, pixels = MemoryMarshal.AsBytes(image.Pixels))
        {
            if (LibPng.Write(ref png, memory, ref size, 0, pixels, 0, null) == 0)
            {
                throw new ImageFormatException($"The image of {image.Width}x{image.Height} cannot become a PNG: {png.Message}.");
            }
        }
        return file.AsMemory(0, (int)size);
    }

    private static Image<TPixel> Decode<TPixel>(Configuration configuration, byte[] file, Header header, uint format)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        LibPng.PngImage png = new() { Version = LibPng.PngImage.CurrentVersion };
        fixed (byte* memory = file)
        {
            if (LibPng.BeginRead(ref png, memory, (nuint)file.Length) == 0)
            {
                throw Invalid(header, png.Message);
            }
            try
            {
                // What is allocated here comes from our reading of IHDR; libpng writes by its own.
                if (png.Width != header.Width || png.Height != header.Height)
                {
                    throw Invalid(header, $"libpng reads a size of {png.Width}x{png.Height}");
                }

                Image<TPixel> image = new(configuration, header.Width, header.Height);
                png.Format = format;
                png.Flags |= LibPng.FlagSixteenBitIsSrgb;   // else 16 bits would be taken for linear light
                fixed (byte* pixels = MemoryMarshal.AsBytes(image.Pixels))
                {
                    if (LibPng.FinishRead(ref png, null, pixels, 0, null) == 0)
                    {
                        throw Invalid(header, png.Message);
                    }
                }
                return image;
            }
            finally
            {
                LibPng.Free(ref png);
            }
        }
    }

    private static InvalidImageContentException Invalid(Header header, string reason) =>
        new($"The PNG of {header.Width}x{header.Height} cannot be decoded: {reason}.");

    private static Header ReadHeader(ReadOnlySpan<byte> data)
    {
        int at = Signature.Length;
        Chunk chunk = NextChunk(data, ref at);
        if (chunk.Type != Ihdr || chunk.Length != HeaderBytes)
        {
            throw new InvalidImageContentException("The PNG does not begin with an IHDR chunk of 13 bytes.");
        }

        ReadOnlySpan<byte> content = data.Slice(chunk.Content, chunk.Length);
        uint width = BinaryPrimitives.ReadUInt32BigEndian(content);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
        int depth = content[8];
        int colourType = content[9];
        int channels = (colourType, depth) switch
        {
            (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) => 1,
            (2, 8 or 16) => 3,
            (4, 8 or 16) => 2,
            (6, 8 or 16) => 4,
            _ => throw new InvalidImageContentException(
                $"The PNG has colour type {colourType} with {depth} bits, which PNG does not know."),
        };
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            throw new InvalidImageContentException($"The PNG claims {width}x{height} pixels.");
        }

        Header header = new((int)width, (int)height, colourType, depth, channels);
        ImageLimits.Check(header.Width, header.Height, header.IsGrey ? 1 : header.HasAlpha ? 4 : 3);
        return header;
    }

    /// <summary>Checks every chunk's place, length and checksum and gives the file without its ancillary chunks.</summary>
    private static byte[] Essential(ReadOnlySpan<byte> data, Header header, out bool hasTransparency, out int orientation)
    {
        hasTransparency = false;
        orientation = 1;
        using MemoryStream essential = new(data.Length);
        essential.Write(Signature);
        long imageBytes = 0;
        int at = Signature.Length;
        Chunk chunk;
        do
        {
            int start = at;
            chunk = NextChunk(data, ref at);
            switch (chunk.Type)
            {
                case Idat:
                    imageBytes += chunk.Length;
                    break;
                case Trns:
                    hasTransparency = true;
                    break;
                case Exif:
                    orientation = Imaging.Exif.Orientation(data.Slice(chunk.Content, chunk.Length));
                    break;
            }
            if (chunk.Type == Trns || (chunk.Type & Ancillary) == 0)
            {
                essential.Write(data[start..at]);
            }
        }
        while (chunk.Type != Iend);

        long raw = ((long)header.Width * header.BitsPerPixel + 7) / 8 * header.Height;
        if (raw > imageBytes * MaxInflation)
        {
            throw new InvalidImageContentException(
                $"The PNG claims {header.Width}x{header.Height} pixels, {raw:N0} bytes, and holds {imageBytes:N0} bytes of " +
                $"image data, which can become at most {imageBytes * MaxInflation:N0}.");
        }
        return essential.ToArray();
    }

    private static Chunk NextChunk(ReadOnlySpan<byte> data, ref int at)
    {
        if (data.Length - at < ChunkOverhead)
        {
            throw new InvalidImageContentException($"The PNG ends at byte {data.Length:N0}, before its IEND chunk.");
        }
        uint length = BinaryPrimitives.ReadUInt32BigEndian(data[at..]);
        if (length > (uint)(data.Length - at - ChunkOverhead))
        {
            throw new InvalidImageContentException(
                $"The PNG's chunk at byte {at:N0} has {length:N0} bytes, {data.Length - at - ChunkOverhead:N0} are left.");
        }

        ReadOnlySpan<byte> checkedPart = data.Slice(at + 4, 4 + (int)length);
        uint type = BinaryPrimitives.ReadUInt32BigEndian(checkedPart);
        uint stored = BinaryPrimitives.ReadUInt32BigEndian(data[(at + 8 + (int)length)..]);

        // A wrong sum in a chunk that nothing here reads costs nothing.
        bool matters = (type & Ancillary) == 0 || type == Trns;
        if (matters && stored != Crc32(checkedPart))
        {
            throw new InvalidImageContentException($"The PNG's chunk at byte {at:N0} has a wrong checksum.");
        }
        Chunk chunk = new(type, at + 8, (int)length);
        at += ChunkOverhead + (int)length;
        return chunk;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        }
        return ~crc;
    }

    private static readonly uint[] CrcTable = MakeCrcTable();

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
            table[i] = crc;
        }
        return table;
    }

    private readonly record struct Chunk(uint Type, int Content, int Length);

    private readonly record struct Header(int Width, int Height, int ColourType, int Depth, int Channels)
    {
        public int BitsPerPixel => Channels * Depth;

        public bool IsGrey => ColourType is 0;

        public bool HasAlpha => ColourType is 4 or 6;
    }
}
