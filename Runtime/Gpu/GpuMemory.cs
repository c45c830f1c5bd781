using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>What a buffer is for: decides its memory and its usages.</summary>
internal enum GpuBufferUse
{
    /// <summary>Read and written by kernels, in the device's own memory.</summary>
    Tensors,

    /// <summary>Written by the CPU, copied from by the device; mapped.</summary>
    Upload,

    /// <summary>Copied to or written by the device, read by the CPU; mapped.</summary>
    Readback,
}

/// <summary>A part of a <see cref="MemoryBlock"/>.</summary>
internal readonly record struct MemorySlice(MemoryBlock Block, ulong Offset, ulong Size);

/// <summary>One vkAllocateMemory, shared by many buffers. Owned by <see cref="GpuMemory"/>.</summary>
internal sealed unsafe class MemoryBlock(DeviceMemory memory, ulong size, uint type, uint heap, bool isCoherent, byte* mapped)
{
    public DeviceMemory Memory { get; } = memory;

    public ulong Size { get; } = size;

    public uint Type { get; } = type;

    public uint Heap { get; } = heap;

    public bool IsCoherent { get; } = isCoherent;

    /// <summary>Where the CPU sees it, for its whole life; null where it is not mapped.</summary>
    public byte* Mapped { get; } = mapped;

    public FreeRanges Ranges { get; } = new(size);
}

/// <summary>
/// The device's memory: few large blocks, many buffers in each. Owns the blocks; a block goes back to the driver with its last
/// buffer. Thread-safe.
/// </summary>
/// <remarks>
/// Refuses, before the driver is asked, what the budget does not hold: what VK_EXT_memory_budget leaves, else 80 % of the heap;
/// on a CPU device the machine's available memory; and never more than <see cref="GpuOptions.MemoryLimit"/>. Drivers that grant
/// more than there is fail later, elsewhere and unexplained.
/// </remarks>
internal sealed unsafe class GpuMemory : IDisposable
{
    /// <summary>No block is larger unless one buffer needs it: large allocations fail first where memory is fragmented.</summary>
    public const ulong LargestBlock = 512 * Bytes.MiB;

    private const ulong FirstBlock = 16 * Bytes.MiB;

    /// <summary>
    /// Types that want a feature of their own; 0x40 and 0x80 are AMD's device-coherent and device-uncached memory.
    /// </summary>
    private const MemoryPropertyFlags Unusable =
        MemoryPropertyFlags.LazilyAllocatedBit | MemoryPropertyFlags.ProtectedBit | (MemoryPropertyFlags)(0x40 | 0x80);

    private readonly GpuDevice _device;
    private readonly PhysicalDeviceMemoryProperties _types;
    private readonly bool _hasBudget;
    private readonly ulong? _limit;
    private readonly ulong _machineMemory;
    private readonly Lock _gate = new();
    private readonly List<MemoryBlock> _blocks = [];

    public GpuMemory(GpuDevice device, ulong? limit)
    {
        _device = device;
        _types = device.Adapter.Memory;
        _hasBudget = device.Has(GpuRequirements.MemoryBudget);
        _limit = limit;
        _machineMemory = device.Adapter.IsCpu ? MachineMemory.Available() : 0;
    }

    /// <summary>Bytes taken from the driver, over all heaps.</summary>
    public ulong Allocated { get; private set; }

    /// <summary>The most that was ever allocated at one time.</summary>
    public ulong Peak { get; private set; }

    /// <summary>Bytes of these that buffers use.</summary>
    public ulong Used
    {
        get
        {
            lock (_gate)
                return Allocated - _blocks.Aggregate(0UL, (sum, block) => sum + block.Ranges.Free);
        }
    }

    /// <summary>Bytes that buffers of one use can still get: parts of blocks that lie free are not counted.</summary>
    public ulong FreeFor(GpuBufferUse use)
    {
        lock (_gate)
            return Free(HeapOf(TypeFor(use, uint.MaxValue)));
    }

    /// <exception cref="GpuOutOfMemoryException">The budget, or the driver, has no room.</exception>
    public MemorySlice Allocate(string name, in MemoryRequirements requirements, GpuBufferUse use)
    {
        uint type = TypeFor(use, requirements.MemoryTypeBits);
        bool isMapped = use != GpuBufferUse.Tensors;
        bool isCoherent = FlagsOf(type).HasFlag(MemoryPropertyFlags.HostCoherentBit);

        // Flushes work on whole atoms: neighbours in non-coherent memory must not share one.
        ulong atom = isMapped && !isCoherent ? _device.Adapter.Limits.NonCoherentAtomSize : 1;
        ulong alignment = Math.Max(requirements.Alignment, atom);
        ulong size = Bytes.Align(requirements.Size, atom);

        lock (_gate)
        {
            foreach (MemoryBlock block in _blocks)
            {
                bool fits = block.Type == type && block.Mapped != null == isMapped;
                if (fits && block.Ranges.TryAllocate(size, alignment, out ulong offset))
                    return new MemorySlice(block, offset, size);
            }

            MemoryBlock added = AddBlock(name, size, type, isMapped);
            added.Ranges.TryAllocate(size, alignment, out ulong first);
            return new MemorySlice(added, first, size);
        }
    }

    public void Release(in MemorySlice slice)
    {
        lock (_gate)
        {
            slice.Block.Ranges.Release(slice.Offset, slice.Size);
            if (slice.Block.Ranges.IsEmpty && _blocks.Remove(slice.Block))
                Free(slice.Block);
        }
    }

    /// <summary>Makes the CPU's writes to mapped memory seen by the device, where that is not by itself.</summary>
    public void Flush(in MemorySlice slice, ulong offset, ulong size)
    {
        if (slice.Block.IsCoherent)
            return;
        MappedMemoryRange range = RangeOf(slice, offset, size);
        Result result = _device.Api.FlushMappedMemoryRanges(_device.Handle, 1, in range);
        _device.Check(result, "vkFlushMappedMemoryRanges", "mapped memory");
    }

    /// <summary>Makes the device's writes to mapped memory seen by the CPU, where that is not by itself.</summary>
    public void Invalidate(in MemorySlice slice, ulong offset, ulong size)
    {
        if (slice.Block.IsCoherent)
            return;
        MappedMemoryRange range = RangeOf(slice, offset, size);
        Result result = _device.Api.InvalidateMappedMemoryRanges(_device.Handle, 1, in range);
        _device.Check(result, "vkInvalidateMappedMemoryRanges", "mapped memory");
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (MemoryBlock block in _blocks)
                Free(block);
            _blocks.Clear();
        }
    }

    /// <summary>The best memory type of those that <paramref name="allowed"/> has bits for; -1 where none will do.</summary>
    internal static int BestType(PhysicalDeviceMemoryProperties types, GpuBufferUse use, uint allowed)
    {
        const MemoryPropertyFlags local = MemoryPropertyFlags.DeviceLocalBit, visible = MemoryPropertyFlags.HostVisibleBit;
        const MemoryPropertyFlags coherent = MemoryPropertyFlags.HostCoherentBit, cached = MemoryPropertyFlags.HostCachedBit;
        (MemoryPropertyFlags needed, MemoryPropertyFlags liked, MemoryPropertyFlags disliked) = use switch
        {
            // Host-visible device-local memory is a small window on many cards: it is left to those who need it.
            GpuBufferUse.Tensors => (MemoryPropertyFlags.None, local, visible),
            GpuBufferUse.Upload => (visible, coherent, local),
            _ => (visible, cached, local),
        };

        int best = -1, bestScore = int.MinValue;
        for (int i = 0; i < types.MemoryTypeCount; i++)
        {
            MemoryPropertyFlags flags = types.MemoryTypes[i].PropertyFlags;
            if ((allowed & (1u << i)) == 0 || (flags & needed) != needed || (flags & Unusable) != 0)
                continue;

            int score = ((flags & liked) != 0 ? 4 : 0) - ((flags & disliked) != 0 ? 2 : 0) + ((flags & coherent) != 0 ? 1 : 0);
            if (score > bestScore)
                (best, bestScore) = (i, score);
        }

        return best;
    }

    /// <summary>
    /// The whole atoms around a part of a block, which is what vkFlushMappedMemoryRanges takes; the last may be cut by the
    /// block's end.
    /// </summary>
    internal static (ulong Offset, ulong Size) WholeAtoms(ulong offset, ulong size, ulong blockSize, ulong atom)
    {
        ulong start = offset & ~(atom - 1);
        return (start, Math.Min(Bytes.Align(offset + size, atom), blockSize) - start);
    }

    private uint TypeFor(GpuBufferUse use, uint allowed)
    {
        int type = BestType(_types, use, allowed);
        return type >= 0
            ? (uint)type
            : throw new GpuException($"\"{_device.Adapter.Name}\" has no memory type for {use} buffers.");
    }

    private MemoryBlock AddBlock(string name, ulong needed, uint type, bool isMapped)
    {
        uint heap = HeapOf(type);
        ulong free = Free(heap);
        if (needed > free)
            throw OutOfMemory(name, needed, free, heap);

        // Blocks of one kind double, so that little is taken for little work and few allocations are made for much.
        int alike = _blocks.Count(block => block.Type == type && block.Mapped != null == isMapped);
        ulong usual = Math.Min(Math.Min(LargestBlock, _device.Adapter.MaxAllocation), FirstBlock << Math.Min(alike, 5));
        ulong size = needed > usual / 2 || usual > free ? needed : usual;

        Result result = Allocate(size, type, out DeviceMemory memory);
        if (result is Result.ErrorOutOfDeviceMemory or Result.ErrorOutOfHostMemory && size > needed)
            result = Allocate(size = needed, type, out memory);
        if (result is Result.ErrorOutOfDeviceMemory or Result.ErrorOutOfHostMemory)
        {
            throw OutOfMemory(name, needed, free, heap).WithAdvice(
                "The driver refused all the same: another program was faster, or memory is in pieces.");
        }

        _device.Check(result, "vkAllocateMemory", name);

        void* mapped = null;
        if (isMapped)
        {
            Result mapResult = _device.Api.MapMemory(_device.Handle, memory, 0, Vk.WholeSize, 0, &mapped);
            if (mapResult < 0)
            {
                _device.Api.FreeMemory(_device.Handle, memory, _device.Allocator);
                _device.Check(mapResult, "vkMapMemory", name);
            }
        }

        bool isCoherent = FlagsOf(type).HasFlag(MemoryPropertyFlags.HostCoherentBit);
        MemoryBlock block = new(memory, size, type, heap, isCoherent, (byte*)mapped);
        _blocks.Add(block);
        Allocated += size;
        Peak = Math.Max(Peak, Allocated);
        _device.Created(ObjectType.DeviceMemory, memory.Handle, "memory block");
        return block;
    }

    private Result Allocate(ulong size, uint type, out DeviceMemory memory)
    {
        MemoryAllocateFlagsInfo flags = new()
        {
            SType = StructureType.MemoryAllocateFlagsInfo,
            Flags = MemoryAllocateFlags.DeviceAddressBit,
        };
        MemoryAllocateInfo info = new()
        {
            SType = StructureType.MemoryAllocateInfo,
            PNext = _device.Has(GpuRequirements.BufferDeviceAddress) ? &flags : null,
            AllocationSize = size,
            MemoryTypeIndex = type,
        };
        return _device.Api.AllocateMemory(_device.Handle, in info, _device.Allocator, out memory);
    }

    private void Free(MemoryBlock block)
    {
        Allocated -= block.Size;
        _device.Destroyed(ObjectType.DeviceMemory, "memory block");
        _device.Api.FreeMemory(_device.Handle, block.Memory, _device.Allocator);    // unmaps
    }

    private ulong Free(uint heap)
    {
        ulong here = 0;
        foreach (MemoryBlock block in _blocks)
            here += block.Heap == heap ? block.Size : 0;

        ulong free = _device.Adapter.IsCpu ? Math.Min(MachineMemory.Available(), Bytes.Less(_machineMemory, Allocated))
            : _hasBudget ? Budget(heap)
            : Bytes.Less(_types.MemoryHeaps[(int)heap].Size / 5 * 4, here);
        return _limit is { } limit ? Math.Min(free, Bytes.Less(limit, Allocated)) : free;
    }

    private ulong Budget(uint heap)
    {
        PhysicalDeviceMemoryBudgetPropertiesEXT budget = new() { SType = StructureType.PhysicalDeviceMemoryBudgetPropertiesExt };
        PhysicalDeviceMemoryProperties2 properties = new()
        {
            SType = StructureType.PhysicalDeviceMemoryProperties2,
            PNext = &budget,
        };
        _device.Api.GetPhysicalDeviceMemoryProperties2(_device.Adapter.Handle, &properties);
        return Bytes.Less(budget.HeapBudget[heap], budget.HeapUsage[heap]);
    }

    private GpuOutOfMemoryException OutOfMemory(string name, ulong needed, ulong free, uint heap)
    {
        ulong heapSize = _device.Adapter.IsCpu ? _machineMemory : _types.MemoryHeaps[(int)heap].Size;
        return new GpuOutOfMemoryException(name, _device.Adapter.Name, needed, free, (int)heap, heapSize);
    }

    private MappedMemoryRange RangeOf(in MemorySlice slice, ulong offset, ulong size)
    {
        ulong atom = _device.Adapter.Limits.NonCoherentAtomSize;
        (ulong start, ulong length) = WholeAtoms(slice.Offset + offset, size, slice.Block.Size, atom);
        return new MappedMemoryRange
        {
            SType = StructureType.MappedMemoryRange,
            Memory = slice.Block.Memory,
            Offset = start,
            Size = length,
        };
    }

    private MemoryPropertyFlags FlagsOf(uint type)
    {
        PhysicalDeviceMemoryProperties types = _types;
        return types.MemoryTypes[(int)type].PropertyFlags;
    }

    private uint HeapOf(uint type)
    {
        PhysicalDeviceMemoryProperties types = _types;
        return types.MemoryTypes[(int)type].HeapIndex;
    }
}
