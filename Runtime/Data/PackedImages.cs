using System.Runtime.ExceptionServices;

namespace ResNetVulkan.Data;

/// <summary>Pictures of one size in memory, one after the other, as a device takes them: a set that can live there.</summary>
/// <remarks>Holds the bytes that it is given, without a copy.</remarks>
public sealed class PackedImages
{
    /// <summary>Wraps the bytes of whole pictures.</summary>
    /// <param name="height">Of each, in pixels.</param>
    /// <param name="width">Of each, in pixels.</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    /// <param name="pixels">Dense (Count, Height, Width, Channels).</param>
    /// <exception cref="ArgumentException">The bytes are no whole number of such pictures.</exception>
    public PackedImages(int height, int width, int channels, ReadOnlyMemory<byte> pixels)
    {
        long picture = (long)height * width * channels;
        if (height <= 0 || width <= 0 || channels is not (1 or 3) || pixels.Length % picture != 0)
        {
            throw new ArgumentException($"PackedImages: {pixels.Length:N0} bytes are no whole number of pictures of "
                + $"{width}x{height} with {channels} channels.");
        }
        (Height, Width, Channels, Pixels, Count) = (height, width, channels, pixels, (int)(pixels.Length / picture));
    }

    /// <summary>How many pictures.</summary>
    public int Count { get; }

    /// <summary>Of each, in pixels.</summary>
    public int Height { get; }

    /// <summary>Of each, in pixels.</summary>
    public int Width { get; }

    /// <summary>1 for grey, 3 for RGB.</summary>
    public int Channels { get; }

    /// <summary>Dense (Count, Height, Width, Channels).</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>One picture: dense (Height, Width, Channels).</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            int bytes = Height * Width * Channels;
            return Pixels.Span.Slice(checked(index * bytes), bytes);
        }
    }

    /// <summary>The pictures of a set: those that it has in memory already, else each one read, at its own size.</summary>
    /// <param name="set">Grey pictures of <see cref="Idx"/> keep their one channel.</param>
    /// <param name="threads">How many threads read, the caller's among them; all have ended when the call returns.</param>
    /// <exception cref="InvalidDataException">
    /// The pictures differ in size, one of them cannot be read, or together they have more than 2 GiB.
    /// </exception>
    public static PackedImages Of(IImageSet set, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        switch (set)
        {
            case Idx idx: return new(idx.Height, idx.Width, 1, idx.Pixels);
            case Cifar10 cifar: return new(CifarRecords.Side, CifarRecords.Side, 3, cifar.Pixels);
            case Cifar100 cifar: return new(CifarRecords.Side, CifarRecords.Side, 3, cifar.Pixels);
            case Subset { Set: Idx or Cifar10 or Cifar100 } some: return Of(some.Set).Pick(some.Indices);
        }

        if (set.Count == 0) throw new InvalidDataException("A set without pictures cannot be packed.");
        PixelImage first = set.Read(0);
        int picture = first.Pixels.Length;
        if ((long)picture * set.Count > Array.MaxLength)
        {
            throw new InvalidDataException($"{set.Count:N0} pictures of {first.Width}x{first.Height} have "
                + $"{(long)picture * set.Count:N0} bytes; at most {Array.MaxLength:N0} are held in memory.");
        }

        byte[] pixels = new byte[picture * set.Count];
        try
        {
            Parallel.For(0, set.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                PixelImage image = set.Read(i);
                if ((image.Width, image.Height) != (first.Width, first.Height))
                {
                    throw new InvalidDataException($"Picture {i:N0} has {image.Width}x{image.Height} pixels, the first one "
                        + $"{first.Width}x{first.Height}; pictures that differ in size are resized as they are loaded.");
                }
                image.Pixels.CopyTo(pixels, i * picture);
            });
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);    // the reader's own sentence
        }
        return new(first.Height, first.Width, 3, pixels);
    }

    private PackedImages Pick(IReadOnlyList<int> indices)
    {
        int bytes = Height * Width * Channels;
        byte[] pixels = new byte[indices.Count * bytes];
        for (int i = 0; i < indices.Count; i++) this[indices[i]].CopyTo(pixels.AsSpan(i * bytes));
        return new(Height, Width, Channels, pixels);
    }
}
