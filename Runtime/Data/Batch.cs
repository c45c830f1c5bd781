namespace ResNetVulkan.Data;

/// <summary>A picture that could not be read, and why.</summary>
/// <param name="Index">Which one of the set.</param>
/// <param name="Reason">A sentence; where the picture is a file, it names it.</param>
public readonly record struct UnreadableImage(int Index, string Reason);

/// <summary>One batch of a <see cref="BatchLoader"/>. Its memory is used again: it holds until the next is asked for.</summary>
public sealed class Batch
{
    private readonly PictureRow[] _rows;
    private readonly uint[] _labels;
    private readonly int[] _indices;
    private readonly string?[] _reasons;        // of rows whose picture could not be read
    private readonly byte[] _pixels;

    internal Batch(int rows, int pixelBytes)
    {
        (_rows, _labels, _indices, _reasons) = (new PictureRow[rows], new uint[rows], new int[rows], new string?[rows]);
        _pixels = new byte[(long)rows * pixelBytes];
    }

    /// <summary>Which batch of the epoch, from 0.</summary>
    public int Number { get; private set; }

    /// <summary>How many pictures the epoch has for it: at the end of the epoch fewer than it has rows.</summary>
    public int Size { get; private set; }

    /// <summary>
    /// How many rows, the first ones, show a picture of their own: all <see cref="Size"/> but those that could not be read. The
    /// rows behind show some of the first ones again, so that every row can be computed with.
    /// </summary>
    public int ValidRows { get; private set; }

    /// <summary>What becomes of the pictures: as bytes, the second input of <c>AugmentImages</c>.</summary>
    public ReadOnlySpan<PictureRow> Rows => _rows;

    /// <summary>The class of each row.</summary>
    public ReadOnlySpan<uint> Labels => _labels;

    /// <summary>Which picture of the set each row shows.</summary>
    public ReadOnlySpan<int> Indices => _indices;

    /// <summary>
    /// The pictures, framed: dense (rows, Height, Width, channels), numbered by <see cref="Rows"/>. Empty where they live on the
    /// device.
    /// </summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    internal void Begin(int number, int size) => (Number, Size, ValidRows) = (number, size, 0);

    internal void Set(int at, int index, int label, in PictureRow row) =>
        (_rows[at], _labels[at], _indices[at], _reasons[at]) = (row, (uint)label, index, null);

    internal void SetUnreadable(int at, int index, string reason) => (_indices[at], _reasons[at]) = (index, reason);

    internal Span<byte> PixelsOf(int at) => _pixels.AsSpan(at * (_pixels.Length / _rows.Length), _pixels.Length / _rows.Length);

    // Closes the gaps and fills the rows behind. Rows move, pixels stay: a row says where its own lie.
    internal void Finish(List<UnreadableImage> unreadable)
    {
        for (int i = 0; i < Size; i++)
        {
            if (_reasons[i] is { } reason) unreadable.Add(new(_indices[i], reason));
            else CopyRow(i, ValidRows++);
        }
        for (int i = ValidRows; i < _rows.Length && ValidRows > 0; i++) CopyRow(i % ValidRows, i);
    }

    private void CopyRow(int from, int to) =>
        (_rows[to], _labels[to], _indices[to]) = (_rows[from], _labels[from], _indices[from]);
}
