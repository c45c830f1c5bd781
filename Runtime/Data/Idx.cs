using System.Buffers.Binary;
using System.IO.Compression;

namespace ResNetVulkan.Data;

/// <summary>
/// Grey pictures and labels in the IDX layout of <see href="http://yann.lecun.com/exdb/mnist/">MNIST</see> and
/// <see href="https://github.com/zalandoresearch/fashion-mnist">Fashion-MNIST</see>, packed with gzip or not. Held in memory.
/// </summary>
public sealed class Idx : IImageSet
{
    private const int MaxBytes = 1 << 30;
    private const int MaxSide = 1 << 14;

    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    private Idx(byte[] pixels, byte[] labels, int height, int width, IReadOnlyList<string> classNames)
    {
        (_pixels, _labels, Height, Width, ClassNames) = (pixels, labels, height, width, classNames);
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <summary>1: grey.</summary>
    public int Channels => 1;

    /// <summary>The names given to <see cref="Open"/>, else "class 0" up to the largest label.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Of each picture, in pixels.</summary>
    public int Width { get; }

    /// <summary>Of each picture, in pixels.</summary>
    public int Height { get; }

    /// <summary>All pictures, one after the other: dense (Count, Height, Width), one byte a pixel.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels;

    /// <summary>Reads a file of pictures and the file of their labels.</summary>
    /// <param name="images">Unsigned bytes of three dimensions: number, height, width.</param>
    /// <param name="labels">Unsigned bytes of one dimension, of the same number.</param>
    /// <param name="classNames">What the labels mean; there must be a name for each.</param>
    /// <exception cref="InvalidDataException">
    /// A file is not of this layout, longer or shorter than its header says, or above 1 GiB; or the two do not fit together.
    /// </exception>
    public static Idx Open(string images, string labels, IReadOnlyList<string>? classNames = null)
    {
        (int[] extents, byte[] pixels) = ReadArray(images, rank: 3);
        (int[] count, byte[] classes) = ReadArray(labels, rank: 1);
        if (extents[0] != count[0])
            throw new InvalidDataException($"'{images}' has {extents[0]:N0} pictures, but '{labels}' has {count[0]:N0} labels.");
        if (extents[1] is 0 or > MaxSide || extents[2] is 0 or > MaxSide)
            throw new InvalidDataException($"'{images}', byte 8: pictures of {extents[1]}x{extents[2]} are not read.");

        int largest = classes.Length == 0 ? 0 : classes.Max();
        IReadOnlyList<string> names = classNames ?? [.. Enumerable.Range(0, largest + 1).Select(index => $"class {index}")];
        if (largest >= names.Count)
            throw new InvalidDataException($"'{labels}' has label {largest}, but only {names.Count} classes are named.");
        return new Idx(pixels, classes, extents[1], extents[2], names);
    }

    /// <summary>Reads one of the two parts of a folder with the four files, under their published names.</summary>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static Idx OpenFolder(string folder, DataSplit split = DataSplit.Test, IReadOnlyList<string>? classNames = null)
    {
        string prefix = split == DataSplit.Test ? "t10k" : "train";
        return Open(Find($"{prefix}-images-idx3-ubyte"), Find($"{prefix}-labels-idx1-ubyte"), classNames);

        string Find(string name)
        {
            string path = Path.Combine(folder, name);
            return File.Exists(path) || !File.Exists(path + ".gz") ? path : path + ".gz";
        }
    }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <summary>A picture, its grey in all three channels.</summary>
    public PixelImage Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ReadOnlySpan<byte> grey = _pixels.AsSpan(index * Width * Height, Width * Height);
        byte[] pixels = new byte[3 * grey.Length];
        for (int i = 0; i < grey.Length; i++)
            pixels.AsSpan(3 * i, 3).Fill(grey[i]);
        return new PixelImage(Width, Height, pixels);
    }

    private static (int[] Extents, byte[] Values) ReadArray(string path, int rank)
    {
        byte[] content = ReadAll(path);
        int[] extents = ReadHeader(path, content, rank);
        int start = 4 + (4 * rank);
        long size = 1;
        foreach (int extent in extents)
            size = Math.Min(size * extent, 1L << 31);       // below 2^62, so nothing overflows
        if (size != content.Length - start)
        {
            throw new InvalidDataException($"'{path}', byte 4: the header claims {string.Join("x", extents)} bytes, but "
                + $"{content.Length - start:N0} follow it.");
        }

        return (extents, content[start..]);
    }

    // Grows with what is really there: neither the header nor gzip's footer makes anybody allocate.
    private static byte[] ReadAll(string path)
    {
        using FileStream file = File.OpenRead(path);
        bool packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream stream = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using MemoryStream content = new();
        byte[] chunk = new byte[64 << 10];
        try
        {
            for (int read; (read = stream.Read(chunk)) > 0;)
            {
                content.Write(chunk, 0, read);
                if (content.Length > MaxBytes)
                    throw new InvalidDataException($"it holds more than {MaxBytes:N0} bytes");
            }
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"'{path}' cannot be unpacked: {error.Message}.", error);
        }

        return content.ToArray();
    }

    private static int[] ReadHeader(string path, byte[] content, int rank)
    {
        if (content.Length < 4 + (4 * rank) || content[0] != 0 || content[1] != 0 || content[2] != 8 || content[3] != rank)
        {
            throw new InvalidDataException($"'{path}', byte 0: {Convert.ToHexString(content, 0, Math.Min(4, content.Length))} is "
                + $"found where 000008{rank:X2} and {rank} extents begin an IDX file of bytes with {rank} dimensions.");
        }

        int[] extents = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            extents[i] = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4 + (4 * i)));
            if (extents[i] < 0)
                throw new InvalidDataException($"'{path}', byte {4 + (4 * i)}: {(uint)extents[i]:N0} is too large.");
        }

        return extents;
    }
}
