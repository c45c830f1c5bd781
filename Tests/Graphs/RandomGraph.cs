using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Graphs;

/// <summary>Graphs of real ops that branch, join and end anywhere: values read by nobody, once, or often.</summary>
internal static class RandomGraph
{
    public static Graph Make(Random random)
    {
        Graph graph = new();
        List<Tensor> values = [];
        for (int i = random.Next(1, 3); i > 0; i--)
            values.Add(graph.Input($"input {i}", new TensorType(new Shape(random.Next(1, 3), 4 * random.Next(1, 3), 6, 5))));
        int count = random.Next(3, 25);
        for (int i = 0; i < count; i++)
        {
            Tensor x = values[random.Next(Math.Max(0, values.Count - 4), values.Count)];
            values.Add(Append(graph, random, $"node {i}", x, values));
        }
        foreach (Tensor value in values.Skip(1))
            if (value.Producer is not null && random.Next(8) == 0) graph.Output(value);
        if (graph.Outputs.Count == 0 || !values[^1].IsOutput) graph.Output(values[^1]);
        return graph;
    }

    private static Tensor Append(Graph graph, Random random, string name, Tensor x, List<Tensor> values)
    {
        Shape shape = x.Shape;
        switch (random.Next(7))
        {
            case 0:
                return graph.Append(name, new Relu(), x);
            case 1:
                Tensor[] alike = [.. values.Where(value => value.Type == x.Type)];
                return graph.Append(name, new Add { HasRelu = random.Next(4) == 0 }, x, alike[random.Next(alike.Length)]);
            case 2:
                string[] parts = ["weight", "bias", "mean", "variance"];
                Tensor[] vectors = [.. parts.Select(part => Vector($"{name}.{part}", shape.C))];
                return graph.Append(name, new BatchNorm(), x, vectors[0], vectors[1], vectors[2], vectors[3]);
            case 3 when shape is { H: > 2, W: > 2 }:
                return graph.Append(name, new MaxPool2d(Window.Square(3, random.Next(1, 3), 1)), x);
            case 4:
                return graph.Append(name, new Subsample(random.Next(1, 3), shape.C + 2 * random.Next(0, 3)), x);
            default:
                int kernel = random.Next(2) == 0 ? 1 : 3, outputs = random.Next(3) == 0 ? random.Next(1, 13) : shape.C;
                Tensor weight = graph.Parameter(
                    new Parameter($"{name}.weight", new Shape(outputs, shape.C, kernel, kernel), 4, ParameterKind.Weight));
                Window window = Window.Square(kernel, random.Next(4) == 0 ? 2 : 1, kernel / 2);
                Conv2d conv = new(window) { HasBias = random.Next(2) == 0 };
                return conv.HasBias
                    ? graph.Append(name, conv, x, weight, Vector($"{name}.bias", outputs))
                    : graph.Append(name, conv, x, weight);
        }

        Tensor Vector(string parameter, int length) =>
            graph.Parameter(new Parameter(parameter, Shape.Vector(length), 1, ParameterKind.Vector));
    }
}
