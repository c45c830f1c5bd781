using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Models;

/// <summary>
/// Appends layers with their parameters to a graph. The names are those of PyTorch's state dicts, so that loading weights is a
/// lookup.
/// </summary>
/// <param name="graph">Which.</param>
/// <param name="hasBias">Whether convolutions have one.</param>
/// <param name="hasNorms">Whether batch norms are there; else what they would take goes on as it is.</param>
internal sealed class Layers(Graph graph, bool hasBias = false, bool hasNorms = true)
{
    public Tensor Conv(Tensor x, string name, int channels, int kernel, int stride = 1, int groups = 1)
    {
        Tensor weight = Weight(name, new Shape(channels, x.Shape.C / groups, kernel, kernel), rank: 4);
        Conv2d conv = new(Window.Square(kernel, stride, padding: kernel / 2), groups) { HasBias = hasBias };
        return hasBias
            ? graph.Append(name, conv, x, weight, Vector($"{name}.bias", channels))
            : graph.Append(name, conv, x, weight);
    }

    public Tensor BatchNorm(Tensor x, string name)
    {
        if (!hasNorms) return x;
        Tensor weight = Vector($"{name}.weight", x.Shape.C), bias = Vector($"{name}.bias", x.Shape.C);
        Tensor mean = Vector($"{name}.running_mean", x.Shape.C, ParameterKind.Statistic);
        Tensor variance = Vector($"{name}.running_var", x.Shape.C, ParameterKind.Statistic);
        return graph.Append(name, new BatchNorm(), x, weight, bias, mean, variance);
    }

    public Tensor Relu(Tensor x, string name) => graph.Append(name, new Relu(), x);

    public Tensor ConvBn(Tensor x, string conv, string norm, int channels, int kernel, int stride = 1) =>
        BatchNorm(Conv(x, conv, channels, kernel, stride), norm);

    public Tensor Linear(Tensor x, string name, int classes)
    {
        Tensor weight = Weight(name, new Shape(classes, x.Shape.C, 1, 1), rank: 2);
        return graph.Append(name, new Linear(), x, weight, Vector($"{name}.bias", classes));
    }

    private Tensor Weight(string name, Shape shape, int rank) =>
        graph.Parameter(new Parameter($"{name}.weight", shape, rank, ParameterKind.Weight));

    private Tensor Vector(string name, int length, ParameterKind kind = ParameterKind.Vector) =>
        graph.Parameter(new Parameter(name, Shape.Vector(length), 1, kind));
}
