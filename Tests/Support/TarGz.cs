using System.Formats.Tar;
using System.IO.Compression;

namespace ResNetVulkan.Tests.Support;

/// <summary>Unpacks archives of test data.</summary>
internal static class TarGz
{
    /// <summary>Unpacks into a folder that exists: everything, or the files that <paramref name="wanted"/> accepts.</summary>
    /// <returns>How many files were unpacked.</returns>
    public static int Extract(string archive, string folder, Func<string, bool>? wanted = null)
    {
        int files = 0;
        string root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        using GZipStream stream = new(File.OpenRead(archive), CompressionMode.Decompress);
        using TarReader reader = new(stream);
        while (reader.GetNextEntry() is TarEntry entry)
        {
            bool regular = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;
            if (!regular || wanted?.Invoke(entry.Name) == false)
                continue;

            string path = Path.GetFullPath(Path.Combine(root, entry.Name));
            if (!path.StartsWith(root, StringComparison.Ordinal))
                throw new InvalidDataException($"'{archive}' has an entry outside its folder: '{entry.Name}'.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            entry.ExtractToFile(path, overwrite: false);
            files++;
        }

        return files;
    }
}
