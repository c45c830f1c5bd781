using System.Buffers.Binary;
using System.IO.Compression;

namespace ResNetVulkan.Tests.Support;

/// <summary>Writes PNG files byte by byte, so that a decoder meets every kind of them, and broken ones.</summary>
internal static class PngBytes
{
    public const byte Grey = 0;
    public const byte Rgb = 2;
    public const byte Palette = 3;
    public const byte GreyAlpha = 4;
    public const byte Rgba = 6;

    public static byte[] Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A whole file from its packed rows, each without filter byte; extra chunks stand before the image data.</summary>
    public static byte[] Make(int width, int height, byte depth, byte colourType, byte[][] rows, params byte[][] extra) =>
    [
        .. Signature,
        .. Header(width, height, depth, colourType),
        .. extra.SelectMany(chunk => chunk),
        .. Chunk("IDAT", Deflate([.. rows.SelectMany(row => row.Prepend((byte)0))])),
        .. Chunk("IEND", []),
    ];

    public static byte[] Header(int width, int height, byte depth, byte colourType)
    {
        byte[] content = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(content, width);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4), height);
        content[8] = depth;
        content[9] = colourType;
        return Chunk("IHDR", content);
    }

    public static byte[] Chunk(string type, byte[] content)
    {
        byte[] name = [.. type.Select(letter => (byte)letter)];
        byte[] chunk = [0, 0, 0, 0, .. name, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32(chunk.AsSpan(4, content.Length + 4)));
        return chunk;
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using MemoryStream result = new();
        using (ZLibStream deflate = new(result, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(bytes);
        }
        return result.ToArray();
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
        }
        return ~crc;
    }
}
