using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ResNetVulkan.Weights;

/// <summary>
/// Reads an untrusted file front to back, or from a given place, through one small buffer. It knows the file's length, and what a
/// parser may allocate because of it: a claim that neither allows is a <see cref="WeightFileException"/>. Borrows the handle.
/// </summary>
internal sealed class FileReader
{
    // Parsing may allocate this much and three times the file's length. Objects cost more than the bytes that ask for them: an
    // opcode of one byte makes a dictionary of a hundred. 4 MiB is room for ten thousand tensors however small they are.
    private const long FreeAllowance = 4 << 20;

    private readonly byte[] _buffer;
    private long _bufferStart;
    private int _bufferCount;
    private long _allowance;

    public FileReader(string path, SafeFileHandle handle)
    {
        FilePath = path;
        Handle = handle;
        Length = RandomAccess.GetLength(handle);
        End = Length;
        _buffer = new byte[(int)Math.Min(Length, 16 << 10)];
        _allowance = FreeAllowance + (Length > long.MaxValue / 4 ? long.MaxValue / 2 : 3 * Length);
    }

    public string FilePath { get; }

    public SafeFileHandle Handle { get; }

    public long Length { get; }

    /// <summary>The next byte to be read.</summary>
    public long Position { get; private set; }

    /// <summary>Reads stop here: the file's length, or less while one part of it is parsed.</summary>
    public long End { get; private set; }

    public long Remaining => End - Position;

    public WeightFileException Bad(long offset, string reason, Exception? inner = null) => new(FilePath, offset, reason, inner);

    /// <summary>Goes on at <paramref name="position"/>, and not beyond <paramref name="length"/> bytes from there.</summary>
    public void Seek(long position, long length)
    {
        if (position < 0 || length < 0 || position > Length || length > Length - position)
            throw Bad(Position, $"{length:N0} bytes from byte {position:N0} on do not lie within the file's {Length:N0}.");
        Position = position;
        End = position + length;
    }

    /// <summary>Says that about so many bytes are going to be allocated because of what the file asks for.</summary>
    public void Charge(long bytes)
    {
        _allowance -= bytes;
        if (_allowance < 0)
            throw Bad(Position, $"describing the tensors would take more than three times the file's {Length:N0} bytes.");
    }

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double ReadDoubleBigEndian() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public void Skip(long count)
    {
        Demand(count);
        Position += count;
    }

    public byte[] ReadBytes(long count)
    {
        Demand(count);
        Charge(count + 24);
        byte[] bytes = new byte[count];
        Fill(FilePath, Handle, Position, bytes);
        Position += count;
        return bytes;
    }

    /// <summary>Text of a given number of UTF-8 bytes; malformed ones become U+FFFD, as nothing depends on them.</summary>
    public string ReadText(long count)
    {
        Demand(count);
        Charge((2 * count) + 32);
        return count <= _buffer.Length ? Encoding.UTF8.GetString(Take((int)count)) : Encoding.UTF8.GetString(ReadBytes(count));
    }

    /// <summary>Text up to a line feed, which is read too.</summary>
    public string ReadLine(int longest)
    {
        long start = Position;
        StringBuilder line = new();
        for (byte next = ReadByte(); next != (byte)'\n'; next = ReadByte())
        {
            if (line.Length == longest)
                throw Bad(start, $"a line of more than {longest} bytes stands where a name was expected.");
            line.Append((char)next);
        }

        Charge((6 * line.Length) + 128);
        return line.ToString();
    }

    /// <summary>Fills the span from the file, whatever was read or cached before.</summary>
    public static void Fill(string path, SafeFileHandle handle, long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
                throw new WeightFileException(path, offset, "the file ended here; it has been shortened since it was opened.");
            destination = destination[read..];
            offset += read;
        }
    }

    private void Demand(long count)
    {
        if (count < 0 || count > Remaining)
            throw Bad(Position, $"{count:N0} bytes are wanted, but only {Remaining:N0} are left.");
    }

    // Up to the buffer's length, which is at least the file's or 16 KiB.
    private ReadOnlySpan<byte> Take(int count)
    {
        Demand(count);
        if (Position < _bufferStart || Position + count > _bufferStart + _bufferCount)
        {
            _bufferStart = Position;
            _bufferCount = (int)Math.Min(_buffer.Length, Length - Position);
            Fill(FilePath, Handle, Position, _buffer.AsSpan(0, _bufferCount));
        }

        ReadOnlySpan<byte> taken = _buffer.AsSpan((int)(Position - _bufferStart), count);
        Position += count;
        return taken;
    }
}
