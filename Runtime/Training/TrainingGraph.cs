using ResNetVulkan.Graphs;
using ResNetVulkan.Graphs.Rewrites;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Training;

/// <summary>What one run of a training graph ends with.</summary>
public enum StepEnd
{
    /// <summary>The parameters are updated from this batch's gradients.</summary>
    Update,

    /// <summary>This batch's gradients are added to those of the batches before; nothing is updated.</summary>
    Accumulate,

    /// <summary>This batch's gradients are added to those before, and the parameters are updated from the sum.</summary>
    AccumulateAndUpdate,
}

/// <summary>What a training graph is made of, besides its network.</summary>
public sealed record TrainingGraphOptions
{
    /// <summary>How parameters follow gradients.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>How much of each label is spread over all classes, from 0 to 1.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>Parameters that stay as they are. A batch norm that is frozen whole keeps its running statistics too.</summary>
    public Func<Parameter, bool> IsFrozen { get; init; } = _ => false;

    /// <summary>What a run ends with.</summary>
    public StepEnd End { get; init; }

    /// <summary>
    /// Whether most activations are computed again when their gradients' turn comes, rather than kept: less memory, about a third
    /// more work. The kernels are the same, so the bits are.
    /// </summary>
    public bool Recomputes { get; init; }
}

/// <summary>
/// The graph of one training step: images and labels in, through the network to the loss, its gradients, and the optimizer's
/// update of the parameters.
/// </summary>
/// <remarks>
/// All parameters lie in one flat block (a few where they are longer than a block), all gradients in one of the same layout, all
/// momenta in one: the optimizer is one dispatch a block.
/// </remarks>
public sealed class TrainingGraph
{
    private readonly TrainingGraphOptions _options;

    /// <summary>Builds the graph.</summary>
    /// <param name="images">Makes the images, (N, C, H, W), in a graph; the second argument is the step's inputs.</param>
    /// <param name="network">Appends a network to images and gives its logits, (N, classes, 1, 1).</param>
    /// <param name="options">The rest.</param>
    /// <exception cref="ShapeException">Images and network do not fit.</exception>
    /// <exception cref="GradientException">The network holds an operation that has no gradient.</exception>
    public TrainingGraph(
        Func<Graph, Tensor, Tensor> images, Func<Graph, Tensor, Tensor> network, TrainingGraphOptions? options = null)
    {
        _options = options ?? new TrainingGraphOptions();
        Step = Graph.Input("step", StepInputs.Type);
        Image = images(Graph, Step);
        Labels = Graph.Input("labels", new(Shape.Vector(Image.Shape.N), ElementType.UInt32));
        Logits = network(Graph, Image);
        UseBatchStatistics();

        Node loss = Graph.AppendNode("loss", new SoftmaxCrossEntropy(_options.LabelSmoothing), Logits, Labels, Step);
        (Loss, Correct) = (loss.Outputs[0], loss.Outputs[1]);
        Tensor[] learned = [.. Graph.ParameterTensors.Where(tensor => IsLearned(tensor.Parameter!))];
        Gradients = AppendGradients(learned);
        Recomputed = _options.Recomputes ? Graphs.Rewrites.Recomputation.Apply(Graph, loss) : [];
        GradientNorm = AppendUpdate(learned);

        Graph.Output(Loss);
        Graph.Output(Correct);
        if (GradientNorm is not null) Graph.Output(GradientNorm);
    }

    /// <summary>The graph; to be compiled once.</summary>
    public Graph Graph { get; } = new();

    /// <summary><see cref="StepInputs"/>.</summary>
    public Tensor Step { get; }

    /// <summary>What the network takes.</summary>
    public Tensor Image { get; }

    /// <summary>(N) whole numbers below the number of classes.</summary>
    public Tensor Labels { get; }

    /// <summary>(N, classes, 1, 1).</summary>
    public Tensor Logits { get; }

    /// <summary>The batch's mean loss, one number.</summary>
    public Tensor Loss { get; }

    /// <summary>For how many images of the batch the largest logit is the label's, one whole number.</summary>
    public Tensor Correct { get; }

    /// <summary>The length of all gradients as one vector, before it is clipped; none where nothing is updated.</summary>
    public Tensor? GradientNorm { get; }

    /// <summary>What runs twice; nothing without <see cref="TrainingGraphOptions.Recomputes"/>.</summary>
    public IReadOnlyList<Node> Recomputed { get; }

    /// <summary>Each learned parameter's gradient, by the parameter's name; weights [R][S][C][K].</summary>
    public IReadOnlyDictionary<string, Tensor> Gradients { get; }

    /// <summary>
    /// For each block of parameters, a word for every 64 numbers: what the optimizer may do with them. To be written into the
    /// states "attributes 0", ... once.
    /// </summary>
    public static IReadOnlyList<uint[]> Attributes(
        IEnumerable<Parameter> parameters, OptimizerOptions optimizer, Func<Parameter, bool> isFrozen)
    {
        ParameterLayout layout = new(parameters);
        uint[][] words = [.. layout.BlockBytes.Select(bytes => new uint[bytes / ParameterLayout.Alignment])];
        foreach (Parameter parameter in layout.Parameters)
        {
            (int block, long offset) = layout.Place(parameter.Name);
            ParameterAttributes word = parameter.Kind == ParameterKind.Statistic
                ? ParameterAttributes.Statistic
                : isFrozen(parameter)
                    ? ParameterAttributes.None
                    : ParameterAttributes.Learned | (optimizer.Decays(parameter) ? ParameterAttributes.Decays : 0);
            long first = offset / ParameterLayout.Alignment;
            long count = (parameter.Shape.Count * sizeof(float) + ParameterLayout.Alignment - 1) / ParameterLayout.Alignment;
            words[block].AsSpan((int)first, (int)count).Fill((uint)word);
        }
        return words;
    }

    private bool IsLearned(Parameter parameter) => parameter.Kind != ParameterKind.Statistic && !_options.IsFrozen(parameter);

    // Batch norms that learn use the batch's own statistics, and ReLUs behind them are fused.
    private void UseBatchStatistics()
    {
        foreach (Node node in Graph.Nodes.ToArray())
        {
            UseDropout.Try(Graph, node, Step);
            if (node.Op is BatchNorm && node.Inputs.Any(input => input.Parameter is { } parameter && IsLearned(parameter)))
                Graphs.Rewrites.UseBatchStatistics.Try(Graph, node, Step);
        }
        foreach (Node node in Graph.Nodes.ToArray()) FuseBatchNormRelu.Try(Graph, node);
    }

    private Dictionary<string, Tensor> AppendGradients(Tensor[] learned)
    {
        Tensor?[] gradients = Graphs.Gradients.Append(Graph, Loss, learned);
        Dictionary<string, Tensor> named = [];
        for (int i = 0; i < learned.Length; i++)
        {
            named.Add(learned[i].Name, gradients[i] ?? throw new GradientException(
                $"The loss does not depend on the parameter '{learned[i].Name}'; freeze it, or leave it out of the network."));
        }
        return named;
    }

    private Tensor? AppendUpdate(Tensor[] learned)
    {
        ParameterLayout layout = new(Graph.Parameters);
        int blocks = layout.BlockBytes.Count;
        Tensor[] parameters = States(ParameterSet.BlockName);
        foreach (Tensor tensor in Graph.ParameterTensors) Place(tensor, tensor.Name, parameters);

        // Batches that are summed write into a block of their own first.
        bool isSum = _options.End != StepEnd.Update;
        Tensor[] fresh = States(block => isSum ? $"batch gradients {block}" : $"gradients {block}");
        foreach ((string name, Tensor gradient) in Gradients) Place(gradient, name, fresh);
        Tensor[] gradients = new Tensor[blocks];
        for (int block = 0; block < blocks; block++)
        {
            IEnumerable<Tensor> within = learned.Where(tensor => layout.Place(tensor.Name).Block == block)
                .Select(tensor => Gradients[tensor.Name]);
            gradients[block] = Graph.Append($"gradients {block}", new Gathered(), [fresh[block], .. within]);
            if (isSum)
            {
                Tensor sum = Graph.State($"gradients {block}", fresh[block].Type);
                gradients[block] = Graph.Append($"sum {block}", new Accumulate(), sum, gradients[block], Step);
            }
        }
        if (_options.End == StepEnd.Accumulate) return null;

        // Batch norms have changed their running statistics within the block by now.
        for (int block = 0; block < blocks; block++)
        {
            IEnumerable<Tensor> changed = Graph.Nodes
                .SelectMany(node => node.Outputs.Where((_, i) => node.Op.Overwrites(i) >= 0))
                .Where(tensor => tensor.Root.Tensor == parameters[block]);
            parameters[block] = Graph.Append($"parameters {block}", new Gathered(), [parameters[block], .. changed]);
        }
        Tensor norm = Graph.Append("gradient norm", new GradientNorm(), [.. gradients, Step]);
        OptimizerOptions optimizer = _options.Optimizer;
        bool hasAverage = optimizer.AverageDecay > 0;
        for (int block = 0; block < blocks; block++)
        {
            Tensor attributes = Graph.State(
                $"attributes {block}",
                new(Shape.Vector((int)(layout.BlockBytes[block] / ParameterLayout.Alignment)), ElementType.UInt32));
            List<Tensor> inputs = [parameters[block], gradients[block], State("momentum", block)];
            if (optimizer.Kind == OptimizerKind.AdamW) inputs.Add(State("second momentum", block));
            inputs.AddRange([attributes, norm, Loss, Step]);
            if (hasAverage) inputs.Add(State("average", block));
            Op update = optimizer.Kind == OptimizerKind.AdamW ? new AdamW(hasAverage) : new Sgd(optimizer.Nesterov, hasAverage);
            Graph.AppendNode($"update {block}", update, [.. inputs]);
        }
        return norm;

        Tensor State(string what, int block) => Graph.State($"{what} {block}", parameters[block].Type);

        Tensor[] States(Func<int, string> name) =>
        [
            .. layout.BlockBytes.Select((bytes, block) =>
                Graph.State(name(block), new(Shape.Vector((int)(bytes / sizeof(float)))))),
        ];

        void Place(Tensor tensor, string name, Tensor[] owners)
        {
            (int block, long offset) = layout.Place(name);
            tensor.LieWithin(owners[block], offset);
        }
    }
}
