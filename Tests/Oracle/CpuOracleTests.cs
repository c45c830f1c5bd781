using NUnit.Framework;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Tests.Oracle;

/// <summary>Cases small enough to compute by hand, for machines without PyTorch.</summary>
[TestFixture]
public sealed class CpuOracleTests
{
    [Test]
    public void Keeps_values_in_NHWC_and_speaks_NCHW()
    {
        float[] nchw = [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15];      // two channels of 2x3
        DoubleTensor x = DoubleTensor.FromNchw(nchw, 1, 2, 2, 3);
        Assert.Multiple(() =>
        {
            Assert.That(x.Values, Is.EqualTo(new double[] { 0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15 }));
            Assert.That(x[0, 1, 1, 2], Is.EqualTo(15));
            Assert.That(x.Position(x.Index(0, 1, 1, 2)), Is.EqualTo((0, 1, 1, 2)));
            Assert.That(x.ToNchw(), Is.EqualTo(nchw));
            Assert.That(DoubleTensor.FromNhwc([7, 8], 1, 2, 1, 1)[0, 1, 0, 0], Is.EqualTo(8));
        });
    }

    [Test]
    public void Convolves()
    {
        // 1 2 3        1 0        1+5 2+6      a window at stride 1; the second output subtracts and adds a bias
        // 4 5 6   *    0 1   =    4+8 5+9
        // 7 8 9
        DoubleTensor x = new(1, 1, 3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        OracleResult y = CpuOracle.Conv2d(x, [1, 0, 0, 1, 1, 0, 0, -1], [0, 0.5], new ConvolutionGeometry(2, 2));
        Assert.Multiple(() =>
        {
            Assert.That(y.Value.ToNchw(), Is.EqualTo(new double[] { 6, 8, 12, 14, -3.5, -3.5, -3.5, -3.5 }));
            Assert.That(y.Magnitude, Is.EqualTo(new[] { 6, 6.5, 8, 8.5, 12, 12.5, 14, 14.5 }));
            Assert.That(y.Roundings, Is.EqualTo(5));
            Assert.That(y.Tolerance()[1], Is.EqualTo(5 * 6.5 / (1 << 24)).Within(1e-30));
        });
    }

    [Test]
    public void Pads_a_convolution_with_zeros_and_strides_over_odd_extents()
    {
        DoubleTensor x = new(1, 1, 1, 3, [1, 2, 3]);
        ConvolutionGeometry geometry = new(1, new Extent(1, 3)) { Padding = new(0, 1), Stride = 2 };
        OracleResult y = CpuOracle.Conv2d(x, [1, 10, 100], null, geometry);
        Assert.That(y.Value.Values, Is.EqualTo(new double[] { 210, 32 }));
    }

    [Test]
    public void A_group_sees_only_its_own_channels()
    {
        DoubleTensor x = new(1, 4, 1, 1, [1, 2, 3, 4]);
        OracleResult y = CpuOracle.Conv2d(x, [1, 10, 100, 1000], null, new ConvolutionGeometry(2, 1) { Groups = 2 });
        Assert.That(y.Value.Values, Is.EqualTo(new double[] { 21, 4300 }));
    }

    [Test]
    public void A_folded_batch_norm_does_what_the_two_did()
    {
        DoubleTensor x = new(1, 2, 1, 1, [3, -5]);
        BatchNormalization norm = new([2, 3], [0.5, -1], [1, 2], [3, 15], Epsilon: 1);      // scales 2/2 and 3/4
        double[] weight = [1, 2, 3, 4], bias = [10, 20];
        (double[] foldedWeight, double[] foldedBias) = CpuOracle.FoldBatchNorm(weight, bias, norm);
        Assert.Multiple(() =>
        {
            Assert.That(foldedWeight, Is.EqualTo(new[] { 1, 2, 2.25, 3 }));
            Assert.That(foldedBias, Is.EqualTo(new[] { 9.5, 12.5 }));
            DoubleTensor two = CpuOracle.BatchNorm(CpuOracle.Conv2d(x, weight, bias, new(2, 1)), norm);
            DoubleTensor one = CpuOracle.Conv2d(x, foldedWeight, foldedBias, new(2, 1));
            Assert.That(one.Values, Is.EqualTo(two.Values));
        });
    }

    [Test]
    public void Max_pooling_lets_NaN_through_and_takes_the_first_of_equals()
    {
        DoubleTensor x = new(1, 1, 2, 4, [5, 1, -1, double.NaN, 1, 5, -2, -3]);
        Assert.Multiple(() =>
        {
            Assert.That(CpuOracle.MaxPool2d(x, new(2)).Value.Values, Is.EqualTo(new[] { 5, double.NaN }));
            Assert.That(CpuOracle.MaxPool2dArgmax(x, new(2)), Is.EqualTo(new[] { 0, 3 }));
            DoubleTensor alone = CpuOracle.MaxPool2d(new(1, 1, 1, 1, [-7]), new(3) { Padding = 1 });
            Assert.That(alone.Values, Is.EqualTo(new double[] { -7 }), "the padding is no zero");
        });
    }

    [TestCase(true, new[] { 1.0 / 4, (2.0 + 3) / 4 })]
    [TestCase(false, new[] { 1.0, (2.0 + 3) / 2 })]
    public void Average_pooling_counts_the_padding_or_not(bool count, double[] wanted)
    {
        DoubleTensor x = new(1, 1, 1, 3, [1, 2, 3]);
        PoolGeometry g = new(2) { Padding = 1, CountIncludePad = count };
        Assert.That(CpuOracle.AvgPool2d(x, g).Value.Values, Is.EqualTo(wanted));
    }

    [TestCase(7, 3, 2, 0, false, 3)]
    [TestCase(8, 3, 2, 0, false, 3)]
    [TestCase(8, 3, 2, 0, true, 4)]
    [TestCase(7, 2, 3, 1, true, 3)]
    [TestCase(6, 2, 3, 1, true, 3)]
    [TestCase(5, 2, 3, 1, true, 2)]      // a third window would begin at 5, in the padding behind the image
    public void A_pools_last_window_must_begin_in_the_image(
        int input, int window, int stride, int padding, bool ceil, int outputs) =>
        Assert.That(OutputSize.Pool(input, window, stride, padding, 1, ceil, "rows"), Is.EqualTo(outputs));

    [Test]
    public void Flattens_in_PyTorchs_order()
    {
        double[] nchw = [0, 1, 2, 3, 4, 5, 6, 7];
        DoubleTensor flat = CpuOracle.Flatten(DoubleTensor.FromNchw(nchw, 1, 2, 2, 2));
        Assert.That(flat.Values, Is.EqualTo(nchw));
    }

    [Test]
    public void Shortcut_A_skips_pixels_and_pads_channels()
    {
        DoubleTensor y = CpuOracle.ShortcutA(new(1, 1, 3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]), padding: 1);
        Assert.That(y.ToNchw(), Is.EqualTo(new double[] { 0, 0, 0, 0, 1, 3, 7, 9, 0, 0, 0, 0 }));
    }

    [Test]
    public void Softmax_stays_finite_where_exp_would_not()
    {
        double[] y = CpuOracle.Softmax(new(1, 3, 1, 1, [1000, 1000, -1000])).Value.Values;
        double[] log = CpuOracle.LogSoftmax(new(1, 3, 1, 1, [1000, 1000, -1000])).Value.Values;
        Assert.Multiple(() =>
        {
            Assert.That(y, Is.EqualTo(new[] { 0.5, 0.5, 0 }));
            Assert.That(log, Is.EqualTo(new[] { -Math.Log(2), -Math.Log(2), -2000 - Math.Log(2) }).Within(1e-12));
        });
    }

    [Test]
    public void Top_k_puts_NaN_first_and_the_lower_channel_first_among_equals()
    {
        DoubleTensor x = new(2, 4, 1, 1, [1, 3, 3, 2, 0, double.PositiveInfinity, 5, double.NaN]);
        Assert.Multiple(() =>
        {
            Assert.That(CpuOracle.TopK(x, 0, 3), Is.EqualTo(new[] { (1, 3.0), (2, 3.0), (3, 2.0) }));
            Assert.That(CpuOracle.TopK(x, 1, 2), Is.EqualTo(new[] { (3, double.NaN), (1, double.PositiveInfinity) }));
        });
    }

    [Test]
    public void Bounds_travel_through_a_chain()
    {
        // x is known to 0.5. 2x - 3 and -x: off by 1 and 0.5; their sum by 1.5, and rectified too. Roundings come on top.
        DoubleTensor x = new(1, 1, 1, 1, [4], bound: [0.5]);
        OracleResult a = CpuOracle.Conv2d(x, [2], [-3], new(1, 1)), b = CpuOracle.ScaleBias(x, [-1], [0]);
        OracleResult sum = CpuOracle.Relu(CpuOracle.Add(a, b));
        Assert.Multiple(() =>
        {
            Assert.That(a.Inherited, Is.EqualTo(new[] { 1.0 }));
            Assert.That(a.Magnitude, Is.EqualTo(new[] { 12.0 }), "what |2x| + |-3| can be at most");
            Assert.That(sum.Value.Values, Is.EqualTo(new[] { 1.0 }));
            Assert.That(sum.Value.Bound![0], Is.EqualTo(1.5).Within(1e-5).And.GreaterThan(1.5));
        });
    }

    [Test]
    public void Exact_ops_allow_no_error_at_all()
    {
        OracleResult y = CpuOracle.Relu(new(1, 3, 1, 1, [-1, 0.1, 2]));
        OracleComparison same = y.Compare([0, 0.1f, 2]), off = y.Compare([0, float.BitIncrement(0.1f), 2]);
        Assert.Multiple(() =>
        {
            Assert.That(same.Agrees, Is.False, "0.1 is no float");
            Assert.That(off.Outside, Is.EqualTo(1));
            Assert.That(off.Worst, Is.EqualTo((0, 1, 0, 0)));
            Assert.That(CpuOracle.Relu(new(1, 2, 1, 1, [-1, 2])).Compare([-0f, 2]).Agrees, Is.True);
        });
    }

    [TestCase(float.NaN, false)]
    [TestCase(float.PositiveInfinity, false)]
    [TestCase(1.0000001f, true)]
    [TestCase(1.000001f, false)]
    public void A_comparison_accepts_what_lies_within_the_tolerance_only(float got, bool agrees)
    {
        OracleComparison comparison = CpuOracle.Add(new(1, 1, 1, 1, [0.5]), new(1, 1, 1, 1, [0.5])).Compare([got]);
        Assert.That(comparison.Agrees, Is.EqualTo(agrees && comparison.WorstPart <= 1), comparison.ToString());
    }

    [Test]
    public void Says_what_does_not_go_together()
    {
        DoubleTensor x = new(1, 3, 2, 9);
        Assert.Multiple(() =>
        {
            Assert.That(Message(() => CpuOracle.MaxPool2d(x, new(3))),
                Is.EqualTo("A window that spans 3 rows does not fit an image of 2 rows padded by 0."));
            Assert.That(Message(() => CpuOracle.MaxPool2d(x, new(2) { Padding = 2 })),
                Is.EqualTo("A window of 2 rows takes a padding of at most 1, not 2."));
            Assert.That(Message(() => CpuOracle.Conv2d(x, new double[5], null, new(4, 1))),
                Is.EqualTo("Conv2d: the weight has 5 values, (4, 3, 1, 1) takes 12 (input (1, 3, 2, 9))."));
            Assert.That(Message(() => CpuOracle.Conv2d(x, new double[12], null, new(4, 1) { Groups = 2 })),
                Is.EqualTo("Conv2d: 3 input and 4 output channels do not split into 2 groups."));
            Assert.That(Message(() => CpuOracle.Linear(x, new double[3], null)), Does.Contain("flatten it first"));
            Assert.That(Message(() => DoubleTensor.FromNchw(new float[5], 1, 2, 3, 1)),
                Is.EqualTo("A tensor of (1, 2, 3, 1) holds 6 values, not 5."));
        });
    }

    private static string Message(Action code) => Assert.Throws<ArgumentException>(code)!.Message;
}
