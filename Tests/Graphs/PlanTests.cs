using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Graphs;

[TestFixture, Category("Device")]
public sealed class PlanTests : DeviceTests
{
    private const uint Seed = 20;

    private static readonly NetworkConfig Thin = NetworkOracle.Thin[0];

    private static Pipelines Pipelines => TestPipelines.Shared;

    [Test]
    public void A_thousand_runs_allocate_nothing()
    {
        TestNetwork network = TestNetwork.Make(Thin, 1, 16);
        using ParameterSet parameters = network.Parameters(Pipelines, Seed);
        using Plan plan = PlanOf(network, parameters);
        network.Fill(plan, Seed);
        for (int i = 0; i < 5; i++) plan.Run();

        long created = Device.ObjectsCreated, before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) plan.Run(i % 3);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.Zero, "managed bytes");
        Assert.That(Device.ObjectsCreated, Is.EqualTo(created), "Vulkan objects");
    }

    [Test]
    public void The_same_input_gives_the_same_bits(
        [ValueSource(typeof(NetworkOracle), nameof(NetworkOracle.Thin))] NetworkConfig net)
    {
        float[] first = TestNetwork.Run(Pipelines, net, Seed, 3, 16), second = TestNetwork.Run(Pipelines, net, Seed, 3, 16);
        Assert.That(second, Is.EqualTo(first));
        Assert.That(first.Distinct().Count(), Is.GreaterThan(3));
    }

    [Test]
    public void Slots_in_flight_keep_their_outputs_apart()
    {
        TestNetwork network = TestNetwork.Make(Thin, 1, 16);
        using ParameterSet parameters = network.Parameters(Pipelines, Seed);
        using Plan plan = PlanOf(network, parameters);
        float[][] alone = new float[3][];
        for (uint slot = 0; slot < 3; slot++)
        {
            network.Fill(plan, Seed + slot);
            plan.Run();
            alone[slot] = network.Read(plan);
        }
        Assert.That(alone[0], Is.Not.EqualTo(alone[1]));

        for (int round = 0; round < 20; round++)
        {
            ulong[] submissions = new ulong[3];
            for (int slot = 0; slot < 3; slot++)
            {
                network.Fill(plan, Seed + (uint)((slot + round) % 3), slot);
                submissions[slot] = plan.Submit(slot);
            }
            for (int slot = 2; slot >= 0; slot--)
            {
                plan.Wait(submissions[slot]);
                Assert.That(plan.IsComplete(submissions[slot]));
                Assert.That(network.Read(plan, slot), Is.EqualTo(alone[(slot + round) % 3]), $"round {round}, slot {slot}");
            }
        }
    }

    [Test]
    public void Plans_of_several_batches_share_parameters_and_what_is_packed_of_them()
    {
        TestNetwork one = TestNetwork.Make(Thin, 1, 16), again = TestNetwork.Make(Thin, 1, 16),
            three = TestNetwork.Make(Thin, 3, 16);
        using ParameterSet parameters = one.Parameters(Pipelines, Seed);
        using Plan first = PlanOf(one, parameters, slots: 1);
        ulong constants = ConstantBytes(first);

        ulong used = Device.Memory.Used;
        using Plan second = PlanOf(again, parameters, slots: 1);
        ulong added = Device.Memory.Used - used;
        Assert.That(second.Blocks.Intersect(first.Blocks).Count(), Is.EqualTo(first.Blocks.Count - 1),
            "all blocks but the arena");
        Assert.That(added, Is.LessThan((ulong)second.ArenaBytes + 8192),
            $"an arena and its slot, not {constants} bytes of weights again");

        using Plan third = PlanOf(three, parameters, slots: 1);
        float[] images = NetworkOracle.Input(Thin, Seed, 3, 16);
        int length = images.Length / 3;
        three.Fill(third, Seed);
        third.Run();
        float[] together = three.Read(third);
        for (int i = 0; i < 3; i++)
        {
            DoubleTensor x = DoubleTensor.FromNchw(images.AsSpan(i * length, length), 1, 3, 16, 16);
            float[] nhwc = Array.ConvertAll(x.Values, value => (float)value);
            MemoryMarshal.AsBytes(nhwc.AsSpan()).CopyTo(first.Input(0, one.Image));
            first.Run();
            // Another tile may sum in another order.
            Assert.That(one.Read(first), Is.EqualTo(together[(10 * i)..(10 * i + 10)]).Within(1e-5), $"image {i}");
        }
    }

    [Test]
    public void New_parameters_are_used_by_the_next_run([Values] bool rewrite)
    {
        TestNetwork network = TestNetwork.Make(Thin, 1, 16), other = TestNetwork.Make(Thin, 1, 16);
        using ParameterSet parameters = network.Parameters(Pipelines, Seed);
        CompileOptions options = new() { Rewrite = rewrite };
        using Plan plan = PlanOf(network, parameters, options: options), sharing = PlanOf(other, parameters, options: options);
        network.Fill(plan, Seed);
        other.Fill(sharing, Seed);
        plan.Run();
        float[] before = network.Read(plan);

        // A packed weight, a folded norm, and a bias that the steps read as it is; each alone must be noticed.
        foreach (string name in new[] { "layer1.0.conv1.weight", "bn1.running_var", "linear.bias" })
        {
            parameters.Set(name, [.. parameters[name].ToArray().Select(value => 1.5f * value)]);
            plan.Run();
            sharing.Run();
            float[] after = network.Read(plan);
            Assert.That(after, Is.Not.EqualTo(before), name);
            Assert.That(other.Read(sharing), Is.EqualTo(after), $"{name}, another plan");
            TestNetwork fresh = TestNetwork.Make(Thin, 1, 16);
            using ParameterSet copies = new(Device, fresh.Graph.Parameters);
            foreach (Parameter parameter in copies.Layout.Parameters) copies.Set(parameter.Name, parameters[parameter.Name]);
            using Plan made = PlanOf(fresh, copies, slots: 1, options);
            fresh.Fill(made, Seed);
            made.Run();
            Assert.That(fresh.Read(made), Is.EqualTo(after), $"{name}, as a plan that was made afterwards has it");
            before = after;
        }
    }

    [Test]
    public void A_plan_survives_those_that_share_its_parameters()
    {
        TestNetwork network = TestNetwork.Make(Thin, 1, 16);
        using ParameterSet parameters = network.Parameters(Pipelines, Seed);
        using Plan plan = PlanOf(network, parameters);
        network.Fill(plan, Seed);
        plan.Run();
        float[] before = network.Read(plan);
        TestNetwork other = TestNetwork.Make(Thin, 2, 16);
        PlanOf(other, parameters).Dispose();
        plan.Run();
        Assert.That(network.Read(plan), Is.EqualTo(before));
    }

    [Test]
    public void Outputs_may_be_inputs_parameters_and_what_is_computed_from_them()
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new TensorType(Shape.Vector(3)));
        Tensor p = graph.Parameter(new Parameter("p", Shape.Vector(3), 1, ParameterKind.Vector));
        Tensor clamped = graph.Append("relu", new Relu(), p), sum = graph.Append("sum", new Add(), x, clamped);
        foreach (Tensor output in new[] { x, p, clamped, sum }) graph.Output(output);
        using ParameterSet parameters = new(Device, graph.Parameters);
        parameters.Set("p", [-1, 2, 3]);
        using Plan plan = new(Pipelines, GraphCompiler.Compile(graph, Device.Traits), parameters);
        MemoryMarshal.AsBytes(new float[] { 10, 20, 30 }.AsSpan()).CopyTo(plan.Input(0, x));
        plan.Run();
        Assert.That(Read(x), Is.EqualTo(new float[] { 10, 20, 30 }));
        Assert.That(Read(p), Is.EqualTo(new float[] { -1, 2, 3 }));
        Assert.That(Read(clamped), Is.EqualTo(new float[] { 0, 2, 3 }));
        Assert.That(Read(sum), Is.EqualTo(new float[] { 10, 22, 33 }));

        float[] Read(Tensor tensor) => MemoryMarshal.Cast<byte, float>(plan.Output(0, tensor)).ToArray();
    }

    [Test]
    public void A_convolution_of_a_parameter_is_right()
    {
        Graph graph = new();
        Tensor image = graph.Parameter(new Parameter("image", new Shape(1, 8, 1, 1), 1, ParameterKind.Vector));
        Tensor weight = graph.Parameter(new Parameter("weight", new Shape(16, 8, 3, 3), 4, ParameterKind.Weight));
        Tensor shortcut = graph.Input("shortcut", new TensorType(new Shape(1, 16, 1, 1)));
        Tensor y = graph.Append("conv", new Conv2d(Window.Square(3, 1, 1)) { HasResidual = true }, image, weight, shortcut);
        graph.Output(y);
        using ParameterSet parameters = new(Device, graph.Parameters);
        float[] weights = Hash.Values(1, "weight", 16 * 8 * 9), pixels = Hash.Values(1, "image", 8);
        parameters.Set("weight", weights);
        parameters.Set("image", pixels);
        using Plan plan = new(Pipelines, GraphCompiler.Compile(graph, Device.Traits), parameters);
        plan.Input(0, shortcut).Clear();
        plan.Run();
        ReadOnlySpan<float> got = MemoryMarshal.Cast<byte, float>(plan.Output(0, y));
        for (int k = 0; k < 16; k++)
        {
            double wanted = Enumerable.Range(0, 8).Sum(c => (double)weights[(k * 8 + c) * 9 + 4] * pixels[c]);
            Assert.That(got[k], Is.EqualTo(wanted).Within(1e-6), $"channel {k}");
        }
    }

    [Test]
    public void Rewritten_and_placed_graphs_compute_what_the_model_states([Range(0, 11)] int seed)
    {
        Random random = new(seed);
        ResNetConfig net = new()
        {
            Name = $"random {seed}", Block = (ResNetBlock)random.Next(2),
            Depths = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 3))],
            Width = random.Next(3, 10), Stem = (ResNetStem)random.Next(2),
            Shortcut = random.Next(2) == 0 ? ResNetShortcut.Projection : ResNetShortcut.Padding,
            StrideOnFirst = random.Next(2) == 0, ImageChannels = random.Next(1, 5), Classes = random.Next(2, 12),
        };
        if (net.Shortcut == ResNetShortcut.Padding) net = net with { Width = net.Width / 2 * 2 + 2 };
        (int batch, int size) = (random.Next(1, 4), random.Next(9, 24));
        TestNetwork network = TestNetwork.Make(net, batch, size);
        DoubleTensor input = DoubleTensor.FromNchw(
            NetworkOracle.Input(net, Seed, batch, size), batch, net.ImageChannels, size, size);
        DoubleTensor wanted = GraphOracle.Run(
            network.Graph, new Dictionary<string, DoubleTensor> { ["image"] = input },
            parameter => NetworkOracle.Values(net, Seed, parameter))[network.Logits];
        CompileOptions[] ways =
        [
            new() { Rewrite = false, ReferenceKernels = true }, new() { ReferenceKernels = true }, new() { Rewrite = false },
            new(), new() { KeepAll = true },
        ];
        foreach (Pipelines pipelines in TestPipelines.Forms)
        {
            foreach (CompileOptions options in ways)
            {
                float[] got = TestNetwork.Run(pipelines, net, Seed, batch, size, options);
                OracleComparison comparison = OracleComparison.Of(wanted, wanted.Bound, got);
                Assert.That(comparison.Agrees,
                    $"{net}, {batch} of {size}x{size} [{TestPipelines.NameOf(pipelines)}] {options}: {comparison}");
            }

            // The bound of the whole network is loose; that of each layer from the device's own inputs is not.
            TestNetwork kept = TestNetwork.Make(net, batch, size);
            using ParameterSet parameters = kept.Parameters(pipelines, Seed);
            CompiledGraph compiled = GraphCompiler.Compile(kept.Graph, pipelines.Device.Traits,
                new CompileOptions { KeepAll = true });
            foreach (LayerCheck layer in Verification.Run(pipelines, compiled, parameters, plan => kept.Fill(plan, Seed)))
                Assert.That(layer.Comparison.Agrees, $"{net}: {layer.Name} ({layer.Operation}): {layer.Comparison}");
        }
        Assert.That(TestPipelines.TakeComplaints(), Is.Empty);
    }

    [Test]
    public void A_plan_that_finds_no_room_leaves_nothing_behind()
    {
        using GpuDevice small = GpuDevice.Create(TestDevice.Options with { MemoryLimit = 100 << 20 });
        using Pipelines pipelines = new(small, TestPipelines.Library, null);
        using ParameterSet parameters = new(small, []);
        Make(1).Dispose();
        (int live, ulong used) = (small.LiveObjects, small.Memory.Used);
        Assert.Throws<GpuOutOfMemoryException>(() => Make(3).Dispose());        // 32 MiB of arena, 32 MiB a slot
        Assert.That((small.LiveObjects, small.Memory.Used), Is.EqualTo((live, used)));
        Make(1).Dispose();

        Plan Make(int slots)
        {
            Graph graph = new();
            graph.Output(graph.Append("relu", new Relu(), graph.Input("x", new TensorType(new Shape(1, 16, 512, 512)))));
            return new Plan(pipelines, GraphCompiler.Compile(graph, small.Traits), parameters, slots);
        }
    }

    [Test]
    public void Two_devices_run_plans_at_the_same_time()
    {
        float[] wanted = TestNetwork.Run(Pipelines, Thin, Seed, 2, 16);
        List<GpuMessage> complaints = [];
        float[][] got = new float[2][];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(i => new Thread(() =>
        {
            using GpuDevice device = GpuDevice.Create(TestDevice.Options);
            device.Message += message => { lock (complaints) complaints.Add(message); };
            using Pipelines pipelines = new(device, TestPipelines.Library, null);
            for (int round = 0; round < 5; round++) got[i] = TestNetwork.Run(pipelines, Thin, Seed, 2, 16);
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(got, Is.All.EqualTo(wanted));
        Assert.That(complaints.Where(message => message.Source != GpuMessageSource.Driver), Is.Empty);
    }

    private static Plan PlanOf(TestNetwork network, ParameterSet parameters, int slots = 3, CompileOptions? options = null) =>
        new(Pipelines, GraphCompiler.Compile(network.Graph, Device.Traits, options), parameters, slots);

    private static ulong ConstantBytes(Plan plan) =>
        (ulong)plan.Graph.Body.Blocks.Where(block => block.Kind == BlockKind.Constant).Sum(block => block.Bytes);
}
