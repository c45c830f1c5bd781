namespace ResNetVulkan.Graphs;

/// <summary>A tensor as the memory plan sees it: its bytes, and the first and last step at which they must stand.</summary>
internal readonly record struct Lifetime(long Bytes, int First, int Last)
{
    public bool Meets(in Lifetime other) => First <= other.Last && other.First <= Last;
}

/// <summary>A tensor's place.</summary>
internal readonly record struct Place(int Block, long Offset);

/// <summary>
/// Places tensors in as few bytes as a greedy search finds: the largest first, each into the tightest gap between those that live
/// at the same time. Tensors whose lives do not meet share bytes.
/// </summary>
internal sealed record MemoryPlan(Place[] Places, long[] BlockBytes)
{
    /// <summary>Packs the tensors.</summary>
    /// <param name="tensors">Sizes and lifetimes.</param>
    /// <param name="alignment">What each offset is a multiple of.</param>
    /// <param name="reserved">
    /// Bytes at the beginning of each block that belong to no tensor: the zeros around every image.
    /// </param>
    /// <param name="blockLimit">The most bytes of a block; a tensor that needs more makes a block that long.</param>
    public static MemoryPlan Pack(IReadOnlyList<Lifetime> tensors, long alignment, long reserved, long blockLimit)
    {
        Place[] places = new Place[tensors.Count];
        List<long> blockBytes = [];
        List<List<int>> blocks = [];        // the tensors of each block, by offset
        reserved = Align(reserved, alignment);

        IEnumerable<int> largestFirst = Enumerable.Range(0, tensors.Count)
            .OrderByDescending(i => tensors[i].Bytes)
            .ThenBy(i => tensors[i].First);
        foreach (int i in largestFirst)
        {
            Lifetime tensor = tensors[i];
            Place? best = null;
            long bestGap = long.MaxValue;
            for (int b = 0; b < blocks.Count; b++)
            {
                (long offset, long gap) = TightestGap(tensor, blocks[b]);
                if (offset + tensor.Bytes > Math.Max(blockLimit, blockBytes[b]) || gap >= bestGap) continue;
                (best, bestGap) = (new Place(b, offset), gap);
            }
            if (best is null)
            {
                best = new Place(blocks.Count, reserved);
                blocks.Add([]);
                blockBytes.Add(0);
            }
            places[i] = best.Value;
            List<int> block = blocks[best.Value.Block];
            int position = block.FindIndex(j => places[j].Offset > best.Value.Offset);
            block.Insert(position < 0 ? block.Count : position, i);
            blockBytes[best.Value.Block] = Math.Max(blockBytes[best.Value.Block], best.Value.Offset + tensor.Bytes);
        }
        return new MemoryPlan(places, [.. blockBytes]);

        // The tightest gap of one block, or its end, whose gap counts as endless.
        (long Offset, long Gap) TightestGap(in Lifetime tensor, List<int> block)
        {
            long end = reserved, offset = -1, tightest = long.MaxValue - 1;
            foreach (int j in block)
            {
                if (!tensors[j].Meets(tensor)) continue;
                long gap = places[j].Offset - end;
                if (gap >= tensor.Bytes && gap < tightest) (offset, tightest) = (end, gap);
                end = Math.Max(end, Align(places[j].Offset + tensors[j].Bytes, alignment));
            }
            return offset >= 0 ? (offset, tightest) : (end, long.MaxValue - 1);
        }
    }

    private static long Align(long value, long alignment) => (value + alignment - 1) / alignment * alignment;
}
