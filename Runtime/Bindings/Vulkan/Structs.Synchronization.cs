namespace Silk.NET.Vulkan;

// Barriers, semaphores, fences, queries, submissions.
// Fields in C's order and size; a test holds them against vulkan.h. As in Silk.NET, "new X()" does not set SType. Its
// constructors, whose parameters are all optional, are left out: nothing here uses them.

internal unsafe struct SubmitInfo
{
    public StructureType SType;
    public void* PNext;
    public uint WaitSemaphoreCount;
    public Semaphore* PWaitSemaphores;
    public PipelineStageFlags* PWaitDstStageMask;
    public uint CommandBufferCount;
    public CommandBuffer* PCommandBuffers;
    public uint SignalSemaphoreCount;
    public Semaphore* PSignalSemaphores;
}

internal unsafe struct SubmitInfo2
{
    public StructureType SType;
    public void* PNext;
    public SubmitFlags Flags;
    public uint WaitSemaphoreInfoCount;
    public SemaphoreSubmitInfo* PWaitSemaphoreInfos;
    public uint CommandBufferInfoCount;
    public CommandBufferSubmitInfo* PCommandBufferInfos;
    public uint SignalSemaphoreInfoCount;
    public SemaphoreSubmitInfo* PSignalSemaphoreInfos;
}

internal unsafe struct CommandBufferSubmitInfo
{
    public StructureType SType;
    public void* PNext;
    public CommandBuffer CommandBuffer;
    public uint DeviceMask;
}

internal unsafe struct SemaphoreSubmitInfo
{
    public StructureType SType;
    public void* PNext;
    public Semaphore Semaphore;
    public ulong Value;
    public PipelineStageFlags2 StageMask;
    public uint DeviceIndex;
}

internal unsafe struct TimelineSemaphoreSubmitInfo
{
    public StructureType SType;
    public void* PNext;
    public uint WaitSemaphoreValueCount;
    public ulong* PWaitSemaphoreValues;
    public uint SignalSemaphoreValueCount;
    public ulong* PSignalSemaphoreValues;
}

internal unsafe struct SemaphoreCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public SemaphoreCreateFlags Flags;
}

internal unsafe struct SemaphoreTypeCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public SemaphoreType SemaphoreType;
    public ulong InitialValue;
}

internal unsafe struct SemaphoreWaitInfo
{
    public StructureType SType;
    public void* PNext;
    public SemaphoreWaitFlags Flags;
    public uint SemaphoreCount;
    public Semaphore* PSemaphores;
    public ulong* PValues;
}

internal unsafe struct SemaphoreSignalInfo
{
    public StructureType SType;
    public void* PNext;
    public Semaphore Semaphore;
    public ulong Value;
}

internal unsafe struct FenceCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public FenceCreateFlags Flags;
}

internal unsafe struct QueryPoolCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public uint Flags;
    public QueryType QueryType;
    public uint QueryCount;
    public QueryPipelineStatisticFlags PipelineStatistics;
}

internal unsafe struct MemoryBarrier
{
    public StructureType SType;
    public void* PNext;
    public AccessFlags SrcAccessMask, DstAccessMask;
}

internal unsafe struct BufferMemoryBarrier
{
    public StructureType SType;
    public void* PNext;
    public AccessFlags SrcAccessMask, DstAccessMask;
    public uint SrcQueueFamilyIndex, DstQueueFamilyIndex;
    public Buffer Buffer;
    public ulong Offset, Size;
}

internal unsafe struct ImageMemoryBarrier
{
    public StructureType SType;
    public void* PNext;
    public AccessFlags SrcAccessMask, DstAccessMask;
    public ImageLayout OldLayout, NewLayout;
    public uint SrcQueueFamilyIndex, DstQueueFamilyIndex;
    public Image Image;
    public ImageSubresourceRange SubresourceRange;
}

internal unsafe struct MemoryBarrier2
{
    public StructureType SType;
    public void* PNext;
    public PipelineStageFlags2 SrcStageMask;
    public AccessFlags2 SrcAccessMask;
    public PipelineStageFlags2 DstStageMask;
    public AccessFlags2 DstAccessMask;
}

internal unsafe struct BufferMemoryBarrier2
{
    public StructureType SType;
    public void* PNext;
    public PipelineStageFlags2 SrcStageMask;
    public AccessFlags2 SrcAccessMask;
    public PipelineStageFlags2 DstStageMask;
    public AccessFlags2 DstAccessMask;
    public uint SrcQueueFamilyIndex, DstQueueFamilyIndex;
    public Buffer Buffer;
    public ulong Offset, Size;
}

internal unsafe struct DependencyInfo
{
    public StructureType SType;
    public void* PNext;
    public DependencyFlags DependencyFlags;
    public uint MemoryBarrierCount;
    public MemoryBarrier2* PMemoryBarriers;
    public uint BufferMemoryBarrierCount;
    public BufferMemoryBarrier2* PBufferMemoryBarriers;
    public uint ImageMemoryBarrierCount;
    public ImageMemoryBarrier2* PImageMemoryBarriers;
}

internal unsafe struct EventCreateInfo
{
    public StructureType SType;
    public void* PNext;
    public EventCreateFlags Flags;
}

internal unsafe struct ImageMemoryBarrier2
{
    public StructureType SType;
    public void* PNext;
    public PipelineStageFlags2 SrcStageMask;
    public AccessFlags2 SrcAccessMask;
    public PipelineStageFlags2 DstStageMask;
    public AccessFlags2 DstAccessMask;
    public ImageLayout OldLayout, NewLayout;
    public uint SrcQueueFamilyIndex, DstQueueFamilyIndex;
    public Image Image;
    public ImageSubresourceRange SubresourceRange;
}
