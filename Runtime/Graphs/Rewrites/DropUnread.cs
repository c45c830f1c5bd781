namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>Removes what nobody reads.</summary>
internal static class DropUnread
{
    public static bool Try(Graph graph, Node node)
    {
        if (node.Outputs.Any(output => output.Readers.Count > 0 || output.IsOutput)) return false;

        graph.Remove(node);
        return true;
    }
}
