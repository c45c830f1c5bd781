using System.Buffers.Binary;

namespace ResNetVulkan.Weights;

/// <summary>
/// The entries of a zip archive of stored (not compressed) files, which is what <c>torch.save</c> writes, zip64 included. Stored
/// entries have a place in the file, so tensors are read straight from it, and nothing can unpack to more than the file holds.
/// </summary>
internal sealed class ZipDirectory
{
    private const uint EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;
    private const uint EntrySignature = 0x02014b50, LocalSignature = 0x04034b50;
    private const int EndLength = 22, Locator64Length = 20, End64Length = 56, EntryLength = 46, LocalLength = 30;
    private const int MostEntries = 1 << 16;

    private readonly FileReader _file;
    private readonly OrderedDictionary<string, (long Header, long Length)> _entries = new(StringComparer.Ordinal);
    private readonly long _directoryStart;

    public ZipDirectory(FileReader file)
    {
        _file = file;
        (long count, long start, long length, long end) = FindDirectory();
        if (start < 0 || length < 0 || start > end || length != end - start)
            throw file.Bad(end, "the zip archive's directory does not end where the archive's last record begins.");
        if (count < 0 || count > MostEntries || count > length / EntryLength)
        {
            long possible = Math.Min(MostEntries, length / EntryLength);
            throw file.Bad(end, $"the zip archive claims {count:N0} entries; at most {possible:N0} are possible.");
        }

        _directoryStart = start;
        file.Seek(start, length);
        long total = 0;
        for (long i = 0; i < count; i++)
            total += ReadEntry(total);
        if (file.Remaining != 0)
            throw file.Bad(file.Position, "the zip archive's directory is longer than its entries.");
    }

    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Where an entry's bytes lie in the file.</summary>
    public bool TryFind(string name, out long offset, out long length)
    {
        (offset, length) = (0, 0);
        if (!_entries.TryGetValue(name, out (long Header, long Length) entry))
            return false;

        _file.Seek(entry.Header, _directoryStart - entry.Header);
        if (_file.ReadUInt32() != LocalSignature)
            throw _file.Bad(entry.Header, $"the zip entry {name.Quoted()} does not begin with its header.");
        _file.Skip(LocalLength - 4 - 4);
        long variable = _file.ReadUInt16() + (long)_file.ReadUInt16();
        _file.Skip(variable);
        if (entry.Length > _file.Remaining)
            throw _file.Bad(entry.Header, $"the zip entry {name.Quoted()} of {entry.Length:N0} bytes is cut off.");
        (offset, length) = (_file.Position, entry.Length);
        return true;
    }

    private (long Count, long Start, long Length, long End) FindDirectory()
    {
        long end = _file.Length - EndLength;
        if (end < 0)
            throw _file.Bad(0, "the zip archive is cut off: its last record is not there.");
        _file.Seek(end, EndLength);
        uint signature = _file.ReadUInt32();
        uint disks = _file.ReadUInt32();
        _file.Skip(2);
        long count = _file.ReadUInt16();
        long length = _file.ReadUInt32();
        long start = _file.ReadUInt32();
        if (signature != EndSignature || _file.ReadUInt16() != 0)
            throw _file.Bad(end, "the zip archive is cut off, or something follows it: its last record is not at the end.");

        long locator = end - Locator64Length;
        if (locator >= 0)
        {
            _file.Seek(locator, Locator64Length);
            if (_file.ReadUInt32() == Locator64Signature)
            {
                _file.Skip(4);
                return ReadEnd64(_file.ReadInt64());
            }
        }

        if (disks != 0)
            throw _file.Bad(end, "the zip archive is one of several parts.");
        return (count, start, length, end);
    }

    private (long Count, long Start, long Length, long End) ReadEnd64(long end)
    {
        _file.Seek(end, End64Length);
        if (_file.ReadUInt32() != End64Signature)
            throw _file.Bad(end, "the zip archive's 64-bit record is not where its locator says.");
        _file.Skip(8 + 2 + 2 + 4 + 4 + 8);
        long count = _file.ReadInt64();
        long length = _file.ReadInt64();
        return (count, _file.ReadInt64(), length, end);
    }

    private long ReadEntry(long total)
    {
        long at = _file.Position;
        if (_file.ReadUInt32() != EntrySignature)
            throw _file.Bad(at, "the zip archive's directory does not go on with an entry.");
        _file.Skip(4);
        int flags = _file.ReadUInt16();
        int method = _file.ReadUInt16();
        _file.Skip(8);
        long packed = _file.ReadUInt32();
        long length = _file.ReadUInt32();
        int nameLength = _file.ReadUInt16(), extraLength = _file.ReadUInt16(), commentLength = _file.ReadUInt16();
        _file.Skip(8);
        long header = _file.ReadUInt32();
        string name = _file.ReadText(nameLength);
        ReadOnlySpan<byte> extra = _file.ReadBytes(extraLength);
        _file.Skip(commentLength);

        if (!TryWiden(extra, ref length, ref packed, ref header))
            throw _file.Bad(at, $"the zip entry {name.Quoted()} lacks its 64-bit sizes.");
        if ((flags & 1) != 0)
            throw _file.Bad(at, $"the zip entry {name.Quoted()} is encrypted.");
        if (method != 0 || packed != length)
        {
            throw _file.Bad(at, $"the zip entry {name.Quoted()} is compressed ({length:N0} bytes to {packed:N0}). "
                + "PyTorch stores entries as they are, and only that is read.");
        }

        if (header < 0 || header > _directoryStart || length < 0 || length > _file.Length - total)
            throw _file.Bad(at, $"the zip entry {name.Quoted()} of {length:N0} bytes at byte {header:N0} does not fit the file.");

        _file.Charge(160);
        if (!_entries.TryAdd(name, (header, length)))
            throw _file.Bad(at, $"the zip archive has the entry {name.Quoted()} twice.");
        return length;
    }

    // Field 1 holds, in this order, 64-bit forms of exactly those values that are all ones in the entry.
    private static bool TryWiden(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long header)
    {
        ReadOnlySpan<byte> wide = [];
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
                break;
            if (id == 1)
                wide = extra.Slice(4, size);
            extra = extra[(4 + size)..];
        }

        return TryTake(ref wide, ref length) && TryTake(ref wide, ref packed) && TryTake(ref wide, ref header);

        static bool TryTake(ref ReadOnlySpan<byte> wide, ref long value)
        {
            if (value != uint.MaxValue)
                return true;
            if (wide.Length < 8)
                return false;
            value = BinaryPrimitives.ReadInt64LittleEndian(wide);
            wide = wide[8..];
            return true;
        }
    }
}
