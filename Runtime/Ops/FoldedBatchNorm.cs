using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Ops;

/// <summary>The weight and bias of the one convolution that does what a convolution and the batch norm behind it do.</summary>
/// <param name="Epsilon">The norm's ε.</param>
/// <remarks>
/// Inputs: the convolution's weight (K, C, R, S); the norm's weight, bias, mean and variance (K); and the convolution's bias (K) if it has
/// one. Outputs: the weight and the bias.
/// </remarks>
public sealed record FoldedBatchNorm(float Epsilon) : Op
{
    private static readonly Kernel<Push> Plain = new(
        "ops/fold_batch_norm.comp", "", "taps", "weight", "bias", "mean", "variance", "folded", "foldedBias");

    private static readonly Kernel<Push> Biased = new(
        "ops/fold_batch_norm.comp", "HAS_BIAS",
        "taps", "weight", "bias", "mean", "variance", "folded", "foldedBias", "convolutionBias");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        foreach (TensorType vector in inputs[1..])
        {
            if (vector.Shape != Shape.Vector(inputs[0].Shape.N))
                throw new ShapeException($"FoldedBatchNorm: {inputs[0].Shape.N} output channels, and a vector {vector}.");
        }
        return [inputs[0], inputs[1]];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        Shape weight = step.Inputs[0].Shape;
        Push push = new((uint)(weight.C * weight.H * weight.W), (uint)weight.N, Epsilon);
        TensorView[] tensors = [.. step.Inputs.Take(5), .. step.Outputs, .. step.Inputs.Skip(5)];
        step.Flat(step.Inputs.Count > 5 ? Biased : Plain, push, weight.Count, tensors);
    }

    /// <inheritdoc/>
    public override string ToString() => $"FoldedBatchNorm epsilon {Epsilon}";

    private readonly record struct Push(uint Rows, uint Channels, float Epsilon);
}
