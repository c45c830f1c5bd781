using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Ops;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Ops;

[TestFixture, Category("Device")]
public sealed class RenderShapesTests : OpTests
{
    private static readonly TensorType Twelve = new(new Shape(12, ShapeScene.Words, 1, 1), ElementType.UInt32);

    private static readonly OpCase[] Cases =
    [
        new("all classes as networks get them", new RenderShapes(Shapes.Side), Twelve) { Values = (_, values) => Scenes(1, 12) },
        new("a small odd number of quads", new RenderShapes(12), Twelve) { Values = (_, values) => Scenes(2, 12) },
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_CPU_but_for_edges(OpCase c) => AssertAgrees(c);

    [Test]
    public void A_hundred_scenes_look_the_same_both_ways()
    {
        const int count = 100;
        Shapes set = new(2026, count);
        foreach (Pipelines pipelines in TestPipelines.Forms)
        {
            byte[] got = Rendered(pipelines, 2026, count);
            byte[] wanted = [.. Enumerable.Range(0, count).SelectMany(i => set.Read(i).Pixels)];
            double mean = got.Zip(wanted, (a, b) => Math.Abs(a - b)).Average();
            int differing = got.Zip(wanted, (a, b) => Math.Abs(a - b)).Count(difference => difference > 1);
            TestContext.Out.WriteLine($"{TestPipelines.NameOf(pipelines)}: {mean:G3} levels off on average, "
                + $"{differing:N0} of {got.Length:N0} values by more than one");
            Assert.That(mean, Is.LessThanOrEqualTo(2));
            Assert.That(differing, Is.LessThan(got.Length / 1000), "on edges alone");
        }
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        AssertRefuses(new RenderShapes(64), "RenderShapes: the scenes (3, 47, 1, 1) UInt32 are not 48 words each.",
            new TensorType(new Shape(3, 47, 1, 1), ElementType.UInt32));
        AssertRefuses(new RenderShapes(30), "RenderShapes: a side of 30 pixels is no multiple of 4.", Twelve);
    }

    /// <summary>The pixels of a set's first pictures, one after the other, as the device renders them.</summary>
    internal static byte[] Rendered(Pipelines pipelines, uint seed, int count)
    {
        Graph graph = new();
        Tensor scenes = graph.Input("scenes", new(new Shape(count, ShapeScene.Words, 1, 1), ElementType.UInt32));
        Tensor pixels = graph.Append("pixels", new RenderShapes(Shapes.Side), scenes);
        graph.Output(pixels);
        using ParameterSet parameters = new(pipelines.Device, []);
        using Plan plan = new(pipelines, GraphCompiler.Compile(graph, pipelines.Device.Traits, new()), parameters, slots: 1);
        MemoryMarshal.AsBytes(Scenes(seed, count).AsSpan()).CopyTo(plan.Input(0, scenes));
        plan.Run();
        return plan.Output(0, pixels).ToArray();
    }

    // The words' bits as floats: so the harness takes them.
    private static float[] Scenes(uint seed, int count)
    {
        ShapeScene[] scenes = [.. Enumerable.Range(0, count).Select(new Shapes(seed, count).Scene)];
        return MemoryMarshal.Cast<ShapeScene, float>(scenes).ToArray();
    }
}
