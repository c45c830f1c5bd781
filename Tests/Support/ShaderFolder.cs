using NUnit.Framework;
using ResNetVulkan.Kernels;
using Silk.NET.Shaderc;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// A temporary copy of Shaders for tests that write their own kernels: the real include/ and whatever is added. Owns the folder.
/// </summary>
internal sealed class ShaderFolder : IDisposable
{
    private static readonly Lazy<bool> HasCompiler = new(FindCompiler);

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

    /// <summary>Ignores the test where there is no compiler: nobody has compiled what tests write.</summary>
    public ShaderLibrary Library(string? cache = null, params string[] compiled)
    {
        RequireCompiler();
        return new(new ShaderSource(Path), compiled, cache);
    }

    /// <summary>For a fixture none of whose tests can do without: ignored where there is no compiler.</summary>
    public static void RequireCompiler()
    {
        if (!HasCompiler.Value) Assert.Ignore("No shader compiler (Debian: glslc).");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static bool FindCompiler()
    {
        try
        {
            Shaderc.GetApi().Dispose();
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
