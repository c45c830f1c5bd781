using System.Runtime.InteropServices;
using ResNetVulkan.Gpu;
using ResNetVulkan.Plugin;
using ResNetVulkan.Tests.Support;
using Silk.NET.Core.Native;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.EXT;

namespace ResNetVulkan.Tests.Plugin;

/// <summary>What a foreign host enables.</summary>
internal sealed record ForeignHostOptions
{
    public bool Validation { get; init; } = true;

    /// <summary>Names of features to leave off, as <see cref="PluginRequirements"/> spells them.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    public bool HasAllocator { get; init; } = true;

    public uint ApiVersion { get; init; } = Vk.Version12;
}

/// <summary>
/// A host as a game would be one: its own instance, device and queue of Vulkan 1.2, without any device extension. What it
/// hands to the plugin passes through its own hands first, so that it can count, refuse and hide.
/// </summary>
internal sealed unsafe class ForeignHost : IDisposable
{
    private const string Layer = "VK_LAYER_KHRONOS_validation";

    // Every function of the plugin's that creates, destroys, submits, waits or can fail, with its count of arguments.
    private static readonly Dictionary<string, int> Watched = new()
    {
        ["vkQueueSubmit"] = 4, ["vkQueueSubmit2"] = 4, ["vkQueueWaitIdle"] = 1, ["vkDeviceWaitIdle"] = 1,
        ["vkWaitSemaphores"] = 3, ["vkGetSemaphoreCounterValue"] = 3, ["vkSignalSemaphore"] = 2,
        ["vkCreateBuffer"] = 4, ["vkCreateBufferView"] = 4, ["vkCreateImage"] = 4, ["vkCreateImageView"] = 4,
        ["vkCreateSampler"] = 4, ["vkCreateShaderModule"] = 4, ["vkCreateDescriptorSetLayout"] = 4,
        ["vkCreateDescriptorPool"] = 4, ["vkCreatePipelineLayout"] = 4, ["vkCreatePipelineCache"] = 4,
        ["vkCreateCommandPool"] = 4, ["vkCreateSemaphore"] = 4, ["vkCreateFence"] = 4, ["vkCreateEvent"] = 4,
        ["vkCreateQueryPool"] = 4, ["vkAllocateMemory"] = 4, ["vkCreateComputePipelines"] = 6,
        ["vkAllocateCommandBuffers"] = 3, ["vkAllocateDescriptorSets"] = 3, ["vkMapMemory"] = 6, ["vkBindBufferMemory"] = 4,
        ["vkBeginCommandBuffer"] = 2, ["vkEndCommandBuffer"] = 1, ["vkResetCommandBuffer"] = 2,
        ["vkGetQueryPoolResults"] = 8, ["vkFlushMappedMemoryRanges"] = 3, ["vkInvalidateMappedMemoryRanges"] = 3,
        ["vkMergePipelineCaches"] = 4, ["vkGetPipelineCacheData"] = 4,
        ["vkDestroyBuffer"] = 3, ["vkDestroyBufferView"] = 3, ["vkDestroyShaderModule"] = 3,
        ["vkDestroyDescriptorSetLayout"] = 3, ["vkDestroyDescriptorPool"] = 3, ["vkDestroyPipelineLayout"] = 3,
        ["vkDestroyPipelineCache"] = 3, ["vkDestroyCommandPool"] = 3, ["vkDestroySemaphore"] = 3, ["vkDestroyQueryPool"] = 3,
        ["vkDestroyPipeline"] = 3, ["vkFreeMemory"] = 3,
    };

    private readonly Vk _vk = Vk.GetApi();
    private readonly ValidationMessages _messages = new();
    private readonly MessageLog _log = new();
    private readonly ExtDebugUtils? _debug;
    private readonly DebugUtilsMessengerEXT _messenger;
    private readonly Dictionary<string, Call> _calls = [];
    private readonly List<Delegate> _alive = [];
    private readonly Lock _loading = new();
    private readonly HashSet<string> _hidden = [];
    private readonly HashSet<string> _onlyKhr = [];
    private readonly nint _getInstanceProcAddr, _getDeviceProcAddr;
    private readonly FeatureChainPatch _features;
    private readonly CountingAllocator? _allocator;
    private readonly SemaphoreSlim _queueLock = new(1);
    private int _holder;
    private bool _isLost, _isDisposed;

    public ForeignHost(ForeignHostOptions? options = null)
    {
        options ??= new ForeignHostOptions();
        bool validates = options.Validation && TestDevice.Options.Validation;
        Instance = CreateInstance(options, validates);
        _vk.CurrentInstance = Instance;
        if (validates && _vk.TryGetInstanceExtension(Instance, out ExtDebugUtils debug))
        {
            _debug = debug;
            _messages.Add(_log.Add);
            DebugUtilsMessengerCreateInfoEXT create = _messages.Messenger();
            debug.CreateDebugUtilsMessenger(Instance, in create, null, out _messenger);
        }
        PhysicalDevice = Choose();
        Family = FamilyOf(PhysicalDevice);
        GetProc lookUp = (instance, name) => LookUp((byte*)name, isDevice: false, instance);
        GetProc lookUpOfDevice = (device, name) => LookUp((byte*)name, isDevice: true, device);
        _alive.AddRange([lookUp, lookUpOfDevice]);
        (_getInstanceProcAddr, _getDeviceProcAddr) =
            (Marshal.GetFunctionPointerForDelegate(lookUp), Marshal.GetFunctionPointerForDelegate(lookUpOfDevice));

        _features = PluginRequirements.EnableFeatures(
            _getInstanceProcAddr, Instance.Handle, PhysicalDevice.Handle, options.ApiVersion, 0);
        foreach (GpuRequirement row in GpuRequirements.All.Where(row => options.Without.Contains(row.Name)))
            SwitchOff((StructureHeader*)_features.Chain, row);
        Device = CreateDevice();
        _vk.CurrentDevice = Device;
        Queue = _vk.GetDeviceQueue(Device, Family, 0);
        if (options.HasAllocator) _allocator = new CountingAllocator();
        ApiVersion = options.ApiVersion;
    }

    private delegate nint GetProc(nint owner, nint name);

    public Vk Api => _vk;

    public Instance Instance { get; }

    public PhysicalDevice PhysicalDevice { get; }

    public Device Device { get; }

    public Queue Queue { get; }

    public uint Family { get; }

    public uint ApiVersion { get; }

    /// <summary>Submits of the plugin's that came without the lock.</summary>
    public int SubmitsWithoutLock { get; private set; }

    /// <summary>Calls of the plugin's that create or destroy, without the host's callbacks.</summary>
    public int CallsWithoutAllocator { get; private set; }

    /// <summary>What lives of what was allocated through the host's callbacks.</summary>
    public long LiveAllocations => _allocator?.Live ?? 0;

    /// <summary>What was ever allocated through them.</summary>
    public long Allocations => _allocator?.Total ?? 0;

    /// <summary>Objects and memory that the plugin made so far.</summary>
    public int Creates => _calls.Where(call => call.Key.StartsWith("vkCreate", StringComparison.Ordinal)
        || call.Key.StartsWith("vkAllocate", StringComparison.Ordinal)).Sum(call => call.Value.Count);

    /// <summary>What names the plugin asked for.</summary>
    public HashSet<string> Names { get; } = [];

    public static IEnumerable<string> FunctionsThatFail =>
        Watched.Keys.Where(name => !name.StartsWith("vkDestroy", StringComparison.Ordinal) && name != "vkFreeMemory");

    public int Count(string name) => _calls.GetValueOrDefault(name)?.Count ?? 0;

    /// <summary>The function does not exist, under this name and, unless told, the older one.</summary>
    public void Hide(string name, bool alsoKhr = true)
    {
        _hidden.Add(name);
        if (alsoKhr) _hidden.Add(name + "KHR");
        else _onlyKhr.Add(name);
    }

    /// <summary>The call after so many others fails, once; a lost device stays lost.</summary>
    public void Fail(string name, Result result, int after = 0) => CallOf(name).FailNext(result, after);

    public void Heal() => _isLost = false;

    public HostDevice ToHostDevice() => new()
    {
        GetInstanceProcAddr = _getInstanceProcAddr,
        ApiVersion = ApiVersion,
        Instance = Instance.Handle,
        PhysicalDevice = PhysicalDevice.Handle,
        Device = Device.Handle,
        Queue = Queue.Handle,
        QueueFamily = Family,
        Features = _features.Chain,
        InstanceExtensions = _debug is null ? [] : ["VK_EXT_debug_utils"],
        LockQueue = (_, _) => Lock(),
        UnlockQueue = (_, _) => Unlock(),
        Allocator = _allocator?.Pointer ?? 0,
    };

    /// <summary>For the host's own submits, on any thread.</summary>
    public void Lock()
    {
        _queueLock.Wait();
        _holder = Environment.CurrentManagedThreadId;
    }

    public void Unlock()
    {
        _holder = 0;
        _queueLock.Release();
    }

    /// <summary>What the validation layer said since this was last asked.</summary>
    public IReadOnlyList<GpuMessage> TakeComplaints() => _log.TakeComplaints();

    /// <summary>At once: what the plugin left would be found by the validation layer.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _vk.DestroyDevice(Device, null);
        if (_messenger.Handle != 0) _debug!.DestroyDebugUtilsMessenger(Instance, _messenger, null);
        _vk.DestroyInstance(Instance, null);
        _messages.Dispose();
        _features.Dispose();
        _allocator?.Dispose();
        _vk.Dispose();
    }

    private Instance CreateInstance(ForeignHostOptions options, bool validates)
    {
        byte** layers = (byte**)SilkMarshal.StringArrayToPtr([Layer]);
        byte** extensions = (byte**)SilkMarshal.StringArrayToPtr(["VK_EXT_debug_utils", "VK_EXT_validation_features"]);
        ApplicationInfo application = new() { SType = StructureType.ApplicationInfo, ApiVersion = options.ApiVersion };
        ValidationFeatureEnableEXT synchronization = ValidationFeatureEnableEXT.SynchronizationValidationExt;
        ValidationFeaturesEXT features = new()
        {
            SType = StructureType.ValidationFeaturesExt,
            EnabledValidationFeatureCount = 1,
            PEnabledValidationFeatures = &synchronization,
        };
        InstanceCreateInfo create = new()
        {
            SType = StructureType.InstanceCreateInfo,
            PNext = validates ? &features : null,
            PApplicationInfo = &application,
            EnabledLayerCount = validates ? 1u : 0,
            PpEnabledLayerNames = layers,
            EnabledExtensionCount = validates ? 2u : 0,
            PpEnabledExtensionNames = extensions,
        };
        Result result = _vk.CreateInstance(in create, null, out Instance instance);
        SilkMarshal.Free((nint)layers);
        SilkMarshal.Free((nint)extensions);
        return result == Result.Success ? instance : throw new InvalidOperationException($"vkCreateInstance: {result}");
    }

    private PhysicalDevice Choose()
    {
        IReadOnlyCollection<PhysicalDevice> all = _vk.GetPhysicalDevices(Instance);
        string name = TestDevice.Shared.Info.Name;
        return all.First(device =>
        {
            PhysicalDeviceProperties properties = _vk.GetPhysicalDeviceProperties(device);
            return SilkMarshal.PtrToString((nint)properties.DeviceName) == name;
        });
    }

    private uint FamilyOf(PhysicalDevice device)
    {
        uint count = 0;
        _vk.GetPhysicalDeviceQueueFamilyProperties(device, &count, null);
        QueueFamilyProperties* families = stackalloc QueueFamilyProperties[(int)count];
        _vk.GetPhysicalDeviceQueueFamilyProperties(device, &count, families);
        for (uint i = 0; i < count; i++)
            if (families[i].QueueFlags.HasFlag(QueueFlags.ComputeBit)) return i;
        throw new InvalidOperationException("No queue family computes.");
    }

    private Device CreateDevice()
    {
        float priority = 1;
        DeviceQueueCreateInfo queue = new()
        {
            SType = StructureType.DeviceQueueCreateInfo,
            QueueFamilyIndex = Family,
            QueueCount = 1,
            PQueuePriorities = &priority,
        };
        DeviceCreateInfo create = new()
        {
            SType = StructureType.DeviceCreateInfo,
            PNext = (void*)_features.Chain,
            QueueCreateInfoCount = 1,
            PQueueCreateInfos = &queue,
        };
        Result result = _vk.CreateDevice(PhysicalDevice, in create, null, out Device device);
        return result == Result.Success ? device : throw new InvalidOperationException($"vkCreateDevice: {result}");
    }

    // The patch put each feature into a struct of its own, or into VkPhysicalDeviceFeatures2.
    private static void SwitchOff(StructureHeader* next, GpuRequirement row)
    {
        for (; next != null; next = next->PNext)
        {
            if (row.Alone?.Type == next->SType) row.Alone.In(next) = false;
            if (row.In != StructureType.PhysicalDeviceFeatures2 || next->SType != row.In) continue;
            FeatureChain one = new() { Core = *(PhysicalDeviceFeatures2*)next };
            row.Bit!(ref one) = false;
            *(PhysicalDeviceFeatures2*)next = one.Core;
        }
    }

    private void Lose()
    {
        _vk.DeviceWaitIdle(Device);
        _isLost = true;
    }

    private nint LookUp(byte* text, bool isDevice, nint owner)
    {
        string name = SilkMarshal.PtrToString((nint)text)!;
        lock (_loading)
        {
            Names.Add(name);
            if (_hidden.Contains(name)) return 0;
            string real = name.EndsWith("KHR", StringComparison.Ordinal) && _onlyKhr.Contains(name[..^3]) ? name[..^3] : name;
            nint address = isDevice
                ? _vk.GetDeviceProcAddr(new Device(owner), real)
                : _vk.GetInstanceProcAddr(new Instance(owner), real);
            if (address == 0) return 0;
            if (real == "vkGetDeviceProcAddr") return _getDeviceProcAddr;
            return Watched.TryGetValue(real, out int arguments) ? CallOf(real).Wrap(address, arguments) : address;
        }
    }

    private Call CallOf(string name)
    {
        lock (_loading)
        {
            if (!_calls.TryGetValue(name, out Call? call)) _calls.Add(name, call = new Call(this, name));
            return call;
        }
    }

    private sealed class Call(ForeignHost host, string name)
    {
        private readonly bool _isSubmit = name.StartsWith("vkQueueSubmit", StringComparison.Ordinal);
        private readonly bool _isVoid =
            name.StartsWith("vkDestroy", StringComparison.Ordinal) || name is "vkFreeMemory" or "vkResetQueryPool";
        private readonly int _allocatorArgument = name switch
        {
            "vkCreateComputePipelines" => 4,
            "vkAllocateCommandBuffers" or "vkAllocateDescriptorSets" => -1,
            _ when name.StartsWith("vkCreate", StringComparison.Ordinal) || name == "vkAllocateMemory" => 2,
            _ when name.StartsWith("vkDestroy", StringComparison.Ordinal) || name == "vkFreeMemory" => 2,
            _ => -1,
        };
        private int _count, _failAt;
        private Result _result;
        private nint _wrapper;

        private delegate nint F1(nint a);

        private delegate nint F2(nint a, nint b);

        private delegate nint F3(nint a, nint b, nint c);

        private delegate nint F4(nint a, nint b, nint c, nint d);

        private delegate nint F6(nint a, nint b, nint c, nint d, nint e, nint f);

        private delegate nint F8(nint a, nint b, nint c, nint d, nint e, nint f, nint g, nint h);

        public int Count => Volatile.Read(ref _count);

        public void FailNext(Result result, int after) => (_result, _failAt) = (result, Count + after + 1);

        // All arguments are integers or pointers, so one wrapper does for each number of them.
        public nint Wrap(nint real, int arguments)
        {
            if (_wrapper != 0) return _wrapper;
            Delegate wrapper = arguments switch
            {
                1 => (F1)(a => Before(0) is { } r ? r : ((delegate* unmanaged<nint, nint>)real)(a)),
                2 => (F2)((a, b) => Before(0) is { } r ? r : ((delegate* unmanaged<nint, nint, nint>)real)(a, b)),
                3 => (F3)((a, b, c) => Before(c) is { } r ? r : ((delegate* unmanaged<nint, nint, nint, nint>)real)(a, b, c)),
                4 => (F4)((a, b, c, d) =>
                    Before(c) is { } r ? r : ((delegate* unmanaged<nint, nint, nint, nint, nint>)real)(a, b, c, d)),
                6 => (F6)((a, b, c, d, e, f) => Before(e) is { } r
                    ? r
                    : ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint>)real)(a, b, c, d, e, f)),
                _ => (F8)((a, b, c, d, e, f, g, h) => Before(0) is { } r
                    ? r
                    : ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint>)real)(a, b, c, d, e, f, g, h)),
            };
            host._alive.Add(wrapper);
            return _wrapper = Marshal.GetFunctionPointerForDelegate(wrapper);
        }

        private nint? Before(nint allocator)
        {
            int count = Interlocked.Increment(ref _count);
            if (_isSubmit && host._holder != Environment.CurrentManagedThreadId) host.SubmitsWithoutLock++;
            if (_allocatorArgument >= 0 && host._allocator is not null && allocator == 0) host.CallsWithoutAllocator++;
            if (_isVoid) return null;
            if (count == _failAt)
            {
                // On a device that is lost nothing runs any more; here it would go on.
                if (_result == Result.ErrorDeviceLost) host.Lose();
                return (int)_result;
            }
            bool canBeLost = _isSubmit || name is "vkWaitSemaphores" or "vkGetSemaphoreCounterValue" or "vkQueueWaitIdle"
                or "vkDeviceWaitIdle" or "vkGetQueryPoolResults" or "vkSignalSemaphore";
            return host._isLost && canBeLost ? (int)Result.ErrorDeviceLost : null;
        }
    }
}

/// <summary>VkAllocationCallbacks that count.</summary>
internal sealed unsafe class CountingAllocator : IDisposable
{
    // Six pointers for Vulkan; then live and total.
    private readonly nint* _memory = (nint*)NativeMemory.AllocZeroed(8, (nuint)sizeof(nint));

    public CountingAllocator()
    {
        _memory[0] = (nint)(_memory + 6);
        _memory[1] = (nint)(delegate* unmanaged<long*, nuint, nuint, int, void*>)&Allocate;
        _memory[2] = (nint)(delegate* unmanaged<long*, void*, nuint, nuint, int, void*>)&Reallocate;
        _memory[3] = (nint)(delegate* unmanaged<long*, void*, void>)&Free;
    }

    public nint Pointer => (nint)_memory;

    public long Live => Volatile.Read(ref *(long*)(_memory + 6));

    public long Total => Volatile.Read(ref *(long*)(_memory + 7));

    public void Dispose() => NativeMemory.Free(_memory);

    [UnmanagedCallersOnly]
    private static void* Allocate(long* counts, nuint size, nuint alignment, int scope)
    {
        Interlocked.Increment(ref counts[0]);
        Interlocked.Increment(ref counts[1]);
        return Taken(size, alignment);
    }

    [UnmanagedCallersOnly]
    private static void* Reallocate(long* counts, void* original, nuint size, nuint alignment, int scope)
    {
        if (original == null)
        {
            Interlocked.Increment(ref counts[0]);
            Interlocked.Increment(ref counts[1]);
            return Taken(size, alignment);
        }
        if (size == 0)
        {
            Interlocked.Decrement(ref counts[0]);
            NativeMemory.AlignedFree((void*)((nuint*)original)[-2]);
            return null;
        }
        void* moved = Taken(size, alignment);
        nuint old = ((nuint*)original)[-1];
        NativeMemory.Copy(original, moved, Math.Min(old, size));
        NativeMemory.AlignedFree((void*)((nuint*)original)[-2]);
        return moved;
    }

    [UnmanagedCallersOnly]
    private static void Free(long* counts, void* memory)
    {
        if (memory == null) return;
        Interlocked.Decrement(ref counts[0]);
        NativeMemory.AlignedFree((void*)((nuint*)memory)[-2]);
    }

    // Where the block began and its size stand before what is handed out.
    private static void* Taken(nuint size, nuint alignment)
    {
        nuint room = Math.Max(alignment, 16);
        byte* block = (byte*)NativeMemory.AlignedAlloc(size + room, room);
        nuint* given = (nuint*)(block + room);
        given[-2] = (nuint)block;
        given[-1] = size;
        return given;
    }
}
