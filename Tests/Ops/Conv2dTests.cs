using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class Conv2dTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        Case("one pixel, one weight", Window.Square(1), 1, 1, 1, 1),
        Case("one pixel in a window of padding", Window.Square(3, 1, 1), 1, 1, 1, 1),
        Case("ResNet's stem, narrow", Window.Square(7, 2, 3), 3, 16, 17, 13),
        Case("a stem with an odd number of channels", Window.Square(7, 2, 3), 3, 7, 13, 17),
        Case("a stem of one channel", Window.Square(3, 1, 1), 1, 10, 9, 11),
        Case("a stem whose rows are whole vectors", Window.Square(7, 2, 3), 3, 16, 16, 16),
        Case("a stride of 2 that skips pixels", Window.Square(1, 2), 8, 16, 7, 9),
        Case("a stride larger than the window", Window.Square(3, 5), 8, 16, 17, 13),
        Case("dilation", Window.Square(3, 1, 2, 2), 5, 7, 11, 9),
        Case("dilation in front of few channels", Window.Square(3, 1, 2, 2), 3, 8, 11, 9),
        Case("dilation and stride", Window.Square(3, 2, 3, 3), 8, 16, 13, 17),
        Case("padding wider than the window", Window.Square(1, 1, 2), 8, 16, 3, 5),
        Case("padding of a window of 3 by 3", Window.Square(3, 1, 3), 4, 8, 2, 2),
        Case("groups", Window.Square(3, 1, 1), 8, 16, 5, 7, groups: 4),
        Case("ResNeXt's first stage, narrow", Window.Square(3, 1, 1), 64, 64, 9, 7, groups: 16),
        Case("groups as wide as a register", Window.Square(3, 2, 1), 64, 64, 9, 7, groups: 4),
        Case("a few wide groups", Window.Square(3, 1, 1), 96, 160, 5, 7, groups: 2),
        Case("groups of which blocks hold parts", Window.Square(3, 1, 1), 36, 60, 5, 7, images: 2, groups: 3),
        Case("groups of a linear layer's shape", Window.Square(1), 512, 64, 1, 1, groups: 4),
        Case("depthwise", Window.Square(3, 1, 1), 10, 10, 5, 7, groups: 10),
        Case("a window that is not square", new Window(1, 7, 1, 1, 0, 3), 5, 7, 9, 9),
        Case("strides that differ", new Window(3, 3, 2, 1, 1, 1), 5, 16, 9, 9),
        Case("paddings that differ", new Window(3, 3, 1, 1, 0, 2), 8, 16, 5, 5),
        Case("dilations that differ", new Window(3, 3, 1, 1, 1, 2, 1, 2), 8, 16, 7, 7),
        Case("a batch of 3", Window.Square(3, 1, 1), 8, 24, 7, 5, images: 3),
        Case("a batch of 3, pixel by pixel", Window.Square(1), 10, 24, 7, 5, images: 3),
        Case("a window of 5", Window.Square(5, 2, 2), 10, 24, 17, 13, images: 2),
        Case("the last block of ResNet-18, narrow", Window.Square(3, 1, 1), 64, 64, 7, 7),
        Case("a linear layer's shape", Window.Square(1), 512, 10, 1, 1),
        Case("a long sum", Window.Square(3, 1, 1), 256, 8, 3, 3),
        Case("nothing but a bias", Window.Square(3, 1, 1), 8, 16, 5, 5) with
        {
            Values = (input, values) => input == 1 ? new float[values.Length] : values,
        },
    ];

    /// <summary>Every C with every K and every kernel size; the rest of each case is drawn from the hash.</summary>
    private static IEnumerable<OpCase> Crossed()
    {
        uint key = Hash.Key(3, "crossed convolutions"), next = 0;
        foreach (int kernel in new[] { 1, 3, 5, 7 })
        {
            foreach (int c in new[] { 1, 2, 3, 5, 8, 10 })
            {
                foreach (int k in new[] { 1, 7, 10, 16, 24 })
                {
                    (int h, int w) = Draw((1, 1), (2, 3), (5, 4), (7, 7), (13, 8), (17, 13));
                    int stride = Draw(1, 2), dilation = kernel == 1 ? 1 : Draw(1, 1, 2), images = Draw(1, 1, 2, 3);
                    int reach = (kernel - 1) * dilation + 1;
                    // What a window needs at least where it is larger than the image.
                    int padding = Math.Max(Draw(0, kernel / 2, kernel / 2), Math.Max(reach - Math.Min(h, w) + 1, 0) / 2);
                    Window window = Window.Square(kernel, stride, padding, dilation);
                    OpCase made = Case("", window, c, k, h, w, images, bias: Draw(true, false), residual: Draw(true, false),
                        relu: Draw(true, false));
                    yield return made with { Name = $"{made.Op}, {made.Inputs[0]} to {k}", Seed = next };
                }
            }
        }

        T Draw<T>(params T[] values) => values[Hash.Bits(key, next++) % values.Length];
    }

    /// <summary>Groups of any width.</summary>
    private static IEnumerable<OpCase> Grouped()
    {
        uint key = Hash.Key(4, "convolutions in groups"), next = 0;
        foreach (int inputs in new[] { 1, 2, 3, 4, 6, 8, 12, 16, 20 })
        {
            foreach (int outputs in new[] { 1, 3, 4, 5, 8, 16, 24 })
            {
                (int kernel, int groups, int images) = (Draw(1, 3, 3, 5), Draw(2, 3, 4, 5, 8), Draw(1, 1, 2));
                (int h, int w) = Draw((5, 5), (5, 7), (7, 7), (13, 8));
                OpCase made = Case("", Window.Square(kernel, Draw(1, 1, 2), kernel / 2), groups * inputs, groups * outputs, h, w,
                    images, groups, bias: Draw(true, false), residual: Draw(true, false), relu: Draw(true, false));
                yield return made with { Name = $"{made.Op}, {made.Inputs[0]} to {groups * outputs}", Seed = next };
            }
        }

        T Draw<T>(params T[] values) => values[Hash.Bits(key, next++) % values.Length];
    }

    private static IEnumerable<OpCase> Epilogues() =>
        from kernel in new[] { 1, 3 }
        from flags in Enumerable.Range(0, 8)
        from channels in new[] { (3, 7), (8, 16) }
        select Case(
            $"{kernel}x{kernel}, {channels}, bias {(flags & 1) != 0}, shortcut {(flags & 2) != 0}, ReLU {(flags & 4) != 0}",
            Window.Square(kernel, 1, kernel / 2), channels.Item1, channels.Item2, 5, 6, images: 2, groups: 1,
            bias: (flags & 1) != 0, residual: (flags & 2) != 0, relu: (flags & 4) != 0);

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) => AssertAgrees(HalfOf(c));

    [TestCaseSource(nameof(Crossed))]
    public void Agrees_on_any_channels_and_extents(OpCase c) => AssertAgrees(c);

    [Test]
    public void Agrees_on_any_channels_and_extents_in_float16()
    {
        foreach (OpCase c in Crossed().Where((_, i) => i % 5 == 0)) AssertAgrees(HalfOf(c));
    }

    [TestCaseSource(nameof(Grouped))]
    public void Agrees_in_groups_of_any_width(OpCase c) => AssertAgrees(c);

    [Test]
    public void Agrees_in_groups_of_any_width_in_float16()
    {
        foreach (OpCase c in Grouped().Where((_, i) => i % 4 == 0)) AssertAgrees(HalfOf(c));
    }

    [TestCaseSource(nameof(Epilogues))]
    public void Agrees_with_every_epilogue(OpCase c) => AssertAgrees(c);

    [TestCase(3, 16)]
    [TestCase(8, 16)]
    [TestCase(5, 7)]
    public void A_ReLU_lets_NaN_through_and_infinity_stays(int channels, int outputs)
    {
        OpCase c = Case("NaN and infinity among the inputs", Window.Square(3, 1, 1), channels, outputs, 9, 11, relu: true);
        AssertAgrees(c with
        {
            Values = (input, values) =>
            {
                if (input != 0) return values;
                float[] special = [.. values];
                (special[0], special[^1]) = (float.NaN, float.NegativeInfinity);
                special[special.Length / 2] = float.PositiveInfinity;
                return special;
            },
        });
    }

    [Test]
    public void Says_which_channels_do_not_fit() => AssertRefuses(
        new Conv2d(Window.Square(1)),
        "Conv2d: the input has 256 channels, the weight expects 128 (input (1, 256, 56, 56), weight (128, 128, 1, 1), 1 groups).",
        new(new Shape(1, 256, 56, 56)), new(new Shape(128, 128, 1, 1)));

    [Test]
    public void Says_what_else_does_not_fit()
    {
        TensorType x = new(new Shape(1, 8, 5, 5)), weight = new(new Shape(16, 8, 3, 3)), bias = new(Shape.Vector(16));
        AssertRefuses(new Conv2d(Window.Square(3)), "Conv2d: 3 inputs, 2 are needed.", x, weight, bias);
        AssertRefuses(new Conv2d(Window.Square(5)), "Conv2d: the weight (16, 8, 3, 3) is no 5x5 kernel.", x, weight);
        AssertRefuses(
            new Conv2d(Window.Square(3)) { HasBias = true }, "Conv2d: 16 output channels, and a bias (15, 1, 1, 1).",
            x, weight, new(Shape.Vector(15)));
        AssertRefuses(
            new Conv2d(Window.Square(3)) { HasResidual = true },
            "Conv2d: a shortcut (1, 8, 5, 5) cannot be added to (1, 16, 3, 3).", x, weight, x);
        AssertRefuses(
            new Conv2d(Window.Square(3)), "Conv2d: a window of 3x3 does not fit an image of 2x9 padded by 0x0.",
            x with { Shape = new Shape(1, 8, 2, 9) }, weight);
        AssertRefuses(
            new Conv2d(Window.Square(3, 0)),
            "Conv2d: the window 3x3 stride 0 has an extent, stride or dilation below 1, or a negative padding.", x, weight);
    }

    private static OpCase Case(
        string name, Window window, int channels, int outputs, int height, int width, int images = 1, int groups = 1,
        bool bias = true, bool residual = false, bool relu = false)
    {
        Shape x = new(images, channels, height, width), weight = new(outputs, channels / groups, window.Height, window.Width);
        Conv2d conv = new(window, groups) { HasBias = bias, HasResidual = residual, HasRelu = relu };
        List<Shape> inputs = [x, weight];
        if (bias) inputs.Add(Shape.Vector(outputs));
        if (residual)
        {
            (int p, int q) = window.Over("Conv2d", height, width);
            inputs.Add(new Shape(images, outputs, p, q));
        }
        return new OpCase(name, conv, [.. inputs]);
    }

    private static OpCase HalfOf(OpCase c)
    {
        Conv2d conv = (Conv2d)c.Op;
        return c with
        {
            Name = $"{c.Name}, float16",
            Inputs = [.. c.Inputs.Select((type, i) =>
                i == 0 || conv.HasResidual && i == c.Inputs.Length - 1 ? type with { Element = ElementType.Float16 } : type)],
        };
    }
}
