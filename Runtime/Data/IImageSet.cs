namespace ResNetVulkan.Data;

/// <summary>Pictures with the class that each shows, by number.</summary>
/// <remarks>All members are thread-safe.</remarks>
public interface IImageSet
{
    /// <summary>How many pictures there are.</summary>
    public int Count { get; }

    /// <summary>1 where the pictures are grey and may be kept as such, else 3.</summary>
    public int Channels => 3;

    /// <summary>What the classes are called; a label is an index into this list.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The class of a picture, from 0 to the number of classes less one.</summary>
    public int Label(int index);

    /// <summary>A picture as the set has it, at its own size; where it is kept in a file, read anew at each call.</summary>
    /// <exception cref="InvalidDataException">The picture's own file is damaged.</exception>
    public PixelImage Read(int index);
}

/// <summary>Which part of a published data set.</summary>
public enum DataSplit
{
    /// <summary>What networks learn from.</summary>
    Train,

    /// <summary>What they are judged by.</summary>
    Test,
}
