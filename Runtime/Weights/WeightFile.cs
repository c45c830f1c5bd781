using Microsoft.Win32.SafeHandles;

namespace ResNetVulkan.Weights;

/// <summary>How a weights file is laid out.</summary>
public enum WeightFormat
{
    /// <summary>JSON and raw tensors: <see href="https://github.com/huggingface/safetensors">safetensors</see>.</summary>
    Safetensors,

    /// <summary>What <c>torch.save</c> writes since PyTorch 1.6: a zip archive of a pickle and one entry a storage.</summary>
    TorchZip,

    /// <summary>What <c>torch.save</c> wrote before: pickles, followed by the storages.</summary>
    TorchLegacy,
}

/// <summary>An open weights file: its tensors by name. Owns the file's handle; the tensors borrow it.</summary>
/// <remarks>
/// Weights come from strangers. Opening reads and checks only the description of the tensors, executes nothing that a pickle asks
/// for, and allocates at most four times the file's length (and 4 MiB); values are read when they are asked for. Reading is
/// thread-safe, disposing while another thread reads is not.
/// </remarks>
public sealed class WeightFile : IDisposable
{
    private const string ParallelPrefix = "module.";

    private readonly SafeFileHandle _handle;

    private WeightFile(string path, SafeFileHandle handle, WeightFormat format, WeightContents contents)
    {
        (Path, Format, _handle, Metadata) = (path, format, handle, contents.Metadata);

        // DataParallel saves every name with this prefix. One name without it, and it is part of the model's own names.
        bool parallel = contents.Tensors.Count > 0
            && contents.Tensors.Keys.All(name => name.StartsWith(ParallelPrefix, StringComparison.Ordinal));
        Tensors = parallel ? WithoutPrefix(contents.Tensors) : contents.Tensors;
    }

    /// <summary>The file as it was given to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>How the file is laid out, as its content says; its name does not matter.</summary>
    public WeightFormat Format { get; }

    /// <summary>Safetensors' free-form <c>__metadata__</c>; empty in other formats.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// The tensors by name (case-sensitive), in the file's order. Where all names begin with <c>module.</c>, as PyTorch's
    /// DataParallel leaves them, the prefix is dropped.
    /// </summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; }

    /// <summary>Opens a weights file of any <see cref="WeightFormat"/>.</summary>
    /// <exception cref="WeightFileException">The file is none of these formats, or damaged, or hostile.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static WeightFile Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        try
        {
            FileReader file = new(path, handle);
            WeightFormat format = Recognise(file);
            WeightContents contents = format switch
            {
                WeightFormat.TorchZip => TorchArchive.ReadZip(file),
                WeightFormat.TorchLegacy => TorchArchive.ReadLegacy(file),
                _ => Safetensors.Read(file),
            };
            return new WeightFile(path, handle, format, contents);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file. Its tensors cannot be read any more.</summary>
    public void Dispose() => _handle.Dispose();

    private static WeightFormat Recognise(FileReader file)
    {
        Span<byte> head = stackalloc byte[15];
        head = head[..(int)Math.Min(head.Length, file.Length)];
        FileReader.Fill(file.FilePath, file.Handle, 0, head);
        if (head.StartsWith(TorchArchive.LegacyMagic))
            return WeightFormat.TorchLegacy;
        if (head.StartsWith(TorchArchive.ZipMagic))
            return WeightFormat.TorchZip;
        if (head.Length > 8 && head[8] == (byte)'{')
            return WeightFormat.Safetensors;

        throw file.Bad(0, "this is neither a safetensors file nor a PyTorch archive.");
    }

    private static OrderedDictionary<string, WeightTensor> WithoutPrefix(OrderedDictionary<string, WeightTensor> tensors)
    {
        OrderedDictionary<string, WeightTensor> renamed = new(tensors.Count, StringComparer.Ordinal);
        foreach ((string name, WeightTensor tensor) in tensors)
            renamed.Add(name[ParallelPrefix.Length..], tensor.Renamed(name[ParallelPrefix.Length..]));
        return renamed;
    }
}

/// <summary>What a format's reader makes of a file.</summary>
internal sealed record WeightContents(
    OrderedDictionary<string, WeightTensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>About what one tensor's objects cost: itself, extents, strides, and its place in the dictionary.</summary>
    public const long TensorCost = 384;

    /// <summary>No weight has more axes than a 3-d convolution's; a claim of more is an attempt to make us allocate.</summary>
    public const int MostAxes = 8;

    public WeightContents()
        : this(new OrderedDictionary<string, WeightTensor>(StringComparer.Ordinal), new Dictionary<string, string>())
    {
    }
}
