using System.Text;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>Dropout, which passes everything, → dropout that drops: what training does. Before gradients are appended.</summary>
internal static class UseDropout
{
    /// <param name="graph">Which.</param>
    /// <param name="node">One of it; its name decides what it drops, so that no two drop alike.</param>
    /// <param name="stepInputs">Of <see cref="StepInputs.Type"/>.</param>
    public static bool Try(Graph graph, Node node, Tensor stepInputs)
    {
        if (node.Op is not Dropout dropout) return false;

        // FNV-1a.
        uint salt = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(node.Name)) salt = (salt ^ b) * 16777619;
        graph.Replace(node, new DropoutTraining(dropout.Rate, salt), node.Inputs[0], stepInputs);
        return true;
    }
}
