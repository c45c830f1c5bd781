using Silk.NET.Core;

namespace Silk.NET.Vulkan;

// What a device can be asked to enable.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal unsafe struct PhysicalDeviceFeatures2
{
    public StructureType SType;
    public void* PNext;
    public PhysicalDeviceFeatures Features;
}

internal unsafe struct PhysicalDeviceVulkan11Features
{
    public StructureType SType;
    public void* PNext;
    public Bool32 StorageBuffer16BitAccess, UniformAndStorageBuffer16BitAccess, StoragePushConstant16,
        StorageInputOutput16, Multiview, MultiviewGeometryShader, MultiviewTessellationShader,
        VariablePointersStorageBuffer, VariablePointers, ProtectedMemory, SamplerYcbcrConversion, ShaderDrawParameters;
}

internal unsafe struct PhysicalDeviceVulkan12Features
{
    public StructureType SType;
    public void* PNext;
    public Bool32 SamplerMirrorClampToEdge, DrawIndirectCount, StorageBuffer8BitAccess,
        UniformAndStorageBuffer8BitAccess, StoragePushConstant8, ShaderBufferInt64Atomics, ShaderSharedInt64Atomics,
        ShaderFloat16, ShaderInt8, DescriptorIndexing, ShaderInputAttachmentArrayDynamicIndexing,
        ShaderUniformTexelBufferArrayDynamicIndexing, ShaderStorageTexelBufferArrayDynamicIndexing,
        ShaderUniformBufferArrayNonUniformIndexing, ShaderSampledImageArrayNonUniformIndexing,
        ShaderStorageBufferArrayNonUniformIndexing, ShaderStorageImageArrayNonUniformIndexing,
        ShaderInputAttachmentArrayNonUniformIndexing, ShaderUniformTexelBufferArrayNonUniformIndexing,
        ShaderStorageTexelBufferArrayNonUniformIndexing, DescriptorBindingUniformBufferUpdateAfterBind,
        DescriptorBindingSampledImageUpdateAfterBind, DescriptorBindingStorageImageUpdateAfterBind,
        DescriptorBindingStorageBufferUpdateAfterBind, DescriptorBindingUniformTexelBufferUpdateAfterBind,
        DescriptorBindingStorageTexelBufferUpdateAfterBind, DescriptorBindingUpdateUnusedWhilePending,
        DescriptorBindingPartiallyBound, DescriptorBindingVariableDescriptorCount, RuntimeDescriptorArray,
        SamplerFilterMinmax, ScalarBlockLayout, ImagelessFramebuffer, UniformBufferStandardLayout,
        ShaderSubgroupExtendedTypes, SeparateDepthStencilLayouts, HostQueryReset, TimelineSemaphore,
        BufferDeviceAddress, BufferDeviceAddressCaptureReplay, BufferDeviceAddressMultiDevice, VulkanMemoryModel,
        VulkanMemoryModelDeviceScope, VulkanMemoryModelAvailabilityVisibilityChains, ShaderOutputViewportIndex,
        ShaderOutputLayer, SubgroupBroadcastDynamicId;
}

internal unsafe struct PhysicalDeviceVulkan13Features
{
    public StructureType SType;
    public void* PNext;
    public Bool32 RobustImageAccess, InlineUniformBlock, DescriptorBindingInlineUniformBlockUpdateAfterBind,
        PipelineCreationCacheControl, PrivateData, ShaderDemoteToHelperInvocation, ShaderTerminateInvocation,
        SubgroupSizeControl, ComputeFullSubgroups, Synchronization2, TextureCompressionAstcHdr,
        ShaderZeroInitializeWorkgroupMemory, DynamicRendering, ShaderIntegerDotProduct, Maintenance4;
}

internal unsafe struct PhysicalDeviceMaintenance4Features
{
    public StructureType SType;
    public void* PNext;
    public Bool32 Maintenance4;
}

internal unsafe struct PhysicalDeviceMaintenance5FeaturesKHR
{
    public StructureType SType;
    public void* PNext;
    public Bool32 Maintenance5;
}

internal unsafe struct PhysicalDeviceMaintenance6FeaturesKHR
{
    public StructureType SType;
    public void* PNext;
    public Bool32 Maintenance6;
}

internal unsafe struct PhysicalDeviceMaintenance7FeaturesKHR
{
    public StructureType SType;
    public void* PNext;
    public Bool32 Maintenance7;
}

internal unsafe struct PhysicalDeviceShaderIntegerDotProductFeatures
{
    public StructureType SType;
    public void* PNext;
    public Bool32 ShaderIntegerDotProduct;
}

internal unsafe struct PhysicalDevice16BitStorageFeatures
{
    public StructureType SType;
    public void* PNext;
    public Bool32 StorageBuffer16BitAccess, UniformAndStorageBuffer16BitAccess, StoragePushConstant16,
        StorageInputOutput16;
}

internal unsafe struct PhysicalDevice8BitStorageFeatures
{
    public StructureType SType;
    public void* PNext;
    public Bool32 StorageBuffer8BitAccess, UniformAndStorageBuffer8BitAccess, StoragePushConstant8;
}

internal unsafe struct PhysicalDeviceBufferDeviceAddressFeatures
{
    public StructureType SType;
    public void* PNext;
    public Bool32 BufferDeviceAddress, BufferDeviceAddressCaptureReplay, BufferDeviceAddressMultiDevice;
}

internal struct PhysicalDeviceFeatures
{
    public Bool32 RobustBufferAccess, FullDrawIndexUint32, ImageCubeArray, IndependentBlend, GeometryShader,
        TessellationShader, SampleRateShading, DualSrcBlend, LogicOp, MultiDrawIndirect, DrawIndirectFirstInstance,
        DepthClamp, DepthBiasClamp, FillModeNonSolid, DepthBounds, WideLines, LargePoints, AlphaToOne, MultiViewport,
        SamplerAnisotropy, TextureCompressionEtc2, TextureCompressionAstcLdr, TextureCompressionBC,
        OcclusionQueryPrecise, PipelineStatisticsQuery, VertexPipelineStoresAndAtomics, FragmentStoresAndAtomics,
        ShaderTessellationAndGeometryPointSize, ShaderImageGatherExtended, ShaderStorageImageExtendedFormats,
        ShaderStorageImageMultisample, ShaderStorageImageReadWithoutFormat, ShaderStorageImageWriteWithoutFormat,
        ShaderUniformBufferArrayDynamicIndexing, ShaderSampledImageArrayDynamicIndexing,
        ShaderStorageBufferArrayDynamicIndexing, ShaderStorageImageArrayDynamicIndexing, ShaderClipDistance,
        ShaderCullDistance, ShaderFloat64, ShaderInt64, ShaderInt16, ShaderResourceResidency, ShaderResourceMinLod,
        SparseBinding, SparseResidencyBuffer, SparseResidencyImage2D, SparseResidencyImage3D, SparseResidency2Samples,
        SparseResidency4Samples, SparseResidency8Samples, SparseResidency16Samples, SparseResidencyAliased,
        VariableMultisampleRate, InheritedQueries;
}

internal unsafe struct PhysicalDeviceHostQueryResetFeatures
{
    public StructureType SType;
    public void* PNext;
    public Bool32 HostQueryReset;
}

internal unsafe struct PhysicalDevicePortabilitySubsetFeaturesKHR
{
    public StructureType SType;
    public void* PNext;
    public Bool32 ConstantAlphaColorBlendFactors, Events, ImageViewFormatReinterpretation, ImageViewFormatSwizzle,
        ImageView2DOn3DImage, MultisampleArrayImage, MutableComparisonSamplers, PointPolygons, SamplerMipLodBias,
        SeparateStencilMaskRef, ShaderSampleRateInterpolationFunctions, TessellationIsolines, TessellationPointMode,
        TriangleFans, VertexAttributeAccessBeyondStride;
}

internal unsafe struct PhysicalDeviceRobustness2FeaturesEXT
{
    public StructureType SType;
    public void* PNext;
    public Bool32 RobustBufferAccess2, RobustImageAccess2, NullDescriptor;
}

internal unsafe struct PhysicalDeviceScalarBlockLayoutFeatures
{
    public StructureType SType;
    public void* PNext;
    public Bool32 ScalarBlockLayout;
}

internal unsafe struct PhysicalDeviceShaderAtomicFloatFeaturesEXT
{
    public StructureType SType;
    public void* PNext;
    public Bool32 ShaderBufferFloat32Atomics, ShaderBufferFloat32AtomicAdd, ShaderBufferFloat64Atomics,
        ShaderBufferFloat64AtomicAdd, ShaderSharedFloat32Atomics, ShaderSharedFloat32AtomicAdd,
        ShaderSharedFloat64Atomics, ShaderSharedFloat64AtomicAdd, ShaderImageFloat32Atomics,
        ShaderImageFloat32AtomicAdd, SparseImageFloat32Atomics, SparseImageFloat32AtomicAdd;
}

internal unsafe struct PhysicalDeviceShaderAtomicInt64Features
{
    public StructureType SType;
    public void* PNext;
    public Bool32 ShaderBufferInt64Atomics, ShaderSharedInt64Atomics;
}

internal unsafe struct PhysicalDeviceShaderFloat16Int8Features
{
    public StructureType SType;
    public void* PNext;
    public Bool32 ShaderFloat16, ShaderInt8;
}

internal unsafe struct PhysicalDeviceSubgroupSizeControlFeatures
{
    public StructureType SType;
    public void* PNext;
    public Bool32 SubgroupSizeControl, ComputeFullSubgroups;
}

internal unsafe struct PhysicalDeviceSynchronization2Features
{
    public StructureType SType;
    public void* PNext;
    public Bool32 Synchronization2;
}

internal unsafe struct PhysicalDeviceTimelineSemaphoreFeatures
{
    public StructureType SType;
    public void* PNext;
    public Bool32 TimelineSemaphore;
}

internal unsafe struct PhysicalDeviceVulkanMemoryModelFeatures
{
    public StructureType SType;
    public void* PNext;
    public Bool32 VulkanMemoryModel, VulkanMemoryModelDeviceScope, VulkanMemoryModelAvailabilityVisibilityChains;
}
