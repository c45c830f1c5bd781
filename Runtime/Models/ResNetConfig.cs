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

    /// <summary>
    /// Three 3x3 convolutions, the first with stride 2, and the max pool: ResNet-D's
    /// (<see href="https://arxiv.org/abs/1812.01187">He et al. 2018</see>, section 4.2).
    /// </summary>
    Deep,
}

/// <summary>
/// Where batch norms and ReLUs stand in a block: the five of
/// <see href="https://arxiv.org/abs/1603.05027">Identity Mappings in Deep Residual Networks</see>, figure 4.
/// </summary>
public enum ResNetOrdering
{
    /// <summary>ReLU after the addition.</summary>
    Original,

    /// <summary>The last batch norm and the ReLU after the addition.</summary>
    NormAfterAddition,

    /// <summary>The last ReLU before the addition: what is added is never negative.</summary>
    ReluBeforeAddition,

    /// <summary>ReLUs before convolutions, batch norms after them.</summary>
    ReluOnlyPreActivation,

    /// <summary>
    /// Batch norms and ReLUs before convolutions ("v2"): shortcuts are the identity all the way through a stage.
    /// </summary>
    PreActivation,
}

/// <summary>What joins a block's input to its output where the shapes differ.</summary>
public enum ResNetShortcut
{
    /// <summary>Every second pixel, and zeros in the new channels: the paper's option A.</summary>
    Padding,

    /// <summary>
    /// A 1x1 convolution and a batch norm: the paper's option B, and torchvision's. In pre-activated blocks without the norm.
    /// </summary>
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

    /// <summary>Whether it joins everywhere, in the identity's place too: the paper's option C.</summary>
    public bool ProjectsAlways { get; init; }

    /// <summary>Where batch norms and ReLUs stand.</summary>
    public ResNetOrdering Ordering { get; init; }

    /// <summary>Whether there are no shortcuts at all.</summary>
    public bool IsPlain { get; init; }

    /// <summary>
    /// Into how many groups a bottleneck's 3x3 convolution is divided: ResNeXt's cardinality
    /// (<see href="https://arxiv.org/abs/1611.05431">Xie et al.</see>).
    /// </summary>
    public int Groups { get; init; } = 1;

    /// <summary>
    /// Channels of each group, per 64 of the stage: 4 in ResNeXt "32x4d"; with one group 128 makes a bottleneck twice as wide
    /// within (<see href="https://arxiv.org/abs/1605.07146">Zagoruyko and Komodakis</see>).
    /// </summary>
    public int GroupWidth { get; init; } = 64;

    /// <summary>
    /// Whether a bottleneck strides on its first 1x1 convolution, as the paper has it, rather than on the 3x3 ("v1.5"), as
    /// torchvision.
    /// </summary>
    public bool StrideOnFirst { get; init; }

    /// <summary>What the last layer is called in weights files.</summary>
    public string Head { get; init; } = "fc";

    /// <summary>Whether its convolutions have a bias, which the batch norms behind them make idle.</summary>
    public bool HasBias { get; init; }

    /// <summary>Whether batch norms stand where the ordering has them; without, what they would take goes on as it is.</summary>
    public bool HasNorms { get; init; } = true;

    internal bool IsPreActivated => Ordering is ResNetOrdering.ReluOnlyPreActivation or ResNetOrdering.PreActivation;

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
        ImageNet("wide-resnet50-2", ResNetBlock.Bottleneck, 3, 4, 6, 3) with { GroupWidth = 128 },
        ImageNet("wide-resnet101-2", ResNetBlock.Bottleneck, 3, 4, 23, 3) with { GroupWidth = 128 },
        ImageNet("resnext50-32x4d", ResNetBlock.Bottleneck, 3, 4, 6, 3) with { Groups = 32, GroupWidth = 4 },
        ImageNet("resnext101-32x8d", ResNetBlock.Bottleneck, 3, 4, 23, 3) with { Groups = 32, GroupWidth = 8 },
        ImageNet("resnext101-64x4d", ResNetBlock.Bottleneck, 3, 4, 23, 3) with { Groups = 64, GroupWidth = 4 },
        PreActivated(ImageNet("preresnet18", ResNetBlock.Basic, 2, 2, 2, 2)),
        PreActivated(ImageNet("preresnet34", ResNetBlock.Basic, 3, 4, 6, 3)),
        PreActivated(ImageNet("preresnet50", ResNetBlock.Bottleneck, 3, 4, 6, 3)),
        PreActivated(ImageNet("preresnet101", ResNetBlock.Bottleneck, 3, 4, 23, 3)),
        PreActivated(ImageNet("preresnet152", ResNetBlock.Bottleneck, 3, 8, 36, 3)),
        PreActivated(ImageNet("preresnet200", ResNetBlock.Bottleneck, 3, 24, 36, 3)),
        ImageNet("plain18", ResNetBlock.Basic, 2, 2, 2, 2) with { IsPlain = true },
        ImageNet("plain34", ResNetBlock.Basic, 3, 4, 6, 3) with { IsPlain = true },
        Cifar(20), Cifar(32), Cifar(44), Cifar(56), Cifar(110), Cifar(164), Cifar(1202),
        PreActivated(Cifar(20)), PreActivated(Cifar(56)), PreActivated(Cifar(110)), PreActivated(Cifar(164)),
        PreActivated(Cifar(1001)),
        Plain(Cifar(20)), Plain(Cifar(56)),
        // Small enough to train on a CPU in minutes: pictures of 64x64, seen at half their size from the stem on.
        Cifar(12, ResNetBlock.Basic) with
        {
            Name = "shapes-resnet12", Depths = [1, 2, 2], Stem = ResNetStem.Strided, ImageSize = 64, Head = "fc",
        },
        DiveIntoDeepLearning("d2l-resnet18", ResNetBlock.Basic, [2, 2, 2, 2]),
    ];

    internal override string LayerFormula
    {
        get
        {
            int stem = Stem == ResNetStem.Deep ? 3 : 1, block = Block == ResNetBlock.Basic ? 2 : 3, n = Depths[0];
            string period = Depths.Count == 3 && Depths.All(depth => depth == n) && stem == 1 ? $" = {3 * block} x {n} + 2" : "";
            return $"{stem} + {block} x ({string.Join(" + ", Depths)}) + 1{period}";
        }
    }

    private protected override Tensor AppendLayers(Graph graph, Tensor image) => new ResNet(graph, this).Append(image);

    /// <summary>A network whose blocks are stated by hand, with what "resnet" or "d2l-resnet" says of the rest.</summary>
    internal static ResNetConfig Stated(string head, ResNetBlock block, IReadOnlyList<int> depths)
    {
        string name = $"{head}:{Word(block)}:{string.Join(',', depths)}";
        return head == "resnet" ? ImageNet(name, block, [.. depths]) : DiveIntoDeepLearning(name, block, depths);
    }

    /// <summary>
    /// One convolution, three stages of n blocks, one linear layer: 6n + 2 layers with basic blocks, 9n + 2 with bottlenecks.
    /// </summary>
    internal static ResNetConfig Cifar(int layers, ResNetBlock block) => new()
    {
        Name = $"cifar-resnet{layers}{(block == CifarBlock(layers) ? "" : $":{Word(block)}")}",
        Block = block,
        Depths = [.. Enumerable.Repeat((layers - 2) / CifarPeriod(block), 3)],
        Width = 16,
        Stem = ResNetStem.Cifar,
        Shortcut = ResNetShortcut.Padding,
        Head = "linear",
        ImageSize = 32,
        Classes = 10,
    };

    /// <summary>Basic where it can be, but for the 164 layers that the second paper has of bottlenecks.</summary>
    internal static ResNetBlock CifarBlock(int layers) =>
        layers != 164 && (layers - 2) % CifarPeriod(ResNetBlock.Basic) == 0 ? ResNetBlock.Basic : ResNetBlock.Bottleneck;

    /// <summary>Layers of one block in each of three stages.</summary>
    internal static int CifarPeriod(ResNetBlock block) => block == ResNetBlock.Basic ? 6 : 9;

    internal static ResNetConfig PreActivated(ResNetConfig net) => net with
    {
        Name = net.Name.Replace("-resnet", "-preresnet", StringComparison.Ordinal), Ordering = ResNetOrdering.PreActivation,
    };

    internal static ResNetConfig Plain(ResNetConfig net) =>
        net with { Name = net.Name.Replace("-resnet", "-plain", StringComparison.Ordinal), IsPlain = true };

    private static ResNetConfig Cifar(int layers) => Cifar(layers, CifarBlock(layers));

    private static ResNetConfig ImageNet(string name, ResNetBlock block, params int[] depths) =>
        new() { Name = name, Block = block, Depths = depths, CropsPhotos = true };

    // The network of https://d2l.ai/chapter_convolutional-modern/resnet.html, under torchvision's names.
    private static ResNetConfig DiveIntoDeepLearning(string name, ResNetBlock block, IReadOnlyList<int> depths) => new()
    {
        Name = name, Block = block, Depths = depths, Shortcut = ResNetShortcut.Convolution, HasBias = true, ImageChannels = 1,
        ImageSize = 96, Classes = 10, Initialization = Initialization.DiveIntoDeepLearning,
    };

    private static string Word(ResNetBlock block) => block == ResNetBlock.Basic ? "basic" : "bottleneck";
}
