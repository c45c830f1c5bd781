using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo.Onnx;

/// <summary>
/// Weights from an ONNX file, as PyTorch exports ResNets, ResNeXts and VGGs: which network it is follows from the graph alone,
/// whose tensors need not have kept their names; a batch norm that was folded into its convolution becomes one that changes
/// nothing but adds the bias.
/// </summary>
internal static class OnnxImport
{
    private const float Epsilon = 1e-5f;        // of our batch norms

    /// <summary>The weights under our names, and what is known of them.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="named">The network that it must be; without one, all that have names are tried.</param>
    /// <exception cref="WeightFileException">The file is damaged, holds unknown operations, or none of our networks.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static (ModelCard Card, IReadOnlyList<WeightTensor> Tensors) Read(string path, NetworkConfig? named = null)
    {
        OnnxModel model = OnnxReader.Read(path);
        OnnxLayer<OnnxNode> last = new Reader(model).Last();
        (long channels, long size) = ImageOf(model, last);
        long classes = LastLinear(last) is { } head ? Weight(model, head, 1).Extents[head.Integer("transB", 0) == 1 ? 0 : 1] : 0;

        string? name = model.Metadata.GetValueOrDefault("model");
        IEnumerable<NetworkConfig> candidates = named is not null ? [named]
            : Known(name) is { } said ? [said, .. NetworkConfig.All] : NetworkConfig.All;
        string nearest = "";
        foreach (NetworkConfig known in candidates)
        {
            NetworkConfig net = known with
            {
                Classes = classes is > 0 and < 1 << 20 ? (int)classes : known.Classes,
                ImageChannels = channels is > 0 and < 1 << 10 ? (int)channels : known.ImageChannels,
                ImageSize = size is > 0 and <= 4096 ? (int)size : known.ImageSize,
            };
            Graph graph = new();
            OnnxLayer<Node> ours;
            try
            {
                Tensor image = graph.Input("image", new(new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize)));
                ours = OnnxForms.Of(graph, net.Append(graph, image));
            }
            catch (ShapeException)
            {
                continue;       // too small an image for this one
            }
            if (OnnxForms.Match(ours, last, out string difference) is { } pairs)
            {
                List<string> order = [.. graph.Parameters.Select(parameter => parameter.Name)];
                return (CardOf(net), [.. Weights(model, pairs).OrderBy(tensor => order.IndexOf(tensor.Name))]);
            }
            if (named is not null || known.Name == name) nearest = $" {known.Name}: {difference}.";
        }
        throw model.Bad(
            "its graph is none of the networks here" + (named is null ? "; --model says which it should be" : "") +
            (nearest.Length > 0 ? $".{nearest.TrimEnd('.')}" : ""));

        // Our own files say how photos are prepared.
        ModelCard CardOf(NetworkConfig net)
        {
            ModelCard card = ModelCard.For(net);
            try
            {
                return Known(name) is not null
                    ? card.With(model.Metadata)
                    : card with { Source = $"imported from {Path.GetFileName(path)}" };
            }
            catch (InvalidDataException error)
            {
                throw model.Bad(error.Message.TrimEnd('.'));
            }
        }
    }

    private static NetworkConfig? Known(string? name)
    {
        try
        {
            return name is null ? null : NetworkConfig.Find(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static (long Channels, long Size) ImageOf(OnnxModel model, OnnxLayer<OnnxNode> last)
    {
        long[] extents = model.Inputs.Where(input => !model.Tensors.ContainsKey(input.Name)).Select(input => input.Extents)
            .FirstOrDefault(extents => extents.Length == 4, [0, 0, 0, 0]);
        return (extents[1] > 0 ? extents[1] : FirstChannels(last), extents[2] == extents[3] ? extents[2] : 0);

        static long FirstChannels(OnnxLayer<OnnxNode> layer)
        {
            while (layer.Inputs.Length > 0 && layer.Inputs[0].Form != OnnxForms.Image) layer = layer.Inputs[0];
            return layer.Form.Split(' ') is ["convolution", string channels, ..] ? long.Parse(channels) : 0;
        }
    }

    private static OnnxNode? LastLinear(OnnxLayer<OnnxNode> last) => last.Source is { Op: "Gemm" } head ? head : null;

    private static IEnumerable<WeightTensor> Weights(
        OnnxModel model, Dictionary<OnnxLayer<Node>, OnnxLayer<OnnxNode>> pairs)
    {
        foreach ((OnnxLayer<Node> ours, OnnxLayer<OnnxNode> theirs) in pairs)
        {
            switch (ours.Source.Op)
            {
                case Conv2d conv:
                    Parameter weight = ours.Source.Inputs[1].Parameter!;
                    yield return Make(weight, Weight(model, theirs.Source, 1).Floats);
                    float[] bias = theirs.Source.Inputs.Count > 2
                        ? [.. Weight(model, theirs.Source, 2).Floats]
                        : new float[weight.Shape.N];
                    if (conv.HasBias) yield return Make(ours.Source.Inputs[2].Parameter!, bias);
                    if (ours.Norm is { } norm)
                    {
                        float[] left = conv.HasBias ? [] : bias;
                        foreach (WeightTensor tensor in Norm(model, norm, theirs.Norm, left)) yield return tensor;
                    }
                    else if (theirs.Norm is not null)
                    {
                        throw model.Bad($"the network has no batch norm where '{theirs.Norm.Name}' stands");
                    }
                    break;
                case BatchNorm:
                    foreach (WeightTensor tensor in Norm(model, ours.Source, theirs.Source, [])) yield return tensor;
                    break;
                case Linear:
                    Parameter matrix = ours.Source.Inputs[1].Parameter!, vector = ours.Source.Inputs[2].Parameter!;
                    float[] values = [.. Weight(model, theirs.Source, 1).Floats];
                    if (theirs.Source.Integer("transB", 0) == 0) values = Transpose(values, matrix.Shape.C, matrix.Shape.N);
                    yield return Make(matrix, values);
                    bool hasBias = theirs.Source.Inputs.Count > 2;
                    yield return Make(vector, hasBias ? Weight(model, theirs.Source, 2).Floats : new float[matrix.Shape.N]);
                    break;
            }
        }

        WeightTensor Make(Parameter parameter, ReadOnlySpan<float> values) => values.Length == parameter.Shape.Count
            ? WeightTensor.FromFloats(parameter.Name, parameter.Dimensions, values)
            : throw model.Bad($"{values.Length:N0} values were found for '{parameter.Name}' {parameter.Shape}");
    }

    // Ours, from one behind the same convolution, or from the bias that was left when it was folded. A convolution's own bias,
    // where ours has none, moves the mean.
    private static IEnumerable<WeightTensor> Norm(OnnxModel model, Node ours, OnnxNode? theirs, float[] bias)
    {
        int channels = ours.Outputs[0].Shape.C;
        float[][] values = theirs is null
            ?
            [
                Repeat(1), bias.Length > 0 ? bias : Repeat(0), Repeat(0), Repeat(1 - Epsilon),
            ]
            : [.. Enumerable.Range(1, 4).Select(input => Weight(model, theirs, input).Floats.ToArray())];
        if (theirs is not null)
        {
            float epsilon = theirs.Number("epsilon", Epsilon);
            if (epsilon != Epsilon) values[3] = Array.ConvertAll(values[3], value => value + (epsilon - Epsilon));
            for (int i = 0; i < bias.Length; i++) values[2][i] -= bias[i];
        }
        for (int i = 0; i < 4; i++)
        {
            Parameter parameter = ours.Inputs[1 + i].Parameter!;
            if (values[i].Length != channels) throw model.Bad($"{values[i].Length:N0} values were found for '{parameter.Name}'");
            yield return WeightTensor.FromFloats(parameter.Name, parameter.Dimensions, values[i]);
        }

        float[] Repeat(float value) => [.. Enumerable.Repeat(value, channels)];
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        float[] turned = new float[values.Length];
        for (int i = 0; i < values.Length; i++) turned[i % columns * rows + i / columns] = values[i];
        return turned;
    }

    private static OnnxTensor Weight(OnnxModel model, OnnxNode node, int input)
    {
        string name = input < node.Inputs.Count ? node.Inputs[input] : "";
        if (!model.Tensors.TryGetValue(name, out OnnxTensor? tensor) || tensor.Type != OnnxTensor.Float32 || !tensor.IsWhole)
            throw model.Bad($"input {input} of {node.Op} '{node.Name}' is no whole float32 tensor of the file");
        return tensor;
    }

    // Walks the nodes once, in order.
    private sealed class Reader(OnnxModel model)
    {
        private const string Slice = "slice ";

        private readonly Dictionary<string, OnnxLayer<OnnxNode>> _made = [];
        private readonly Dictionary<string, int> _readers = [];
        private readonly SortedDictionary<string, int> _unknown = [];

        public OnnxLayer<OnnxNode> Last()
        {
            foreach ((string name, _) in model.Inputs.Where(input => !model.Tensors.ContainsKey(input.Name)))
                _made[name] = new OnnxLayer<OnnxNode>(OnnxForms.Image, null!);
            foreach (string input in model.Nodes.SelectMany(node => node.Inputs))
                _readers[input] = _readers.GetValueOrDefault(input) + 1;
            foreach (OnnxNode node in model.Nodes) Read(node);
            if (_unknown.Count > 0)
            {
                throw model.Bad(
                    "it holds operations that no network here has: " +
                    string.Join(", ", _unknown.Select(pair => pair.Value > 1 ? $"{pair.Key} ({pair.Value} times)" : pair.Key)));
            }
            return model.Outputs.Count == 1 && _made.TryGetValue(model.Outputs[0], out OnnxLayer<OnnxNode>? last)
                ? last
                : throw model.Bad($"a network here has one output; this has {model.Outputs.Count}");
        }

        private void Read(OnnxNode node)
        {
            if (node.Op == "Constant")
            {
                if (node.Attributes.TryGetValue("value", out OnnxAttribute? value) && value.Tensor is { } tensor)
                    model.Tensors[node.Outputs[0]] = tensor;
                return;
            }
            OnnxLayer<OnnxNode>[] inputs =
                [.. node.Inputs.Where(_made.ContainsKey).Select(name => _made[name])];
            if (inputs.Length == 0 || node.Outputs.Count == 0)
            {
                OnnxTensor[] constants =
                    [.. node.Inputs.Where(model.Tensors.ContainsKey).Select(name => model.Tensors[name])];
                bool isConstant = constants.Length == node.Inputs.Count && constants.Length > 0 && node.Outputs.Count == 1;
                if (isConstant && OnnxConstants.Fold(node, constants) is { } folded) model.Tensors[node.Outputs[0]] = folded;
                else Unknown(node);
                return;
            }
            OnnxLayer<OnnxNode> x = inputs[0];
            if (node.Op == "BatchNormalization" && x is { Source.Op: "Conv", Norm: null } && _readers[node.Inputs[0]] == 1)
            {
                x.Norm = node;
                _made[node.Outputs[0]] = x;
                return;
            }
            string? form = node.Op switch
            {
                "Conv" when Weight(model, node, 1).Extents is [long k, long c, _, _] && WindowOf(node) is { } window =>
                    OnnxForms.Conv(k, c * node.Integer("group", 1), window, node.Integer("group", 1)),
                "BatchNormalization" => OnnxForms.Norm(Weight(model, node, 1).Extents[0]),
                "Relu" => OnnxForms.Relu,
                "Add" when inputs.Length == 2 => OnnxForms.Add,
                "MaxPool" when WindowOf(node) is { } window => OnnxForms.MaxPool(window, node.Integer("ceil_mode", 0) == 1),
                "GlobalAveragePool" => OnnxForms.GlobalAverage,
                "ReduceMean" when Axes(node) => OnnxForms.GlobalAverage,
                "Gemm" when IsLinear(node) && Weight(model, node, 1).Extents is [long a, long b] =>
                    node.Integer("transB", 0) == 1 ? OnnxForms.Linear(a, b) : OnnxForms.Linear(b, a),
                "Slice" when Stride(node) is > 0 and long stride => $"{Slice}{stride}",
                "Pad" when Before(node) is >= 0 and long before =>
                    OnnxForms.Subsample(IsSlice(x) ? long.Parse(x.Form[Slice.Length..]) : 1, before),
                "AveragePool" when WindowOf(node) == Window.Square(1) => "",
                "Flatten" or "Reshape" or "Squeeze" or "Identity" or "Dropout" => "",
                _ => null,
            };
            if (form is null) Unknown(node);
            _made[node.Outputs[0]] = form switch
            {
                "" or null => x,
                // A stride along each axis: two slices are one.
                _ when node.Op == "Slice" && x.Form == form => x,
                _ when node.Op == "Pad" => new OnnxLayer<OnnxNode>(form, node, IsSlice(x) ? x.Inputs : inputs),
                _ => new OnnxLayer<OnnxNode>(form, node, inputs),
            };
        }

        private static bool IsSlice(OnnxLayer<OnnxNode> layer) => layer.Form.StartsWith(Slice, StringComparison.Ordinal);

        private void Unknown(OnnxNode node)
        {
            string shown = $"{(node.Op.Length > 60 ? node.Op[..60] : node.Op)}";
            _unknown[shown] = _unknown.GetValueOrDefault(shown) + 1;
        }

        // Only padding that is alike on both sides, and what the kernel's extents say or the weight's.
        private Window? WindowOf(OnnxNode node)
        {
            long[] kernel = node.Integers("kernel_shape");
            if (kernel.Length == 0 && node.Op == "Conv") kernel = Weight(model, node, 1).Extents[2..];
            long[] strides = node.Integers("strides", 1, 1), dilations = node.Integers("dilations", 1, 1);
            long[] pads = node.Integers("pads", 0, 0, 0, 0);
            bool isPlain = node.Attributes.GetValueOrDefault("auto_pad")?.Text is null or "" or "NOTSET";
            if (kernel.Length != 2 || strides.Length != 2 || dilations.Length != 2 || pads.Length != 4 || !isPlain) return null;
            if (pads[0] != pads[2] || pads[1] != pads[3]) return null;
            if (kernel.Concat(strides).Concat(dilations).Concat(pads).Any(extent => extent is < 0 or > 4096)) return null;
            return new Window(
                (int)kernel[0], (int)kernel[1], (int)strides[0], (int)strides[1], (int)pads[0], (int)pads[1], (int)dilations[0],
                (int)dilations[1]);
        }

        private static bool IsLinear(OnnxNode node) =>
            node.Number("alpha", 1) == 1 && node.Number("beta", 1) == 1 && node.Integer("transA", 0) == 0;

        private static bool Axes(OnnxNode node) => node.Integers("axes") is [2, 3] or [-2, -1] or [-1, -2];

        private long Stride(OnnxNode node)
        {
            long[] starts = Constant(node, 1), axes = Constant(node, 3), steps = Constant(node, 4);
            bool isSpatial = axes.Length > 0 && axes.All(axis => axis is 2 or 3 or -1 or -2) && starts.All(start => start == 0);
            return isSpatial && steps.Length == axes.Length && steps.Distinct().Count() == 1 ? steps[0] : 0;
        }

        // Zeros in front of the channels and as many behind them, and nowhere else.
        private long Before(OnnxNode node) =>
            Constant(node, 1) is [0, long before, 0, 0, 0, long behind, 0, 0] && before == behind ? before : -1;

        private long[] Constant(OnnxNode node, int input) =>
            input < node.Inputs.Count && model.Tensors.TryGetValue(node.Inputs[input], out OnnxTensor? tensor)
                && tensor is { Type: OnnxTensor.Int64, IsWhole: true, Raw.Length: <= 1024 } ? tensor.Integers.ToArray() : [];
    }
}
