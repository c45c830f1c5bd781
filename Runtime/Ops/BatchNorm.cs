using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// Batch norm with running statistics, as in inference: y = (x - mean) / sqrt(variance + ε) * weight + bias, channel by channel.
/// </summary>
/// <param name="Epsilon">ε, 1e-5 in PyTorch.</param>
/// <remarks>Inputs: x (N, C, H, W), then weight, bias, mean and variance (C).</remarks>
public sealed record BatchNorm(float Epsilon = 1e-5f) : Op
{
    private static readonly Kernel<Push> Single = new("ops/batch_norm.comp", "", "x", "weight", "bias", "mean", "variance", "y");
    private static readonly Kernel<Push> Half =
        new("ops/batch_norm.comp", "HALF", "x", "weight", "bias", "mean", "variance", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Shape x = inputs[0].Shape;
        foreach (TensorType vector in inputs[1..])
            if (vector.Shape != Shape.Vector(x.C)) throw new ShapeException($"BatchNorm: {x.C} channels, and a vector {vector}.");
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        TensorView x = step.Inputs[0];
        step.Flat(
            x.Type.Element == ElementType.Float16 ? Half : Single,
            new Push((uint)x.Shape.Count, (uint)x.Shape.C, Epsilon), x.Shape.Count,
            x, step.Inputs[1], step.Inputs[2], step.Inputs[3], step.Inputs[4], step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.BatchNorm(inputs[0], Parameters(inputs.Skip(1), Epsilon))];

    internal static BatchNormalization Parameters(IEnumerable<DoubleTensor> vectors, float epsilon)
    {
        double[][] values = [.. vectors.Take(4).Select(vector => vector.Values)];
        return new BatchNormalization(values[0], values[1], values[2], values[3], epsilon);
    }

    /// <inheritdoc/>
    public override string ToString() => Epsilon == 1e-5f ? "BatchNorm" : $"BatchNorm epsilon {Epsilon}";

    private readonly record struct Push(uint Count, uint Channels, float Epsilon);
}
