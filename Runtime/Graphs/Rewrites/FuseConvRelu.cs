using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>conv → ReLU becomes one conv that clamps as it stores. Saves a read and a write of every activation.</summary>
internal static class FuseConvRelu
{
    public static bool Try(Graph graph, Node node)
    {
        if (node is not { Op: Relu, Inputs: [{ Producer: { Op: Conv2d { HasRelu: false } conv } producer } between] })
            return false;
        // The value before the ReLU is still wanted: a shortcut.
        if (between.Readers.Count > 1 || between.IsOutput) return false;

        graph.Replace(node, conv with { HasRelu = true }, [.. producer.Inputs]);
        graph.Remove(producer);
        return true;
    }
}
