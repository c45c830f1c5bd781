using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>A linear layer is a 1x1 convolution of a 1x1 image: what is fast for one is fast for the other.</summary>
internal static class LinearAsConvolution
{
    public static bool Try(Graph graph, Node node)
    {
        if (node.Op is not Linear) return false;

        graph.Replace(node, Linear.AsConvolution, [.. node.Inputs]);
        return true;
    }
}
