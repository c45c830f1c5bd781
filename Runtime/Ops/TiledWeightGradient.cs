using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// The gradient of a convolution's weight as a matrix product in tiles of shared memory, for GPUs. One group; stride, padding and
/// dilation alike along both axes.
/// </summary>
/// <param name="Gradient">What it computes.</param>
/// <param name="Tile">Taps and channels a workgroup makes.</param>
/// <param name="Splits">Parts into which the pixels are divided, so that there are enough workgroups.</param>
/// <remarks>
/// Inputs and first output as of <see cref="Conv2dWeightGradient"/>; with splits, scratch memory for their sums.
/// </remarks>
internal sealed record TiledWeightGradient(Conv2dWeightGradient Gradient, int Tile, int Splits) : Op
{
    private const int Depth = 16, ThreadTaps = 4, ThreadChannels = 4;

    private static readonly Kernel<Push> Kernel = new("ops/conv2d_weight_gradient_tiled.comp", "", "x", "dy", "sums");

    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType[] outputs = Gradient.Infer(inputs);
        if (Splits == 1) return outputs;
        return [.. outputs, new TensorType(Shape.Vector(checked((int)(Splits * outputs[0].Shape.Count))))];
    }

    public override void Record(OpStep step)
    {
        (TensorView x, TensorView dy, TensorView dw) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        TensorView sums = Splits > 1 ? step.Outputs[1] : dw;
        Window window = Gradient.Window;
        int share = checked((int)((dy.Shape.Pixels + Splits - 1) / Splits));
        Push push = new(
            checked((int)dy.Shape.Pixels), (share + Depth - 1) / Depth * Depth, x.Shape.C, x.Shape.H, x.Shape.W,
            dy.Shape.C, dy.Shape.H, dy.Shape.W, window.Height, window.Width, window.StrideX, window.PaddingX, window.DilationX);
        int threads = Tile / ThreadTaps * (Tile / ThreadChannels);
        step.Dispatch(
            Kernel, push, Groups(dw.Shape), [(uint)threads, (uint)Tile, (uint)Tile, Depth, ThreadTaps, ThreadChannels],
            x, dy, sums);
        if (Splits > 1) PartSum.Record(step, LaneLoad.Elements, sums, Splits, dw);
    }

    /// <summary>The workgroups that it takes.</summary>
    public GroupCount Groups(Shape dw) => new(
        Ceiling(dw.C * dw.H * dw.W, Tile), Ceiling(dw.N, Tile), (uint)Splits);

    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => Gradient.Evaluate(inputs);

    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        Gradient.MultiplyAdds(inputs, outputs);

    public override string ToString() => $"{Gradient} [tiles {Tile}x{Tile}{(Splits > 1 ? $" splits {Splits}" : "")}]";

    private static uint Ceiling(int value, int divisor) => (uint)((value + divisor - 1) / divisor);

    private readonly record struct Push(
        int Pixels, int Share, int InChannels, int Height, int Width, int OutChannels, int OutHeight, int OutWidth,
        int KernelHeight, int KernelWidth, int Stride, int Padding, int Dilation);
}
