using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>y = max(x, 0), element by element. NaN stays NaN, as in PyTorch.</summary>
public sealed record Relu : Op
{
    private static readonly Kernel<Push> Single = new("ops/relu.comp", "", "x", "y");
    private static readonly Kernel<Push> Half = new("ops/relu.comp", "HALF", "x", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => [inputs[0]];

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView y) = (step.Inputs[0], step.Outputs[0]);
        step.Flat(x.Type.Element == ElementType.Float16 ? Half : Single, new Push((uint)x.Shape.Count), x.Shape.Count, x, y);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [CpuOracle.Relu(inputs[0])];

    /// <inheritdoc/>
    public override string ToString() => "ReLU";

    private readonly record struct Push(uint Count);
}
