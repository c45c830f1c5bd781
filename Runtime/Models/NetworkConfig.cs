using ResNetVulkan.Graphs;

namespace ResNetVulkan.Models;

/// <summary>
/// A network as a row of a table: what it takes, what it tells apart, and how it appends itself to a graph. With other
/// <see cref="ImageChannels"/>, <see cref="ImageSize"/> or <see cref="Classes"/> it learns other data.
/// </summary>
public abstract record NetworkConfig
{
    /// <summary>What it is called: "resnet50".</summary>
    public required string Name { get; init; }

    /// <summary>Channels of the image.</summary>
    public int ImageChannels { get; init; } = 3;

    /// <summary>The image's extent, along both axes, that the weights are trained for, in pixels.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>How many classes it tells apart.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>
    /// Whether photos are prepared as for ImageNet, resized to 8/7 of the image and cropped; else they are resized to the image.
    /// </summary>
    public bool CropsPhotos { get; init; }

    /// <summary>How its parameters begin.</summary>
    public Initialization Initialization { get; init; } = Initialization.Torchvision;

    /// <summary>Every network that has a name.</summary>
    public static IReadOnlyList<NetworkConfig> All { get; } = [.. ResNetConfig.Known, .. VggConfig.Known];

    /// <summary>
    /// The network of a name, in any case; torchvision's underscores do for hyphens. A name may state a network too: a CIFAR net
    /// of any depth ("cifar-resnet74"), blocks by hand ("resnet:bottleneck:3,4,6,3", "vgg:1,1,2,2,2"), and options behind any
    /// ("resnet50:plain:classes=10"). The README lists them.
    /// </summary>
    /// <returns>
    /// Called by the shortest name that states the same, which finds the same network again: "resnet50:groups=32x4" becomes
    /// "resnext50-32x4d".
    /// </returns>
    /// <exception cref="ArgumentException">
    /// There is none, and the message gives the nearest names; or an option or a number is not what it may be.
    /// </exception>
    public static NetworkConfig Find(string name)
    {
        if (NetworkName.Find(name) is { } config) return config;

        string head = NetworkName.Short(name.Split(':')[0]);
        string[] near = [.. All.Select(config => config.Name).OrderBy(known => Distance(known, head.ToLowerInvariant())).Take(3)];
        throw new ArgumentException($"There is no model '{head}'. Near: {string.Join(", ", near)}.");
    }

    /// <summary>
    /// The same network for other data. A name that says what the data are, such as "resnet18:classes=10", says it no more.
    /// </summary>
    /// <param name="channels">Of the image.</param>
    /// <param name="size">The image's extent along both axes, in pixels.</param>
    /// <param name="classes">How many there are.</param>
    public NetworkConfig For(int channels, int size, int classes) => this with
    {
        Name = NetworkName.WithoutData(Name), ImageChannels = channels, ImageSize = size, Classes = classes,
    };

    /// <summary>Appends the network to a graph.</summary>
    /// <param name="graph">Which.</param>
    /// <param name="image">(N, ImageChannels, H, W), normalised as the weights want it.</param>
    /// <returns>The logits, (N, Classes, 1, 1).</returns>
    /// <exception cref="ShapeException">The image is too small, or has other channels than the network.</exception>
    public Tensor Append(Graph graph, Tensor image)
    {
        if (image.Shape.C != ImageChannels)
            throw new ShapeException($"{Name} takes images of {ImageChannels} channels, not {image.Shape}.");
        return AppendLayers(graph, image);
    }

    /// <summary>
    /// How the papers count the network's layers: convolutions and linear layers on the main path. "1 + 2 x (2 + 2 + 2 + 2) + 1".
    /// </summary>
    internal abstract string LayerFormula { get; }

    private protected abstract Tensor AppendLayers(Graph graph, Tensor image);

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
