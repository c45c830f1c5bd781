using NUnit.Framework;
using ResNetVulkan.Gpu;

namespace ResNetVulkan.Tests.Gpu;

[TestFixture]
public sealed class FreeRangesTests
{
    [Test]
    public void Takes_the_smallest_part_that_holds()
    {
        FreeRanges ranges = new(100);
        Take(ranges, 40, 1);                    // [0, 40)
        Take(ranges, 10, 1);                    // [40, 50)
        Take(ranges, 20, 1);                    // [50, 70)
        ranges.Release(0, 40);                  // free: 40 at 0, 30 at 70
        Assert.That(Take(ranges, 25, 1), Is.EqualTo(70));
    }

    [Test]
    public void Refuses_what_no_part_holds_though_the_sum_would()
    {
        FreeRanges ranges = new(96);
        ulong first = Take(ranges, 32, 32);
        Take(ranges, 32, 32);
        ulong third = Take(ranges, 32, 32);
        ranges.Release(first, 32);
        ranges.Release(third, 32);
        Assert.Multiple(() =>
        {
            Assert.That(ranges.Free, Is.EqualTo(64));
            Assert.That(ranges.TryAllocate(33, 1, out _), Is.False);
        });
    }

    /// <summary>Ten thousand random steps, held against a map with one entry a byte.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Never_overlaps_and_forgets_nothing(int seed)
    {
        const int size = 4099;    // prime: the end is never aligned
        Random random = new(seed);
        FreeRanges ranges = new(size);
        bool[] taken = new bool[size];
        List<(ulong Offset, ulong Size)> alive = [];
        int refused = 0;
        for (int step = 0; step < 10_000; step++)
        {
            if (alive.Count > 0 && random.Next(100) < 48)
            {
                (ulong offset, ulong length) = alive[random.Next(alive.Count)];
                alive.Remove((offset, length));
                ranges.Release(offset, length);
                taken.AsSpan((int)offset, (int)length).Clear();
            }
            else
            {
                ulong length = (ulong)random.Next(1, random.Next(2, 300));
                ulong alignment = 1UL << random.Next(0, 9);
                if (ranges.TryAllocate(length, alignment, out ulong offset))
                {
                    Assert.That(offset % alignment, Is.Zero);
                    Assert.That(offset + length, Is.LessThanOrEqualTo(size));
                    Span<bool> bytes = taken.AsSpan((int)offset, (int)length);
                    Assert.That(bytes.Contains(true), Is.False, $"step {step} gave bytes twice");
                    bytes.Fill(true);
                    alive.Add((offset, length));
                }
                else
                {
                    refused++;
                    bool fits = Fits(taken, (int)length, (int)alignment);
                    Assert.That(fits, Is.False, $"step {step} refused {length} bytes that were free");
                }
            }

            Assert.That(ranges.Free, Is.EqualTo((ulong)taken.Count(x => !x)));
        }

        Assert.That(refused, Is.Positive, "the span never filled up: the test tests too little");
        foreach ((ulong offset, ulong length) in alive)
            ranges.Release(offset, length);
        Assert.That(ranges.IsEmpty, "free parts did not merge into one");
    }

    private static bool Fits(bool[] taken, int length, int alignment)
    {
        for (int start = 0; start + length <= taken.Length; start += alignment)
        {
            if (!taken.AsSpan(start, length).Contains(true))
                return true;
        }

        return false;
    }

    private static ulong Take(FreeRanges ranges, ulong size, ulong alignment)
    {
        Assert.That(ranges.TryAllocate(size, alignment, out ulong offset));
        return offset;
    }
}
