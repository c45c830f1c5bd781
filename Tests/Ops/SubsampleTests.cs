using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class SubsampleTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        new("one pixel", new Subsample(2, 3), new Shape(1, 1, 1, 1)),
        new("CIFAR's, odd extents", new Subsample(2, 12), new Shape(3, 6, 7, 5)),
        new("no new channels", new Subsample(3, 5), new Shape(2, 5, 8, 7)),
        new("new channels alone", new Subsample(1, 9), new Shape(2, 5, 3, 4)),
        new("CIFAR's", new Subsample(2, 32), new Shape(2, 16, 32, 32)) { EveryFamily = true },
        new("vectors, but not before them", new Subsample(2, 18), new Shape(2, 16, 5, 3)) { EveryFamily = true },
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) => AssertAgrees(c.Half);

    private static readonly OpCase[] Gradients =
    [
        new("one pixel", new SubsampleGradient(new Subsample(2, 3), 1, 1, 1), new Shape(1, 3, 1, 1)),
        new("CIFAR's, odd extents", new SubsampleGradient(new Subsample(2, 12), 6, 7, 5), new Shape(3, 12, 4, 3)),
        new("even extents", new SubsampleGradient(new Subsample(2, 12), 6, 8, 6), new Shape(1, 12, 4, 3)),
        new("no new channels", new SubsampleGradient(new Subsample(3, 5), 5, 8, 7), new Shape(2, 5, 3, 3)),
        new("new channels alone", new SubsampleGradient(new Subsample(1, 9), 5, 3, 4), new Shape(2, 9, 3, 4)),
        new("CIFAR's", new SubsampleGradient(new Subsample(2, 32), 16, 32, 31), new Shape(2, 32, 16, 16)) { EveryFamily = true },
        new("vectors, but not before them", new SubsampleGradient(new Subsample(2, 18), 16, 5, 3), new Shape(2, 18, 3, 2))
        {
            EveryFamily = true,
        },
    ];

    [TestCaseSource(nameof(Gradients))]
    public void Gradient_agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Gradient_says_what_does_not_fit() => AssertRefuses(
        new SubsampleGradient(new Subsample(2, 12), 6, 7, 5),
        "Subsample stride 2 channels 12 gradient to 6x7x5: the gradient (3, 12, 4, 4) should be (3, 12, 4, 3).",
        new TensorType(new Shape(3, 12, 4, 4)));

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType x = new(new Shape(1, 16, 32, 32));
        AssertRefuses(new Subsample(2, 33), "Subsample: 16 channels cannot be padded to 33 by as many before as behind.", x);
        AssertRefuses(new Subsample(2, 8), "Subsample: 16 channels cannot be padded to 8 by as many before as behind.", x);
        AssertRefuses(new Subsample(0, 32), "Subsample: a stride of 0 is below 1.", x);
    }
}
