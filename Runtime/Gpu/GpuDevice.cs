using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Silk.NET.Core.Native;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>
/// A Vulkan device with one compute queue: what everything else is made from. Owns its memory, and its instance and device unless
/// they are a host's; dispose of it last. Devices share nothing, so several work side by side in one process. Thread-safe, but
/// for Dispose.
/// </summary>
public sealed unsafe class GpuDevice : IDisposable
{
    private readonly VulkanInstance _instance;
    private readonly HashSet<GpuRequirement> _enabled;
    private readonly ObjectLedger _objects;
    private readonly Lock _gate = new();
    private readonly bool _isHosts;
    private AllocationCallbacks* _allocator;
    private StagingRing? _staging;
    private volatile bool _isLost;
    private volatile bool _isDisposed;

    private GpuDevice(VulkanInstance instance, Adapter adapter, GpuInfo info, GpuOptions options, HostHandles? host = null)
    {
        _instance = instance;
        Adapter = adapter;
        Info = info;
        Api = instance.Api;
        QueueFamily = adapter.ComputeFamily!.Value;
        _enabled = GpuRequirements.Usable(adapter, options);
        _objects = new ObjectLedger(isNaming: IsDebugBuild || options.DebugNames);
        Memory = new GpuMemory(this, options.MemoryLimit);

        if (host is { Allocator: not 0 })
        {
            // A pointer for the host and five functions.
            nuint bytes = 6 * (nuint)sizeof(nint);
            _allocator = (AllocationCallbacks*)NativeMemory.Alloc(bytes);
            NativeMemory.Copy((void*)host.Allocator, _allocator, bytes);
        }

        _isHosts = host is not null;
        Handle = host?.Device ?? CreateHandle();
        try
        {
            if (host is null) Api.CurrentDevice = Handle;
            Queue = host?.Queue ?? Api.GetDeviceQueue(Handle, QueueFamily, 0);
            Submission = new Submission(this, host?.LockQueue, host?.UnlockQueue);
        }
        catch
        {
            ReleaseHandle();
            throw;
        }
    }

    /// <summary>
    /// What the driver, the validation layer and this library have to say. Nothing is ever printed. Messages from before the
    /// first handler was added are given to it. Handlers run on the thread whose call provoked the message, inside that call:
    /// they must not call into this library, and what they throw is lost.
    /// </summary>
    /// <remarks>
    /// Drivers and layers speak only with <see cref="GpuOptions.Validation"/> or <see cref="GpuOptions.DebugNames"/>. Leaks are
    /// reported with id "Leak" while the device is being disposed of.
    /// </remarks>
    public event Action<GpuMessage> Message
    {
        add => _instance.Messages.Add(value);
        remove => _instance.Messages.Remove(value);
    }

    /// <summary>The device as it was listed.</summary>
    public GpuInfo Info { get; }

    /// <summary>What kernels may use on it, with these options.</summary>
    public GpuTraits Traits => Info.Traits;

    /// <summary>
    /// Whether the driver gave the device up: everything but Dispose throws <see cref="GpuDeviceLostException"/> from now on.
    /// </summary>
    public bool IsLost => _isLost;

    /// <summary>The most device memory that was allocated at one time so far, in bytes.</summary>
    public ulong PeakAllocatedBytes => Memory.Peak;

    internal Vk Api { get; }

    internal Device Handle { get; }

    internal Queue Queue { get; }

    /// <summary>A host's callbacks, for every call that creates or destroys; null for the driver's own.</summary>
    internal AllocationCallbacks* Allocator => _allocator;

    internal uint QueueFamily { get; }

    internal Adapter Adapter { get; }

    internal GpuMemory Memory { get; }

    internal Submission Submission { get; }

    internal bool IsDisposed => _isDisposed;

    internal bool HasDebugUtils => _instance.DebugUtils is not null;

    internal Silk.NET.Vulkan.Extensions.EXT.ExtDebugUtils? DebugUtils => _instance.DebugUtils;

    /// <summary>Vulkan objects that are alive, those of the device itself included.</summary>
    internal int LiveObjects => _objects.Live;

    /// <summary>Vulkan objects made since the device was: does not move while plans run.</summary>
    internal long ObjectsCreated => _objects.Created;

    /// <summary>The way for bytes to and from tensors, made at first use.</summary>
    internal StagingRing Staging
    {
        get
        {
            lock (_gate)
            {
                ThrowIfUnusable();
                return _staging ??= new StagingRing(this);
            }
        }
    }

    /// <summary>
    /// Every Vulkan device of this machine, those that cannot be used included: <see cref="GpuInfo.Missing"/> says why.
    /// </summary>
    /// <param name="options">What the devices would be used with; the defaults when null.</param>
    /// <exception cref="GpuException">There is no Vulkan loader or no driver; the message says what to install.</exception>
    public static IReadOnlyList<GpuInfo> List(GpuOptions? options = null)
    {
        options ??= new GpuOptions();
        using VulkanInstance instance = VulkanInstance.Create(options);
        return [.. instance.Adapters().Select(adapter => adapter.Describe(options))];
    }

    /// <summary>
    /// Makes the device that the options name, or the best there is: discrete, then integrated, then virtual, then CPU.
    /// </summary>
    /// <param name="options">The defaults when null.</param>
    /// <exception cref="GpuException">
    /// No loader, no driver, no device that fits or is called so, or no validation layer where one was asked for. Nothing is left
    /// behind.
    /// </exception>
    public static GpuDevice Create(GpuOptions? options = null)
    {
        options ??= new GpuOptions();
        VulkanInstance instance = VulkanInstance.Create(options);
        try
        {
            IReadOnlyList<Adapter> adapters = instance.Adapters();
            GpuInfo info = GpuInfo.Choose([.. adapters.Select(adapter => adapter.Describe(options))], options.Device);
            return new GpuDevice(instance, adapters[info.Index], info, options);
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes a host's device. Nothing of the host's is ever destroyed; everything that the host enabled is used, and nothing
    /// else.
    /// </summary>
    /// <exception cref="GpuException">The device lacks what <see cref="GpuRequirements"/> requires.</exception>
    internal static GpuDevice Adopt(HostHandles host, GpuOptions options)
    {
        VulkanInstance instance = VulkanInstance.Borrow(host);
        try
        {
            Adapter adapter = Adapter.Read(instance.Api, host.PhysicalDevice, index: 0).As(host);
            GpuInfo info = GpuInfo.Choose([adapter.Describe(options)], selector: null);
            return new GpuDevice(instance, adapter, info, options, host);
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits for what was submitted and releases everything, after reporting what was made from this device and not disposed of.
    /// Safe when the device was lost, and twice.
    /// </summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;

        Submission.WaitForLast();
        _staging?.Dispose();
        Submission.Dispose();
        foreach (string leak in _objects.Alive(except: ObjectType.DeviceMemory))
        {
            string text = $"{leak} was alive when its device was disposed of.";
            _instance.Messages.Raise(new GpuMessage(GpuSeverity.Error, GpuMessageSource.Library, "Leak", text, [leak]));
        }

        Memory.Dispose();
        _isDisposed = true;
        ReleaseHandle();
        _instance.Dispose();
    }

    /// <summary>Whether an optional row of <see cref="GpuRequirements"/> is on.</summary>
    internal bool Has(GpuRequirement requirement) => _enabled.Contains(requirement);

    /// <summary>A buffer for the caller to dispose of.</summary>
    /// <exception cref="GpuOutOfMemoryException">It does not fit; nothing was allocated.</exception>
    internal GpuBuffer CreateBuffer(string name, ulong size, GpuBufferUse use) => new(this, name, size, use);

    /// <summary>Call before work on the device: a lost or disposed one must not be used.</summary>
    internal void ThrowIfUnusable([CallerMemberName] string call = "")
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isLost)
            throw new GpuDeviceLostException(call, "device", Adapter.Name);
    }

    /// <summary>Throws when a Vulkan call failed, and remembers a lost device.</summary>
    internal void Check(Result result, string call, string subject)
    {
        if (result >= 0)
            return;
        if (result != Result.ErrorDeviceLost)
            throw GpuException.Of(call, subject, Adapter.Name, result);

        _isLost = true;
        throw new GpuDeviceLostException(call, subject, Adapter.Name);
    }

    /// <summary>For tests: from now on the device behaves as if its driver had given it up.</summary>
    internal void SimulateLoss() => _isLost = true;

    /// <summary>
    /// Counts a new Vulkan object and names it for debuggers. Each has its <see cref="Destroyed"/>, with the same name.
    /// </summary>
    internal void Created(ObjectType type, ulong handle, string name)
    {
        _objects.Add(type, name);
        if (_instance.DebugUtils is { } debugUtils)
        {
            Span<byte> text = stackalloc byte[256];
            fixed (byte* first = Utf8.Terminated(name, text))
            {
                DebugUtilsObjectNameInfoEXT info = new()
                {
                    SType = StructureType.DebugUtilsObjectNameInfoExt,
                    ObjectType = type,
                    ObjectHandle = handle,
                    PObjectName = first,
                };
                debugUtils.SetDebugUtilsObjectName(Handle, in info);
            }
        }
    }

    /// <inheritdoc cref="Created"/>
    internal void Destroyed(ObjectType type, string name) => _objects.Remove(type, name);

    private static bool IsDebugBuild =>
#if DEBUG
        true;
#else
        false;
#endif

    private void ReleaseHandle()
    {
        if (!_isHosts) Api.DestroyDevice(Handle, null);
        NativeMemory.Free(_allocator);
        _allocator = null;
    }

    private Device CreateHandle()
    {
        FeatureChain features = default;
        foreach (GpuRequirement row in _enabled)
        {
            if (row.Bit is not null)
                row.Bit(ref features) = true;
        }

        List<string> extensions = [.. _enabled.Where(row => row.IsDeviceExtension).Select(row => row.Name)];
        byte** names = (byte**)SilkMarshal.StringArrayToPtr(extensions);
        try
        {
            float priority = 1;
            DeviceQueueCreateInfo queue = new()
            {
                SType = StructureType.DeviceQueueCreateInfo,
                QueueFamilyIndex = QueueFamily,
                QueueCount = 1,
                PQueuePriorities = &priority,
            };
            DeviceCreateInfo create = new()
            {
                SType = StructureType.DeviceCreateInfo,
                PNext = FeatureChain.Link(&features, Adapter.ApiVersion),
                QueueCreateInfoCount = 1,
                PQueueCreateInfos = &queue,
                EnabledExtensionCount = (uint)extensions.Count,
                PpEnabledExtensionNames = names,
            };
            Check(Api.CreateDevice(Adapter.Handle, in create, null, out Device handle), "vkCreateDevice", Adapter.Name);
            return handle;
        }
        finally
        {
            SilkMarshal.Free((nint)names);
        }
    }
}

/// <summary>Text for Vulkan without a managed allocation.</summary>
internal static class Utf8
{
    /// <summary>
    /// Writes <paramref name="text"/> with a final zero into <paramref name="buffer"/>, cut where it does not fit.
    /// </summary>
    public static ReadOnlySpan<byte> Terminated(ReadOnlySpan<char> text, Span<byte> buffer)
    {
        while (Encoding.UTF8.GetByteCount(text) >= buffer.Length)
            text = text[..^1];
        int length = Encoding.UTF8.GetBytes(text, buffer);
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }
}
