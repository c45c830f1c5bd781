#nullable disable   // as the package

using Silk.NET.Core;
using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;
using Silk.NET.Vulkan.Extensions.EXT;
using Silk.NET.Vulkan.Extensions.KHR;

namespace Silk.NET.Vulkan;

/// <summary>Vulkan's functions, each loaded when first called. Two of these share nothing.</summary>
/// <remarks>
/// Signatures are Silk.NET 2.22's, less the <c>ref readonly AllocationCallbacks</c> twin of each allocator parameter and the span
/// extension methods of VkOverloads. Setting <see cref="CurrentInstance"/> or <see cref="CurrentDevice"/> forgets the addresses
/// found so
/// far, so do it on one thread before others call; the calls themselves have Vulkan's own thread rules.
/// </remarks>
internal sealed unsafe partial class Vk : NativeAPI
{
    public const uint False = 0, True = 1;
    public const ulong WholeSize = ulong.MaxValue;
    public const uint AttachmentUnused = uint.MaxValue;
    public const uint QueueFamilyIgnored = uint.MaxValue, QueueFamilyExternal = uint.MaxValue - 1;
    public const uint QueueFamilyForeignExt = uint.MaxValue - 2;
    public const uint RemainingMipLevels = uint.MaxValue, RemainingArrayLayers = uint.MaxValue;
    public const uint SubpassExternal = uint.MaxValue;
    public const uint LuidSize = 8, UuidSize = 16, MaxMemoryTypes = 32, MaxMemoryHeaps = 16, MaxDeviceGroupSize = 32;
    public const uint MaxDescriptionSize = 256, MaxDriverInfoSize = 256, MaxDriverNameSize = 256;
    public const uint MaxExtensionNameSize = 256, MaxPhysicalDeviceNameSize = 256;

    private readonly Dictionary<(nint Device, string Layer), HashSet<string>> _extensions = [];
    private Functions _functions = new();

    /// <summary>
    /// Takes every function from <paramref name="ctx"/>, which this owns: the way to use a host's vkGetInstanceProcAddr.
    /// </summary>
    public Vk(INativeContext ctx) : base(ctx) { }

    public static Version32 Version10 => MakeVersion(1, 0);

    public static Version32 Version11 => MakeVersion(1, 1);

    public static Version32 Version12 => MakeVersion(1, 2);

    public static Version32 Version13 => MakeVersion(1, 3);

    /// <summary>Set by <see cref="CreateInstance(InstanceCreateInfo*, AllocationCallbacks*, Instance*)"/> too.</summary>
    public Instance? CurrentInstance { get; set { field = value; _functions = new Functions(); } }

    /// <summary>
    /// Set by <see cref="CreateDevice(PhysicalDevice, DeviceCreateInfo*, AllocationCallbacks*, Device*)"/> too.
    /// </summary>
    public Device? CurrentDevice { get; set { field = value; _functions = new Functions(); } }

    private static string[] LibraryNames =>
        OperatingSystem.IsWindows() ? ["vulkan-1.dll"]
        : OperatingSystem.IsMacOS() ? ["libvulkan.dylib", "libvulkan.1.dylib", "libMoltenVK.dylib"]
        : OperatingSystem.IsAndroid() ? ["libvulkan.so"]
        : ["libvulkan.so.1", "libvulkan.so"];

    /// <summary>The system's loader: its exports first, then what the current instance and device know.</summary>
    /// <exception cref="FileNotFoundException">There is no Vulkan loader.</exception>
    public static Vk GetApi()
    {
        MultiNativeContext contexts = new(new DefaultNativeContext(LibraryNames), null);
        Vk vk = new(contexts);
        contexts.Contexts[1] = new LamdaNativeContext(vk.FindInDriver);
        return vk;
    }

    public static Version32 MakeVersion(uint major, uint minor, uint patch = 0) => new(major, minor, patch);

    /// <summary>A second set of functions from the same place. Do not dispose both where the context was the caller's.</summary>
    public Vk CloneWith(Instance instance, Device device)
    {
        Vk clone = Context is MultiNativeContext ? GetApi() : new Vk(Context);
        (clone.CurrentInstance, clone.CurrentDevice) = (instance, device);
        return clone;
    }

    public PfnVoidFunction GetInstanceProcAddr(Instance instance, byte* pName) =>
        ((delegate* unmanaged<Instance, byte*, PfnVoidFunction>)
            Function(ref _functions.GetInstanceProcAddr, "vkGetInstanceProcAddr"))(instance, pName);

    public PfnVoidFunction GetInstanceProcAddr(Instance instance, ref readonly byte pName)
    {
        fixed (byte* name = &pName)
            return GetInstanceProcAddr(instance, name);
    }

    public PfnVoidFunction GetInstanceProcAddr(Instance instance, string pName)
    {
        fixed (byte* name = Utf8(pName))
            return GetInstanceProcAddr(instance, name);
    }

    public PfnVoidFunction GetDeviceProcAddr(Device device, byte* pName) =>
        ((delegate* unmanaged<Device, byte*, PfnVoidFunction>)
            Function(ref _functions.GetDeviceProcAddr, "vkGetDeviceProcAddr"))(device, pName);

    public PfnVoidFunction GetDeviceProcAddr(Device device, ref readonly byte pName)
    {
        fixed (byte* name = &pName)
            return GetDeviceProcAddr(device, name);
    }

    public PfnVoidFunction GetDeviceProcAddr(Device device, string pName)
    {
        fixed (byte* name = Utf8(pName))
            return GetDeviceProcAddr(device, name);
    }

    public IReadOnlyCollection<PhysicalDevice> GetPhysicalDevices(Instance instance)
    {
        uint count = 0;
        EnumeratePhysicalDevices(instance, ref count, null);
        PhysicalDevice[] devices = new PhysicalDevice[count];
        fixed (PhysicalDevice* first = devices)
            EnumeratePhysicalDevices(instance, ref count, first);
        return devices[..(int)count];
    }

    /// <summary>Whether the loader offers an instance extension. What was enumerated once is remembered.</summary>
    public override bool IsExtensionPresent(string extension) => IsInstanceExtensionPresent(extension);

    public bool IsInstanceExtensionPresent(string extension, string layer = null) =>
        Extensions(default, layer).Contains(extension);

    public bool IsDeviceExtensionPresent(Instance instance, string extension, string layer = null) =>
        IsDeviceExtensionPresent(instance, extension, out _, layer);

    public bool IsDeviceExtensionPresent(PhysicalDevice device, string extension, string layer = null) =>
        Extensions(device, layer).Contains(extension);

    public bool IsDeviceExtensionPresent(Instance instance, string extension, out PhysicalDevice device, string layer = null)
    {
        foreach (PhysicalDevice candidate in GetPhysicalDevices(instance))
        {
            device = candidate;
            if (IsDeviceExtensionPresent(candidate, extension, layer))
                return true;
        }
        device = default;
        return false;
    }

    /// <summary>The functions of an extension that the loader offers; whether it was enabled is the caller's business.</summary>
    public bool TryGetInstanceExtension<T>(Instance instance, out T ext, string layer = null) where T : NativeExtension<Vk>
    {
        (string name, Func<INativeContext, NativeExtension<Vk>> create) = Known<T>();
        ext = IsInstanceExtensionPresent(name, layer)
            ? (T)create(new LamdaNativeContext(function => GetInstanceProcAddr(instance, function)))
            : null;
        return ext is not null;
    }

    /// <summary>
    /// The functions of an extension that any physical device offers; whether it was enabled is the caller's business.
    /// </summary>
    public bool TryGetDeviceExtension<T>(Instance instance, Device device, out T ext, string layer = null)
        where T : NativeExtension<Vk>
    {
        (string name, Func<INativeContext, NativeExtension<Vk>> create) = Known<T>();
        ext = IsDeviceExtensionPresent(instance, name, layer)
            ? (T)create(new LamdaNativeContext(function => GetDeviceProcAddr(device, function)))
            : null;
        return ext is not null;
    }

    /// <summary>Enumerates extensions anew from here on.</summary>
    public void PurgeExtensionCache()
    {
        lock (_extensions)
            _extensions.Clear();
    }

    // The package finds name and constructor by reflection, which trimming does not survive.
    private static (string Name, Func<INativeContext, NativeExtension<Vk>> Create) Known<T>() where T : NativeExtension<Vk> =>
        typeof(T) == typeof(KhrSurface) ? (KhrSurface.ExtensionName, static context => new KhrSurface(context))
        : typeof(T) == typeof(KhrSwapchain) ? (KhrSwapchain.ExtensionName, static context => new KhrSwapchain(context))
        : typeof(T) == typeof(KhrPushDescriptor)
            ? (KhrPushDescriptor.ExtensionName, static context => new KhrPushDescriptor(context))
        : typeof(T) == typeof(KhrCooperativeMatrix)
            ? (KhrCooperativeMatrix.ExtensionName, static context => new KhrCooperativeMatrix(context))
        : typeof(T) == typeof(ExtDebugUtils) ? (ExtDebugUtils.ExtensionName, static context => new ExtDebugUtils(context))
        : throw new NotSupportedException($"{typeof(T).Name} is not among the extensions that are bound here.");

    private nint FindInDriver(string name)
    {
        // These two must come from the library: asking for them here would never end.
        if (name is "vkGetInstanceProcAddr" or "vkGetDeviceProcAddr")
            return 0;
        nint address = CurrentDevice is Device device ? GetDeviceProcAddr(device, name) : 0;
        return address != 0 ? address : GetInstanceProcAddr(CurrentInstance.GetValueOrDefault(), name);
    }

    private HashSet<string> Extensions(PhysicalDevice device, string layer)
    {
        lock (_extensions)
        {
            if (_extensions.TryGetValue((device.Handle, layer), out HashSet<string> known))
                return known;

            uint count = 0;
            ExtensionProperties[] properties;
            Result result;
            do
            {
                result = Enumerate(null);
                properties = new ExtensionProperties[count];
                fixed (ExtensionProperties* first = properties)
                    result = result == Result.Success ? Enumerate(first) : result;
            }
            while (result == Result.Incomplete);

            HashSet<string> names = [];
            for (int i = 0; result == Result.Success && i < count; i++)
            {
                fixed (byte* name = properties[i].ExtensionName)
                    names.Add(SilkMarshal.PtrToString((nint)name));
            }
            return _extensions[(device.Handle, layer)] = names;

            Result Enumerate(ExtensionProperties* into) => device.Handle == 0
                ? EnumerateInstanceExtensionProperties(layer, ref count, into)
                : EnumerateDeviceExtensionProperties(device, layer, ref count, into);
        }
    }
}
