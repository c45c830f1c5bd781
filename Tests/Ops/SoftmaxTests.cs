using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class SoftmaxTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        new("one class", new Softmax(), new Shape(1, 1, 1, 1)),
        new("odd extents", new Softmax(), new Shape(3, 7, 1, 1)),
        new("pixels", new Softmax(), new Shape(2, 5, 3, 7)),
        new("a thousand classes", new Softmax(), new Shape(2, 1000, 1, 1))
        {
            Values = (_, v) => Array.ConvertAll(v, x => 20 * x),
        },
        new("logits that would overflow", new Softmax(), new Shape(2, 10, 1, 1))
        {
            Values = (_, v) => Array.ConvertAll(v, x => 1e4f * x),
        },
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Says_that_it_wants_float32() => AssertRefuses(
        new Softmax(), "Softmax: (1, 10, 1, 1) Float16 is not float32.",
            new TensorType(new Shape(1, 10, 1, 1), ElementType.Float16));
}
