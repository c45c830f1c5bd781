using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>Batch norm → batch norm with the batch's own statistics: what training does. Before gradients are appended.</summary>
internal static class UseBatchStatistics
{
    /// <param name="graph">Which.</param>
    /// <param name="node">One of it.</param>
    /// <param name="stepInputs">Of <see cref="StepInputs.Type"/>.</param>
    public static bool Try(Graph graph, Node node, Tensor stepInputs)
    {
        if (node.Op is not BatchNorm norm) return false;

        graph.Replace(node, new BatchNormTraining(norm.Epsilon), [.. node.Inputs, stepInputs]);
        return true;
    }
}
