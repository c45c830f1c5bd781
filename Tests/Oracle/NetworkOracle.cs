using System.Runtime.InteropServices;
using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Oracle;

/// <summary>PyTorch's logits for a network whose weights and input come from the hash.</summary>
/// <param name="Float64">N * classes, by PyTorch in float64: what is true.</param>
/// <param name="Float32">The same by PyTorch in float32: how far off an honest float32 computation is.</param>
internal sealed record NetworkLogits(double[] Float64, float[] Float32)
{
    /// <summary>The relative L2 distance of PyTorch's float32 from its float64.</summary>
    public double Float32Distance => Distance(Float32);

    /// <summary>The relative L2 distance of other logits, in the same order, from PyTorch's float64.</summary>
    public double Distance(ReadOnlySpan<float> logits)
    {
        Assert.That(logits.Length, Is.EqualTo(Float64.Length), "the number of logits");
        double difference = 0, norm = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            difference += (logits[i] - Float64[i]) * (logits[i] - Float64[i]);
            norm += Float64[i] * Float64[i];
        }
        return Math.Sqrt(difference / norm);
    }
}

/// <summary>Whole networks through PyTorch, without weights files: torch_network.py makes the same tensors.</summary>
/// <remarks>
/// How tensors are made, u being <see cref="Hash.Value"/> for (seed, name in the state dict, index in PyTorch's order):
/// <code>
/// input, of the name "input"            u
/// *.running_mean                        0.1 * u
/// *.running_var                         1 + 0.5 * u
/// *.bias                                0.1 * u
/// a norm's weight                       1 + 0.5 * u, but 0.25 of it for a block's last norm: sums would double in every block
/// a convolution's or the head's weight  sqrt(6 / fan_in) * u, of variance 2 / fan_in; fan_in = elements / outputs
/// </code>
/// A norm's weight is a vector; a block's last norm is bn3 of a bottleneck and bn2 of a basic block.
/// Computed in double and rounded once to float32.
/// </remarks>
internal static class NetworkOracle
{
    private const string Script = "Tests/Oracle/torch_network.py";

    private static readonly JsonSerializerOptions Camel = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Every kind of block, stem and shortcut, thin enough to be held tightly: 16x16 images in batches of 4.</summary>
    public static IReadOnlyList<NetworkConfig> Thin { get; } =
    [
        Small("thin-basic-padding", ResNetBlock.Basic, width: 4) with { Shortcut = ResNetShortcut.Padding, Head = "linear" },
        Small("thin-basic-projection", ResNetBlock.Basic, width: 5),
        Small("thin-bottleneck", ResNetBlock.Bottleneck, width: 4),
        Small("thin-bottleneck-v1", ResNetBlock.Bottleneck, width: 7) with { StrideOnFirst = true, ImageChannels = 1 },
        Small("thin-bottleneck-padding", ResNetBlock.Bottleneck, width: 6) with { Shortcut = ResNetShortcut.Padding },
        Small("thin-imagenet-basic", ResNetBlock.Basic, width: 8) with { Stem = ResNetStem.ImageNet, Classes = 7 },
        Small("thin-imagenet-bottleneck", ResNetBlock.Bottleneck, width: 5) with { Stem = ResNetStem.ImageNet },
        Small("thin-d2l", ResNetBlock.Basic, width: 6) with
        {
            Stem = ResNetStem.ImageNet, Shortcut = ResNetShortcut.Convolution, HasBias = true, ImageChannels = 1,
        },
        Small("thin-option-c", ResNetBlock.Basic, width: 5) with { ProjectsAlways = true },
        Small("thin-plain", ResNetBlock.Basic, width: 6) with { IsPlain = true },
        Small("thin-deep-stem", ResNetBlock.Basic, width: 6) with { Stem = ResNetStem.Deep },
        Small("thin-wide", ResNetBlock.Bottleneck, width: 4) with { GroupWidth = 128 },
        Small("thin-resnext", ResNetBlock.Bottleneck, width: 8) with { Groups = 4, GroupWidth = 16 },
        .. Ordered(ResNetOrdering.NormAfterAddition), .. Ordered(ResNetOrdering.ReluBeforeAddition),
        .. Ordered(ResNetOrdering.ReluOnlyPreActivation), .. Ordered(ResNetOrdering.PreActivation),
        new VggConfig
        {
            Name = "thin-vgg", Depths = [1, 2], Width = 5, HeadWidth = 12, DropoutRate = 0, ImageSize = 16, Classes = 10,
        },
        new VggConfig
        {
            Name = "thin-vgg-bn", Depths = [2, 1, 1, 1], Width = 4, HeadWidth = 9, HasNorms = true, DropoutRate = 0,
            ImageChannels = 2, ImageSize = 16, Classes = 7,
        },
    ];

    /// <inheritdoc cref="Logits(NetworkConfig, uint, int, int, int)"/>
    public static NetworkLogits Logits(string model, uint seed, int batch, int size) =>
        Logits(NetworkConfig.Find(model), seed, batch, size);

    /// <summary>Runs a network in PyTorch, in float64 and in float32. Ignores the test where no Python has PyTorch.</summary>
    /// <param name="net">For resnet18 to resnet152 with their 64 channels, torchvision's own class runs.</param>
    /// <param name="seed">Of the weights and the input.</param>
    /// <param name="batch">Images.</param>
    /// <param name="size">Their height and width.</param>
    /// <param name="seconds">The time limit.</param>
    public static NetworkLogits Logits(NetworkConfig net, uint seed, int batch, int size, int seconds = 300) =>
        Logits([(net, batch, size)], seed, seconds)[0];

    /// <summary>Several networks through one process: importing torch takes longer than a thin network.</summary>
    public static NetworkLogits[] Logits(
        IReadOnlyList<(NetworkConfig Net, int Batch, int Size)> runs, uint seed, int seconds = 300)
    {
        byte[] answers = Ask(runs.Select(run => new
        {
            verb = "logits", net = Describe(run.Net), seed, batch = run.Batch, size = run.Size,
        }), seconds);
        Assert.That(answers, Has.Length.EqualTo(runs.Sum(run => 12 * run.Batch * run.Net.Classes)));

        int at = 0;
        return [.. runs.Select(run =>
        {
            int count = run.Batch * run.Net.Classes;
            ReadOnlySpan<byte> answer = answers.AsSpan(at, 12 * count);
            at += 12 * count;
            return new NetworkLogits(
                MemoryMarshal.Cast<byte, double>(answer[..(8 * count)]).ToArray(),
                MemoryMarshal.Cast<byte, float>(answer[(8 * count)..]).ToArray());
        })];
    }

    /// <summary>The input that <see cref="Logits(NetworkConfig, uint, int, int, int)"/> uses, in NCHW order.</summary>
    public static float[] Input(NetworkConfig net, uint seed, int batch, int size) =>
        Hash.Values(seed, "input", batch * net.ImageChannels * size * size);

    /// <summary>The values of one parameter, in PyTorch's order.</summary>
    public static float[] Values(NetworkConfig net, uint seed, Parameter parameter)
    {
        int split = parameter.Name.LastIndexOf('.');
        (string module, string kind) = (parameter.Name[..split], parameter.Name[(split + 1)..]);
        string last = module[(module.LastIndexOf('.') + 1)..];
        int count = checked((int)parameter.Shape.Count);
        if (kind == "running_var") return Hash.Values(seed, parameter.Name, count, 0.5, 1);
        if (kind != "weight") return Hash.Values(seed, parameter.Name, count, 0.1);

        if (parameter.Kind == ParameterKind.Weight)
            return Hash.Values(seed, parameter.Name, count, Math.Sqrt(6.0 / (count / parameter.Shape.N)));
        return last == (net is ResNetConfig { Block: ResNetBlock.Bottleneck } ? "bn3" : "bn2")
            ? Hash.Values(seed, parameter.Name, count, 0.125, 0.25)
            : Hash.Values(seed, parameter.Name, count, 0.5, 1);
    }

    /// <summary>
    /// The named tensors of several networks, one after the other, as the script makes them. It fails unless the names are those
    /// of its state dicts.
    /// </summary>
    public static float[] PythonValues(IEnumerable<(NetworkConfig Net, string[] Names)> tensors, uint seed)
    {
        byte[] answers = Ask(
            tensors.Select(t => new { verb = "tensors", net = Describe(t.Net), seed, names = t.Names }), seconds: 300);
        return MemoryMarshal.Cast<byte, float>(answers).ToArray();
    }

    /// <summary>Networks as PyTorch exports them to ONNX, batch norms folded into the convolutions before them or not.</summary>
    public static byte[][] Exports(IEnumerable<(NetworkConfig Net, bool Folds)> networks, uint seed)
    {
        ReadOnlySpan<byte> answers = Ask(networks.Select(network => new
        {
            verb = "onnx", net = Describe(network.Net), seed, size = network.Net.ImageSize, folds = network.Folds,
        }), seconds: 300);
        List<byte[]> files = [];
        while (answers.Length > 0)
        {
            int length = (int)BitConverter.ToInt64(answers);
            files.Add(answers.Slice(8, length).ToArray());
            answers = answers[(8 + length)..];
        }
        return [.. files];
    }

    /// <summary>Fails unless the script's own networks do what torchvision's do.</summary>
    public static void CheckAgainstTorchvision(IEnumerable<string> models) =>
        Ask(models.Select(model => new { verb = "check", net = Describe(NetworkConfig.Find(model)), seed = 1 }), seconds: 300);

    private static byte[] Ask(IEnumerable<object> requests, int seconds) =>
        Python.Run(Script, [], JsonSerializer.SerializeToUtf8Bytes(requests.ToArray(), Camel), seconds);

    /// <summary>A network as torch_network.py takes it, for other scripts that use it.</summary>
    public static object Describe(NetworkConfig config) => config switch
    {
        ResNetConfig net => new
        {
            Kind = "ResNet", net.Name, Block = net.Block.ToString(), net.Depths, net.Width,
            Stem = net.Stem.ToString(), Shortcut = net.Shortcut.ToString(), net.ProjectsAlways, net.StrideOnFirst, net.HasBias,
            net.Groups, net.GroupWidth, Ordering = net.Ordering.ToString(), net.IsPlain,
            net.Head, net.ImageChannels, net.Classes,
        },
        VggConfig net => new
        {
            Kind = "Vgg", net.Name, net.Depths, net.Width, net.HeadWidth, net.HasNorms, net.ImageChannels, net.ImageSize,
            net.Classes,
        },
        _ => throw new NotSupportedException($"torch_network.py does not know {config}."),
    };

    private static IEnumerable<ResNetConfig> Ordered(ResNetOrdering ordering) =>
    [
        Small($"thin-basic-{ordering}", ResNetBlock.Basic, width: 5) with { Ordering = ordering },
        Small($"thin-bottleneck-{ordering}", ResNetBlock.Bottleneck, width: 6) with
        {
            Ordering = ordering, Shortcut = ResNetShortcut.Padding,
        },
    ];

    private static ResNetConfig Small(string name, ResNetBlock block, int width) => new()
    {
        Name = name, Block = block, Depths = [2, 2, 1], Width = width, Stem = ResNetStem.Cifar, ImageSize = 16, Classes = 10,
    };
}
