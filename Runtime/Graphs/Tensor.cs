namespace ResNetVulkan.Graphs;

/// <summary>What a parameter is, which decides its layout on the device and whether an optimizer touches it.</summary>
public enum ParameterKind
{
    /// <summary>A convolution's (K, C, R, S) or a linear layer's (K, C) weight: [R][S][C][K] on the device.</summary>
    Weight,

    /// <summary>A vector that training learns: a bias, or a batch norm's weight and bias.</summary>
    Vector,

    /// <summary>A running statistic of a batch norm: kept in weights files, not learned.</summary>
    Statistic,
}

/// <summary>A named array of a model, under the name that PyTorch's state dict has for it.</summary>
/// <param name="Name">"layer1.0.conv1.weight".</param>
/// <param name="Shape">(K, C, R, S) of a weight, (K, C, 1, 1) of a linear layer's, (length, 1, 1, 1) of a vector.</param>
/// <param name="Rank">How many of the shape's extents a weights file states: 4, 2 or 1.</param>
/// <param name="Kind">What it is.</param>
public sealed record Parameter(string Name, Shape Shape, int Rank, ParameterKind Kind)
{
    /// <summary>The extents as a weights file states them.</summary>
    public IReadOnlyList<int> Dimensions => new[] { Shape.N, Shape.C, Shape.H, Shape.W }[..Rank];
}

/// <summary>A value in a graph: a name, a shape, where it comes from and who reads it. It owns no memory.</summary>
public sealed class Tensor
{
    private readonly List<Node> _readers = [];

    internal Tensor(string name, TensorType type)
    {
        Name = name;
        Type = type;
    }

    /// <summary>What it is called: "layer1.0.relu".</summary>
    public string Name { get; }

    /// <summary>Its shape and elements.</summary>
    public TensorType Type { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>The node that makes it; null for inputs and parameters.</summary>
    public Node? Producer { get; internal set; }

    /// <summary>The nodes that read it, in graph order. A node that reads it twice stands here twice.</summary>
    public IReadOnlyList<Node> Readers => _readers;

    /// <summary>The model's parameter that it stands for, if it is one.</summary>
    public Parameter? Parameter { get; internal init; }

    /// <summary>
    /// Whether its bytes outlive a run: a parameter's flat block in training, a momentum, a data set. The plan's
    /// <see cref="ParameterSet"/> keeps them under the tensor's name.
    /// </summary>
    public bool IsState { get; internal init; }

    /// <summary>
    /// Where it lies if not in a place of its own: within another tensor, so many bytes from that one's beginning.
    /// </summary>
    public (Tensor Tensor, long Offset)? Home { get; private set; }

    /// <summary>The tensor whose place it lies in, all the way up, and the bytes from its beginning.</summary>
    internal (Tensor Tensor, long Offset) Root
    {
        get
        {
            (Tensor root, long offset) = (this, 0);
            while (root.Home is { } home) (root, offset) = (home.Tensor, offset + home.Offset);
            return (root, offset);
        }
    }

    /// <summary>Whether the host reads it after each run, so that no rewrite may remove it.</summary>
    public bool IsOutput { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type}";

    /// <summary>Gives it a place within another tensor.</summary>
    internal void LieWithin(Tensor owner, long offset)
    {
        if (Home is { } home) throw new InvalidOperationException($"'{Name}' lies within '{home.Tensor.Name}' already.");
        if (owner.Root.Tensor == this || offset + Type.Bytes > owner.Type.Bytes)
            throw new InvalidOperationException($"{this} cannot lie at {offset} of {owner}.");
        Home = (owner, offset);
    }

    /// <summary>Takes it from its place within another tensor: what overwrote that one no longer makes it.</summary>
    internal void StandAlone() => Home = null;

    internal void AddReader(Node node) => _readers.Add(node);

    internal void RemoveReader(Node node) => _readers.Remove(node);
}

/// <summary>One operation of a graph with its tensors.</summary>
public sealed class Node
{
    internal Node(string name, Op op, Tensor[] inputs, Tensor[] outputs)
    {
        (Name, Op, Inputs, Outputs) = (name, op, inputs, outputs);
    }

    /// <summary>What it is called: "layer1.0.conv1".</summary>
    public string Name { get; }

    /// <summary>What it does.</summary>
    public Op Op { get; }

    /// <summary>What it reads, in the operation's order.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>What it makes, in the operation's order.</summary>
    public IReadOnlyList<Tensor> Outputs { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Op}";
}
