namespace ResNetVulkan.Weights;

/// <summary>A weights file was rejected: it is damaged, hostile, of another format, or does not fit the model.</summary>
/// <remarks>An <see cref="IOException"/>: one catch covers a file that is not there and one that is not good.</remarks>
public sealed class WeightFileException : IOException
{
    /// <summary>A rejection of something found at a byte of the file.</summary>
    /// <param name="file">Path of the file; the message shows its last part.</param>
    /// <param name="offset">Byte of the file at which the trouble was noticed.</param>
    /// <param name="reason">A full sentence.</param>
    /// <param name="inner">What a parser underneath said, if that was it.</param>
    public WeightFileException(string file, long offset, string reason, Exception? inner = null)
        : base($"{Path.GetFileName(file)}, byte {offset:N0}: {reason}", inner)
    {
        File = file;
        Offset = offset;
    }

    /// <summary>A rejection of the file as a whole.</summary>
    /// <param name="file">Path of the file.</param>
    /// <param name="sentence">A full sentence that names the file itself.</param>
    public WeightFileException(string file, string sentence)
        : base(sentence) => File = file;

    /// <summary>The file as it was given to <see cref="WeightFile.Open"/>.</summary>
    public string File { get; }

    /// <summary>Byte at which the trouble was noticed; null where no single byte is at fault.</summary>
    public long? Offset { get; }
}

internal static class UntrustedText
{
    private const int LongestShown = 80;

    /// <summary>A name from a file as messages show it: in quotes, short, and without characters that move a cursor.</summary>
    public static string Quoted(this string name)
    {
        string shown = name.Length > LongestShown ? $"{name.AsSpan(0, LongestShown)}…" : name;
        return $"'{string.Concat(shown.Select(letter => char.IsControl(letter) ? '?' : letter))}'";
    }
}
