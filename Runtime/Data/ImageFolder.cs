namespace ResNetVulkan.Data;

/// <summary>Photos in folders: one sub-folder a class, whose JPEG and PNG files show it.</summary>
public sealed class ImageFolder : IImageSet
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    private ImageFolder(IReadOnlyList<string> classNames, IReadOnlyList<(string Path, int Label)> files) =>
        (ClassNames, Files) = (classNames, files);

    /// <inheritdoc/>
    public int Count => Files.Count;

    /// <summary>The sub-folders' names, sorted by their characters' codes; or the order given to <see cref="Open"/>.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The photos, by class and then by name.</summary>
    public IReadOnlyList<(string Path, int Label)> Files { get; }

    /// <summary>Lists the folder; opens no photo.</summary>
    /// <param name="path">The folder of folders. Files beside them are not looked at, nor are folders within them.</param>
    /// <param name="classNames">
    /// What the labels number, where that is not all sub-folders in alphabetical order. Some may have no folder here: the list
    /// can be that of the network's thousand classes.
    /// </param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no sub-folders, or some that the given list does not name, or some without a photo.
    /// </exception>
    public static ImageFolder Open(string path, IReadOnlyList<string>? classNames = null)
    {
        string[] folders = [.. Directory.EnumerateDirectories(path).Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal)];
        if (folders.Length == 0)
            throw new InvalidDataException($"'{path}' has no sub-folders; one for each class is expected.");

        IReadOnlyList<string> names = classNames ?? folders;
        Dictionary<string, int> labels = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++)
            labels.TryAdd(names[i], i);
        string[] unknown = [.. folders.Where(folder => !labels.ContainsKey(folder))];
        if (unknown.Length > 0)
        {
            throw new InvalidDataException($"'{path}' has {unknown.Length} of {folders.Length} folders that are none of the "
                + $"{names.Count} classes: {string.Join(", ", unknown)}.");
        }

        IEnumerable<(string Path, int Label)> files =
            from folder in folders.OrderBy(folder => labels[folder])
            from file in Directory.EnumerateFiles(Path.Combine(path, folder)).Order(StringComparer.Ordinal)
            where Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)
            select (file, labels[folder]);
        ImageFolder set = new(names, [.. files]);
        HashSet<int> shown = [.. set.Files.Select(file => file.Label)];
        string[] empty = [.. folders.Where(folder => !shown.Contains(labels[folder]))];
        if (empty.Length > 0)
        {
            throw new InvalidDataException($"'{path}' has {empty.Length} of {folders.Length} folders without a JPEG or PNG file: "
                + $"{string.Join(", ", empty)}.");
        }
        return set;
    }

    /// <inheritdoc/>
    public int Label(int index) => Files[index].Label;

    /// <inheritdoc/>
    public PixelImage Read(int index) => ImageFile.Read(Files[index].Path);
}
