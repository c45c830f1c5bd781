using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Ops;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;

namespace ResNetVulkan.Tests.Training;

/// <summary>One step of training as a graph: a small network without batch norm, whose batches are independent.</summary>
[TestFixture, Category("Device")]
public sealed class TrainingGraphTests : DeviceTests
{
    private const int Images = 24, Classes = 5;

    private static readonly Shape Picture = new(1, 3, 7, 7);

    [Test]
    public void Summed_batches_learn_as_one_large_one_does()
    {
        float[] once = Train([Images], steps: 3), summed = Train([10, 8, 6], steps: 3);
        double difference = 0, change = 0;
        float[] start = Train([Images], steps: 0);
        for (int i = 0; i < once.Length; i++)
        {
            difference += Math.Pow(once[i] - summed[i], 2);
            change += Math.Pow(once[i] - start[i], 2);
        }
        // The same sums in another order: some roundings of each, not of the parameters' change alone.
        Assert.That(Math.Sqrt(difference / change), Is.LessThan(1e-4));
        Assert.That(change, Is.GreaterThan(1e-3));
    }

    [Test]
    public void A_step_whose_loss_is_no_number_changes_nothing()
    {
        float[] start = Train([Images], steps: 0), after = Train([Images], steps: 1, image: float.NaN);
        Assert.That(after, Is.EqualTo(start));
    }

    [Test]
    public void Attributes_say_what_learns_and_what_decays()
    {
        Parameter[] parameters =
        [
            new("conv.weight", new Shape(5, 3, 3, 3), 4, ParameterKind.Weight),     // 135 numbers: 3 words
            new("bn.weight", Shape.Vector(5), 1, ParameterKind.Vector),
            new("bn.running_mean", Shape.Vector(65), 1, ParameterKind.Statistic),   // 2 words
            new("fc.weight", new Shape(2, 5, 1, 1), 2, ParameterKind.Weight),
        ];
        OptimizerOptions all = new(), weights = new() { DecaysVectors = false };
        Assert.Multiple(() =>
        {
            Assert.That(
                TrainingGraph.Attributes(parameters, all, _ => false).Single(), Is.EqualTo(new[] { 3, 3, 3, 3, 4, 4, 3 }));
            Assert.That(
                TrainingGraph.Attributes(parameters, weights, parameter => parameter.Name == "fc.weight").Single(),
                Is.EqualTo(new[] { 3, 3, 3, 1, 4, 4, 0 }));
        });
    }

    [Test]
    public void A_network_without_a_gradient_says_which_tensor_lacks_it()
    {
        GradientException error = Assert.Throws<GradientException>(() => new TrainingGraph(
            (graph, _) => graph.Input("image", new(new Shape(4, Classes, 1, 1))),
            (graph, image) => graph.Append("odd", new Softmax(), Linear(graph, image))))!;
        Assert.That(error.Message, Is.EqualTo("Softmax has no gradient, and the loss depends on 'odd', which it makes."));
    }

    // All parameters after some steps, each over the same images in batches whose gradients are summed.
    private static float[] Train(int[] batches, int steps, float? image = null)
    {
        Pipelines pipelines = TestPipelines.Shared;
        TrainingGraph[] graphs =
        [
            .. batches.Select((rows, i) => new TrainingGraph(
                (graph, _) => graph.Input("image", new(Picture with { N = rows })), Network, new TrainingGraphOptions
                {
                    Optimizer = new OptimizerOptions { WeightDecay = 0.01f },
                    End = batches.Length == 1 ? StepEnd.Update
                        : i < batches.Length - 1 ? StepEnd.Accumulate : StepEnd.AccumulateAndUpdate,
                })),
        ];
        using ParameterSet parameters = new(pipelines.Device, graphs[0].Graph.Parameters);
        Plan[] plans =
            [.. graphs.Select(g => new Plan(pipelines, GraphCompiler.Compile(g.Graph, pipelines.Device.Traits), parameters, 1))];
        foreach (Parameter parameter in parameters.Layout.Parameters)
            parameters.Set(parameter.Name, Hash.Values(1, parameter.Name, (int)parameter.Shape.Count, 0.3));
        parameters.WriteState("attributes 0", MemoryMarshal.AsBytes<uint>(
            TrainingGraph.Attributes(parameters.Layout.Parameters, new OptimizerOptions(), _ => false)[0]));

        float[] pictures = Hash.Values(2, "pictures", Images * (int)Picture.Count);
        if (image is { } value) pictures[17] = value;
        for (int step = 0; step < steps; step++)
        {
            int at = 0;
            for (int i = 0; i < plans.Length; i++)
            {
                StepInputs inputs = new OptimizerOptions { WeightDecay = 0.01f }.Inputs(step, 0.1f);
                (inputs.ValidRows, inputs.KeptSum, inputs.BatchShare) =
                    ((uint)batches[i], i == 0 ? 0 : 1, (float)batches[i] / Images);
                MemoryMarshal.Write(plans[i].Input(0, graphs[i].Step), inputs);
                MemoryMarshal.AsBytes(pictures.AsSpan(at * (int)Picture.Count, batches[i] * (int)Picture.Count))
                    .CopyTo(plans[i].Input(0, graphs[i].Image));
                Span<uint> labels = MemoryMarshal.Cast<byte, uint>(plans[i].Input(0, graphs[i].Labels));
                for (int row = 0; row < batches[i]; row++) labels[row] = (uint)((at + row) % Classes);
                plans[i].Run();
                at += batches[i];
            }
        }
        float[] result = [.. parameters.Layout.Parameters.SelectMany(parameter => parameters[parameter.Name].ToArray())];
        foreach (Plan plan in plans) plan.Dispose();
        return result;
    }

    private static Tensor Network(Graph graph, Tensor image)
    {
        Tensor weight = graph.Parameter(new("conv.weight", new Shape(8, 3, 3, 3), 4, ParameterKind.Weight));
        Tensor bias = graph.Parameter(new("conv.bias", Shape.Vector(8), 1, ParameterKind.Vector));
        Tensor x = graph.Append("conv", new Conv2d(Window.Square(3, 2, 1)) { HasBias = true }, image, weight, bias);
        x = graph.Append("relu", new Relu(), x);
        return Linear(graph, graph.Append("pool", AvgPool2d.Global(x.Shape), x));
    }

    private static Tensor Linear(Graph graph, Tensor x) => graph.Append(
        "fc", new Linear(), x,
        graph.Parameter(new("fc.weight", new Shape(Classes, x.Shape.C, 1, 1), 2, ParameterKind.Weight)),
        graph.Parameter(new("fc.bias", Shape.Vector(Classes), 1, ParameterKind.Vector)));
}
