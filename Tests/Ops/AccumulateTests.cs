using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class AccumulateTests : OpTests
{
    [TestCase(64)]
    [TestCase(64 * 67)]
    [TestCase(1 << 18)]
    public void Agrees_with_the_formula(int count) => AssertAgrees(new OpCase(
        $"{count} gradients", new Accumulate(), Shape.Vector(count), Shape.Vector(count)) { EveryFamily = true });

    [Test]
    public void The_sum_stays_where_it_is() => Assert.That(new Accumulate().Overwrites(0), Is.EqualTo(0));

    [Test]
    public void Says_what_does_not_fit() => AssertRefuses(
        new Accumulate(), "Accumulate: sum (64, 1, 1, 1) and gradients (128, 1, 1, 1) differ in length.",
        new(Shape.Vector(64)), new(Shape.Vector(128)));
}
