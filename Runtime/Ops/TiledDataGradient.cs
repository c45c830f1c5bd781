using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// The gradient of a convolution's data as a matrix product in tiles of shared memory, for GPUs. One group; stride, padding and
/// dilation alike along both axes, and not both a stride and a dilation above 1.
/// </summary>
/// <param name="Gradient">What it computes.</param>
/// <param name="Tile">Pixels and channels a workgroup makes.</param>
internal sealed record TiledDataGradient(Conv2dDataGradient Gradient, int Tile) : Op
{
    private const int Depth = 16, ThreadPixels = 4, ThreadChannels = 4;

    private static readonly Kernel<Push> Kernel = new("ops/conv2d_data_gradient_tiled.comp", "", "dy", "weights", "dx");

    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => Gradient.Infer(inputs);

    public override void Record(OpStep step)
    {
        (TensorView dy, TensorView weight, TensorView dx) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        Window window = Gradient.Window;
        Push push = new(
            dx.Shape.N, dx.Shape.C, dx.Shape.H, dx.Shape.W, dy.Shape.C, dy.Shape.H, dy.Shape.W,
            window.Height, window.Width, window.StrideX, window.PaddingX, window.DilationX);
        int threads = Tile / ThreadPixels * (Tile / ThreadChannels);
        step.Dispatch(
            Kernel, push, Groups(dx.Shape), [(uint)threads, (uint)Tile, (uint)Tile, Depth, ThreadPixels, ThreadChannels],
            dy, weight, dx);
    }

    /// <summary>The workgroups that it takes.</summary>
    public GroupCount Groups(Shape dx)
    {
        int stride = Gradient.Window.StrideX;
        long pixels = (long)dx.N * Ceiling(dx.H, stride) * Ceiling(dx.W, stride);       // of the largest class
        return new GroupCount(
            checked((uint)((pixels + Tile - 1) / Tile)), Ceiling(dx.C, Tile), (uint)(stride * stride));
    }

    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => Gradient.Evaluate(inputs);

    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        Gradient.MultiplyAdds(inputs, outputs);

    public override string ToString() => $"{Gradient} [tiles {Tile}x{Tile}]";

    private static uint Ceiling(int value, int divisor) => (uint)((value + divisor - 1) / divisor);

    private readonly record struct Push(
        int Images, int InChannels, int Height, int Width, int OutChannels, int OutHeight, int OutWidth,
        int KernelHeight, int KernelWidth, int Stride, int Padding, int Dilation);
}
