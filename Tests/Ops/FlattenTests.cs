using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class FlattenTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        new("one element", new Flatten(), new Shape(1, 1, 1, 1)),
        new("odd extents", new Flatten(), new Shape(3, 5, 7, 3)),
        new("VGG's, narrow", new Flatten(), new Shape(2, 16, 7, 7)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) => AssertAgrees(c.Half);
}
