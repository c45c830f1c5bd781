using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Demo;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Inference;

[TestFixture]
public sealed class DevicePeakTests : DeviceTests
{
    private ShaderLibrary _shaders = null!;
    private Pipelines _pipelines = null!;

    [OneTimeSetUp]
    public void Open()
    {
        _shaders = new ShaderLibrary(new ShaderSource(), [Session.CompiledShaders], null);
        _pipelines = new Pipelines(Device, _shaders, null);
    }

    [OneTimeTearDown]
    public void Close()
    {
        _pipelines.Dispose();
        _shaders.Dispose();
    }

    // A shader whose work could be left out would measure nothing.
    [TestCase(1, 1), TestCase(37, 5), TestCase(300, 2)]
    public void The_chains_that_are_timed_are_really_computed(int threads, int turns)
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new TensorType(Shape.Vector(2)));
        Tensor y = graph.Append("y", new DevicePeak.MultiplyAdds(threads, turns), x);
        graph.Output(y);
        CompiledGraph compiled = GraphCompiler.Compile(graph, Device.Traits);
        using ParameterSet none = new(Device, []);
        using Plan plan = new(_pipelines, compiled, none, slots: 1);
        float[] coefficients = [-0.7f, 1.3f];
        MemoryMarshal.AsBytes<float>(coefficients).CopyTo(plan.Input(0, x));
        plan.Run();

        DoubleTensor wanted = y.Producer!.Op.Evaluate([new DoubleTensor(2, 1, 1, 1, [-0.7f, 1.3f])])[0];
        // A step rounds at most twice, and each error shrinks by 0.7 a step: below 2 / 0.3 roundings a chain. The sum of 16
        // chains rounds 4 times. No value exceeds the largest start, or 1.3 / 0.3.
        double largest = Math.Max(threads + 15, 1.3 / 0.3), tolerance = 16 * largest * (2 / 0.3 + 4) / (1 << 24);
        ReadOnlySpan<float> got = MemoryMarshal.Cast<byte, float>(plan.Output(0, y));
        for (int i = 0; i < threads; i++) Assert.That(got[i], Is.EqualTo(wanted.Values[i]).Within(tolerance), $"thread {i}");
    }

    [Test]
    public void It_is_a_rate_that_a_device_can_have()
    {
        double peak = DevicePeak.Measure(_pipelines);
        TestContext.Out.WriteLine($"{peak:F1} GFLOP/s");
        Assert.That(peak, Is.InRange(0.1, 1e6));
    }
}
