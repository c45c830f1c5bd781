using ResNetVulkan.Gpu;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>
/// Which kernel family runs a convolution on a device. A convolution that none of the fast families covers stays as it is, on the
/// reference kernel: never a wrong result.
/// </summary>
internal static class SelectConvolution
{
    public static bool Try(Graph graph, Node node, GpuTraits traits)
    {
        if (node.Op is not Conv2d conv || !HasLanes(traits) || !FitsLanes(conv)) return false;

        (TensorType x, Shape weight, Shape y) = (node.Inputs[0].Type, node.Inputs[1].Shape, node.Outputs[0].Shape);
        bool isStem = x.Shape.C <= 4 && conv.Window is { Width: > 1, DilationX: 1 };
        // Before Mesa 25 a texel fetch is the only load that is not a loop over the lanes, and a broadcast is free within a quad only.
        bool isOld = traits.DriverVersion.Major < 25;
        int lanes = (int)traits.SubgroupSize, span = isOld ? 4 : lanes;

        LaneLoad load = isOld || !traits.HasAddresses || !traits.HasInt64 ? LaneLoad.Texels : LaneLoad.Words;
        if (load == LaneLoad.Texels && traits.MaxTexelElements < 1 << 27) load = LaneLoad.Elements;
        LaneTile tile = isStem ? LaneTiles.Stem(y, lanes) : default;
        int vector = LaneConv2d.VectorOf(load, x.Element);
        bool isWhole = isStem
            ? x.Shape.W * x.Shape.C % vector == 0 && tile.Width * conv.Window.StrideX * x.Shape.C % vector == 0
            : x.Shape.C % vector == 0;
        if (!isWhole) (load, vector) = (LaneLoad.Elements, 1);
        if (!isStem)
        {
            tile = conv.Window.Width == 1
                ? LaneTiles.Pointwise(x.Shape, y, vector, lanes, conv.Window == Window.Square(1))
                : LaneTiles.Spatial(x.Shape, y, conv.Window, load, vector, lanes, span);
        }

        PackedWeight packing = new(isStem ? PackedOrder.Rows : PackedOrder.Lanes, lanes, tile.LaneChannels, vector, x.Element);
        Node packed = graph.InsertBefore(node, $"{node.Name}.packed", packing, node.Inputs[1]);
        LaneConv2d fast = new(conv, weight, load, lanes, span, tile, isStem);
        graph.Replace(node, fast, [node.Inputs[0], packed.Outputs[0], .. node.Inputs.Skip(2)]);
        return true;
    }

    private static bool HasLanes(GpuTraits traits) =>
        traits is { Driver: GpuDriver.Lavapipe, HasSubgroupBroadcast: true, SubgroupSize: 4 or 8 or 16 };

    private static bool FitsLanes(Conv2d conv)
    {
        Window window = conv.Window;
        return conv.Groups == 1 && window.Height == window.Width && window.StrideY == window.StrideX &&
            window.PaddingY == window.PaddingX && window.DilationY == window.DilationX;
    }
}
