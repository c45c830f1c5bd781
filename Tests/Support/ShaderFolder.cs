using ResNetVulkan.Kernels;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// A temporary copy of Shaders for tests that write their own kernels: the real include/ and whatever is added. Owns the folder.
/// </summary>
internal sealed class ShaderFolder : IDisposable
{
    public ShaderFolder()
    {
        Path = Directory.CreateTempSubdirectory("resnet-vulkan-shaders-").FullName;
        System.Reflection.Assembly runtime = typeof(Kernel).Assembly;
        foreach (string name in runtime.GetManifestResourceNames()
            .Where(name => name.StartsWith("Shaders/include/", StringComparison.Ordinal)))
        {
            using StreamReader reader = new(runtime.GetManifestResourceStream(name)!);
            Write(name["Shaders/".Length..], reader.ReadToEnd());
        }
    }

    public string Path { get; }

    /// <summary>For caches.</summary>
    public string Cache => System.IO.Path.Combine(Path, "cache");

    public void Write(string file, string text)
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public ShaderLibrary Library(string? cache = null, params string[] compiled) => new(new ShaderSource(Path), compiled, cache);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
