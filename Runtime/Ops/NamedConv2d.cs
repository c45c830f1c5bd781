using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// A convolution for drivers that neither unroll loops nor keep arrays in registers, such as SwiftShader: eight named vectors
/// hold the sums. One group; stride, padding and dilation alike along both axes.
/// </summary>
/// <param name="Convolution">What it computes.</param>
/// <param name="Lanes">The subgroup's size.</param>
/// <remarks>Inputs as of <see cref="Conv2d"/>.</remarks>
internal sealed record NamedConv2d(Conv2d Convolution, int Lanes) : Op
{
    // What one thread makes: pixels of a row, by channels.
    private const int Pixels = 8, Channels = 4;

    private static readonly Kernel<Push> Single = new("ops/conv2d_named.comp", "", "x", "weights", "bias", "residual", "y");
    private static readonly Kernel<Push> Half = new("ops/conv2d_named.comp", "HALF", "x", "weights", "bias", "residual", "y");

    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => Convolution.Infer(inputs);

    public override void Record(OpStep step)
    {
        (TensorView x, TensorView weight, TensorView y) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        (TensorView bias, TensorView residual) = Convolution.Epilogue(step);
        Window window = Convolution.Window;

        // With nothing around a pixel to read, all pixels of all images lie in one row, or few.
        (Shape from, Shape to) = IsFlat ? (Conv2d.InRows(x.Shape, Pixels), Conv2d.InRows(y.Shape, Pixels)) : (x.Shape, y.Shape);
        Push push = new(
            x.FirstElement, from.C, from.H, from.W, to.C, to.H, to.W,
            window.Height, window.Width, window.StrideX, window.PaddingX,
            window.DilationX);
        uint[] constants =
        [
            (uint)Lanes, Conv2d.Flag(Convolution.HasBias), Conv2d.Flag(Convolution.HasResidual), Conv2d.Flag(Convolution.HasRelu),
        ];
        step.Dispatch(
            x.Type.Element == ElementType.Float16 ? Half : Single, push, Groups(y.Shape), constants,
            x.InBlock, weight, bias, residual, y);
    }

    /// <summary>The workgroups that it takes.</summary>
    public GroupCount Groups(Shape y)
    {
        Shape to = IsFlat ? Conv2d.InRows(y, Pixels) : y;
        return new GroupCount(Ceiling(to.W, Pixels), Ceiling(to.C, Lanes * Channels), (uint)to.N * (uint)to.H);
    }

    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => Convolution.Evaluate(inputs);

    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        Convolution.MultiplyAdds(inputs, outputs);

    public override string ToString() => $"{Convolution} [named]";

    private bool IsFlat => Convolution.Window == Window.Square(1);

    private static uint Ceiling(int value, int divisor) => (uint)((value + divisor - 1) / divisor);

    private readonly record struct Push(
        int XOffset, int InChannels, int Height, int Width, int OutChannels, int OutHeight, int OutWidth,
        int KernelHeight, int KernelWidth,
        int Stride, int Padding, int Dilation);
}
