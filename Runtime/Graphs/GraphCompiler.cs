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
        foreach (Tensor tensor in nodes.SelectMany(node => node.Inputs).Concat(activations).Concat(kept).Distinct())
        {
            if (isPreparation && tensor.Parameter is { } parameter)
            {
                (int block, long offset) = parameters.Place(parameter.Name);
                places[tensor] = new TensorView(tensor.Type, firstParameters + block, offset, false, Binding.Tensor);
            }
            else if (!places.ContainsKey(tensor))
            {
                places[tensor] = new TensorView(tensor.Type, blocks.Count, 0, false, Binding.Tensor);
                blocks.Add(new MemoryBlock(BlockKind.Constant, tensor.Type.Bytes, Constant: tensor));
            }
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

    // Kernels that read outside an image read zeros at the block's beginning instead, one for each channel.
    private static long ZeroBytes(IReadOnlyList<Node> nodes) =>
        nodes.SelectMany(node => node.Inputs).Where(input => input.Type.Element is ElementType.Float32 or ElementType.Float16)
            .Select(input => input.Shape.C).DefaultIfEmpty(1).Max() * sizeof(float);

    private bool IsConstant(Tensor tensor) =>
        tensor.Parameter is not null || (tensor.Producer is { } producer && _constants.Contains(producer));

    // A tensor lives from the step that makes it to the last that reads it; what the host writes, from the beginning; what it
    // reads, to the end.
    private Dictionary<Tensor, Lifetime> Lifetimes(IReadOnlyList<Node> nodes, IReadOnlyCollection<Tensor> kept)
    {
        Dictionary<Tensor, Lifetime> lifetimes = [];
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (Tensor output in nodes[i].Outputs)
                lifetimes[output] = new(BytesOf(output), i, _options.KeepAll ? nodes.Count : i);
            foreach (Tensor input in nodes[i].Inputs)
            {
                if (lifetimes.TryGetValue(input, out Lifetime lifetime))
                    lifetimes[input] = lifetime with { Last = Math.Max(i, lifetime.Last) };
                else if (input.Producer is null && input.Parameter is null)
                    lifetimes[input] = new(BytesOf(input), -1, _options.KeepAll ? nodes.Count : i);
            }
        }
        foreach (Tensor tensor in kept)
        {
            if (lifetimes.TryGetValue(tensor, out Lifetime lifetime))
                lifetimes[tensor] = lifetime with { Last = nodes.Count };
            else if (tensor.Producer is null && tensor.Parameter is null)
                lifetimes[tensor] = new(BytesOf(tensor), -1, nodes.Count);      // an input that only the host reads
        }
        return lifetimes;

        long BytesOf(Tensor tensor) => tensor.Type.Bytes + _options.CanaryBytes;
    }

    private Dictionary<string, int> Rewrite(Graph graph)
    {
        Dictionary<string, int> counts = [];
        if (_options.Rewrite) Apply(OptionalRules);
        Apply([new("DropUnread", DropUnread.Try)]);
        if (!_options.ReferenceKernels) Apply([new("SelectConvolution", (g, node) => SelectConvolution.Try(g, node, _traits))]);
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
