using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Tests.Oracle;

/// <summary>The graphs that models append, run by the CPU oracle, against PyTorch's networks: no device takes part.</summary>
[TestFixture]
public sealed class NetworkOracleTests
{
    private const uint Seed = 20;

    private static readonly (NetworkConfig Net, int Batch, int Size)[] Runs =
    [
        .. NetworkOracle.Thin.Select(net => (net, 4, net.ImageSize)),
        (NetworkConfig.Find("cifar-resnet20"), 2, 32),
        (NetworkConfig.Find("resnet18"), 1, 65),
        (NetworkConfig.Find("resnet50"), 1, 33),
        (NetworkConfig.Find("resnet50-v1"), 1, 33),
    ];

    private static readonly Lazy<NetworkLogits[]> Torch = new(() => NetworkOracle.Logits(Runs, Seed));

    private static IEnumerable<TestCaseData> Indices() =>
        Runs.Select((run, index) => new TestCaseData(index).SetArgDisplayNames($"{run.Net.Name} at {run.Size}"));

    [Test]
    public void Makes_the_tensors_that_Python_makes()
    {
        NetworkConfig[] nets = [.. NetworkOracle.Thin, NetworkConfig.Find("cifar-resnet20"), NetworkConfig.Find("resnet18")];
        Parameter[][] parameters = [.. nets.Select(net => Build(net, 1, net.ImageSize, out _).Parameters.ToArray())];
        IEnumerable<(NetworkConfig, string[])> wanted =
            nets.Zip(parameters, (net, ps) => (net, ps.Select(p => p.Name).ToArray()));
        float[] python = NetworkOracle.PythonValues(wanted, Seed);
        int at = 0;
        for (int i = 0; i < nets.Length; i++)
        {
            foreach (Parameter parameter in parameters[i])
            {
                float[] ours = NetworkOracle.Values(nets[i], Seed, parameter);
                Assert.That(ours.AsSpan().SequenceEqual(python.AsSpan(at, ours.Length)), $"{nets[i].Name}: {parameter.Name}");
                at += ours.Length;
            }
        }
        Assert.That(at, Is.EqualTo(python.Length));
    }

    [TestCaseSource(nameof(Indices))]
    public void The_graph_gives_PyTorchs_logits(int index)
    {
        (NetworkConfig net, int batch, int size) = Runs[index];
        NetworkLogits torch = Torch.Value[index];
        Graph graph = Build(net, batch, size, out Tensor logits);
        float[] input = NetworkOracle.Input(net, Seed, batch, size);
        DoubleTensor image = DoubleTensor.FromNchw(input, batch, net.ImageChannels, size, size);
        DoubleTensor ours = GraphOracle.Run(graph, new Dictionary<string, DoubleTensor> { ["image"] = image },
            parameter => NetworkOracle.Values(net, Seed, parameter))[logits];
        Assert.That((ours.N, ours.C, ours.H, ours.W), Is.EqualTo((batch, net.Classes, 1, 1)));

        double norm = Math.Sqrt(torch.Float64.Sum(v => v * v));
        double distance = Math.Sqrt(ours.Values.Zip(torch.Float64, (a, b) => (a - b) * (a - b)).Sum()) / norm;
        OracleComparison single = OracleComparison.Of(ours, ours.Bound, torch.Float32);
        TestContext.Out.WriteLine(
            $"{net.Name}: {distance:G3} off in double (relative L2), PyTorch's float32 {torch.Float32Distance:G3}; " +
            $"logits up to {torch.Float64.Max(Math.Abs):G3}; the bound through all layers is {ours.Bound!.Max():G3}.");
        // Double carries 29 bits more than float32, so each of the two is off by about 2^-29 of what float32 is off by; a factor
        // of 8 because that is one draw of the same noise. (1e-5f in place of 1e-5 in the norms is 100 times more than this.)
        Assert.That(distance, Is.LessThan(8 * 2 * torch.Float32Distance / (1 << 29)));
        Assert.That(single.Agrees, single.ToString());
    }

    [Test]
    public void The_script_builds_what_torchvision_builds() =>
        NetworkOracle.CheckAgainstTorchvision(
            ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide-resnet50-2", "resnext50-32x4d", "vgg11",
                "vgg13-bn"]);

    private static Graph Build(NetworkConfig net, int batch, int size, out Tensor logits)
    {
        Graph graph = new();
        Tensor image = graph.Input("image", new TensorType(new Shape(batch, net.ImageChannels, size, size)));
        logits = net.Append(graph, image);
        graph.Output(logits);
        return graph;
    }
}
