using System.IO.Compression;
using System.Text;

namespace ResNetVulkan.Weights;

/// <summary>
/// Writes state dicts as <c>torch.save</c> does. <see cref="WeightFile.Open"/> reads both layouts that PyTorch has had, as data:
/// a pickle in them that asks for anything but tensors, numbers, text and containers is rejected, and nothing of it is called.
/// </summary>
public static class TorchArchive
{
    private const string Root = "archive";

    internal static ReadOnlySpan<byte> ZipMagic => "PK\x03\x04"u8;

    // A pickle of the number 0x1950a86a20f9469cfc6c.
    internal static ReadOnlySpan<byte> LegacyMagic =>
        [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

    /// <summary>Writes an OrderedDict of tensors that <c>torch.load</c> reads, also with <c>weights_only=True</c>.</summary>
    /// <param name="path">Replaced as a whole once all is on the disk. In a folder in which files can be made.</param>
    /// <param name="tensors">In the order that the state dict is to have.</param>
    /// <exception cref="ArgumentException">Two tensors have one name.</exception>
    /// <exception cref="WeightFileException">A tensor's own file became shorter since it was opened.</exception>
    public static void Write(string path, IEnumerable<WeightTensor> tensors)
    {
        WeightTensor[] all = [.. tensors];
        HashSet<string> names = new(StringComparer.Ordinal);
        if (Array.Find(all, tensor => !names.Add(tensor.Name)) is WeightTensor twice)
            throw new ArgumentException($"The name '{twice.Name}' is taken.", nameof(tensors));

        AtomicFile.Write(path, file =>
        {
            using ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true);
            AddEntry(zip, "data.pkl", stream => StateDictPickle.Write(stream, all));
            AddEntry(zip, "byteorder", stream => stream.Write("little"u8));
            for (int i = 0; i < all.Length; i++)
                AddEntry(zip, $"data/{i}", all[i].WriteTo);
            AddEntry(zip, "version", stream => stream.Write("3\n"u8));
        });
    }

    internal static WeightContents ReadZip(FileReader file)
    {
        ZipDirectory zip = new(file);
        string[] pickles = [.. zip.Names.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal))];
        if (pickles is not [string pickle] || !zip.TryFind(pickle, out long offset, out long length))
            throw file.Bad(0, $"the zip archive holds {pickles.Length} files named data.pkl; torch.save writes one.");

        string root = pickle[..^"data.pkl".Length];
        CheckByteOrder(file, zip, root);
        file.Seek(offset, length);
        PickleReader reader = new(file);
        object? content = reader.Read();
        if (file.Remaining != 0)
            throw file.Bad(file.Position, "something follows the pickle.");

        foreach (TorchStorage storage in reader.Storages.Values)
        {
            if (!zip.TryFind($"{root}data/{storage.Key}", out long start, out long bytes) || bytes != storage.ByteLength)
            {
                throw file.Bad(offset, $"the archive lacks storage {storage.Key.Quoted()} of {storage.ByteLength:N0} bytes, or "
                    + "has it in another size.");
            }

            storage.Offset = start;
        }

        return StateDict(file, offset, content);
    }

    internal static WeightContents ReadLegacy(FileReader file)
    {
        file.Skip(LegacyMagic.Length);
        PickleReader reader = new(file);
        long at = file.Position;
        if (reader.Read() is not 1001L)
            throw file.Bad(at, "the archive's version is not 1001, the only one there is.");
        at = file.Position;
        if (reader.Read() is not PickleDict system || system.Find("little_endian") is not true)
            throw file.Bad(at, "the archive does not say that it is little-endian; others are not read.");

        long contentAt = file.Position;
        object? content = reader.Read();
        at = file.Position;
        if (reader.Read() is not List<object?> keys)
            throw file.Bad(at, "the list of storages is missing.");

        foreach (object? key in keys)
            PlaceLegacyStorage(file, reader, key as string);
        if (file.Remaining != 0)
            throw file.Bad(file.Position, $"{file.Remaining:N0} bytes follow the last storage.");
        foreach (TorchStorage storage in reader.Storages.Values)
        {
            if (storage.Offset < 0)
                throw file.Bad(at, $"storage {storage.Key.Quoted()} is used, but not in the list of storages.");
        }

        return StateDict(file, contentAt, content);
    }

    private static void PlaceLegacyStorage(FileReader file, PickleReader reader, string? key)
    {
        long at = file.Position;
        if (key is null || !reader.Storages.TryGetValue(key, out TorchStorage? storage) || storage.Offset >= 0)
            throw file.Bad(at, $"the list of storages names {(key ?? "nothing").Quoted()}, which no tensor uses, or twice.");
        long count = file.ReadInt64();
        if (count != storage.Count)
            throw file.Bad(at, $"storage {key.Quoted()} has {count:N0} elements where {storage.Count:N0} were announced.");
        storage.Offset = file.Position;
        file.Skip(storage.ByteLength);
    }

    private static void CheckByteOrder(FileReader file, ZipDirectory zip, string root)
    {
        // The entry exists since PyTorch 2.1; before, it was the writing machine's order, and practically all are little-endian.
        if (!zip.TryFind(root + "byteorder", out long offset, out long length))
            return;
        file.Seek(offset, length);
        if (length > 16 || file.ReadText(length) != "little")
            throw file.Bad(offset, "the archive does not say that it is little-endian; others are not read.");
    }

    // The state dict itself, or a training script's dict that has it under one of two usual names beside an epoch and the like.
    private static WeightContents StateDict(FileReader file, long at, object? content)
    {
        PickleDict top = content as PickleDict ?? throw file.Bad(at, "the archive holds no dict, so no state dict either.");
        PickleDict state = top.Find("state_dict") as PickleDict ?? top.Find("model") as PickleDict ?? top;
        WeightContents contents = new();
        foreach ((object? key, object? value) in state.Items)
        {
            if (key is not string name)
                throw file.Bad(at, "the state dict has a key that is not text.");
            if (value is not TorchTensor tensor)
                throw file.Bad(at, $"{name.Quoted()} is not a tensor, and no 'state_dict' or 'model' lies beside it.");

            file.Charge(WeightContents.TensorCost);
            long start = tensor.Storage.Offset + (tensor.Offset * tensor.Storage.Element.SizeOf());
            if (!contents.Tensors.TryAdd(name, new(name, tensor.Dimensions, tensor.Storage.Element, file, start, tensor.Strides)))
                throw file.Bad(at, $"the state dict has the key {name.Quoted()} twice.");
        }

        return contents;
    }

    private static void AddEntry(ZipArchive zip, string name, Action<Stream> write)
    {
        ZipArchiveEntry entry = zip.CreateEntry($"{Root}/{name}", CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);   // the same tensors, the same file
        using Stream stream = entry.Open();
        write(stream);
    }

    /// <summary>The pickle that torch.save would write for an OrderedDict of dense tensors, but without the memo.</summary>
    private static class StateDictPickle
    {
        public static void Write(Stream stream, WeightTensor[] tensors)
        {
            using BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);
            writer.Write([0x80, 2]);
            EmptyOrderedDict(writer);
            writer.Write((byte)'(');
            for (int i = 0; i < tensors.Length; i++)
            {
                Text(writer, tensors[i].Name);
                Tensor(writer, tensors[i], i.ToString());
            }

            writer.Write("u."u8);
        }

        private static void Tensor(BinaryWriter writer, WeightTensor tensor, string key)
        {
            Global(writer, "torch._utils", "_rebuild_tensor_v2");
            writer.Write("(("u8);
            Text(writer, "storage");
            Global(writer, "torch", StorageOf(tensor.Element));
            Text(writer, key);
            Text(writer, "cpu");
            Integer(writer, tensor.Count);
            writer.Write("tQ"u8);
            Integer(writer, 0);
            Integers(writer, tensor.Dimensions.Select(extent => (long)extent));
            Integers(writer, Strides(tensor.Dimensions));
            writer.Write((byte)0x89);       // requires_grad
            EmptyOrderedDict(writer);       // backward hooks
            writer.Write("tR"u8);
        }

        private static string StorageOf(WeightElement element) => element switch
        {
            WeightElement.Float32 => "FloatStorage",
            WeightElement.Float16 => "HalfStorage",
            WeightElement.BFloat16 => "BFloat16Storage",
            WeightElement.Float64 => "DoubleStorage",
            WeightElement.Int64 => "LongStorage",
            WeightElement.Int32 => "IntStorage",
            WeightElement.Int16 => "ShortStorage",
            WeightElement.Int8 => "CharStorage",
            WeightElement.UInt8 => "ByteStorage",
            _ => "BoolStorage",
        };

        private static long[] Strides(IReadOnlyList<int> dimensions)
        {
            long[] strides = new long[dimensions.Count];
            long step = 1;
            for (int axis = strides.Length - 1; axis >= 0; axis--)
            {
                strides[axis] = step;
                step *= Math.Max(1, dimensions[axis]);
            }

            return strides;
        }

        private static void EmptyOrderedDict(BinaryWriter writer)
        {
            Global(writer, "collections", "OrderedDict");
            writer.Write(")R"u8);
        }

        private static void Global(BinaryWriter writer, string module, string name) =>
            writer.Write(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

        private static void Text(BinaryWriter writer, string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            writer.Write((byte)'X');
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }

        private static void Integers(BinaryWriter writer, IEnumerable<long> values)
        {
            writer.Write((byte)'(');
            foreach (long value in values)
                Integer(writer, value);
            writer.Write((byte)'t');
        }

        private static void Integer(BinaryWriter writer, long value)
        {
            if (value <= int.MaxValue)
            {
                writer.Write((byte)'J');
                writer.Write((int)value);
                return;
            }

            writer.Write([0x8a, 8]);
            writer.Write(value);
        }
    }
}
