using ResNetVulkan.Graphs;

namespace ResNetVulkan.Models;

/// <summary>What a residual block is made of.</summary>
public enum ResNetBlock
{
    /// <summary>Two 3x3 convolutions.</summary>
    Basic,

    /// <summary>1x1, 3x3, 1x1: narrow in the middle, four times as wide at its end.</summary>
    Bottleneck,
}

/// <summary>What comes before the first block.</summary>
public enum ResNetStem
{
    /// <summary>A 7x7 convolution with stride 2 and a 3x3 max pool with stride 2.</summary>
    ImageNet,

    /// <summary>A 3x3 convolution.</summary>
    Cifar,

    /// <summary>A 3x3 convolution with stride 2.</summary>
    Strided,
}

/// <summary>What joins a block's input to its output where the shapes differ.</summary>
public enum ResNetShortcut
{
    /// <summary>Every second pixel, and zeros in the new channels: the paper's option A.</summary>
    Padding,

    /// <summary>A 1x1 convolution and a batch norm: the paper's option B, and torchvision's.</summary>
    Projection,

    /// <summary>A 1x1 convolution alone, as in "Dive into Deep Learning".</summary>
    Convolution,
}

/// <summary>One residual network, as a row of a table.</summary>
public sealed record ResNetConfig : NetworkConfig
{
    /// <summary>Its block.</summary>
    public required ResNetBlock Block { get; init; }

    /// <summary>How many blocks each stage has.</summary>
    public required IReadOnlyList<int> Depths { get; init; }

    /// <summary>The channels of the first stage's 3x3 convolutions, doubled from stage to stage.</summary>
    public int Width { get; init; } = 64;

    /// <summary>What comes before the first block.</summary>
    public ResNetStem Stem { get; init; } = ResNetStem.ImageNet;

    /// <summary>What joins where shapes differ.</summary>
    public ResNetShortcut Shortcut { get; init; } = ResNetShortcut.Projection;

    /// <summary>
    /// Whether a bottleneck strides on its first 1x1 convolution, as the paper has it, rather than on the 3x3 ("v1.5"), as
    /// torchvision.
    /// </summary>
    public bool StrideOnFirst { get; init; }

    /// <summary>What the last layer is called in weights files.</summary>
    public string Head { get; init; } = "fc";

    /// <summary>Whether its convolutions have a bias, which the batch norms behind them make idle.</summary>
    public bool HasBias { get; init; }

    /// <summary>Every residual network that has a name.</summary>
    internal static IReadOnlyList<ResNetConfig> Known { get; } =
    [
        ImageNet("resnet18", ResNetBlock.Basic, 2, 2, 2, 2),
        ImageNet("resnet34", ResNetBlock.Basic, 3, 4, 6, 3),
        ImageNet("resnet50", ResNetBlock.Bottleneck, 3, 4, 6, 3),
        ImageNet("resnet101", ResNetBlock.Bottleneck, 3, 4, 23, 3),
        ImageNet("resnet152", ResNetBlock.Bottleneck, 3, 8, 36, 3),
        ImageNet("resnet50-v1", ResNetBlock.Bottleneck, 3, 4, 6, 3) with { StrideOnFirst = true },
        ImageNet("resnet101-v1", ResNetBlock.Bottleneck, 3, 4, 23, 3) with { StrideOnFirst = true },
        ImageNet("resnet152-v1", ResNetBlock.Bottleneck, 3, 8, 36, 3) with { StrideOnFirst = true },
        Cifar(20), Cifar(32), Cifar(44), Cifar(56), Cifar(110),
        // Small enough to train on a CPU in minutes: pictures of 64x64, seen at half their size from the stem on.
        Cifar(12) with
        {
            Name = "shapes-resnet12", Depths = [1, 2, 2], Stem = ResNetStem.Strided, ImageSize = 64, Head = "fc",
        },
        // The network of https://d2l.ai/chapter_convolutional-modern/resnet.html, under torchvision's names.
        new()
        {
            Name = "d2l-resnet18", Block = ResNetBlock.Basic, Depths = [2, 2, 2, 2], Shortcut = ResNetShortcut.Convolution,
            HasBias = true, ImageChannels = 1, ImageSize = 96, Classes = 10, Initialization = Initialization.DiveIntoDeepLearning,
        },
    ];

    private protected override Tensor AppendLayers(Graph graph, Tensor image) => new ResNet(graph, this).Append(image);

    private static ResNetConfig ImageNet(string name, ResNetBlock block, params int[] depths) =>
        new() { Name = name, Block = block, Depths = depths, CropsPhotos = true };

    // The paper's 6n + 2 layers: one convolution, three stages of n blocks of two, one linear layer.
    private static ResNetConfig Cifar(int layers) => new()
    {
        Name = $"cifar-resnet{layers}",
        Block = ResNetBlock.Basic,
        Depths = [(layers - 2) / 6, (layers - 2) / 6, (layers - 2) / 6],
        Width = 16,
        Stem = ResNetStem.Cifar,
        Shortcut = ResNetShortcut.Padding,
        Head = "linear",
        ImageSize = 32,
        Classes = 10,
    };
}
