using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>
/// conv → batch norm becomes one conv whose weight is scaled and whose bias is shifted, once, when the plan is made. Saves a read
/// and a write of every activation.
/// </summary>
internal static class FoldBatchNorm
{
    public static bool Try(Graph graph, Node node)
    {
        if (node.Op is not BatchNorm norm) return false;
        if (node.Inputs[0] is not { Producer: { Op: Conv2d { HasRelu: false, HasResidual: false } conv } producer } between)
            return false;
        if (between.Readers.Count > 1 || between.IsOutput) return false;    // the value before the norm is still wanted

        Tensor[] bias = conv.HasBias ? [producer.Inputs[2]] : [];
        Node folded = graph.InsertBefore(
            node, $"{producer.Name}.folded", new FoldedBatchNorm(norm.Epsilon),
            [producer.Inputs[1], .. node.Inputs.Skip(1), .. bias]);
        graph.Replace(node, conv with { HasBias = true }, producer.Inputs[0], folded.Outputs[0], folded.Outputs[1]);
        graph.Remove(producer);
        return true;
    }
}
