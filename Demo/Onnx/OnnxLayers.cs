using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Demo.Onnx;

/// <summary>
/// A step of a network as both sides have it, so that two networks can be held against each other: what it does, in words that
/// do not depend on names, and which steps it reads. A batch norm right behind a convolution belongs to it, as exporters fold the
/// one into the other.
/// </summary>
/// <typeparam name="TSource">What a step comes from: a node of ours, or of an ONNX file.</typeparam>
internal sealed class OnnxLayer<TSource>(string form, TSource source, params OnnxLayer<TSource>[] inputs)
    where TSource : class
{
    public string Form { get; } = form;

    public TSource Source { get; } = source;

    public OnnxLayer<TSource>[] Inputs { get; } = inputs;

    /// <summary>The batch norm behind a convolution.</summary>
    public TSource? Norm { get; set; }
}

/// <summary>What steps do, in words.</summary>
internal static class OnnxForms
{
    public const string Image = "the image", Relu = "ReLU", Add = "addition", GlobalAverage = "global average";

    public static string Conv(long outputs, long inputs, Window window, long groups) =>
        $"convolution {inputs} to {outputs}, {window}{(groups > 1 ? $", {groups} groups" : "")}";

    public static string Norm(long channels) => $"batch norm of {channels}";

    public static string MaxPool(Window window, bool ceil) => $"max pool {window}{(ceil ? " ceil" : "")}";

    public static string Linear(long outputs, long inputs) => $"linear layer {inputs} to {outputs}";

    public static string Subsample(long stride, long before) =>
        $"every pixel in {stride}, {before} channels of zeros on each side";

    /// <summary>The last step of a graph as a model states it: before any rewrite.</summary>
    /// <exception cref="ArgumentException">There is no word for an operation.</exception>
    public static OnnxLayer<Node> Of(Graph graph, Tensor output)
    {
        Dictionary<Tensor, OnnxLayer<Node>> made = [];
        foreach (Node node in graph.Nodes)
        {
            OnnxLayer<Node>[] inputs =
            [
                .. node.Inputs.Where(tensor => tensor.Parameter is null)
                    .Select(tensor => made.GetValueOrDefault(tensor) ?? new OnnxLayer<Node>(Image, null!)),
            ];
            Shape x = node.Inputs[0].Shape, y = node.Outputs[0].Shape;
            if (node.Op is BatchNorm && inputs[0] is { Source.Op: Conv2d, Norm: null } conv && node.Inputs[0].Readers.Count == 1)
            {
                conv.Norm = node;
                made.Add(node.Outputs[0], conv);
                continue;
            }
            string? form = node.Op switch
            {
                Conv2d op => Conv(y.C, x.C, op.Window, op.Groups),
                BatchNorm => Norm(y.C),
                Ops.Relu => Relu,
                Ops.Add => Add,
                MaxPool2d op => MaxPool(op.Window, op.CeilMode),
                AvgPool2d op when op == AvgPool2d.Global(x) => GlobalAverage,
                Ops.Linear => Linear(y.C, x.C),
                Subsample op => Subsample(op.Stride, (op.Channels - x.C) / 2),
                Dropout or Flatten => null,
                _ => throw new ArgumentException($"{node.Op} has no form in ONNX here."),
            };
            made.Add(node.Outputs[0], form is null ? inputs[0] : new OnnxLayer<Node>(form, node, inputs));
        }
        return made[output];
    }

    /// <summary>
    /// Which step of one network is which of the other: from the last on backwards; where two are added, in either order.
    /// </summary>
    /// <returns>Pairs of ours and theirs; null if the networks differ, and then the first difference.</returns>
    public static Dictionary<OnnxLayer<Node>, OnnxLayer<OnnxNode>>? Match(
        OnnxLayer<Node> ours, OnnxLayer<OnnxNode> theirs, out string difference)
    {
        Dictionary<OnnxLayer<Node>, OnnxLayer<OnnxNode>> pairs = [];
        List<OnnxLayer<Node>> order = [];
        string first = "";
        bool isSame = Same(ours, theirs);
        difference = first;
        return isSame ? pairs : null;

        bool Same(OnnxLayer<Node> a, OnnxLayer<OnnxNode> b)
        {
            if (pairs.TryGetValue(a, out OnnxLayer<OnnxNode>? known)) return known == b;
            if (a.Form == Image || b.Form == Image) return a.Form == b.Form;
            if (a.Form != b.Form || a.Inputs.Length != b.Inputs.Length)
            {
                if (first.Length == 0) first = $"where it has '{b.Form}', the network has '{a.Form}'";
                return false;
            }
            pairs.Add(a, b);
            order.Add(a);
            int mark = order.Count;
            if (a.Inputs.Zip(b.Inputs).All(pair => Same(pair.First, pair.Second))) return true;
            Forget(mark);
            if (a.Inputs.Length == 2 && Same(a.Inputs[0], b.Inputs[1]) && Same(a.Inputs[1], b.Inputs[0])) return true;
            Forget(mark - 1);
            return false;
        }

        void Forget(int mark)
        {
            foreach (OnnxLayer<Node> layer in order.Skip(mark)) pairs.Remove(layer);
            order.RemoveRange(mark, order.Count - mark);
        }
    }
}
