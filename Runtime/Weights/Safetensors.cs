using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace ResNetVulkan.Weights;

/// <summary>
/// Writes <see href="https://github.com/huggingface/safetensors">safetensors</see> files: eight bytes of header length, a JSON
/// header, raw tensors. <see cref="WeightFile.Open"/> reads them.
/// </summary>
public static class Safetensors
{
    private const string MetadataName = "__metadata__";
    private const int LongestHeader = 100_000_000;      // as the reference implementation has it

    private static readonly WeightElement[] Elements = Enum.GetValues<WeightElement>();

    /// <summary>Writes the tensors, replacing the file as a whole once all of it is on the disk.</summary>
    /// <param name="path">In a folder in which files can be made: the file grows under another name beside it.</param>
    /// <param name="tensors">
    /// In the order that the header is to have. Data lies in the order of falling element size, so each tensor is aligned.
    /// </param>
    /// <param name="metadata">Free-form text for <c>__metadata__</c>.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or one is named <c>__metadata__</c>.</exception>
    /// <exception cref="WeightFileException">A tensor's own file became shorter since it was opened.</exception>
    public static void Write(string path, IEnumerable<WeightTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        WeightTensor[] inOrder = [.. tensors];
        WeightTensor[] bySize = [.. inOrder.OrderByDescending(tensor => tensor.Element.SizeOf())];
        byte[] header = Header(inOrder, bySize, metadata);

        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (WeightTensor tensor in bySize)
                tensor.WriteTo(stream);
        });
    }

    internal static WeightContents Read(FileReader file)
    {
        ulong length = file.ReadUInt64();
        if (length > LongestHeader)
            throw file.Bad(0, $"the header claims {length:N0} bytes; at most {LongestHeader:N0} are allowed.");
        if (length > (ulong)file.Remaining)
            throw file.Bad(0, $"the header claims {length:N0} bytes, but only {file.Remaining:N0} follow.");

        byte[] header = file.ReadBytes((long)length);
        try
        {
            return new HeaderReader(file, header).Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Utf8JsonReader calls malformed UTF-8 or a lone surrogate in a string an invalid operation.
            long column = error is JsonException { BytePositionInLine: long position, LineNumber: 0 } ? position : 0;
            throw file.Bad(8 + column, $"the header is not valid JSON ({error.Message}).", error);
        }
    }

    private static byte[] Header(
        WeightTensor[] inOrder, WeightTensor[] bySize, IReadOnlyDictionary<string, string>? metadata)
    {
        Dictionary<string, long> offsets = new(StringComparer.Ordinal);
        long end = 0;
        foreach (WeightTensor tensor in bySize)
        {
            if (tensor.Name == MetadataName || !offsets.TryAdd(tensor.Name, end))
                throw new ArgumentException($"The name '{tensor.Name}' is taken.", nameof(inOrder));
            end += tensor.ByteLength;
        }

        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject(MetadataName);
                foreach ((string key, string value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            foreach (WeightTensor tensor in inOrder)
                WriteTensor(json, tensor, offsets[tensor.Name]);
            json.WriteEndObject();
        }

        // Spaces fill the header up, so that the data begin at a multiple of eight.
        byte[] header = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        if (header.Length > LongestHeader)
            throw new ArgumentException($"The names and metadata take {header.Length:N0} bytes; at most {LongestHeader:N0} fit.");
        header.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(header);
        return header;
    }

    private static void WriteTensor(Utf8JsonWriter json, WeightTensor tensor, long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", NameOf(tensor.Element));
        json.WriteStartArray("shape");
        foreach (int extent in tensor.Dimensions)
            json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.ByteLength);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string NameOf(WeightElement element) => element switch
    {
        WeightElement.Float32 => "F32",
        WeightElement.Float16 => "F16",
        WeightElement.BFloat16 => "BF16",
        WeightElement.Float64 => "F64",
        WeightElement.Int64 => "I64",
        WeightElement.Int32 => "I32",
        WeightElement.Int16 => "I16",
        WeightElement.Int8 => "I8",
        WeightElement.UInt8 => "U8",
        _ => "BOOL",
    };

    /// <summary>Walks the JSON of a header once, and checks each rule where it meets it.</summary>
    private ref struct HeaderReader(FileReader file, byte[] header)
    {
        private readonly long _dataStart = 8 + header.Length;
        private readonly List<(long Begin, long End, string Name, long At)> _ranges = [];
        private Utf8JsonReader _json = new(header);

        private readonly long At => 8 + _json.TokenStartIndex;

        public WeightContents Read()
        {
            WeightContents contents = new();
            bool hasMetadata = false;
            Expect(JsonTokenType.StartObject, "header", "is not a JSON object");
            while (Next() != JsonTokenType.EndObject)
            {
                long at = At;
                string name = Text("a name");
                if (name == MetadataName)
                {
                    if (hasMetadata)
                        throw file.Bad(at, $"the header has the key {name.Quoted()} twice.");
                    hasMetadata = true;
                    contents = contents with { Metadata = ReadMetadata() };
                }
                else
                {
                    file.Charge(WeightContents.TensorCost);
                    WeightTensor tensor = ReadTensor(name, at);
                    if (!contents.Tensors.TryAdd(name, tensor))
                        throw file.Bad(at, $"the header has the key {name.Quoted()} twice.");
                }
            }

            if (_json.Read())   // only white space may follow; anything else makes the reader throw or return true
                throw file.Bad(At, "something follows the header's JSON object.");
            CheckRanges();
            return contents;
        }

        private Dictionary<string, string> ReadMetadata()
        {
            Dictionary<string, string> metadata = new(StringComparer.Ordinal);
            Expect(JsonTokenType.StartObject, MetadataName, "is not an object");
            while (Next() != JsonTokenType.EndObject)
            {
                long at = At;
                string key = Text("a key");
                Expect(JsonTokenType.String, key, "has a value in the metadata that is not a string");
                file.Charge(128);
                if (!metadata.TryAdd(key, Text("a value")))
                    throw file.Bad(at, $"'{MetadataName}' has the key {key.Quoted()} twice.");
            }

            return metadata;
        }

        private WeightTensor ReadTensor(string name, long at)
        {
            Expect(JsonTokenType.StartObject, name, "is not described by an object");
            WeightElement? element = null;
            List<long>? shape = null;
            List<long>? offsets = null;
            while (Next() != JsonTokenType.EndObject)
            {
                if (element is null && _json.ValueTextEquals("dtype"))
                    element = ReadElement(name);
                else if (shape is null && _json.ValueTextEquals("shape"))
                    shape = ReadIntegers(name, "shape", WeightContents.MostAxes);
                else if (offsets is null && _json.ValueTextEquals("data_offsets"))
                    offsets = ReadIntegers(name, "data_offsets", 2);
                else
                    throw file.Bad(At, $"tensor {name.Quoted()} has an unknown or repeated field {Text("a field").Quoted()}.");
            }

            if (element is not WeightElement kind || shape is null || offsets is not [long begin, long end])
                throw file.Bad(at, $"tensor {name.Quoted()} lacks its dtype, its shape or its two data_offsets.");

            long bytes = SizeOf(name, at, kind, shape);
            if (end < begin || end - begin != bytes)
                throw file.Bad(at, $"tensor {name.Quoted()} has {bytes:N0} bytes, but data_offsets {begin:N0} and {end:N0}.");
            if (end > file.Length - _dataStart)
            {
                throw file.Bad(at, $"tensor {name.Quoted()} ends at byte {end:N0} of the data, which has only "
                    + $"{file.Length - _dataStart:N0}.");
            }

            _ranges.Add((begin, end, name, at));
            return new WeightTensor(name, [.. shape.Select(extent => (int)extent)], kind, file, _dataStart + begin, null);
        }

        private WeightElement ReadElement(string name)
        {
            Expect(JsonTokenType.String, name, "has a dtype that is not a string");
            foreach (WeightElement element in Elements)
            {
                if (_json.ValueTextEquals(NameOf(element)))
                    return element;
            }

            throw file.Bad(At, $"tensor {name.Quoted()} is of type {Text("a type").Quoted()}, which is not supported.");
        }

        private List<long> ReadIntegers(string name, string field, int most)
        {
            List<long> integers = new(Math.Min(most, 4));
            Expect(JsonTokenType.StartArray, name, "has a shape or data_offsets that are not an array");
            while (Next() != JsonTokenType.EndArray)
            {
                if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out long value) || value < 0)
                    throw file.Bad(At, $"the {field} of {name.Quoted()} holds something else than numbers from 0 to 2^63.");
                if (integers.Count == most)
                    throw file.Bad(At, $"the {field} of {name.Quoted()} has more than {most} numbers.");
                integers.Add(value);
            }

            return integers;
        }

        private readonly long SizeOf(string name, long at, WeightElement element, List<long> shape)
        {
            Int128 count = 1;
            foreach (long extent in shape)
            {
                // The product before is below 2^31 and an extent below 2^63: nothing can overflow.
                count *= extent;
                if (extent > int.MaxValue || count * element.SizeOf() > Array.MaxLength)
                    throw file.Bad(at, $"tensor {name.Quoted()} claims more than {Array.MaxLength:N0} bytes.");
            }

            return (long)count * element.SizeOf();
        }

        private readonly void CheckRanges()
        {
            _ranges.Sort();
            long expected = 0;
            foreach ((long begin, long end, string name, long at) in _ranges)
            {
                if (begin < expected)
                    throw file.Bad(at, $"tensor {name.Quoted()} begins at byte {begin:N0} of the data, within another.");
                if (begin > expected)
                    throw file.Bad(at, $"before tensor {name.Quoted()}, the data have a hole from {expected:N0} to {begin:N0}.");
                expected = end;
            }

            if (expected != file.Length - _dataStart)
            {
                throw file.Bad(_dataStart + expected, $"the tensors take {expected:N0} bytes, but {file.Length - _dataStart:N0} "
                    + "follow the header.");
            }
        }

        // Utf8JsonReader itself throws at the end of its input, so a token always follows.
        private JsonTokenType Next()
        {
            _json.Read();
            return _json.TokenType;
        }

        private void Expect(JsonTokenType type, string subject, string complaint)
        {
            if (Next() != type)
                throw file.Bad(At, $"{subject.Quoted()} {complaint}.");
        }

        private readonly string Text(string what)
        {
            file.Charge((2L * _json.ValueSpan.Length) + 32);
            return _json.GetString() ?? throw file.Bad(At, $"{what} is missing.");
        }
    }
}
