using Silk.NET.Vulkan;
using Buffer = Silk.NET.Vulkan.Buffer;

namespace ResNetVulkan.Gpu;

/// <summary>
/// Bytes on a device. Owns its VkBuffer and its part of a memory block; dispose of it when the last submission that uses it has
/// run, and before its device. New bytes are undefined.
/// </summary>
public sealed unsafe class GpuBuffer : IDisposable
{
    private readonly GpuDevice _device;
    private Buffer _handle;
    private MemorySlice _memory;

    internal GpuBuffer(GpuDevice device, string name, ulong size, GpuBufferUse use)
    {
        ArgumentOutOfRangeException.ThrowIfZero(size);
        device.ThrowIfUnusable();
        (_device, Name, Size) = (device, name, size);

        // Kernels read whole vectors: the last one may reach past the last element, never past the buffer.
        ulong wholeVectors = Bytes.Align(size, 16);
        ulong largest = Math.Min(device.Adapter.MaxBuffer, device.Adapter.MaxAllocation);
        if (wholeVectors > largest)
        {
            throw new GpuException(
                $"\"{name}\" has {Bytes.Text(size)}; the largest buffer of \"{device.Adapter.Name}\" is {Bytes.Text(largest)}.");
        }


        BufferCreateInfo create = new()
        {
            SType = StructureType.BufferCreateInfo,
            Size = wholeVectors,
            Usage = UsagesOf(device, use),
            SharingMode = SharingMode.Exclusive,
        };
        device.Check(device.Api.CreateBuffer(device.Handle, in create, device.Allocator, out _handle), "vkCreateBuffer", name);
        try
        {
            MemoryRequirements requirements = device.Api.GetBufferMemoryRequirements(device.Handle, _handle);
            _memory = device.Memory.Allocate(name, in requirements, use);
            Result bound = device.Api.BindBufferMemory(device.Handle, _handle, _memory.Block.Memory, _memory.Offset);
            device.Check(bound, "vkBindBufferMemory", name);
            if (create.Usage.HasFlag(BufferUsageFlags.ShaderDeviceAddressBit))
            {
                BufferDeviceAddressInfo info = new() { SType = StructureType.BufferDeviceAddressInfo, Buffer = _handle };
                Address = device.Api.GetBufferDeviceAddress(device.Handle, in info);
            }
        }
        catch
        {
            device.Api.DestroyBuffer(device.Handle, _handle, device.Allocator);
            if (_memory.Block is not null)
                device.Memory.Release(in _memory);
            throw;
        }

        device.Created(ObjectType.Buffer, _handle.Handle, name);
    }

    /// <summary>What errors, debuggers and leak reports call it.</summary>
    public string Name { get; }

    /// <summary>In bytes, as asked for.</summary>
    public ulong Size { get; }

    /// <summary>Where kernels find it (VkDeviceAddress); 0 without bufferDeviceAddress.</summary>
    public ulong Address { get; }

    /// <summary>
    /// The bytes of a staging buffer, as the CPU sees them, at most 2 GiB of them; empty for other buffers. Valid until the
    /// buffer is disposed of.
    /// </summary>
    public Span<byte> Mapped =>
        _memory.Block is { } block && block.Mapped != null
            ? new(block.Mapped + _memory.Offset, (int)Math.Min(Size, int.MaxValue))
            : default;

    internal Buffer Handle => _handle;

    /// <summary>Releases the buffer and its memory. Safe after the device was lost or disposed of, and twice.</summary>
    public void Dispose()
    {
        if (_handle.Handle == 0)
            return;
        if (!_device.IsDisposed)
        {
            _device.Api.DestroyBuffer(_device.Handle, _handle, _device.Allocator);
            _device.Destroyed(ObjectType.Buffer, Name);
            _device.Memory.Release(in _memory);
        }

        _handle = default;
        _memory = default;
    }

    /// <summary>Call after the CPU wrote to <see cref="Mapped"/> and before the submission that reads it.</summary>
    internal void Flush(ulong offset, ulong size) => _device.Memory.Flush(in _memory, offset, size);

    /// <summary>Call after the submission that wrote, and before the CPU reads <see cref="Mapped"/>.</summary>
    internal void Invalidate(ulong offset, ulong size) => _device.Memory.Invalidate(in _memory, offset, size);

    /// <exception cref="ArgumentOutOfRangeException">The bytes are not all within the buffer.</exception>
    internal void CheckRange(ulong offset, ulong bytes)
    {
        if (offset > Size || bytes > Size - offset)
        {
            throw new ArgumentOutOfRangeException(
                nameof(bytes), $"{bytes} bytes at {offset} are not a part of \"{Name}\", which has {Size}.");
        }
    }

    private static BufferUsageFlags UsagesOf(GpuDevice device, GpuBufferUse use)
    {
        // Kernels may read and write staging buffers too: a plan's inputs and outputs.
        BufferUsageFlags usages = BufferUsageFlags.StorageBufferBit;
        if (device.Traits.HasAddresses)
            usages |= BufferUsageFlags.ShaderDeviceAddressBit;
        if (use != GpuBufferUse.Readback)
            usages |= BufferUsageFlags.TransferSrcBit;
        if (use != GpuBufferUse.Upload)
            usages |= BufferUsageFlags.TransferDstBit;
        if (use == GpuBufferUse.Tensors && device.Traits.MaxTexelElements > 0)
            usages |= BufferUsageFlags.UniformTexelBufferBit;
        return usages;
    }
}
