using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>
/// batch norm of the batch → ReLU becomes one pass. Saves a read and a write of every activation, and as much in the gradient;
/// the value between, which nothing else needs, is not kept for it. Before gradients are appended.
/// </summary>
internal static class FuseBatchNormRelu
{
    public static bool Try(Graph graph, Node node)
    {
        if (node is not { Op: Relu, Inputs: [{ Producer: { Op: BatchNormTraining { HasRelu: false } norm } producer } between] })
            return false;
        if (between.Readers.Count > 1 || producer.Outputs.Any(output => output.IsOutput)) return false;
        if (between != producer.Outputs[0] || producer.Outputs.Skip(1).Any(output => output.Readers.Count > 0)) return false;

        graph.Replace(node, norm with { HasRelu = true }, [.. producer.Inputs]);
        graph.Remove(producer);
        return true;
    }
}
