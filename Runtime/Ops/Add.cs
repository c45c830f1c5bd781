using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>y = a + b, element by element: where a shortcut joins. With <see cref="HasRelu"/> y = max(a + b, 0).</summary>
public sealed record Add : Op
{
    private static readonly Kernel<Push>[] Plain = VectorLoads.Declare<Push>("ops/add.comp", "", "a", "b", "y");
    private static readonly Kernel<Push>[] Clamped = VectorLoads.Declare<Push>("ops/add.comp", "RELU", "a", "b", "y");
    private static readonly Kernel<Push> Half = new("ops/add.comp", "HALF", "a", "b", "y");
    private static readonly Kernel<Push> HalfRelu = new("ops/add.comp", "HALF RELU", "a", "b", "y");

    /// <summary>Whether the sum is clamped at 0.</summary>
    public bool HasRelu { get; init; }

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        if (inputs[0] != inputs[1]) throw new ShapeException($"Add: {inputs[0]} and {inputs[1]} are not alike.");
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView a, TensorView b, TensorView y) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        bool isHalf = a.Type.Element == ElementType.Float16;
        VectorLoad load = isHalf ? VectorLoad.Elements : VectorLoads.For(step.Traits, y.Shape.Count);
        Kernel<Push> kernel = (isHalf, HasRelu) switch
        {
            (false, false) => Plain[(int)load],
            (false, true) => Clamped[(int)load],
            (true, false) => Half,
            (true, true) => HalfRelu,
        };
        long count = y.Shape.Count / load.Width();
        step.Flat(
            kernel, new Push(load.OffsetOf(a), load.OffsetOf(b), (uint)count), VectorLoads.ThreadsFor(step.Traits, count),
            load.Source(a), load.Source(b), y);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        DoubleTensor sum = CpuOracle.Add(inputs[0], inputs[1]);
        return [HasRelu ? CpuOracle.Relu(sum) : sum];
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step)
    {
        if (!step.Needs(0) && !step.Needs(1)) return;
        Tensor gradient = HasRelu
            ? step.Append("dx", new ReluGradient(), step.Gradient(), step.Outputs[0])
            : step.Gradient();
        step.Flow(0, gradient);
        step.Flow(1, gradient);
    }

    /// <inheritdoc/>
    public override string ToString() => HasRelu ? "Add + ReLU" : "Add";

    private readonly record struct Push(int AOffset, int BOffset, uint Count);
}
