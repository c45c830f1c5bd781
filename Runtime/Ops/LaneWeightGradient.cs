using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>How the work of a weight's gradient is divided among the workgroups of a lane kernel, and into steps.</summary>
/// <param name="Width">Columns of dy a step.</param>
/// <param name="Height">Rows of dy a step.</param>
/// <param name="LaneChannels">Output channels a lane.</param>
/// <param name="Block">Input channels a workgroup.</param>
/// <param name="TapRows">Kernel rows a workgroup.</param>
/// <param name="Splits">Parts into which the images are divided.</param>
/// <param name="WholeWidth">The image's width where a step spans the row, so that taps on the padding drop out; else 0.</param>
/// <param name="WholeHeight">Likewise its height.</param>
internal readonly record struct WeightGradientTile(
    int Width, int Height, int LaneChannels, int Block, int TapRows, int Splits, int WholeWidth = 0, int WholeHeight = 0)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Width}x{Height} to {Block}x{LaneChannels}" +
        (TapRows > 1 ? $" rows {TapRows}" : "") + (Splits > 1 ? $" splits {Splits}" : "") +
        (WholeWidth > 0 || WholeHeight > 0 ? $" whole {WholeWidth}x{WholeHeight}" : "");
}

/// <summary>
/// The gradient of a convolution's weight on a driver that runs a subgroup on the SIMD registers of a CPU: a lane is an output
/// channel. Square kernels.
/// </summary>
/// <param name="Gradient">What it computes.</param>
/// <param name="Load">How it loads.</param>
/// <param name="Lanes">The subgroup's size.</param>
/// <param name="Shuffles">Whether a lane's value reaches the others by a shuffle, where that is cheaper than a broadcast.</param>
/// <param name="Tile">How the work is divided.</param>
/// <param name="IsStem">Whether it is conv2d_weight_gradient_stem.comp: few input channels, rows read as flat arrays.</param>
/// <remarks>
/// Inputs and first output as of <see cref="Conv2dWeightGradient"/>; with splits, scratch memory for their sums.
/// </remarks>
internal sealed record LaneWeightGradient(
    Conv2dWeightGradient Gradient, LaneLoad Load, int Lanes, bool Shuffles, WeightGradientTile Tile, bool IsStem) : Op
{
    // By load, then without and with stores of pairs.
    private static readonly Kernel<Push>[] Kernels = Declare("ops/conv2d_weight_gradient_lanes.comp");
    private static readonly Kernel<Push>[] Stems = Declare("ops/conv2d_weight_gradient_stem.comp");

    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType[] outputs = Gradient.Infer(inputs);
        if (Tile.Splits == 1) return outputs;
        return [.. outputs, new TensorType(Shape.Vector(checked((int)(Tile.Splits * outputs[0].Shape.Count))))];
    }

    public override void Record(OpStep step)
    {
        (TensorView x, TensorView dy, TensorView dw) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        TensorView sums = Tile.Splits > 1 ? step.Outputs[1] : dw;
        bool pairs = Tile.LaneChannels % 2 == 0 && dw.Shape.N % 2 == 0 && step.Traits.HasInt64;

        // With nothing around a pixel to read, images may be cut anywhere: into rows of a step's width, as many to each split.
        (Shape read, Shape made) = (x.Shape, dy.Shape);
        if (Gradient.Window == Window.Square(1) && made.Pixels % Tile.Width == 0)
        {
            int rows = checked((int)(made.Pixels / Tile.Width)), images = Tile.Splits;
            while (rows % images != 0) images++;
            read = new Shape(images, read.C, rows / images, Tile.Width);
            made = read with { C = made.C };
        }
        ChannelGroups groups = ChannelGroups.Of(dw.Shape, Gradient.Groups);
        Push push = new(
            x.FirstElement, dy.FirstElement, read.N, read.C, read.H, read.W, made.C, made.H, made.W, Tile.Splits, Depth(dw.Shape),
            groups.Inputs, groups.Outputs);
        bool tail = made.W % Tile.Width != 0 || made.H % Tile.Height != 0;
        (TensorView image, TensorView gradient) = Load == LaneLoad.Texels ? (x.AsTexels, dy.AsTexels) : (x.InBlock, dy.InBlock);
        step.Dispatch(
            (IsStem ? Stems : Kernels)[2 * (int)Load + (pairs ? 1 : 0)], push, Groups(dw.Shape), Constants(x.Shape.C, tail),
            image, gradient, sums);
        if (Tile.Splits > 1) PartSum.Record(step, Load, sums, Tile.Splits, dw);
    }

    /// <summary>The workgroups that it takes.</summary>
    public GroupCount Groups(Shape dw) => new(
        Ceiling(dw.N, Lanes * Tile.LaneChannels), (IsStem ? 1 : Ceiling(Depth(dw), Tile.Block)) * (uint)(dw.H / Tile.TapRows),
        (uint)Tile.Splits);

    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => Gradient.Evaluate(inputs);

    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        Gradient.MultiplyAdds(inputs, outputs);

    public override string ToString() => $"{Gradient} [lanes {Tile}]";

    private int Depth(Shape dw) => ChannelGroups.Of(dw, Gradient.Groups)
        .Span(Lanes * Tile.LaneChannels, LaneConv2d.VectorOf(Load, ElementType.Float32), Tile.Block);

    private uint[] Constants(int channels, bool tail)
    {
        Window window = Gradient.Window;
        int[] constants = IsStem
            ?
            [
                Lanes, window.Width, window.StrideX, window.PaddingX, channels, Tile.Width, Tile.LaneChannels, Tile.TapRows,
                Shuffles ? 1 : 0,
            ]
            :
            [
                Lanes, window.Width, window.StrideX, window.PaddingX, window.DilationX,
                Tile.Width, Tile.Height, Tile.LaneChannels, Tile.Block, Tile.TapRows, Shuffles ? 1 : 0,
                Tile.WholeWidth, Tile.WholeHeight,
            ];
        return [.. constants.Select(constant => (uint)constant), Conv2d.Flag(tail)];
    }

    private static uint Ceiling(int value, int divisor) => (uint)((value + divisor - 1) / divisor);

    private static Kernel<Push>[] Declare(string file)
    {
        string[] loads = ["LOAD_TEXELS", "LOAD_64", "LOAD_32"], stores = ["", " PAIRS"];
        return [.. loads.SelectMany(load => stores.Select(store => new Kernel<Push>(file, load + store, "x", "dy", "sums")))];
    }

    private readonly record struct Push(
        int XOffset, int DyOffset, int Images, int InChannels, int Height, int Width,
        int OutChannels, int OutHeight, int OutWidth, int Splits, int Depth, int GroupInputs, int GroupOutputs);
}
