using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Graphs;

/// <summary>What outlives a run, and operations that change it in its place.</summary>
[TestFixture, Category("Device")]
public sealed class StateTests : DeviceTests
{
    private static readonly Parameter Weight = new("w", new Shape(3, 2, 1, 2), 4, ParameterKind.Weight);
    private static readonly Parameter Bias = new("b", Shape.Vector(5), 1, ParameterKind.Vector);

    [Test]
    public void A_state_begins_with_zeros_and_stays_from_run_to_run()
    {
        foreach (Pipelines pipelines in TestPipelines.Forms)
        {
            Graph graph = new();
            Tensor x = graph.Input("x", new(Shape.Vector(5)));
            Tensor sum = graph.Append("sum", new AddInPlace(), graph.State("total", x.Type), x);
            graph.Output(sum);
            using ParameterSet parameters = new(pipelines.Device, []);
            using Plan plan = new(pipelines, GraphCompiler.Compile(graph, pipelines.Device.Traits), parameters, slots: 2);
            for (int run = 1; run <= 3; run++)
            {
                Floats(plan.Input(run % 2, x)).Fill(run);
                plan.Run(run % 2);
                Assert.That(Floats(plan.Output(run % 2, sum)).ToArray(), Is.All.EqualTo(run * (run + 1) / 2));
            }
            Assert.That(Floats(parameters.ReadState("total"))[..5].ToArray(), Is.All.EqualTo(6));

            parameters.WriteState("total", MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5]));
            Floats(plan.Input(0, x)).Fill(10);
            plan.Run(0);
            Assert.That(Floats(plan.Output(0, sum)).ToArray(), Is.EqualTo(new[] { 11, 12, 13, 14, 15 }));
        }
    }

    [Test]
    public void Between_parameters_lie_zeros_even_in_memory_that_was_used_before()
    {
        GpuDevice device = TestPipelines.Shared.Device;
        using (ParameterSet sizes = new(device, [Weight, Bias]))
        {
            ulong bytes = (ulong)sizes.Layout.BlockBytes[0];
            GpuBuffer[] used = [.. Enumerable.Range(0, 8).Select(_ => device.CreateBuffer("used", bytes, GpuBufferUse.Tensors))];
            foreach (GpuBuffer buffer in used)
                device.Staging.Upload(Enumerable.Repeat((byte)0xFF, (int)bytes).ToArray(), buffer);
            device.Submission.Wait(device.Submission.Last);
            foreach (GpuBuffer buffer in used) buffer.Dispose();
        }

        using ParameterSet parameters = new(device, [Weight, Bias]);
        parameters.Set("w", Hash.Values(1, "w", 12));
        parameters.Set("b", [1, 2, 3, 4, 5]);
        byte[] block = parameters.ReadBlock(0);
        foreach (Parameter parameter in parameters.Layout.Parameters)
        {
            int offset = (int)parameters.Layout.Place(parameter.Name).Offset, length = parameters[parameter.Name].Length * 4;
            Assert.That(block.AsSpan(offset, length).IndexOfAnyExcept((byte)0), Is.GreaterThanOrEqualTo(0), parameter.Name);
            block.AsSpan(offset, length).Clear();
        }
        Assert.That(block, Is.All.Zero);
    }

    [Test]
    public void Parameters_that_a_run_changes_are_read_back_and_seen_by_other_plans()
    {
        Pipelines pipelines = TestPipelines.Shared;
        using ParameterSet parameters = new(pipelines.Device, [Weight, Bias]);
        parameters.Set("w", Hash.Values(1, "w", 12));
        parameters.Set("b", [1, 2, 3, 4, 5]);
        float[] before = parameters["w"].ToArray();

        // Another plan, which reads the bias as it is.
        Graph reading = new();
        reading.Parameter(Weight);
        Tensor bias = reading.Parameter(Bias), shift = reading.Input("shift", new(Bias.Shape));
        Tensor y = reading.Append("y", new Relu(), reading.Append("twice", new Add(), bias, bias));
        Tensor shifted = reading.Append("shifted", new Add(), y, shift);
        reading.Output(shifted);
        using Plan reader = new(pipelines, GraphCompiler.Compile(reading, pipelines.Device.Traits), parameters, slots: 1);
        Floats(reader.Input(0, shift)).Clear();
        reader.Run();
        Assert.That(Floats(reader.Output(0, shifted)).ToArray(), Is.EqualTo(new[] { 2, 4, 6, 8, 10 }));

        // Doubles all parameters, block by block.
        ParameterLayout layout = parameters.Layout;
        Graph graph = new();
        Tensor block = graph.State(ParameterSet.BlockName(0), new(Shape.Vector((int)layout.BlockBytes[0] / 4)));
        foreach (Parameter parameter in layout.Parameters)
            graph.Parameter(parameter).LieWithin(block, layout.Place(parameter.Name).Offset);
        Tensor copy = graph.Append("copy", new Relu(), block);
        graph.Append("doubled", new AddInPlace(), block, copy);
        using Plan doubling = new(pipelines, GraphCompiler.Compile(graph, pipelines.Device.Traits), parameters, slots: 1);
        int version = parameters.Version;
        doubling.Run();
        doubling.Run();

        Assert.Multiple(() =>
        {
            Assert.That(parameters.Version, Is.GreaterThan(version));
            Assert.That(parameters["w"].ToArray(), Is.EqualTo(Array.ConvertAll(before, v => v > 0 ? 4 * v : v)));
            Assert.That(parameters["b"].ToArray(), Is.EqualTo(new[] { 4, 8, 12, 16, 20 }));
        });
        reader.Run();
        Assert.That(Floats(reader.Output(0, shifted)).ToArray(), Is.EqualTo(new[] { 8, 16, 24, 32, 40 }));

        parameters.Set("b", [-1, 0, 1, 0, 1]);
        doubling.Run();
        reader.Run();
        Assert.That(Floats(reader.Output(0, shifted)).ToArray(), Is.EqualTo(new[] { 0, 0, 4, 0, 4 }));
    }

    [Test]
    public void What_was_overwritten_cannot_be_read_any_more()
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new(Shape.Vector(5))), state = graph.State("total", x.Type);
        graph.Append("sum", new AddInPlace(), state, x);
        graph.Output(graph.Append("late", new Relu(), state));
        InvalidOperationException error =
            Assert.Throws<InvalidOperationException>(() => GraphCompiler.Compile(graph, Traits.Lavapipe22))!;
        Assert.That(error.Message, Does.Contain("reads 'total', which sum: ").And.Contain("before it has overwritten"));
    }

    [Test]
    public void A_run_cut_into_slices_gives_the_same()
    {
        Pipelines pipelines = TestPipelines.Shared;
        Graph graph = new();
        Tensor x = graph.Input("x", new(Shape.Vector(9))), y = x;
        for (int i = 0; i < 5; i++) y = graph.Append($"add{i}", new Add(), y, x);
        graph.Output(y);
        using ParameterSet parameters = new(pipelines.Device, []);
        using Plan plan = new(pipelines, GraphCompiler.Compile(graph, pipelines.Device.Traits), parameters, slots: 1);
        foreach ((double[] times, int slices) in new[]
        {
            ([], 1), ([1e6, 1e6, 1e6, 1e6, 1e6], 3), ([9e6, 1, 1, 1, 9e6], 3), (new double[] { 1, 1, 1, 1, 1 }, 1),
        })
        {
            plan.Slice(times, TimeSpan.FromMilliseconds(2));
            Assert.That(plan.Slices, Is.EqualTo(slices));
            Floats(plan.Input(0, x)).Fill(2);
            plan.Run();
            Assert.That(Floats(plan.Output(0, y)).ToArray(), Is.All.EqualTo(12));
        }
    }

    private static Span<float> Floats(Span<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes);

    private static ReadOnlySpan<float> Floats(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes);

    private sealed record AddInPlace : Op
    {
        public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => new Add().Infer(inputs);

        public override int Overwrites(int output) => 0;

        public override void Record(OpStep step) => new Add().Record(step);

        public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => new Add().Evaluate(inputs);
    }
}
