using ResNetVulkan.Gpu;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>
/// Which kernel family makes the gradient of a convolution's weight on a device; what none of the fast ones covers stays on the
/// reference kernel. lavapipe: conv2d_weight_gradient_lanes.comp and, for images, conv2d_weight_gradient_stem.comp. GPUs:
/// conv2d_weight_gradient_tiled.comp.
/// </summary>
internal static class SelectWeightGradient
{
    public static bool Try(Graph graph, Node node, GpuTraits traits)
    {
        if (node.Op is not Conv2dWeightGradient gradient
            || !SelectConvolution.IsAlikeAlongBothAxes(gradient.Window)) return false;
        (Tensor x, Tensor dy, Shape dw) = (node.Inputs[0], node.Inputs[1], node.Outputs[0].Shape);
        if (!traits.IsCpu)
            return gradient.Groups == 1 && Replace(graph, node, Tiled(gradient, dy.Shape, dw), op => op.Groups(dw));

        if (!SelectConvolution.HasLanes(traits) || gradient.Window.Height != gradient.Window.Width) return false;
        if (!SelectConvolution.HasZerosBefore(x, traits) || !SelectConvolution.HasZerosBefore(dy, traits)) return false;
        return Replace(graph, node, Lanes(gradient, x.Shape, dy.Shape, traits), op => op.Groups(dw));
    }

    private static LaneWeightGradient Lanes(Conv2dWeightGradient gradient, Shape x, Shape dy, GpuTraits traits)
    {
        Window window = gradient.Window;
        (LaneLoad load, int lanes, bool shuffles) = SelectConvolution.LanesOf(traits);
        int vector = LaneConv2d.VectorOf(load, ElementType.Float32);
        bool isStem = x.C <= 4 && gradient.Groups == 1 && window is { Width: > 1, DilationX: 1 };
        WeightGradientTile tile = isStem ? LaneGradientTiles.Stem(x, dy, window, vector, lanes) : default;
        bool isWhole = isStem
            ? x.W * x.C % vector == 0 && tile.Width * window.StrideX * x.C % vector == 0
            : x.C % vector == 0;
        if (!isWhole || dy.C % vector != 0)
        {
            (load, vector) = (LaneLoad.Elements, 1);
            if (isStem) tile = LaneGradientTiles.Stem(x, dy, window, vector, lanes);
        }
        if (!isStem) tile = LaneGradientTiles.Weight(x, dy, gradient.Groups, window, vector, lanes);
        return new LaneWeightGradient(gradient, load, lanes, shuffles, tile, isStem);
    }

    // As many splits as leave no processor of a GPU idle where the weight is small.
    private static TiledWeightGradient Tiled(Conv2dWeightGradient gradient, Shape dy, Shape dw)
    {
        const int Tile = 64, EnoughTiles = 512, SplitPixels = 256;
        TiledWeightGradient whole = new(gradient, Tile, 1);
        GroupCount groups = whole.Groups(dw);
        long splits = Math.Min(EnoughTiles / (groups.X * groups.Y), dy.Pixels / SplitPixels);
        return whole with { Splits = (int)Math.Max(1, splits) };
    }

    private static bool Replace<TOp>(Graph graph, Node node, TOp op, Func<TOp, GroupCount> groups)
        where TOp : Op
    {
        if (!OpStep.IsValid(groups(op))) return false;
        graph.Replace(node, op, [.. node.Inputs]);
        return true;
    }
}
