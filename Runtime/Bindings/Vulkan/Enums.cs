namespace Silk.NET.Vulkan;

// Values are vulkan.h's (a test compares them). Vendors' members, KHR and EXT twins of core members, and what no code here
// can meet (compressed and multi-planar formats, ray tracing, structure types without a structure here) are left out.

internal enum Result
{
    Success = 0, NotReady = 1, Timeout = 2, EventSet = 3, EventReset = 4, Incomplete = 5, ErrorOutOfHostMemory = -1,
    ErrorOutOfDeviceMemory = -2, ErrorInitializationFailed = -3, ErrorDeviceLost = -4, ErrorMemoryMapFailed = -5,
    ErrorLayerNotPresent = -6, ErrorExtensionNotPresent = -7, ErrorFeatureNotPresent = -8, ErrorIncompatibleDriver = -9,
    ErrorTooManyObjects = -10, ErrorFormatNotSupported = -11, ErrorFragmentedPool = -12, ErrorUnknown = -13,
    ErrorSurfaceLostKhr = -1000000000, ErrorNativeWindowInUseKhr = -1000000001, SuboptimalKhr = 1000001003,
    ErrorOutOfDateKhr = -1000001004, ErrorIncompatibleDisplayKhr = -1000003001, ErrorValidationFailedExt = -1000011001,
    ErrorImageUsageNotSupportedKhr = -1000023000, ErrorNotPermittedExt = -1000174001,
    ErrorFullScreenExclusiveModeLostExt = -1000255000, ErrorOutOfPoolMemory = -1000069000,
    ErrorInvalidExternalHandle = -1000072003, ErrorInvalidOpaqueCaptureAddress = -1000257000,
    ErrorFragmentation = -1000161000, PipelineCompileRequired = 1000297000,
}

[Flags]
internal enum BufferUsageFlags
{
    None = 0, TransferSrcBit = 1, TransferDstBit = 2, UniformTexelBufferBit = 4, StorageTexelBufferBit = 8,
    UniformBufferBit = 16, StorageBufferBit = 32, IndexBufferBit = 64, VertexBufferBit = 128, IndirectBufferBit = 256,
    ShaderDeviceAddressBit = 131072,
}

[Flags]
internal enum MemoryPropertyFlags
{
    None = 0, DeviceLocalBit = 1, HostVisibleBit = 2, HostCoherentBit = 4, HostCachedBit = 8, LazilyAllocatedBit = 16,
    ProtectedBit = 32,
}

[Flags]
internal enum MemoryHeapFlags
{
    None = 0, DeviceLocalBit = 1, MultiInstanceBit = 2,
}

[Flags]
internal enum MemoryMapFlags
{
    None = 0,
}

[Flags]
internal enum QueueFlags
{
    None = 0, GraphicsBit = 1, ComputeBit = 2, TransferBit = 4, SparseBindingBit = 8, ProtectedBit = 16,
}

[Flags]
internal enum ShaderStageFlags
{
    None = 0, VertexBit = 1, TessellationControlBit = 2, TessellationEvaluationBit = 4, GeometryBit = 8,
    FragmentBit = 16, ComputeBit = 32, AllGraphics = 31, All = 2147483647,
}

[Flags]
internal enum PipelineStageFlags
{
    None = 0, TopOfPipeBit = 1, DrawIndirectBit = 2, VertexInputBit = 4, VertexShaderBit = 8,
    TessellationControlShaderBit = 16, TessellationEvaluationShaderBit = 32, GeometryShaderBit = 64,
    FragmentShaderBit = 128, EarlyFragmentTestsBit = 256, LateFragmentTestsBit = 512, ColorAttachmentOutputBit = 1024,
    ComputeShaderBit = 2048, TransferBit = 4096, BottomOfPipeBit = 8192, HostBit = 16384, AllGraphicsBit = 32768,
    AllCommandsBit = 65536,
}

[Flags]
internal enum PipelineStageFlags2 : long
{
    None = 0, TopOfPipeBit = 1, DrawIndirectBit = 2, VertexInputBit = 4, VertexShaderBit = 8,
    TessellationControlShaderBit = 16, TessellationEvaluationShaderBit = 32, GeometryShaderBit = 64,
    FragmentShaderBit = 128, EarlyFragmentTestsBit = 256, LateFragmentTestsBit = 512, ColorAttachmentOutputBit = 1024,
    ComputeShaderBit = 2048, AllTransferBit = 4096, TransferBit = AllTransferBit, BottomOfPipeBit = 8192,
    HostBit = 16384, AllGraphicsBit = 32768, AllCommandsBit = 65536, CopyBit = 4294967296, ResolveBit = 8589934592,
    BlitBit = 17179869184, ClearBit = 34359738368, IndexInputBit = 68719476736, VertexAttributeInputBit = 137438953472,
    PreRasterizationShadersBit = 274877906944,
}

[Flags]
internal enum AccessFlags
{
    None = 0, IndirectCommandReadBit = 1, IndexReadBit = 2, VertexAttributeReadBit = 4, UniformReadBit = 8,
    InputAttachmentReadBit = 16, ShaderReadBit = 32, ShaderWriteBit = 64, ColorAttachmentReadBit = 128,
    ColorAttachmentWriteBit = 256, DepthStencilAttachmentReadBit = 512, DepthStencilAttachmentWriteBit = 1024,
    TransferReadBit = 2048, TransferWriteBit = 4096, HostReadBit = 8192, HostWriteBit = 16384, MemoryReadBit = 32768,
    MemoryWriteBit = 65536,
}

[Flags]
internal enum AccessFlags2 : long
{
    None = 0, IndirectCommandReadBit = 1, IndexReadBit = 2, VertexAttributeReadBit = 4, UniformReadBit = 8,
    InputAttachmentReadBit = 16, ShaderReadBit = 32, ShaderWriteBit = 64, ColorAttachmentReadBit = 128,
    ColorAttachmentWriteBit = 256, DepthStencilAttachmentReadBit = 512, DepthStencilAttachmentWriteBit = 1024,
    TransferReadBit = 2048, TransferWriteBit = 4096, HostReadBit = 8192, HostWriteBit = 16384, MemoryReadBit = 32768,
    MemoryWriteBit = 65536, ShaderSampledReadBit = 4294967296, ShaderStorageReadBit = 8589934592,
    ShaderStorageWriteBit = 17179869184,
}

internal enum DescriptorType
{
    Sampler = 0, CombinedImageSampler = 1, SampledImage = 2, StorageImage = 3, UniformTexelBuffer = 4,
    StorageTexelBuffer = 5, UniformBuffer = 6, StorageBuffer = 7, UniformBufferDynamic = 8, StorageBufferDynamic = 9,
    InputAttachment = 10, MutableExt = 1000351000, InlineUniformBlock = 1000138000,
}

internal enum PipelineBindPoint
{
    Graphics = 0, Compute = 1,
}

internal enum SharingMode
{
    Exclusive = 0, Concurrent = 1,
}

[Flags]
internal enum CommandPoolCreateFlags
{
    None = 0, TransientBit = 1, ResetCommandBufferBit = 2, ProtectedBit = 4,
}

internal enum CommandBufferLevel
{
    Primary = 0, Secondary = 1,
}

[Flags]
internal enum CommandBufferUsageFlags
{
    None = 0, OneTimeSubmitBit = 1, RenderPassContinueBit = 2, SimultaneousUseBit = 4,
}

[Flags]
internal enum CommandPoolResetFlags
{
    None = 0, ReleaseResourcesBit = 1,
}

[Flags]
internal enum CommandBufferResetFlags
{
    None = 0, ReleaseResourcesBit = 1,
}

internal enum SemaphoreType
{
    Binary = 0, Timeline = 1,
}

[Flags]
internal enum FenceCreateFlags
{
    None = 0, SignaledBit = 1,
}

[Flags]
internal enum SemaphoreWaitFlags
{
    None = 0, AnyBit = 1,
}

internal enum QueryType
{
    Occlusion = 0, PipelineStatistics = 1, Timestamp = 2, ResultStatusOnlyKhr = 1000023000,
}

[Flags]
internal enum QueryResultFlags
{
    None = 0, Result64Bit = 1, ResultWaitBit = 2, ResultWithAvailabilityBit = 4, ResultPartialBit = 8,
    ResultWithStatusBitKhr = 16,
}

internal enum PhysicalDeviceType
{
    Other = 0, IntegratedGpu = 1, DiscreteGpu = 2, VirtualGpu = 3, Cpu = 4,
}

[Flags]
internal enum DescriptorSetLayoutCreateFlags
{
    None = 0, PushDescriptorBitKhr = 1, EmbeddedImmutableSamplersBitExt = 32, HostOnlyPoolBitExt = 4,
    UpdateAfterBindPoolBit = 2,
}

[Flags]
internal enum DescriptorPoolCreateFlags
{
    None = 0, FreeDescriptorSetBit = 1, HostOnlyBitExt = 4, UpdateAfterBindBit = 2,
}

[Flags]
internal enum PipelineCreateFlags
{
    None = 0, CreateDisableOptimizationBit = 1, CreateAllowDerivativesBit = 2, CreateDerivativeBit = 4,
    CreateCaptureStatisticsBitKhr = 64, CreateCaptureInternalRepresentationsBitKhr = 128,
    CreateRetainLinkTimeOptimizationInfoBitExt = 8388608, CreateLinkTimeOptimizationBitExt = 1024,
    CreateNoProtectedAccessBitExt = 134217728, CreateProtectedAccessOnlyBitExt = 1073741824, CreateDispatchBaseBit = 16,
    CreateDispatchBase = CreateDispatchBaseBit, CreateViewIndexFromDeviceIndexBit = 8,
    CreateFailOnPipelineCompileRequiredBit = 256, CreateEarlyReturnOnFailureBit = 512,
}

[Flags]
internal enum PipelineShaderStageCreateFlags
{
    None = 0, AllowVaryingSubgroupSizeBit = 1, RequireFullSubgroupsBit = 2,
}

[Flags]
internal enum DependencyFlags
{
    None = 0, ByRegionBit = 1, DeviceGroupBit = 4, ViewLocalBit = 2,
}

internal enum ImageLayout
{
    Undefined = 0, General = 1, ColorAttachmentOptimal = 2, DepthStencilAttachmentOptimal = 3,
    DepthStencilReadOnlyOptimal = 4, ShaderReadOnlyOptimal = 5, TransferSrcOptimal = 6, TransferDstOptimal = 7,
    Preinitialized = 8, PresentSrcKhr = 1000001002, SharedPresentKhr = 1000111000,
    DepthReadOnlyStencilAttachmentOptimal = 1000117000, DepthAttachmentStencilReadOnlyOptimal = 1000117001,
    DepthAttachmentOptimal = 1000241000, DepthReadOnlyOptimal = 1000241001, StencilAttachmentOptimal = 1000241002,
    StencilReadOnlyOptimal = 1000241003, ReadOnlyOptimal = 1000314000, AttachmentOptimal = 1000314001,
}

[Flags]
internal enum ImageAspectFlags
{
    None = 0, ColorBit = 1, DepthBit = 2, StencilBit = 4, MetadataBit = 8, MemoryPlane0BitExt = 128,
    MemoryPlane1BitExt = 256, MemoryPlane2BitExt = 512, MemoryPlane3BitExt = 1024, Plane0Bit = 16, Plane1Bit = 32,
    Plane2Bit = 64,
}

[Flags]
internal enum ImageUsageFlags
{
    None = 0, TransferSrcBit = 1, TransferDstBit = 2, SampledBit = 4, StorageBit = 8, ColorAttachmentBit = 16,
    DepthStencilAttachmentBit = 32, TransientAttachmentBit = 64, InputAttachmentBit = 128,
}

internal enum ImageTiling
{
    Optimal = 0, Linear = 1,
}

internal enum ImageType
{
    Type1D = 0, Type2D = 1, Type3D = 2,
}

[Flags]
internal enum SampleCountFlags
{
    None = 0, Count1Bit = 1, Count2Bit = 2, Count4Bit = 4, Count8Bit = 8, Count16Bit = 16, Count32Bit = 32,
    Count64Bit = 64,
}

internal enum Filter
{
    Nearest = 0, Linear = 1,
}

[Flags]
internal enum SubgroupFeatureFlags
{
    None = 0, BasicBit = 1, VoteBit = 2, ArithmeticBit = 4, BallotBit = 8, ShuffleBit = 16, ShuffleRelativeBit = 32,
    ClusteredBit = 64, QuadBit = 128,
}

internal enum PresentModeKHR
{
    ImmediateKhr = 0, MailboxKhr = 1, FifoKhr = 2, FifoRelaxedKhr = 3, SharedDemandRefreshKhr = 1000111000,
    SharedContinuousRefreshKhr = 1000111001,
}

internal enum ColorSpaceKHR
{
    SpaceSrgbNonlinearKhr = 0, SpaceDisplayP3NonlinearExt = 1000104001, SpaceExtendedSrgbLinearExt = 1000104002,
    SpaceDisplayP3LinearExt = 1000104003, SpaceDciP3NonlinearExt = 1000104004, SpaceBT709LinearExt = 1000104005,
    SpaceBT709NonlinearExt = 1000104006, SpaceBT2020LinearExt = 1000104007, SpaceHdr10ST2084Ext = 1000104008,
    SpaceDolbyvisionExt = 1000104009, SpaceHdr10HlgExt = 1000104010, SpaceAdobergbLinearExt = 1000104011,
    SpaceAdobergbNonlinearExt = 1000104012, SpacePassThroughExt = 1000104013,
    SpaceExtendedSrgbNonlinearExt = 1000104014,
}

[Flags]
internal enum CompositeAlphaFlagsKHR
{
    None = 0, OpaqueBitKhr = 1, PreMultipliedBitKhr = 2, PostMultipliedBitKhr = 4, InheritBitKhr = 8,
}

[Flags]
internal enum SurfaceTransformFlagsKHR
{
    None = 0, IdentityBitKhr = 1, Rotate90BitKhr = 2, Rotate180BitKhr = 4, Rotate270BitKhr = 8,
    HorizontalMirrorBitKhr = 16, HorizontalMirrorRotate90BitKhr = 32, HorizontalMirrorRotate180BitKhr = 64,
    HorizontalMirrorRotate270BitKhr = 128, InheritBitKhr = 256,
}

[Flags]
internal enum DebugUtilsMessageSeverityFlagsEXT
{
    None = 0, VerboseBitExt = 1, InfoBitExt = 16, WarningBitExt = 256, ErrorBitExt = 4096,
}

[Flags]
internal enum DebugUtilsMessageTypeFlagsEXT
{
    None = 0, GeneralBitExt = 1, ValidationBitExt = 2, DeviceAddressBindingBitExt = 8,
}

internal enum ComponentTypeKHR
{
    Float16Khr = 0, Float32Khr = 1, Float64Khr = 2, Sint8Khr = 3, Sint16Khr = 4, Sint32Khr = 5, Sint64Khr = 6,
    Uint8Khr = 7, Uint16Khr = 8, Uint32Khr = 9, Uint64Khr = 10,
}

internal enum ScopeKHR
{
    DeviceKhr = 1, WorkgroupKhr = 2, SubgroupKhr = 3, QueueFamilyKhr = 5,
}

internal enum ValidationFeatureEnableEXT
{
    GpuAssistedExt = 0, GpuAssistedReserveBindingSlotExt = 1, BestPracticesExt = 2, DebugPrintfExt = 3,
    SynchronizationValidationExt = 4,
}

[Flags]
internal enum InstanceCreateFlags
{
    None = 0, EnumeratePortabilityBitKhr = 1,
}

internal enum BorderColor
{
    FloatTransparentBlack = 0, IntTransparentBlack = 1, FloatOpaqueBlack = 2, IntOpaqueBlack = 3, FloatOpaqueWhite = 4,
    IntOpaqueWhite = 5, FloatCustomExt = 1000287003, IntCustomExt = 1000287004,
}

[Flags]
internal enum BufferCreateFlags
{
    None = 0, SparseBindingBit = 1, SparseResidencyBit = 2, SparseAliasedBit = 4, ProtectedBit = 8,
    DeviceAddressCaptureReplayBit = 16,
}

internal enum CompareOp
{
    Never = 0, Less = 1, Equal = 2, LessOrEqual = 3, Greater = 4, NotEqual = 5, GreaterOrEqual = 6, Always = 7,
}

internal enum ComponentSwizzle
{
    Identity = 0, Zero = 1, One = 2, R = 3, G = 4, B = 5, A = 6,
}

[Flags]
internal enum DescriptorBindingFlags
{
    None = 0, UpdateAfterBindBit = 1, UpdateUnusedWhilePendingBit = 2, PartiallyBoundBit = 4,
    VariableDescriptorCountBit = 8,
}

internal enum DescriptorUpdateTemplateType
{
    DescriptorSet = 0, PushDescriptorsKhr = 1,
}

[Flags]
internal enum DeviceGroupPresentModeFlagsKHR
{
    None = 0, LocalBitKhr = 1, RemoteBitKhr = 2, SumBitKhr = 4, LocalMultiDeviceBitKhr = 8,
}

[Flags]
internal enum DeviceQueueCreateFlags
{
    None = 0, ProtectedBit = 1,
}

internal enum DriverId
{
    AmdProprietary = 1, AmdOpenSource = 2, MesaRadv = 3, NvidiaProprietary = 4, IntelProprietaryWindows = 5,
    IntelOpenSourceMesa = 6, ImaginationProprietary = 7, QualcommProprietary = 8, ArmProprietary = 9,
    GoogleSwiftshader = 10, GgpProprietary = 11, BroadcomProprietary = 12, MesaLlvmpipe = 13, Moltenvk = 14,
    CoreaviProprietary = 15, JuiceProprietary = 16, VerisiliconProprietary = 17, MesaTurnip = 18, MesaV3DV = 19,
    MesaPanvk = 20, SamsungProprietary = 21, MesaVenus = 22, MesaDozen = 23, MesaNvk = 24,
    ImaginationOpenSourceMesa = 25,
}

[Flags]
internal enum EventCreateFlags
{
    None = 0, DeviceOnlyBit = 1,
}

[Flags]
internal enum ExternalMemoryHandleTypeFlags
{
    None = 0, OpaqueFDBit = 1, OpaqueWin32Bit = 2, OpaqueWin32KmtBit = 4, D3D11TextureBit = 8, D3D11TextureKmtBit = 16,
    D3D12HeapBit = 32, D3D12ResourceBit = 64, DmaBufBitExt = 512, HostAllocationBitExt = 128,
    HostMappedForeignMemoryBitExt = 256,
}

internal enum Format
{
    Undefined = 0, R4G4UnormPack8 = 1, R4G4B4A4UnormPack16 = 2, B4G4R4A4UnormPack16 = 3, R5G6B5UnormPack16 = 4,
    B5G6R5UnormPack16 = 5, R5G5B5A1UnormPack16 = 6, B5G5R5A1UnormPack16 = 7, A1R5G5B5UnormPack16 = 8, R8Unorm = 9,
    R8SNorm = 10, R8Uscaled = 11, R8Sscaled = 12, R8Uint = 13, R8Sint = 14, R8Srgb = 15, R8G8Unorm = 16, R8G8SNorm = 17,
    R8G8Uscaled = 18, R8G8Sscaled = 19, R8G8Uint = 20, R8G8Sint = 21, R8G8Srgb = 22, R8G8B8A8Unorm = 37,
    R8G8B8A8SNorm = 38, R8G8B8A8Uscaled = 39, R8G8B8A8Sscaled = 40, R8G8B8A8Uint = 41, R8G8B8A8Sint = 42,
    R8G8B8A8Srgb = 43, B8G8R8Unorm = 30, B8G8R8SNorm = 31,
    B8G8R8Uscaled = 32, B8G8R8Sscaled = 33, B8G8R8Uint = 34, B8G8R8Sint = 35, B8G8R8Srgb = 36, B8G8R8A8Unorm = 44,
    B8G8R8A8SNorm = 45, B8G8R8A8Uscaled = 46, B8G8R8A8Sscaled = 47, B8G8R8A8Uint = 48, B8G8R8A8Sint = 49,
    B8G8R8A8Srgb = 50, A8B8G8R8UnormPack32 = 51, A8B8G8R8SNormPack32 = 52, A8B8G8R8UscaledPack32 = 53,
    A8B8G8R8SscaledPack32 = 54, A8B8G8R8UintPack32 = 55, A8B8G8R8SintPack32 = 56, A8B8G8R8SrgbPack32 = 57,
    A2R10G10B10UnormPack32 = 58, A2R10G10B10SNormPack32 = 59, A2R10G10B10UscaledPack32 = 60,
    A2R10G10B10SscaledPack32 = 61, A2R10G10B10UintPack32 = 62, A2R10G10B10SintPack32 = 63, A2B10G10R10UnormPack32 = 64,
    A2B10G10R10SNormPack32 = 65, A2B10G10R10UscaledPack32 = 66, A2B10G10R10SscaledPack32 = 67,
    A2B10G10R10UintPack32 = 68, A2B10G10R10SintPack32 = 69, R16Unorm = 70, R16SNorm = 71, R16Uscaled = 72,
    R16Sscaled = 73, R16Uint = 74, R16Sint = 75, R16Sfloat = 76, R16G16Unorm = 77, R16G16SNorm = 78, R16G16Uscaled = 79,
    R16G16Sscaled = 80, R16G16Uint = 81, R16G16Sint = 82, R16G16Sfloat = 83, R16G16B16Unorm = 84, R16G16B16SNorm = 85,
    R16G16B16Uscaled = 86, R16G16B16Sscaled = 87, R16G16B16Uint = 88, R16G16B16Sint = 89, R16G16B16Sfloat = 90,
    R16G16B16A16Unorm = 91, R16G16B16A16SNorm = 92, R16G16B16A16Uscaled = 93, R16G16B16A16Sscaled = 94,
    R16G16B16A16Uint = 95, R16G16B16A16Sint = 96, R16G16B16A16Sfloat = 97, R32Uint = 98, R32Sint = 99, R32Sfloat = 100,
    R32G32Uint = 101, R32G32Sint = 102, R32G32Sfloat = 103, R32G32B32Uint = 104, R32G32B32Sint = 105,
    R32G32B32Sfloat = 106, R32G32B32A32Uint = 107, R32G32B32A32Sint = 108, R32G32B32A32Sfloat = 109, R64Uint = 110,
    R64Sint = 111, R64Sfloat = 112, R64G64Uint = 113, R64G64Sint = 114, R64G64Sfloat = 115, R64G64B64Uint = 116,
    R64G64B64Sint = 117, R64G64B64Sfloat = 118, R64G64B64A64Uint = 119, R64G64B64A64Sint = 120,
    R64G64B64A64Sfloat = 121, B10G11R11UfloatPack32 = 122, E5B9G9R9UfloatPack32 = 123, D16Unorm = 124,
    X8D24UnormPack32 = 125, D32Sfloat = 126, S8Uint = 127, D16UnormS8Uint = 128, D24UnormS8Uint = 129,
    D32SfloatS8Uint = 130, BC1RgbUnormBlock = 131, BC1RgbSrgbBlock = 132, BC1RgbaUnormBlock = 133,
    BC1RgbaSrgbBlock = 134, BC2UnormBlock = 135, BC2SrgbBlock = 136, BC3UnormBlock = 137, BC3SrgbBlock = 138,
    BC4UnormBlock = 139, BC4SNormBlock = 140, BC5UnormBlock = 141, BC5SNormBlock = 142, BC6HUfloatBlock = 143,
    BC6HSfloatBlock = 144, BC7UnormBlock = 145, BC7SrgbBlock = 146, A4R4G4B4UnormPack16 = 1000340000,
    A4B4G4R4UnormPack16 = 1000340001,
}

[Flags]
internal enum FormatFeatureFlags
{
    None = 0, SampledImageBit = 1, StorageImageBit = 2, StorageImageAtomicBit = 4, UniformTexelBufferBit = 8,
    StorageTexelBufferBit = 16, StorageTexelBufferAtomicBit = 32, VertexBufferBit = 64, ColorAttachmentBit = 128,
    ColorAttachmentBlendBit = 256, DepthStencilAttachmentBit = 512, BlitSrcBit = 1024, BlitDstBit = 2048,
    SampledImageFilterLinearBit = 4096, TransferSrcBit = 16384, TransferDstBit = 32768,
    MidpointChromaSamplesBit = 131072, SampledImageYcbcrConversionLinearFilterBit = 262144,
    SampledImageYcbcrConversionSeparateReconstructionFilterBit = 524288,
    SampledImageYcbcrConversionChromaReconstructionExplicitBit = 1048576,
    SampledImageYcbcrConversionChromaReconstructionExplicitForceableBit = 2097152, DisjointBit = 4194304,
    CositedChromaSamplesBit = 8388608, SampledImageFilterMinmaxBit = 65536,
}

[Flags]
internal enum ImageCreateFlags
{
    None = 0, CreateSparseBindingBit = 1, CreateSparseResidencyBit = 2, CreateSparseAliasedBit = 4,
    CreateMutableFormatBit = 8, CreateCubeCompatibleBit = 16, CreateSampleLocationsCompatibleDepthBitExt = 4096,
    CreateSubsampledBitExt = 16384, Create2DViewCompatibleBitExt = 131072, CreateAliasBit = 1024,
    CreateSplitInstanceBindRegionsBit = 64, Create2DArrayCompatibleBit = 32, CreateBlockTexelViewCompatibleBit = 128,
    CreateExtendedUsageBit = 256, CreateProtectedBit = 2048, CreateDisjointBit = 512,
}

[Flags]
internal enum ImageViewCreateFlags
{
    None = 0,
}

internal enum ImageViewType
{
    Type1D = 0, Type2D = 1, Type3D = 2, TypeCube = 3, Type1DArray = 4, Type2DArray = 5, TypeCubeArray = 6,
}

internal enum LogicOp
{
    Clear = 0, And = 1, AndReverse = 2, Copy = 3, AndInverted = 4, NoOp = 5, Xor = 6, Or = 7, Nor = 8, Equivalent = 9,
    Invert = 10, OrReverse = 11, CopyInverted = 12, OrInverted = 13, Nand = 14, Set = 15,
}

[Flags]
internal enum MemoryAllocateFlags
{
    None = 0, DeviceMaskBit = 1, DeviceAddressBit = 2, DeviceAddressCaptureReplayBit = 4,
}

internal enum ObjectType
{
    Unknown = 0, Instance = 1, PhysicalDevice = 2, Device = 3, Queue = 4, Semaphore = 5, CommandBuffer = 6, Fence = 7,
    DeviceMemory = 8, Buffer = 9, Image = 10, Event = 11, QueryPool = 12, BufferView = 13, ImageView = 14,
    ShaderModule = 15, PipelineCache = 16, PipelineLayout = 17, RenderPass = 18, Pipeline = 19,
    DescriptorSetLayout = 20, Sampler = 21, DescriptorPool = 22, DescriptorSet = 23, Framebuffer = 24, CommandPool = 25,
    SurfaceKhr = 1000000000, SwapchainKhr = 1000001000, DisplayKhr = 1000002000, DisplayModeKhr = 1000002001,
    DebugReportCallbackExt = 1000011000, DebugUtilsMessengerExt = 1000128000, ValidationCacheExt = 1000160000,
    DescriptorUpdateTemplate = 1000085000, SamplerYcbcrConversion = 1000156000, PrivateDataSlot = 1000295000,
}

[Flags]
internal enum PipelineCacheCreateFlags
{
    None = 0, ExternallySynchronizedBit = 1,
}

[Flags]
internal enum PipelineCacheHeaderVersion
{
    None = 0, One = 1,
}

[Flags]
internal enum PipelineCreationFeedbackFlags
{
    None = 0, ValidBit = 1, ApplicationPipelineCacheHitBit = 2, BasePipelineAccelerationBit = 4,
}

[Flags]
internal enum PipelineLayoutCreateFlags
{
    None = 0, IndependentSetsBitExt = 2,
}

internal enum PointClippingBehavior
{
    AllClipPlanes = 0, UserClipPlanesOnly = 1,
}

[Flags]
internal enum QueryControlFlags
{
    None = 0, PreciseBit = 1,
}

[Flags]
internal enum QueryPipelineStatisticFlags
{
    None = 0, InputAssemblyVerticesBit = 1, InputAssemblyPrimitivesBit = 2, VertexShaderInvocationsBit = 4,
    GeometryShaderInvocationsBit = 8, GeometryShaderPrimitivesBit = 16, ClippingInvocationsBit = 32,
    ClippingPrimitivesBit = 64, FragmentShaderInvocationsBit = 128, TessellationControlShaderPatchesBit = 256,
    TessellationEvaluationShaderInvocationsBit = 512, ComputeShaderInvocationsBit = 1024,
}

[Flags]
internal enum ResolveModeFlags
{
    None = 0, SampleZeroBit = 1, AverageBit = 2, MinBit = 4, MaxBit = 8,
}

internal enum SamplerAddressMode
{
    Repeat = 0, MirroredRepeat = 1, ClampToEdge = 2, ClampToBorder = 3, MirrorClampToEdge = 4,
}

[Flags]
internal enum SamplerCreateFlags
{
    None = 0, SubsampledBitExt = 1, SubsampledCoarseReconstructionBitExt = 2, NonSeamlessCubeMapBitExt = 4,
}

internal enum SamplerMipmapMode
{
    Nearest = 0, Linear = 1,
}

[Flags]
internal enum SemaphoreCreateFlags
{
    None = 0,
}

internal enum ShaderFloatControlsIndependence
{
    Independence32BitOnly = 0, IndependenceAll = 1, IndependenceNone = 2,
}

[Flags]
internal enum ShaderModuleCreateFlags
{
    None = 0,
}

internal enum StructureType
{
    ApplicationInfo = 0, InstanceCreateInfo = 1, DeviceQueueCreateInfo = 2, DeviceCreateInfo = 3, SubmitInfo = 4,
    MemoryAllocateInfo = 5, MappedMemoryRange = 6, FenceCreateInfo = 8, SemaphoreCreateInfo = 9, EventCreateInfo = 10,
    QueryPoolCreateInfo = 11, BufferCreateInfo = 12, BufferViewCreateInfo = 13, ImageCreateInfo = 14,
    ImageViewCreateInfo = 15, ShaderModuleCreateInfo = 16, PipelineCacheCreateInfo = 17,
    PipelineShaderStageCreateInfo = 18, ComputePipelineCreateInfo = 29, PipelineLayoutCreateInfo = 30,
    SamplerCreateInfo = 31, DescriptorSetLayoutCreateInfo = 32, DescriptorPoolCreateInfo = 33,
    DescriptorSetAllocateInfo = 34, WriteDescriptorSet = 35, CopyDescriptorSet = 36, CommandPoolCreateInfo = 39,
    CommandBufferAllocateInfo = 40, CommandBufferInheritanceInfo = 41, CommandBufferBeginInfo = 42,
    BufferMemoryBarrier = 44, ImageMemoryBarrier = 45, MemoryBarrier = 46, SwapchainCreateInfoKhr = 1000001000,
    PresentInfoKhr = 1000001001, DeviceGroupPresentCapabilitiesKhr = 1000060007, AcquireNextImageInfoKhr = 1000060010,
    PhysicalDeviceFeatures2 = 1000059000, PhysicalDeviceProperties2 = 1000059001, FormatProperties2 = 1000059002,
    ImageFormatProperties2 = 1000059003, PhysicalDeviceImageFormatInfo2 = 1000059004,
    QueueFamilyProperties2 = 1000059005, PhysicalDeviceMemoryProperties2 = 1000059006,
    MemoryAllocateFlagsInfo = 1000060000, PhysicalDeviceIDProperties = 1000071004,
    ExternalMemoryBufferCreateInfo = 1000072000, ExternalMemoryImageCreateInfo = 1000072001,
    ExportMemoryAllocateInfo = 1000072002, PhysicalDevicePushDescriptorPropertiesKhr = 1000080000,
    PhysicalDeviceShaderFloat16Int8Features = 1000082000, PhysicalDevice16BitStorageFeatures = 1000083000,
    DescriptorUpdateTemplateCreateInfo = 1000085000, MemoryDedicatedRequirements = 1000127000,
    MemoryDedicatedAllocateInfo = 1000127001, DebugUtilsObjectNameInfoExt = 1000128000, DebugUtilsLabelExt = 1000128002,
    DebugUtilsMessengerCallbackDataExt = 1000128003, DebugUtilsMessengerCreateInfoExt = 1000128004,
    BufferMemoryRequirementsInfo2 = 1000146000, ImageMemoryRequirementsInfo2 = 1000146001,
    MemoryRequirements2 = 1000146003, BindBufferMemoryInfo = 1000157000, BindImageMemoryInfo = 1000157001,
    DescriptorSetLayoutBindingFlagsCreateInfo = 1000161000, PhysicalDevicePortabilitySubsetFeaturesKhr = 1000163000,
    PhysicalDevicePortabilitySubsetPropertiesKhr = 1000163001, PhysicalDeviceMaintenance3Properties = 1000168000,
    PhysicalDevice8BitStorageFeatures = 1000177000, ImportMemoryHostPointerInfoExt = 1000178000,
    MemoryHostPointerPropertiesExt = 1000178001, PhysicalDeviceExternalMemoryHostPropertiesExt = 1000178002,
    PhysicalDeviceShaderAtomicInt64Features = 1000180000, PipelineCreationFeedbackCreateInfo = 1000192000,
    PhysicalDeviceDriverProperties = 1000196000, PhysicalDeviceFloatControlsProperties = 1000197000,
    PhysicalDeviceTimelineSemaphoreFeatures = 1000207000, PhysicalDeviceTimelineSemaphoreProperties = 1000207001,
    SemaphoreTypeCreateInfo = 1000207002, TimelineSemaphoreSubmitInfo = 1000207003, SemaphoreWaitInfo = 1000207004,
    SemaphoreSignalInfo = 1000207005, PhysicalDeviceVulkanMemoryModelFeatures = 1000211000,
    PhysicalDevicePciBusInfoPropertiesExt = 1000212000, PhysicalDeviceScalarBlockLayoutFeatures = 1000221000,
    PhysicalDeviceSubgroupSizeControlProperties = 1000225000,
    PipelineShaderStageRequiredSubgroupSizeCreateInfo = 1000225001,
    PhysicalDeviceSubgroupSizeControlFeatures = 1000225002, PhysicalDeviceMemoryBudgetPropertiesExt = 1000237000,
    BufferDeviceAddressInfo = 1000244001, ValidationFeaturesExt = 1000247000,
    PhysicalDeviceBufferDeviceAddressFeatures = 1000257000, PhysicalDeviceShaderAtomicFloatFeaturesExt = 1000260000,
    PhysicalDeviceHostQueryResetFeatures = 1000261000, PhysicalDeviceShaderIntegerDotProductFeatures = 1000280000,
    PhysicalDeviceShaderIntegerDotProductProperties = 1000280001, PhysicalDeviceRobustness2FeaturesExt = 1000286000,
    MemoryBarrier2 = 1000314000, BufferMemoryBarrier2 = 1000314001, ImageMemoryBarrier2 = 1000314002,
    DependencyInfo = 1000314003, SubmitInfo2 = 1000314004, SemaphoreSubmitInfo = 1000314005,
    CommandBufferSubmitInfo = 1000314006, PhysicalDeviceSynchronization2Features = 1000314007,
    CopyBufferInfo2 = 1000337000, BufferCopy2 = 1000337006, PhysicalDeviceMaintenance4Features = 1000413000,
    PhysicalDeviceMaintenance4Properties = 1000413001, PhysicalDeviceMaintenance5FeaturesKhr = 1000470000,
    PhysicalDeviceCooperativeMatrixFeaturesKhr = 1000506000, CooperativeMatrixPropertiesKhr = 1000506001,
    PhysicalDeviceCooperativeMatrixPropertiesKhr = 1000506002, PhysicalDeviceMaintenance6FeaturesKhr = 1000545000,
    PhysicalDeviceMaintenance7FeaturesKhr = 1000562000, PhysicalDeviceCooperativeMatrix2FeaturesNV = 1000593000,
    CooperativeMatrixFlexibleDimensionsPropertiesNV = 1000593001,
    PhysicalDeviceCooperativeMatrix2PropertiesNV = 1000593002, DeviceQueueInfo2 = 1000145003,
    PhysicalDeviceSubgroupProperties = 1000094000, PhysicalDeviceVulkan11Features = 49,
    PhysicalDeviceVulkan11Properties = 50, PhysicalDeviceVulkan12Features = 51, PhysicalDeviceVulkan12Properties = 52,
    PhysicalDeviceVulkan13Features = 53, PhysicalDeviceVulkan13Properties = 54,
}

[Flags]
internal enum SubmitFlags
{
    None = 0, ProtectedBit = 1,
}

[Flags]
internal enum SwapchainCreateFlagsKHR
{
    None = 0, SplitInstanceBindRegionsBitKhr = 1, ProtectedBitKhr = 2, MutableFormatBitKhr = 4,
}

internal enum ValidationFeatureDisableEXT
{
    AllExt = 0, ShadersExt = 1, ApiParametersExt = 3, ObjectLifetimesExt = 4, CoreChecksExt = 5, UniqueHandlesExt = 6,
    ShaderValidationCacheExt = 7,
}
