namespace ResNetVulkan.Data;

/// <summary>
/// <see href="https://www.cs.toronto.edu/~kriz/cifar.html">CIFAR-100</see> in its binary version: 32x32 pictures of a hundred
/// classes, held in memory (3 KiB each). The label is the fine one; the twenty coarse ones are not kept.
/// </summary>
public sealed class Cifar100 : IImageSet
{
    private const int Classes = 100;

    private readonly CifarRecords _records;

    private Cifar100(CifarRecords records, IReadOnlyList<string> classNames) => (_records, ClassNames) = (records, classNames);

    /// <inheritdoc/>
    public int Count => _records.Count;

    /// <summary>From <c>fine_label_names.txt</c> beside the data; where it is absent, "class 0" to "class 99".</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>All pictures, one after the other: dense (Count, 32, 32, 3), RGB.</summary>
    public ReadOnlyMemory<byte> Pixels => _records.Pixels;

    /// <summary>Reads a file, or that of the folder which holds a part of the set.</summary>
    /// <param name="path">One file of records of 3,074 bytes, or a folder that has <c>test.bin</c> or <c>train.bin</c>.</param>
    /// <param name="split">Which file of a folder.</param>
    /// <exception cref="FileNotFoundException">The folder has no such file, or the file is not there.</exception>
    /// <exception cref="InvalidDataException">
    /// The file's length or a label does not fit the layout, or the names beside it are not a hundred.
    /// </exception>
    public static Cifar100 Open(string path, DataSplit split = DataSplit.Test)
    {
        IReadOnlyList<string> files = CifarRecords.Find(path, split == DataSplit.Test ? "test.bin" : "train.bin");
        string names = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(files[0]))!, "fine_label_names.txt");
        IReadOnlyList<string> classNames = File.Exists(names)
            ? Labels.Read(names)
            : [.. Enumerable.Range(0, Classes).Select(index => $"class {index}")];
        if (classNames.Count != Classes)
            throw new InvalidDataException($"'{names}' has {classNames.Count} names; CIFAR-100 has {Classes} classes.");
        return new Cifar100(CifarRecords.Read(files, labelBytes: 2, Classes), classNames);
    }

    /// <inheritdoc/>
    public int Label(int index) => _records.Label(index);

    /// <inheritdoc/>
    public PixelImage Read(int index) => _records.Read(index);
}
