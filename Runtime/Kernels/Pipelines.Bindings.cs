using ResNetVulkan.Gpu;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Kernels;

/// <summary>A part of a buffer that is bound at a slot.</summary>
/// <param name="Buffer">Must outlive the set.</param>
/// <param name="Offset">In bytes; a multiple of the device's slice alignment.</param>
/// <param name="Range">In bytes.</param>
/// <param name="ElementBytes">4 for float32, 2 for float16: what four of make a texel. Only texel buffers look at it.</param>
internal readonly record struct TensorBinding(GpuBuffer Buffer, ulong Offset, ulong Range, int ElementBytes);

/// <summary>
/// The tensors of one dispatch that are bound rather than pushed. Borrows its handles from <see cref="BindingSets"/>.
/// </summary>
internal sealed class BindingSet(DescriptorSet handle)
{
    /// <summary>For the pipeline that it was made for, once that is bound.</summary>
    public void Bind(CommandRecorder commands) => commands.BindSet(handle);
}

/// <summary>
/// Descriptor sets and texel views for the life of a plan: made while it is, none per run. Owns them and their pools; borrows the
/// buffers. Not thread-safe.
/// </summary>
internal sealed unsafe class BindingSets(GpuDevice device) : IDisposable
{
    private const uint SetsPerPool = 64, DescriptorsPerPool = 256;

    private readonly List<DescriptorPool> _pools = [];
    private readonly List<BufferView> _views = [];

    /// <summary>Binds tensors for a pipeline.</summary>
    /// <param name="pipeline">Whose slots they go to.</param>
    /// <param name="bindings">Those of its tensors that are not addresses, in slot order.</param>
    /// <returns>Null where it has none.</returns>
    /// <exception cref="NotSupportedException">A tensor is longer than the device can bind.</exception>
    public BindingSet? Create(Pipeline pipeline, ReadOnlySpan<TensorBinding> bindings)
    {
        TensorParameter[] bound = [.. pipeline.Signature.Tensors.Where(tensor => tensor.Kind != TensorKind.Address)];
        if (bound.Length != bindings.Length)
            throw new ArgumentException($"{pipeline.Kernel} has {bound.Length} tensors to bind, {bindings.Length} are given.");
        if (bound.Length == 0) return null;
        if (bound.Length > DescriptorsPerPool) throw new ArgumentException($"{pipeline.Kernel} has {bound.Length} tensors.");

        DescriptorSet set = Allocate(pipeline);
        for (int i = 0; i < bound.Length; i++)
        {
            if (bound[i].Kind == TensorKind.TexelBuffer) WriteTexels(set, bound[i], bindings[i]);
            else WriteBuffer(set, bound[i], bindings[i]);
        }
        return new(set);
    }

    public void Dispose()
    {
        if (!device.IsDisposed)
        {
            foreach (DescriptorPool pool in _pools)
            {
                device.Api.DestroyDescriptorPool(device.Handle, pool, device.Allocator);
                device.Destroyed(ObjectType.DescriptorPool, "bindings");
            }
            foreach (BufferView view in _views)
            {
                device.Api.DestroyBufferView(device.Handle, view, device.Allocator);
                device.Destroyed(ObjectType.BufferView, "texels");
            }
        }
        _pools.Clear();
        _views.Clear();
    }

    private DescriptorSet Allocate(Pipeline pipeline)
    {
        if (_pools.Count == 0) AddPool();
        Result result = TryAllocate(pipeline.SetLayout, out DescriptorSet set);
        if (result is Result.ErrorOutOfPoolMemory or Result.ErrorFragmentedPool)
        {
            AddPool();
            result = TryAllocate(pipeline.SetLayout, out set);
        }
        device.Check(result, "vkAllocateDescriptorSets", pipeline.Kernel.Name);
        return set;
    }

    private Result TryAllocate(DescriptorSetLayout layout, out DescriptorSet set)
    {
        DescriptorSetAllocateInfo allocate = new()
        {
            SType = StructureType.DescriptorSetAllocateInfo,
            DescriptorPool = _pools[^1],
            DescriptorSetCount = 1,
            PSetLayouts = &layout,
        };
        return device.Api.AllocateDescriptorSets(device.Handle, in allocate, out set);
    }

    private void AddPool()
    {
        DescriptorPoolSize* sizes = stackalloc DescriptorPoolSize[2];
        sizes[0] = new() { Type = DescriptorType.StorageBuffer, DescriptorCount = DescriptorsPerPool };
        sizes[1] = new() { Type = DescriptorType.UniformTexelBuffer, DescriptorCount = DescriptorsPerPool };
        DescriptorPoolCreateInfo create = new()
        {
            SType = StructureType.DescriptorPoolCreateInfo,
            MaxSets = SetsPerPool,
            PoolSizeCount = 2,
            PPoolSizes = sizes,
        };
        device.Check(device.Api.CreateDescriptorPool(device.Handle, in create, device.Allocator, out DescriptorPool pool),
            "vkCreateDescriptorPool", "bindings");
        device.Created(ObjectType.DescriptorPool, pool.Handle, "bindings");
        _pools.Add(pool);
    }

    private void WriteBuffer(DescriptorSet set, TensorParameter tensor, TensorBinding binding)
    {
        if (binding.Range > device.Traits.MaxStorageRange)
            throw TooLong(tensor, binding,
                $"a storage buffer of \"{device.Traits.DeviceName}\" ends at {Bytes.Text(device.Traits.MaxStorageRange)}");
        DescriptorBufferInfo buffer = new() { Buffer = binding.Buffer.Handle, Offset = binding.Offset, Range = binding.Range };
        Write(set, tensor.Slot, DescriptorType.StorageBuffer, &buffer, null);
    }

    private void WriteTexels(DescriptorSet set, TensorParameter tensor, TensorBinding binding)
    {
        // A buffer has room for whole vectors, so the last texel may be rounded up to.
        ulong texelBytes = 4 * (ulong)binding.ElementBytes, texels = (binding.Range + texelBytes - 1) / texelBytes;
        if (texels > device.Traits.MaxTexelElements)
            throw TooLong(tensor, binding,
                $"a texel buffer of \"{device.Traits.DeviceName}\" ends at {device.Traits.MaxTexelElements} texels");

        BufferViewCreateInfo create = new()
        {
            SType = StructureType.BufferViewCreateInfo,
            Buffer = binding.Buffer.Handle,
            Format = binding.ElementBytes == 2 ? Format.R16G16B16A16Sfloat : Format.R32G32B32A32Sfloat,
            Offset = binding.Offset,
            Range = texels * texelBytes,
        };
        device.Check(device.Api.CreateBufferView(device.Handle, in create, device.Allocator, out BufferView view),
            "vkCreateBufferView", binding.Buffer.Name);
        device.Created(ObjectType.BufferView, view.Handle, "texels");
        _views.Add(view);
        Write(set, tensor.Slot, DescriptorType.UniformTexelBuffer, null, &view);
    }

    private void Write(DescriptorSet set, int slot, DescriptorType type, DescriptorBufferInfo* buffer, BufferView* view)
    {
        WriteDescriptorSet write = new()
        {
            SType = StructureType.WriteDescriptorSet,
            DstSet = set,
            DstBinding = (uint)slot,
            DescriptorCount = 1,
            DescriptorType = type,
            PBufferInfo = buffer,
            PTexelBufferView = view,
        };
        device.Api.UpdateDescriptorSets(device.Handle, 1, in write, 0, null);
    }

    private static NotSupportedException TooLong(TensorParameter tensor, TensorBinding binding, string limit) =>
        new($"Tensor '{tensor.Name}' in \"{binding.Buffer.Name}\" has {Bytes.Text(binding.Range)}; {limit}.");
}
