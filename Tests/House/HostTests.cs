using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.House;

/// <summary>A host brings its own Vulkan binding, mostly Silk.NET itself: both must fit into one program.</summary>
[TestFixture]
public sealed class HostTests
{
    private const string Host = """
        namespace Silk.NET.Vulkan { public sealed class Vk { public static Vk GetApi() => new(); } }
        namespace Host
        {
            using Silk.NET.Vulkan;
            using ResNetVulkan;

            public static class Program
            {
                public static Vk Api { get; } = Vk.GetApi();
                public static System.Type Ours { get; } = typeof(PUBLIC_TYPE);
            }
        }
        """;

    [Test]
    public void A_host_with_its_own_public_Vk_compiles_beside_the_plugin()
    {
        string compiler = Compiler();
        using CompilerFolder folder = new();
        string[] ours =
        [
            .. Directory.GetFiles(AppContext.BaseDirectory, "ResNetVulkan.*.dll")
                .Where(path => !path.EndsWith("Tests.dll", StringComparison.Ordinal)),
        ];
        Type type = Assembly.Load("ResNetVulkan.Plugin").GetExportedTypes()
            .Concat(Assembly.Load("ResNetVulkan.Runtime").GetExportedTypes())
            .First(type => type is { IsGenericType: false, IsNested: false });
        string host = folder.Write("Host.cs", Host.Replace("PUBLIC_TYPE", type.FullName));

        Assert.That(Compile(compiler, folder.Path("Host.dll"), host, ours), Is.Empty);

        // The same host beside a library that does show a Vk: what the test above would say of us.
        string library = folder.Write("Library.cs", "namespace Silk.NET.Vulkan { public sealed class Vk { } }");
        Assert.That(Compile(compiler, folder.Path("Library.dll"), library, []), Is.Empty);
        string said = Compile(compiler, folder.Path("Host2.dll"), host, [.. ours, folder.Path("Library.dll")]);
        Assert.That(said, Does.Contain("CS0436"));
    }

    // Warnings are errors: of two types with one name the compiler takes the host's and only warns.
    private static string Compile(string compiler, string output, string source, string[] references)
    {
        string[] runtime =
        [
            .. Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "System*.dll")
                .Where(path => !path.EndsWith("Native.dll", StringComparison.Ordinal)),
        ];
        ProcessStartInfo start = new(Path.Combine(Cli.DotnetRoot, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "exec", compiler, "-noconfig", "-nologo", "-nostdlib", "-target:library", "-warnaserror", $"-out:{output}", source,
            .. runtime.Concat(references).Select(path => $"-r:{path}"),
        ];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);

        using Process process = Process.Start(start)!;
        Task<string> output1 = process.StandardOutput.ReadToEndAsync(), output2 = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return output1.Result + output2.Result;
    }

    private static string Compiler()
    {
        string sdks = Path.Combine(Cli.DotnetRoot, "sdk");
        string? compiler = Directory.Exists(sdks)
            ? Directory.GetDirectories(sdks)
                .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll"))
                .LastOrDefault(File.Exists)
            : null;
        if (compiler is null) Assert.Ignore($"No C# compiler under {sdks}: only a .NET SDK has one.");
        return compiler!;
    }

    private sealed class CompilerFolder : IDisposable
    {
        private readonly string _root = Directory.CreateTempSubdirectory("resnet-host-").FullName;

        public string Path(string name) => System.IO.Path.Combine(_root, name);

        public string Write(string name, string text)
        {
            File.WriteAllText(Path(name), text);
            return Path(name);
        }

        public void Dispose() => Directory.Delete(_root, recursive: true);
    }
}
