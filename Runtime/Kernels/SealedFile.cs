using System.Buffers.Binary;

namespace ResNetVulkan.Kernels;

/// <summary>
/// A cache file: magic, version, sizes, SHA-256, then what the payload belongs to (a module's key, a device's identity), then the
/// payload. A file in which anything is off is as good as none. Several processes may read and write the same file.
/// </summary>
internal static class SealedFile
{
    private const uint Version = 1;
    private const int HeaderBytes = 8 + 4 + 4 + 8 + 32;
    private static ReadOnlySpan<byte> Magic => "RNVCACHE"u8;

    /// <summary>
    /// The payload; null when there is no such file, or one that is damaged, another version's, or another identity's.
    /// </summary>
    public static byte[]? Read(string path, ReadOnlySpan<byte> identity, int longestPayload)
    {
        try
        {
            // FileShare.Delete lets another process put its own copy in place while this one reads, on Windows too.
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Read(stream, stream.Length, identity, longestPayload);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same of a file that something else opened.</summary>
    public static byte[]? Read(Stream stream, long bytes, ReadOnlySpan<byte> identity, int longestPayload)
    {
        long length = bytes - HeaderBytes - identity.Length;
        if (length < 0 || length > longestPayload) return null;

        byte[] file = new byte[HeaderBytes + identity.Length + (int)length];
        stream.ReadExactly(file);
        Span<byte> expected = stackalloc byte[HeaderBytes];
        WriteHeader(expected, identity, file.AsSpan(HeaderBytes + identity.Length));
        bool sound = expected.SequenceEqual(file.AsSpan(0, HeaderBytes))
            && identity.SequenceEqual(file.AsSpan(HeaderBytes, identity.Length));
        return sound ? file[(HeaderBytes + identity.Length)..] : null;
    }

    /// <summary>Writes beside <paramref name="path"/> and renames, so that no reader ever sees half a file.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> payload)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                Span<byte> header = stackalloc byte[HeaderBytes];
                WriteHeader(header, identity, payload);
                stream.Write(header);
                stream.Write(identity);
                stream.Write(payload);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void WriteHeader(Span<byte> header, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> payload)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], identity.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], payload.Length);

        Sha256.HashData([.. header[..24], .. identity, .. payload]).CopyTo(header[24..]);
    }
}
