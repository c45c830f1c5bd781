using ResNetVulkan.Graphs;

namespace ResNetVulkan.Models;

/// <summary>One layer of a model.</summary>
/// <param name="Name">As in PyTorch's module tree.</param>
/// <param name="Type">What it does.</param>
/// <param name="Output">What it makes.</param>
/// <param name="Parameters">How many numbers training learns here; running statistics do not count.</param>
/// <param name="MultiplyAdds">Of one run, as the papers count them: convolutions and linear layers.</param>
public sealed record LayerSummary(string Name, string Type, Shape Output, long Parameters, long MultiplyAdds);

/// <summary>A model layer by layer, as it is stated: before any rewrite.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Input">The image that it was laid out for.</param>
/// <param name="Layers">In order.</param>
public sealed record ModelSummary(string Model, Shape Input, IReadOnlyList<LayerSummary> Layers)
{
    /// <summary>How many numbers training learns.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>Multiply-adds of one run.</summary>
    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>Lays a network out for an image.</summary>
    /// <exception cref="ShapeException">The image does not fit the network.</exception>
    public static ModelSummary Of(NetworkConfig net, Shape input)
    {
        Graph graph = new();
        net.Append(graph, graph.Input("image", new TensorType(input)));
        HashSet<Parameter> counted = [];
        return new ModelSummary(net.Name, input, [.. graph.Nodes.Select(Layer)]);

        LayerSummary Layer(Node node) => new(
            node.Name, node.Op.ToString()!, node.Outputs[0].Shape,
            node.Inputs.Select(input => input.Parameter)
                .Where(parameter => parameter is { Kind: not ParameterKind.Statistic } && counted.Add(parameter))
                .Sum(parameter => parameter!.Shape.Count),
            node.Op.MultiplyAdds(node.Inputs, node.Outputs));
    }
}
