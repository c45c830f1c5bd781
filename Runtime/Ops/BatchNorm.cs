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

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step)
    {
        if (!step.Needs(0) && !step.Needs(1) && !step.Needs(2)) return;
        Node gradient = step.AppendNode(
            "dx", new FrozenBatchNormGradient(Epsilon),
            step.Inputs[0], step.Gradient(), step.Inputs[1], step.Inputs[3], step.Inputs[4]);
        for (int i = 0; i < 3; i++) step.Flow(i, gradient.Outputs[i]);
    }

    internal static BatchNormalization Parameters(IEnumerable<DoubleTensor> vectors, float epsilon)
    {
        double[][] values = [.. vectors.Take(4).Select(vector => vector.Values)];
        return new BatchNormalization(values[0], values[1], values[2], values[3], epsilon);
    }

    /// <inheritdoc/>
    public override string ToString() => Epsilon == 1e-5f ? "BatchNorm" : $"BatchNorm epsilon {Epsilon}";

    private readonly record struct Push(uint Count, uint Channels, float Epsilon);
}

/// <summary>The gradient of <see cref="BatchNorm"/>, whose statistics are constants.</summary>
/// <param name="Epsilon">ε.</param>
/// <remarks>
/// Inputs: x, dy (N, C, H, W); weight, mean and variance (C). Outputs: dx = dy * weight / sqrt(variance + ε); dweight, dbias (C);
/// scratch. float32.
/// </remarks>
public sealed record FrozenBatchNormGradient(float Epsilon = 1e-5f) : Op
{
    private const string File = "ops/batch_norm_gradient.comp";

    private static readonly Kernel<BatchNormGradient.MergePush> Merge =
        new(File, "MERGE FROZEN", "partials", "variance", "dweight", "dbias");

    private static readonly Kernel<Push>[] Gradient =
        VectorLoads.Declare<Push>(File, "FROZEN", "dy", "weight", "variance", "dx");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType vector = BatchNormTraining.Require("FrozenBatchNormGradient", inputs[0], inputs[2..]);
        if (inputs[1] != inputs[0])
            throw new ShapeException($"FrozenBatchNormGradient: {inputs[0]} and {inputs[1]} are not alike.");
        return [inputs[0], vector, vector, ChannelStrips.Scratch(inputs[0].Shape)];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView dy, TensorView weight) = (step.Inputs[0], step.Inputs[1], step.Inputs[2]);
        (TensorView mean, TensorView variance, TensorView partials) = (step.Inputs[3], step.Inputs[4], step.Outputs[3]);
        ChannelStrips strips = ChannelStrips.Of(step.Traits, x.Shape);

        BatchNormGradient.Sum(step, strips, hasRelu: false, x, dy, weight, weight, mean, variance, partials);
        strips.Merge(
            step, Merge, new BatchNormGradient.MergePush(strips.Channels, strips.Partials, Epsilon),
            partials with { Writes = false }, variance, step.Outputs[1], step.Outputs[2]);
        strips.Walk(
            step, Gradient, new Push(strips.Load.OffsetOf(dy), strips.Vectors, strips.Pixels, strips.StripPixels, Epsilon), [],
            strips.Load.Source(dy), weight, variance, step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => CpuOracle.FrozenBatchNormGradient(
        inputs[0], inputs[1], inputs[2].Values, inputs[3].Values, inputs[4].Values, Epsilon);

    /// <inheritdoc/>
    public override string ToString() => $"BatchNorm{(Epsilon == 1e-5f ? "" : $" epsilon {Epsilon}")} gradient";

    private readonly record struct Push(int DyOffset, int Vectors, int Pixels, int StripPixels, float Epsilon);
}
