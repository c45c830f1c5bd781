using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class ReluTests : OpTests
{
    private static readonly OpCase[] Cases =
    [
        new("one element", new Relu(), new Shape(1, 1, 1, 1)),
        new("fewer than a workgroup", new Relu(), new Shape(1, 3, 7, 1)),
        new("a workgroup and one", new Relu(), new Shape(1, 257, 1, 1)),
        new("a batch", new Relu(), new Shape(3, 5, 7, 9)),
        new("pairs, not quads", new Relu(), new Shape(1, 2, 7, 3)),
        new("quads", new Relu(), new Shape(3, 12, 5, 5)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle(OpCase c) => AssertAgrees(c with { EveryFamily = true });

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_oracle_in_float16(OpCase c) => AssertAgrees(c.Half);

    [Test]
    public void NaN_stays_NaN()
    {
        // No subnormal number: a device may take it for zero, with which sign it likes.
        float[] specials = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, -2e-38f, 2e-38f,
            float.MinValue];
        AssertAgrees(new OpCase("special values", new Relu(), new Shape(1, 7, 3, 3))
        {
            Values = (_, values) => [.. values.Select((_, i) => specials[i % specials.Length])],
        });
    }

    private static readonly OpCase[] Gradients =
    [
        Gradient("one element", new Shape(1, 1, 1, 1)),
        Gradient("an odd number", new Shape(3, 5, 7, 9)),
        Gradient("pairs, not quads", new Shape(1, 2, 7, 3)),
        Gradient("quads", new Shape(3, 12, 5, 5)),
    ];

    [TestCaseSource(nameof(Gradients))]
    public void Gradient_agrees_with_the_oracle(OpCase c) => AssertAgrees(c);

    [Test]
    public void Gradient_passes_where_the_outcome_is_NaN_and_not_where_it_is_0()
    {
        float[] outcomes = [float.NaN, 0f, -0f, float.PositiveInfinity, 2e-38f, 1];
        AssertAgrees(Gradient("special values", new Shape(1, 6, 5, 2)) with
        {
            Values = (input, values) => input == 0 ? values : [.. values.Select((_, i) => outcomes[i % outcomes.Length])],
        });
    }

    [Test]
    public void Gradient_says_what_does_not_fit()
    {
        TensorType a = new(new Shape(1, 8, 3, 3)), half = a with { Element = ElementType.Float16 };
        AssertRefuses(new ReluGradient(), "ReluGradient: (1, 8, 3, 3) and (1, 8, 3, 4) are not alike, or not float32.",
            a, new(new Shape(1, 8, 3, 4)));
        AssertRefuses(new ReluGradient(),
            "ReluGradient: (1, 8, 3, 3) Float16 and (1, 8, 3, 3) Float16 are not alike, or not float32.", half, half);
    }

    private static OpCase Gradient(string name, Shape shape) =>
        new(name, new ReluGradient(), shape, shape)
        {
            EveryFamily = true,
            // What a ReLU makes.
            Values = (input, values) => input == 0 ? values : Array.ConvertAll(values, value => Math.Max(value, 0)),
        };

    // More elements than 65,535 groups of 256 have threads: the kernels stride over the grid.
    [Test]
    public void Works_on_more_elements_than_a_grid_has_threads()
    {
        Shape shape = new(1, 4, 4096, 1025);
        Assert.That(shape.Count, Is.GreaterThan(65_535 * 256));
        Graph graph = new();
        Tensor x = graph.Input("x", new TensorType(shape));
        Tensor y = graph.Append("relu", new Relu(), x);
        graph.Output(y);
        using ParameterSet parameters = new(TestPipelines.Shared.Device, []);
        using Plan plan = new(
            TestPipelines.Shared, GraphCompiler.Compile(graph, TestPipelines.Shared.Device.Traits), parameters, slots: 1);
        Span<float> values = MemoryMarshal.Cast<byte, float>(plan.Input(0, x));
        for (int i = 0; i < values.Length; i++) values[i] = (i & 1) == 0 ? i : -i;
        plan.Run();

        ReadOnlySpan<float> got = MemoryMarshal.Cast<byte, float>(plan.Output(0, y));
        for (int i = 0; i < got.Length; i++)
            if (got[i] != ((i & 1) == 0 ? i : 0)) Assert.Fail($"Element {i} of {got.Length}: {got[i]}.");
    }
}
