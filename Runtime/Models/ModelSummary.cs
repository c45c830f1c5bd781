using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Models;

/// <summary>One layer of a model.</summary>
/// <param name="Name">As in PyTorch's module tree.</param>
/// <param name="Type">What it does.</param>
/// <param name="Output">What it makes.</param>
/// <param name="Parameters">How many numbers training learns here; running statistics do not count.</param>
/// <param name="MultiplyAdds">Of one run, as the papers count them: convolutions and linear layers.</param>
public sealed record LayerSummary(string Name, string Type, Shape Output, long Parameters, long MultiplyAdds);

/// <summary>A part of a model as the papers' tables have it: the stem, a stage of blocks, a layer of the head.</summary>
/// <param name="Name">
/// "stem", "stem pool", PyTorch's name of a ResNet's stage or head ("layer1", "avgpool", "fc"), "block 1" of a VGG.
/// </param>
/// <param name="Content">What it consists of: "[1x1, 64; 3x3, 64; 1x1, 256] x 3".</param>
/// <param name="Output">What it makes.</param>
/// <param name="Layers">How many layers the papers count in it: convolutions and linear layers on the main path.</param>
/// <param name="Parameters">How many numbers training learns in it.</param>
/// <param name="MultiplyAdds">Of one run.</param>
public sealed record StageSummary(string Name, string Content, Shape Output, int Layers, long Parameters, long MultiplyAdds);

/// <summary>A model as it is stated: before any rewrite.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Input">The image that it was laid out for.</param>
/// <param name="Layers">In order.</param>
/// <param name="Stages">In order; each sums up some of the layers.</param>
public sealed record ModelSummary(
    string Model, Shape Input, IReadOnlyList<LayerSummary> Layers, IReadOnlyList<StageSummary> Stages)
{
    /// <summary>
    /// What the count of layers in <see cref="LayerCount"/> consists of: the stem's, those of a block times the blocks of each
    /// stage, the head's. "1 + 3 x (3 + 4 + 23 + 3) + 1".
    /// </summary>
    public required string LayerFormula { get; init; }

    /// <summary>
    /// The modules as PyTorch prints a model, with torchvision's names: several lines, with no end of line behind the last.
    /// </summary>
    /// <remarks>
    /// It is torchvision's own text for its networks, but for a VGG's pool to 7x7, which is not here. Blocks of another ordering
    /// than torchvision's have their ReLUs where they run. Additions, a VGG's flattening and the last ReLU of pre-activated
    /// networks are no modules.
    /// </remarks>
    public required string Tree { get; init; }

    /// <summary>How many numbers training learns.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>Multiply-adds of one run.</summary>
    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>
    /// Layers as the papers count them, the 101 of ResNet-101: convolutions and linear layers on the main path. Projections in
    /// shortcuts do not count.
    /// </summary>
    public int LayerCount => Stages.Sum(stage => stage.Layers);

    /// <summary>Lays a network out for an image.</summary>
    /// <exception cref="ShapeException">The image does not fit the network.</exception>
    public static ModelSummary Of(NetworkConfig net, Shape input)
    {
        Graph graph = new();
        net.Append(graph, graph.Input("image", new TensorType(input)));
        HashSet<Parameter> counted = [];
        LayerSummary[] layers = [.. graph.Nodes.Select(Layer)];
        return new ModelSummary(net.Name, input, layers, [.. Walk(graph.Nodes, layers)])
        {
            LayerFormula = net.LayerFormula, Tree = ModuleTree.Print(net, graph),
        };

        LayerSummary Layer(Node node) => new(
            node.Name, node.Op.ToString()!, node.Outputs[0].Shape,
            node.Inputs.Select(input => input.Parameter)
                .Where(parameter => parameter is { Kind: not ParameterKind.Statistic } && counted.Add(parameter))
                .Sum(parameter => parameter!.Shape.Count),
            node.Op.MultiplyAdds(node.Inputs, node.Outputs));
    }

    private static IEnumerable<StageSummary> Walk(IReadOnlyList<Node> nodes, LayerSummary[] layers)
    {
        int pools = 0;      // each ends a block of a VGG
        for (int begin = 0, end; begin < nodes.Count; begin = end)
        {
            string name = Part(nodes[begin], pools);
            for (end = begin; end < nodes.Count && Part(nodes[end], pools) == name; end++)
                if (nodes[end].Op is MaxPool2d) pools++;
            Node[] part = [.. nodes.Skip(begin).Take(end - begin)];
            // A ResNet's pool leaves one pixel, so nothing runs to flatten it; PyTorch's users know the step.
            if (begin > 0 && nodes[begin - 1] is { Op: AvgPool2d } pool)
                yield return new StageSummary("flatten", "", pool.Outputs[0].Shape, 0, 0, 0);
            yield return new StageSummary(
                name, Content(part), part[^1].Outputs[0].Shape, part.Count(IsCounted),
                layers[begin..end].Sum(layer => layer.Parameters), layers[begin..end].Sum(layer => layer.MultiplyAdds));
        }
    }

    private static string Part(Node node, int pools)
    {
        string first = node.Name.Split('.')[0];
        return first switch
        {
            "conv1" or "bn1" or "relu" => "stem",
            "maxpool" => "stem pool",
            "features" => $"block {pools + 1}",
            "classifier" => node.Name,
            _ => first,
        };
    }

    private static bool IsCounted(Node node) =>
        node.Op is Linear || (node.Op is Conv2d && !node.Name.Contains(".downsample.", StringComparison.Ordinal));

    // As in the papers' tables.
    private static string Content(Node[] part)
    {
        string[] names = [.. part.Select(node => node.Name.Split('.') is [_, var block, _, ..] ? block : "").Distinct()];
        if (!part[0].Name.StartsWith("layer", StringComparison.Ordinal))
            return string.Join("; ", part.Select(node => Words(node, part.Length == 1)).OfType<string>());

        IEnumerable<string> convolutions = part
            .Where(node => IsCounted(node) && node.Name.Split('.')[1] == names[^1]).Select(node => Words(node, false)!);
        return $"[{string.Join("; ", convolutions)}] x {names.Length}";
    }

    // Batch norms and ReLUs go without saying, but where they stand alone.
    private static string? Words(Node node, bool isAlone) => node.Op switch
    {
        Conv2d conv => $"{conv.Window.Height}x{conv.Window.Width}, {node.Outputs[0].Shape.C}{Stride(conv.Window)}" +
            (conv.Groups > 1 ? $", C={conv.Groups}" : ""),
        MaxPool2d pool => $"{pool.Window.Height}x{pool.Window.Width} max pool{Stride(pool.Window)}",
        AvgPool2d pool => $"mean of {pool.Window.Height}x{pool.Window.Width}",
        BatchNorm => node.Name == "norm" ? "batch norm, ReLU" : null,
        Flatten => "",
        _ when isAlone => node.Op.ToString(),
        _ => null,
    };

    private static string Stride(Window window) => window.StrideY == 1 ? "" : $", stride {window.StrideY}";
}
