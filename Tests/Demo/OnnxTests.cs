using Google.Protobuf;
using NUnit.Framework;
using ResNetVulkan.Demo.Onnx;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Oracle;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Demo;

/// <summary>Networks that come from other programs, and go to them.</summary>
[TestFixture]
public sealed class OnnxTests
{
    private const uint Seed = 20;

    private static readonly (NetworkConfig Net, bool Folds)[] Exported =
        [.. NetworkOracle.Thin.SelectMany(net => new[] { (net, false), (net, true) })];

    private static readonly Lazy<byte[][]> FromPyTorch = new(() => NetworkOracle.Exports(Exported, Seed));

    private static IEnumerable<TestCaseData> Exports() => Exported.Index().Select(pair => new TestCaseData(pair.Index)
        .SetArgDisplayNames($"{pair.Item.Net.Name}{(pair.Item.Folds ? ", folded" : "")}"));

    // Photos have one channel or three: metadata that say otherwise are refused.
    private static IEnumerable<TestCaseData> Thin() =>
        NetworkOracle.Thin.Where(net => net.ImageChannels != 2).Select(net => new TestCaseData(net).SetArgDisplayNames(net.Name));

    [TestCaseSource(nameof(Exports))]
    public void What_PyTorch_exports_gives_the_same_logits(int index)
    {
        (NetworkConfig net, bool folds) = Exported[index];
        using TemporaryFolder folder = new();
        (ModelCard card, IReadOnlyList<WeightTensor> tensors) =
            OnnxImport.Read(folder.File("net.onnx", FromPyTorch.Value[index]), net);
        Dictionary<string, float[]> values = tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.ToFloats());
        Assert.That((card.Network.Classes, card.Network.ImageSize), Is.EqualTo((net.Classes, net.ImageSize)));
        if (!folds)
        {
            foreach (Parameter parameter in Build(net, out _).Parameters)
                Assert.That(values[parameter.Name], Is.EqualTo(NetworkOracle.Values(net, Seed, parameter)), parameter.Name);
        }
        // A folded weight has been rounded four times, in float32; errors of single layers add up to far less than 1e-5.
        double[] wanted = Logits(net, parameter => NetworkOracle.Values(net, Seed, parameter));
        double[] got = Logits(net, parameter => values[parameter.Name]);
        double distance = Math.Sqrt(got.Zip(wanted, (a, b) => (a - b) * (a - b)).Sum() / wanted.Sum(value => value * value));
        TestContext.Out.WriteLine($"{net.Name}: {distance:E1}");
        Assert.That(distance, Is.LessThanOrEqualTo(folds ? 1e-5 : 0));
    }

    [TestCaseSource(nameof(Thin))]
    public void A_round_trip_changes_no_bit(NetworkConfig net)
    {
        using TemporaryFolder folder = new();
        string onnx = Export(folder, net);
        (_, IReadOnlyList<WeightTensor> tensors) = OnnxImport.Read(onnx, net);
        Parameter[] parameters = [.. Build(net, out _).Parameters];
        Assert.That(tensors.Select(tensor => tensor.Name), Is.EqualTo(parameters.Select(parameter => parameter.Name)));
        foreach ((WeightTensor tensor, Parameter parameter) in tensors.Zip(parameters))
        {
            Assert.That(tensor.Dimensions, Is.EqualTo(parameter.Dimensions), parameter.Name);
            Assert.That(tensor.ToFloats(), Is.EqualTo(NetworkOracle.Values(net, Seed, parameter)), parameter.Name);
        }
    }

    [TestCase("resnet50:width=8:size=64:classes=7")]
    [TestCase("cifar-resnet20")]
    [TestCase("cifar-preresnet29")]
    [TestCase("resnet:basic:1,2,1:width=8:stem=D:size=64")]
    public void A_file_says_which_network_it_is(string name)
    {
        NetworkConfig net = NetworkConfig.Find(name);
        using TemporaryFolder folder = new();
        (ModelCard card, _) = OnnxImport.Read(Export(folder, net));
        Assert.That(net.Name, Does.StartWith(card.Network.Name));       // but for classes and size, which belong to the data
        Assert.That((card.Network.Classes, card.Network.ImageSize), Is.EqualTo((net.Classes, net.ImageSize)));
        Assert.That(Build(card.Network, out _).Parameters, Is.EqualTo(Build(net, out _).Parameters));
    }

    [Test]
    public void Known_networks_are_known_without_a_name()
    {
        NetworkConfig net = NetworkConfig.Find("cifar-resnet20") with { Classes = 5 };
        using TemporaryFolder folder = new();
        string onnx = Export(folder, net);
        byte[] content = File.ReadAllBytes(onnx);
        int at = content.AsSpan().IndexOf("cifar-resnet20"u8);
        content[at] = (byte)'x';        // of the metadata, which comes before the graph
        (ModelCard card, _) = OnnxImport.Read(folder.File("nameless.onnx", content));
        Assert.That((card.Network.Name, card.Network.Classes), Is.EqualTo(("cifar-resnet20", 5)));
    }

    [Test]
    public void Another_network_is_refused_with_the_first_difference()
    {
        using TemporaryFolder folder = new();
        string onnx = Export(folder, NetworkConfig.Find("cifar-resnet20"));
        WeightFileException error = Assert.Throws<WeightFileException>(
            () => OnnxImport.Read(onnx, NetworkConfig.Find("cifar-resnet32")))!;
        Assert.That(error.Message, Does.Contain("is none of the networks here").And.Contain("cifar-resnet32: where it has '"));
    }

    [Test]
    public void All_unknown_operations_are_listed()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("odd.onnx", Model("Relu", "Einsum", "Einsum", "com.microsoft:Gelu"));
        WeightFileException error = Assert.Throws<WeightFileException>(() => OnnxImport.Read(path))!;
        Assert.That(error.Message, Does.Contain("operations that no network here has: Einsum (2 times), com.microsoft.Gelu"));
    }

    [Test]
    public void Damaged_files_are_refused_whatever_the_damage()
    {
        using TemporaryFolder folder = new();
        NetworkConfig net = NetworkOracle.Thin[0];
        byte[] sound = File.ReadAllBytes(Export(folder, net));
        uint key = Hash.Key(7, "damage"), next = 0;
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = [.. sound];
            for (int j = 0; j <= i % 5; j++)
            {
                long at = Hash.Bits(key, next++) % (i % 2 == 0 ? bytes.Length : 4000);
                bytes[at] = (byte)Hash.Bits(key, next++);
            }
            if (i % 7 == 0) bytes = bytes[..(int)(Hash.Bits(key, next++) % bytes.Length)];
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                OnnxImport.Read(folder.File("damaged.onnx", bytes), net);
            }
            catch (WeightFileException)
            {
                refused++;
            }
            Assert.That(
                GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 * sound.Length + (4 << 20)), $"file {i}");
        }
        TestContext.Out.WriteLine($"{refused:N0} of 2,000 damaged files refused; in the others a value has changed, or a name.");
        Assert.That(refused, Is.GreaterThan(500));
    }

    [Test]
    public void The_program_exports_and_imports()
    {
        using TemporaryFolder folder = new();
        NetworkConfig net = NetworkConfig.Find("cifar-resnet20");
        string weights = Weights(folder, net), onnx = folder.File("net.onnx"), back = folder.File("back.safetensors");
        CliResult export = Cli.Run("export", onnx, "--weights", weights), import = Cli.Run("convert", onnx, back);
        Assert.That((export.ExitCode, import.ExitCode), Is.EqualTo((0, 0)), export.Error + import.Error);
        Assert.That(import.Output, Does.Contain("cifar-resnet20"));
        Assert.That(File.ReadAllBytes(back), Is.EqualTo(File.ReadAllBytes(weights)));
        Assert.That(Cli.Run("export", folder.File("net.pt"), "--weights", weights).ExitCode, Is.EqualTo(2));
        Assert.That(Cli.Run("convert", weights, back, "--model", "resnet18").ExitCode, Is.EqualTo(2));
    }

    // A chain of operations: model { graph { node..., input, output } }.
    private static byte[] Model(params string[] ops)
    {
        List<byte> graph = [];
        for (int i = 0; i < ops.Length; i++)
        {
            string[] op = ops[i].Split(':');
            byte[] domain = op.Length > 1 ? Text(7, op[0]) : [];
            graph.AddRange(Field(1, [.. Text(1, $"t{i}"), .. Text(2, $"t{i + 1}"), .. Text(4, op[^1]), .. domain]));
        }
        graph.AddRange(Field(11, Text(1, "t0")));
        graph.AddRange(Field(12, Text(1, $"t{ops.Length}")));
        return Field(7, [.. graph]);

        static byte[] Text(int field, string text) => Field(field, System.Text.Encoding.UTF8.GetBytes(text));

        static byte[] Field(int field, byte[] content)
        {
            using MemoryStream stream = new();
            using (CodedOutputStream output = new(stream, leaveOpen: true))
            {
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(content));
            }
            return stream.ToArray();
        }
    }

    private static string Weights(TemporaryFolder folder, NetworkConfig net)
    {
        string path = folder.File("weights.safetensors");
        IEnumerable<WeightTensor> tensors = Build(net, out _).Parameters.Select(parameter => WeightTensor.FromFloats(
            parameter.Name, parameter.Dimensions, NetworkOracle.Values(net, Seed, parameter)));
        Safetensors.Write(path, tensors, ModelCard.For(net).ToMetadata());
        return path;
    }

    private static string Export(TemporaryFolder folder, NetworkConfig net)
    {
        string path = folder.File("net.onnx");
        using WeightFile weights = WeightFile.Open(Weights(folder, net));
        OnnxExport.Write(path, ModelCard.For(net), weights);
        return path;
    }

    private static Graph Build(NetworkConfig net, out Tensor logits)
    {
        Graph graph = new();
        logits = net.Append(graph, graph.Input("image", new(new Shape(2, net.ImageChannels, net.ImageSize, net.ImageSize))));
        return graph;
    }

    private static double[] Logits(NetworkConfig net, Func<Parameter, float[]> values)
    {
        Graph graph = Build(net, out Tensor logits);
        DoubleTensor image = DoubleTensor.FromNchw(
            NetworkOracle.Input(net, Seed, 2, net.ImageSize), 2, net.ImageChannels, net.ImageSize, net.ImageSize);
        return GraphOracle.Run(graph, new Dictionary<string, DoubleTensor> { ["image"] = image }, values)[logits].Values;
    }
}
