using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>
/// Less memory for more work: of the forward pass only few activations are kept, where one alone leads on, and what the gradients
/// of a segment between two of them need is computed again from the first, when its turn comes.
/// </summary>
/// <remarks>
/// <para>
/// See <see href="https://arxiv.org/abs/1604.06174">Training Deep Nets with Sublinear Memory Cost</see> (Chen et al. 2016). The
/// same kernels compute the same bits again; a batch norm normalises with the statistics that it kept, so its running statistics
/// move once.
/// </para>
/// <para>
/// Which activations are kept follows from the shapes: of a range of segment sizes the one whose kept activations and longest
/// segment take the fewest bytes together. In a ResNet those are outputs of blocks.
/// </para>
/// </remarks>
internal static class Recomputation
{
    // Segment sizes that are tried: all of the forward pass, divided by powers of 2^(1/4).
    private const int Sizes = 48;

    /// <summary>Rewrites a graph whose gradients have been appended.</summary>
    /// <param name="graph">Which.</param>
    /// <param name="loss">The last node of the forward pass.</param>
    /// <returns>The nodes that were added: what runs a second time.</returns>
    public static IReadOnlyList<Node> Apply(Graph graph, Node loss)
    {
        int end = graph.IndexOf(loss);
        Node[] forward = [.. graph.Nodes.Take(end)], backward = [.. graph.Nodes.Skip(end + 1)];
        Dictionary<Node, int> at = forward.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        List<Cut> chosen = Choose(forward, Cuts(forward, loss, at));
        if (chosen.Count == 0) return [];

        // What comes behind the last cut is needed at once.
        Dictionary<Tensor, int> segmentOf = [];
        int begin = 0;
        for (int segment = 0; segment < chosen.Count; begin = chosen[segment++].After + 1)
        {
            for (int i = begin; i <= chosen[segment].After; i++)
                if (CanRunAgain(forward[i])) segmentOf.Add(forward[i].Outputs[0], segment);
        }
        foreach (Cut cut in chosen) segmentOf.Remove(cut.Tensor);

        HashSet<Tensor>[] needed = [.. chosen.Select(_ => new HashSet<Tensor>())];
        foreach (Tensor tensor in backward.SelectMany(node => node.Inputs))
            if (segmentOf.TryGetValue(tensor, out int segment)) Need(tensor, segment);

        List<Node> added = [];
        Dictionary<Tensor, Tensor> again = [];
        HashSet<int> begun = [];
        foreach (Node node in backward)
        {
            foreach (Tensor input in node.Inputs)
            {
                if (!segmentOf.TryGetValue(input, out int segment) || !begun.Add(segment)) continue;
                foreach (Tensor tensor in needed[segment].OrderBy(tensor => at[tensor.Producer!]))
                {
                    Node copy = RunAgain(graph, tensor.Producer!, node, again);
                    again.Add(tensor, copy.Outputs[0]);
                    added.Add(copy);
                }
            }
            if (node.Inputs.Any(again.ContainsKey)) graph.Replace(node, node.Op, [.. node.Inputs.Select(Latest)]);
        }
        return added;

        Tensor Latest(Tensor tensor) => again.GetValueOrDefault(tensor, tensor);

        void Need(Tensor tensor, int segment)
        {
            if (!needed[segment].Add(tensor)) return;
            foreach (Tensor input in Sources(tensor.Producer!))
                if (segmentOf.TryGetValue(input, out int own) && own == segment) Need(input, segment);
        }
    }

    // After some node, all that follows depends on one tensor of what came before.
    private readonly record struct Cut(int After, Tensor Tensor);

    private static List<Cut> Cuts(Node[] forward, Node loss, Dictionary<Node, int> at)
    {
        // The last node of the forward pass that reads each tensor.
        Dictionary<Tensor, int> last = [];
        foreach (Tensor tensor in forward.SelectMany(node => node.Outputs))
        {
            foreach (Node reader in tensor.Readers)
            {
                int index = reader == loss ? forward.Length : at.GetValueOrDefault(reader, -1);
                last[tensor] = Math.Max(last.GetValueOrDefault(tensor, -1), index);
            }
        }

        List<Cut> cuts = [];
        HashSet<Tensor> open = [];
        for (int i = 0; i < forward.Length; i++)
        {
            open.UnionWith(forward[i].Outputs.Where(output => last.GetValueOrDefault(output, -1) > i));
            open.RemoveWhere(tensor => last[tensor] <= i);
            if (open.Count == 1) cuts.Add(new Cut(i, open.First()));
        }
        return cuts;
    }

    private static List<Cut> Choose(Node[] forward, List<Cut> cuts)
    {
        long[] bytes = [.. forward.Select(node => node.Outputs[0].Type.Bytes)];
        long total = bytes.Sum(), least = total;
        List<Cut> best = [];
        for (int i = 0; i < Sizes; i++)
        {
            (List<Cut> chosen, long cost) = Divide((long)(total * Math.Pow(2, -i / 4.0)));
            if (cost < least) (least, best) = (cost, chosen);
        }
        return best;

        (List<Cut> Chosen, long Cost) Divide(long size)
        {
            List<Cut> chosen = [];
            long kept = 0, within = 0, longest = 0;
            int node = 0;
            for (int i = 0; i < cuts.Count; i++)
            {
                for (; node <= cuts[i].After; node++) within += bytes[node];
                long next = i + 1 < cuts.Count ? bytes[node..(cuts[i + 1].After + 1)].Sum() : bytes[node..].Sum();
                if (within + next <= size) continue;
                chosen.Add(cuts[i]);
                kept += cuts[i].Tensor.Type.Bytes;
                longest = Math.Max(longest, within);
                within = 0;
            }
            for (; node < bytes.Length; node++) within += bytes[node];
            return (chosen, kept + Math.Max(longest, within));
        }
    }

    // What changes something cannot run twice, batch norm apart.
    private static bool CanRunAgain(Node node) =>
        node.Op is BatchNormTraining || !node.Outputs.Where((_, i) => node.Op.Overwrites(i) >= 0).Any();

    private static IEnumerable<Tensor> Sources(Node node) => node.Op is BatchNormTraining ? [node.Inputs[0]] : node.Inputs;

    private static Node RunAgain(Graph graph, Node node, Node before, Dictionary<Tensor, Tensor> again)
    {
        Tensor[] inputs = [.. node.Inputs.Select(input => again.GetValueOrDefault(input, input))];
        string name = $"{node.Name}.again";
        return node.Op is BatchNormTraining norm
            ? graph.InsertBefore(
                before, name, new BatchNormAgain(norm.HasRelu), inputs[0], inputs[1], inputs[2], node.Outputs[3], node.Outputs[4])
            : graph.InsertBefore(before, name, node.Op, inputs);
    }
}
