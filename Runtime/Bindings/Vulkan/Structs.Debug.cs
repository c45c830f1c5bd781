namespace Silk.NET.Vulkan;

// Validation messages and names.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal unsafe struct DebugUtilsMessengerCreateInfoEXT
{
    public StructureType SType;
    public void* PNext;
    public uint Flags;
    public DebugUtilsMessageSeverityFlagsEXT MessageSeverity;
    public DebugUtilsMessageTypeFlagsEXT MessageType;
    public PfnDebugUtilsMessengerCallbackEXT PfnUserCallback;
    public void* PUserData;
}

internal unsafe struct DebugUtilsMessengerCallbackDataEXT
{
    public StructureType SType;
    public void* PNext;
    public uint Flags;
    public byte* PMessageIdName;
    public int MessageIdNumber;
    public byte* PMessage;
    public uint QueueLabelCount;
    public DebugUtilsLabelEXT* PQueueLabels;
    public uint CmdBufLabelCount;
    public DebugUtilsLabelEXT* PCmdBufLabels;
    public uint ObjectCount;
    public DebugUtilsObjectNameInfoEXT* PObjects;
}

internal unsafe struct DebugUtilsLabelEXT
{
    public StructureType SType;
    public void* PNext;
    public byte* PLabelName;
    public fixed float Color[4];
}

internal unsafe struct DebugUtilsObjectNameInfoEXT
{
    public StructureType SType;
    public void* PNext;
    public ObjectType ObjectType;
    public ulong ObjectHandle;
    public byte* PObjectName;
}

internal unsafe struct ValidationFeaturesEXT
{
    public StructureType SType;
    public void* PNext;
    public uint EnabledValidationFeatureCount;
    public ValidationFeatureEnableEXT* PEnabledValidationFeatures;
    public uint DisabledValidationFeatureCount;
    public ValidationFeatureDisableEXT* PDisabledValidationFeatures;
}
