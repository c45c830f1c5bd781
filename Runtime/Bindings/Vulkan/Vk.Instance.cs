namespace Silk.NET.Vulkan;

// Before a device exists: layers, extensions, instances and what physical devices report.
internal sealed unsafe partial class Vk
{
    public Result EnumerateInstanceVersion(uint* pApiVersion) =>
        ((delegate* unmanaged<uint*, Result>)
            Function(ref _functions.EnumerateInstanceVersion, "vkEnumerateInstanceVersion"))(pApiVersion);

    public Result EnumerateInstanceVersion(ref uint pApiVersion)
    {
        fixed (uint* apiVersion = &pApiVersion)
            return EnumerateInstanceVersion(apiVersion);
    }

    public Result EnumerateInstanceLayerProperties(uint* pPropertyCount, LayerProperties* pProperties) =>
        ((delegate* unmanaged<uint*, LayerProperties*, Result>)
            Function(ref _functions.EnumerateInstanceLayerProperties, "vkEnumerateInstanceLayerProperties"))(
            pPropertyCount, pProperties);

    public Result EnumerateInstanceLayerProperties(uint* pPropertyCount, ref LayerProperties pProperties)
    {
        fixed (LayerProperties* properties = &pProperties)
            return EnumerateInstanceLayerProperties(pPropertyCount, properties);
    }

    public Result EnumerateInstanceLayerProperties(ref uint pPropertyCount, LayerProperties* pProperties)
    {
        fixed (uint* propertyCount = &pPropertyCount)
            return EnumerateInstanceLayerProperties(propertyCount, pProperties);
    }

    public Result EnumerateInstanceLayerProperties(ref uint pPropertyCount, ref LayerProperties pProperties)
    {
        fixed (uint* propertyCount = &pPropertyCount)
        fixed (LayerProperties* properties = &pProperties)
            return EnumerateInstanceLayerProperties(propertyCount, properties);
    }

    public Result EnumerateInstanceExtensionProperties(
        byte* pLayerName, uint* pPropertyCount, ExtensionProperties* pProperties) =>
        ((delegate* unmanaged<byte*, uint*, ExtensionProperties*, Result>)
            Function(ref _functions.EnumerateInstanceExtensionProperties, "vkEnumerateInstanceExtensionProperties"))(
            pLayerName, pPropertyCount, pProperties);

    public Result EnumerateInstanceExtensionProperties(
        byte* pLayerName, uint* pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateInstanceExtensionProperties(pLayerName, pPropertyCount, properties);
    }

    public Result EnumerateInstanceExtensionProperties(
        byte* pLayerName, ref uint pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (uint* propertyCount = &pPropertyCount)
            return EnumerateInstanceExtensionProperties(pLayerName, propertyCount, pProperties);
    }

    public Result EnumerateInstanceExtensionProperties(
        byte* pLayerName, ref uint pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (uint* propertyCount = &pPropertyCount)
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateInstanceExtensionProperties(pLayerName, propertyCount, properties);
    }

    public Result EnumerateInstanceExtensionProperties(
        ref readonly byte pLayerName, uint* pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (byte* layerName = &pLayerName)
            return EnumerateInstanceExtensionProperties(layerName, pPropertyCount, pProperties);
    }

    public Result EnumerateInstanceExtensionProperties(
        ref readonly byte pLayerName, uint* pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (byte* layerName = &pLayerName)
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateInstanceExtensionProperties(layerName, pPropertyCount, properties);
    }

    public Result EnumerateInstanceExtensionProperties(
        ref readonly byte pLayerName, ref uint pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (byte* layerName = &pLayerName)
        fixed (uint* propertyCount = &pPropertyCount)
            return EnumerateInstanceExtensionProperties(layerName, propertyCount, pProperties);
    }

    public Result EnumerateInstanceExtensionProperties(
        ref readonly byte pLayerName, ref uint pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (byte* layerName = &pLayerName)
        fixed (uint* propertyCount = &pPropertyCount)
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateInstanceExtensionProperties(layerName, propertyCount, properties);
    }

    public Result EnumerateInstanceExtensionProperties(
        string pLayerName, uint* pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (byte* layerName = Utf8(pLayerName))
            return EnumerateInstanceExtensionProperties(layerName, pPropertyCount, pProperties);
    }

    public Result EnumerateInstanceExtensionProperties(
        string pLayerName, uint* pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (byte* layerName = Utf8(pLayerName))
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateInstanceExtensionProperties(layerName, pPropertyCount, properties);
    }

    public Result EnumerateInstanceExtensionProperties(
        string pLayerName, ref uint pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (byte* layerName = Utf8(pLayerName))
        fixed (uint* propertyCount = &pPropertyCount)
            return EnumerateInstanceExtensionProperties(layerName, propertyCount, pProperties);
    }

    public Result EnumerateInstanceExtensionProperties(
        string pLayerName, ref uint pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (byte* layerName = Utf8(pLayerName))
        fixed (uint* propertyCount = &pPropertyCount)
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateInstanceExtensionProperties(layerName, propertyCount, properties);
    }

    public Result CreateInstance(InstanceCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Instance* pInstance)
    {
        Result result = ((delegate* unmanaged<InstanceCreateInfo*, AllocationCallbacks*, Instance*, Result>)
            Function(ref _functions.CreateInstance, "vkCreateInstance"))(pCreateInfo, pAllocator, pInstance);
        if (result == Result.Success)
            CurrentInstance = *pInstance;
        return result;
    }

    public Result CreateInstance(InstanceCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out Instance pInstance)
    {
        fixed (Instance* instance = &pInstance)
            return CreateInstance(pCreateInfo, pAllocator, instance);
    }

    public Result CreateInstance(
        ref readonly InstanceCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, Instance* pInstance)
    {
        fixed (InstanceCreateInfo* createInfo = &pCreateInfo)
            return CreateInstance(createInfo, pAllocator, pInstance);
    }

    public Result CreateInstance(
        ref readonly InstanceCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out Instance pInstance)
    {
        fixed (InstanceCreateInfo* createInfo = &pCreateInfo)
        fixed (Instance* instance = &pInstance)
            return CreateInstance(createInfo, pAllocator, instance);
    }

    public void DestroyInstance(Instance instance, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Instance, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyInstance, "vkDestroyInstance"))(instance, pAllocator);

    public Result EnumeratePhysicalDevices(Instance instance, uint* pPhysicalDeviceCount, PhysicalDevice* pPhysicalDevices) =>
        ((delegate* unmanaged<Instance, uint*, PhysicalDevice*, Result>)
            Function(ref _functions.EnumeratePhysicalDevices, "vkEnumeratePhysicalDevices"))(
            instance, pPhysicalDeviceCount, pPhysicalDevices);

    public Result EnumeratePhysicalDevices(Instance instance, uint* pPhysicalDeviceCount, ref PhysicalDevice pPhysicalDevices)
    {
        fixed (PhysicalDevice* physicalDevices = &pPhysicalDevices)
            return EnumeratePhysicalDevices(instance, pPhysicalDeviceCount, physicalDevices);
    }

    public Result EnumeratePhysicalDevices(Instance instance, ref uint pPhysicalDeviceCount, PhysicalDevice* pPhysicalDevices)
    {
        fixed (uint* physicalDeviceCount = &pPhysicalDeviceCount)
            return EnumeratePhysicalDevices(instance, physicalDeviceCount, pPhysicalDevices);
    }

    public Result EnumeratePhysicalDevices(
        Instance instance, ref uint pPhysicalDeviceCount, ref PhysicalDevice pPhysicalDevices)
    {
        fixed (uint* physicalDeviceCount = &pPhysicalDeviceCount)
        fixed (PhysicalDevice* physicalDevices = &pPhysicalDevices)
            return EnumeratePhysicalDevices(instance, physicalDeviceCount, physicalDevices);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, byte* pLayerName, uint* pPropertyCount, ExtensionProperties* pProperties) =>
        ((delegate* unmanaged<PhysicalDevice, byte*, uint*, ExtensionProperties*, Result>)
            Function(ref _functions.EnumerateDeviceExtensionProperties, "vkEnumerateDeviceExtensionProperties"))(
            physicalDevice, pLayerName, pPropertyCount, pProperties);

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, byte* pLayerName, uint* pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateDeviceExtensionProperties(physicalDevice, pLayerName, pPropertyCount, properties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, byte* pLayerName, ref uint pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (uint* propertyCount = &pPropertyCount)
            return EnumerateDeviceExtensionProperties(physicalDevice, pLayerName, propertyCount, pProperties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, byte* pLayerName, ref uint pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (uint* propertyCount = &pPropertyCount)
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateDeviceExtensionProperties(physicalDevice, pLayerName, propertyCount, properties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, ref readonly byte pLayerName, uint* pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (byte* layerName = &pLayerName)
            return EnumerateDeviceExtensionProperties(physicalDevice, layerName, pPropertyCount, pProperties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, ref readonly byte pLayerName, uint* pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (byte* layerName = &pLayerName)
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateDeviceExtensionProperties(physicalDevice, layerName, pPropertyCount, properties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, ref readonly byte pLayerName, ref uint pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (byte* layerName = &pLayerName)
        fixed (uint* propertyCount = &pPropertyCount)
            return EnumerateDeviceExtensionProperties(physicalDevice, layerName, propertyCount, pProperties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, ref readonly byte pLayerName, ref uint pPropertyCount,
        ref ExtensionProperties pProperties)
    {
        fixed (byte* layerName = &pLayerName)
        fixed (uint* propertyCount = &pPropertyCount)
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateDeviceExtensionProperties(physicalDevice, layerName, propertyCount, properties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, string pLayerName, uint* pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (byte* layerName = Utf8(pLayerName))
            return EnumerateDeviceExtensionProperties(physicalDevice, layerName, pPropertyCount, pProperties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, string pLayerName, uint* pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (byte* layerName = Utf8(pLayerName))
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateDeviceExtensionProperties(physicalDevice, layerName, pPropertyCount, properties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, string pLayerName, ref uint pPropertyCount, ExtensionProperties* pProperties)
    {
        fixed (byte* layerName = Utf8(pLayerName))
        fixed (uint* propertyCount = &pPropertyCount)
            return EnumerateDeviceExtensionProperties(physicalDevice, layerName, propertyCount, pProperties);
    }

    public Result EnumerateDeviceExtensionProperties(
        PhysicalDevice physicalDevice, string pLayerName, ref uint pPropertyCount, ref ExtensionProperties pProperties)
    {
        fixed (byte* layerName = Utf8(pLayerName))
        fixed (uint* propertyCount = &pPropertyCount)
        fixed (ExtensionProperties* properties = &pProperties)
            return EnumerateDeviceExtensionProperties(physicalDevice, layerName, propertyCount, properties);
    }

    public void GetPhysicalDeviceProperties(PhysicalDevice physicalDevice, PhysicalDeviceProperties* pProperties) =>
        ((delegate* unmanaged<PhysicalDevice, PhysicalDeviceProperties*, void>)
            Function(ref _functions.GetPhysicalDeviceProperties, "vkGetPhysicalDeviceProperties"))(physicalDevice, pProperties);

    public void GetPhysicalDeviceProperties(PhysicalDevice physicalDevice, out PhysicalDeviceProperties pProperties)
    {
        fixed (PhysicalDeviceProperties* properties = &pProperties)
            GetPhysicalDeviceProperties(physicalDevice, properties);
    }

    public PhysicalDeviceProperties GetPhysicalDeviceProperties(PhysicalDevice physicalDevice)
    {
        PhysicalDeviceProperties result;
        GetPhysicalDeviceProperties(physicalDevice, &result);
        return result;
    }

    public void GetPhysicalDeviceProperties2(PhysicalDevice physicalDevice, PhysicalDeviceProperties2* pProperties) =>
        ((delegate* unmanaged<PhysicalDevice, PhysicalDeviceProperties2*, void>)
            Function(ref _functions.GetPhysicalDeviceProperties2, "vkGetPhysicalDeviceProperties2"))(
            physicalDevice, pProperties);

    public void GetPhysicalDeviceProperties2(PhysicalDevice physicalDevice, out PhysicalDeviceProperties2 pProperties)
    {
        pProperties = new PhysicalDeviceProperties2 { SType = StructureType.PhysicalDeviceProperties2 };
        fixed (PhysicalDeviceProperties2* properties = &pProperties)
            GetPhysicalDeviceProperties2(physicalDevice, properties);
    }

    public PhysicalDeviceProperties2 GetPhysicalDeviceProperties2(PhysicalDevice physicalDevice)
    {
        PhysicalDeviceProperties2 result = new() { SType = StructureType.PhysicalDeviceProperties2 };
        GetPhysicalDeviceProperties2(physicalDevice, &result);
        return result;
    }

    public void GetPhysicalDeviceFeatures(PhysicalDevice physicalDevice, PhysicalDeviceFeatures* pFeatures) =>
        ((delegate* unmanaged<PhysicalDevice, PhysicalDeviceFeatures*, void>)
            Function(ref _functions.GetPhysicalDeviceFeatures, "vkGetPhysicalDeviceFeatures"))(physicalDevice, pFeatures);

    public void GetPhysicalDeviceFeatures(PhysicalDevice physicalDevice, out PhysicalDeviceFeatures pFeatures)
    {
        fixed (PhysicalDeviceFeatures* features = &pFeatures)
            GetPhysicalDeviceFeatures(physicalDevice, features);
    }

    public PhysicalDeviceFeatures GetPhysicalDeviceFeatures(PhysicalDevice physicalDevice)
    {
        PhysicalDeviceFeatures result;
        GetPhysicalDeviceFeatures(physicalDevice, &result);
        return result;
    }

    public void GetPhysicalDeviceFeatures2(PhysicalDevice physicalDevice, PhysicalDeviceFeatures2* pFeatures) =>
        ((delegate* unmanaged<PhysicalDevice, PhysicalDeviceFeatures2*, void>)
            Function(ref _functions.GetPhysicalDeviceFeatures2, "vkGetPhysicalDeviceFeatures2"))(physicalDevice, pFeatures);

    public void GetPhysicalDeviceFeatures2(PhysicalDevice physicalDevice, out PhysicalDeviceFeatures2 pFeatures)
    {
        pFeatures = new PhysicalDeviceFeatures2 { SType = StructureType.PhysicalDeviceFeatures2 };
        fixed (PhysicalDeviceFeatures2* features = &pFeatures)
            GetPhysicalDeviceFeatures2(physicalDevice, features);
    }

    public PhysicalDeviceFeatures2 GetPhysicalDeviceFeatures2(PhysicalDevice physicalDevice)
    {
        PhysicalDeviceFeatures2 result = new() { SType = StructureType.PhysicalDeviceFeatures2 };
        GetPhysicalDeviceFeatures2(physicalDevice, &result);
        return result;
    }

    public void GetPhysicalDeviceMemoryProperties(
        PhysicalDevice physicalDevice, PhysicalDeviceMemoryProperties* pMemoryProperties) =>
        ((delegate* unmanaged<PhysicalDevice, PhysicalDeviceMemoryProperties*, void>)
            Function(ref _functions.GetPhysicalDeviceMemoryProperties, "vkGetPhysicalDeviceMemoryProperties"))(
            physicalDevice, pMemoryProperties);

    public void GetPhysicalDeviceMemoryProperties(
        PhysicalDevice physicalDevice, out PhysicalDeviceMemoryProperties pMemoryProperties)
    {
        fixed (PhysicalDeviceMemoryProperties* memoryProperties = &pMemoryProperties)
            GetPhysicalDeviceMemoryProperties(physicalDevice, memoryProperties);
    }

    public PhysicalDeviceMemoryProperties GetPhysicalDeviceMemoryProperties(PhysicalDevice physicalDevice)
    {
        PhysicalDeviceMemoryProperties result;
        GetPhysicalDeviceMemoryProperties(physicalDevice, &result);
        return result;
    }

    public void GetPhysicalDeviceMemoryProperties2(
        PhysicalDevice physicalDevice, PhysicalDeviceMemoryProperties2* pMemoryProperties) =>
        ((delegate* unmanaged<PhysicalDevice, PhysicalDeviceMemoryProperties2*, void>)
            Function(ref _functions.GetPhysicalDeviceMemoryProperties2, "vkGetPhysicalDeviceMemoryProperties2"))(
            physicalDevice, pMemoryProperties);

    public void GetPhysicalDeviceMemoryProperties2(
        PhysicalDevice physicalDevice, out PhysicalDeviceMemoryProperties2 pMemoryProperties)
    {
        pMemoryProperties = new PhysicalDeviceMemoryProperties2 { SType = StructureType.PhysicalDeviceMemoryProperties2 };
        fixed (PhysicalDeviceMemoryProperties2* memoryProperties = &pMemoryProperties)
            GetPhysicalDeviceMemoryProperties2(physicalDevice, memoryProperties);
    }

    public PhysicalDeviceMemoryProperties2 GetPhysicalDeviceMemoryProperties2(PhysicalDevice physicalDevice)
    {
        PhysicalDeviceMemoryProperties2 result = new() { SType = StructureType.PhysicalDeviceMemoryProperties2 };
        GetPhysicalDeviceMemoryProperties2(physicalDevice, &result);
        return result;
    }

    public void GetPhysicalDeviceQueueFamilyProperties(
        PhysicalDevice physicalDevice, uint* pQueueFamilyPropertyCount, QueueFamilyProperties* pQueueFamilyProperties) =>
        ((delegate* unmanaged<PhysicalDevice, uint*, QueueFamilyProperties*, void>)
            Function(ref _functions.GetPhysicalDeviceQueueFamilyProperties, "vkGetPhysicalDeviceQueueFamilyProperties"))(
            physicalDevice, pQueueFamilyPropertyCount, pQueueFamilyProperties);

    public void GetPhysicalDeviceQueueFamilyProperties(
        PhysicalDevice physicalDevice, uint* pQueueFamilyPropertyCount, out QueueFamilyProperties pQueueFamilyProperties)
    {
        fixed (QueueFamilyProperties* queueFamilyProperties = &pQueueFamilyProperties)
            GetPhysicalDeviceQueueFamilyProperties(physicalDevice, pQueueFamilyPropertyCount, queueFamilyProperties);
    }

    public void GetPhysicalDeviceQueueFamilyProperties(
        PhysicalDevice physicalDevice, ref uint pQueueFamilyPropertyCount, QueueFamilyProperties* pQueueFamilyProperties)
    {
        fixed (uint* queueFamilyPropertyCount = &pQueueFamilyPropertyCount)
            GetPhysicalDeviceQueueFamilyProperties(physicalDevice, queueFamilyPropertyCount, pQueueFamilyProperties);
    }

    public void GetPhysicalDeviceQueueFamilyProperties(
        PhysicalDevice physicalDevice, ref uint pQueueFamilyPropertyCount, out QueueFamilyProperties pQueueFamilyProperties)
    {
        fixed (uint* queueFamilyPropertyCount = &pQueueFamilyPropertyCount)
        fixed (QueueFamilyProperties* queueFamilyProperties = &pQueueFamilyProperties)
            GetPhysicalDeviceQueueFamilyProperties(physicalDevice, queueFamilyPropertyCount, queueFamilyProperties);
    }

    public QueueFamilyProperties GetPhysicalDeviceQueueFamilyProperties(
        PhysicalDevice physicalDevice, uint* pQueueFamilyPropertyCount)
    {
        QueueFamilyProperties result;
        GetPhysicalDeviceQueueFamilyProperties(physicalDevice, pQueueFamilyPropertyCount, &result);
        return result;
    }

    public QueueFamilyProperties GetPhysicalDeviceQueueFamilyProperties(
        PhysicalDevice physicalDevice, ref uint pQueueFamilyPropertyCount)
    {
        QueueFamilyProperties result;
        fixed (uint* queueFamilyPropertyCount = &pQueueFamilyPropertyCount)
            GetPhysicalDeviceQueueFamilyProperties(physicalDevice, queueFamilyPropertyCount, &result);
        return result;
    }

    public void GetPhysicalDeviceQueueFamilyProperties2(
        PhysicalDevice physicalDevice, uint* pQueueFamilyPropertyCount, QueueFamilyProperties2* pQueueFamilyProperties) =>
        ((delegate* unmanaged<PhysicalDevice, uint*, QueueFamilyProperties2*, void>)
            Function(ref _functions.GetPhysicalDeviceQueueFamilyProperties2, "vkGetPhysicalDeviceQueueFamilyProperties2"))(
            physicalDevice, pQueueFamilyPropertyCount, pQueueFamilyProperties);

    public void GetPhysicalDeviceQueueFamilyProperties2(
        PhysicalDevice physicalDevice, uint* pQueueFamilyPropertyCount, out QueueFamilyProperties2 pQueueFamilyProperties)
    {
        pQueueFamilyProperties = new QueueFamilyProperties2 { SType = StructureType.QueueFamilyProperties2 };
        fixed (QueueFamilyProperties2* queueFamilyProperties = &pQueueFamilyProperties)
            GetPhysicalDeviceQueueFamilyProperties2(physicalDevice, pQueueFamilyPropertyCount, queueFamilyProperties);
    }

    public void GetPhysicalDeviceQueueFamilyProperties2(
        PhysicalDevice physicalDevice, ref uint pQueueFamilyPropertyCount, QueueFamilyProperties2* pQueueFamilyProperties)
    {
        fixed (uint* queueFamilyPropertyCount = &pQueueFamilyPropertyCount)
            GetPhysicalDeviceQueueFamilyProperties2(physicalDevice, queueFamilyPropertyCount, pQueueFamilyProperties);
    }

    public void GetPhysicalDeviceQueueFamilyProperties2(
        PhysicalDevice physicalDevice, ref uint pQueueFamilyPropertyCount, out QueueFamilyProperties2 pQueueFamilyProperties)
    {
        pQueueFamilyProperties = new QueueFamilyProperties2 { SType = StructureType.QueueFamilyProperties2 };
        fixed (uint* queueFamilyPropertyCount = &pQueueFamilyPropertyCount)
        fixed (QueueFamilyProperties2* queueFamilyProperties = &pQueueFamilyProperties)
            GetPhysicalDeviceQueueFamilyProperties2(physicalDevice, queueFamilyPropertyCount, queueFamilyProperties);
    }

    public QueueFamilyProperties2 GetPhysicalDeviceQueueFamilyProperties2(
        PhysicalDevice physicalDevice, uint* pQueueFamilyPropertyCount)
    {
        QueueFamilyProperties2 result = new() { SType = StructureType.QueueFamilyProperties2 };
        GetPhysicalDeviceQueueFamilyProperties2(physicalDevice, pQueueFamilyPropertyCount, &result);
        return result;
    }

    public QueueFamilyProperties2 GetPhysicalDeviceQueueFamilyProperties2(
        PhysicalDevice physicalDevice, ref uint pQueueFamilyPropertyCount)
    {
        QueueFamilyProperties2 result = new() { SType = StructureType.QueueFamilyProperties2 };
        fixed (uint* queueFamilyPropertyCount = &pQueueFamilyPropertyCount)
            GetPhysicalDeviceQueueFamilyProperties2(physicalDevice, queueFamilyPropertyCount, &result);
        return result;
    }

    public void GetPhysicalDeviceFormatProperties(
        PhysicalDevice physicalDevice, Format format, FormatProperties* pFormatProperties) =>
        ((delegate* unmanaged<PhysicalDevice, Format, FormatProperties*, void>)
            Function(ref _functions.GetPhysicalDeviceFormatProperties, "vkGetPhysicalDeviceFormatProperties"))(
            physicalDevice, format, pFormatProperties);

    public void GetPhysicalDeviceFormatProperties(
        PhysicalDevice physicalDevice, Format format, out FormatProperties pFormatProperties)
    {
        fixed (FormatProperties* formatProperties = &pFormatProperties)
            GetPhysicalDeviceFormatProperties(physicalDevice, format, formatProperties);
    }

    public FormatProperties GetPhysicalDeviceFormatProperties(PhysicalDevice physicalDevice, Format format)
    {
        FormatProperties result;
        GetPhysicalDeviceFormatProperties(physicalDevice, format, &result);
        return result;
    }

    public void GetPhysicalDeviceFormatProperties2(
        PhysicalDevice physicalDevice, Format format, FormatProperties2* pFormatProperties) =>
        ((delegate* unmanaged<PhysicalDevice, Format, FormatProperties2*, void>)
            Function(ref _functions.GetPhysicalDeviceFormatProperties2, "vkGetPhysicalDeviceFormatProperties2"))(
            physicalDevice, format, pFormatProperties);

    public void GetPhysicalDeviceFormatProperties2(
        PhysicalDevice physicalDevice, Format format, out FormatProperties2 pFormatProperties)
    {
        pFormatProperties = new FormatProperties2 { SType = StructureType.FormatProperties2 };
        fixed (FormatProperties2* formatProperties = &pFormatProperties)
            GetPhysicalDeviceFormatProperties2(physicalDevice, format, formatProperties);
    }

    public FormatProperties2 GetPhysicalDeviceFormatProperties2(PhysicalDevice physicalDevice, Format format)
    {
        FormatProperties2 result = new() { SType = StructureType.FormatProperties2 };
        GetPhysicalDeviceFormatProperties2(physicalDevice, format, &result);
        return result;
    }

    public Result GetPhysicalDeviceImageFormatProperties(
        PhysicalDevice physicalDevice, Format format, ImageType type, ImageTiling tiling, ImageUsageFlags usage,
        ImageCreateFlags flags, ImageFormatProperties* pImageFormatProperties) =>
        ((delegate* unmanaged<PhysicalDevice, Format, ImageType, ImageTiling, ImageUsageFlags, ImageCreateFlags,
            ImageFormatProperties*, Result>)
            Function(ref _functions.GetPhysicalDeviceImageFormatProperties, "vkGetPhysicalDeviceImageFormatProperties"))(
            physicalDevice, format, type, tiling, usage, flags, pImageFormatProperties);

    public Result GetPhysicalDeviceImageFormatProperties(
        PhysicalDevice physicalDevice, Format format, ImageType type, ImageTiling tiling, ImageUsageFlags usage,
        ImageCreateFlags flags, out ImageFormatProperties pImageFormatProperties)
    {
        fixed (ImageFormatProperties* imageFormatProperties = &pImageFormatProperties)
            return GetPhysicalDeviceImageFormatProperties(
                physicalDevice, format, type, tiling, usage, flags, imageFormatProperties);
    }

    public Result GetPhysicalDeviceImageFormatProperties2(
        PhysicalDevice physicalDevice, PhysicalDeviceImageFormatInfo2* pImageFormatInfo,
        ImageFormatProperties2* pImageFormatProperties) =>
        ((delegate* unmanaged<PhysicalDevice, PhysicalDeviceImageFormatInfo2*, ImageFormatProperties2*, Result>)
            Function(ref _functions.GetPhysicalDeviceImageFormatProperties2, "vkGetPhysicalDeviceImageFormatProperties2"))(
            physicalDevice, pImageFormatInfo, pImageFormatProperties);

    public Result GetPhysicalDeviceImageFormatProperties2(
        PhysicalDevice physicalDevice, PhysicalDeviceImageFormatInfo2* pImageFormatInfo,
        out ImageFormatProperties2 pImageFormatProperties)
    {
        pImageFormatProperties = new ImageFormatProperties2 { SType = StructureType.ImageFormatProperties2 };
        fixed (ImageFormatProperties2* imageFormatProperties = &pImageFormatProperties)
            return GetPhysicalDeviceImageFormatProperties2(physicalDevice, pImageFormatInfo, imageFormatProperties);
    }

    public Result GetPhysicalDeviceImageFormatProperties2(
        PhysicalDevice physicalDevice, ref readonly PhysicalDeviceImageFormatInfo2 pImageFormatInfo,
        ImageFormatProperties2* pImageFormatProperties)
    {
        fixed (PhysicalDeviceImageFormatInfo2* imageFormatInfo = &pImageFormatInfo)
            return GetPhysicalDeviceImageFormatProperties2(physicalDevice, imageFormatInfo, pImageFormatProperties);
    }

    public Result GetPhysicalDeviceImageFormatProperties2(
        PhysicalDevice physicalDevice, ref readonly PhysicalDeviceImageFormatInfo2 pImageFormatInfo,
        out ImageFormatProperties2 pImageFormatProperties)
    {
        pImageFormatProperties = new ImageFormatProperties2 { SType = StructureType.ImageFormatProperties2 };
        fixed (PhysicalDeviceImageFormatInfo2* imageFormatInfo = &pImageFormatInfo)
        fixed (ImageFormatProperties2* imageFormatProperties = &pImageFormatProperties)
            return GetPhysicalDeviceImageFormatProperties2(physicalDevice, imageFormatInfo, imageFormatProperties);
    }
}
