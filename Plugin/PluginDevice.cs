using ResNetVulkan.Gpu;
using ResNetVulkan.Kernels;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Plugin;

/// <summary>How the plugin works on a device.</summary>
public sealed record PluginOptions
{
    /// <summary>Folders with modules that were compiled ahead, so that no shader compiler is needed.</summary>
    public IReadOnlyList<string> CompiledShaders { get; init; } = [];

    /// <summary>
    /// A zip file of such a folder, to be embedded in a program. Must be seekable; read as modules are needed, and left open.
    /// </summary>
    public Stream? ShaderArchive { get; init; }

    /// <summary>
    /// Where compiled modules, and what the driver made of them, are kept for the next start; null keeps nothing.
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>Bytes of device memory to use at most; null for what is free.</summary>
    public ulong? MemoryLimit { get; init; }

    /// <summary>Names the plugin's objects for debuggers, where the host enabled VK_EXT_debug_utils.</summary>
    public bool DebugNames { get; init; }
}

/// <summary>
/// A device that networks see frames on: a host's own, or one of the plugin's. Several may stand side by side, also on one
/// device.
/// </summary>
/// <remarks>
/// Owns what it makes and nothing of the host's. Thread-safe, but for Dispose, which comes after that of every network on it, and
/// before the host destroys its device. Never waits for the device to be idle, starts no thread and prints nothing.
/// </remarks>
public sealed class PluginDevice : IDisposable
{
    private readonly ShaderLibrary _shaders;
    private readonly ulong _hostCache;

    private PluginDevice(GpuDevice gpu, PluginOptions options, ulong hostCache)
    {
        (Gpu, _hostCache) = (gpu, hostCache);
        _shaders = new ShaderLibrary(
            new ShaderSource(), options.CompiledShaders, options.CacheFolder, options.ShaderArchive);
        try
        {
            Pipelines = new Pipelines(gpu, _shaders, options.CacheFolder);
            if (hostCache != 0) Pipelines.TakeFrom(new PipelineCache(hostCache));
        }
        catch
        {
            Pipelines?.Dispose();
            _shaders.Dispose();
            throw;
        }
    }

    /// <summary>What the plugin has to say: leaks, when this is disposed of. See <see cref="GpuDevice.Message"/>.</summary>
    public event Action<GpuMessage> Message
    {
        add => Gpu.Message += value;
        remove => Gpu.Message -= value;
    }

    /// <summary>The device, as its driver describes it.</summary>
    public GpuInfo Info => Gpu.Info;

    /// <summary>
    /// Whether the device was lost. It stays so: everything but Dispose throws <see cref="GpuDeviceLostException"/>. Dispose
    /// of the networks and of this, make a new device, and make the networks anew from their <see cref="FrameModel"/>.
    /// </summary>
    public bool IsLost => Gpu.IsLost;

    /// <summary>Bytes of device memory that the plugin has from the driver now.</summary>
    public ulong AllocatedBytes => Gpu.Memory.Allocated;

    internal GpuDevice Gpu { get; }

    internal Pipelines Pipelines { get; }

    /// <summary>Takes a host's device.</summary>
    /// <exception cref="HostException">It lacks something; see <see cref="PluginRequirements.Check"/>.</exception>
    /// <exception cref="GpuException">The driver refuses; nothing is left behind.</exception>
    public static PluginDevice Adopt(HostDevice host, PluginOptions? options = null)
    {
        IReadOnlyList<string> problems = PluginRequirements.Check(host);
        if (problems.Count > 0) throw new HostException("The host's device cannot be used.", problems);

        options ??= new PluginOptions();
        return Over(GpuDevice.Adopt(PluginRequirements.Handles(host), OptionsOf(options, null)), options, host.PipelineCache);
    }

    /// <summary>Makes a device of the plugin's own, for a host that has none to share.</summary>
    /// <param name="device">Its index or a part of its name; null for the best.</param>
    /// <param name="options">How to work on it.</param>
    /// <exception cref="GpuException">There is no driver or no device that can be used.</exception>
    public static PluginDevice Create(string? device = null, PluginOptions? options = null)
    {
        options ??= new PluginOptions();
        return Over(GpuDevice.Create(OptionsOf(options, device)), options, hostCache: 0);
    }

    /// <summary>Releases what the plugin made on the device, and its own device where it is one.</summary>
    public void Dispose()
    {
        Pipelines.Dispose();
        Gpu.Dispose();
        _shaders.Dispose();
    }

    /// <summary>Gives what was compiled to the host's pipeline cache, for the host to keep.</summary>
    internal void ShareCache()
    {
        if (_hostCache != 0) Pipelines.GiveTo(new PipelineCache(_hostCache));
    }

    private static PluginDevice Over(GpuDevice gpu, PluginOptions options, ulong hostCache)
    {
        try
        {
            return new PluginDevice(gpu, options, hostCache);
        }
        catch
        {
            gpu.Dispose();
            throw;
        }
    }

    private static GpuOptions OptionsOf(PluginOptions options, string? device) =>
        new() { Device = device, MemoryLimit = options.MemoryLimit, DebugNames = options.DebugNames };
}
