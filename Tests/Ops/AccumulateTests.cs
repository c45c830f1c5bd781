using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class AccumulateTests : OpTests
{
    [TestCase(64, 1f, 1f)]
    [TestCase(64 * 67, 0f, 0.25f)]
    [TestCase(1 << 18, 1f, 0.3f)]
    public void Agrees_with_the_formula(int count, float kept, float share) => AssertAgrees(new OpCase(
        $"{count} gradients, {kept} and {share}", new Accumulate(), new TensorType(Shape.Vector(count)),
        new TensorType(Shape.Vector(count)), StepInputs.Type)
    {
        EveryFamily = true,
        Values = (input, values) => input < 2 ? values : Step(kept, share),
    });

    [Test]
    public void The_sum_stays_where_it_is() => Assert.That(new Accumulate().Overwrites(0), Is.EqualTo(0));

    [Test]
    public void Says_what_does_not_fit() => AssertRefuses(
        new Accumulate(), "Accumulate: sum (64, 1, 1, 1) and gradients (128, 1, 1, 1) differ in length.",
        new(Shape.Vector(64)), new(Shape.Vector(128)), StepInputs.Type);

    private static float[] Step(float kept, float share) =>
        MemoryMarshal.Cast<StepInputs, float>([new StepInputs { KeptSum = kept, BatchShare = share }]).ToArray();
}
