using ResNetVulkan.Data;
using ResNetVulkan.Models;

namespace ResNetVulkan.Demo;

/// <summary>A data set as the command line names it, and a network that fits it.</summary>
internal static class TrainingData
{
    /// <summary>Of a set that has no part to be judged by, unless somebody says otherwise.</summary>
    public const double StandardHoldOut = 0.2;

    /// <summary>What a network learns from, and what it is judged by.</summary>
    /// <param name="name">What <see cref="DataSets"/> knows, or a folder of photos.</param>
    /// <param name="folder">Where it lies; null for where fetch puts it.</param>
    /// <param name="holdOut">
    /// The share of the training part that is judged by instead of the test part; null for none, where there is a test part.
    /// </param>
    /// <returns>Both parts, and a sentence where the second is none of the publisher's.</returns>
    /// <exception cref="UsageException">There is none of that name, or the share is none.</exception>
    public static (NamedSet Train, NamedSet Test, string? Notice) Open(string name, string? folder, double? holdOut)
    {
        NamedSet train = Open(name, folder, DataSplit.Train);
        if (holdOut is null && OpenTest(name, folder, train) is { } test) return (train, test, null);

        try
        {
            (Subset kept, Subset heldOut) = Subset.HoldOut(train.Images, holdOut ?? StandardHoldOut);
            string reason = holdOut is null ? $"{train.Name} has no test part here: " : "";
            return (
                train with { Images = kept }, train with { Images = heldOut },
                $"{reason}{heldOut.Count:N0} of the {train.Images.Count:N0} pictures are held out to be judged by.");
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"--hold-out {holdOut ?? StandardHoldOut}: {error.Message}");
        }
    }

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
        bool isSmall = net is ResNetConfig { Stem: not ResNetStem.ImageNet } && !IsFolder(set.Images);
        bool isStated = net.Name.Contains(":size=", StringComparison.Ordinal);
        if (size == 0) size = isSmall && !isStated ? first.Width : net.ImageSize;
        return net.For(set.Images.Channels, size, set.Images.ClassNames.Count);
    }

    /// <summary>Whether a set's pictures may be of any size.</summary>
    public static bool IsFolder(IImageSet set) => set is ImageFolder or Subset { Set: ImageFolder };

    // None where the files lack, or where the folder is the one that is learned from.
    private static NamedSet? OpenTest(string name, string? folder, NamedSet train)
    {
        try
        {
            NamedSet test = Open(name, folder, DataSplit.Test);
            bool isSame = (test.Images, train.Images) is (ImageFolder a, ImageFolder b) && a.Files.SequenceEqual(b.Files);
            return isSame ? null : test;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static string StandardFolder(string name) =>
        PublishedSet.All.FirstOrDefault(set => set.Name == name)?.StandardFolder ?? "";
}
