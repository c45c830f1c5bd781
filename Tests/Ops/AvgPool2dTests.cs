using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class AvgPool2dTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        new("one pixel", new AvgPool2d(Window.Square(1)), new Shape(1, 1, 1, 1)),
        new("padding counts", new AvgPool2d(Window.Square(3, 2, 1)), new Shape(2, 3, 7, 5)),
        new("padding does not count", new AvgPool2d(Window.Square(3, 2, 1), CountPadding: false), new Shape(2, 3, 7, 5)),
        new("an uneven last window that counts", new AvgPool2d(Window.Square(3, 2, 1), CeilMode: true), new Shape(1, 5, 8, 6)),
        new("the same without padding", new AvgPool2d(Window.Square(3, 2, 1), true, CountPadding: false), new Shape(1, 5, 8, 6)),
        new("a window that is not square", new AvgPool2d(new Window(5, 2, 2, 1, 2, 0)), new Shape(1, 7, 9, 4)),
        new("pixels that no window sees", new AvgPool2d(Window.Square(2, 3)), new Shape(3, 2, 11, 7)),
        new("the whole of an odd image", AvgPool2d.Global(new Shape(3, 10, 5, 7)), new Shape(3, 10, 5, 7)),
        new("ResNet's head", AvgPool2d.Global(new Shape(2, 64, 7, 7)), new Shape(2, 64, 7, 7)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) => AssertAgrees(c.Half);

    private static readonly OpCase[] Gradients =
    [
        .. Cases.Select(Gradient),
        Gradient(new("windows that overlap thrice", new AvgPool2d(Window.Square(5, 2, 2)), new Shape(2, 8, 9, 6))),
        Gradient(new("pairs, not quads", new AvgPool2d(Window.Square(2, 2)), new Shape(2, 6, 7, 5))),
    ];

    [TestCaseSource(nameof(Gradients))]
    public void Gradient_agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Gradient_says_what_does_not_fit() => AssertRefuses(
        new AvgPool2dGradient(new AvgPool2d(Window.Square(3, 2, 1)), 7, 5),
        "AvgPool2d 3x3 stride 2 padding 1 gradient to 7x5: the gradient (2, 3, 7, 5) should be (2, 3, 4, 3).",
        new TensorType(new Shape(2, 3, 7, 5)));

    private static OpCase Gradient(OpCase c)
    {
        Shape x = c.Inputs[0].Shape;
        AvgPool2dGradient gradient = new((AvgPool2d)c.Op, x.H, x.W);
        return c with { Op = gradient, Inputs = c.Op.Infer(c.Inputs), EveryFamily = true };
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType x = new(new Shape(1, 8, 9, 9));
        AssertRefuses(
            new AvgPool2d(Window.Square(3, 2, 2)),
                "AvgPool2d: the padding of 3x3 stride 2 padding 2 is more than half of the window.", x);
        AssertRefuses(new AvgPool2d(Window.Square(3, 1, 0, 2)), "AvgPool2d: 3x3 dilation 2 is dilated.", x);
        AssertRefuses(
            new AvgPool2d(Window.Square(10)), "AvgPool2d: a window of 10x10 does not fit an image of 9x9 padded by 0x0.", x);
    }
}
