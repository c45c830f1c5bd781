namespace Silk.NET.Vulkan;

// Shaders, descriptors, pipelines.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal unsafe struct ShaderModuleCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public ShaderModuleCreateFlags Flags;
    public nuint CodeSize;
    public uint* PCode;
}

internal unsafe struct PipelineShaderStageCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public PipelineShaderStageCreateFlags Flags;
    public ShaderStageFlags Stage;
    public ShaderModule Module;
    public byte* PName;
    public SpecializationInfo* PSpecializationInfo;
}

internal unsafe struct PipelineShaderStageRequiredSubgroupSizeCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public uint RequiredSubgroupSize;
}

internal unsafe struct SpecializationInfo
{
    public uint MapEntryCount;
    public SpecializationMapEntry* PMapEntries;
    public nuint DataSize;
    public void* PData;
}

internal struct SpecializationMapEntry
{
    public uint ConstantID, Offset;
    public nuint Size;
}

internal unsafe struct DescriptorSetLayoutBinding
{
    public uint Binding;
    public DescriptorType DescriptorType;
    public uint DescriptorCount;
    public ShaderStageFlags StageFlags;
    public Sampler* PImmutableSamplers;
}

internal unsafe struct DescriptorSetLayoutCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public DescriptorSetLayoutCreateFlags Flags;
    public uint BindingCount;
    public DescriptorSetLayoutBinding* PBindings;
}

internal struct DescriptorPoolSize
{
    public DescriptorType Type;
    public uint DescriptorCount;
}

internal unsafe struct DescriptorPoolCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public DescriptorPoolCreateFlags Flags;
    public uint MaxSets, PoolSizeCount;
    public DescriptorPoolSize* PPoolSizes;
}

internal unsafe struct DescriptorSetAllocateInfo
{
    public StructureType SType;
    public void* PNext;
    public DescriptorPool DescriptorPool;
    public uint DescriptorSetCount;
    public DescriptorSetLayout* PSetLayouts;
}

internal struct DescriptorBufferInfo
{
    public Buffer Buffer;
    public ulong Offset, Range;
}

internal struct DescriptorImageInfo
{
    public Sampler Sampler;
    public ImageView ImageView;
    public ImageLayout ImageLayout;
}

internal unsafe struct WriteDescriptorSet
{
    public StructureType SType;
    public void* PNext;
    public DescriptorSet DstSet;
    public uint DstBinding, DstArrayElement, DescriptorCount;
    public DescriptorType DescriptorType;
    public DescriptorImageInfo* PImageInfo;
    public DescriptorBufferInfo* PBufferInfo;
    public BufferView* PTexelBufferView;
}

internal struct PushConstantRange
{
    public ShaderStageFlags StageFlags;
    public uint Offset, Size;
}

internal unsafe struct PipelineLayoutCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public PipelineLayoutCreateFlags Flags;
    public uint SetLayoutCount;
    public DescriptorSetLayout* PSetLayouts;
    public uint PushConstantRangeCount;
    public PushConstantRange* PPushConstantRanges;
}

internal unsafe struct PipelineCacheCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public PipelineCacheCreateFlags Flags;
    public nuint InitialDataSize;
    public void* PInitialData;
}

internal unsafe struct ComputePipelineCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public PipelineCreateFlags Flags;
    public PipelineShaderStageCreateInfo Stage;
    public PipelineLayout Layout;
    public Pipeline BasePipelineHandle;
    public int BasePipelineIndex;
}

internal unsafe struct CopyDescriptorSet
{
    public StructureType SType;
    public void* PNext;
    public DescriptorSet SrcSet;
    public uint SrcBinding, SrcArrayElement;
    public DescriptorSet DstSet;
    public uint DstBinding, DstArrayElement, DescriptorCount;
}

internal unsafe struct DescriptorSetLayoutBindingFlagsCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public uint BindingCount;
    public DescriptorBindingFlags* PBindingFlags;
}

internal unsafe struct DescriptorUpdateTemplateCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public uint Flags, DescriptorUpdateEntryCount;
    public DescriptorUpdateTemplateEntry* PDescriptorUpdateEntries;
    public DescriptorUpdateTemplateType TemplateType;
    public DescriptorSetLayout DescriptorSetLayout;
    public PipelineBindPoint PipelineBindPoint;
    public PipelineLayout PipelineLayout;
    public uint Set;
}

internal struct DescriptorUpdateTemplateEntry
{
    public uint DstBinding, DstArrayElement, DescriptorCount;
    public DescriptorType DescriptorType;
    public nuint Offset, Stride;
}

internal unsafe struct PipelineCacheHeaderVersionOne
{
    public uint HeaderSize;
    public PipelineCacheHeaderVersion HeaderVersion;
    public uint VendorID, DeviceID;
    public fixed byte PipelineCacheUuid[16];
}

internal struct PipelineCreationFeedback
{
    public PipelineCreationFeedbackFlags Flags;
    public ulong Duration;
}

internal unsafe struct PipelineCreationFeedbackCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public PipelineCreationFeedback* PPipelineCreationFeedback;
    public uint PipelineStageCreationFeedbackCount;
    public PipelineCreationFeedback* PPipelineStageCreationFeedbacks;
}
