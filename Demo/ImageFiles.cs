using ResNetVulkan.Data;

namespace ResNetVulkan.Demo;

/// <summary>The images that the command line names: files, folders and patterns.</summary>
internal static class ImageFiles
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    /// <summary>
    /// The files, a folder's sorted by name. A name that is none of these comes back as it is, for the reader to refuse.
    /// </summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> names) => [.. names.SelectMany(Find)];

    /// <summary>Reads some files, on all cores: each becomes an image or the sentence that says why not.</summary>
    public static (PixelImage? Image, string? Error)[] Read(IReadOnlyList<string> files, bool allowTruncated)
    {
        (PixelImage? Image, string? Error)[] results = new (PixelImage?, string?)[files.Count];
        Parallel.For(0, files.Count, i =>
        {
            try
            {
                results[i] = (ImageFile.Read(files[i], allowTruncated), null);
            }
            catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                results[i] = (null, error.Message);
            }
        });
        return results;
    }

    private static IEnumerable<string> Find(string name)
    {
        if (Directory.Exists(name))
        {
            return Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories)
                .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal);
        }
        // A shell has expanded patterns already, unless it is one that does not, or they were quoted.
        string pattern = Path.GetFileName(name), folder = Path.GetDirectoryName(name) is { Length: > 0 } parent ? parent : ".";
        if (!File.Exists(name) && pattern.AsSpan().ContainsAny('*', '?') && Directory.Exists(folder))
            return Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal);
        return [name];
    }
}
