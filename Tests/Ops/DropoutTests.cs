using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class DropoutTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        Case("one element", 0.5f, new Shape(1, 1, 1, 1)),
        Case("an odd number", 0.5f, new Shape(3, 5, 7, 9)),
        Case("pairs, not quads", 0.2f, new Shape(1, 2, 7, 3)),
        Case("VGG's, narrow", 0.5f, new Shape(3, 516, 1, 1)),
        Case("nothing is dropped", 0, new Shape(2, 8, 3, 3)),
        Case("all is dropped", 1, new Shape(2, 8, 3, 3)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Drops_its_rate_and_keeps_the_mean()
    {
        const int Count = 1 << 16;
        double[] y = Drop(0.3f, salt: 1, step: 0, Count);
        int dropped = y.Count(value => value == 0);
        // Four standard deviations of a binomial distribution.
        Assert.That(dropped, Is.EqualTo(0.3 * Count).Within(4 * Math.Sqrt(0.3 * 0.7 * Count)));
        Assert.That(y.Where(value => value != 0), Is.All.EqualTo(1 / 0.7).Within(1e-6));
    }

    [Test]
    public void Another_salt_or_step_drops_others_and_the_same_drop_the_same()
    {
        double[] y = Drop(0.5f, salt: 1, step: 0, 1000);
        Assert.That(Drop(0.5f, salt: 1, step: 0, 1000), Is.EqualTo(y));
        foreach (double[] other in new[] { Drop(0.5f, salt: 2, step: 0, 1000), Drop(0.5f, salt: 1, step: 1, 1000) })
            Assert.That(other.Zip(y).Count(pair => pair.First == pair.Second), Is.EqualTo(500).Within(4 * Math.Sqrt(250)));
    }

    [Test]
    public void Passes_everything_in_inference_without_a_dispatch()
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new TensorType(new Shape(2, 8, 3, 3)));
        Tensor dropped = graph.Append("drop", new Dropout(0.5f), graph.Append("relu", new Relu(), x));
        graph.Output(graph.Append("relu2", new Relu(), dropped));
        CompiledGraph compiled = GraphCompiler.Compile(graph, Graphs.Traits.Lavapipe25);
        Assert.That(compiled.Body.Steps.Select(step => step.Node.Name), Is.EqualTo(["relu", "relu2"]));
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType x = new(new Shape(2, 8, 3, 3));
        AssertRefuses(new Dropout(1.5f), "Dropout: a rate of 1.5 is not within 0 to 1.", x);
        AssertRefuses(
            new DropoutTraining(float.NaN, 0), "DropoutTraining: a rate of NaN is not within 0 to 1.", x, StepInputs.Type);
        AssertRefuses(new DropoutTraining(0.5f, 0), "DropoutTraining: (2, 8, 3, 3) Float16 is not float32.",
            x with { Element = ElementType.Float16 }, StepInputs.Type);
        AssertRefuses(new DropoutTraining(0.5f, 0),
            "DropoutTraining: the step's inputs are (2, 8, 3, 3), not (16, 1, 1, 1) UInt32.", x, x);
    }

    private static double[] Drop(float rate, uint salt, uint step, int count)
    {
        double[] words = new double[16];
        (words[0], words[1]) = (step, 0xfedcba98);
        DoubleTensor ones = new(count, 1, 1, 1, [.. Enumerable.Repeat(1.0, count)]);
        return new DropoutTraining(rate, salt).Evaluate([ones, new(16, 1, 1, 1, words)])[0].Values;
    }

    private static OpCase Case(string name, float rate, Shape shape) =>
        new(name, new DropoutTraining(rate, 0x89abcdef), new(shape), StepInputs.Type)
        {
            EveryFamily = true,
            Values = (input, values) => input == 0 ? values :
                [.. values.Select((_, word) => BitConverter.UInt32BitsToSingle(word == 0 ? 17 : word == 1 ? 0x12345678u : 0))],
        };
}
