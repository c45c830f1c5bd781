using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class ChannelSumTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        new("one number", new ChannelSum(), new Shape(1, 1, 1, 1)),
        new("a vector each", new ChannelSum(), new Shape(5, 10, 1, 1)),
        new("odd extents", new ChannelSum(), new Shape(3, 5, 7, 9)),
        new("a number of pixels that no parts divide", new ChannelSum(), new Shape(2, 3, 11, 13)),
        new("round extents", new ChannelSum(), new Shape(4, 64, 16, 16)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Says_what_it_does_not_sum() => AssertRefuses(
        new ChannelSum(), "ChannelSum: (1, 8, 2, 2) Float16 is not float32.",
        new TensorType(new Shape(1, 8, 2, 2), ElementType.Float16));
}
