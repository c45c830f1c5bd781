using ResNetVulkan.Gpu;
using ResNetVulkan.Kernels;
using Silk.NET.Vulkan;
using Pipeline = ResNetVulkan.Kernels.Pipeline;

namespace ResNetVulkan.Plugin;

/// <summary>
/// Records how a window of a host's image becomes bytes R, G, B, 255 in a tensor, and the image's way there and back. Owns its
/// descriptor sets and a buffer; borrows the pipelines. Recording allocates nothing.
/// </summary>
internal sealed unsafe class ImageReader : IDisposable
{
    private static readonly Kernel<Push> Sampled = new("image/read_image.comp", "SAMPLED", "pixels", "frame");
    private static readonly Kernel<Push> Stored = new("image/read_image.comp", "STORAGE ANY", "pixels", "frame");
    private static readonly Kernel<Push> StoredBytes = new("image/read_image.comp", "STORAGE RGBA8", "pixels", "frame");
    private static readonly Kernel<Push> StoredHalves = new("image/read_image.comp", "STORAGE RGBA16F", "pixels", "frame");
    private static readonly Kernel<Push> Copied = new("image/read_image.comp", "WORDS", "pixels", "frame");

    private readonly GpuDevice _device;
    private readonly GpuBuffer _target;
    private readonly ulong _targetOffset;
    private readonly GpuBuffer _texels;
    private readonly uint _local;
    private readonly Pipeline _sampled, _storedBytes, _storedHalves, _copied;
    private readonly Pipeline? _stored;
    private readonly BindingSets _fixed;
    private readonly BindingSet? _copiedSet;
    private readonly DescriptorPool _pool;
    private readonly DescriptorSet[] _sampledSets, _storedSets;

    /// <param name="pipelines">Of the device.</param>
    /// <param name="target">The memory block of the tensor that the pixels go to.</param>
    /// <param name="targetOffset">Where the tensor begins.</param>
    /// <param name="mostPixels">Of a window.</param>
    /// <param name="slots">How many frames can be in flight: each has descriptor sets of its own.</param>
    public ImageReader(Pipelines pipelines, GpuBuffer target, ulong targetOffset, int mostPixels, int slots)
    {
        (_device, _target, _targetOffset) = (pipelines.Device, target, targetOffset);
        _local = _device.Traits.IsCpu ? 64u : 256u;
        _sampled = pipelines.Get(Sampled, _local);
        _stored = _device.Has(GpuRequirements.StorageImageReadWithoutFormat) ? pipelines.Get(Stored, _local) : null;
        _storedBytes = pipelines.Get(StoredBytes, _local);
        _storedHalves = pipelines.Get(StoredHalves, _local);
        _copied = pipelines.Get(Copied, _local);
        _fixed = new BindingSets(_device);
        (_sampledSets, _storedSets) = (new DescriptorSet[slots], new DescriptorSet[slots]);
        try
        {
            _texels = _device.CreateBuffer("copied texels", 8 * (ulong)mostPixels, GpuBufferUse.Tensors);
            TensorBinding[] bindings = [Pixels(mostPixels), new(_texels, 0, _texels.Size, 4)];
            _copiedSet = _fixed.Create(_copied, _device.Traits.HasAddresses ? [] : bindings);
            _pool = CreatePool(slots);
            for (int i = 0; i < slots; i++)
            {
                _sampledSets[i] = Allocate(_sampled, mostPixels);
                _storedSets[i] = Allocate(_storedBytes, mostPixels);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Records the reading of one frame.</summary>
    /// <param name="commands">In the recording state, outside of a render pass.</param>
    /// <param name="slot">Whose last frame is no longer in flight.</param>
    /// <param name="image">Checked before.</param>
    /// <param name="region">Of the image: the frame.</param>
    /// <param name="window">Of the frame, as it is to be seen.</param>
    public void Record(CommandRecorder commands, int slot, in HostImage image, ImageRegion region, in FrameWindow window)
    {
        (PipelineStageFlags stage, ImageLayout layout) = image.Access switch
        {
            ImageAccess.Transfer => (PipelineStageFlags.TransferBit, ImageLayout.TransferSrcOptimal),
            ImageAccess.Storage => (PipelineStageFlags.ComputeShaderBit, ImageLayout.General),
            _ => (PipelineStageFlags.ComputeShaderBit, ImageLayout.ShaderReadOnlyOptimal),
        };
        ImageMemoryBarrier barrier = new()
        {
            OldLayout = (ImageLayout)image.Layout,
            NewLayout = layout,
            SrcQueueFamilyIndex = image.QueueFamily ?? Vk.QueueFamilyIgnored,
            DstQueueFamilyIndex = image.QueueFamily is null ? Vk.QueueFamilyIgnored : _device.QueueFamily,
            Image = new Image(image.Image),
            SubresourceRange = new ImageSubresourceRange
            {
                AspectMask = ImageAspectFlags.ColorBit,
                BaseMipLevel = (uint)image.MipLevel,
                LevelCount = 1,
                BaseArrayLayer = (uint)image.ArrayLayer,
                LayerCount = 1,
            },
        };
        commands.Barrier(barrier, stage, isBefore: true);

        int left = region.X + window.Left;
        int top = region.Y + (image.IsFlipped ? region.Height - window.Top - window.Height : window.Top);
        bool isTransfer = image.Access == ImageAccess.Transfer;
        if (isTransfer)
        {
            Copy(commands, image, left, top, window);
            commands.Barrier();
        }
        Read(commands, slot, image, left, top, window);

        (barrier.OldLayout, barrier.NewLayout) = (barrier.NewLayout, barrier.OldLayout);
        (barrier.SrcQueueFamilyIndex, barrier.DstQueueFamilyIndex) = (barrier.DstQueueFamilyIndex, barrier.SrcQueueFamilyIndex);
        commands.Barrier(barrier, stage, isBefore: false);
    }

    /// <summary>What keeps an image from being read, a sentence; null where it can be.</summary>
    public string? Lack(in HostImage image)
    {
        Format format = (Format)image.Format;
        if (Words(format) < 0)
        {
            return $"Format is {image.Format}; R8G8B8A8 and B8G8R8A8 (UNORM, SRGB), A2B10G10R10_UNORM_PACK32, " +
                "R16G16B16A16_SFLOAT and B10G11R11_UFLOAT_PACK32 can be read.";
        }
        if (image.Access != ImageAccess.Storage || _stored is not null) return null;
        return format is Format.R8G8B8A8Unorm or Format.R16G16B16A16Sfloat
            ? null
            : $"Format {image.Format} as a storage image needs shaderStorageImageReadWithoutFormat, which is not enabled.";
    }

    public void Dispose()
    {
        if (_pool.Handle != 0 && !_device.IsDisposed)
        {
            _device.Api.DestroyDescriptorPool(_device.Handle, _pool, _device.Allocator);
            _device.Destroyed(ObjectType.DescriptorPool, "host images");
        }
        _fixed.Dispose();
        _texels?.Dispose();
    }

    private void Copy(CommandRecorder commands, in HostImage image, int left, int top, in FrameWindow window)
    {
        BufferImageCopy copy = new()
        {
            ImageSubresource = new ImageSubresourceLayers
            {
                AspectMask = ImageAspectFlags.ColorBit,
                MipLevel = (uint)image.MipLevel,
                BaseArrayLayer = (uint)image.ArrayLayer,
                LayerCount = 1,
            },
            ImageOffset = new Offset3D { X = left, Y = top },
            ImageExtent = new Extent3D
            {
                Width = (uint)window.Width, Height = (uint)window.Height, Depth = 1,
            },
        };
        commands.Copy(new Image(image.Image), ImageLayout.TransferSrcOptimal, in copy, _texels);
    }

    private void Read(CommandRecorder commands, int slot, in HostImage image, int left, int top, in FrameWindow window)
    {
        Pipeline pipeline = image.Access switch
        {
            ImageAccess.Transfer => _copied,
            ImageAccess.Sampled => _sampled,
            _ => _stored ?? ((Format)image.Format == Format.R8G8B8A8Unorm ? _storedBytes : _storedHalves),
        };
        pipeline.Bind(commands);
        if (image.Access == ImageAccess.Transfer)
        {
            _copiedSet?.Bind(commands);
        }
        else
        {
            bool isSampled = image.Access == ImageAccess.Sampled;
            DescriptorSet set = isSampled ? _sampledSets[slot] : _storedSets[slot];
            Write(set, image.View, isSampled);
            commands.BindSet(in set);
        }

        // Over the push constants as GLSL lays them out: addresses of 8 bytes first, then the rest.
        Span<byte> push = stackalloc byte[16 + sizeof(Push)];
        int addresses = pipeline.Signature.AddressBytes;
        if (addresses > 0) BitConverter.TryWriteBytes(push, _target.Address + _targetOffset);
        if (addresses > 8) BitConverter.TryWriteBytes(push[8..], _texels.Address);
        Format format = (Format)image.Format;
        bool isLight = IsLight(format, image);
        Push values = new(
            (uint)window.Pixels, (uint)window.Width, left, image.IsFlipped ? top + window.Height - 1 : top,
            image.IsFlipped ? -1 : 1, (uint)Words(format), isLight ? 1u : 0u, IsFloat(format) ? image.Exposure : 1);
        fixed (byte* target = push) *(Push*)(target + addresses) = values;
        commands.Push(push[..(addresses + sizeof(Push))]);
        // A grid of at most 65,535 groups an axis runs everywhere; with a narrow one little of the last line is idle.
        uint groups = ((uint)window.Pixels + _local - 1) / _local, across = Math.Min(groups, 4096);
        commands.Dispatch(across, (groups + across - 1) / across);
    }

    // Light is encoded: that of a floating-point format, and what a view of an _SRGB format decoded when it was read.
    private static bool IsLight(Format format, in HostImage image) =>
        IsFloat(format)
            ? image.Encoding == ImageEncoding.OfFormat
            : image.Access != ImageAccess.Transfer && format is Format.R8G8B8A8Srgb or Format.B8G8R8A8Srgb;

    private static bool IsFloat(Format format) => format is Format.R16G16B16A16Sfloat or Format.B10G11R11UfloatPack32;

    /// <summary>The kernel's name for a format; -1 where it has none.</summary>
    private static int Words(Format format) => format switch
    {
        Format.R8G8B8A8Unorm or Format.R8G8B8A8Srgb => 0,
        Format.B8G8R8A8Unorm or Format.B8G8R8A8Srgb => 1,
        Format.A2B10G10R10UnormPack32 => 2,
        Format.R16G16B16A16Sfloat => 3,
        Format.B10G11R11UfloatPack32 => 4,
        _ => -1,
    };

    private TensorBinding Pixels(int mostPixels) => new(_target, _targetOffset, 4 * (ulong)mostPixels, 4);

    private DescriptorPool CreatePool(int slots)
    {
        uint count = (uint)slots;
        DescriptorPoolSize* sizes = stackalloc DescriptorPoolSize[3];
        sizes[0] = new() { Type = DescriptorType.SampledImage, DescriptorCount = count };
        sizes[1] = new() { Type = DescriptorType.StorageImage, DescriptorCount = count };
        sizes[2] = new() { Type = DescriptorType.StorageBuffer, DescriptorCount = 2 * count };
        DescriptorPoolCreateInfo create = new()
        {
            SType = StructureType.DescriptorPoolCreateInfo,
            MaxSets = 2 * count,
            PoolSizeCount = 3,
            PPoolSizes = sizes,
        };
        _device.Check(_device.Api.CreateDescriptorPool(_device.Handle, in create, _device.Allocator, out DescriptorPool pool),
            "vkCreateDescriptorPool", "host images");
        _device.Created(ObjectType.DescriptorPool, pool.Handle, "host images");
        return pool;
    }

    // The pixels are bound once, the image with every frame.
    private DescriptorSet Allocate(Pipeline pipeline, int mostPixels)
    {
        DescriptorSetLayout layout = pipeline.SetLayout;
        DescriptorSetAllocateInfo allocate = new()
        {
            SType = StructureType.DescriptorSetAllocateInfo,
            DescriptorPool = _pool,
            DescriptorSetCount = 1,
            PSetLayouts = &layout,
        };
        _device.Check(_device.Api.AllocateDescriptorSets(_device.Handle, in allocate, out DescriptorSet set),
            "vkAllocateDescriptorSets", pipeline.Kernel.Name);
        if (_device.Traits.HasAddresses) return set;

        DescriptorBufferInfo pixels = new() { Buffer = _target.Handle, Offset = _targetOffset, Range = 4 * (ulong)mostPixels };
        WriteDescriptorSet write = new()
        {
            SType = StructureType.WriteDescriptorSet,
            DstSet = set,
            DescriptorCount = 1,
            DescriptorType = DescriptorType.StorageBuffer,
            PBufferInfo = &pixels,
        };
        _device.Api.UpdateDescriptorSets(_device.Handle, 1, in write, 0, null);
        return set;
    }

    private void Write(DescriptorSet set, ulong view, bool isSampled)
    {
        DescriptorImageInfo image = new()
        {
            ImageView = new ImageView(view),
            ImageLayout = isSampled ? ImageLayout.ShaderReadOnlyOptimal : ImageLayout.General,
        };
        WriteDescriptorSet write = new()
        {
            SType = StructureType.WriteDescriptorSet,
            DstSet = set,
            DstBinding = 1,
            DescriptorCount = 1,
            DescriptorType = isSampled ? DescriptorType.SampledImage : DescriptorType.StorageImage,
            PImageInfo = &image,
        };
        _device.Api.UpdateDescriptorSets(_device.Handle, 1, in write, 0, null);
    }

    private readonly record struct Push(
        uint Count, uint Width, int Left, int Top, int Down, uint Format, uint IsLight, float Exposure);
}
