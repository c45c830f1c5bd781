namespace ResNetVulkan.Weights;

/// <summary>Files that are there whole or not at all, also when the process or the machine dies in between.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a new file beside <paramref name="path"/>, flushes it to the disk, and renames it to <paramref name="path"/>,
    /// which it replaces. Where the writing fails, the new file is removed and <paramref name="path"/> stays as it was.
    /// </summary>
    /// <param name="path">In a folder in which files can be made.</param>
    /// <param name="write">Fills the file; its exceptions pass.</param>
    /// <exception cref="IOException">The folder is missing, or the disk is full.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 << 10))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error)
        {
            File.Delete(temporary);
            // What .NET makes of EFBIG, which FAT answers at 4 GiB and others at a user's limit.
            if (error is ArgumentOutOfRangeException { ParamName: "value" })
                throw new IOException($"'{path}' would be larger than its file system or a limit allows.", error);
            throw;
        }
    }

    /// <summary>Removes what <see cref="Write"/> of this path has left in processes that were killed meanwhile.</summary>
    /// <remarks>Only for who knows that nobody is writing.</remarks>
    internal static void RemoveLeftovers(string path)
    {
        string name = Path.GetFileName(path);
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{name}.*.tmp"))
        {
            string middle = Path.GetFileName(file)[(name.Length + 1)..^4];
            if (Guid.TryParseExact(middle, "N", out _)) File.Delete(file);
        }
    }
}
