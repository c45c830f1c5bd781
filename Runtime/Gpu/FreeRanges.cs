namespace ResNetVulkan.Gpu;

/// <summary>
/// The free parts of one span of bytes, sorted and never touching: the whole bookkeeping of suballocation, without any memory.
/// </summary>
internal sealed class FreeRanges
{
    private readonly List<(ulong Offset, ulong Size)> _free;

    public FreeRanges(ulong size)
    {
        Size = size;
        _free = [(0, size)];
    }

    public ulong Size { get; }

    /// <summary>Nothing is allocated.</summary>
    public bool IsEmpty => _free is [(0, var size)] && size == Size;

    /// <summary>Bytes that are free, in however many parts.</summary>
    public ulong Free => _free.Aggregate(0UL, (sum, range) => sum + range.Size);

    /// <summary>
    /// Takes <paramref name="size"/> bytes from the smallest free part that holds them, so that large parts stay large.
    /// </summary>
    /// <param name="size">Above 0.</param>
    /// <param name="alignment">Of the offset; a power of two.</param>
    /// <param name="offset">Where they begin.</param>
    public bool TryAllocate(ulong size, ulong alignment, out ulong offset)
    {
        int best = -1;
        for (int i = 0; i < _free.Count; i++)
        {
            (ulong start, ulong length) = _free[i];
            if (Bytes.Align(start, alignment) + size <= start + length && (best < 0 || length < _free[best].Size))
                best = i;
        }

        offset = 0;
        if (best < 0)
            return false;

        (ulong from, ulong available) = _free[best];
        offset = Bytes.Align(from, alignment);
        ulong end = offset + size;
        _free.RemoveAt(best);
        if (end < from + available)
            _free.Insert(best, (end, from + available - end));
        if (offset > from)
            _free.Insert(best, (from, offset - from));
        return true;
    }

    /// <summary>Gives back what <see cref="TryAllocate"/> gave: the same offset and size.</summary>
    public void Release(ulong offset, ulong size)
    {
        int next = _free.FindIndex(range => range.Offset > offset);
        if (next < 0)
            next = _free.Count;

        if (next < _free.Count && offset + size == _free[next].Offset)
        {
            size += _free[next].Size;
            _free.RemoveAt(next);
        }

        if (next > 0 && _free[next - 1].Offset + _free[next - 1].Size == offset)
            _free[next - 1] = (_free[next - 1].Offset, _free[next - 1].Size + size);
        else
            _free.Insert(next, (offset, size));
    }
}
