using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Training;

/// <summary>What a graph takes of pictures.</summary>
/// <param name="Rows">How each row is made: (N, <see cref="PictureRow.Words"/>, 1, 1) words, an input.</param>
/// <param name="Pixels">(N, C, H, W) bytes, an input; none where the pictures live on the device.</param>
/// <param name="Images">(N, C, H, W), normalised.</param>
internal readonly record struct FeedTensors(Tensor Rows, Tensor? Pixels, Tensor Images);

/// <summary>
/// Brings a set's pictures to plans, batch by batch: out of the device's memory where the whole set fits there, else framed by
/// worker threads and copied with each batch.
/// </summary>
internal sealed class PictureFeed
{
    // A set may take this part of the memory that is free.
    private const ulong Part = 4;

    private readonly string _name;
    private readonly Augmentation _augmentation;
    private readonly PackedImages? _resident;
    private readonly BatchLoader _loader;
    private readonly int _channels;

    /// <summary>Puts the pictures into the parameter set's states, if they fit.</summary>
    /// <param name="name">What the state is called.</param>
    /// <param name="set">The pictures.</param>
    /// <param name="options">Order, batches and augmentation.</param>
    /// <param name="parameters">Of the plans that will take them.</param>
    public PictureFeed(string name, IImageSet set, BatchOptions options, ParameterSet parameters)
    {
        (_name, _augmentation, _channels) = (name, options.Augmentation, set.Channels);
        GpuDevice device = parameters.Device;
        ulong room = device.Memory.FreeFor(GpuBufferUse.Tensors) / Part;
        if (!device.Traits.HasAddresses) room = Math.Min(room, device.Traits.MaxStorageRange);
        _resident = TryPack(set, Math.Min(room, int.MaxValue), options.Workers);
        if (_resident is not null) parameters.WriteState(name, _resident.Pixels.Span);
        _loader = new BatchLoader(set, options, _resident);
    }

    /// <summary>Whether the pictures live on the device.</summary>
    public bool IsResident => _resident is not null;

    /// <summary>The pictures that could not be read since the epoch began.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable => _loader.Unreadable;

    /// <summary>Appends what makes a batch of images.</summary>
    public FeedTensors Append(Graph graph, int rows)
    {
        Tensor row = graph.Input("rows", new(new Shape(rows, PictureRow.Words, 1, 1), ElementType.UInt32));
        if (_resident is { } resident)
        {
            Shape all = new(resident.Count, resident.Channels, resident.Height, resident.Width);
            Tensor pictures = graph.State(_name, new(all, ElementType.UInt8));
            return new FeedTensors(row, null, graph.Append("images", new AugmentImages(_augmentation), pictures, row));
        }
        Shape some = new(rows, _channels, _augmentation.Height, _augmentation.Width);
        Tensor pixels = graph.Input("pixels", new(some, ElementType.UInt8));
        return new FeedTensors(
            row, pixels, graph.Append("images", new AugmentImages(_augmentation.AfterFraming), pixels, row));
    }

    /// <summary>The batches of an epoch, from one on.</summary>
    public IEnumerable<Batch> Epoch(int epoch, int first) => _loader.Epoch(epoch, first);

    private static PackedImages? TryPack(IImageSet set, ulong room, int threads)
    {
        // Folders hold photos of many sizes, and reading them all before the first step would take long.
        if (set.Count == 0 || set is ImageFolder or Subset { Set: ImageFolder }) return null;
        try
        {
            ulong bytes = (ulong)set.Read(0).Pixels.Length * (ulong)set.Count;
            return bytes <= room ? PackedImages.Of(set, threads) : null;
        }
        catch (InvalidDataException)
        {
            return null;        // sizes differ, or a picture is damaged: the workers resize, or say which
        }
    }

    /// <summary>Writes a batch into a slot of a plan whose graph has the tensors.</summary>
    public static void Write(Plan plan, int slot, in FeedTensors tensors, Batch batch)
    {
        int rows = tensors.Rows.Shape.N;
        MemoryMarshal.AsBytes(batch.Rows[..rows]).CopyTo(plan.Input(slot, tensors.Rows));
        if (tensors.Pixels is not { } pixels) return;
        batch.Pixels[..(int)pixels.Type.Shape.Count].CopyTo(plan.Input(slot, pixels));
    }
}
