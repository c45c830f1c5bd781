using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ResNetVulkan.Weights;

/// <summary>
/// One named tensor of a weights file, or one that is to be written to such a file. Values are in PyTorch's order: dense and
/// row-major over <see cref="Dimensions"/>, so (K, C, R, S) for a convolution's weight.
/// </summary>
/// <remarks>
/// A tensor of a <see cref="WeightFile"/> borrows the file: its values are read from disk at each call and only until the file is
/// disposed of. Reading is thread-safe.
/// </remarks>
public sealed class WeightTensor
{
    private const int ChunkBytes = 64 << 10;

    private readonly byte[]? _memory;
    private readonly SafeFileHandle? _file;
    private readonly string _path = "";
    private readonly long _offset;      // of the first element, in bytes from the file's beginning
    private readonly long[]? _strides;  // in elements; null where the elements lie densely in row-major order

    private WeightTensor(string name, int[] dimensions, WeightElement element, byte[] dense)
    {
        (Name, Dimensions, Element, _memory) = (name, dimensions, element, dense);
        Count = dense.Length / element.SizeOf();
    }

    internal WeightTensor(string name, int[] dimensions, WeightElement element, FileReader file, long offset, long[]? strides)
    {
        (Name, Dimensions, Element) = (name, dimensions, element);
        (_path, _file, _offset) = (file.FilePath, file.Handle, offset);
        Count = CountOf(dimensions);
        _strides = strides is not null && !IsDense(dimensions, strides) ? strides : null;
    }

    private WeightTensor(string name, WeightTensor other)
    {
        (Name, Dimensions, Element, Count) = (name, other.Dimensions, other.Element, other.Count);
        (_memory, _file, _path, _offset, _strides) = (other._memory, other._file, other._path, other._offset, other._strides);
    }

    /// <summary>The name in the file, such as <c>layer1.0.conv1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Extents in PyTorch's order; empty for a scalar.</summary>
    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>What the numbers are stored as.</summary>
    public WeightElement Element { get; }

    /// <summary>How many numbers there are: the product of the dimensions, and 1 for a scalar.</summary>
    public long Count { get; }

    /// <summary>The size of the values in bytes.</summary>
    public long ByteLength => Count * Element.SizeOf();

    /// <summary>A tensor in memory, to be written to a file.</summary>
    /// <param name="name">Its name there.</param>
    /// <param name="dimensions">Extents in PyTorch's order; their product is the number of values.</param>
    /// <param name="values">Row-major. They are converted and copied.</param>
    /// <param name="element">
    /// Float32, Float16, BFloat16 or Float64. Rounds to nearest, ties to even; what is too large becomes infinite.
    /// </param>
    /// <exception cref="ArgumentException">Dimensions and values do not agree, or the element is an integer.</exception>
    public static WeightTensor FromFloats(
        string name, IReadOnlyList<int> dimensions, ReadOnlySpan<float> values, WeightElement element = WeightElement.Float32)
    {
        int[] extents = [.. dimensions];
        if (extents.Any(extent => extent < 0) || CountOf(extents) != values.Length)
            throw new ArgumentException($"'{name}' {Describe(extents)} cannot hold {values.Length} values.", nameof(values));

        byte[] bytes = new byte[checked(values.Length * element.SizeOf())];
        Encode(values, element, bytes);
        return new WeightTensor(name, extents, element, bytes);
    }

    /// <summary>A tensor in memory that holds one integer, as batch norm's <c>num_batches_tracked</c> does.</summary>
    public static WeightTensor FromInteger(string name, long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return new WeightTensor(name, [], WeightElement.Int64, bytes);
    }

    /// <summary>The same values under another name. Still borrows the file, if this tensor does.</summary>
    public WeightTensor Renamed(string name) => new(name, this);

    /// <summary>The values in another floating-point format, in memory.</summary>
    /// <inheritdoc cref="FromFloats" path="/param[@name='element']"/>
    /// <exception cref="ArgumentException">The element is an integer.</exception>
    /// <exception cref="WeightFileException">The file became shorter since it was opened.</exception>
    public WeightTensor ConvertTo(WeightElement element) => FromFloats(Name, Dimensions, ToFloats(), element);

    /// <summary>All values, as float32.</summary>
    /// <remarks>
    /// Exact for Float16, BFloat16 and small integers (infinities, NaN and subnormal numbers included), else rounded to nearest.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The file was disposed of.</exception>
    /// <exception cref="WeightFileException">The file became shorter since it was opened.</exception>
    public float[] ToFloats()
    {
        float[] values = new float[Count];
        CopyTo(values);
        return values;
    }

    /// <summary>Writes all values, as float32, to a span of <see cref="Count"/> floats.</summary>
    /// <inheritdoc cref="ToFloats" path="/remarks"/>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed of.</exception>
    /// <exception cref="WeightFileException">The file became shorter since it was opened.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length != Count)
            throw new ArgumentException($"'{Name}' has {Count} values, the span {destination.Length}.", nameof(destination));

        WeightTensor dense = Dense();
        if (Element == WeightElement.Float32)
        {
            dense.Read(0, MemoryMarshal.AsBytes(destination));
            return;
        }

        int size = Element.SizeOf();
        byte[] chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkBytes, Math.Max(1, ByteLength)));
        for (int done = 0; done < destination.Length;)
        {
            int count = Math.Min(destination.Length - done, Math.Min(chunk.Length, ChunkBytes) / size);
            dense.Read((long)done * size, chunk.AsSpan(0, count * size));
            Decode(chunk.AsSpan(0, count * size), Element, destination.Slice(done, count));
            done += count;
        }

        ArrayPool<byte>.Shared.Return(chunk);
    }

    /// <summary>The values as they are stored, dense and row-major, whatever the file's strides are.</summary>
    /// <exception cref="ObjectDisposedException">The file was disposed of.</exception>
    /// <exception cref="WeightFileException">The file became shorter since it was opened.</exception>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[ByteLength];
        Dense().Read(0, bytes);
        return bytes;
    }

    /// <summary>Appends what <see cref="ToBytes"/> gives to a stream, in small pieces.</summary>
    internal void WriteTo(Stream stream)
    {
        WeightTensor dense = Dense();
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        for (long done = 0; done < ByteLength;)
        {
            int count = (int)Math.Min(ByteLength - done, chunk.Length);
            dense.Read(done, chunk.AsSpan(0, count));
            stream.Write(chunk, 0, count);
            done += count;
        }

        ArrayPool<byte>.Shared.Return(chunk);
    }

    /// <summary>Dimensions as messages show them: (64, 3, 7, 7).</summary>
    internal static string Describe(IReadOnlyList<int> dimensions) => $"({string.Join(", ", dimensions)})";

    /// <summary>As messages show it: fc.weight (1000, 2048).</summary>
    /// <returns>Name and dimensions.</returns>
    public override string ToString() => $"{Name} {Describe(Dimensions)}";

    private static long CountOf(int[] dimensions)
    {
        long count = 1;
        foreach (int extent in dimensions)
            count = checked(count * extent);
        return count;
    }

    private static bool IsDense(int[] dimensions, long[] strides)
    {
        long expected = 1;
        for (int axis = dimensions.Length - 1; axis >= 0; axis--)
        {
            if (dimensions[axis] != 1 && strides[axis] != expected)
                return false;
            expected *= dimensions[axis];
        }

        return true;
    }

    private static void Encode(ReadOnlySpan<float> values, WeightElement element, Span<byte> bytes)
    {
        switch (element)
        {
            case WeightElement.Float32:
                MemoryMarshal.AsBytes(values).CopyTo(bytes);
                break;
            case WeightElement.Float16:
                for (int i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteHalfLittleEndian(bytes[(2 * i)..], (Half)values[i]);
                break;
            case WeightElement.BFloat16:
                for (int i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], ToBFloat16(values[i]));
                break;
            case WeightElement.Float64:
                for (int i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteDoubleLittleEndian(bytes[(8 * i)..], values[i]);
                break;
            default:
                throw new ArgumentException($"Floats cannot be stored as {element}.", nameof(element));
        }
    }

    private static void Decode(ReadOnlySpan<byte> bytes, WeightElement element, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = element switch
            {
                WeightElement.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                WeightElement.BFloat16 => FromBFloat16(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..])),
                WeightElement.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
                WeightElement.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]),
                WeightElement.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]),
                WeightElement.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]),
                WeightElement.Int8 => (sbyte)bytes[i],
                WeightElement.Boolean => bytes[i] == 0 ? 0 : 1,
                _ => bytes[i],
            };
        }
    }

    private static float FromBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return (ushort)((bits >> 16) | 0x40);   // quiet: cutting a payload off must not leave an infinity

        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private WeightTensor Dense() => _strides is null ? this : new WeightTensor(Name, [.. Dimensions], Element, Gather(_strides));

    // One read of everything between the first and the last element, which the reader found to lie within the file; then a walk.
    private byte[] Gather(long[] strides)
    {
        int size = Element.SizeOf();
        byte[] dense = new byte[ByteLength];
        if (Count == 0)
            return dense;

        long last = 0;
        for (int axis = 0; axis < strides.Length; axis++)
            last += (Dimensions[axis] - 1) * strides[axis];
        byte[] span = new byte[(last + 1) * size];
        Read(0, span);

        int[] index = new int[strides.Length];
        long source = 0;
        for (long target = 0; target < dense.Length; target += size)
        {
            span.AsSpan((int)(source * size), size).CopyTo(dense.AsSpan((int)target));
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                source += strides[axis];
                if (++index[axis] < Dimensions[axis])
                    break;
                source -= strides[axis] * index[axis];
                index[axis] = 0;
            }
        }

        return dense;
    }

    private void Read(long start, Span<byte> destination)
    {
        if (_memory is not null)
            _memory.AsSpan((int)start, destination.Length).CopyTo(destination);
        else
            FileReader.Fill(_path, _file!, _offset + start, destination);
    }
}
