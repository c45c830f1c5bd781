using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>The gradient of a <see cref="Conv2d"/>'s weight.</summary>
/// <param name="Window">The convolution's.</param>
/// <param name="Groups">The convolution's.</param>
/// <remarks>
/// x (N, C, H, W), dy (N, K, P, Q) → dw (K, C / Groups, R, S), which lies as weights do: [R][S][C / Groups][K]. Recorded as it
/// stands it runs on the reference kernel. float32.
/// </remarks>
public sealed record Conv2dWeightGradient(Window Window, int Groups = 1) : Op
{
    private static readonly Kernel<Push> Reference = new("ops/conv2d_weight_gradient_reference.comp", "", "x", "dy", "dw");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        (Shape x, Shape dy) = (inputs[0].Shape, inputs[1].Shape);
        TensorType dw = new(new Shape(dy.C, x.C / Groups, Window.Height, Window.Width));
        TensorType y = new Conv2d(Window, Groups).Infer([new TensorType(x), dw])[0];
        if (inputs[0].Element != ElementType.Float32 || inputs[1] != y)
            throw new ShapeException($"Conv2dWeightGradient: dy {inputs[1]} is no gradient of {y}, made of {inputs[0]}.");
        return [dw];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        new Conv2d(Window, Groups).MultiplyAdds([inputs[0], outputs[0]], [inputs[1]]);

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView dy, TensorView dw) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        Push push = new(
            (uint)dw.Shape.Count, Groups, x.Shape.N, x.Shape.H, x.Shape.W, x.Shape.C, dy.Shape.H, dy.Shape.W, dy.Shape.C,
            Window.Width, Window.StrideY, Window.StrideX, Window.PaddingY, Window.PaddingX, Window.DilationY, Window.DilationX);
        step.Flat(Reference, push, dw.Shape.Count, x, dy, dw);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.Conv2dWeightGradient(inputs[0], inputs[1], Conv2d.Geometry(Window, inputs[1].C, Groups))];

    /// <inheritdoc/>
    public override string ToString() => $"Conv2dWeightGradient {Window}{(Groups > 1 ? $" groups {Groups}" : "")}";

    private readonly record struct Push(
        uint Count, int Groups, int Images, int Height, int Width, int Channels, int OutHeight, int OutWidth, int OutChannels,
        int KernelWidth, int StrideY, int StrideX, int PaddingY, int PaddingX, int DilationY, int DilationX);
}
