using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo.Onnx;

/// <summary>
/// Writes a network with its weights as an <see href="https://onnx.ai">ONNX</see> file: opset 17, "image" (N, C, H, W) in, as the
/// weights want it normalised, "logits" (N, classes) out; how photos are prepared stands in the file's metadata. Tensors keep
/// PyTorch's names.
/// </summary>
/// <remarks>Values are copied from the weights file one tensor at a time. Field numbers are those of onnx.proto3.</remarks>
internal static class OnnxExport
{
    private const int Opset = 17, IrVersion = 8;

    // What a protocol buffer's reader accepts.
    private const long MostBytes = int.MaxValue;

    /// <exception cref="WeightFileException">The weights are not those of the network.</exception>
    /// <exception cref="InvalidDataException">The file would be longer than 2 GiB, which the format does not allow.</exception>
    public static void Write(string path, ModelCard card, WeightFile weights)
    {
        NetworkConfig net = card.Network;
        Graph graph = new();
        Tensor image = graph.Input("image", new(new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize)));
        Tensor logits = net.Append(graph, image);
        IReadOnlyDictionary<string, WeightTensor> tensors = WeightMatch.Match(
            weights, [.. graph.Parameters.Select(parameter => (parameter.Name, parameter.Dimensions))]);

        GraphWriter nodes = new();
        foreach (Node node in graph.Nodes) nodes.Add(node);
        List<byte[]> parts = [.. nodes.Parts, Text(2, net.Name), .. nodes.Constants];
        List<(byte[] Head, WeightTensor Tensor)> initializers =
            [.. graph.Parameters.Select(parameter => Head(parameter, tensors))];
        byte[][] ends =
        [
            Message(11, Value("image", net.ImageChannels, net.ImageSize, net.ImageSize)),
            Message(12, Value(nodes.NameOf(logits), net.Classes)),
        ];
        long length = parts.Concat(ends).Sum(part => (long)part.Length)
            + initializers.Sum(initializer => initializer.Head.Length + 4 * initializer.Tensor.Count);

        byte[] model =
        [
            .. Field(1, IrVersion), .. Text(2, "ResNetVulkan"), .. Message(8, [.. Text(1, ""), .. Field(2, Opset)]),
            .. card.ToMetadata().SelectMany(entry => Message(14, [.. Text(1, entry.Key), .. Text(2, entry.Value)])),
            .. Begin(7, length),
        ];
        if (length + model.Length > MostBytes)
        {
            throw new InvalidDataException(
                $"{net.Name} would take {length + model.Length:N0} bytes; an ONNX file holds at most {MostBytes:N0}.");
        }
        AtomicFile.Write(path, stream =>
        {
            stream.Write(model);
            foreach (byte[] part in parts) stream.Write(part);
            foreach ((byte[] head, WeightTensor tensor) in initializers)
            {
                stream.Write(head);
                stream.Write(MemoryMarshal.AsBytes<float>(tensor.ToFloats()));
            }
            foreach (byte[] end in ends) stream.Write(end);
        });
    }

    // All of an initializer but its values, which come last.
    private static (byte[] Head, WeightTensor Tensor) Head(Parameter parameter, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        WeightTensor tensor = tensors[parameter.Name];
        long bytes = 4 * tensor.Count;
        byte[] described =
        [
            .. parameter.Dimensions.SelectMany(extent => Field(1, extent)), .. Field(2, OnnxTensor.Float32),
            .. Text(8, parameter.Name), .. Begin(9, bytes),
        ];
        return ([.. Begin(5, described.Length + bytes), .. described], tensor);
    }

    private static byte[] Value(string name, params int[] extents)
    {
        byte[] shape = [.. Message(1, Text(2, "N")), .. extents.SelectMany(extent => Message(1, Field(1, extent)))];
        return [.. Text(1, name), .. Message(2, Message(1, [.. Field(1, OnnxTensor.Float32), .. Message(2, shape)]))];
    }

    private static byte[] Made(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true)) write(output);
        return stream.ToArray();
    }

    // A field of so many bytes that follow.
    private static byte[] Begin(int field, long length) => Made(output =>
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteUInt64((ulong)length);
    });

    private static byte[] Message(int field, byte[] content) => [.. Begin(field, content.Length), .. content];

    private static byte[] Text(int field, string text) => Made(output =>
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    });

    private static byte[] Field(int field, long value) => Made(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    });

    // A graph's nodes, named after what they make.
    private sealed class GraphWriter
    {
        private readonly Dictionary<Tensor, string> _names = [];

        public List<byte[]> Parts { get; } = [];

        public List<byte[]> Constants { get; } = [];

        public string NameOf(Tensor tensor) => _names.GetValueOrDefault(tensor, tensor.Name);

        public void Add(Node node)
        {
            Shape x = node.Inputs[0].Shape;
            string name = node.Name;
            string[] inputs = [.. node.Inputs.Select(NameOf)];
            switch (node.Op)
            {
                case Conv2d conv:
                    Append(node, "Conv", inputs, Extents(conv.Window), Integer("group", conv.Groups));
                    break;
                case BatchNorm norm:
                    Append(node, "BatchNormalization", inputs, Number("epsilon", norm.Epsilon));
                    break;
                case Relu:
                    Append(node, "Relu", inputs);
                    break;
                case Ops.Add:
                    Append(node, "Add", inputs);
                    break;
                case MaxPool2d pool:
                    Append(node, "MaxPool", inputs, Extents(pool.Window), Integer("ceil_mode", pool.CeilMode ? 1 : 0));
                    break;
                case AvgPool2d pool when pool == AvgPool2d.Global(x):
                    Append(node, "GlobalAveragePool", inputs);
                    break;
                case Subsample subsample:
                    long before = (subsample.Channels - x.C) / 2;
                    Append(
                        $"{name}.slice", "Slice",
                        [
                            inputs[0], Constant($"{name}.starts", 0, 0), Constant($"{name}.ends", int.MaxValue, int.MaxValue),
                            Constant($"{name}.axes", 2, 3), Constant($"{name}.steps", subsample.Stride, subsample.Stride),
                        ]);
                    Append(node, "Pad", [$"{name}.slice", Constant($"{name}.pads", 0, before, 0, 0, 0, before, 0, 0)]);
                    break;
                case Flatten:
                    Append(node, "Flatten", inputs, Integer("axis", 1));
                    break;
                case Linear:
                    if (node.Inputs[0].Producer?.Op is AvgPool2d)
                    {
                        Append($"{name}.flat", "Flatten", inputs[..1], Integer("axis", 1));
                        inputs[0] = $"{name}.flat";
                    }
                    Append(node, "Gemm", inputs, Integer("transB", 1));
                    break;
                case Dropout:
                    _names[node.Outputs[0]] = inputs[0];        // passes everything
                    break;
                default:
                    throw new ArgumentException($"{node.Op} has no form in ONNX here.");
            }
        }

        private static byte[] Extents(Window window) =>
        [
            .. Integers("kernel_shape", window.Height, window.Width), .. Integers("strides", window.StrideY, window.StrideX),
            .. Integers("pads", window.PaddingY, window.PaddingX, window.PaddingY, window.PaddingX),
            .. Integers("dilations", window.DilationY, window.DilationX),
        ];

        // A tensor of whole numbers that an operation takes as an input.
        private string Constant(string name, params long[] values)
        {
            byte[] raw = MemoryMarshal.AsBytes<long>(values).ToArray();
            Constants.Add(Message(
                5, [.. Field(1, values.Length), .. Field(2, OnnxTensor.Int64), .. Text(8, name), .. Message(9, raw)]));
            return name;
        }

        private void Append(Node node, string op, string[] inputs, params byte[][] attributes) =>
            Append(node.Outputs[0].Name, op, inputs, attributes);

        private void Append(string output, string op, string[] inputs, params byte[][] attributes) => Parts.Add(Message(
            1,
            [
                .. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(3, output), .. Text(4, op),
                .. attributes.SelectMany(attribute => attribute),
            ]));

        private static byte[] Integer(string name, long value) => Attribute(name, 2, Field(3, value));

        private static byte[] Number(string name, float value) => Attribute(name, 1, Made(output =>
        {
            output.WriteTag(2, WireFormat.WireType.Fixed32);
            output.WriteFloat(value);
        }));

        private static byte[] Integers(string name, params long[] values) =>
            Attribute(name, 7, [.. values.SelectMany(value => Field(8, value))]);

        private static byte[] Attribute(string name, int type, byte[] value) =>
            Message(5, [.. Text(1, name), .. value, .. Field(20, type)]);
    }
}
