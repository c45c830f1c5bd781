using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// A convolution as a matrix product in tiles of shared memory: what GPUs are built for. One group; stride, padding and dilation
/// alike along both axes.
/// </summary>
/// <param name="Convolution">What it computes.</param>
/// <param name="TilePixels">Pixels a workgroup makes.</param>
/// <param name="TileChannels">Channels a workgroup makes.</param>
/// <remarks>Inputs as of <see cref="Conv2d"/>: the weight as it stands is the matrix.</remarks>
internal sealed record TiledConv2d(Conv2d Convolution, int TilePixels, int TileChannels) : Op
{
    private const int Depth = 16, ThreadPixels = 4, ThreadChannels = 4;

    // Tiles along x before they go on along z: at most 65,535 groups an axis are valid everywhere.
    private const int MostTiles = 32768;

    private static readonly Kernel<Push> Single = new("ops/conv2d_tiled.comp", "", "x", "weights", "bias", "residual", "y");
    private static readonly Kernel<Push> Half = new("ops/conv2d_tiled.comp", "HALF", "x", "weights", "bias", "residual", "y");

    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => Convolution.Infer(inputs);

    public override void Record(OpStep step)
    {
        (TensorView x, TensorView weight, TensorView y) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        (TensorView bias, TensorView residual) = Convolution.Epilogue(step);
        Window window = Convolution.Window;
        Push push = new(
            checked((int)y.Shape.Pixels), x.Shape.C, x.Shape.H, x.Shape.W, y.Shape.C, y.Shape.H, y.Shape.W,
            window.Height, window.Width,
            window.StrideX, window.PaddingX, window.DilationX);
        int threads = TilePixels / ThreadPixels * (TileChannels / ThreadChannels);
        uint[] constants =
        [
            (uint)threads, (uint)TilePixels, (uint)TileChannels, Depth, ThreadPixels, ThreadChannels,
            Conv2d.Flag(Convolution.HasBias), Conv2d.Flag(Convolution.HasResidual), Conv2d.Flag(Convolution.HasRelu),
        ];
        int tiles = checked((int)((y.Shape.Pixels + TilePixels - 1) / TilePixels));
        GroupCount groups = new(
            (uint)Math.Min(tiles, MostTiles), (uint)((y.Shape.C + TileChannels - 1) / TileChannels),
            (uint)((tiles + MostTiles - 1) / MostTiles));
        step.Dispatch(
            x.Type.Element == ElementType.Float16 ? Half : Single, push, groups, constants, x, weight, bias, residual, y);
    }

    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => Convolution.Evaluate(inputs);

    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        Convolution.MultiplyAdds(inputs, outputs);

    public override string ToString() => $"{Convolution} [tiles {TilePixels}x{TileChannels}]";

    private readonly record struct Push(
        int Pixels, int InChannels, int Height, int Width, int OutChannels, int OutHeight, int OutWidth,
        int KernelHeight, int KernelWidth,
        int Stride, int Padding, int Dilation);
}
