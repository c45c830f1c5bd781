using Silk.NET.Core;

namespace Silk.NET.Vulkan;

// Matrix multiplication by a whole subgroup.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal unsafe struct CooperativeMatrixPropertiesKHR
{
    public StructureType SType;
    public void* PNext;
    public uint MSize, NSize, KSize;
    public ComponentTypeKHR AType, BType, CType, ResultType;
    public Bool32 SaturatingAccumulation;
    public ScopeKHR Scope;
}

internal unsafe struct PhysicalDeviceCooperativeMatrixFeaturesKHR
{
    public StructureType SType;
    public void* PNext;
    public Bool32 CooperativeMatrix, CooperativeMatrixRobustBufferAccess;
}

internal unsafe struct PhysicalDeviceCooperativeMatrixPropertiesKHR
{
    public StructureType SType;
    public void* PNext;
    public ShaderStageFlags CooperativeMatrixSupportedStages;
}

internal unsafe struct PhysicalDeviceCooperativeMatrix2FeaturesNV
{
    public StructureType SType;
    public void* PNext;
    public Bool32 CooperativeMatrixWorkgroupScope, CooperativeMatrixFlexibleDimensions, CooperativeMatrixReductions,
        CooperativeMatrixConversions, CooperativeMatrixPerElementOperations, CooperativeMatrixTensorAddressing,
        CooperativeMatrixBlockLoads;
}

internal unsafe struct PhysicalDeviceCooperativeMatrix2PropertiesNV
{
    public StructureType SType;
    public void* PNext;
    public uint CooperativeMatrixWorkgroupScopeMaxWorkgroupSize, CooperativeMatrixFlexibleDimensionsMaxDimension,
        CooperativeMatrixWorkgroupScopeReservedSharedMemory;
}

internal unsafe struct CooperativeMatrixFlexibleDimensionsPropertiesNV
{
    public StructureType SType;
    public void* PNext;
    public uint MGranularity, NGranularity, KGranularity;
    public ComponentTypeKHR AType, BType, CType, ResultType;
    public Bool32 SaturatingAccumulation;
    public ScopeKHR Scope;
    public uint WorkgroupInvocations;
}
