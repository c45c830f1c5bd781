using ResNetVulkan.Data;
using ResNetVulkan.Models;

namespace ResNetVulkan.Demo;

/// <summary>A data set as the command line names it, and a network that fits it.</summary>
internal static class TrainingData
{
    /// <summary>Both parts of a set.</summary>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static (NamedSet Train, NamedSet Test) Open(string name, string? folder) =>
        (Open(name, folder, DataSplit.Train), Open(name, folder, DataSplit.Test));

    /// <summary>One part of a set.</summary>
    /// <exception cref="UsageException">There is none of that name.</exception>
    /// <param name="name">What <see cref="DataSets"/> knows, or a folder of photos.</param>
    /// <param name="folder">Where it lies; null for where fetch puts it.</param>
    /// <param name="split">Which part.</param>
    /// <param name="classNames">What the labels of a folder of photos number.</param>
    public static NamedSet Open(string name, string? folder, DataSplit split, IReadOnlyList<string>? classNames = null)
    {
        folder ??= StandardFolder(name);
        try
        {
            return DataSets.Open(name, folder, split, classNames);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>The network with the channels, classes and image of a set's pictures.</summary>
    /// <param name="net">As its table has it.</param>
    /// <param name="set">What it is to learn.</param>
    /// <param name="size">
    /// The image's extent along both axes; 0 for the pictures' own where they are small, else the network's.
    /// </param>
    public static NetworkConfig Fit(NetworkConfig net, NamedSet set, int size)
    {
        PixelImage first = set.Images.Read(0);
        bool isSmall = net is ResNetConfig { Stem: not ResNetStem.ImageNet } && set.Images is not ImageFolder;
        if (size == 0) size = isSmall ? first.Width : net.ImageSize;
        return net with
        {
            ImageChannels = set.Images is Idx ? 1 : 3, Classes = set.Images.ClassNames.Count, ImageSize = size,
        };
    }

    private static string StandardFolder(string name) =>
        PublishedSet.All.FirstOrDefault(set => set.Name == name)?.StandardFolder ?? "";
}
