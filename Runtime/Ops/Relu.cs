using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>y = max(x, 0), element by element. NaN stays NaN, as in PyTorch.</summary>
public sealed record Relu : Op
{
    private static readonly Kernel<Push>[] Kernels = VectorLoads.Declare<Push>("ops/relu.comp", "", "x", "y");
    private static readonly Kernel<Push> Half = new("ops/relu.comp", "HALF", "x", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => [inputs[0]];

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView y) = (step.Inputs[0], step.Outputs[0]);
        bool isHalf = x.Type.Element == ElementType.Float16;
        VectorLoad load = isHalf ? VectorLoad.Elements : VectorLoads.For(step.Traits, x.Shape.Count);
        long count = x.Shape.Count / load.Width();
        step.Flat(
            isHalf ? Half : Kernels[(int)load], new Push(load.OffsetOf(x), (uint)count),
            VectorLoads.ThreadsFor(step.Traits, count), load.Source(x), y);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [CpuOracle.Relu(inputs[0])];

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step) =>
        step.Flow(0, step.Append("dx", new ReluGradient(), step.Gradient(), step.Outputs[0]));

    /// <inheritdoc/>
    public override string ToString() => "ReLU";

    private readonly record struct Push(int XOffset, uint Count);
}

/// <summary>The gradient of <see cref="Relu"/> from its outcome: dx = 0 where y ≤ 0, else dy. float32.</summary>
/// <remarks>Inputs: dy and y, of one shape. Where y is NaN dy passes, as in PyTorch.</remarks>
public sealed record ReluGradient : Op
{
    private static readonly Kernel<Push>[] Kernels = VectorLoads.Declare<Push>("ops/relu_gradient.comp", "", "dy", "y", "dx");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        if (inputs[0] != inputs[1] || inputs[0].Element != ElementType.Float32)
            throw new ShapeException($"ReluGradient: {inputs[0]} and {inputs[1]} are not alike, or not float32.");
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView dy, TensorView y, TensorView dx) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        VectorLoad load = VectorLoads.For(step.Traits, dy.Shape.Count);
        long count = dy.Shape.Count / load.Width();
        Push push = new(load.OffsetOf(dy), load.OffsetOf(y), (uint)count);
        step.Flat(
            Kernels[(int)load], push, VectorLoads.ThreadsFor(step.Traits, count), load.Source(dy), load.Source(y), dx);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.ReluGradient(inputs[0], inputs[1])];

    /// <inheritdoc/>
    public override string ToString() => "ReLU gradient";

    private readonly record struct Push(int DyOffset, int YOffset, uint Count);
}
