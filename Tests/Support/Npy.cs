using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// An array from a .npy file of numpy's: little-endian, row-major, of float32, float64, int64 or uint8.
/// </summary>
internal sealed class Npy
{
    private readonly byte[] _values;

    private Npy(string type, int[] shape, byte[] values) => (Type, Shape, _values) = (type, shape, values);

    /// <summary>numpy's name of the type: "f4", "f8", "i8" or "u1".</summary>
    public string Type { get; }

    public int[] Shape { get; }

    public float[] Floats => As<float>("f4");

    public double[] Doubles => As<double>("f8");

    public long[] Integers => As<long>("i8");

    public byte[] Bytes => As<byte>("u1");

    public static Npy Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < 12 || file[0] != 0x93 || !file.AsSpan(1).StartsWith("NUMPY"u8))
            throw new InvalidDataException($"'{path}' is no .npy file.");

        int start = file[6] == 1 ? 10 : 12;
        int length = file[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8))
            : BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(8));
        string header = Encoding.Latin1.GetString(file, start, length);
        Match match = Regex.Match(header, @"'descr': '[<|](f4|f8|i8|u1)', 'fortran_order': False, 'shape': \(([0-9, ]*)\)");
        if (!match.Success)
            throw new InvalidDataException($"'{path}' is of a kind that is not read: {header.Trim()}");

        string type = match.Groups[1].Value;
        int[] shape = [.. match.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(int.Parse)];
        byte[] values = file[(start + length)..];
        long expected = shape.Aggregate((long)(type[1] - '0'), (product, extent) => product * extent);
        return values.Length == expected
            ? new Npy(type, shape, values)
            : throw new InvalidDataException($"'{path}' has {values.Length} bytes of values where its shape takes {expected}.");
    }

    private T[] As<T>(string type)
        where T : unmanaged
    {
        if (Type != type)
            throw new InvalidOperationException($"The array is of type {Type}, not {type}.");
        return MemoryMarshal.Cast<byte, T>(_values).ToArray();
    }
}
