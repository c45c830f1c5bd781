using System.IO.Compression;
using System.Runtime.InteropServices;

namespace ResNetVulkan.Kernels;

/// <summary>
/// Compiled modules in folders, one file a module, named by its key. Looked for in the order given; only the last folder is
/// written. Threads and processes may share a folder: the last whole file wins, and all of them hold the same.
/// </summary>
/// <param name="readOnly">
/// Folders that are never written, such as the build's output; one that does not exist holds nothing.
/// </param>
/// <param name="writable">Made when first written; null keeps nothing.</param>
/// <param name="archive">A zip file of modules, looked into first; null for none.</param>
internal sealed class SpirvCache(IEnumerable<string> readOnly, string? writable, Stream? archive = null)
{
    private const int LongestModule = 16 << 20;
    private const string Extension = ".spirv";
    private readonly ZipArchive? _archive =
        archive is null ? null : new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
    private readonly string[] _folders = writable is null ? [.. readOnly] : [.. readOnly, writable];

    /// <summary>The module's words; null when no folder has a sound file of it.</summary>
    public uint[]? Find(ModuleKey key)
    {
        if (Words(FindInArchive(key)) is { } archived) return archived;
        foreach (string folder in _folders)
            if (Words(SealedFile.Read(PathIn(folder, key), key.Bytes, LongestModule)) is { } words) return words;
        return null;
    }

    /// <summary>Keeps a module in the writable folder. Nothing happens without one.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Keep(ModuleKey key, ReadOnlySpan<uint> words)
    {
        if (writable is not null) SealedFile.Write(PathIn(writable, key), key.Bytes, MemoryMarshal.AsBytes(words));
    }

    private byte[]? FindInArchive(ModuleKey key)
    {
        if (_archive is null) return null;
        lock (_archive)
        {
            if (_archive.GetEntry(key.Name + Extension) is not { } entry) return null;
            try
            {
                using Stream stream = entry.Open();
                return SealedFile.Read(stream, entry.Length, key.Bytes, LongestModule);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                return null;
            }
        }
    }

    private static uint[]? Words(byte[]? bytes) =>
        bytes is { Length: > 0 } && bytes.Length % 4 == 0 ? MemoryMarshal.Cast<byte, uint>(bytes).ToArray() : null;

    private static string PathIn(string folder, ModuleKey key) => Path.Combine(folder, key.Name + Extension);
}
