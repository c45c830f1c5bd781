using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// Words of a known value behind each tensor of a plan's arena, and the zeros at the beginning of its blocks: no kernel may
/// change either. Addresses have no bounds check, so nothing else would notice.
/// </summary>
internal sealed class Canaries
{
    /// <summary>What <see cref="CompileOptions.CanaryBytes"/> must be.</summary>
    public const int Bytes = 512;

    private const uint Pattern = 0x7fc0cafe;    // a NaN too: whoever reads it and computes with it is found out as well

    private readonly Plan _plan;
    private readonly List<(Tensor Tensor, int Block, long Offset, int Bytes)> _places = [];

    private Canaries(Plan plan) => _plan = plan;

    /// <summary>Writes them, before the plan's first run.</summary>
    public static Canaries Place(GpuDevice device, Plan plan)
    {
        StepList body = plan.Graph.Body;
        Canaries canaries = new(plan);
        byte[] words = MemoryMarshal.AsBytes(Enumerable.Repeat(Pattern, Bytes / 4).ToArray().AsSpan()).ToArray();
        foreach ((Tensor tensor, TensorView view) in body.Places)
        {
            if (body.Blocks[view.Block].Kind != BlockKind.Arena) continue;
            device.Staging.Upload(words, plan.Blocks[view.Block], (ulong)(view.Offset + view.Bytes));
            canaries._places.Add((tensor, view.Block, view.Offset + view.Bytes, Bytes));
        }
        Assert.That(canaries._places, Is.Not.Empty);
        return canaries;
    }

    /// <summary>Fails where a word has changed.</summary>
    public void Check(GpuDevice device, string what)
    {
        foreach ((Tensor tensor, int block, long offset, int bytes) in _places)
        {
            uint[] words = new uint[bytes / 4];
            device.Staging.Read(_plan.Blocks[block], (ulong)offset, MemoryMarshal.AsBytes(words.AsSpan()));
            int changed = Array.FindIndex(words, word => word != Pattern);
            Assert.That(changed, Is.EqualTo(-1), $"{what}: word {changed} behind {tensor} was overwritten");
        }
        foreach (IGrouping<int, (Tensor, int Block, long Offset, int Bytes)> block in _places.GroupBy(place => place.Block))
        {
            long first = _plan.Graph.Body.Places.Values.Where(view => view.Block == block.Key).Min(view => view.Offset);
            byte[] zeros = new byte[first];
            device.Staging.Read(_plan.Blocks[block.Key], 0, zeros);
            Assert.That(zeros.AsSpan().IndexOfAnyExcept((byte)0), Is.EqualTo(-1),
                $"{what}: the zeros of block {block.Key} were overwritten");
        }
    }
}
