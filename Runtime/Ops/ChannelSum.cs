using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>y[c] = sum over (n,h,w) of x[n,c,h,w]: the gradient of a bias is that of its output, summed.</summary>
/// <remarks>
/// x (N, C, H, W) → y (C), then scratch memory for partial sums. Pixels are summed in order within parts, and then the parts in
/// order: the same bits on every run. float32.
/// </remarks>
public sealed record ChannelSum : Op
{
    private static readonly Kernel<Push> Partial = new("ops/channel_sum.comp", "PARTIAL", "x", "partial");
    private static readonly Kernel<Push> Total = new("ops/channel_sum.comp", "TOTAL", "partial", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        if (inputs[0].Element != ElementType.Float32) throw new ShapeException($"ChannelSum: {inputs[0]} is not float32.");
        Shape x = inputs[0].Shape;
        return [new TensorType(Shape.Vector(x.C)), new TensorType(Shape.Vector(checked(Parts(x) * x.C)))];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView y, TensorView partial) = (step.Inputs[0], step.Outputs[0], step.Outputs[1]);
        int parts = Parts(x.Shape);
        Push push = new((uint)x.Shape.C, (uint)x.Shape.Pixels, (uint)parts);
        step.Flat(Partial, push, (long)parts * x.Shape.C, x, partial);
        step.Flat(Total, push, x.Shape.C, partial with { Writes = false }, y);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [CpuOracle.ChannelSum(inputs[0])];

    /// <inheritdoc/>
    public override string ToString() => "ChannelSum";

    // As many parts as pixels in each, so that neither pass is long.
    private static int Parts(Shape x) => (int)Math.Ceiling(Math.Sqrt(x.Pixels));

    private readonly record struct Push(uint Channels, uint Pixels, uint Parts);
}
