using System.CommandLine;
using ResNetVulkan.Gpu;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Demo;

/// <summary>A device with the shaders for it, for the length of one command.</summary>
internal sealed class Session : IDisposable
{
    private readonly ShaderLibrary _shaders;

    private Session(GpuOptions options)
    {
        _shaders = new ShaderLibrary(new ShaderSource(), [CompiledShaders], Path.Combine(CacheFolder, "shaders"));
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

    /// <summary>Where this program keeps what it can make again.</summary>
    public static string CacheFolder { get; } = Path.Combine(
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : OperatingSystem.IsMacOS() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "Library", "Caches")
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "resnetvulkan");

    public GpuDevice Device { get; }

    public Pipelines Pipelines { get; }

    public ShaderStatistics ShaderStatistics => _shaders.Statistics;

    /// <summary>Opens the device that the options name.</summary>
    public static Session Open(ParseResult arguments, Option<string?> device, Option<bool>? validation = null) => new(new GpuOptions
    {
        Device = arguments.GetValue(device),
        Validation = validation is not null && arguments.GetValue(validation),
        ApplicationName = "resnet",
    });

    /// <summary>What --verbose says at the end, to stderr.</summary>
    public void Describe()
    {
        Console.Error.WriteLine($"device     {Device.Info.Name} ({Device.Info.DriverName} {Device.Info.DriverInfo}), Vulkan {Device.Info.ApiVersion}");
        Console.Error.WriteLine($"shaders    {ShaderStatistics}");
    }

    public void Dispose()
    {
        Pipelines.Dispose();
        Device.Dispose();
        _shaders.Dispose();
    }
}
