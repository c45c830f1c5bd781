using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>How a lane kernel loads activations and weights.</summary>
internal enum LaneLoad
{
    /// <summary>Four at a time, through texel buffers.</summary>
    Texels,

    /// <summary>As 64-bit words: two float32, or four float16.</summary>
    Words,

    /// <summary>One by one.</summary>
    Elements,
}

/// <summary>The part of a convolution's output that one workgroup of a lane kernel makes, and how it reads its input.</summary>
/// <param name="Width">Output columns.</param>
/// <param name="Height">Output rows.</param>
/// <param name="LaneChannels">Output channels a lane.</param>
/// <param name="Block">Input channels a step.</param>
/// <param name="PixelLanes">Lanes that read neighbouring channels of one pixel.</param>
/// <param name="WholeWidth">
/// The image's width where one tile spans the output row, so that taps on the padding drop out; else 0.
/// </param>
/// <param name="WholeHeight">Likewise its height.</param>
internal readonly record struct LaneTile(
    int Width, int Height, int LaneChannels, int Block = 0, int PixelLanes = 1, int WholeWidth = 0, int WholeHeight = 0)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Width}x{Height}x{LaneChannels}" +
        (Block > 0 ? $" block {Block}" : "") + (PixelLanes > 1 ? $"/{PixelLanes}" : "") +
        (WholeWidth > 0 || WholeHeight > 0 ? $" whole {WholeWidth}x{WholeHeight}" : "");
}

/// <summary>
/// A convolution on a driver that runs a subgroup on the SIMD registers of a CPU: a lane is an output channel. Square kernels.
/// </summary>
/// <param name="Convolution">What it computes.</param>
/// <param name="Weight">The weight's shape before it was packed.</param>
/// <param name="Load">How it loads.</param>
/// <param name="Lanes">The subgroup's size.</param>
/// <param name="Shuffles">Whether a lane's value reaches the others by a shuffle, where that is cheaper than a broadcast.</param>
/// <param name="Tile">What one workgroup makes.</param>
/// <param name="IsStem">Whether it is conv2d_stem.comp: few input channels, rows read as flat arrays.</param>
/// <remarks>Inputs: x, the <see cref="PackedWeight"/>, then the bias and the shortcut if the convolution has them.</remarks>
internal sealed record LaneConv2d(
    Conv2d Convolution, Shape Weight, LaneLoad Load, int Lanes, bool Shuffles, LaneTile Tile, bool IsStem) : Op
{
    private static readonly Kernel<Push>[] Single = Declare("ops/conv2d_lanes.comp", "");
    private static readonly Kernel<Push>[] Half = Declare("ops/conv2d_lanes.comp", " HALF");
    private static readonly Kernel<Push>[] SingleStem = Declare("ops/conv2d_stem.comp", "");
    private static readonly Kernel<Push>[] HalfStem = Declare("ops/conv2d_stem.comp", " HALF");

    /// <summary>How many elements a load brings.</summary>
    public static int VectorOf(LaneLoad load, ElementType element) => load switch
    {
        LaneLoad.Texels => 4,
        LaneLoad.Words => element == ElementType.Float16 ? 4 : 2,
        _ => 1,
    };

    /// <summary>
    /// Whether a kernel stores two channels at once. With one channel a lane, lanes exchange them first, which pays where stores
    /// are loops over the lanes: on the drivers that shuffle.
    /// </summary>
    public static bool StoresPairs(int laneChannels, bool shuffles, int channels) =>
        channels % 2 == 0 && (laneChannels % 2 == 0 || (laneChannels == 1 && shuffles));

    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType[] plain = inputs.ToArray();
        plain[1] = new TensorType(Weight);
        return Convolution.Infer(plain);
    }

    public override void Record(OpStep step)
    {
        (TensorView x, TensorView packed, TensorView y) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        (TensorView bias, TensorView residual) = Convolution.Epilogue(step);

        // With nothing around a pixel to read, all pixels of all images lie in one row, or few.
        (Shape from, Shape to) = IsFlat
            ? (Conv2d.InRows(x.Shape, Tile.Width), Conv2d.InRows(y.Shape, Tile.Width))
            : (x.Shape, y.Shape);
        bool pairs = StoresPairs(Tile.LaneChannels, Shuffles, to.C)
            && (step.Traits.HasInt64 || x.Type.Element == ElementType.Float16);
        bool texels = Load == LaneLoad.Texels;
        (TensorView image, TensorView weight) = texels ? (x.AsTexels, packed.AsTexels) : (x.InBlock, packed);

        ChannelGroups groups = ChannelGroups.Of(Weight, Convolution.Groups);
        Push push = new(
            x.FirstElement, texels ? packed.FirstElement : 0, texels ? residual.FirstElement : 0,
            from.C, from.H, from.W, to.C, to.H, to.W,
            groups.Span(Lanes * Tile.LaneChannels, VectorOf(Load, x.Type.Element), Tile.Block), groups.Inputs, groups.Outputs);
        Kernel<Push>[] kernels = (IsStem, x.Type.Element == ElementType.Float16) switch
        {
            (false, false) => Single,
            (false, true) => Half,
            (true, false) => SingleStem,
            (true, true) => HalfStem,
        };
        step.Dispatch(
            kernels[2 * (int)Load + (pairs ? 1 : 0)], push, Groups(y.Shape), Constants(Convolution.Window, x.Shape.C),
            image, weight, bias, texels ? residual.AsTexels : residual, y);
    }

    /// <summary>The workgroups that it takes.</summary>
    public GroupCount Groups(Shape y)
    {
        Shape to = IsFlat ? Conv2d.InRows(y, Tile.Width) : y;
        return new GroupCount(
            Ceiling(to.W, Tile.Width), Ceiling(to.C, Lanes * Tile.LaneChannels), (uint)to.N * Ceiling(to.H, Tile.Height));
    }

    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => Convolution.Evaluate(inputs);

    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        outputs[0].Shape.Count * Weight.C * Weight.H * Weight.W;

    public override string ToString() => $"{Convolution} [lanes {Tile}]";

    private bool IsFlat => Convolution.Window == Window.Square(1);

    private uint[] Constants(Window window, int channels)
    {
        int[] constants = IsStem
            ?
            [
                Lanes, window.Width, window.StrideX, window.PaddingX, channels, Tile.Width, Tile.Height, Tile.LaneChannels,
                Shuffles ? 1 : 0,
            ]
            :
            [
                Lanes, window.Width, window.StrideX, window.PaddingX, window.DilationX,
                Tile.Width, Tile.Height, Tile.LaneChannels,
                Tile.Block, Tile.PixelLanes, Shuffles ? 1 : 0, Tile.WholeWidth, Tile.WholeHeight,
            ];
        return
        [
            .. constants.Select(constant => (uint)constant),
            Conv2d.Flag(Convolution.HasResidual), Conv2d.Flag(Convolution.HasRelu), Conv2d.Flag(Convolution.HasBias),
        ];
    }

    private static uint Ceiling(int value, int divisor) => (uint)((value + divisor - 1) / divisor);

    // By load, then without and with stores of pairs.
    private static Kernel<Push>[] Declare(string file, string sections)
    {
        string[] loads = ["LOAD_TEXELS", "LOAD_64", "LOAD_32"], stores = ["", " PAIRS"];
        return [.. loads.SelectMany(load => stores.Select(
            store => new Kernel<Push>(file, load + store + sections, "x", "weights", "bias", "residual", "y")))];
    }

    private readonly record struct Push(
        int XOffset, int WeightsOffset, int ResidualOffset, int InChannels, int Height, int Width, int OutChannels,
        int OutHeight, int OutWidth, int Depth, int GroupInputs, int GroupOutputs);
}
