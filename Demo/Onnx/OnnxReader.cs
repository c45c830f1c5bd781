using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo.Onnx;

/// <summary>Reads an <see href="https://onnx.ai">ONNX</see> file. Field numbers are those of onnx.proto3.</summary>
/// <remarks>
/// Files come from strangers: nothing is executed, a part may not be longer than what it is part of, and how many parts there
/// are is bounded; values are kept once.
/// </remarks>
internal sealed class OnnxReader : IDisposable
{
    // A net of 1,202 layers has 50,000 parts. The parser goes no deeper than model, graph, node, attribute, tensor.
    private const int MostAxes = 8, MostParts = 500_000;

    private readonly OnnxModel _model;
    private readonly CodedInputStream _input;
    private uint _tag;
    private int _parts;

    private OnnxReader(string path, Stream stream)
    {
        (_model, _input) = (new OnnxModel(path), new CodedInputStream(stream, leaveOpen: true));
    }

    /// <exception cref="WeightFileException">The file is no ONNX model, or damaged.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static OnnxModel Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using OnnxReader reader = new(path, stream);
        try
        {
            reader.ReadFields(stream.Length, field =>
            {
                if (field == 7) reader.Message(reader.ReadGraph);
                else if (field == 14) reader.ReadMetadata();
                else return false;
                return true;
            });
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or OverflowException)
        {
            throw reader.Bad($"it is no ONNX model, or damaged ({error.Message})", error);
        }
        return reader._model.Nodes.Count > 0 ? reader._model : throw reader.Bad("it holds no graph: it is no ONNX model");
    }

    public void Dispose() => _input.Dispose();

    private WeightFileException Bad(string reason, Exception? inner = null) =>
        new(_model.Path, _input.Position, $"{reason}.", inner);

    private bool ReadGraph(int field)
    {
        switch (field)
        {
            case 1:
                _model.Nodes.Add(ReadNode());
                return true;
            case 5:
                OnnxTensor tensor = ReadTensor();
                if (!_model.Tensors.TryAdd(tensor.Name, tensor)) throw Bad($"it has two tensors called '{tensor.Name}'");
                return true;
            case 11:
                _model.Inputs.Add(ReadValue());
                return true;
            case 12:
                _model.Outputs.Add(ReadValue().Name);
                return true;
            default:
                return false;
        }
    }

    private OnnxNode ReadNode()
    {
        List<string> inputs = [], outputs = [];
        Dictionary<string, OnnxAttribute> attributes = [];
        string name = "", op = "", domain = "";
        Message(field =>
        {
            switch (field)
            {
                case 1: inputs.Add(_input.ReadString()); return true;
                case 2: outputs.Add(_input.ReadString()); return true;
                case 3: name = _input.ReadString(); return true;
                case 4: op = _input.ReadString(); return true;
                case 5:
                    OnnxAttribute attribute = ReadAttribute();
                    attributes[attribute.Name] = attribute;
                    return true;
                case 7: domain = _input.ReadString(); return true;
                default: return false;
            }
        });
        return new OnnxNode(name, domain.Length > 0 && domain != "ai.onnx" ? $"{domain}.{op}" : op, inputs, outputs, attributes);
    }

    private OnnxAttribute ReadAttribute()
    {
        OnnxAttribute attribute = new();
        List<long> integers = [];
        Message(field =>
        {
            switch (field)
            {
                case 1: attribute.Name = _input.ReadString(); return true;
                case 2: attribute.Number = _input.ReadFloat(); return true;
                case 3: attribute.Integer = _input.ReadInt64(); return true;
                case 4: attribute.Text = _input.ReadBytes().ToStringUtf8(); return true;
                case 5: attribute.Tensor = ReadTensor(); return true;
                case 8: ReadIntegers(integers); return true;
                default: return false;
            }
        });
        attribute.Integers = [.. integers];
        return attribute;
    }

    private OnnxTensor ReadTensor()
    {
        OnnxTensor tensor = new();
        List<long> extents = [], integers = [];
        bool isElsewhere = false;
        Message(field =>
        {
            switch (field)
            {
                case 1: ReadIntegers(extents); return true;
                case 2: tensor.Type = _input.ReadInt32(); return true;
                // Packed floats lie as raw ones do.
                case 4 or 9 when WireFormat.GetTagWireType(_tag) == WireFormat.WireType.LengthDelimited:
                    tensor.Raw = _input.ReadBytes();
                    return true;
                case 7: ReadIntegers(integers); return true;
                case 8: tensor.Name = _input.ReadString(); return true;
                case 13 or 14: isElsewhere = true; return false;
                default: return false;
            }
        });
        if (isElsewhere) throw Bad($"the values of '{tensor.Name}' lie in another file, which is not read");
        if (extents.Count > MostAxes) throw Bad($"the tensor '{tensor.Name}' has {extents.Count} axes");
        tensor.Extents = [.. extents];
        if (tensor.Raw.IsEmpty && integers.Count > 0)
            tensor.Raw = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(integers.ToArray()));
        return tensor;
    }

    private (string Name, long[] Extents) ReadValue()
    {
        string name = "";
        List<long> extents = [];
        Message(field =>
        {
            if (field == 1) name = _input.ReadString();
            else if (field == 2) Message(type => type == 1 && Message(tensor => tensor == 2 && Message(Extent)));
            else return false;
            return true;
        });
        return (name, [.. extents]);

        bool Extent(int field)
        {
            if (field != 1) return false;
            extents.Add(0);
            return Message(dimension =>
            {
                if (dimension != 1) return false;
                extents[^1] = _input.ReadInt64();
                return true;
            });
        }
    }

    private void ReadMetadata()
    {
        string key = "", value = "";
        Message(field =>
        {
            if (field == 1) key = _input.ReadString();
            else if (field == 2) value = _input.ReadString();
            else return false;
            return true;
        });
        _model.Metadata[key] = value;
    }

    // One by one, or packed.
    private void ReadIntegers(List<long> integers)
    {
        if (WireFormat.GetTagWireType(_tag) == WireFormat.WireType.Varint)
        {
            integers.Add(_input.ReadInt64());
            return;
        }
        long end = End();
        while (_input.Position < end) integers.Add(_input.ReadInt64());
    }

    private bool Message(Func<int, bool> read)
    {
        ReadFields(End(), read);
        return true;
    }

    private long End()
    {
        int length = _input.ReadLength();
        if (length < 0) throw Bad("a length is negative");
        return _input.Position + length;
    }

    // Fields that nobody asks for are skipped.
    private void ReadFields(long end, Func<int, bool> read)
    {
        while (_input.Position < end)
        {
            uint tag = _tag = _input.ReadTag();
            if (tag == 0) throw Bad("it ends too early");
            if (++_parts > MostParts) throw Bad($"it has more than {MostParts:N0} parts; no network that is known here has");
            if (!read(WireFormat.GetTagFieldNumber(tag))) _input.SkipLastField();
        }
        if (_input.Position > end) throw Bad("a part of it is longer than what it is part of");
    }
}
