namespace Silk.NET.Vulkan;

// Making an instance and a device.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal unsafe struct ApplicationInfo
{
    public StructureType SType;
    public void* PNext;
    public byte* PApplicationName;
    public uint ApplicationVersion;
    public byte* PEngineName;
    public uint EngineVersion, ApiVersion;
}

internal unsafe struct InstanceCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public InstanceCreateFlags Flags;
    public ApplicationInfo* PApplicationInfo;
    public uint EnabledLayerCount;
    public byte** PpEnabledLayerNames;
    public uint EnabledExtensionCount;
    public byte** PpEnabledExtensionNames;
}

internal unsafe struct DeviceQueueCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public DeviceQueueCreateFlags Flags;
    public uint QueueFamilyIndex, QueueCount;
    public float* PQueuePriorities;
}

internal unsafe struct DeviceCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public uint Flags, QueueCreateInfoCount;
    public DeviceQueueCreateInfo* PQueueCreateInfos;
    public uint EnabledLayerCount;
    public byte** PpEnabledLayerNames;
    public uint EnabledExtensionCount;
    public byte** PpEnabledExtensionNames;
    public PhysicalDeviceFeatures* PEnabledFeatures;
}

internal unsafe struct ExtensionProperties
{
    public fixed byte ExtensionName[256];
    public uint SpecVersion;
}

internal unsafe struct LayerProperties
{
    public fixed byte LayerName[256];
    public uint SpecVersion, ImplementationVersion;
    public fixed byte Description[256];
}

internal unsafe struct DeviceQueueInfo2
{
    public StructureType SType;
    public void* PNext;
    public DeviceQueueCreateFlags Flags;
    public uint QueueFamilyIndex, QueueIndex;
}
