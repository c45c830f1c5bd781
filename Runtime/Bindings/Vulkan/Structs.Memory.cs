using Silk.NET.Core;

namespace Silk.NET.Vulkan;

// Memory, buffers, images, samplers.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal unsafe struct BufferCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public BufferCreateFlags Flags;
    public ulong Size;
    public BufferUsageFlags Usage;
    public SharingMode SharingMode;
    public uint QueueFamilyIndexCount;
    public uint* PQueueFamilyIndices;
}

internal struct MemoryRequirements
{
    public ulong Size, Alignment;
    public uint MemoryTypeBits;
}

internal unsafe struct MemoryAllocateInfo
{
    public StructureType SType;
    public void* PNext;
    public ulong AllocationSize;
    public uint MemoryTypeIndex;
}

internal unsafe struct MappedMemoryRange
{
    public StructureType SType;
    public void* PNext;
    public DeviceMemory Memory;
    public ulong Offset, Size;
}

internal struct ImageSubresourceRange
{
    public ImageAspectFlags AspectMask;
    public uint BaseMipLevel, LevelCount, BaseArrayLayer, LayerCount;
}

internal struct ImageSubresourceLayers
{
    public ImageAspectFlags AspectMask;
    public uint MipLevel, BaseArrayLayer, LayerCount;
}

internal unsafe struct ImageCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public ImageCreateFlags Flags;
    public ImageType ImageType;
    public Format Format;
    public Extent3D Extent;
    public uint MipLevels, ArrayLayers;
    public SampleCountFlags Samples;
    public ImageTiling Tiling;
    public ImageUsageFlags Usage;
    public SharingMode SharingMode;
    public uint QueueFamilyIndexCount;
    public uint* PQueueFamilyIndices;
    public ImageLayout InitialLayout;
}

internal struct Extent2D
{
    public uint Width, Height;
}

internal struct Extent3D
{
    public uint Width, Height, Depth;
}

internal struct Offset3D
{
    public int X, Y, Z;
}

internal unsafe struct BindBufferMemoryInfo
{
    public StructureType SType;
    public void* PNext;
    public Buffer Buffer;
    public DeviceMemory Memory;
    public ulong MemoryOffset;
}

internal unsafe struct BindImageMemoryInfo
{
    public StructureType SType;
    public void* PNext;
    public Image Image;
    public DeviceMemory Memory;
    public ulong MemoryOffset;
}

internal unsafe struct BufferDeviceAddressInfo
{
    public StructureType SType;
    public void* PNext;
    public Buffer Buffer;
}

internal unsafe struct BufferMemoryRequirementsInfo2
{
    public StructureType SType;
    public void* PNext;
    public Buffer Buffer;
}

internal unsafe struct BufferViewCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public uint Flags;
    public Buffer Buffer;
    public Format Format;
    public ulong Offset, Range;
}

internal struct ComponentMapping
{
    public ComponentSwizzle R, G, B, A;
}

internal unsafe struct ExportMemoryAllocateInfo
{
    public StructureType SType;
    public void* PNext;
    public ExternalMemoryHandleTypeFlags HandleTypes;
}

internal unsafe struct ExternalMemoryBufferCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public ExternalMemoryHandleTypeFlags HandleTypes;
}

internal unsafe struct ExternalMemoryImageCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public ExternalMemoryHandleTypeFlags HandleTypes;
}

internal unsafe struct ImageMemoryRequirementsInfo2
{
    public StructureType SType;
    public void* PNext;
    public Image Image;
}

internal struct ImageSubresource
{
    public ImageAspectFlags AspectMask;
    public uint MipLevel, ArrayLayer;
}

internal unsafe struct ImageViewCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public ImageViewCreateFlags Flags;
    public Image Image;
    public ImageViewType ViewType;
    public Format Format;
    public ComponentMapping Components;
    public ImageSubresourceRange SubresourceRange;
}

internal unsafe struct ImportMemoryHostPointerInfoEXT
{
    public StructureType SType;
    public void* PNext;
    public ExternalMemoryHandleTypeFlags HandleType;
    public void* PHostPointer;
}

internal unsafe struct MemoryAllocateFlagsInfo
{
    public StructureType SType;
    public void* PNext;
    public MemoryAllocateFlags Flags;
    public uint DeviceMask;
}

internal unsafe struct MemoryDedicatedAllocateInfo
{
    public StructureType SType;
    public void* PNext;
    public Image Image;
    public Buffer Buffer;
}

internal unsafe struct MemoryDedicatedRequirements
{
    public StructureType SType;
    public void* PNext;
    public Bool32 PrefersDedicatedAllocation, RequiresDedicatedAllocation;
}

internal unsafe struct MemoryHostPointerPropertiesEXT
{
    public StructureType SType;
    public void* PNext;
    public uint MemoryTypeBits;
}

internal unsafe struct MemoryRequirements2
{
    public StructureType SType;
    public void* PNext;
    public MemoryRequirements MemoryRequirements;
}

internal struct Offset2D
{
    public int X, Y;
}

internal struct Rect2D
{
    public Offset2D Offset;
    public Extent2D Extent;
}

internal unsafe struct SamplerCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public SamplerCreateFlags Flags;
    public Filter MagFilter, MinFilter;
    public SamplerMipmapMode MipmapMode;
    public SamplerAddressMode AddressModeU, AddressModeV, AddressModeW;
    public float MipLodBias;
    public Bool32 AnisotropyEnable;
    public float MaxAnisotropy;
    public Bool32 CompareEnable;
    public CompareOp CompareOp;
    public float MinLod, MaxLod;
    public BorderColor BorderColor;
    public Bool32 UnnormalizedCoordinates;
}

internal struct SubresourceLayout
{
    public ulong Offset, Size, RowPitch, ArrayPitch, DepthPitch;
}
