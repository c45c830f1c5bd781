namespace ResNetVulkan.Graphs;

/// <summary>How a graph is compiled.</summary>
public sealed record CompileOptions
{
    /// <summary>Runs the rewrites that make a graph faster. Off, every operation runs as the model states it.</summary>
    public bool Rewrite { get; init; } = true;

    /// <summary>
    /// Keeps every tensor until the next run, in memory of its own, so that each can be read: for checking layer by layer.
    /// </summary>
    public bool KeepAll { get; init; }

    /// <summary>Runs every operation on its reference kernel: slow, and obviously right.</summary>
    public bool ReferenceKernels { get; init; }

    /// <summary>
    /// Bytes behind each activation that belong to nobody, for tests that look whether a kernel writes past its tensor: addresses
    /// have no bounds check. With <see cref="KeepAll"/>.
    /// </summary>
    internal int CanaryBytes { get; init; }
}

/// <summary>What a plan's memory block is for.</summary>
public enum BlockKind
{
    /// <summary>Activations; its bytes are shared between tensors that do not live at the same time.</summary>
    Arena,

    /// <summary>A model's parameters as they were loaded: only while constants are computed from them.</summary>
    Parameters,

    /// <summary>
    /// What outlives a run and belongs to the parameter set: a block of parameters in training, momenta, a data set.
    /// </summary>
    State,

    /// <summary>
    /// What is computed once from parameters alone, such as packed weights; or one parameter that the steps read as it is.
    /// </summary>
    Constant,
}

/// <summary>One memory block of a plan.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Index">Which of the parameter set's blocks it is, for <see cref="BlockKind.Parameters"/>.</param>
/// <param name="Tensor">The tensor it holds, for <see cref="BlockKind.Constant"/> and <see cref="BlockKind.State"/>.</param>
public sealed record MemoryBlock(BlockKind Kind, long Bytes, int Index = 0, Tensor? Tensor = null);

/// <summary>
/// A flat list of steps and the memory that they run in: what a plan needs to know of a graph. It owns nothing.
/// </summary>
public sealed record StepList
{
    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<PlanStep> Steps { get; init; }

    /// <summary>The memory blocks that the steps' views name.</summary>
    public required IReadOnlyList<MemoryBlock> Blocks { get; init; }

    /// <summary>Where each tensor lies.</summary>
    public required IReadOnlyDictionary<Tensor, TensorView> Places { get; init; }

    /// <summary>Bytes of the arena, over all its blocks.</summary>
    public long ArenaBytes => Blocks.Where(block => block.Kind == BlockKind.Arena).Sum(block => block.Bytes);

    /// <summary>How many barriers stand between the steps.</summary>
    public int BarrierCount => Steps.Count(step => step.BarrierBefore);
}

/// <summary>A graph rewritten for one kind of device, placed in memory and turned into steps.</summary>
public sealed class CompiledGraph
{
    private readonly GraphCompiler _compiler;

    internal CompiledGraph(
        Graph graph, GraphCompiler compiler, IReadOnlyDictionary<string, int> rewrites, ParameterLayout parameters, StepList body)
    {
        (Graph, _compiler, Rewrites, Parameters, Body) = (graph, compiler, rewrites, parameters, body);
    }

    /// <summary>The graph after the rewrites.</summary>
    public Graph Graph { get; }

    /// <summary>How often each rewrite fired.</summary>
    public IReadOnlyDictionary<string, int> Rewrites { get; }

    /// <summary>Where a parameter set keeps each parameter.</summary>
    public ParameterLayout Parameters { get; }

    /// <summary>What runs each time.</summary>
    public StepList Body { get; }

    /// <summary>Bytes that the arena would take if no two tensors shared any.</summary>
    public long ArenaBytesUnshared => Body.Places.Where(place => Body.Blocks[place.Value.Block].Kind == BlockKind.Arena)
        .Sum(place => place.Key.Type.Bytes);

    /// <summary>
    /// The tensors that the body reads and that do not change between runs: parameters, and what is computed from them alone.
    /// </summary>
    public IEnumerable<Tensor> Constants =>
        Body.Blocks.Where(block => block.Kind == BlockKind.Constant).Select(block => block.Tensor!);

    /// <summary>Whether a run changes what outlives it: a training step.</summary>
    internal bool ChangesState =>
        Graph.Nodes.SelectMany(node => node.Outputs).Any(output => output.Home is not null && output.Root.Tensor.IsState);

    /// <summary>The steps that compute some of the constants.</summary>
    internal StepList Preparation(IReadOnlyCollection<Tensor> constants) => _compiler.Place(
        GraphCompiler.NodesFor(Graph, constants), constants, Parameters, isPreparation: true);
}
