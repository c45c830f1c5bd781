using ResNetVulkan.Oracle;

namespace ResNetVulkan.Graphs;

/// <summary>
/// An operation: it infers the shapes of what it makes and records the dispatches that make it. It holds its geometry and nothing
/// else, so one instance may stand in many graphs.
/// </summary>
/// <remarks>
/// <see cref="object.ToString"/> states the whole geometry: people read it, and plans share what they compute once from
/// parameters under it.
/// </remarks>
public abstract record Op
{
    /// <summary>The types of the outputs.</summary>
    /// <param name="inputs">The types of the inputs, in the operation's order.</param>
    /// <exception cref="ShapeException">The inputs do not fit; the message says which and why.</exception>
    public abstract TensorType[] Infer(ReadOnlySpan<TensorType> inputs);

    /// <summary>Records the dispatches that compute the outputs from the inputs.</summary>
    public abstract void Record(OpStep step);

    /// <summary>The same in plain loops and double precision: what <see cref="Record"/> is held against.</summary>
    /// <param name="inputs">The inputs' values; weights too, as (K, C, R, S), in whatever form the kernels want them.</param>
    /// <returns>The outputs, each with the bound within which a float32 computation must lie.</returns>
    public abstract DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs);

    /// <summary>Appends the nodes that compute the gradients of the inputs from those of the outputs.</summary>
    /// <exception cref="GradientException">The operation has no gradient; the message names the tensor.</exception>
    public virtual void Differentiate(GradientStep step) => throw new GradientException(
        $"{this} has no gradient, and the loss depends on '{step.Outputs[0].Name}', which it makes.");

    /// <summary>
    /// Which input an output lies in the place of: the operation changes it rather than making something new, as an optimizer
    /// changes parameters; -1 for an output of its own. The operation must be the last that reads the input.
    /// </summary>
    public virtual int Overwrites(int output) => -1;

    /// <summary>
    /// Multiply-adds of one run, as the papers count them: convolutions and linear layers; 0 for everything else.
    /// </summary>
    public virtual long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) => 0;
}
