namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>Removes what nobody reads, unless it changes what outlives the run.</summary>
internal static class DropUnread
{
    public static bool Try(Graph graph, Node node)
    {
        if (node.Outputs.Any(output => output.Readers.Count > 0 || output.IsOutput || output.Root.Tensor.IsState)) return false;

        graph.Remove(node);
        return true;
    }
}
