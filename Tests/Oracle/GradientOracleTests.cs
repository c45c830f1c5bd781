using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Oracle;

/// <summary>
/// The oracle itself: what each op's gradient evaluates to, in double precision, against central differences of what the op
/// evaluates to. No device.
/// </summary>
[TestFixture]
public sealed class GradientOracleTests
{
    // The difference's own error is of the order Step^2 from the third derivative, and 1e-16 / Step from rounding.
    private const double Step = 1e-5, Tolerance = 1e-8;

    private static readonly GradientCase[] Cases =
    [
        new("ReLU", new Relu(), [new(2, 3, 5, 4)]),
        new("Add", new Add(), [new(2, 3, 5, 4), new(2, 3, 5, 4)]),
        new("Add + ReLU", new Add { HasRelu = true }, [new(2, 3, 5, 4), new(2, 3, 5, 4)]),
        new("Flatten", new Flatten(), [new(2, 3, 5, 4)]),
        new("Subsample", new Subsample(2, 6), [new(2, 4, 5, 4)]),
        new("a global average", AvgPool2d.Global(new Shape(2, 3, 5, 4)), [new(2, 3, 5, 4)]),
        new("AvgPool2d", new AvgPool2d(Window.Square(3, 2, 1)), [new(2, 3, 7, 6)]),
        new("AvgPool2d that does not count padding", new AvgPool2d(Window.Square(3, 2, 1), CeilMode: true, CountPadding: false),
            [new(1, 2, 8, 7)]),
        new("AvgPool2d in ceil mode", new AvgPool2d(new Window(5, 2, 3, 1, 2, 0), CeilMode: true), [new(1, 2, 8, 7)]),
        new("MaxPool2d", new MaxPool2d(Window.Square(3, 2, 1)), [new(2, 3, 7, 6)]),
        new("MaxPool2d, dilated, in ceil mode", new MaxPool2d(Window.Square(2, 2, 1, 3), CeilMode: true), [new(1, 2, 9, 8)]),
        new("BatchNorm", new BatchNorm(1e-3f), [new(2, 3, 4, 3), V(3), V(3), V(3), V(3)]) { Wanted = 3 },
        new("BatchNorm of the batch", new BatchNormTraining(1e-3f), [new(2, 3, 4, 3), V(3), V(3), V(3), V(3)])
        {
            Wanted = 3, HasStep = true,
        },
        new("BatchNorm of the batch + ReLU", new BatchNormTraining(1e-3f, HasRelu: true),
            [new(3, 4, 2, 3), V(4), V(4), V(4), V(4)])
        {
            Wanted = 3, HasStep = true,
        },
        new("Dropout that passes", new Dropout(0.3f), [new(2, 3, 5, 4)]),
        new("Dropout", new DropoutTraining(0.3f, 7), [new(2, 3, 5, 4)]) { HasStep = true },
        new("Conv2d", new Conv2d(Window.Square(3, 2, 1)) { HasBias = true }, [new(2, 3, 6, 5), new(4, 3, 3, 3), V(4)]),
        new("Conv2d in groups, dilated", new Conv2d(Window.Square(2, 1, 1, 2)) { Groups = 2 },
            [new(2, 4, 5, 4), new(6, 2, 2, 2)]),
        new("Conv2d 1x1", new Conv2d(Window.Square(1)), [new(2, 3, 4, 3), new(5, 3, 1, 1)]),
        new("Linear", new Linear(), [new(3, 5, 1, 1), new(4, 5, 1, 1), V(4)]),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Gradients_are_what_differences_say(GradientCase c)
    {
        Graph graph = new();
        Tensor[] inputs = [.. c.Inputs.Select((shape, i) => graph.Input($"input {i}", new TensorType(shape)))];
        Tensor step = graph.Input("step", StepInputs.Type);
        Tensor y = graph.Append("op", c.Op, c.HasStep ? [.. inputs, step] : inputs);
        Tensor weights = graph.Input("weights", y.Type);
        Tensor loss = graph.Append("loss", new WeightedSum(), y, weights);

        Dictionary<Tensor, DoubleTensor> values = [];
        for (int i = 0; i < inputs.Length; i++) values[inputs[i]] = Values(inputs[i], isPositive: i == 4);
        values[step] = StepOf(validRows: 0);
        values[weights] = Values(weights);
        Compare(graph, loss, inputs[..Math.Min(c.Wanted, inputs.Length)], values);
    }

    [TestCase(0f, 4u)]
    [TestCase(0.2f, 3u)]
    [TestCase(1f, 9u)]
    public void The_gradient_of_the_loss_is_what_differences_say(float smoothing, uint validRows)
    {
        Graph graph = new();
        Tensor logits = graph.Input("logits", new TensorType(new Shape(4, 5, 1, 1)));
        Tensor labels = graph.Input("labels", new TensorType(Shape.Vector(4), ElementType.UInt32));
        Tensor step = graph.Input("step", StepInputs.Type);
        Tensor loss = graph.Append("loss", new SoftmaxCrossEntropy(smoothing), logits, labels, step);
        Compare(graph, loss, [logits], new Dictionary<Tensor, DoubleTensor>
        {
            [logits] = Values(logits), [labels] = new DoubleTensor(4, 1, 1, 1, [4, 0, 2, 2]), [step] = StepOf(validRows),
        });
    }

    [Test]
    public void A_whole_network_with_a_shortcut_is_what_differences_say()
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new TensorType(new Shape(3, 2, 6, 5))), step = graph.Input("step", StepInputs.Type);
        Tensor labels = graph.Input("labels", new TensorType(Shape.Vector(3), ElementType.UInt32));
        List<Tensor> wanted = [x];
        Tensor a = Norm(Append("conv1", new Conv2d(Window.Square(3, 1, 1)), x, new Shape(4, 2, 3, 3)), "bn1", relu: true);
        Tensor b = Norm(Append("conv2", new Conv2d(Window.Square(3, 1, 1)), a, new Shape(4, 4, 3, 3)), "bn2", relu: false);
        Tensor sum = graph.Append("add", new Add { HasRelu = true }, b, a);
        Tensor max = graph.Append("max", new MaxPool2d(Window.Square(2, 2)), sum);
        Tensor pool = graph.Append("pool", AvgPool2d.Global(max.Shape), max);
        Tensor logits = Append("fc", new Conv2d(Window.Square(1)), pool, new Shape(5, 4, 1, 1));
        Tensor loss = graph.Append("loss", new SoftmaxCrossEntropy(0.1f), logits, labels, step);

        Dictionary<Tensor, DoubleTensor> values = graph.Inputs.ToDictionary(
            input => input, input => Values(input, isPositive: input.Name.EndsWith("variance", StringComparison.Ordinal)));
        (values[labels], values[step]) = (new DoubleTensor(3, 1, 1, 1, [4, 0, 2]), StepOf(validRows: 3));
        Compare(graph, loss, wanted, values);

        Tensor Append(string name, Op op, Tensor from, Shape weight)
        {
            wanted.Add(graph.Input($"{name}.weight", new TensorType(weight)));
            return graph.Append(name, op, from, wanted[^1]);
        }

        Tensor Norm(Tensor from, string name, bool relu)
        {
            Tensor[] vectors = [.. new[] { "weight", "bias", "mean", "variance" }
                .Select(vector => graph.Input($"{name}.{vector}", new TensorType(Shape.Vector(from.Shape.C))))];
            wanted.AddRange(vectors[..2]);
            return graph.Append(name, new BatchNormTraining(HasRelu: relu), [from, .. vectors, step]);
        }
    }

    [Test]
    public void Every_op_that_has_a_gradient_is_among_the_cases()
    {
        HashSet<Type> covered = [.. Cases.Select(c => c.Op.GetType()), typeof(SoftmaxCrossEntropy)];
        string[] missing =
        [
            .. typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)))
                .Where(type => type.GetMethod(nameof(Op.Differentiate))!.DeclaringType == type)
                .Where(type => !covered.Contains(type)).Select(type => type.Name),
        ];
        Assert.That(missing, Is.Empty);
    }

    private static void Compare(
        Graph graph, Tensor loss, IReadOnlyList<Tensor> wanted, Dictionary<Tensor, DoubleTensor> values)
    {
        Node[] forward = [.. graph.Nodes];
        Tensor?[] gradients = Gradients.Append(graph, loss, wanted);
        Dictionary<Tensor, DoubleTensor> all = Evaluate(graph.Nodes, values);
        for (int t = 0; t < wanted.Count; t++)
        {
            Assert.That(gradients[t], Is.Not.Null, wanted[t].Name);
            double[] got = all[gradients[t]!].Values, x = values[wanted[t]].Values;
            Assert.That(got, Has.Length.EqualTo(x.Length));
            for (int i = 0; i < x.Length; i++)
            {
                double difference = (LossAt(t, i, Step) - LossAt(t, i, -Step)) / (2 * Step);
                Assert.That(got[i], Is.EqualTo(difference).Within(Tolerance * (1 + Math.Abs(difference))),
                    $"element {values[wanted[t]].Position(i)} of the gradient of {wanted[t].Name}");
            }
            Assert.That(got, Has.Some.Not.Zero, wanted[t].Name);
        }

        double LossAt(int t, int i, double step)
        {
            DoubleTensor x = values[wanted[t]];
            double[] moved = [.. x.Values];
            moved[i] += step;
            Dictionary<Tensor, DoubleTensor> inputs = new(values) { [wanted[t]] = new(x.N, x.C, x.H, x.W, moved) };
            return Evaluate(forward, inputs)[loss].Values[0];
        }
    }

    private static Dictionary<Tensor, DoubleTensor> Evaluate(
        IEnumerable<Node> nodes, IReadOnlyDictionary<Tensor, DoubleTensor> inputs)
    {
        Dictionary<Tensor, DoubleTensor> values = new(inputs);
        foreach (Node node in nodes)
        {
            DoubleTensor[] made = node.Op.Evaluate([.. node.Inputs.Select(input => values[input])]);
            for (int i = 0; i < made.Length; i++) values[node.Outputs[i]] = made[i].WithBound(null);
        }
        return values;
    }

    private static DoubleTensor Values(Tensor tensor, bool isPositive = false)
    {
        Shape shape = tensor.Shape;
        double[] values = Hash.Doubles(3, tensor.Name, (int)shape.Count);
        if (isPositive) values = Array.ConvertAll(values, value => 0.6 + 0.5 * value);
        return new DoubleTensor(shape.N, shape.C, shape.H, shape.W, values);
    }

    private static DoubleTensor StepOf(uint validRows)
    {
        double[] words = new double[16];
        (words[0], words[1], words[2]) = (5, 0xfedcba98, validRows);
        words[13] = BitConverter.SingleToUInt32Bits(0.1f);
        return new DoubleTensor(16, 1, 1, 1, words);
    }

    private static Shape V(int length) => Shape.Vector(length);

    /// <summary>An op with the shapes of its inputs, of which the first <see cref="Wanted"/> are differentiated by.</summary>
    public sealed record GradientCase(string Name, Op Op, Shape[] Inputs)
    {
        public int Wanted { get; init; } = int.MaxValue;

        public bool HasStep { get; init; }

        public override string ToString() => Name;
    }

    /// <summary>The sum of y[i] * weight[i]: one number that depends on all of y, each in its own way.</summary>
    private sealed record WeightedSum : Op
    {
        public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => [new(new Shape(1, 1, 1, 1))];

        public override void Record(OpStep step) => throw new NotSupportedException("No device takes part.");

        public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
            [new(1, 1, 1, 1, [inputs[0].Values.Zip(inputs[1].Values, (value, weight) => value * weight).Sum()])];

        public override void Differentiate(GradientStep step) => step.Flow(0, step.Inputs[1]);
    }
}
