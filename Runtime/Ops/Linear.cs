using ResNetVulkan.Graphs;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>A fully connected layer: y = weight · x + bias.</summary>
/// <remarks>
/// x (N, C, 1, 1), weight (K, C, 1, 1), bias (K) → y (N, K, 1, 1). It is a 1x1 convolution of a 1x1 image, and runs as one.
/// </remarks>
public sealed record Linear : Op
{
    /// <summary>The convolution that does the same.</summary>
    public static Conv2d AsConvolution { get; } = new(Window.Square(1)) { HasBias = true };

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        if (inputs[0].Shape is { H: not 1 } or { W: not 1 })
            throw new ShapeException($"Linear: the input {inputs[0]} is an image; flatten or pool it first.");
        return AsConvolution.Infer(inputs);
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        AsConvolution.MultiplyAdds(inputs, outputs);

    /// <inheritdoc/>
    public override void Record(OpStep step) => AsConvolution.Record(step);

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => AsConvolution.Evaluate(inputs);

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step) => AsConvolution.Differentiate(step);

    /// <inheritdoc/>
    public override string ToString() => "Linear";
}
