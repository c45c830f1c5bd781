using NUnit.Framework;
using ResNetVulkan.Graphs;

namespace ResNetVulkan.Tests.Graphs;

[TestFixture]
public sealed class MemoryPlanTests
{
    [Test]
    public void No_two_live_tensors_share_a_byte()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            Random random = new(seed);
            long alignment = 1L << random.Next(6, 9), reserved = random.Next(0, 3000), limit = random.Next(20_000, 200_000);
            Lifetime[] tensors = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ =>
            {
                int first = random.Next(-1, 40);
                // Some need more than a block may have.
                long bytes = 4L * (random.Next(8) == 0 ? random.Next(1, 60_000) : random.Next(1, 3000));
                return new Lifetime(bytes, first, first + (int)(random.NextDouble() * random.NextDouble() * 40));
            })];
            MemoryPlan plan = MemoryPlan.Pack(tensors, alignment, reserved, limit);
            Check(plan, tensors, alignment, reserved, limit, $"seed {seed}");
        }
    }

    [Test]
    public void Tensors_that_never_meet_share_all_their_bytes()
    {
        Lifetime[] chain = [.. Enumerable.Range(0, 10).Select(i => new Lifetime(4096, 2 * i, 2 * i + 1))];
        Assert.That(MemoryPlan.Pack(chain, 64, 256, 1 << 20).BlockBytes, Is.EqualTo(new[] { 256 + 4096 }));
    }

    [Test]
    public void A_step_never_writes_over_what_it_reads()
    {
        Lifetime[] chain = [new(4096, -1, 0), new(4096, 0, 1)];
        Place[] places = MemoryPlan.Pack(chain, 64, 0, 1 << 20).Places;
        Assert.That(Math.Abs(places[0].Offset - places[1].Offset), Is.GreaterThanOrEqualTo(4096));
    }

    [Test]
    public void Tensors_beyond_the_limit_share_a_block_where_they_never_meet()
    {
        Lifetime[] tensors = [new(9000, 0, 1), new(8192, 2, 3), new(8192, 3, 4)];
        Assert.That(MemoryPlan.Pack(tensors, 64, 0, 4096).BlockBytes, Is.EqualTo(new[] { 9000, 8192 }));
    }

    [Test]
    public void A_gap_is_used_rather_than_the_end()
    {
        // The large one leaves before the small ones come; they fit where it stood.
        Lifetime[] tensors = [new(8192, 0, 1), new(4096, 0, 5), new(4096, 2, 5), new(4096, 2, 5)];
        Assert.That(MemoryPlan.Pack(tensors, 64, 0, 1 << 20).BlockBytes, Is.EqualTo(new[] { 12288 }));
    }

    private static void Check(MemoryPlan plan, Lifetime[] tensors, long alignment, long reserved, long limit, string what)
    {
        for (int block = 0; block < plan.BlockBytes.Length; block++)
        {
            // Beyond the limit only for one tensor, and no further than it needs.
            long longest = tensors.Where((_, i) => plan.Places[i].Block == block).Max(tensor => tensor.Bytes);
            long alone = (reserved + alignment - 1) / alignment * alignment + longest;
            if (plan.BlockBytes[block] > Math.Max(limit, alone))
                Assert.Fail(
                    $"{what}: block {block} has {plan.BlockBytes[block]} bytes, the limit is {limit}, " +
                    $"its longest tensor {longest}.");
        }
        for (int i = 0; i < tensors.Length; i++)
        {
            (int block, long offset) = (plan.Places[i].Block, plan.Places[i].Offset);
            long end = offset + tensors[i].Bytes;
            if (offset % alignment != 0 || offset < reserved || end > plan.BlockBytes[block])
                Assert.Fail($"{what}: tensor {i} of {tensors[i]} lies at {offset} of a block of {plan.BlockBytes[block]}.");
            for (int j = 0; j < i; j++)
            {
                (int otherBlock, long otherOffset) = (plan.Places[j].Block, plan.Places[j].Offset);
                bool liveTogether = tensors[i].First <= tensors[j].Last && tensors[j].First <= tensors[i].Last;
                if (liveTogether && block == otherBlock && offset < otherOffset + tensors[j].Bytes && otherOffset < end)
                    Assert.Fail($"{what}: tensors {j} {tensors[j]} and {i} {tensors[i]} share bytes.");
            }
        }
    }
}
