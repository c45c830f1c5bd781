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
        new("CIFAR's", new Subsample(2, 32), new Shape(2, 16, 32, 32)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) => AssertAgrees(c.Half);

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType x = new(new Shape(1, 16, 32, 32));
        AssertRefuses(new Subsample(2, 33), "Subsample: 16 channels cannot be padded to 33 by as many before as behind.", x);
        AssertRefuses(new Subsample(2, 8), "Subsample: 16 channels cannot be padded to 8 by as many before as behind.", x);
        AssertRefuses(new Subsample(0, 32), "Subsample: a stride of 0 is below 1.", x);
    }
}
