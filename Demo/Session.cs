using System.CommandLine;
using ResNetVulkan.Gpu;
using ResNetVulkan.Inference;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Demo;

/// <summary>A device with the shaders for it, for the length of one command.</summary>
internal sealed class Session : IDisposable
{
    private readonly ShaderLibrary _shaders;
    private readonly bool _isVerbose;

    private Session(GpuOptions options, bool isVerbose)
    {
        _isVerbose = isVerbose;
        string? cache = CacheFolder is { } folder ? Path.Combine(folder, "shaders") : null;
        _shaders = new ShaderLibrary(new ShaderSource(ShaderFolder()), [CompiledShaders], cache);
        try
        {
            Device = GpuDevice.Create(options);
            Device.Message += message => Console.Error.WriteLine(message);
            Pipelines = new Pipelines(Device, _shaders, CacheFolder);
        }
        catch
        {
            Device?.Dispose();
            _shaders.Dispose();
            throw;
        }
    }

    /// <summary>Where a build puts the modules that it could compile, beside the program.</summary>
    public static string CompiledShaders { get; } = Path.Combine(AppContext.BaseDirectory, "shaders");

    /// <summary>Where this program keeps what it can make again; null for a user without a home.</summary>
    public static string? CacheFolder { get; } = FindCacheFolder();

    public GpuDevice Device { get; }

    public Pipelines Pipelines { get; }

    /// <summary>Opens the device that the options name.</summary>
    public static Session Open(ParseResult arguments, Option<string?> device, Option<bool>? validation = null) => new(
        new GpuOptions
        {
            Device = arguments.GetValue(device),
            Validation = validation is not null && arguments.GetValue(validation),
            ApplicationName = "resnet",
        },
        arguments.GetValue(CommandOptions.Verbose));

    /// <summary>What --precision says.</summary>
    /// <exception cref="NotSupportedException">The device cannot store float16.</exception>
    public Precision Precision(string name)
    {
        if (name != "fp16") return Inference.Precision.Float32;
        return Device.Traits.HasStorage16 ? Inference.Precision.Float16 : throw new NotSupportedException(
            $"\"{Device.Info.Name}\" lacks storageBuffer16BitAccess for --precision fp16; fp32 runs everywhere.");
    }

    public void Dispose()
    {
        if (_isVerbose)
        {
            GpuInfo info = Device.Info;
            Console.Error.WriteLine($"device     {info.Name} ({info.DriverName} {info.DriverInfo}), Vulkan {info.ApiVersion}");
            Console.Error.WriteLine($"shaders    {_shaders.Statistics}");
        }
        Pipelines.Dispose();
        Device.Dispose();
        _shaders.Dispose();
    }

    // A debug build in a checkout reads the shaders where they are edited, so that a change needs no build.
    private static string? ShaderFolder()
    {
#if DEBUG
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string shaders = Path.Combine(folder.FullName, "Shaders");
            if (Directory.Exists(Path.Combine(shaders, "include"))) return shaders;
        }
#endif
        return null;
    }

    private static string? FindCacheFolder()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string folder =
            OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
            : Path.Combine(home, ".cache");
        return Path.IsPathFullyQualified(folder) ? Path.Combine(folder, "resnetvulkan") : null;
    }
}
