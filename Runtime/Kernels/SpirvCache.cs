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
internal sealed class SpirvCache(IEnumerable<string> readOnly, string? writable)
{
    private const int LongestModule = 16 << 20;
    private readonly string[] _folders = writable is null ? [.. readOnly] : [.. readOnly, writable];

    /// <summary>The module's words; null when no folder has a sound file of it.</summary>
    public uint[]? Find(ModuleKey key)
    {
        foreach (string folder in _folders)
        {
            if (SealedFile.Read(PathIn(folder, key), key.Bytes, LongestModule) is { Length: > 0 } bytes && bytes.Length % 4 == 0)
                return MemoryMarshal.Cast<byte, uint>(bytes).ToArray();
        }
        return null;
    }

    /// <summary>Keeps a module in the writable folder. Nothing happens without one.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Keep(ModuleKey key, ReadOnlySpan<uint> words)
    {
        if (writable is not null) SealedFile.Write(PathIn(writable, key), key.Bytes, MemoryMarshal.AsBytes(words));
    }

    private static string PathIn(string folder, ModuleKey key) => Path.Combine(folder, key.Name + ".spirv");
}
