using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs;

/// <summary>Reverse-mode differentiation: gradients are nodes of the same graph.</summary>
/// <remarks>
/// See <see href="https://arxiv.org/abs/1502.05767">Automatic differentiation in machine learning: a survey</see>, section 3.2.
/// </remarks>
public static class Gradients
{
    /// <summary>Appends the gradients of a loss with respect to some tensors.</summary>
    /// <param name="graph">Which.</param>
    /// <param name="loss">One number, made by a node of the graph whose own gradient needs none before it.</param>
    /// <param name="tensors">Parameters or inputs, or anything on the way.</param>
    /// <returns>The gradients, in the order of the tensors; null for a tensor that the loss does not depend on.</returns>
    /// <exception cref="GradientException">An operation on the way has no gradient; the message names the tensor.</exception>
    public static Tensor?[] Append(Graph graph, Tensor loss, IReadOnlyList<Tensor> tensors)
    {
        if (loss.Shape.Count != 1) throw new GradientException($"'{loss.Name}' {loss.Shape} is not one number: it is no loss.");

        // Only what lies between the wanted tensors and the loss is differentiated.
        HashSet<Tensor> needed = [.. tensors];
        foreach (Node node in graph.Nodes)
            if (node.Inputs.Any(needed.Contains)) needed.UnionWith(node.Outputs);

        Dictionary<Tensor, Tensor> gradients = [];
        bool isBehindLoss = true;
        foreach (Node node in graph.Nodes.Reverse().ToArray())
        {
            isBehindLoss &= node != loss.Producer;
            if (isBehindLoss || !node.Outputs.Any(needed.Contains)) continue;
            if (node == loss.Producer || node.Outputs.Any(gradients.ContainsKey))
                node.Op.Differentiate(new GradientStep(graph, node, needed, gradients));
        }
        return [.. tensors.Select(tensor => gradients.GetValueOrDefault(tensor))];
    }
}

/// <summary>What an operation appends its gradient to: its own tensors, what flows back into them, and the graph.</summary>
public sealed class GradientStep
{
    private readonly Graph _graph;
    private readonly Node _node;
    private readonly HashSet<Tensor> _needed;
    private readonly Dictionary<Tensor, Tensor> _gradients;

    internal GradientStep(Graph graph, Node node, HashSet<Tensor> needed, Dictionary<Tensor, Tensor> gradients)
    {
        (_graph, _node, _needed, _gradients) = (graph, node, needed, gradients);
    }

    /// <summary>What the operation read, in its order.</summary>
    public IReadOnlyList<Tensor> Inputs => _node.Inputs;

    /// <summary>What it made, in its order.</summary>
    public IReadOnlyList<Tensor> Outputs => _node.Outputs;

    /// <summary>The gradient of the loss with respect to an output: its shape. Not for the loss itself, whose is 1.</summary>
    /// <exception cref="GradientException">The loss does not depend on that output.</exception>
    public Tensor Gradient(int output = 0) => _gradients.TryGetValue(Outputs[output], out Tensor? gradient)
        ? gradient
        : throw new GradientException($"The loss does not depend on '{Outputs[output].Name}', only on what else {_node} makes.");

    /// <summary>Whether anybody wants the gradient of an input: not for images, nor for what is frozen.</summary>
    public bool Needs(int input) => _needed.Contains(Inputs[input]);

    /// <summary>Appends an operation, called "layer1.0.conv1.dx" where <paramref name="suffix"/> is "dx".</summary>
    public Tensor Append(string suffix, Op op, params ReadOnlySpan<Tensor> inputs) => AppendNode(suffix, op, inputs).Outputs[0];

    /// <summary>The same for an operation with several outputs.</summary>
    public Node AppendNode(string suffix, Op op, params ReadOnlySpan<Tensor> inputs) =>
        _graph.AppendNode($"{_node.Name}.{suffix}", op, inputs);

    /// <summary>Says what flows back into an input. Where paths meet, it is summed.</summary>
    public void Flow(int input, Tensor gradient)
    {
        Tensor x = Inputs[input];
        if (!_needed.Contains(x)) return;
        if (gradient.Shape != x.Shape)
            throw new GradientException($"{_node}: the gradient of '{x.Name}' {x.Shape} cannot be {gradient.Shape}.");
        _gradients[x] = _gradients.TryGetValue(x, out Tensor? sum)
            ? Append($"sum{input}", new Add(), sum, gradient)
            : gradient;
    }
}

/// <summary>A gradient that cannot be had. The message names the tensor and the operation.</summary>
public sealed class GradientException : InvalidOperationException
{
    /// <summary>Says which and why.</summary>
    public GradientException(string message) : base(message)
    {
    }
}
