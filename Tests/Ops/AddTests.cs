using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class AddTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        new("one element", new Add(), new Shape(1, 1, 1, 1), new Shape(1, 1, 1, 1)),
        new("odd extents", new Add(), new Shape(3, 5, 7, 9), new Shape(3, 5, 7, 9)),
        new("pairs, not quads", new Add(), new Shape(1, 2, 7, 3), new Shape(1, 2, 7, 3)),
        new("with a ReLU", new Add { HasRelu = true }, new Shape(2, 3, 11, 1), new Shape(2, 3, 11, 1)),
        new("round extents", new Add { HasRelu = true }, new Shape(2, 64, 8, 8), new Shape(2, 64, 8, 8)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c with { EveryFamily = true });

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) => AssertAgrees(c.Half);

    [Test]
    public void NaN_and_infinities_pass_the_ReLU()
    {
        float[] specials = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1, -1];
        foreach (bool relu in new[] { false, true })
        {
            AssertAgrees(new OpCase($"special values, ReLU {relu}", new Add { HasRelu = relu }, new Shape(1, 5, 5, 1),
                new Shape(1, 5, 5, 1))
            {
                Values = (input, values) => [.. values.Select((_, i) => specials[(input == 0 ? i : i / 5) % 5])],
            });
        }
    }

    [Test]
    public void Says_which_shapes_differ() => AssertRefuses(
        new Add(), "Add: (1, 64, 56, 56) and (1, 64, 28, 28) are not alike.",
        new(new Shape(1, 64, 56, 56)), new(new Shape(1, 64, 28, 28)));
}
