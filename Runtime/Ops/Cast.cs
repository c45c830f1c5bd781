using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>float32 to float16 storage, rounded to the nearest with ties to even, or back.</summary>
/// <param name="Element">What the outcome is made of.</param>
public sealed record Cast(ElementType Element) : Op
{
    private static readonly Kernel<Push> ToHalf = new("ops/cast.comp", "TO_HALF", "x", "y");
    private static readonly Kernel<Push> ToSingle = new("ops/cast.comp", "", "x", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        if ((inputs[0].Element, Element) is not ((ElementType.Float32, ElementType.Float16)
            or (ElementType.Float16, ElementType.Float32)))
            throw new ShapeException($"Cast: there is no way from {inputs[0].Element} to {Element}.");
        return [inputs[0] with { Element = Element }];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        TensorView x = step.Inputs[0];
        Push push = new((uint)x.Shape.Count);
        step.Flat(Element == ElementType.Float16 ? ToHalf : ToSingle, push, x.Shape.Count, x, step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [Element == ElementType.Float16 ? CpuOracle.ToFloat16(inputs[0]) : inputs[0]];

    /// <inheritdoc/>
    public override string ToString() => $"Cast {Element}";

    private readonly record struct Push(uint Count);
}
