using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Models;

/// <summary>
/// One network of <see href="https://arxiv.org/abs/1409.1556">Very Deep Convolutional Networks for Large-Scale Image
/// Recognition</see>, as a row of a table: stages of 3x3 convolutions, a max pool after each, three linear layers.
/// </summary>
/// <remarks>
/// Parameters carry torchvision's names, features.N and classifier.N. The first linear layer sees every pixel of the last stage,
/// so the image must have the <see cref="NetworkConfig.ImageSize"/>: torchvision's pool to 7x7, which changes nothing at 224, is
/// not there.
/// </remarks>
public sealed record VggConfig : NetworkConfig
{
    private const int MostFlattened = 1 << 24;

    /// <summary>How many convolutions each stage has.</summary>
    public required IReadOnlyList<int> Depths { get; init; }

    /// <summary>The channels of the first stage, doubled from stage to stage, up to eight times as many.</summary>
    public int Width { get; init; } = 64;

    /// <summary>The channels of each stage where they are others than <see cref="Width"/> says.</summary>
    public IReadOnlyList<int>? Channels { get; init; }

    /// <summary>The channels of the first two linear layers.</summary>
    public int HeadWidth { get; init; } = 4096;

    /// <summary>Whether a batch norm follows each convolution.</summary>
    public bool HasNorms { get; init; }

    /// <summary>The part of the head's channels that each step of a training drops.</summary>
    public float DropoutRate { get; init; } = 0.5f;

    /// <summary>Every VGG that has a name.</summary>
    internal static IReadOnlyList<VggConfig> Known { get; } =
    [
        .. Both("vgg11", 1, 1, 2, 2, 2), .. Both("vgg13", 2, 2, 2, 2, 2),
        .. Both("vgg16", 2, 2, 3, 3, 3), .. Both("vgg19", 2, 2, 4, 4, 4),
        DiveIntoDeepLearning("d2l-vgg11", [1, 1, 2, 2, 2]),
    ];

    internal override string LayerFormula => $"({string.Join(" + ", Depths)}) + 3";

    /// <summary>
    /// A network whose stages are stated by hand, with what "vgg" or "d2l-vgg" says of the rest: how many convolutions each has,
    /// and with how many channels where they do not double as usual.
    /// </summary>
    internal static VggConfig Stated(string head, IReadOnlyList<int> depths, IReadOnlyList<int>? channels = null)
    {
        int width = channels?[0] ?? 64;
        if (channels is not null && channels.Select((count, stage) => count == Doubled(width, stage)).All(isDoubled => isDoubled))
            channels = null;
        IEnumerable<string> stages = depths.Select((depth, i) => channels is null ? $"{depth}" : $"{depth}x{channels[i]}");
        string name = $"{head}:{string.Join(',', stages)}";
        VggConfig net = head == "vgg" ? Paper(name, depths) : DiveIntoDeepLearning(name, depths);
        return net with { Width = width, Channels = channels };
    }

    private protected override Tensor AppendLayers(Graph graph, Tensor image)
    {
        if (image.Shape.H != ImageSize || image.Shape.W != ImageSize)
            throw new ShapeException($"{Name} takes images of {ImageSize}x{ImageSize}, not {image.Shape}.");

        Layers layers = new(graph, hasBias: true);
        Tensor x = image;
        int next = 0;       // torchvision numbers everything in one list
        for (int stage = 0; stage < Depths.Count; stage++)
        {
            for (int i = 0; i < Depths[stage]; i++)
            {
                x = layers.Conv(x, $"features.{next++}", Channels?[stage] ?? Doubled(Width, stage), kernel: 3);
                if (HasNorms) x = layers.BatchNorm(x, $"features.{next++}");
                x = layers.Relu(x, $"features.{next++}");
            }
            x = graph.Append($"features.{next++}", new MaxPool2d(Window.Square(2, stride: 2)), x);
        }
        if ((long)x.Shape.C * x.Shape.H * x.Shape.W > MostFlattened)
            throw new ShapeException($"{Name}: the linear layers would see {x.Shape}; at most {MostFlattened:N0} numbers fit.");
        x = graph.Append("flatten", new Flatten(), x);
        foreach (int layer in new[] { 0, 3 })
        {
            x = layers.Linear(x, $"classifier.{layer}", HeadWidth);
            x = layers.Relu(x, $"classifier.{layer + 1}");
            x = graph.Append($"classifier.{layer + 2}", new Dropout(DropoutRate), x);
        }
        return layers.Linear(x, "classifier.6", Classes);
    }

    private static int Doubled(int width, int stage) => Math.Min(width << stage, 8 * width);

    private static VggConfig Paper(string name, IReadOnlyList<int> depths) =>
        new() { Name = name, Depths = depths, CropsPhotos = true, Initialization = Initialization.Vgg };

    // Without batch norms as in the paper, and with them.
    private static IEnumerable<VggConfig> Both(string name, params int[] depths)
    {
        VggConfig plain = Paper(name, depths);
        return [plain, plain with { Name = $"{name}-bn", HasNorms = true }];
    }

    // The network of https://d2l.ai/chapter_convolutional-modern/vgg.html, under torchvision's names.
    private static VggConfig DiveIntoDeepLearning(string name, IReadOnlyList<int> depths) => new()
    {
        Name = name, Depths = depths, ImageChannels = 1, Classes = 10, Initialization = Initialization.DiveIntoDeepLearning,
    };
}
