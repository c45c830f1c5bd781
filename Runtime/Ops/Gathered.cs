using ResNetVulkan.Graphs;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// A flat block of memory, once everything that lies in it has been made: from here on it is read as one vector. Costs nothing.
/// </summary>
/// <remarks>Inputs: the block (length), then the tensors within it → the block.</remarks>
public sealed record Gathered : Op
{
    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => [inputs[0]];

    /// <inheritdoc/>
    public override int Overwrites(int output) => 0;

    /// <summary>Nothing: the tensors are where they should be.</summary>
    public override void Record(OpStep step)
    {
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [inputs[0]];

    /// <inheritdoc/>
    public override string ToString() => "Gathered";
}
