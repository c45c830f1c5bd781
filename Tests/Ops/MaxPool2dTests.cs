using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class MaxPool2dTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        new("one pixel", new MaxPool2d(Window.Square(1)), new Shape(1, 1, 1, 1)),
        new("odd extents, uneven last window", new MaxPool2d(Window.Square(3, 2, 1)), new Shape(1, 3, 7, 5)),
        new("an uneven last window that counts", new MaxPool2d(Window.Square(3, 2, 0), CeilMode: true), new Shape(2, 3, 8, 6)),
        new("windows that do not overlap", new MaxPool2d(Window.Square(2, 2)), new Shape(3, 1, 6, 8)),
        new("pixels that no window sees", new MaxPool2d(Window.Square(2, 3)), new Shape(2, 5, 11, 7)),
        new("one window covers everything", new MaxPool2d(Window.Square(4)), new Shape(1, 2, 4, 4)),
        new("a window that is not square", new MaxPool2d(new Window(1, 5, 1, 3, 0, 2)), new Shape(1, 7, 5, 13)),
        new("dilation", new MaxPool2d(Window.Square(3, 2, 1, 2)), new Shape(2, 3, 13, 9)),
        new("ResNet's stem", new MaxPool2d(Window.Square(3, 2, 1)), new Shape(2, 16, 28, 28)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    private static readonly OpCase[] Gradients =
    [
        .. Cases.Select(Gradient),
        Gradient(new("windows that overlap thrice", new MaxPool2d(Window.Square(5, 2, 2)), new Shape(2, 8, 9, 6))),
        Gradient(new("pairs, not quads", new MaxPool2d(Window.Square(3, 2, 1)), new Shape(2, 6, 7, 5))),
    ];

    [TestCaseSource(nameof(Gradients))]
    public void Gradient_agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Gradient_goes_to_the_first_of_equals_and_to_the_last_NaN()
    {
        float[] specials = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f];
        foreach (int channels in new[] { 3, 8 })
        {
            OpCase c = Gradient(new(
                $"equals of {channels} channels", new MaxPool2d(Window.Square(3, 2, 1)), new Shape(2, channels, 9, 11)));
            AssertAgrees(c with
            {
                Values = (input, values) => input == 1 ? values : [.. values.Select(value => MathF.Round(value))],
            });
            AssertAgrees(c with
            {
                Name = $"special values of {channels} channels",
                Values = (input, values) => input == 1 ? values :
                    [.. values.Select((value, i) => i % 5 == 0 ? specials[i / 5 % 4] : MathF.Round(value))],
            });
            AssertAgrees(c with
            {
                Name = $"minus infinity in {channels} channels",
                Values = (input, values) => input == 1 ? values : Array.ConvertAll(values, _ => float.NegativeInfinity),
            });
        }
    }

    [Test]
    public void Gradient_says_what_does_not_fit() => AssertRefuses(
        new MaxPool2dGradient(new MaxPool2d(Window.Square(3, 2, 1))),
        "MaxPool2d 3x3 stride 2 padding 1 gradient: the gradient (2, 3, 7, 5) should be (2, 3, 4, 3), and float32.",
        new(new Shape(2, 3, 7, 5)), new(new Shape(2, 3, 7, 5)));

    private static OpCase Gradient(OpCase c) =>
        c with
        {
            Op = new MaxPool2dGradient((MaxPool2d)c.Op), Inputs = [c.Inputs[0], c.Op.Infer(c.Inputs)[0]], EveryFamily = true,
        };

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) => AssertAgrees(c.Half);

    [Test]
    public void Below_zero_padding_does_not_take_part()
    {
        OpCase c = new("negative everywhere", new MaxPool2d(Window.Square(3, 2, 1)), new Shape(2, 3, 7, 5));
        AssertAgrees(c with { Values = (_, values) => Array.ConvertAll(values, value => value - 2) });
    }

    [Test]
    public void NaN_wins_and_infinities_are_numbers()
    {
        OpCase c = new("special values", new MaxPool2d(Window.Square(3, 2, 1)), new Shape(2, 3, 9, 11));
        float[] specials = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f];
        AssertAgrees(c with
        {
            Values = (_, values) => [.. values.Select((value, i) => i % 7 == 0 ? specials[i / 7 % 4] : value)],
        });
        AssertAgrees(c with
        {
            Name = "minus infinity", Values = (_, values) => Array.ConvertAll(values, _ => float.NegativeInfinity),
        });
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        AssertRefuses(
            new MaxPool2d(Window.Square(3, 2)), "MaxPool2d: a window of 3x3 does not fit an image of 2x9 padded by 0x0.",
            new TensorType(new Shape(1, 8, 2, 9)));
        AssertRefuses(
            new MaxPool2d(Window.Square(3, 2, 2)),
                "MaxPool2d: the padding of 3x3 stride 2 padding 2 is more than half of the window.",
            new TensorType(new Shape(1, 8, 9, 9)));
    }
}
