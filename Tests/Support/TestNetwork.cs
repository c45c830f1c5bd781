using System.Runtime.InteropServices;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Oracle;

namespace ResNetVulkan.Tests.Support;

/// <summary>A network with hashed weights in a graph of its own: images in, logits out.</summary>
internal sealed class TestNetwork
{
    private TestNetwork(Graph graph, Tensor image, Tensor logits, NetworkConfig net)
    {
        (Graph, Image, Logits, Net) = (graph, image, logits, net);
    }

    public Graph Graph { get; }

    public Tensor Image { get; }

    public Tensor Logits { get; }

    public NetworkConfig Net { get; }

    public static TestNetwork Make(NetworkConfig net, int batch, int size)
    {
        Graph graph = new();
        Tensor image = graph.Input("image", new TensorType(new Shape(batch, net.ImageChannels, size, size)));
        Tensor logits = net.Append(graph, image);
        graph.Output(logits);
        return new TestNetwork(graph, image, logits, net);
    }

    /// <summary>The hashed weights that PyTorch's side makes too. The caller disposes of it, after the plans.</summary>
    public ParameterSet Parameters(Pipelines pipelines, uint seed)
    {
        ParameterSet parameters = new(pipelines.Device, Graph.Parameters);
        foreach (Parameter parameter in parameters.Layout.Parameters)
            parameters.Set(parameter.Name, NetworkOracle.Values(Net, seed, parameter));
        return parameters;
    }

    /// <summary>Writes the hashed input into a slot.</summary>
    public void Fill(Plan plan, uint seed, int slot = 0)
    {
        Shape shape = Image.Shape;
        DoubleTensor x = DoubleTensor.FromNchw(NetworkOracle.Input(Net, seed, shape.N, shape.H), shape.N, shape.C, shape.H,
            shape.W);
        Span<float> input = MemoryMarshal.Cast<byte, float>(plan.Input(slot, Image));
        for (int i = 0; i < input.Length; i++) input[i] = (float)x.Values[i];
    }

    public float[] Read(Plan plan, int slot = 0) => MemoryMarshal.Cast<byte, float>(plan.Output(slot, Logits)).ToArray();

    /// <summary>Compiles, runs once, and gives the logits, image by image.</summary>
    public static float[] Run(Pipelines pipelines, NetworkConfig net, uint seed, int batch, int size,
        CompileOptions? options = null)
    {
        TestNetwork network = Make(net, batch, size);
        using ParameterSet parameters = network.Parameters(pipelines, seed);
        using Plan plan = new(
            pipelines, GraphCompiler.Compile(network.Graph, pipelines.Device.Traits, options), parameters, slots: 1);
        network.Fill(plan, seed);
        plan.Run();
        return network.Read(plan);
    }
}
