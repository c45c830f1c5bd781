using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Ops;

/// <summary>The second pass of a sum that was divided: the parts are added in order, the same bits on every run.</summary>
internal static class PartSum
{
    private static readonly Kernel<Push> Texels = new("ops/sum_parts.comp", "LOAD_TEXELS", "parts", "y");
    private static readonly Kernel<Push> Words = new("ops/sum_parts.comp", "LOAD_64", "parts", "y");
    private static readonly Kernel<Push> Elements = new("ops/sum_parts.comp", "LOAD_32", "parts", "y");

    /// <summary>Records y = the sum of so many parts of its length.</summary>
    public static void Record(OpStep step, LaneLoad load, TensorView parts, int count, TensorView y)
    {
        long length = y.Shape.Count;
        parts = parts with { Writes = false };
        if (load == LaneLoad.Texels && length % 4 == 0)
            step.Flat(Texels, new Push((uint)(length / 4), (uint)count, (uint)parts.FirstElement), length / 4, parts.AsTexels, y);
        else if (load == LaneLoad.Words && length % 2 == 0)
            step.Flat(Words, new Push((uint)(length / 2), (uint)count, 0), length / 2, parts, y);
        else
            step.Flat(Elements, new Push((uint)length, (uint)count, 0), length, parts, y);
    }

    private readonly record struct Push(uint Vectors, uint Count, uint Offset);
}
