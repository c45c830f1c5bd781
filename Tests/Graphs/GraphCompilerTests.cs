using System.Text;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using MemoryBlock = ResNetVulkan.Graphs.MemoryBlock;

namespace ResNetVulkan.Tests.Graphs;

/// <summary>Compiling for devices that need not be there.</summary>
[TestFixture]
public sealed class GraphCompilerTests
{
    private static readonly string[] Models = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"];

    [Test]
    public void Gives_the_same_steps_every_time([Values("resnet18", "resnet50", "cifar-resnet20")] string model)
    {
        foreach (GpuTraits traits in Traits.All)
        {
            string first = Print(Compile(model, traits)), second = Print(Compile(model, traits));
            Assert.That(second, Is.EqualTo(first), traits.DeviceName);
        }
    }

    [Test]
    public void No_convolution_of_a_shipped_model_runs_on_the_reference_kernel_of_lavapipe(
        [ValueSource(nameof(Models))] string model, [Values(1, 3, 8)] int batch, [Values] Precision precision,
        [Values] bool isOld)
    {
        CompiledGraph compiled = Compile(model, isOld ? Traits.Lavapipe22 : Traits.Lavapipe25, batch, precision);
        string[] slow = [.. compiled.Body.Steps.Where(step => step.Node.Op is Conv2d).Select(step => step.Node.ToString())];
        Assert.That(slow, Is.Empty);
        Assert.That(compiled.Body.Steps.Count(step => step.Node.Op is LaneConv2d), Is.GreaterThan(20));
    }

    [Test]
    public void ResNet_50_runs_in_9_MiB()
    {
        foreach (GpuTraits traits in Traits.All)
        {
            CompiledGraph compiled = Compile("resnet50", traits);
            TestContext.Out.WriteLine(
                $"{traits.DeviceName}: {compiled.Body.ArenaBytes / 1048576.0:F2} MiB, " +
                $"without sharing {compiled.ArenaBytesUnshared / 1048576.0:F1} MiB");
            Assert.That(compiled.Body.ArenaBytes, Is.LessThanOrEqualTo(9 << 20), traits.DeviceName);
        }
    }

    [Test]
    public void A_batch_that_no_grid_of_a_fast_kernel_covers_still_compiles()
    {
        Graph graph = new();
        Tensor x = graph.Input("x", new TensorType(new Shape(1, 8, 2048, 1024)));
        Tensor weight = graph.Parameter(new Parameter("weight", new Shape(8, 8, 1, 1), 4, ParameterKind.Weight));
        graph.Output(graph.Append("conv", new Conv2d(Window.Square(1)), x, weight));
        CompiledGraph compiled = GraphCompiler.Compile(graph, Traits.Lavapipe25);
        Assert.That(compiled.Body.Steps[0].Groups.X, Is.LessThanOrEqualTo(65_535));
    }

    [Test]
    public void A_tensor_that_a_device_cannot_bind_is_named()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Compile(Traits.WithoutAddresses))!;
        Assert.That(error.Message, Is.EqualTo(
            "x (1, 64, 1024, 1024) takes 268,435,456 bytes; \"llvmpipe without addresses\" binds at most 134,217,728, " +
            "and has no device addresses (bufferDeviceAddress), which know no such limit."));
        Assert.That(Compile(Traits.Lavapipe25).Body.Steps, Has.Count.EqualTo(1));

        static CompiledGraph Compile(GpuTraits traits)
        {
            Graph graph = new();
            graph.Output(graph.Append("relu", new Relu(), graph.Input("x", new TensorType(new Shape(1, 64, 1024, 1024)))));
            return GraphCompiler.Compile(graph, traits);
        }
    }

    [Test]
    public void A_tensor_of_more_elements_than_kernels_count_is_named()
    {
        Graph graph = new();
        graph.Output(graph.Append("relu", new Relu(), graph.Input("x", new TensorType(new Shape(2, 1024, 1024, 1024)))));
        ShapeException error = Assert.Throws<ShapeException>(() => GraphCompiler.Compile(graph, Traits.Card))!;
        Assert.That(error.Message,
            Is.EqualTo("x (2, 1024, 1024, 1024) has 2,147,483,648 elements; kernels count at most 2,147,483,647. "
            + "A smaller batch or image fits."));
    }

    [TestCase(8u), TestCase(16u)]
    public void Nothing_reads_texels_where_Mesa_25_fetches_wrong_ones(uint lanes)
    {
        GpuTraits traits = Traits.Lavapipe25 with { SubgroupSize = lanes, HasAddresses = false };
        IEnumerable<TensorView> read = Compile("resnet18", traits).Body.Steps.SelectMany(step => step.Tensors);
        Assert.That(read.Any(view => view.Binding == Binding.Texels), Is.False);
    }

    [Test]
    public void A_body_binds_no_parameter_that_it_does_not_read_as_it_is()
    {
        StepList body = Compile("resnet18", Traits.Lavapipe25).Body;
        Assert.That(body.Blocks.Count(block => block.Kind == BlockKind.Parameters), Is.Zero);
        Assert.That(
            body.Blocks.Where(block => block.Tensor?.Parameter is not null).Select(block => block.Tensor!.Name),
                Is.EqualTo(new[] { "fc.bias" }));
    }

    [Test]
    public void Every_node_of_a_graph_reads_what_stands_before_it()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Graph graph = GraphCompiler.Compile(RandomGraph.Make(new Random(seed)), Traits.All[seed % Traits.All.Count]).Graph;
            HashSet<Tensor> known = [.. graph.Inputs];
            foreach (Node node in graph.Nodes)
            {
                Assert.That(node.Inputs.Where(input => input.Parameter is null).Distinct(), Is.SubsetOf(known),
                    $"seed {seed}: {node}");
                foreach (Tensor input in node.Inputs)
                    Assert.That(input.Readers.Count(reader => reader == node),
                        Is.EqualTo(node.Inputs.Count(other => other == input)), $"seed {seed}: {node}");
                known.UnionWith(node.Outputs);
                Assert.That(node.Outputs.Select(output => output.Producer), Is.All.EqualTo(node), $"seed {seed}: {node}");
            }
            Assert.That(graph.Outputs, Is.SubsetOf(known));
        }
    }

    private static CompiledGraph Compile(string model, GpuTraits traits, int batch = 1,
        Precision precision = Precision.Float32) =>
        GraphCompiler.Compile(ClassifierGraph.OfTensor(ModelCard.For(NetworkConfig.Find(model)), batch, precision).Graph, traits);

    private static string Print(CompiledGraph compiled)
    {
        StringBuilder text = new();
        foreach (PlanStep step in compiled.Body.Steps)
        {
            text.AppendLine(
                $"{(step.BarrierBefore ? "| " : "  ")}{step.Node} {step.Kernel} <{string.Join(' ', step.Constants)}> " +
                $"{step.Groups} {Convert.ToHexString(step.Push)} {string.Join(' ', step.Tensors)}");
        }
        foreach (MemoryBlock block in compiled.Body.Blocks) text.AppendLine($"{block.Kind} {block.Bytes} {block.Tensor}");
        return text.ToString();
    }
}
