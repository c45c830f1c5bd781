using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class Conv2dGradientTests : OpTests
{
    /// <summary>A convolution whose two gradients are tested.</summary>
    public sealed record Geometry(string Name, Window Window, Shape X, int Outputs, int Groups = 1)
    {
        public uint Seed { get; init; } = 1;

        public Shape Weight => new(Outputs, X.C / Groups, Window.Height, Window.Width);

        public Shape Y => new Conv2d(Window, Groups).Infer([new TensorType(X), new TensorType(Weight)])[0].Shape;

        public override string ToString() => Name;
    }

    private static readonly Geometry[] Cases =
    [
        new("one pixel, one weight", Window.Square(1), new(1, 1, 1, 1), 1),
        new("one pixel in a window of padding", Window.Square(3, 1, 1), new(1, 1, 1, 1), 1),
        new("ResNet's stem, narrow", Window.Square(7, 2, 3), new(2, 3, 17, 13), 16),
        new("a stem with an odd number of channels", Window.Square(7, 2, 3), new(1, 3, 13, 17), 7),
        new("a stem of one channel", Window.Square(3, 1, 1), new(2, 1, 9, 11), 10),
        new("a stem of one channel, 7x7", Window.Square(7, 2, 3), new(2, 1, 24, 24), 16),
        new("a stem whose rows are whole vectors", Window.Square(7, 2, 3), new(1, 3, 16, 16), 16),
        new("CIFAR's stem", Window.Square(3, 1, 1), new(3, 3, 32, 32), 16),
        new("a stem with a stride above 2", Window.Square(5, 3, 2), new(2, 4, 17, 12), 8),
        new("3x3, stride 2, odd extents", Window.Square(3, 2, 1), new(2, 8, 9, 7), 16),
        new("3x3, stride 2, even extents", Window.Square(3, 2, 1), new(3, 8, 8, 12), 16),
        new("3x3, stride 2, pixels that no window reaches", Window.Square(3, 2), new(2, 8, 8, 10), 8),
        new("a stride of 2 that skips pixels", Window.Square(1, 2), new(2, 8, 7, 9), 16),
        new("a stride of 2 that skips pixels, even extents", Window.Square(1, 2), new(2, 16, 8, 8), 32),
        new("a stride larger than the window", Window.Square(3, 5), new(1, 8, 17, 13), 16),
        new("dilation", Window.Square(3, 1, 2, 2), new(2, 5, 11, 9), 7),
        new("dilation in front of few channels", Window.Square(3, 1, 2, 2), new(1, 3, 11, 9), 8),
        new("dilation and stride", Window.Square(3, 2, 3, 3), new(1, 8, 13, 17), 16),
        new("dilation that the stride divides", Window.Square(3, 2, 2, 2), new(2, 8, 13, 10), 16),
        new("padding wider than the window", Window.Square(1, 1, 2), new(1, 8, 3, 5), 16),
        new("padding of a window of 3 by 3", Window.Square(3, 1, 3), new(1, 4, 2, 2), 8),
        new("groups", Window.Square(3, 1, 1), new(2, 8, 5, 7), 16, 4),
        new("groups, stride 2", Window.Square(3, 2, 1), new(2, 8, 5, 7), 16, 4),
        new("ResNeXt's first stage, narrow", Window.Square(3, 1, 1), new(2, 64, 9, 7), 64, 16),
        new("groups as wide as a register, stride 2", Window.Square(3, 2, 1), new(2, 64, 9, 8), 64, 4),
        new("a few wide groups", Window.Square(3, 1, 1), new(2, 96, 5, 7), 160, 2),
        new("groups of which blocks hold parts", Window.Square(3, 1, 1), new(2, 36, 5, 7), 60, 3),
        new("depthwise", Window.Square(3, 1, 1), new(2, 10, 5, 7), 10, 10),
        new("a window that is not square", new Window(1, 7, 1, 1, 0, 3), new(1, 5, 9, 9), 7),
        new("strides that differ", new Window(3, 3, 2, 1, 1, 1), new(1, 5, 9, 9), 16),
        new("paddings that differ", new Window(3, 3, 1, 1, 0, 2), new(1, 8, 5, 5), 16),
        new("dilations that differ", new Window(3, 3, 1, 1, 1, 2, 1, 2), new(1, 8, 7, 7), 16),
        new("a batch of 3", Window.Square(3, 1, 1), new(3, 8, 7, 5), 24),
        new("a batch of 3, pixel by pixel", Window.Square(1), new(3, 10, 7, 5), 24),
        new("a batch of 5 on one pixel", Window.Square(3, 1, 1), new(5, 8, 1, 1), 16),
        new("a window of 5", Window.Square(5, 2, 2), new(2, 10, 17, 13), 24),
        new("a window of 7, many channels", Window.Square(7, 1, 3), new(1, 16, 9, 9), 16),
        new("the first block of CIFAR's nets, narrow", Window.Square(3, 1, 1), new(2, 16, 32, 32), 16),
        new("the last block of ResNet-18, narrow", Window.Square(3, 1, 1), new(2, 64, 7, 7), 64),
        new("the last block at 3x3", Window.Square(3, 1, 1), new(4, 32, 3, 3), 32),
        new("a linear layer's shape", Window.Square(1), new(6, 512, 1, 1), 10),
        new("a linear layer of a prime batch", Window.Square(1), new(37, 16, 1, 1), 24),
        new("many images", Window.Square(3, 1, 1), new(33, 4, 6, 6), 8),
    ];

    /// <summary>Every C with every K and every kernel size; the rest of each case is drawn from the hash.</summary>
    private static IEnumerable<Geometry> Crossed()
    {
        uint key = Hash.Key(5, "crossed gradients"), next = 0;
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
                    Geometry made = new("", Window.Square(kernel, stride, padding, dilation), new(images, c, h, w), k);
                    yield return made with { Name = $"{made.Window}, {made.X} to {k}", Seed = next };
                }
            }
        }

        T Draw<T>(params T[] values) => values[Hash.Bits(key, next++) % values.Length];
    }

    /// <summary>Groups of any width.</summary>
    private static IEnumerable<Geometry> Grouped()
    {
        uint key = Hash.Key(6, "gradients in groups"), next = 0;
        foreach (int inputs in new[] { 1, 2, 3, 4, 6, 8, 12, 16, 20 })
        {
            foreach (int outputs in new[] { 1, 3, 4, 5, 8, 16, 24 })
            {
                (int kernel, int groups, int images) = (Draw(1, 3, 3, 5), Draw(2, 3, 4, 5, 8), Draw(1, 2, 3));
                (int h, int w) = Draw((5, 5), (5, 7), (7, 7), (13, 8));
                Window window = Window.Square(kernel, Draw(1, 1, 2), kernel / 2);
                Geometry made = new("", window, new(images, groups * inputs, h, w), groups * outputs, groups);
                yield return made with { Name = $"{window}, {made.X} to {made.Outputs}, {groups} groups", Seed = next };
            }
        }

        T Draw<T>(params T[] values) => values[Hash.Bits(key, next++) % values.Length];
    }

    [TestCaseSource(nameof(Grouped))]
    public void The_datas_gradient_agrees_in_groups_of_any_width(Geometry g) => AssertAgrees(DataGradient(g));

    [TestCaseSource(nameof(Grouped))]
    public void The_weights_gradient_agrees_in_groups_of_any_width(Geometry g) => AssertAgrees(WeightGradient(g));

    [TestCaseSource(nameof(Cases))]
    public void The_datas_gradient_agrees_with_the_oracle(Geometry g) => AssertAgrees(DataGradient(g));

    [TestCaseSource(nameof(Cases))]
    public void The_weights_gradient_agrees_with_the_oracle(Geometry g) => AssertAgrees(WeightGradient(g));

    [TestCaseSource(nameof(Crossed))]
    public void The_datas_gradient_agrees_on_any_channels_and_extents(Geometry g) => AssertAgrees(DataGradient(g));

    [TestCaseSource(nameof(Crossed))]
    public void The_weights_gradient_agrees_on_any_channels_and_extents(Geometry g) => AssertAgrees(WeightGradient(g));

    [Test]
    public void Two_runs_give_the_same_bits()
    {
        Graph graph = new();
        Shape shape = new(24, 16, 16, 16);
        Tensor x = graph.Input("x", new(shape)), dy = graph.Input("dy", new(shape));
        Tensor weight = graph.Input("weight", new(new Shape(16, 16, 3, 3)));
        Tensor[] outputs =
        [
            graph.Append("dw", new Conv2dWeightGradient(Window.Square(3, 1, 1)), x, dy),
            graph.Append("dx", new Conv2dDataGradient(Window.Square(3, 1, 1), 1, 16, 16), dy, weight),
            graph.Append("db", new ChannelSum(), dy),
        ];
        foreach (Tensor output in outputs) graph.Output(output);
        using ParameterSet parameters = new(Device, []);
        using Plan plan = new(TestPipelines.Shared, GraphCompiler.Compile(graph, Device.Traits), parameters, slots: 2);
        for (int slot = 0; slot < 2; slot++)
        {
            foreach (Tensor input in graph.Inputs)
            {
                float[] values = Hash.Values(7, input.Name, (int)input.Shape.Count);
                MemoryMarshal.AsBytes<float>(values).CopyTo(plan.Input(slot, input));
            }
            plan.Run(slot);
        }
        foreach (Tensor output in outputs)
            Assert.That(plan.Output(1, output).SequenceEqual(plan.Output(0, output)), output.Name);
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType x = new(new Shape(2, 8, 5, 5)), dy = new(new Shape(2, 16, 3, 3)), weight = new(new Shape(16, 8, 3, 3));
        AssertRefuses(
            new Conv2dDataGradient(Window.Square(3, 1, 1), 1, 5, 5),
            "Conv2dDataGradient: dy (2, 16, 3, 3) is no gradient of (2, 16, 5, 5).", dy, weight);
        AssertRefuses(
            new Conv2dWeightGradient(Window.Square(3, 1, 1)),
            "Conv2dWeightGradient: dy (2, 16, 3, 3) is no gradient of (2, 16, 5, 5), made of (2, 8, 5, 5).", x, dy);
        AssertRefuses(
            new Conv2dWeightGradient(Window.Square(3)),
            "Conv2dWeightGradient: dy (2, 16, 3, 3) is no gradient of (2, 16, 3, 3), made of (2, 8, 5, 5) Float16.",
            x with { Element = ElementType.Float16 }, dy);
    }

    [Test]
    public void A_convolution_appends_the_gradients_that_are_wanted()
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new(new Shape(2, 8, 9, 7))), weight = graph.Input("w", new(new Shape(16, 4, 3, 3)));
        Tensor bias = graph.Input("b", new(Shape.Vector(16)));
        Conv2d conv = new(Window.Square(3, 2, 1), Groups: 2) { HasBias = true };
        Assert.That(Gradients(graph, conv, x, weight, bias), Is.EqualTo(new[]
        {
            "conv.dx: Conv2dDataGradient 3x3 stride 2 padding 1 groups 2 of 9x7",
            "conv.dw: Conv2dWeightGradient 3x3 stride 2 padding 1 groups 2",
            "conv.db: ChannelSum",
        }));
    }

    [Test]
    public void A_linear_layer_is_differentiated_as_a_convolution()
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new(new Shape(4, 64, 1, 1))), weight = graph.Input("w", new(new Shape(10, 64, 1, 1)));
        Tensor bias = graph.Input("b", new(Shape.Vector(10)));
        Assert.That(Gradients(graph, new Linear(), x, weight, bias), Is.EqualTo(new[]
        {
            "conv.dx: Conv2dDataGradient 1x1 of 1x1", "conv.dw: Conv2dWeightGradient 1x1", "conv.db: ChannelSum",
        }));
    }

    [Test]
    public void Nothing_is_appended_for_images_and_what_is_frozen()
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new(new Shape(2, 3, 9, 7))), weight = graph.Input("w", new(new Shape(16, 3, 3, 3)));
        Tensor loss = Append(graph, new Conv2d(Window.Square(3)), x, weight);
        Tensor? dw = ResNetVulkan.Graphs.Gradients.Append(graph, loss, [weight])[0];
        Assert.That(dw!.Producer!.Name, Is.EqualTo("conv.dw"));
        Assert.That(graph.Nodes[^1], Is.SameAs(dw.Producer));
        Assert.That(graph.Nodes, Has.Count.EqualTo(3));     // the convolution, the loss, dw
    }

    [Test]
    public void What_was_fused_is_not_differentiated()
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new(new Shape(2, 3, 9, 7))), weight = graph.Input("w", new(new Shape(16, 3, 3, 3)));
        GradientException error = Assert.Throws<GradientException>(
            () => Gradients(graph, new Conv2d(Window.Square(3)) { HasRelu = true }, x, weight))!;
        Assert.That(error.Message, Is.EqualTo(
            "Conv2d 3x3 + ReLU has no gradient: what is fused into one operation for inference is differentiated as several."));
    }

    private static OpCase DataGradient(Geometry g) => new(
        g.Name, new Conv2dDataGradient(g.Window, g.Groups, g.X.H, g.X.W), g.Y, g.Weight) { Seed = g.Seed };

    private static OpCase WeightGradient(Geometry g) =>
        new(g.Name, new Conv2dWeightGradient(g.Window, g.Groups), g.X, g.Y) { Seed = g.Seed };

    // What is appended for all inputs of an operation, given what flows back into its output.
    private static string[] Gradients(Graph graph, Op op, params Tensor[] inputs)
    {
        Tensor loss = Append(graph, op, inputs);
        int before = graph.Nodes.Count;
        Tensor?[] gradients = ResNetVulkan.Graphs.Gradients.Append(graph, loss, inputs);
        Assert.That(gradients.Select(gradient => gradient!.Shape), Is.EqualTo(inputs.Select(input => input.Shape)));
        return [.. graph.Nodes.Skip(before).Select(node => node.ToString())];
    }

    private static Tensor Append(Graph graph, Op op, params Tensor[] inputs)
    {
        Tensor y = graph.Append("conv", op, inputs);
        return graph.Append("loss", new DotProduct(), y, graph.Input("dy", y.Type));
    }

    /// <summary>L = sum of y * dy: dy is what flows back into y. Never run.</summary>
    private sealed record DotProduct : Op
    {
        public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => [new TensorType(Shape.Vector(1))];

        public override void Record(OpStep step) => throw new NotSupportedException();

        public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => throw new NotSupportedException();

        public override void Differentiate(GradientStep step) => step.Flow(0, step.Inputs[1]);
    }
}
