namespace ResNetVulkan.Data;

/// <summary>
/// <see href="https://www.cs.toronto.edu/~kriz/cifar.html">CIFAR-10</see> in its binary version: 32x32 pictures of ten classes,
/// held in memory (3 KiB each).
/// </summary>
public sealed class Cifar10 : IImageSet
{
    private readonly CifarRecords _records;

    private Cifar10(CifarRecords records) => _records = records;

    /// <inheritdoc/>
    public int Count => _records.Count;

    /// <summary>airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <inheritdoc cref="Names"/>
    public IReadOnlyList<string> ClassNames => Names;

    /// <summary>All pictures, one after the other: dense (Count, 32, 32, 3), RGB.</summary>
    public ReadOnlyMemory<byte> Pixels => _records.Pixels;

    /// <summary>Reads a file, or those of the folder that hold a part of the set.</summary>
    /// <param name="path">
    /// One file of records of 3,073 bytes, whatever its name and <paramref name="split"/>; or a folder that has
    /// <c>test_batch.bin</c> or <c>data_batch_*.bin</c>.
    /// </param>
    /// <param name="split">Which files of a folder.</param>
    /// <exception cref="FileNotFoundException">The folder has no such file, or the file is not there.</exception>
    /// <exception cref="InvalidDataException">A file's length or a label does not fit the layout.</exception>
    public static Cifar10 Open(string path, DataSplit split = DataSplit.Test) => new(CifarRecords.Read(
        CifarRecords.Find(path, split == DataSplit.Test ? "test_batch.bin" : "data_batch_*.bin"), labelBytes: 1, classes: 10));

    /// <inheritdoc/>
    public int Label(int index) => _records.Label(index);

    /// <inheritdoc/>
    public PixelImage Read(int index) => _records.Read(index);
}
