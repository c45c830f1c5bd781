namespace ResNetVulkan.Data;

/// <summary>A set of pictures with what a network is told about it.</summary>
/// <param name="Name">"fashion-mnist", or the folder's name.</param>
/// <param name="Images">The pictures of the part that was asked for.</param>
/// <param name="Normalization">The one that the field uses for it.</param>
public sealed record NamedSet(string Name, IImageSet Images, Normalization Normalization);

/// <summary>The sets that are known by name.</summary>
public static class DataSets
{
    /// <summary>How many pictures of <see cref="Shapes"/> there are to learn from; a tenth of each class.</summary>
    public const int ShapesTrain = 20_000;

    /// <summary>How many pictures of <see cref="Shapes"/> there are to be judged by.</summary>
    public const int ShapesTest = 2_000;

    /// <summary>What <see cref="Open"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mnist", "fashion-mnist", "cifar10", "cifar100", "shapes"];

    /// <summary>"0" to "9".</summary>
    public static IReadOnlyList<string> MnistNames { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>T-shirt/top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot.</summary>
    public static IReadOnlyList<string> FashionMnistNames { get; } =
        ["T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>Opens a set.</summary>
    /// <param name="name">
    /// One of <see cref="Names"/>; or a folder whose sub-folders are the classes, or that has such folders as "train" and "test"
    /// (or "val").
    /// </param>
    /// <param name="folder">
    /// Where the sets lie, each in a folder of its name, or this one's files at once. Says nothing for shapes and for folders.
    /// </param>
    /// <param name="split">
    /// Which part. A folder of classes alone has no parts, one with "train" alone has one: that is given, whatever is asked for.
    /// </param>
    /// <param name="classNames">
    /// What the labels of a folder of photos number, such as the classes of weights; by default its own sub-folders.
    /// </param>
    /// <exception cref="ArgumentException">There is neither a set nor a folder of that name.</exception>
    /// <exception cref="FileNotFoundException">A file of the set is missing: the message says which and where from.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static NamedSet Open(string name, string folder, DataSplit split, IReadOnlyList<string>? classNames = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(folder);
        bool isTest = split == DataSplit.Test;
        string idx = isTest ? "t10k" : "train";
        string[] idxFiles = [$"{idx}-images-idx3-ubyte[.gz]", $"{idx}-labels-idx1-ubyte[.gz]"];
        switch (name)
        {
            case "mnist":
                return new(name, Idx.OpenFolder(Find(name, folder, idxFiles), split, MnistNames), Normalization.Mnist);
            case "fashion-mnist":
                Idx clothes = Idx.OpenFolder(Find(name, folder, idxFiles), split, FashionMnistNames);
                return new(name, clothes, Normalization.FashionMnist);
            case "cifar10":
                string tens = Find(name, folder, isTest ? "test_batch.bin" : "data_batch_*.bin");
                return new(name, Cifar10.Open(tens, split), Normalization.Cifar10);
            case "cifar100":
                string hundreds = Find(name, folder, isTest ? "test.bin" : "train.bin");
                return new(name, Cifar100.Open(hundreds, split), Normalization.Cifar100);
            case "shapes":
                return new(name, isTest ? new Shapes(2, ShapesTest) : new Shapes(1, ShapesTrain), Normalization.Shapes);
            default:
                string last = Path.GetFileName(Path.TrimEndingDirectorySeparator(name));
                return new(last, OpenFolder(name, isTest, classNames), Normalization.ImageNet);
        }
    }

    private static ImageFolder OpenFolder(string path, bool isTest, IReadOnlyList<string>? classNames)
    {
        if (!Directory.Exists(path))
            throw new ArgumentException($"'{path}' is none of {string.Join(", ", Names)}, and no folder.");
        (string train, string test) = (Path.Combine(path, "train"), Path.Combine(path, "test"));
        if (!Directory.Exists(test)) test = Path.Combine(path, "val");
        // A folder "train" without folders of its own is a class.
        if (!Directory.Exists(train) || !Directory.EnumerateDirectories(train).Any()) return ImageFolder.Open(path, classNames);
        if (!Directory.Exists(test)) return ImageFolder.Open(train, classNames);
        // Both parts number the classes as the training part does, whichever the other has.
        return isTest
            ? ImageFolder.Open(test, classNames ?? ImageFolder.Open(train).ClassNames)
            : ImageFolder.Open(train, classNames);
    }

    // The first of the places that has all the files; of "x[.gz]" either.
    private static string Find(string name, string folder, params string[] patterns)
    {
        string[] places = [Path.Combine(folder, name), folder];
        foreach (string place in places.Where(Directory.Exists))
            if (patterns.All(pattern => Has(place, pattern))) return place;
        throw new FileNotFoundException($"The data set {name} is not there: {string.Join(" and ", patterns)} are looked for in "
            + $"{string.Join(" and ", places.Select(place => $"'{place}'"))}. 'resnet fetch {name}' gets them.");

        static bool Has(string place, string pattern)
        {
            string plain = pattern.Replace("[.gz]", "", StringComparison.Ordinal);
            return Directory.EnumerateFiles(place, plain).Any()
                || (plain != pattern && File.Exists(Path.Combine(place, plain + ".gz")));
        }
    }
}
