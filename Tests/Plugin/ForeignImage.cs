using ResNetVulkan.Data;
using ResNetVulkan.Plugin;
using Silk.NET.Vulkan;
using Buffer = Silk.NET.Vulkan.Buffer;

namespace ResNetVulkan.Tests.Plugin;

/// <summary>A host's image with a picture in it, and the host's own commands to fill it and to look at it.</summary>
internal sealed unsafe class ForeignImage : IDisposable
{
    private readonly ForeignHost _host;
    private readonly Vk _vk;
    private readonly Image _image;
    private readonly ImageView _view;
    private readonly DeviceMemory _memory, _stagingMemory;
    private readonly Buffer _staging;
    private readonly byte[] _texels;
    private readonly ForeignCommands _commands;

    public ForeignImage(
        ForeignHost host, PixelImage picture, Format format, ImageAccess access, ImageLayout layout = ImageLayout.General,
        bool isFlipped = false)
    {
        (_host, _vk, Format, Access, Layout, IsFlipped) = (host, host.Api, format, access, layout, isFlipped);
        (Width, Height) = (picture.Width, picture.Height);
        _texels = Encode(picture, format, isFlipped);
        ImageUsageFlags usage = access switch
        {
            ImageAccess.Sampled => ImageUsageFlags.SampledBit,
            ImageAccess.Storage => ImageUsageFlags.StorageBit,
            _ => 0,
        };
        ImageCreateInfo create = new()
        {
            SType = StructureType.ImageCreateInfo,
            ImageType = ImageType.Type2D,
            Format = format,
            Extent = new Extent3D { Width = (uint)Width, Height = (uint)Height, Depth = 1 },
            MipLevels = 1,
            ArrayLayers = 1,
            Samples = SampleCountFlags.Count1Bit,
            Tiling = ImageTiling.Optimal,
            Usage = usage | ImageUsageFlags.TransferSrcBit | ImageUsageFlags.TransferDstBit,
        };
        Check(_vk.CreateImage(host.Device, in create, null, out _image));
        MemoryRequirements needs = _vk.GetImageMemoryRequirements(host.Device, _image);
        _memory = Allocate(needs, MemoryPropertyFlags.DeviceLocalBit);
        Check(_vk.BindImageMemory(host.Device, _image, _memory, 0));
        if (usage != 0) _view = CreateView();

        BufferCreateInfo staging = new()
        {
            SType = StructureType.BufferCreateInfo,
            Size = (ulong)_texels.Length,
            Usage = BufferUsageFlags.TransferSrcBit | BufferUsageFlags.TransferDstBit,
        };
        Check(_vk.CreateBuffer(host.Device, in staging, null, out _staging));
        MemoryRequirements room = _vk.GetBufferMemoryRequirements(host.Device, _staging);
        _stagingMemory = Allocate(room, MemoryPropertyFlags.HostVisibleBit | MemoryPropertyFlags.HostCoherentBit);
        Check(_vk.BindBufferMemory(host.Device, _staging, _stagingMemory, 0));
        _commands = new ForeignCommands(host);
        Fill();
    }

    public Format Format { get; }

    public ImageAccess Access { get; }

    public ImageLayout Layout { get; }

    public bool IsFlipped { get; }

    public int Width { get; }

    public int Height { get; }

    public HostImage ToHostImage() => new()
    {
        Image = _image.Handle,
        View = _view.Handle,
        Format = (int)Format,
        Width = Width,
        Height = Height,
        Layout = (int)Layout,
        Access = Access,
        IsFlipped = IsFlipped,
    };

    /// <summary>
    /// Whether the driver can make such an image; what it cannot is no fault of the plugin's.
    /// </summary>
    public static bool IsSupported(ForeignHost host, Format format, ImageAccess access)
    {
        FormatProperties properties = host.Api.GetPhysicalDeviceFormatProperties(host.PhysicalDevice, format);
        FormatFeatureFlags needed = FormatFeatureFlags.TransferSrcBit | FormatFeatureFlags.TransferDstBit | access switch
        {
            ImageAccess.Sampled => FormatFeatureFlags.SampledImageBit,
            ImageAccess.Storage => FormatFeatureFlags.StorageImageBit,
            _ => 0,
        };
        return (properties.OptimalTilingFeatures & needed) == needed;
    }

    /// <summary>Whether the image holds what was put into it, read in the layout that it should have.</summary>
    public bool IsUnchanged()
    {
        _commands.Run(commands =>
        {
            Barrier(commands, Layout, ImageLayout.TransferSrcOptimal);
            BufferImageCopy copy = Whole();
            _vk.CmdCopyImageToBuffer(commands, _image, ImageLayout.TransferSrcOptimal, _staging, 1, in copy);
            Barrier(commands, ImageLayout.TransferSrcOptimal, Layout);
        });
        return Mapped(bytes => bytes.SequenceEqual(_texels));
    }

    public void Dispose()
    {
        _commands.Dispose();
        if (_view.Handle != 0) _vk.DestroyImageView(_host.Device, _view, null);
        _vk.DestroyImage(_host.Device, _image, null);
        _vk.DestroyBuffer(_host.Device, _staging, null);
        _vk.FreeMemory(_host.Device, _memory, null);
        _vk.FreeMemory(_host.Device, _stagingMemory, null);
    }

    /// <summary>A picture's texels in a format: what a display is sent, or light where the format is one of light.</summary>
    public static byte[] Encode(PixelImage picture, Format format, bool isFlipped)
    {
        List<byte> bytes = [];
        for (int y = 0; y < picture.Height; y++)
        {
            int row = isFlipped ? picture.Height - 1 - y : y;
            for (int x = 0; x < picture.Width; x++)
            {
                ReadOnlySpan<byte> p = picture.Pixels.AsSpan(3 * (row * picture.Width + x), 3);
                (byte r, byte g, byte b) = (p[0], p[1], p[2]);
                switch (format)
                {
                    case Format.R8G8B8A8Unorm or Format.R8G8B8A8Srgb:
                        bytes.AddRange([r, g, b, 255]);
                        break;
                    case Format.B8G8R8A8Unorm or Format.B8G8R8A8Srgb:
                        bytes.AddRange([b, g, r, 255]);
                        break;
                    case Format.A2B10G10R10UnormPack32:
                        bytes.AddRange(BitConverter.GetBytes(Ten(r) | Ten(g) << 10 | Ten(b) << 20 | 3u << 30));
                        break;
                    case Format.R16G16B16A16Sfloat:
                        foreach (double light in (double[])[Light(r), Light(g), Light(b), 1])
                            bytes.AddRange(BitConverter.GetBytes((Half)light));
                        break;
                    case Format.B10G11R11UfloatPack32:
                        bytes.AddRange(BitConverter.GetBytes(
                            Small(Light(r), 6) | Small(Light(g), 6) << 11 | Small(Light(b), 5) << 22));
                        break;
                    default:
                        throw new ArgumentException($"{format}");
                }
            }
        }
        return [.. bytes];
    }

    private static uint Ten(byte v) => (uint)Math.Round(v * 1023 / 255.0);

    private static double Light(byte v)
    {
        double c = v / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }

    // A half without its sign and without the lowest bits of its mantissa, rounded to nearest.
    private static uint Small(double v, int mantissa)
    {
        int drop = 10 - mantissa;
        uint half = BitConverter.HalfToUInt16Bits((Half)v);
        return (half + (1u << (drop - 1))) >> drop;
    }

    private void Fill()
    {
        Mapped(bytes =>
        {
            _texels.CopyTo(bytes);
            return true;
        });
        _commands.Run(commands =>
        {
            Barrier(commands, ImageLayout.Undefined, ImageLayout.TransferDstOptimal);
            BufferImageCopy copy = Whole();
            _vk.CmdCopyBufferToImage(commands, _staging, _image, ImageLayout.TransferDstOptimal, 1, in copy);
            Barrier(commands, ImageLayout.TransferDstOptimal, Layout);
        });
    }

    private delegate bool Look(Span<byte> bytes);

    private bool Mapped(Look look)
    {
        void* mapped = null;
        Check(_vk.MapMemory(_host.Device, _stagingMemory, 0, Vk.WholeSize, 0, &mapped));
        bool seen = look(new Span<byte>(mapped, _texels.Length));
        _vk.UnmapMemory(_host.Device, _stagingMemory);
        return seen;
    }

    private BufferImageCopy Whole() => new()
    {
        ImageSubresource = new ImageSubresourceLayers { AspectMask = ImageAspectFlags.ColorBit, LayerCount = 1 },
        ImageExtent = new Extent3D { Width = (uint)Width, Height = (uint)Height, Depth = 1 },
    };

    private void Barrier(CommandBuffer commands, ImageLayout from, ImageLayout to)
    {
        ImageMemoryBarrier barrier = new()
        {
            SType = StructureType.ImageMemoryBarrier,
            SrcAccessMask = AccessFlags.MemoryReadBit | AccessFlags.MemoryWriteBit,
            DstAccessMask = AccessFlags.MemoryReadBit | AccessFlags.MemoryWriteBit,
            OldLayout = from,
            NewLayout = to,
            SrcQueueFamilyIndex = Vk.QueueFamilyIgnored,
            DstQueueFamilyIndex = Vk.QueueFamilyIgnored,
            Image = _image,
            SubresourceRange = Range,
        };
        _vk.CmdPipelineBarrier(commands, PipelineStageFlags.AllCommandsBit, PipelineStageFlags.AllCommandsBit, 0, 0, null, 0,
            null, 1, in barrier);
    }

    private static ImageSubresourceRange Range =>
        new() { AspectMask = ImageAspectFlags.ColorBit, LevelCount = 1, LayerCount = 1 };

    private ImageView CreateView()
    {
        ImageViewCreateInfo create = new()
        {
            SType = StructureType.ImageViewCreateInfo,
            Image = _image,
            ViewType = ImageViewType.Type2D,
            Format = Format,
            SubresourceRange = Range,
        };
        Check(_vk.CreateImageView(_host.Device, in create, null, out ImageView view));
        return view;
    }

    private DeviceMemory Allocate(MemoryRequirements needs, MemoryPropertyFlags wanted)
    {
        PhysicalDeviceMemoryProperties types = _vk.GetPhysicalDeviceMemoryProperties(_host.PhysicalDevice);
        for (uint i = 0; i < types.MemoryTypeCount; i++)
        {
            MemoryPropertyFlags flags = types.MemoryTypes[(int)i].PropertyFlags;
            if ((needs.MemoryTypeBits & 1u << (int)i) == 0 || (flags & wanted) != wanted) continue;
            MemoryAllocateInfo allocate = new()
            {
                SType = StructureType.MemoryAllocateInfo,
                AllocationSize = needs.Size,
                MemoryTypeIndex = i,
            };
            Check(_vk.AllocateMemory(_host.Device, in allocate, null, out DeviceMemory memory));
            return memory;
        }
        throw new InvalidOperationException("No memory type fits.");
    }

    private static void Check(Result result)
    {
        if (result != Result.Success) throw new InvalidOperationException($"The host's own call failed: {result}");
    }
}

/// <summary>A command buffer of the host's, and the host's way to run it.</summary>
internal sealed unsafe class ForeignCommands : IDisposable
{
    private readonly ForeignHost _host;
    private readonly CommandPool _pool;
    private readonly CommandBuffer _buffer;
    private readonly Fence _fence;

    public ForeignCommands(ForeignHost host)
    {
        _host = host;
        CommandPoolCreateInfo pool = new()
        {
            SType = StructureType.CommandPoolCreateInfo,
            Flags = CommandPoolCreateFlags.ResetCommandBufferBit,
            QueueFamilyIndex = host.Family,
        };
        host.Api.CreateCommandPool(host.Device, in pool, null, out _pool);
        CommandBufferAllocateInfo allocate = new()
        {
            SType = StructureType.CommandBufferAllocateInfo,
            CommandPool = _pool,
            Level = CommandBufferLevel.Primary,
            CommandBufferCount = 1,
        };
        host.Api.AllocateCommandBuffers(host.Device, in allocate, out _buffer);
        FenceCreateInfo fence = new() { SType = StructureType.FenceCreateInfo };
        host.Api.CreateFence(host.Device, in fence, null, out _fence);
    }

    public delegate void Recording(CommandBuffer commands);

    /// <summary>Records, submits, and waits with a fence of the host's.</summary>
    public void Run(Recording record)
    {
        CommandBufferBeginInfo begin = new()
        {
            SType = StructureType.CommandBufferBeginInfo,
            Flags = CommandBufferUsageFlags.OneTimeSubmitBit,
        };
        _host.Api.BeginCommandBuffer(_buffer, in begin);
        record(_buffer);
        _host.Api.EndCommandBuffer(_buffer);
        CommandBuffer buffer = _buffer;
        SubmitInfo submit = new() { SType = StructureType.SubmitInfo, CommandBufferCount = 1, PCommandBuffers = &buffer };
        _host.Lock();
        Result result = _host.Api.QueueSubmit(_host.Queue, 1, in submit, _fence);
        _host.Unlock();
        if (result != Result.Success) throw new InvalidOperationException($"The host's own submit failed: {result}");
        Fence fence = _fence;
        _host.Api.WaitForFences(_host.Device, 1, in fence, true, ulong.MaxValue);
        _host.Api.ResetFences(_host.Device, 1, in fence);
    }

    public void Dispose()
    {
        _host.Api.DestroyFence(_host.Device, _fence, null);
        _host.Api.DestroyCommandPool(_host.Device, _pool, null);
    }
}
