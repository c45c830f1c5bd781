using ResNetVulkan.Gpu;

namespace ResNetVulkan.Graphs.Rewrites;

internal static class SelectConvolution
{
    public static bool Try(Graph graph, Node node, GpuTraits traits) => false;
}
