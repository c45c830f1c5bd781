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

    private static readonly OpCase[] Gradients =
    [
        new("one element", new FlattenGradient(1, 1, 1), new Shape(1, 1, 1, 1)),
        new("odd extents", new FlattenGradient(5, 7, 3), new Shape(3, 105, 1, 1)),
        new("VGG's, narrow", new FlattenGradient(16, 7, 7), new Shape(2, 784, 1, 1)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) => AssertAgrees(c.Half);

    [TestCaseSource(nameof(Gradients))]
    public void Gradient_agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Gradient_says_what_does_not_fit() => AssertRefuses(
        new FlattenGradient(5, 7, 3), "FlattenGradient: (2, 104, 1, 1) is not float32 of 5 * 7 * 3 channels.",
        new TensorType(new Shape(2, 104, 1, 1)));
}
