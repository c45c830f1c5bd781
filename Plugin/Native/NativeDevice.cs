using ResNetVulkan.Gpu;
using ResNetVulkan.Plugin;

namespace ResNetVulkan.Native;

/// <summary>A device, and how many networks and trainers stand on it.</summary>
internal sealed unsafe class NativeDevice : IDisposable
{
    private const string ShaderArchive = "shaders.zip";

    private int _children;

    private NativeDevice(PluginDevice device) => Device = device;

    public PluginDevice Device { get; }

    public int Children => Volatile.Read(ref _children);

    public static NativeDevice Create(NativeHost* host, NativeDeviceOptions* theirs)
    {
        NativeDeviceOptions options = Structs.ReadOrDefault(theirs);
        string? folder = NativeText.Read(options.ShaderFolder);
        PluginOptions read = new()
        {
            CompiledShaders = folder is null ? [] : [folder],
            ShaderArchive = typeof(NativeDevice).Assembly.GetManifestResourceStream(ShaderArchive),
            CacheFolder = NativeText.Read(options.CacheFolder),
            MemoryLimit = options.MemoryLimit == 0 ? null : options.MemoryLimit,
            DebugNames = options.DebugNames != 0,
        };
        PluginDevice device = host is null
            ? PluginDevice.Create(NativeText.Read(options.OwnDevice), read) : PluginDevice.Adopt(Read(host), read);
        if (options.Log is not null) device.Message += message => Log(options, message);
        return new NativeDevice(device);
    }

    public static HostDevice Read(NativeHost* theirs)
    {
        NativeHost host = Structs.Read(theirs);
        return new HostDevice
        {
            GetInstanceProcAddr = host.GetInstanceProcAddr,
            ApiVersion = host.ApiVersion,
            Instance = host.Instance,
            PhysicalDevice = host.PhysicalDevice,
            Device = host.Device,
            Queue = host.Queue,
            QueueFamily = host.QueueFamily,
            QueueIndex = host.QueueIndex,
            InstanceExtensions = NativeText.Read(host.InstanceExtensions, host.InstanceExtensionCount, "instance_extensions"),
            DeviceExtensions = NativeText.Read(host.DeviceExtensions, host.DeviceExtensionCount, "device_extensions"),
            Features = host.Features,
            LockQueue = host.LockQueue is null ? null : (family, index) => host.LockQueue(host.User, family, index),
            UnlockQueue = host.UnlockQueue is null ? null : (family, index) => host.UnlockQueue(host.User, family, index),
            Allocator = host.Allocator,
            PipelineCache = host.PipelineCache,
        };
    }

    public void Join() => Interlocked.Increment(ref _children);

    public void Leave() => Interlocked.Decrement(ref _children);

    public void Dispose() => Device.Dispose();

    private static void Log(NativeDeviceOptions options, GpuMessage message)
    {
        NativeText text = new();
        text.Set(message.ToString());
        options.Log(options.User, (int)message.Severity, text.Pointer);
        GC.KeepAlive(text);
    }
}
