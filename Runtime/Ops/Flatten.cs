using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>An image as a vector, in PyTorch's order: x (N, C, H, W) → y (N, C * H * W, 1, 1), channels outermost.</summary>
public sealed record Flatten : Op
{
    private static readonly Kernel<Push> Single = new("ops/flatten.comp", "", "x", "y");
    private static readonly Kernel<Push> Half = new("ops/flatten.comp", "HALF", "x", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Shape x = inputs[0].Shape;
        return [inputs[0] with { Shape = new Shape(x.N, checked(x.C * x.H * x.W), 1, 1) }];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        TensorView x = step.Inputs[0];
        Push push = new((uint)x.Shape.Count, (uint)x.Shape.C, (uint)(x.Shape.H * x.Shape.W));
        step.Flat(x.Type.Element == ElementType.Float16 ? Half : Single, push, x.Shape.Count, x, step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [CpuOracle.Flatten(inputs[0])];

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step)
    {
        Shape x = step.Inputs[0].Shape;
        if (step.Needs(0)) step.Flow(0, step.Append("dx", new FlattenGradient(x.C, x.H, x.W), step.Gradient()));
    }

    /// <inheritdoc/>
    public override string ToString() => "Flatten";

    private readonly record struct Push(uint Count, uint Channels, uint Area);
}

/// <summary>The gradient of <see cref="Flatten"/>, its inverse: dy (N, C * H * W, 1, 1) → dx (N, C, H, W). float32.</summary>
/// <param name="Channels">C.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
public sealed record FlattenGradient(int Channels, int Height, int Width) : Op
{
    private static readonly Kernel<Push> Kernel = new("ops/flatten.comp", "INVERSE", "x", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType dy = inputs[0];
        if (dy != new TensorType(new Shape(dy.Shape.N, checked(Channels * Height * Width), 1, 1)))
            throw new ShapeException($"FlattenGradient: {dy} is not float32 of {Channels} * {Height} * {Width} channels.");
        return [new(new Shape(dy.Shape.N, Channels, Height, Width))];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        TensorView dy = step.Inputs[0];
        step.Flat(
            Kernel, new Push((uint)dy.Shape.Count, (uint)Channels, (uint)(Height * Width)), dy.Shape.Count, dy, step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.FlattenGradient(inputs[0], Channels, new Extent(Height, Width))];

    /// <inheritdoc/>
    public override string ToString() => $"Flatten gradient to {Channels}x{Height}x{Width}";

    private readonly record struct Push(uint Count, uint Channels, uint Area);
}
