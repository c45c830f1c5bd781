using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class LinearTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        Case("one number", 1, 1, 1),
        Case("odd extents", 3, 7, 5),
        Case("ten classes", 4, 64, 10),
        Case("odd inputs", 2, 33, 16),
        Case("a thousand classes", 1, 128, 1000),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType weight = new(new Shape(10, 64, 1, 1)), bias = new(Shape.Vector(10));
        AssertRefuses(
            new Linear(), "Linear: the input (1, 64, 7, 7) is an image; flatten or pool it first.",
            new(new Shape(1, 64, 7, 7)), weight, bias);
    }

    private static OpCase Case(string name, int images, int inputs, int outputs) =>
        new(name, new Linear(), new Shape(images, inputs, 1, 1), new Shape(outputs, inputs, 1, 1), Shape.Vector(outputs));
}
