using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>add → ReLU becomes one pass. Saves a read and a write of every activation.</summary>
internal static class FuseAddRelu
{
    public static bool Try(Graph graph, Node node)
    {
        if (node is not { Op: Relu, Inputs: [{ Producer: { Op: Add { HasRelu: false } add } producer } between] }) return false;
        if (between.Readers.Count > 1 || between.IsOutput) return false;

        graph.Replace(node, add with { HasRelu = true }, [.. producer.Inputs]);
        graph.Remove(producer);
        return true;
    }
}
