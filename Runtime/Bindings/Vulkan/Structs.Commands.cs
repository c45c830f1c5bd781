using System.Runtime.InteropServices;
using Silk.NET.Core;
using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan;

// Command buffers and the regions that commands copy.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal unsafe struct CommandPoolCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public CommandPoolCreateFlags Flags;
    public uint QueueFamilyIndex;
}

internal unsafe struct CommandBufferAllocateInfo
{
    public StructureType SType;
    public void* PNext;
    public CommandPool CommandPool;
    public CommandBufferLevel Level;
    public uint CommandBufferCount;
}

internal unsafe struct CommandBufferBeginInfo
{
    public StructureType SType;
    public void* PNext;
    public CommandBufferUsageFlags Flags;
    public CommandBufferInheritanceInfo* PInheritanceInfo;
}

internal struct BufferCopy
{
    public ulong SrcOffset, DstOffset, Size;
}

internal struct BufferImageCopy
{
    public ulong BufferOffset;
    public uint BufferRowLength, BufferImageHeight;
    public ImageSubresourceLayers ImageSubresource;
    public Offset3D ImageOffset;
    public Extent3D ImageExtent;
}

internal struct ImageBlit
{
    public ImageSubresourceLayers SrcSubresource;
    public SrcOffsetsBuffer SrcOffsets;
    public ImageSubresourceLayers DstSubresource;
    public DstOffsetsBuffer DstOffsets;

    /// <summary>2 elements in place; the indexer writes through.</summary>
    internal struct SrcOffsetsBuffer
    {
        public Offset3D Element0, Element1;

        public ref Offset3D this[int index] => ref AsSpan()[index];

        public Span<Offset3D> AsSpan() => InlineElements.Of(ref Element0, 2);
    }

    /// <summary>2 elements in place; the indexer writes through.</summary>
    internal struct DstOffsetsBuffer
    {
        public Offset3D Element0, Element1;

        public ref Offset3D this[int index] => ref AsSpan()[index];

        public Span<Offset3D> AsSpan() => InlineElements.Of(ref Element0, 2);
    }
}

[StructLayout(LayoutKind.Explicit)]
internal struct ClearColorValue
{
    [FieldOffset(0)] public float Float32_0;
    [FieldOffset(4)] public float Float32_1;
    [FieldOffset(8)] public float Float32_2;
    [FieldOffset(12)] public float Float32_3;
    [FieldOffset(0)] public int Int32_0;
    [FieldOffset(4)] public int Int32_1;
    [FieldOffset(8)] public int Int32_2;
    [FieldOffset(12)] public int Int32_3;
    [FieldOffset(0)] public uint Uint32_0;
    [FieldOffset(4)] public uint Uint32_1;
    [FieldOffset(8)] public uint Uint32_2;
    [FieldOffset(12)] public uint Uint32_3;
}

internal unsafe struct BufferCopy2
{
    public StructureType SType;
    public void* PNext;
    public ulong SrcOffset, DstOffset, Size;
}

internal unsafe struct CommandBufferInheritanceInfo
{
    public StructureType SType;
    public void* PNext;
    public RenderPass RenderPass;
    public uint Subpass;
    public Framebuffer Framebuffer;
    public Bool32 OcclusionQueryEnable;
    public QueryControlFlags QueryFlags;
    public QueryPipelineStatisticFlags PipelineStatistics;
}

internal unsafe struct CopyBufferInfo2
{
    public StructureType SType;
    public void* PNext;
    public Buffer SrcBuffer, DstBuffer;
    public uint RegionCount;
    public BufferCopy2* PRegions;
}

internal struct ImageCopy
{
    public ImageSubresourceLayers SrcSubresource;
    public Offset3D SrcOffset;
    public ImageSubresourceLayers DstSubresource;
    public Offset3D DstOffset;
    public Extent3D Extent;
}
