using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>The gradient of a <see cref="Conv2d"/>'s input.</summary>
/// <param name="Window">The convolution's.</param>
/// <param name="Groups">The convolution's.</param>
/// <param name="Height">Of the image that was convolved: where a stride rounds, the output does not tell.</param>
/// <param name="Width">Likewise.</param>
/// <remarks>
/// dy (N, K, P, Q), weight (K, C / Groups, R, S) → dx (N, C, H, W). With a stride of 1 it is a convolution itself: of dy, with
/// the weight turned by half a circle and its channels swapped. Recorded as it stands it runs on the reference kernel.
/// float32. See
/// <see href="https://arxiv.org/abs/1603.07285">A guide to convolution arithmetic for deep learning</see>, section 4.
/// </remarks>
public sealed record Conv2dDataGradient(Window Window, int Groups, int Height, int Width) : Op
{
    private static readonly Kernel<Push> Reference = new("ops/conv2d_data_gradient_reference.comp", "", "dy", "weights", "dx");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        (Shape dy, Shape weight) = (inputs[0].Shape, inputs[1].Shape);
        TensorType dx = new(new Shape(dy.N, weight.C * Groups, Height, Width));
        TensorType y = new Conv2d(Window, Groups).Infer([dx, inputs[1]])[0];
        if (inputs[0] != y) throw new ShapeException($"Conv2dDataGradient: dy {inputs[0]} is no gradient of {y}.");
        return [dx];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        new Conv2d(Window, Groups).MultiplyAdds([outputs[0], inputs[1]], [inputs[0]]);

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView dy, TensorView weight, TensorView dx) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        Push push = new(
            (uint)dx.Shape.Count, Groups, Height, Width, dx.Shape.C, dy.Shape.H, dy.Shape.W, dy.Shape.C,
            Window.Height, Window.Width, Window.StrideY, Window.StrideX, Window.PaddingY, Window.PaddingX, Window.DilationY,
            Window.DilationX);
        step.Flat(Reference, push, dx.Shape.Count, dy, weight, dx);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
    [
        CpuOracle.Conv2dDataGradient(
            inputs[0], inputs[1], Conv2d.Geometry(Window, inputs[0].C, Groups), new Extent(Height, Width)),
    ];

    /// <inheritdoc/>
    public override string ToString() =>
        $"Conv2dDataGradient {Window}{(Groups > 1 ? $" groups {Groups}" : "")} of {Height}x{Width}";

    private readonly record struct Push(
        uint Count, int Groups, int Height, int Width, int Channels, int OutHeight, int OutWidth, int OutChannels,
        int KernelHeight, int KernelWidth, int StrideY, int StrideX, int PaddingY, int PaddingX, int DilationY, int DilationX);
}
