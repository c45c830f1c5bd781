namespace ResNetVulkan.Graphs;

/// <summary>
/// A network as operations and tensors: shapes and names, no memory, no device. Nodes stand in an order in which they can run.
/// </summary>
/// <remarks>Not thread-safe. Compiling a graph rewrites it, so a graph is compiled once.</remarks>
public sealed class Graph
{
    private readonly List<Node> _nodes = [];
    private readonly List<Tensor> _inputs = [];
    private readonly List<Tensor> _outputs = [];
    private readonly Dictionary<string, Tensor> _parameters = [];
    private readonly Dictionary<string, Tensor> _states = [];

    /// <summary>The nodes, in an order in which they can run.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>What the host writes before each run.</summary>
    public IReadOnlyList<Tensor> Inputs => _inputs;

    /// <summary>What the host reads after each run.</summary>
    public IReadOnlyList<Tensor> Outputs => _outputs;

    /// <summary>The parameters, in the order in which the model made them.</summary>
    public IEnumerable<Parameter> Parameters => _parameters.Values.Select(tensor => tensor.Parameter!);

    /// <summary>The parameters' tensors, in the same order.</summary>
    internal IEnumerable<Tensor> ParameterTensors => _parameters.Values;

    /// <summary>Adds a tensor that the host writes before each run.</summary>
    public Tensor Input(string name, TensorType type)
    {
        Tensor input = new(name, type);
        _inputs.Add(input);
        return input;
    }

    /// <summary>Adds a tensor whose bytes outlive a run, kept by the plan's <see cref="ParameterSet"/> under its name.</summary>
    /// <exception cref="ShapeException">There is one of that name with another type.</exception>
    public Tensor State(string name, TensorType type)
    {
        if (!_states.TryGetValue(name, out Tensor? state))
            _states.Add(name, state = new Tensor(name, type) { IsState = true });
        else if (state.Type != type)
            throw new ShapeException($"The state '{name}' is {state.Type} already, and now {type}.");
        return state;
    }

    /// <summary>Adds a parameter, or finds the one of that name.</summary>
    /// <exception cref="ShapeException">There is one of that name with another shape.</exception>
    public Tensor Parameter(Parameter parameter)
    {
        if (!_parameters.TryGetValue(parameter.Name, out Tensor? tensor))
            _parameters.Add(parameter.Name, tensor = new Tensor(parameter.Name, new(parameter.Shape)) { Parameter = parameter });
        else if (tensor.Parameter != parameter)
            throw new ShapeException($"The parameter '{parameter.Name}' is {tensor.Parameter} already, and now {parameter}.");
        return tensor;
    }

    /// <summary>Appends an operation with one output of interest, which carries the node's name.</summary>
    public Tensor Append(string name, Op op, params ReadOnlySpan<Tensor> inputs) => AppendNode(name, op, inputs).Outputs[0];

    /// <summary>Appends an operation. Its outputs are called after it: "pool", then "pool.1".</summary>
    /// <exception cref="ShapeException">The inputs do not fit.</exception>
    public Node AppendNode(string name, Op op, params ReadOnlySpan<Tensor> inputs) => Insert(_nodes.Count, name, op, inputs);

    /// <summary>Lets the host read a tensor after each run.</summary>
    public void Output(Tensor tensor)
    {
        tensor.IsOutput = true;
        _outputs.Add(tensor);
    }

    internal bool Contains(Node node) => _nodes.Contains(node);

    internal int IndexOf(Node node) => _nodes.IndexOf(node);

    /// <summary>Inserts an operation before a node.</summary>
    internal Node InsertBefore(Node node, string name, Op op, params ReadOnlySpan<Tensor> inputs) =>
        Insert(_nodes.IndexOf(node), name, op, inputs);

    /// <summary>
    /// Puts another operation in a node's place, making the same tensors, and perhaps more behind them: their readers notice
    /// nothing.
    /// </summary>
    internal Node Replace(Node node, Op with, params ReadOnlySpan<Tensor> inputs)
    {
        TensorType[] types = with.Infer([.. inputs.ToArray().Select(input => input.Type)]);
        if (!types.Take(node.Outputs.Count).SequenceEqual(node.Outputs.Select(output => output.Type)))
            throw new InvalidOperationException($"{with} does not make what {node} makes.");

        int index = _nodes.IndexOf(node);
        foreach (Tensor input in node.Inputs) input.RemoveReader(node);
        for (int i = 0; i < node.Outputs.Count; i++)
            if (node.Op.Overwrites(i) >= 0 && with.Overwrites(i) < 0) node.Outputs[i].StandAlone();
        Node replacement = Make(node.Name, with, types, inputs.ToArray(), [.. node.Outputs]);
        Connect(replacement);
        _nodes[index] = replacement;
        return replacement;
    }

    /// <summary>Removes a node whose outputs nobody reads.</summary>
    internal void Remove(Node node)
    {
        if (node.Outputs.Any(output => output.Readers.Count > 0 || output.IsOutput))
            throw new InvalidOperationException($"{node} is still read.");
        foreach (Tensor input in node.Inputs) input.RemoveReader(node);
        _nodes.Remove(node);
    }

    private Node Insert(int index, string name, Op op, ReadOnlySpan<Tensor> inputs)
    {
        Tensor[] read = inputs.ToArray();
        TensorType[] types = op.Infer([.. read.Select(input => input.Type)]);
        Node node = Make(name, op, types, read, []);
        Connect(node);
        _nodes.Insert(index, node);
        return node;
    }

    // Some outputs may exist already.
    private static Node Make(string name, Op op, TensorType[] types, Tensor[] read, Tensor[] existing)
    {
        IEnumerable<Tensor> all = types.Select((type, i) => new Tensor(i == 0 ? name : $"{name}.{i}", type));
        Tensor[] made = [.. existing, .. all.Skip(existing.Length)];
        for (int i = existing.Length; i < made.Length; i++)
            if (op.Overwrites(i) is >= 0 and int overwritten) made[i].LieWithin(read[overwritten], 0);
        return new Node(name, op, read, made);
    }

    private static void Connect(Node node)
    {
        foreach (Tensor input in node.Inputs) input.AddReader(node);
        foreach (Tensor output in node.Outputs) output.Producer = node;
    }
}
