using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// The gradient of the data of a convolution with a stride, on a driver that runs a subgroup on the SIMD registers of a CPU: a
/// lane is a channel of dx. Square kernels.
/// </summary>
/// <param name="Gradient">What it computes.</param>
/// <param name="Load">How it loads.</param>
/// <param name="Lanes">The subgroup's size.</param>
/// <param name="Shuffles">Whether a lane's value reaches the others by a shuffle, where that is cheaper than a broadcast.</param>
/// <param name="Tile">What one workgroup makes: pixels of dx, multiples of the stride.</param>
/// <remarks>Inputs: dy, the <see cref="PackedWeight"/>, turned.</remarks>
internal sealed record LaneDataGradient(Conv2dDataGradient Gradient, LaneLoad Load, int Lanes, bool Shuffles, LaneTile Tile) : Op
{
    // By load, then without and with stores of pairs.
    private static readonly Kernel<Push>[] Kernels = Declare();

    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType dy = inputs[0];
        return [dy with { Shape = new Shape(dy.Shape.N, Channels, Gradient.Height, Gradient.Width) }];
    }

    /// <summary>Channels of dx: what was packed does not tell.</summary>
    public required int Channels { get; init; }

    public override void Record(OpStep step)
    {
        (TensorView dy, TensorView packed, TensorView dx) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        bool pairs = LaneConv2d.StoresPairs(Tile.LaneChannels, Shuffles, Channels) && step.Traits.HasInt64;
        bool texels = Load == LaneLoad.Texels;
        ChannelGroups groups = new(Gradient.Groups, dy.Shape.C / Gradient.Groups, Channels / Gradient.Groups);
        Push push = new(
            dy.FirstElement, texels ? packed.FirstElement : 0, dy.Shape.C, dy.Shape.H, dy.Shape.W,
            dx.Shape.C, dx.Shape.H, dx.Shape.W,
            groups.Span(Lanes * Tile.LaneChannels, LaneConv2d.VectorOf(Load, ElementType.Float32), Tile.Block), groups.Inputs,
            groups.Outputs);
        Window window = Gradient.Window;
        int[] constants =
        [
            Lanes, window.Width, window.StrideX, window.PaddingX, window.DilationX,
            Tile.Width, Tile.Height, Tile.LaneChannels,
            Tile.Block, Tile.PixelLanes, Shuffles ? 1 : 0, Tile.WholeWidth, Tile.WholeHeight,
        ];
        step.Dispatch(
            Kernels[2 * (int)Load + (pairs ? 1 : 0)], push, Groups(dx.Shape), [.. constants.Select(constant => (uint)constant)],
            texels ? dy.AsTexels : dy.InBlock, texels ? packed.AsTexels : packed, dx);
    }

    /// <summary>The workgroups that it takes.</summary>
    public GroupCount Groups(Shape dx) => new(
        Ceiling(dx.W, Tile.Width), Ceiling(dx.C, Lanes * Tile.LaneChannels), (uint)dx.N * Ceiling(dx.H, Tile.Height));

    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        Gradient.Evaluate([inputs[0], PackedWeight.Turn(inputs[1], Gradient.Groups)]);

    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        inputs[0].Shape.Count * (Channels / Gradient.Groups) * Gradient.Window.Height * Gradient.Window.Width;

    public override string ToString() => $"{Gradient} [lanes {Tile}]";

    private static uint Ceiling(int value, int divisor) => (uint)((value + divisor - 1) / divisor);

    private static Kernel<Push>[] Declare()
    {
        string[] loads = ["LOAD_TEXELS", "LOAD_64", "LOAD_32"], stores = ["", " PAIRS"];
        return [.. loads.SelectMany(load => stores.Select(
            store => new Kernel<Push>("ops/conv2d_lanes_transposed.comp", load + store, "x", "weights", "y")))];
    }

    private readonly record struct Push(
        int XOffset, int WeightsOffset, int InChannels, int Height, int Width, int OutChannels, int OutHeight, int OutWidth,
        int Depth, int GroupInputs, int GroupOutputs);
}
