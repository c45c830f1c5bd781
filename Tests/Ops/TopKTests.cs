using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class TopKTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        new("one of one", new TopK(1), new Shape(1, 1, 1, 1)),
        new("all of seven", new TopK(7), new Shape(3, 7, 1, 1)),
        new("fewer classes than lanes", new TopK(5), new Shape(4, 10, 1, 1)),
        new("a class more than lanes", new TopK(3), new Shape(2, 65, 1, 1)),
        new("five of a thousand", new TopK(5), new Shape(2, 1000, 1, 1)),
        new("equal ones by index", new TopK(9),
            new Shape(2, 130, 1, 1)) { Values = (_, v) => Array.ConvertAll(v, x => MathF.Round(2 * x)) },
        new("NaN before everything, minus infinity last", new TopK(12), new Shape(2, 12, 1, 1))
        {
            Values = (_, v) => [.. v.Select((x, i) => (i % 12) switch
            {
                1 or 8 => float.NaN, 2 => float.PositiveInfinity, 3 or 5 => float.NegativeInfinity, 4 => -0f, 6 => 0f, 9 =>
                    float.MinValue, _ => x,
            })],
        },
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Says_what_does_not_fit()
    {
        AssertRefuses(new TopK(11), "TopK: there are no 11 largest of 10 channels.", new TensorType(new Shape(1, 10, 1, 1)));
        AssertRefuses(new TopK(0), "TopK: there are no 0 largest of 10 channels.", new TensorType(new Shape(1, 10, 1, 1)));
        AssertRefuses(
            new TopK(5), "TopK: (1, 10, 7, 7) is an image; flatten or pool it first.", new TensorType(new Shape(1, 10, 7, 7)));
        AssertRefuses(
            new TopK(5), "TopK: (1, 10, 1, 1) Float16 is not float32.",
                new TensorType(new Shape(1, 10, 1, 1), ElementType.Float16));
    }
}
