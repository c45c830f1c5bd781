using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class BatchNormTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        Case("one element", 1e-5f, new Shape(1, 1, 1, 1)),
        Case("odd extents", 1e-5f, new Shape(3, 5, 7, 3)),
        Case("another epsilon", 1e-3f, new Shape(2, 7, 3, 3)),
        Case("round extents", 1e-5f, new Shape(2, 64, 4, 4)),
    ];

    private static readonly OpCase[] Folded =
    [
        Folding("one weight", 1, 1, 1, bias: false),
        Folding("an odd number of outputs", 7, 5, 3, bias: false),
        Folding("a convolution that has a bias", 10, 3, 7, bias: true),
        Folding("another epsilon", 16, 8, 3, bias: true, epsilon: 1e-3f),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) =>
        AssertAgrees(c with
        {
            Name = $"{c.Name}, float16", Inputs = [c.Inputs[0] with { Element = ElementType.Float16 }, .. c.Inputs[1..]],
        });

    [TestCaseSource(nameof(Folded))]
    public void Folds_into_a_convolution_as_the_oracle_does(OpCase c) => AssertAgrees(c);

    [Test]
    public void Says_which_vector_does_not_fit()
    {
        TensorType x = new(new Shape(1, 64, 7, 7)), good = new(Shape.Vector(64)), bad = new(Shape.Vector(63));
        AssertRefuses(new BatchNorm(), "BatchNorm: 64 channels, and a vector (63, 1, 1, 1).", x, good, good, bad, good);
        AssertRefuses(
            new FoldedBatchNorm(1e-5f), "FoldedBatchNorm: 64 output channels, and a vector (63, 1, 1, 1).",
            new(new Shape(64, 3, 3, 3)), good, good, good, bad);
    }

    private static OpCase Case(string name, float epsilon, Shape x)
    {
        Shape c = Shape.Vector(x.C);
        return new OpCase(name, new BatchNorm(epsilon), x, c, c, c, c)
        {
            Values = (input, values) => input == 4 ? Positive(values) : values,
        };
    }

    private static OpCase Folding(string name, int outputs, int channels, int kernel, bool bias, float epsilon = 1e-5f)
    {
        Shape weight = new(outputs, channels, kernel, kernel), k = Shape.Vector(outputs);
        return new OpCase(name, new FoldedBatchNorm(epsilon), bias ? [weight, k, k, k, k, k] : [weight, k, k, k, k])
        {
            Values = (input, values) => input == 4 ? Positive(values) : values,
        };
    }

    // A variance; the smallest are far below epsilon.
    private static float[] Positive(float[] values) => Array.ConvertAll(values, value => value * value * value * value);
}
