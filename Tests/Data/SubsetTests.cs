using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class SubsetTests
{
    [TestCase(0.2, 20)]
    [TestCase(0.25, 30, Description = "2.5 of ten is rounded up")]
    [TestCase(0.5, 50)]
    public void Every_class_gives_its_share_and_no_picture_is_in_both(double share, int heldOut)
    {
        (Subset kept, Subset held) = Subset.HoldOut(new Shapes(1, 100), share);
        Assert.That(held.Count, Is.EqualTo(heldOut));
        Assert.That(kept.Indices.Concat(held.Indices).Order(), Is.EqualTo(Enumerable.Range(0, 100)));
        for (int c = 0; c < 10; c++)
        {
            int ofClass = Enumerable.Range(0, held.Count).Count(i => held.Label(i) == c);
            Assert.That(ofClass, Is.EqualTo(heldOut / 10), $"class {c}");
        }
        Assert.That(Subset.HoldOut(new Shapes(9, 100), share).HeldOut.Indices, Is.EqualTo(held.Indices), "nothing is random");
    }

    [Test]
    public void A_picture_is_the_set_s_own()
    {
        Shapes set = new(1, 30);
        Subset some = new(set, [17, 3]);
        Assert.That((some.Count, some.Label(0), some.Label(1)), Is.EqualTo((2, 7, 3)));
        Assert.That(some.Read(0).Pixels, Is.EqualTo(set.Read(17).Pixels));
        Assert.That(some.ClassNames, Is.EqualTo(set.ClassNames));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Subset(set, [30]));
    }

    [Test]
    public void Packed_pictures_are_those_of_the_subset_grey_ones_too()
    {
        using TemporaryFolder folder = new();
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 10, 11, 20, 21, 30, 31];
        Idx idx = Idx.Open(folder.File("i", images), folder.File("l", [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 0]));
        PackedImages packed = PackedImages.Of(new Subset(idx, [2, 0]));
        Assert.That((packed.Channels, packed.Count), Is.EqualTo((1, 2)));
        Assert.That(packed.Pixels.ToArray(), Is.EqualTo(new byte[] { 30, 31, 10, 11 }));

        Subset shapes = new(new Shapes(1, 20), [5, 19]);
        Assert.That(PackedImages.Of(shapes)[1].ToArray(), Is.EqualTo(shapes.Set.Read(19).Pixels));
    }

    [Test]
    public void A_share_that_leaves_nothing_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Subset.HoldOut(new Shapes(1, 100), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Subset.HoldOut(new Shapes(1, 100), double.NaN));
        Assert.That(
            Assert.Throws<ArgumentException>(() => Subset.HoldOut(new Shapes(1, 10), 0.2))!.Message,
            Does.StartWith("Of 10 pictures a share of 0.2 leaves one part empty."));
    }
}
