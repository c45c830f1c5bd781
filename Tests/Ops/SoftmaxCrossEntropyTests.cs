using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class SoftmaxCrossEntropyTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        Case("one class", rows: 1, classes: 1),
        Case("one row", rows: 1, classes: 10),
        Case("odd extents", rows: 7, classes: 13),
        Case("more rows than a workgroup", rows: 67, classes: 5),
        Case("padding behind the valid rows", rows: 9, classes: 11, validRows: 4),
        Case("no valid row", rows: 3, classes: 5, validRows: 0),
        Case("more valid rows than there are", rows: 3, classes: 5, validRows: 4),
        Case("smoothed labels", rows: 6, classes: 7, smoothing: 0.1f),
        Case("labels smoothed away", rows: 6, classes: 7, smoothing: 1),
        Case("ImageNet's classes", rows: 5, classes: 1000, smoothing: 0.1f),
        Case("logits that overflow an exponential", rows: 6, classes: 7, smoothing: 0.1f, scale: 1e4f),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Cases))]
    public void Gradient_agrees_with_the_oracle(OpCase c) =>
        AssertAgrees(c with { Op = new SoftmaxCrossEntropyGradient(((SoftmaxCrossEntropy)c.Op).LabelSmoothing) });

    [Test]
    public void Loss_and_count_are_those_of_a_sum_on_paper()
    {
        // softmax(log 1, log 2, log 5) = (1/8, 2/8, 5/8); the second row ties, and the first of its largest is wrong.
        DoubleTensor logits = new(2, 3, 1, 1, [0, Math.Log(2), Math.Log(5), 1, 1, 0]);
        DoubleTensor labels = new(2, 1, 1, 1, [2, 1]), step = Step(2);
        DoubleTensor[] got = new SoftmaxCrossEntropy(0.3f).Evaluate([logits, labels, step]);
        double second = Math.Log(2 + 1 / Math.E) - 0;
        double row0 = 0.7 * Math.Log(8.0 / 5) + 0.1 * (Math.Log(8) + Math.Log(4) + Math.Log(8.0 / 5));
        double row1 = 0.7 * second + 0.1 * (second + second + second + 1);
        Assert.That(got[0].Values[0], Is.EqualTo((row0 + row1) / 2).Within(1e-7));     // 0.3 is a float
        Assert.That(got[1].Values[0], Is.EqualTo(1));
    }

    [Test]
    public void Ties_go_to_the_first_and_NaN_is_the_largest()
    {
        OpCase c = Case("ties and NaN", rows: 6, classes: 6);
        float[] specials = [1, 1, float.NaN, 0, 1, -1];
        AssertAgrees(c with
        {
            Values = (input, values) => input == 0
                ? [.. values.Select((_, i) => specials[(i % 6 + i / 6) % (i < 12 ? 2 : 6)])]
                : c.Values!(input, values),
        });
    }

    [Test]
    public void A_label_that_is_no_class_makes_the_loss_NaN()
    {
        OpCase good = Case("label 5 of 5 classes", rows: 4, classes: 5);
        OpCase c = good with
        {
            Values = (input, values) => input == 1
                ? [.. values.Select((_, i) => Word(i == 2 ? 5 : i == 3 ? uint.MaxValue : 1))]
                : good.Values!(input, values),
        };
        AssertAgrees(c);
        AssertAgrees(c with { Op = new SoftmaxCrossEntropyGradient() });
        Assert.That(c.Op.Evaluate([new(1, 5, 1, 1), new(1, 1, 1, 1, [5]), Step(1)])[0].Values[0], Is.NaN);
    }

    [Test]
    public void Gradient_is_zero_in_padded_rows_and_sums_to_zero_in_the_others()
    {
        OpCase c = Case("", rows: 9, classes: 11, smoothing: 0.1f);
        double[] dx = new SoftmaxCrossEntropyGradient(0.1f).Evaluate(
            [new(9, 11, 1, 1, Hash.Doubles(1, c.Name, 99)), new(9, 1, 1, 1), Step(4)])[0].Values;
        Assert.That(dx[44..], Is.All.Zero);
        for (int row = 0; row < 4; row++) Assert.That(dx[(row * 11)..(row * 11 + 11)].Sum(), Is.Zero.Within(1e-15));
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType logits = new(new Shape(4, 10, 1, 1)), labels = new(Shape.Vector(4), ElementType.UInt32);
        TensorType step = StepInputs.Type;
        AssertRefuses(new SoftmaxCrossEntropy(),
            "SoftmaxCrossEntropy: the logits (4, 10, 2, 2) are not (N, C, 1, 1) float32.",
            new(new Shape(4, 10, 2, 2)), labels, step);
        AssertRefuses(new SoftmaxCrossEntropy(),
            "SoftmaxCrossEntropy: 4 rows of logits, and labels (4, 1, 1, 1); one UInt32 a row is needed.",
            logits, new(Shape.Vector(4)), step);
        AssertRefuses(new SoftmaxCrossEntropyGradient(),
            "SoftmaxCrossEntropyGradient: 4 rows of logits, and labels (3, 1, 1, 1) UInt32; one UInt32 a row is needed.",
            logits, new(Shape.Vector(3), ElementType.UInt32), step);
        AssertRefuses(new SoftmaxCrossEntropy(),
            "SoftmaxCrossEntropy: the step's inputs are (4, 1, 1, 1) UInt32, not (16, 1, 1, 1) UInt32.", logits, labels, labels);
        AssertRefuses(new SoftmaxCrossEntropy(1.5f),
            "SoftmaxCrossEntropy: a label smoothing of 1.5 is not within 0 to 1.", logits, labels, step);
    }

    private static OpCase Case(
        string name, int rows, int classes, uint? validRows = null, float smoothing = 0, float scale = 4) =>
        new(name, new SoftmaxCrossEntropy(smoothing),
            new(new Shape(rows, classes, 1, 1)), new(Shape.Vector(rows), ElementType.UInt32), StepInputs.Type)
        {
            Values = (input, values) => input switch
            {
                0 => Array.ConvertAll(values, value => scale * value),
                1 => [.. values.Select((_, row) => Word(Hash.Bits(2, (uint)row) % (uint)classes))],
                _ => [.. values.Select((_, word) => Word(word == 2 ? validRows ?? (uint)rows : 0))],
            },
        };

    private static DoubleTensor Step(uint validRows) =>
        new(16, 1, 1, 1, [.. Enumerable.Range(0, 16).Select(word => word == 2 ? (double)validRows : 0)]);

    private static float Word(uint bits) => BitConverter.UInt32BitsToSingle(bits);
}
