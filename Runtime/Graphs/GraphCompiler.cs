using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs.Rewrites;

namespace ResNetVulkan.Graphs;

/// <summary>
/// Turns a graph into steps: rewrite, place in memory, record, derive barriers. Each stage is a pure function of the graph, the
/// device's traits and the options, so the same graph gives the same steps.
/// </summary>
public sealed class GraphCompiler
{
    private readonly GpuTraits _traits;
    private readonly CompileOptions _options;

    // The nodes that depend on parameters alone: they run once, when a plan is made.
    private readonly HashSet<Node> _constants = [];

    private GraphCompiler(GpuTraits traits, CompileOptions options) => (_traits, _options) = (traits, options);

    /// <summary>Compiles a graph for inference: its parameters do not change between runs.</summary>
    /// <param name="graph">Rewritten in place; not to be compiled again.</param>
    /// <param name="traits">What the device lets kernels use.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ShapeException">A tensor is longer than the device can bind.</exception>
    public static CompiledGraph Compile(Graph graph, GpuTraits traits, CompileOptions? options = null)
    {
        GraphCompiler compiler = new(traits, options ?? new CompileOptions());
        ParameterLayout parameters = new(graph.Parameters);
        Dictionary<string, int> rewrites = compiler.Rewrite(graph);

        RequireOrder(graph.Nodes);
        foreach (Node node in graph.Nodes)
            if (node.Inputs.Count > 0 && node.Inputs.All(compiler.IsConstant)) compiler._constants.Add(node);
        List<Node> body = [.. graph.Nodes.Where(node => !compiler._constants.Contains(node))];
        StepList steps = compiler.Place(body, graph.Outputs, parameters, isPreparation: false);
        return new CompiledGraph(graph, compiler, rewrites, parameters, steps);
    }

    /// <summary>The constant nodes that some tensors depend on, in graph order.</summary>
    internal static List<Node> NodesFor(Graph graph, IReadOnlyCollection<Tensor> tensors)
    {
        HashSet<Node> needed = [];
        foreach (Tensor tensor in tensors) Need(tensor);
        return [.. graph.Nodes.Where(needed.Contains)];

        void Need(Tensor tensor)
        {
            if (tensor.Producer is not { } node || !needed.Add(node)) return;
            foreach (Tensor input in node.Inputs) Need(input);
        }
    }

    /// <summary>Places the tensors of some nodes in memory and records the nodes.</summary>
    /// <param name="nodes">In graph order.</param>
    /// <param name="kept">Tensors that must stand at the end.</param>
    /// <param name="parameters">Where parameters lie.</param>
    /// <param name="isPreparation">
    /// Whether parameters are read in a parameter set's blocks, which are freed afterwards. A body reads its own copy of the few
    /// that it needs as they are.
    /// </param>
    internal StepList Place(
        IReadOnlyList<Node> nodes, IReadOnlyCollection<Tensor> kept, ParameterLayout parameters, bool isPreparation)
    {
        Dictionary<Tensor, Lifetime> lifetimes = Lifetimes(nodes, kept);
        foreach (Tensor tensor in nodes.SelectMany(node => node.Inputs.Concat(node.Outputs))) RequireBindable(tensor);
        List<MemoryBlock> blocks = [];
        Dictionary<Tensor, TensorView> places = [];

        Tensor[] activations = [.. lifetimes.Keys];
        Tensor[] arena = [.. activations.Where(tensor => !IsPrepared(tensor))];
        MemoryPlan plan = MemoryPlan.Pack(
            [.. arena.Select(tensor => lifetimes[tensor])], (long)_traits.SliceAlignment, ZeroBytes(nodes), BlockLimit);
        blocks.AddRange(plan.BlockBytes.Select(bytes => new MemoryBlock(BlockKind.Arena, bytes)));
        for (int i = 0; i < arena.Length; i++)
            places[arena[i]] = new TensorView(arena[i].Type, plan.Places[i].Block, plan.Places[i].Offset, false, Binding.Tensor);

        int firstParameters = blocks.Count;
        if (isPreparation)
            blocks.AddRange(parameters.BlockBytes.Select((bytes, i) => new MemoryBlock(BlockKind.Parameters, bytes, Index: i)));
        foreach (Tensor tensor in nodes.SelectMany(node => node.Inputs.Concat(node.Outputs)).Concat(activations).Concat(kept)
            .Select(tensor => tensor.Root.Tensor).Distinct())
        {
            if (tensor.IsState)
            {
                places[tensor] = new TensorView(tensor.Type, blocks.Count, 0, false, Binding.Tensor);
                blocks.Add(new MemoryBlock(BlockKind.State, tensor.Type.Bytes, Tensor: tensor));
            }
            else if (isPreparation && tensor.Parameter is { } parameter)
            {
                (int block, long offset) = parameters.Place(parameter.Name);
                places[tensor] = new TensorView(tensor.Type, firstParameters + block, offset, false, Binding.Tensor);
            }
            else if (!places.ContainsKey(tensor))
            {
                places[tensor] = new TensorView(tensor.Type, blocks.Count, 0, false, Binding.Tensor);
                blocks.Add(new MemoryBlock(BlockKind.Constant, tensor.Type.Bytes, Tensor: tensor));
            }
        }
        foreach (Tensor tensor in nodes.SelectMany(node => node.Inputs.Concat(node.Outputs)).Where(t => t.Home is not null))
        {
            (Tensor root, long offset) = tensor.Root;
            places[tensor] = places[root] with { Type = tensor.Type, Offset = places[root].Offset + offset };
        }

        List<PlanStep> steps = [];
        foreach (Node node in nodes)
        {
            TensorView[] inputs = [.. node.Inputs.Select(input => places[input])];
            TensorView[] outputs = [.. node.Outputs.Select(output => places[output] with { Writes = true })];
            node.Op.Record(new OpStep(node, _traits, inputs, outputs, steps));
        }
        return new StepList { Steps = Barriers.Derive(steps), Blocks = blocks, Places = places };

        bool IsPrepared(Tensor tensor) => IsConstant(tensor) && kept.Contains(tensor);
    }

    // A storage buffer cannot be longer than the device binds; addresses know no such limit. Signed 32-bit element indices, which
    // the kernels use within a block, are why no block exceeds 2 GiB even so.
    private long BlockLimit => _traits.HasAddresses ? 512L << 20 : (long)Math.Min(_traits.MaxStorageRange, 512UL << 20);

    private void RequireBindable(Tensor tensor)
    {
        if (tensor.Shape.Count > int.MaxValue)
            throw new ShapeException($"{tensor} has {tensor.Shape.Count:N0} elements; kernels count at most {int.MaxValue:N0}. "
                + "A smaller batch or image fits.");
        if (!_traits.HasAddresses && (ulong)tensor.Type.Bytes > _traits.MaxStorageRange)
        {
            throw new ShapeException(
                $"{tensor} takes {tensor.Type.Bytes:N0} bytes; \"{_traits.DeviceName}\" binds at most " +
                $"{_traits.MaxStorageRange:N0}, and has no device addresses (bufferDeviceAddress), which know no such limit.");
        }
    }

    // What overwrites a tensor comes after everything that reads what stood there.
    private static void RequireOrder(IReadOnlyList<Node> nodes)
    {
        Dictionary<Tensor, List<int>> written = [];       // by root, the nodes so far that overwrote some of it
        Dictionary<Node, int> at = nodes.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        foreach (Node node in nodes)
        {
            foreach (Tensor input in node.Inputs)
            {
                foreach (int writer in written.GetValueOrDefault(input.Root.Tensor, []))
                {
                    if (Made(input) >= writer || !Overlap(input, nodes[writer])) continue;
                    if (node.Inputs.Any(other => other.Producer == nodes[writer])) continue;    // it knows of the change
                    throw new InvalidOperationException(
                        $"{node} reads '{input.Name}', which {nodes[writer]} before it has overwritten.");
                }
            }
            foreach (Tensor output in Overwriting(node))
            {
                Tensor root = output.Root.Tensor;
                if (!written.TryGetValue(root, out List<int>? writers)) written.Add(root, writers = []);
                if (!writers.Contains(at[node])) writers.Add(at[node]);
            }
        }

        int Made(Tensor tensor) => tensor.Producer is { } producer ? at[producer] : -1;
    }

    private static bool Overlap(Tensor read, Node writer)
    {
        (Tensor root, long begin) = read.Root;
        foreach (Tensor output in Overwriting(writer))
        {
            (Tensor owner, long offset) = output.Root;
            if (owner == root && offset < begin + read.Type.Bytes && begin < offset + output.Type.Bytes) return true;
        }
        return false;
    }

    private static IEnumerable<Tensor> Overwriting(Node node) => node.Outputs.Where((_, i) => node.Op.Overwrites(i) >= 0);

    // Kernels that read outside an image read zeros at the block's beginning instead, one for each channel.
    private static long ZeroBytes(IReadOnlyList<Node> nodes) =>
        nodes.SelectMany(node => node.Inputs).Where(input => input.Type.Element is ElementType.Float32 or ElementType.Float16)
            .Select(input => input.Shape.C).DefaultIfEmpty(1).Max() * sizeof(float);

    private bool IsConstant(Tensor tensor) => tensor.Home is null &&
        (tensor.Parameter is not null || (tensor.Producer is { } producer && _constants.Contains(producer)));

    // A tensor lives from the step that makes it to the last that reads it; what the host writes, from the beginning; what it
    // reads, to the end. What lies within another lives as long as that one, and what outlives the run has no place here.
    private Dictionary<Tensor, Lifetime> Lifetimes(IReadOnlyList<Node> nodes, IReadOnlyCollection<Tensor> kept)
    {
        Dictionary<Tensor, Lifetime> lifetimes = [];
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (Tensor output in nodes[i].Outputs) Extend(output, i, _options.KeepAll ? nodes.Count : i);
            foreach (Tensor input in nodes[i].Inputs)
            {
                if (lifetimes.ContainsKey(input.Root.Tensor)) Extend(input, i, i);
                else if (IsWritten(input.Root.Tensor)) Extend(input, -1, _options.KeepAll ? nodes.Count : i);
            }
        }
        foreach (Tensor tensor in kept)
        {
            if (lifetimes.ContainsKey(tensor.Root.Tensor)) Extend(tensor, nodes.Count, nodes.Count);
            else if (IsWritten(tensor.Root.Tensor)) Extend(tensor, -1, nodes.Count);    // an input that only the host reads
        }
        return lifetimes;

        // By the host, or by a node into a part of it.
        static bool IsWritten(Tensor root) => root.Producer is null && root.Parameter is null && !root.IsState;

        void Extend(Tensor tensor, int first, int last)
        {
            Tensor root = tensor.Root.Tensor;
            if (root.IsState || root.Parameter is not null) return;
            lifetimes[root] = lifetimes.TryGetValue(root, out Lifetime old)
                ? old with { First = Math.Min(first, old.First), Last = Math.Max(last, old.Last) }
                : new(root.Type.Bytes + _options.CanaryBytes, first, last);
        }
    }

    private Dictionary<string, int> Rewrite(Graph graph)
    {
        Dictionary<string, int> counts = [];
        if (_options.Rewrite) Apply(OptionalRules);
        Apply([new("DropUnread", DropUnread.Try)]);
        if (!_options.ReferenceKernels)
        {
            Apply(
            [
                new(nameof(SelectConvolution), (g, node) => SelectConvolution.Try(g, node, _traits)),
                new(nameof(SelectDataGradient), (g, node) => SelectDataGradient.Try(g, node, _traits)),
                new(nameof(SelectWeightGradient), (g, node) => SelectWeightGradient.Try(g, node, _traits)),
            ]);
        }
        return counts;

        // Until none fires: one rule's outcome is another's pattern.
        void Apply(IReadOnlyList<Rule> rules)
        {
            bool again;
            do
            {
                again = false;
                foreach (Rule rule in rules)
                {
                    foreach (Node node in graph.Nodes.ToArray())
                    {
                        if (!graph.Contains(node) || !rule.Try(graph, node)) continue;
                        counts[rule.Name] = counts.GetValueOrDefault(rule.Name) + 1;
                        again = true;
                    }
                }
            }
            while (again);
        }
    }

    private static readonly Rule[] OptionalRules =
    [
        new(nameof(LinearAsConvolution), LinearAsConvolution.Try),
        new(nameof(FoldBatchNorm), FoldBatchNorm.Try),
        new(nameof(FuseConvRelu), FuseConvRelu.Try),
        new(nameof(FuseConvAdd), FuseConvAdd.Try),
        new(nameof(FuseAddRelu), FuseAddRelu.Try),
    ];

    private readonly record struct Rule(string Name, Func<Graph, Node, bool> Try);
}
