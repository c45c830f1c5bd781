using NUnit.Framework;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Oracle;

/// <summary>For machines without PyTorch: the gradients are the adjoints of the convolution that they belong to.</summary>
[TestFixture]
public sealed class ConvolutionGradientTests
{
    private static readonly ConvolutionGeometry[] Geometries =
    [
        new(1, 1), new(4, 3) { Padding = 1 }, new(4, 3) { Stride = 2, Padding = 1 },
        new(6, new Extent(1, 5)) { Padding = new(0, 2) },
        new(6, new Extent(3, 2)) { Stride = new(3, 1), Dilation = new(2, 1), Padding = new(2, 3) },
        new(6, 3) { Groups = 2, Padding = 1 }, new(4, 3) { Groups = 4, Stride = 2 }, new(2, 1) { Stride = 4 },
    ];

    // y is linear in x and in the weight, so dL/dx . x = dL/dy . y = dL/dw . w for every x and w, and only the gradients do that.
    [TestCaseSource(nameof(Geometries))]
    public void Gradients_are_adjoint_to_the_convolution(ConvolutionGeometry g)
    {
        const int Images = 2, Channels = 4, Rows = 7, Columns = 6;
        Extent output = g.OutputOf(new Extent(Rows, Columns));
        DoubleTensor dy = Tensor(9, "dy", Images, g.Outputs, output.H, output.W);
        for (uint seed = 0; seed < 5; seed++)
        {
            DoubleTensor x = Tensor(seed, "x", Images, Channels, Rows, Columns);
            DoubleTensor w = Tensor(seed, "w", g.Outputs, Channels / g.Groups, g.Kernel.H, g.Kernel.W);
            double wanted = Dot(dy, CpuOracle.Conv2d(x, w.ToNchw(), null, g));
            DoubleTensor dx = CpuOracle.Conv2dDataGradient(dy, w, g, new Extent(Rows, Columns));
            DoubleTensor dw = CpuOracle.Conv2dWeightGradient(x, dy, g);
            Assert.That(Dot(x, dx), Is.EqualTo(wanted).Within(1e-11));
            Assert.That(Dot(w, dw), Is.EqualTo(wanted).Within(1e-11));
        }
    }

    [Test]
    public void Gradients_of_a_row_by_hand()
    {
        // y = (1x0 + 2x1, 1x2 + 2x3) of x = (1, 2, 3, 4); dy = (10, 100)
        ConvolutionGeometry g = new(1, new Extent(1, 2)) { Stride = 2 };
        DoubleTensor dy = new(1, 1, 1, 2, [10, 100]), weight = new(1, 1, 1, 2, [1, 2]), x = new(1, 1, 1, 5, [1, 2, 3, 4, 5]);
        OracleResult dx = CpuOracle.Conv2dDataGradient(dy, weight, g, new Extent(1, 5));
        OracleResult dw = CpuOracle.Conv2dWeightGradient(x, dy, g);
        OracleResult sum = CpuOracle.ChannelSum(new DoubleTensor(2, 2, 1, 1, [1, 2, 30, 40]));
        Assert.Multiple(() =>
        {
            Assert.That(dx.Value.Values, Is.EqualTo(new double[] { 10, 20, 100, 200, 0 }));
            Assert.That(dx.Roundings, Is.EqualTo(1));
            Assert.That(dw.Value.Values, Is.EqualTo(new double[] { 310, 420 }));
            Assert.That(dw.Roundings, Is.EqualTo(2));
            Assert.That(sum.Value.Values, Is.EqualTo(new double[] { 31, 42 }));
        });
    }

    private static DoubleTensor Tensor(uint seed, string name, int n, int c, int h, int w) =>
        new(n, c, h, w, Hash.Doubles(seed, name, n * c * h * w));

    private static double Dot(DoubleTensor a, DoubleTensor b) => a.Values.Zip(b.Values, (x, y) => x * y).Sum();
}
