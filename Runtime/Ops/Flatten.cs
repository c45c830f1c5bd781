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
    public override string ToString() => "Flatten";

    private readonly record struct Push(uint Count, uint Channels, uint Area);
}
