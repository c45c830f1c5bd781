using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;

namespace ResNetVulkan.Tests.Graphs;

/// <summary>Activations that are computed again: less memory, and not one bit of difference.</summary>
[TestFixture]
public sealed class RecomputationTests
{
    private static readonly GpuTraits[] Devices =
        [Traits.Lavapipe22, Traits.Lavapipe25, Traits.SwiftShader, Traits.WithoutAddresses, Traits.Card];

    [TestCaseSource(nameof(Devices))]
    public void Saves_two_fifths_of_the_memory_of_ResNet_50(GpuTraits traits)
    {
        Shape image = new(32, 3, 224, 224);
        long kept = Compile(recomputes: false).Body.ArenaBytes, again = Compile(recomputes: true).Body.ArenaBytes;
        TestContext.Out.WriteLine($"{traits.DeviceName}: {kept >> 20:N0} MiB, computed again {again >> 20:N0} MiB");
        Assert.That(again, Is.LessThanOrEqualTo(0.6 * kept));

        CompiledGraph Compile(bool recomputes) => GraphCompiler.Compile(
            Step(NetworkConfig.Find("resnet50").Append, image, recomputes).Graph, traits);
    }

    [Test]
    public void Runs_the_forward_pass_twice_at_most_and_statistics_once()
    {
        Shape image = new(8, 3, 32, 32);
        NetworkConfig net = NetworkConfig.Find("cifar-resnet56");
        TrainingGraph once = Step(net.Append, image, recomputes: false), again = Step(net.Append, image, recomputes: true);
        Assert.Multiple(() =>
        {
            Assert.That(once.Recomputed, Is.Empty);
            Assert.That(again.Recomputed, Is.Not.Empty);
            Assert.That(again.Recomputed.Select(node => node.Name), Is.Unique);
            Assert.That(again.Graph.Nodes, Has.Count.EqualTo(once.Graph.Nodes.Count + again.Recomputed.Count));
            Assert.That(again.Recomputed.Count(node => node.Op is BatchNormTraining), Is.Zero);
            Assert.That(again.Recomputed.Count(node => node.Op is Conv2d), Is.InRange(40, 55));
        });
    }

    [Test]
    public void Leaves_alone_what_nothing_can_be_saved_of()
    {
        // Two layers: by the time the second's gradient is there, all of the first is needed.
        TrainingGraph graph = Step((g, x) => Linear(g, Conv(g, x, "conv", 8)), new Shape(2, 3, 8, 8), recomputes: true);
        Assert.That(graph.Recomputed, Is.Empty);
    }

    internal static TrainingGraph Step(Func<Graph, Tensor, Tensor> network, Shape image, bool recomputes) => new(
        (graph, _) => graph.Input("image", new(image)), network, new TrainingGraphOptions { Recomputes = recomputes });

    internal static Tensor Conv(Graph graph, Tensor x, string name, int channels) => graph.Append(
        name, new Conv2d(Window.Square(3, 1, 1)), x, graph.Parameter(
            new($"{name}.weight", new Shape(channels, x.Shape.C, 3, 3), x.Shape.C, ParameterKind.Weight)));

    internal static Tensor Linear(Graph graph, Tensor x) => graph.Append(
        "fc", new Linear(), graph.Append("pool", AvgPool2d.Global(x.Shape), x),
        graph.Parameter(new("fc.weight", new Shape(5, x.Shape.C, 1, 1), 2, ParameterKind.Weight)),
        graph.Parameter(new("fc.bias", Shape.Vector(5), 1, ParameterKind.Vector)));
}

/// <summary>The same on a device, bit by bit.</summary>
[TestFixture, Category("Device")]
public sealed class RecomputedTrainingTests : DeviceTests
{
    /// <summary>What is trained.</summary>
    public sealed record Case(string Name, Shape Image, Func<Graph, Tensor, Tensor> Network)
    {
        public override string ToString() => Name;
    }

    private static readonly Case[] Cases =
    [
        new("ResNet-50 behind a dropout", new(2, 3, 64, 64), (graph, image) =>
            NetworkConfig.Find("resnet50").Append(graph, graph.Append("drop", new Dropout(0.25f), image))),
        new("a pre-activated net", new(2, 3, 32, 32), NetworkConfig.Find("cifar-preresnet56").Append),
        new("dropouts between the layers", new(2, 3, 32, 32), Dropping),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Changes_no_bit_of_parameters_and_statistics(Case c)
    {
        (float[] kept, int none) = Train(c.Network, c.Image, recomputes: false);
        (float[] again, int some) = Train(c.Network, c.Image, recomputes: true);
        TestContext.Out.WriteLine($"{c}: {some} operations again, {kept.Length:N0} numbers");
        Assert.That((none, some), Is.EqualTo((0, some)).And.Not.EqualTo((0, 0)));
        Assert.That(
            MemoryMarshal.AsBytes<float>(again).SequenceEqual(MemoryMarshal.AsBytes<float>(kept)), Is.True, "the bits differ");
    }

    // All parameters and running statistics after three steps, behind the losses of these.
    private static (float[] Values, int Recomputed) Train(Func<Graph, Tensor, Tensor> network, Shape image, bool recomputes)
    {
        Pipelines pipelines = TestPipelines.Shared;
        TrainingGraph graph = RecomputationTests.Step(network, image, recomputes);
        using ParameterSet parameters = new(pipelines.Device, graph.Graph.Parameters);
        IReadOnlyList<Parameter> all = parameters.Layout.Parameters;
        foreach (Parameter parameter in all)
        {
            float[] values = Hash.Values(1, parameter.Name, (int)parameter.Shape.Count, 0.05);
            if (parameter.Kind != ParameterKind.Weight) values = Array.ConvertAll(values, value => 1 + value);
            parameters.Set(parameter.Name, values);
        }
        OptimizerOptions optimizer = new();
        foreach ((int block, uint[] words) in TrainingGraph.Attributes(all, optimizer, _ => false).Index())
            parameters.WriteState($"attributes {block}", MemoryMarshal.AsBytes<uint>(words));
        using Plan plan = new(pipelines, GraphCompiler.Compile(graph.Graph, pipelines.Device.Traits), parameters, slots: 1);

        float[] losses = new float[3];
        for (int step = 0; step < losses.Length; step++)
        {
            StepInputs inputs = optimizer.Inputs(step, 0.01f);
            inputs.ValidRows = (uint)image.N;
            MemoryMarshal.Write(plan.Input(0, graph.Step), inputs);
            MemoryMarshal.AsBytes<float>(Hash.Values(2, $"pictures {step}", (int)image.Count))
                .CopyTo(plan.Input(0, graph.Image));
            MemoryMarshal.Cast<uint, byte>([0u, 1u]).CopyTo(plan.Input(0, graph.Labels));
            plan.Run();
            losses[step] = MemoryMarshal.Read<float>(plan.Output(0, graph.Loss));
        }
        Assert.That(losses, Is.Unique.And.All.Matches<float>(float.IsFinite));
        return ([.. losses, .. all.SelectMany(parameter => parameters[parameter.Name].ToArray())], graph.Recomputed.Count);
    }

    private static Tensor Dropping(Graph graph, Tensor x)
    {
        for (int i = 0; i < 8; i++)
        {
            x = RecomputationTests.Conv(graph, x, $"conv{i}", 8);
            Tensor[] norm =
            [
                .. new[] { "weight", "bias", "running_mean", "running_var" }.Select((part, j) => graph.Parameter(new(
                    $"bn{i}.{part}", Shape.Vector(8), 1, j < 2 ? ParameterKind.Vector : ParameterKind.Statistic))),
            ];
            x = graph.Append($"bn{i}", new BatchNorm(1e-5f), [x, .. norm]);
            x = graph.Append($"relu{i}", new Relu(), x);
            x = graph.Append($"drop{i}", new Dropout(0.5f), x);
        }
        return RecomputationTests.Linear(graph, x);
    }
}
