using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>
/// conv → add becomes one conv that adds the shortcut as it stores. Saves two reads and a write of every activation.
/// </summary>
internal static class FuseConvAdd
{
    public static bool Try(Graph graph, Node node)
    {
        if (node is not { Op: Add { HasRelu: false }, Inputs: [Tensor first, Tensor second] } || first == second) return false;

        // Of two convolutions the later one takes the sum. It runs where the sum ran, so the other's result stands by then.
        (Tensor sum, Tensor shortcut) = Order(graph, second) > Order(graph, first) ? (second, first) : (first, second);
        if (!Fits(sum)) (sum, shortcut) = (shortcut, sum);
        if (!Fits(sum)) return false;

        Node producer = sum.Producer!;
        graph.Replace(node, (Conv2d)producer.Op with { HasResidual = true }, [.. producer.Inputs, shortcut]);
        graph.Remove(producer);
        return true;
    }

    private static bool Fits(Tensor tensor) =>
        tensor is { IsOutput: false, Readers.Count: 1, Producer.Op: Conv2d { HasRelu: false, HasResidual: false } };

    private static int Order(Graph graph, Tensor tensor) => tensor.Producer is { } producer ? graph.IndexOf(producer) : -1;
}
