namespace ResNetVulkan.Data;

/// <summary>
/// The binary layout of the CIFAR sets: records of one or two label bytes, the last of them the class, and 32x32 pixels as three
/// planes, red, green, blue. Held in memory, turned to interleaved RGB.
/// </summary>
internal sealed class CifarRecords
{
    public const int Side = 32;
    public const int ImageBytes = 3 * Side * Side;

    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    private CifarRecords(byte[] pixels, byte[] labels) => (_pixels, _labels) = (pixels, labels);

    public int Count => _labels.Length;

    public ReadOnlyMemory<byte> Pixels => _pixels;

    public int Label(int index) => _labels[index];

    public PixelImage Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return new PixelImage(Side, Side, _pixels.AsSpan(index * ImageBytes, ImageBytes).ToArray());
    }

    /// <summary>Reads files of records one after the other.</summary>
    public static CifarRecords Read(IReadOnlyList<string> paths, int labelBytes, int classes)
    {
        int record = labelBytes + ImageBytes;
        long count = 0;
        foreach (string path in paths)
        {
            long length = new FileInfo(path).Length;
            if (length == 0 || length % record != 0)
            {
                throw new InvalidDataException($"'{path}' has {length:N0} bytes, which is no whole number of records of "
                    + $"{record:N0} bytes ({labelBytes} for the label, {ImageBytes:N0} for 32x32 RGB).");
            }

            count += length / record;
        }

        if (count * ImageBytes > Array.MaxLength)
            throw new InvalidDataException($"'{paths[0]}' and its like hold {count:N0} pictures, more than fit in memory.");

        CifarRecords records = new(new byte[count * ImageBytes], new byte[count]);
        int done = 0;
        foreach (string path in paths)
            done = records.Fill(path, labelBytes, classes, done);
        return records;
    }

    /// <summary>The file itself, or the files of a folder that have one of the names and the extension .bin.</summary>
    public static IReadOnlyList<string> Find(string path, string pattern)
    {
        if (!Directory.Exists(path))
            return [path];

        string[] found = [.. Directory.EnumerateFiles(path, pattern).Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw new FileNotFoundException($"There is no {pattern} in '{path}'.", pattern);
    }

    private int Fill(string path, int labelBytes, int classes, int first)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] record = new byte[labelBytes + ImageBytes];
        int at = first;
        for (; at < Count && stream.ReadAtLeast(record, record.Length, throwOnEndOfStream: false) == record.Length; at++)
        {
            if (record[labelBytes - 1] >= classes)
            {
                throw new InvalidDataException($"'{path}', byte {((long)(at - first) * record.Length) + labelBytes - 1:N0}: "
                    + $"label {record[labelBytes - 1]} is above {classes - 1}, the last class.");
            }

            _labels[at] = record[labelBytes - 1];
            Interleave(record.AsSpan(labelBytes), _pixels.AsSpan(at * ImageBytes, ImageBytes));
        }

        return at;
    }

    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        const int plane = Side * Side;
        for (int i = 0; i < plane; i++)
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (planes[i], planes[plane + i], planes[(2 * plane) + i]);
    }
}
