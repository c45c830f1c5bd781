using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class BatchNormTrainingTests : OpTests
{
    private const int MomentumWord = 13;

    private static readonly Shape[] Shapes =
    [
        new(2, 1, 1, 1),        // two values: the fewest
        new(1, 3, 7, 5),        // batch 1, one channel a lane
        new(3, 5, 1, 1),        // no image
        new(2, 6, 9, 5),        // pairs, not quads
        new(2, 4, 23, 29),      // few channels: pixels side by side, several strips
        new(3, 12, 17, 13),     // a last strip that ends before all sides
        new(1, 64, 5, 7),       // a pixel that fills the lanes
        new(2, 72, 3, 3),       // and more
        new(1, 136, 31, 33),    // several groups, several strips
    ];

    private static readonly OpCase[] Cases =
    [
        .. Shapes.Select(shape => Case($"{shape}", shape)),
        Case("with a ReLU", new Shape(2, 8, 7, 5), hasRelu: true),
        Case("with a ReLU, odd", new Shape(2, 3, 7, 5), hasRelu: true),
        Case("another epsilon", new Shape(2, 7, 3, 3), epsilon: 1e-3f),
    ];

    private static readonly OpCase[] Repeated =
    [
        .. Shapes.Select(shape => Again($"{shape}", shape)),
        Again("with a ReLU", new Shape(2, 8, 7, 5), hasRelu: true),
        Again("with a ReLU, odd", new Shape(2, 3, 7, 5), hasRelu: true),
    ];

    private static readonly OpCase[] Gradients =
    [
        .. Shapes.Select(shape => Gradient($"{shape}", shape)),
        Gradient("with a ReLU", new Shape(2, 8, 7, 5), hasRelu: true),
        Gradient("with a ReLU, odd", new Shape(2, 3, 23, 29), hasRelu: true),
        Gradient("with a ReLU, several groups", new Shape(1, 136, 9, 5), hasRelu: true),
    ];

    private static readonly OpCase[] Frozen = [.. Shapes.Select(Constant)];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Repeated))]
    public void The_same_once_more_agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Gradients))]
    public void Gradient_agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Frozen))]
    public void Gradient_of_constant_statistics_agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCase(4)]
    [TestCase(64)]
    public void Values_far_from_0_stay_accurate(int channels)
    {
        const float Mean = 1e4f;
        double deviation = 1 / Math.Sqrt(1.0 / 3);      // of what makes the hashed values' 1
        OpCase c = Case("mean 1e4, deviation 1", new Shape(2, channels, 23, 29));
        c = c with
        {
            Values = (input, values) => input == 0
                ? Array.ConvertAll(values, value => (float)(Mean + deviation * value)) : Others(input, values),
        };
        AssertAgrees(c);

        // The bound is not so wide that anything would do: a sum of squares would be off by Mean^2 * 2^-24 = 6 in the variance.
        float[] x = new float[2 * channels * 23 * 29];
        Array.Fill(x, Mean);
        for (int i = 0; i < x.Length; i++) x[i] += (float)(deviation * Math.Sin(i));
        DoubleTensor[] wanted = c.Op.Evaluate(
        [
            DoubleTensor.FromNhwc(x, 2, channels, 23, 29),
            .. Enumerable.Range(1, 4).Select(_ => new DoubleTensor(channels, 1, 1, 1, [.. Enumerable.Repeat(1.0, channels)])),
            new DoubleTensor(16, 1, 1, 1),
        ]);
        Assert.That(wanted[0].Bound!.Max(), Is.LessThan(0.1));
    }

    [Test]
    public void A_constant_channel_has_variance_0()
    {
        OpCase c = Case("a constant", new Shape(2, 4, 23, 29), hasRelu: true);
        AssertAgrees(c with
        {
            Values = (input, values) => input == 0 ? [.. values.Select((_, i) => 0.1f * (i % 4))] : Others(input, values),
        });
    }

    // The strips' first pixels are far from all others: what differences are taken from is no typical value.
    [Test]
    public void An_outlier_at_the_beginning_of_a_strip_does_not_spoil_it()
    {
        OpCase c = Case("outliers", new Shape(2, 4, 23, 29));
        AssertAgrees(c with
        {
            Values = (input, values) => input == 0
                ? [.. values.Select((value, i) => i / 4 % 16 == 0 ? 0 : 1000 + value)] : Others(input, values),
        });
    }

    [Test]
    public void Running_statistics_move_as_in_PyTorch()
    {
        // Two channels, four values each: (1, 2, 3, 6) and (5, 5, 5, 5); torch.nn.BatchNorm2d(2, momentum=0.25) after one step.
        double[] words = new double[16];
        words[MomentumWord] = BitConverter.SingleToUInt32Bits(0.25f);
        DoubleTensor one = new(2, 1, 1, 1, [1, 1]), zero = new(2, 1, 1, 1);
        DoubleTensor[] got = new BatchNormTraining().Evaluate(
            [new(1, 2, 2, 2, [1, 5, 2, 5, 3, 5, 6, 5]), one, zero, zero, one, new(16, 1, 1, 1, words)]);
        Assert.That(got[1].Values, Is.EqualTo([0.75, 1.25]).Within(1e-12));
        Assert.That(got[2].Values, Is.EqualTo([0.75 + 0.25 * 14 / 3, 0.75]).Within(1e-12));
        Assert.That(got[0][0, 0, 1, 1], Is.EqualTo(3 / Math.Sqrt(3.5 + 1e-5)).Within(1e-7));
    }

    [Test]
    public void The_running_statistics_lie_where_they_lay()
    {
        BatchNormTraining norm = new();
        Assert.That(Enumerable.Range(0, 6).Select(norm.Overwrites), Is.EqualTo([-1, 3, 4, -1, -1, -1]));
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType x = new(new Shape(2, 64, 7, 7)), good = new(Shape.Vector(64)), bad = new(Shape.Vector(63));
        TensorType half = x with { Element = ElementType.Float16 };
        AssertRefuses(
            new BatchNormTraining(), "BatchNormTraining: 64 channels, and a vector (63, 1, 1, 1).",
            x, good, good, bad, good, StepInputs.Type);
        AssertRefuses(
            new BatchNormTraining(), "BatchNormTraining: (2, 64, 7, 7) Float16 is not float32.",
            half, good, good, good, good, StepInputs.Type);
        AssertRefuses(
            new BatchNormTraining(),
            "BatchNormTraining: (1, 64, 1, 1) has one value a channel, which has no variance; a larger batch or image does.",
            new(new Shape(1, 64, 1, 1)), good, good, good, good, StepInputs.Type);
        AssertRefuses(
            new BatchNormTraining(),
            "BatchNormTraining: the step's inputs are (64, 1, 1, 1), not (16, 1, 1, 1) UInt32.", x, good, good, good, good, good);
        AssertRefuses(new BatchNormAgain(), "BatchNormAgain: 64 channels, and a vector (63, 1, 1, 1).", x, good, good, bad, good);
        AssertRefuses(
            new BatchNormGradient(), "BatchNormGradient: (2, 64, 7, 7) and (1, 64, 7, 7) are not alike.",
            x, new(new Shape(1, 64, 7, 7)), good, good, good, good);
        AssertRefuses(
            new FrozenBatchNormGradient(), "FrozenBatchNormGradient: 64 channels, and a vector (63, 1, 1, 1).",
            x, x, good, bad, good);
    }

    private static OpCase Case(string name, Shape x, bool hasRelu = false, float epsilon = 1e-5f)
    {
        TensorType c = new(Shape.Vector(x.C));
        return new OpCase(name, new BatchNormTraining(epsilon, hasRelu), new(x), c, c, c, c, StepInputs.Type)
        {
            EveryFamily = true, Values = Others,
        };
    }

    // A running variance, and the step's words.
    private static float[] Others(int input, float[] values) => input switch
    {
        4 => Array.ConvertAll(values, value => value * value),
        5 => [.. values.Select((_, word) => word == MomentumWord ? 0.1f : 0)],
        _ => values,
    };

    private static OpCase Again(string name, Shape x, bool hasRelu = false)
    {
        Shape c = Shape.Vector(x.C);
        return new OpCase(name, new BatchNormAgain(hasRelu), x, c, c, c, c)
        {
            EveryFamily = true,
            Values = (input, values) => input == 4 ? Array.ConvertAll(values, value => 1.5f + value) : values,
        };
    }

    private static OpCase Gradient(string name, Shape x, bool hasRelu = false)
    {
        Shape c = Shape.Vector(x.C);
        return new OpCase(name, new BatchNormGradient(hasRelu), x, x, c, c, c, c)
        {
            EveryFamily = true,
            Values = (input, values) => input == 5 ? Array.ConvertAll(values, value => 1.5f + value) : values,
        };
    }

    private static OpCase Constant(Shape x)
    {
        Shape c = Shape.Vector(x.C);
        return new OpCase($"{x}", new FrozenBatchNormGradient(1e-3f), x, x, c, c, c)
        {
            EveryFamily = true,
            Values = (input, values) => input == 4 ? Array.ConvertAll(values, value => value * value) : values,
        };
    }
}
