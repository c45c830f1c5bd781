using Silk.NET.Core;
using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan;

// What a device reports about itself.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal unsafe struct PhysicalDeviceProperties
{
    public uint ApiVersion, DriverVersion, VendorID, DeviceID;
    public PhysicalDeviceType DeviceType;
    public fixed byte DeviceName[256];
    public fixed byte PipelineCacheUuid[16];
    public PhysicalDeviceLimits Limits;
    public PhysicalDeviceSparseProperties SparseProperties;
}

internal unsafe struct PhysicalDeviceLimits
{
    public uint MaxImageDimension1D, MaxImageDimension2D, MaxImageDimension3D, MaxImageDimensionCube,
        MaxImageArrayLayers, MaxTexelBufferElements, MaxUniformBufferRange, MaxStorageBufferRange, MaxPushConstantsSize,
        MaxMemoryAllocationCount, MaxSamplerAllocationCount;
    public ulong BufferImageGranularity, SparseAddressSpaceSize;
    public uint MaxBoundDescriptorSets, MaxPerStageDescriptorSamplers, MaxPerStageDescriptorUniformBuffers,
        MaxPerStageDescriptorStorageBuffers, MaxPerStageDescriptorSampledImages, MaxPerStageDescriptorStorageImages,
        MaxPerStageDescriptorInputAttachments, MaxPerStageResources, MaxDescriptorSetSamplers,
        MaxDescriptorSetUniformBuffers, MaxDescriptorSetUniformBuffersDynamic, MaxDescriptorSetStorageBuffers,
        MaxDescriptorSetStorageBuffersDynamic, MaxDescriptorSetSampledImages, MaxDescriptorSetStorageImages,
        MaxDescriptorSetInputAttachments, MaxVertexInputAttributes, MaxVertexInputBindings,
        MaxVertexInputAttributeOffset, MaxVertexInputBindingStride, MaxVertexOutputComponents,
        MaxTessellationGenerationLevel, MaxTessellationPatchSize, MaxTessellationControlPerVertexInputComponents,
        MaxTessellationControlPerVertexOutputComponents, MaxTessellationControlPerPatchOutputComponents,
        MaxTessellationControlTotalOutputComponents, MaxTessellationEvaluationInputComponents,
        MaxTessellationEvaluationOutputComponents, MaxGeometryShaderInvocations, MaxGeometryInputComponents,
        MaxGeometryOutputComponents, MaxGeometryOutputVertices, MaxGeometryTotalOutputComponents,
        MaxFragmentInputComponents, MaxFragmentOutputAttachments, MaxFragmentDualSrcAttachments,
        MaxFragmentCombinedOutputResources, MaxComputeSharedMemorySize;
    public fixed uint MaxComputeWorkGroupCount[3];
    public uint MaxComputeWorkGroupInvocations;
    public fixed uint MaxComputeWorkGroupSize[3];
    public uint SubPixelPrecisionBits, SubTexelPrecisionBits, MipmapPrecisionBits, MaxDrawIndexedIndexValue,
        MaxDrawIndirectCount;
    public float MaxSamplerLodBias, MaxSamplerAnisotropy;
    public uint MaxViewports;
    public fixed uint MaxViewportDimensions[2];
    public fixed float ViewportBoundsRange[2];
    public uint ViewportSubPixelBits;
    public nuint MinMemoryMapAlignment;
    public ulong MinTexelBufferOffsetAlignment, MinUniformBufferOffsetAlignment, MinStorageBufferOffsetAlignment;
    public int MinTexelOffset;
    public uint MaxTexelOffset;
    public int MinTexelGatherOffset;
    public uint MaxTexelGatherOffset;
    public float MinInterpolationOffset, MaxInterpolationOffset;
    public uint SubPixelInterpolationOffsetBits, MaxFramebufferWidth, MaxFramebufferHeight, MaxFramebufferLayers;
    public SampleCountFlags FramebufferColorSampleCounts, FramebufferDepthSampleCounts, FramebufferStencilSampleCounts,
        FramebufferNoAttachmentsSampleCounts;
    public uint MaxColorAttachments;
    public SampleCountFlags SampledImageColorSampleCounts, SampledImageIntegerSampleCounts,
        SampledImageDepthSampleCounts, SampledImageStencilSampleCounts, StorageImageSampleCounts;
    public uint MaxSampleMaskWords;
    public Bool32 TimestampComputeAndGraphics;
    public float TimestampPeriod;
    public uint MaxClipDistances, MaxCullDistances, MaxCombinedClipAndCullDistances, DiscreteQueuePriorities;
    public fixed float PointSizeRange[2];
    public fixed float LineWidthRange[2];
    public float PointSizeGranularity, LineWidthGranularity;
    public Bool32 StrictLines, StandardSampleLocations;
    public ulong OptimalBufferCopyOffsetAlignment, OptimalBufferCopyRowPitchAlignment, NonCoherentAtomSize;
}

internal unsafe struct PhysicalDeviceProperties2
{
    public StructureType SType;
    public void* PNext;
    public PhysicalDeviceProperties Properties;
}

internal unsafe struct PhysicalDeviceVulkan11Properties
{
    public StructureType SType;
    public void* PNext;
    public fixed byte DeviceUuid[16];
    public fixed byte DriverUuid[16];
    public fixed byte DeviceLuid[8];
    public uint DeviceNodeMask;
    public Bool32 DeviceLuidvalid;
    public uint SubgroupSize;
    public ShaderStageFlags SubgroupSupportedStages;
    public SubgroupFeatureFlags SubgroupSupportedOperations;
    public Bool32 SubgroupQuadOperationsInAllStages;
    public PointClippingBehavior PointClippingBehavior;
    public uint MaxMultiviewViewCount, MaxMultiviewInstanceIndex;
    public Bool32 ProtectedNoFault;
    public uint MaxPerSetDescriptors;
    public ulong MaxMemoryAllocationSize;
}

internal unsafe struct PhysicalDeviceSubgroupSizeControlProperties
{
    public StructureType SType;
    public void* PNext;
    public uint MinSubgroupSize, MaxSubgroupSize, MaxComputeWorkgroupSubgroups;
    public ShaderStageFlags RequiredSubgroupSizeStages;
}

internal struct PhysicalDeviceMemoryProperties
{
    public uint MemoryTypeCount;
    public MemoryTypesBuffer MemoryTypes;
    public uint MemoryHeapCount;
    public MemoryHeapsBuffer MemoryHeaps;

    /// <summary>32 elements in place; the indexer writes through.</summary>
    internal struct MemoryTypesBuffer
    {
        public MemoryType Element0, Element1, Element2, Element3, Element4, Element5, Element6, Element7, Element8,
            Element9, Element10, Element11, Element12, Element13, Element14, Element15, Element16, Element17, Element18,
            Element19, Element20, Element21, Element22, Element23, Element24, Element25, Element26, Element27,
            Element28, Element29, Element30, Element31;

        public ref MemoryType this[int index] => ref AsSpan()[index];

        public Span<MemoryType> AsSpan() => InlineElements.Of(ref Element0, 32);
    }

    /// <summary>16 elements in place; the indexer writes through.</summary>
    internal struct MemoryHeapsBuffer
    {
        public MemoryHeap Element0, Element1, Element2, Element3, Element4, Element5, Element6, Element7, Element8,
            Element9, Element10, Element11, Element12, Element13, Element14, Element15;

        public ref MemoryHeap this[int index] => ref AsSpan()[index];

        public Span<MemoryHeap> AsSpan() => InlineElements.Of(ref Element0, 16);
    }
}

internal struct MemoryType
{
    public MemoryPropertyFlags PropertyFlags;
    public uint HeapIndex;
}

internal struct MemoryHeap
{
    public ulong Size;
    public MemoryHeapFlags Flags;
}

internal struct QueueFamilyProperties
{
    public QueueFlags QueueFlags;
    public uint QueueCount, TimestampValidBits;
    public Extent3D MinImageTransferGranularity;
}

internal unsafe struct PhysicalDevicePushDescriptorPropertiesKHR
{
    public StructureType SType;
    public void* PNext;
    public uint MaxPushDescriptors;
}

internal struct ConformanceVersion
{
    public byte Major, Minor, Subminor, Patch;
}

internal struct FormatProperties
{
    public FormatFeatureFlags LinearTilingFeatures, OptimalTilingFeatures, BufferFeatures;
}

internal unsafe struct FormatProperties2
{
    public StructureType SType;
    public void* PNext;
    public FormatProperties FormatProperties;
}

internal struct ImageFormatProperties
{
    public Extent3D MaxExtent;
    public uint MaxMipLevels, MaxArrayLayers;
    public SampleCountFlags SampleCounts;
    public ulong MaxResourceSize;
}

internal unsafe struct ImageFormatProperties2
{
    public StructureType SType;
    public void* PNext;
    public ImageFormatProperties ImageFormatProperties;
}

internal unsafe struct PhysicalDeviceDriverProperties
{
    public StructureType SType;
    public void* PNext;
    public DriverId DriverID;
    public fixed byte DriverName[256];
    public fixed byte DriverInfo[256];
    public ConformanceVersion ConformanceVersion;
}

internal unsafe struct PhysicalDeviceExternalMemoryHostPropertiesEXT
{
    public StructureType SType;
    public void* PNext;
    public ulong MinImportedHostPointerAlignment;
}

internal unsafe struct PhysicalDeviceFloatControlsProperties
{
    public StructureType SType;
    public void* PNext;
    public ShaderFloatControlsIndependence DenormBehaviorIndependence, RoundingModeIndependence;
    public Bool32 ShaderSignedZeroInfNanPreserveFloat16, ShaderSignedZeroInfNanPreserveFloat32,
        ShaderSignedZeroInfNanPreserveFloat64, ShaderDenormPreserveFloat16, ShaderDenormPreserveFloat32,
        ShaderDenormPreserveFloat64, ShaderDenormFlushToZeroFloat16, ShaderDenormFlushToZeroFloat32,
        ShaderDenormFlushToZeroFloat64, ShaderRoundingModeRtefloat16, ShaderRoundingModeRtefloat32,
        ShaderRoundingModeRtefloat64, ShaderRoundingModeRtzfloat16, ShaderRoundingModeRtzfloat32,
        ShaderRoundingModeRtzfloat64;
}

internal unsafe struct PhysicalDeviceIDProperties
{
    public StructureType SType;
    public void* PNext;
    public fixed byte DeviceUuid[16];
    public fixed byte DriverUuid[16];
    public fixed byte DeviceLuid[8];
    public uint DeviceNodeMask;
    public Bool32 DeviceLuidvalid;
}

internal unsafe struct PhysicalDeviceImageFormatInfo2
{
    public StructureType SType;
    public void* PNext;
    public Format Format;
    public ImageType Type;
    public ImageTiling Tiling;
    public ImageUsageFlags Usage;
    public ImageCreateFlags Flags;
}

internal unsafe struct PhysicalDeviceMaintenance3Properties
{
    public StructureType SType;
    public void* PNext;
    public uint MaxPerSetDescriptors;
    public ulong MaxMemoryAllocationSize;
}

internal unsafe struct PhysicalDeviceMaintenance4Properties
{
    public StructureType SType;
    public void* PNext;
    public ulong MaxBufferSize;
}

internal unsafe struct PhysicalDeviceMemoryBudgetPropertiesEXT
{
    public StructureType SType;
    public void* PNext;
    public fixed ulong HeapBudget[16];
    public fixed ulong HeapUsage[16];
}

internal unsafe struct PhysicalDeviceMemoryProperties2
{
    public StructureType SType;
    public void* PNext;
    public PhysicalDeviceMemoryProperties MemoryProperties;
}

internal unsafe struct PhysicalDevicePCIBusInfoPropertiesEXT
{
    public StructureType SType;
    public void* PNext;
    public uint PciDomain, PciBus, PciDevice, PciFunction;
}

internal unsafe struct PhysicalDevicePortabilitySubsetPropertiesKHR
{
    public StructureType SType;
    public void* PNext;
    public uint MinVertexInputBindingStrideAlignment;
}

internal unsafe struct PhysicalDeviceShaderIntegerDotProductProperties
{
    public StructureType SType;
    public void* PNext;
    public Bool32 IntegerDotProduct8BitUnsignedAccelerated, IntegerDotProduct8BitSignedAccelerated,
        IntegerDotProduct8BitMixedSignednessAccelerated, IntegerDotProduct4x8BitPackedUnsignedAccelerated,
        IntegerDotProduct4x8BitPackedSignedAccelerated, IntegerDotProduct4x8BitPackedMixedSignednessAccelerated,
        IntegerDotProduct16BitUnsignedAccelerated, IntegerDotProduct16BitSignedAccelerated,
        IntegerDotProduct16BitMixedSignednessAccelerated, IntegerDotProduct32BitUnsignedAccelerated,
        IntegerDotProduct32BitSignedAccelerated, IntegerDotProduct32BitMixedSignednessAccelerated,
        IntegerDotProduct64BitUnsignedAccelerated, IntegerDotProduct64BitSignedAccelerated,
        IntegerDotProduct64BitMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating8BitUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating8BitSignedAccelerated,
        IntegerDotProductAccumulatingSaturating8BitMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating4x8BitPackedUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating4x8BitPackedSignedAccelerated,
        IntegerDotProductAccumulatingSaturating4x8BitPackedMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating16BitUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating16BitSignedAccelerated,
        IntegerDotProductAccumulatingSaturating16BitMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating32BitUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating32BitSignedAccelerated,
        IntegerDotProductAccumulatingSaturating32BitMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating64BitUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating64BitSignedAccelerated,
        IntegerDotProductAccumulatingSaturating64BitMixedSignednessAccelerated;
}

internal struct PhysicalDeviceSparseProperties
{
    public Bool32 ResidencyStandard2DBlockShape, ResidencyStandard2DMultisampleBlockShape,
        ResidencyStandard3DBlockShape, ResidencyAlignedMipSize, ResidencyNonResidentStrict;
}

internal unsafe struct PhysicalDeviceSubgroupProperties
{
    public StructureType SType;
    public void* PNext;
    public uint SubgroupSize;
    public ShaderStageFlags SupportedStages;
    public SubgroupFeatureFlags SupportedOperations;
    public Bool32 QuadOperationsInAllStages;
}

internal unsafe struct PhysicalDeviceTimelineSemaphoreProperties
{
    public StructureType SType;
    public void* PNext;
    public ulong MaxTimelineSemaphoreValueDifference;
}

internal unsafe struct PhysicalDeviceVulkan12Properties
{
    public StructureType SType;
    public void* PNext;
    public DriverId DriverID;
    public fixed byte DriverName[256];
    public fixed byte DriverInfo[256];
    public ConformanceVersion ConformanceVersion;
    public ShaderFloatControlsIndependence DenormBehaviorIndependence, RoundingModeIndependence;
    public Bool32 ShaderSignedZeroInfNanPreserveFloat16, ShaderSignedZeroInfNanPreserveFloat32,
        ShaderSignedZeroInfNanPreserveFloat64, ShaderDenormPreserveFloat16, ShaderDenormPreserveFloat32,
        ShaderDenormPreserveFloat64, ShaderDenormFlushToZeroFloat16, ShaderDenormFlushToZeroFloat32,
        ShaderDenormFlushToZeroFloat64, ShaderRoundingModeRtefloat16, ShaderRoundingModeRtefloat32,
        ShaderRoundingModeRtefloat64, ShaderRoundingModeRtzfloat16, ShaderRoundingModeRtzfloat32,
        ShaderRoundingModeRtzfloat64;
    public uint MaxUpdateAfterBindDescriptorsInAllPools;
    public Bool32 ShaderUniformBufferArrayNonUniformIndexingNative, ShaderSampledImageArrayNonUniformIndexingNative,
        ShaderStorageBufferArrayNonUniformIndexingNative, ShaderStorageImageArrayNonUniformIndexingNative,
        ShaderInputAttachmentArrayNonUniformIndexingNative, RobustBufferAccessUpdateAfterBind, QuadDivergentImplicitLod;
    public uint MaxPerStageDescriptorUpdateAfterBindSamplers, MaxPerStageDescriptorUpdateAfterBindUniformBuffers,
        MaxPerStageDescriptorUpdateAfterBindStorageBuffers, MaxPerStageDescriptorUpdateAfterBindSampledImages,
        MaxPerStageDescriptorUpdateAfterBindStorageImages, MaxPerStageDescriptorUpdateAfterBindInputAttachments,
        MaxPerStageUpdateAfterBindResources, MaxDescriptorSetUpdateAfterBindSamplers,
        MaxDescriptorSetUpdateAfterBindUniformBuffers, MaxDescriptorSetUpdateAfterBindUniformBuffersDynamic,
        MaxDescriptorSetUpdateAfterBindStorageBuffers, MaxDescriptorSetUpdateAfterBindStorageBuffersDynamic,
        MaxDescriptorSetUpdateAfterBindSampledImages, MaxDescriptorSetUpdateAfterBindStorageImages,
        MaxDescriptorSetUpdateAfterBindInputAttachments;
    public ResolveModeFlags SupportedDepthResolveModes, SupportedStencilResolveModes;
    public Bool32 IndependentResolveNone, IndependentResolve, FilterMinmaxSingleComponentFormats,
        FilterMinmaxImageComponentMapping;
    public ulong MaxTimelineSemaphoreValueDifference;
    public SampleCountFlags FramebufferIntegerColorSampleCounts;
}

internal unsafe struct PhysicalDeviceVulkan13Properties
{
    public StructureType SType;
    public void* PNext;
    public uint MinSubgroupSize, MaxSubgroupSize, MaxComputeWorkgroupSubgroups;
    public ShaderStageFlags RequiredSubgroupSizeStages;
    public uint MaxInlineUniformBlockSize, MaxPerStageDescriptorInlineUniformBlocks,
        MaxPerStageDescriptorUpdateAfterBindInlineUniformBlocks, MaxDescriptorSetInlineUniformBlocks,
        MaxDescriptorSetUpdateAfterBindInlineUniformBlocks, MaxInlineUniformTotalSize;
    public Bool32 IntegerDotProduct8BitUnsignedAccelerated, IntegerDotProduct8BitSignedAccelerated,
        IntegerDotProduct8BitMixedSignednessAccelerated, IntegerDotProduct4x8BitPackedUnsignedAccelerated,
        IntegerDotProduct4x8BitPackedSignedAccelerated, IntegerDotProduct4x8BitPackedMixedSignednessAccelerated,
        IntegerDotProduct16BitUnsignedAccelerated, IntegerDotProduct16BitSignedAccelerated,
        IntegerDotProduct16BitMixedSignednessAccelerated, IntegerDotProduct32BitUnsignedAccelerated,
        IntegerDotProduct32BitSignedAccelerated, IntegerDotProduct32BitMixedSignednessAccelerated,
        IntegerDotProduct64BitUnsignedAccelerated, IntegerDotProduct64BitSignedAccelerated,
        IntegerDotProduct64BitMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating8BitUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating8BitSignedAccelerated,
        IntegerDotProductAccumulatingSaturating8BitMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating4x8BitPackedUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating4x8BitPackedSignedAccelerated,
        IntegerDotProductAccumulatingSaturating4x8BitPackedMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating16BitUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating16BitSignedAccelerated,
        IntegerDotProductAccumulatingSaturating16BitMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating32BitUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating32BitSignedAccelerated,
        IntegerDotProductAccumulatingSaturating32BitMixedSignednessAccelerated,
        IntegerDotProductAccumulatingSaturating64BitUnsignedAccelerated,
        IntegerDotProductAccumulatingSaturating64BitSignedAccelerated,
        IntegerDotProductAccumulatingSaturating64BitMixedSignednessAccelerated;
    public ulong StorageTexelBufferOffsetAlignmentBytes;
    public Bool32 StorageTexelBufferOffsetSingleTexelAlignment;
    public ulong UniformTexelBufferOffsetAlignmentBytes;
    public Bool32 UniformTexelBufferOffsetSingleTexelAlignment;
    public ulong MaxBufferSize;
}

internal unsafe struct QueueFamilyProperties2
{
    public StructureType SType;
    public void* PNext;
    public QueueFamilyProperties QueueFamilyProperties;
}
