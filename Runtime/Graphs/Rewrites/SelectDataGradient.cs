using ResNetVulkan.Gpu;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>
/// Which kernel family makes the gradient of a convolution's data on a device; what none of the fast ones covers stays on the
/// reference kernel.
/// </summary>
/// <remarks>
/// lavapipe: with stride 1 it is a convolution of dy with the weight turned, and runs as one (conv2d_lanes.comp); with another
/// stride conv2d_lanes_transposed.comp. GPUs: conv2d_data_gradient_tiled.comp.
/// </remarks>
internal static class SelectDataGradient
{
    // A tile of the lane kernel has at least stride x stride sums.
    private const int MostStride = 8;

    public static bool Try(Graph graph, Node node, GpuTraits traits)
    {
        if (node.Op is not Conv2dDataGradient gradient) return false;
        Window window = gradient.Window;
        if (!SelectConvolution.IsAlikeAlongBothAxes(window)) return false;
        if (!traits.IsCpu) return gradient.Groups == 1 && SelectTiled(graph, node, gradient);

        bool hasLanes = SelectConvolution.HasLanes(traits) && window.Height == window.Width;
        if (!hasLanes || !SelectConvolution.HasZerosBefore(node.Inputs[0], traits)) return false;
        if (window.StrideX > MostStride) return false;
        if (window.StrideX > 1) return SelectTransposed(graph, node, gradient, traits);

        int padding = window.DilationX * (window.Width - 1) - window.PaddingX;
        if (padding < 0) return false;
        Conv2d turned = new(Window.Square(window.Width, 1, padding, window.DilationX), gradient.Groups);
        return SelectConvolution.SelectLanes(graph, node, turned, isTurned: true, traits);
    }

    private static bool SelectTransposed(Graph graph, Node node, Conv2dDataGradient gradient, GpuTraits traits)
    {
        (Shape dy, Shape dx) = (node.Inputs[0].Shape, node.Outputs[0].Shape);
        (LaneLoad load, int lanes, bool shuffles) = SelectConvolution.LanesOf(traits);
        int vector = LaneConv2d.VectorOf(load, ElementType.Float32);
        if (dy.C % vector != 0) (load, vector) = (LaneLoad.Elements, 1);
        ChannelGroups groups = ChannelGroups.Of(node.Inputs[1].Shape, gradient.Groups).Turned;
        LaneTile tile = LaneGradientTiles.Data(dy, dx, groups, gradient.Window, vector, lanes);

        LaneDataGradient fast = new(gradient, load, lanes, shuffles, tile) { Channels = dx.C };
        if (!OpStep.IsValid(fast.Groups(dx))) return false;
        PackedWeight packing = new(
            PackedOrder.Lanes, lanes, tile.LaneChannels, vector, ElementType.Float32, IsTurned: true, gradient.Groups,
            tile.Block);
        Node packed = graph.InsertBefore(node, $"{node.Name}.packed", packing, node.Inputs[1]);
        graph.Replace(node, fast, node.Inputs[0], packed.Outputs[0]);
        return true;
    }

    private static bool SelectTiled(Graph graph, Node node, Conv2dDataGradient gradient)
    {
        if (gradient.Window is { StrideX: > 1, DilationX: > 1 }) return false;
        const int Large = 64, Small = 32, EnoughTiles = 128;
        Shape dx = node.Outputs[0].Shape;
        TiledDataGradient fast = new(gradient, Large);
        GroupCount groups = fast.Groups(dx);
        if ((long)groups.X * groups.Y * groups.Z < EnoughTiles) fast = new(gradient, Small);
        if (!OpStep.IsValid(fast.Groups(dx))) return false;
        graph.Replace(node, fast, [.. node.Inputs]);
        return true;
    }
}
