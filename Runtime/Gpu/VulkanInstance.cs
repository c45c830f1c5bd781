using Silk.NET.Core.Native;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.EXT;

namespace ResNetVulkan.Gpu;

/// <summary>
/// A VkInstance, the functions loaded for it and its messenger: its own, so that devices share nothing, or a host's, of which it
/// owns the functions only.
/// </summary>
internal sealed unsafe class VulkanInstance : IDisposable
{
    public const string HowToInstall =
        "Install a driver: on Debian and Ubuntu \"apt install libvulkan1 mesa-vulkan-drivers\" (it also has one for the CPU), " +
        "on Windows the graphics card's driver, on macOS the Vulkan SDK or MoltenVK.";

    private const string ValidationLayer = "VK_LAYER_KHRONOS_validation";

    private DebugUtilsMessengerEXT _messenger;
    private bool _isBorrowed;

    private VulkanInstance(Vk api) => Api = api;

    public Vk Api { get; }

    public Instance Handle { get; private set; }

    public ValidationMessages Messages { get; } = new();

    /// <summary>Null where the extension is absent or not wanted.</summary>
    public ExtDebugUtils? DebugUtils { get; private set; }

    /// <exception cref="GpuException">There is no loader, no driver, or no validation layer where one was asked for.</exception>
    public static VulkanInstance Create(GpuOptions options)
    {
        Vk api;
        try
        {
            api = Vk.GetApi();
        }
        catch (FileNotFoundException e)
        {
            string names = "libvulkan.so.1, vulkan-1.dll, libvulkan.dylib";
            throw new GpuException($"The Vulkan loader ({names}) was not found. {HowToInstall}", e);
        }

        VulkanInstance instance = new(api);
        try
        {
            instance.Open(options);
            return instance;
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    /// <summary>A host's instance, which stays the host's; its messages do too.</summary>
    public static VulkanInstance Borrow(HostHandles host)
    {
        HostFunctions functions = new(host);
        Vk api = new(functions) { CurrentInstance = host.Instance, CurrentDevice = host.Device };
        bool canName = host.InstanceExtensions.Contains(GpuRequirements.DebugUtils.Name);
        return new VulkanInstance(api)
        {
            Handle = host.Instance, _isBorrowed = true, DebugUtils = canName ? new ExtDebugUtils(functions) : null,
        };
    }

    /// <summary>Every physical device, in the loader's order.</summary>
    public IReadOnlyList<Adapter> Adapters()
    {
        uint count = 0;
        Api.EnumeratePhysicalDevices(Handle, &count, null);
        PhysicalDevice[] handles = new PhysicalDevice[count];
        fixed (PhysicalDevice* first = handles)
            Api.EnumeratePhysicalDevices(Handle, &count, first);
        return [.. handles.Take((int)count).Select((handle, index) => Adapter.Read(Api, handle, index))];
    }

    public void Dispose()
    {
        if (_messenger.Handle != 0)
            DebugUtils!.DestroyDebugUtilsMessenger(Handle, _messenger, null);
        _messenger = default;
        DebugUtils?.Dispose();
        DebugUtils = null;

        if (Handle.Handle != 0 && !_isBorrowed)
            Api.DestroyInstance(Handle, null);
        Handle = default;

        Messages.Dispose();
        Api.Dispose();
    }

    public static HashSet<string> NamesOf(ReadOnlySpan<ExtensionProperties> extensions)
    {
        HashSet<string> names = [];
        foreach (ref readonly ExtensionProperties extension in extensions)
        {
            fixed (byte* name = extension.ExtensionName)
                names.Add(SilkMarshal.PtrToString((nint)name) ?? "");
        }

        return names;
    }

    private void Open(GpuOptions options)
    {
        HashSet<string> offered = InstanceExtensions(layer: null);
        List<string> extensions =
        [
            .. GpuRequirements.All.Where(row => row.IsInstanceExtension && row.IsWanted(options)).Select(row => row.Name)
                .Where(offered.Contains),
        ];
        List<string> layers = [];
        if (options.Validation)
        {
            if (!Layers().Contains(ValidationLayer))
            {
                throw new GpuException(
                    $"Validation was asked for and the layer {ValidationLayer} is not installed. On Debian and Ubuntu " +
                    "\"apt install vulkan-validationlayers\", elsewhere the Vulkan SDK has it.");
            }

            layers.Add(ValidationLayer);
            if (options.SynchronizationValidation && InstanceExtensions(ValidationLayer).Contains("VK_EXT_validation_features"))
                extensions.Add("VK_EXT_validation_features");
        }

        CreateHandle(options, extensions, layers);
        Api.CurrentInstance = Handle;

        bool hasDebugUtils = extensions.Contains(GpuRequirements.DebugUtils.Name);
        if (hasDebugUtils && Api.TryGetInstanceExtension(Handle, out ExtDebugUtils debugUtils))
        {
            DebugUtils = debugUtils;
            DebugUtilsMessengerCreateInfoEXT messenger = Messages.Messenger();
            Result result = debugUtils.CreateDebugUtilsMessenger(Handle, in messenger, null, out _messenger);
            Check(result, "vkCreateDebugUtilsMessengerEXT");
        }
    }

    private void CreateHandle(GpuOptions options, List<string> extensions, List<string> layers)
    {
        byte* name = (byte*)SilkMarshal.StringToPtr(options.ApplicationName, NativeStringEncoding.UTF8);
        byte** extensionNames = (byte**)SilkMarshal.StringArrayToPtr(extensions);
        byte** layerNames = (byte**)SilkMarshal.StringArrayToPtr(layers);
        try
        {
            ApplicationInfo application = new()
            {
                SType = StructureType.ApplicationInfo,
                PApplicationName = name,
                PEngineName = name,
                ApiVersion = Vk.Version13,    // the newest that is used; a 1.2 device is asked for no more than 1.2
            };
            ValidationFeatureEnableEXT synchronization = ValidationFeatureEnableEXT.SynchronizationValidationExt;
            ValidationFeaturesEXT features = new()
            {
                SType = StructureType.ValidationFeaturesExt,
                EnabledValidationFeatureCount = 1,
                PEnabledValidationFeatures = &synchronization,
            };
            DebugUtilsMessengerCreateInfoEXT messenger = Messages.Messenger();

            // Chained, the messenger also hears of the creation and destruction of the instance itself.
            void* chain = null;
            if (extensions.Contains(GpuRequirements.DebugUtils.Name))
                chain = &messenger;
            if (options.Validation && options.SynchronizationValidation)
            {
                features.PNext = chain;
                chain = &features;
            }

            bool isPortable = extensions.Contains(GpuRequirements.PortabilityEnumeration.Name);
            InstanceCreateInfo create = new()
            {
                SType = StructureType.InstanceCreateInfo,
                PNext = chain,
                Flags = isPortable ? InstanceCreateFlags.EnumeratePortabilityBitKhr : 0,
                PApplicationInfo = &application,
                EnabledLayerCount = (uint)layers.Count,
                PpEnabledLayerNames = layerNames,
                EnabledExtensionCount = (uint)extensions.Count,
                PpEnabledExtensionNames = extensionNames,
            };
            Result result = Api.CreateInstance(in create, null, out Instance handle);
            if (result == Result.ErrorIncompatibleDriver)
                throw new GpuException($"The Vulkan loader found no driver that works. {HowToInstall}");
            Check(result, "vkCreateInstance");
            Handle = handle;
        }
        finally
        {
            SilkMarshal.Free((nint)name);
            SilkMarshal.Free((nint)extensionNames);
            SilkMarshal.Free((nint)layerNames);
        }
    }

    private HashSet<string> InstanceExtensions(string? layer)
    {
        byte* name = layer is null ? null : (byte*)SilkMarshal.StringToPtr(layer);
        try
        {
            uint count = 0;
            Api.EnumerateInstanceExtensionProperties(name, &count, null);
            ExtensionProperties[] extensions = new ExtensionProperties[count];
            fixed (ExtensionProperties* first = extensions)
                Api.EnumerateInstanceExtensionProperties(name, &count, first);
            return NamesOf(extensions);
        }
        finally
        {
            if (name != null)
                SilkMarshal.Free((nint)name);
        }
    }

    private HashSet<string> Layers()
    {
        uint count = 0;
        Api.EnumerateInstanceLayerProperties(&count, null);
        LayerProperties[] layers = new LayerProperties[count];
        HashSet<string> names = [];
        fixed (LayerProperties* first = layers)
        {
            Api.EnumerateInstanceLayerProperties(&count, first);
            for (int i = 0; i < layers.Length; i++)
                names.Add(SilkMarshal.PtrToString((nint)first[i].LayerName) ?? "");
        }

        return names;
    }

    private static void Check(Result result, string call)
    {
        if (result < 0)
            throw GpuException.Of(call, "instance", "this machine", result);
    }
}
