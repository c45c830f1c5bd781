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
}

/// <summary>What joins a block's input to its output where the shapes differ.</summary>
public enum ResNetShortcut
{
    /// <summary>Every second pixel, and zeros in the new channels: the paper's option A.</summary>
    Padding,

    /// <summary>A 1x1 convolution and a batch norm: the paper's option B, and torchvision's.</summary>
    Projection,
}

/// <summary>One residual network, as a row of a table.</summary>
public sealed record ResNetConfig
{
    /// <summary>What it is called: "resnet50".</summary>
    public required string Name { get; init; }

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

    /// <summary>Channels of the image.</summary>
    public int ImageChannels { get; init; } = 3;

    /// <summary>The image's extent, along both axes, that the weights were trained for, in pixels.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>How many classes it tells apart.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>Every network that has a name.</summary>
    public static IReadOnlyList<ResNetConfig> All { get; } =
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
    ];

    /// <summary>The network of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message gives the nearest names.</exception>
    public static ResNetConfig Find(string name)
    {
        ResNetConfig? config = All.FirstOrDefault(config => config.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (config is not null) return config;

        string[] near = [.. All.Select(config => config.Name).OrderBy(known => Distance(known, name.ToLowerInvariant())).Take(3)];
        throw new ArgumentException($"There is no model '{name}'. Near: {string.Join(", ", near)}.");
    }

    private static ResNetConfig ImageNet(string name, ResNetBlock block, params int[] depths) =>
        new() { Name = name, Block = block, Depths = depths };

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

    // Levenshtein's distance, one row at a time.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
