using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Graphs;

/// <summary>Which kernels make the gradients of the convolutions of shipped models.</summary>
[TestFixture]
public sealed class GradientSelectionTests
{
    [TestCase("cifar-resnet20", 128, 3, 32)]
    [TestCase("cifar-resnet20", 96, 3, 32)]         // a last, partial batch
    [TestCase("resnet18", 32, 1, 96)]
    [TestCase("resnet18", 256, 3, 224)]
    [TestCase("resnet50", 32, 3, 224)]
    [TestCase("resnet50", 1, 3, 224)]
    public void No_gradient_of_a_shipped_model_runs_on_the_reference_kernel(string model, int batch, int channels, int size)
    {
        List<string> slow = [];
        int compiled = 0;
        foreach ((Conv2d conv, Shape x, Shape weight) in Convolutions(model, batch, channels, size))
        {
            foreach (GpuTraits traits in new[] { Traits.Lavapipe22, Traits.Lavapipe25, Traits.WithoutAddresses, Traits.Card })
            {
                Shape y = conv.Infer([new TensorType(x), new TensorType(weight)])[0].Shape;
                if (!traits.HasAddresses && Math.Max(x.Count, y.Count) * sizeof(float) > (long)traits.MaxStorageRange - 65536)
                    continue;       // longer than a binding
                Graph graph = new();
                Tensor dy = graph.Input("dy", new TensorType(y)), image = graph.Input("x", new TensorType(x));
                Tensor w = graph.Parameter(new Parameter("weight", weight, 4, ParameterKind.Weight));
                graph.Output(graph.Append("dx", new Conv2dDataGradient(conv.Window, 1, x.H, x.W), dy, w));
                graph.Output(graph.Append("dw", new Conv2dWeightGradient(conv.Window), image, dy));
                foreach (PlanStep step in GraphCompiler.Compile(graph, traits).Body.Steps)
                {
                    compiled++;
                    if (step.Node.Op is Conv2d or Conv2dDataGradient or Conv2dWeightGradient)
                        slow.Add($"{traits.DeviceName}: {step.Node.Op} of {x}");
                }
            }
        }
        Assert.That(slow, Is.Empty);
        Assert.That(compiled, Is.GreaterThan(50));
    }

    [Test]
    public void A_weights_gradient_takes_no_more_scratch_memory_than_it_is_worth()
    {
        foreach (string model in new[] { "resnet18", "resnet50" })
        {
            foreach ((Conv2d conv, Shape x, Shape weight) in Convolutions(model, 32, 3, 224))
            {
                Shape y = conv.Infer([new TensorType(x), new TensorType(weight)])[0].Shape;
                Graph graph = new();
                Tensor image = graph.Input("x", new TensorType(x)), dy = graph.Input("dy", new TensorType(y));
                Tensor dw = graph.Append("dw", new Conv2dWeightGradient(conv.Window), image, dy);
                graph.Output(dw);
                GraphCompiler.Compile(graph, Traits.Lavapipe25);
                long scratch = dw.Producer!.Outputs.Skip(1).Sum(output => output.Type.Bytes);
                Assert.That(scratch, Is.LessThanOrEqualTo(32 << 20), $"{dw.Producer.Op} of {x}");
            }
        }
    }

    // Each once, with what it reads.
    private static HashSet<(Conv2d Conv, Shape X, Shape Weight)> Convolutions(string model, int batch, int channels, int size)
    {
        Graph graph = new();
        Tensor image = graph.Input("image", new TensorType(new Shape(batch, 3, size, size)));
        graph.Output(NetworkConfig.Find(model).Append(graph, image));
        HashSet<(Conv2d, Shape, Shape)> found = [];
        foreach (Node node in graph.Nodes)
        {
            Conv2d? conv = node.Op is Linear ? Linear.AsConvolution : node.Op as Conv2d;
            if (conv is null) continue;
            (Shape x, Shape weight) = (node.Inputs[0].Shape, node.Inputs[1].Shape);
            if (node.Inputs[0] == image) (x, weight) = (x with { C = channels }, weight with { C = channels });
            found.Add((new Conv2d(conv.Window, conv.Groups), x, weight));
        }
        return found;
    }
}
