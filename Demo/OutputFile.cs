using System.Text;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

/// <summary>Files that commands write: there whole, or as they were, and a sentence about the one that was asked for.</summary>
internal static class OutputFile
{
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, byte[] content) =>
        Write(path, target => AtomicFile.Write(target, stream => stream.Write(content)));

    /// <summary>The same for text, in UTF-8.</summary>
    public static void Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    /// <summary>The same for what writes whole files itself.</summary>
    public static void Write(string path, Action<string> write)
    {
        try
        {
            write(path);
        }
        catch (Exception error) when (error is IOException and not WeightFileException or UnauthorizedAccessException)
        {
            // The system's own words name the temporary file that was tried.
            throw new IOException($"'{path}' cannot be written: its folder is missing, full, or not writable.", error);
        }
    }
}
