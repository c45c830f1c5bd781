using ResNetVulkan.Gpu;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Graphs.Rewrites;

/// <summary>
/// Which kernel family runs a convolution on a device. A convolution that none of the fast families covers stays as it is, on the
/// reference kernel: never a wrong result.
/// </summary>
/// <remarks>
/// lavapipe: a lane is an output channel (conv2d_lanes.comp, conv2d_stem.comp), 20 to 57 times as fast as the textbook's kernel.
/// SwiftShader and other CPU drivers: named vectors (conv2d_named.comp). GPUs: a matrix product in shared memory
/// (conv2d_tiled.comp).
/// </remarks>
internal static class SelectConvolution
{
    // What the zeros at the beginning of a memory block take at most.
    private const ulong ZeroBytes = 1 << 16;

    public static bool Try(Graph graph, Node node, GpuTraits traits)
    {
        if (node.Op is not Conv2d conv || !IsAlikeAlongBothAxes(conv.Window)) return false;
        if (!traits.IsCpu)
        {
            if (conv.Groups > 1) return false;
            graph.Replace(node, Tiled(conv, node.Outputs[0].Shape), [.. node.Inputs]);
            return true;
        }
        if (!HasZerosBefore(node.Inputs[0], traits)) return false;

        if (HasLanes(traits) && conv.Window.Height == conv.Window.Width) return SelectLanes(graph, node, conv, false, traits);

        if (conv.Groups > 1) return false;
        NamedConv2d named = new(conv, (int)traits.SubgroupSize);
        if (!OpStep.IsValid(named.Groups(node.Outputs[0].Shape))) return false;
        graph.Replace(node, named, [.. node.Inputs]);
        return true;
    }

    /// <summary>Whether a subgroup's invocations are the lanes of a processor's registers.</summary>
    internal static bool HasLanes(GpuTraits traits) =>
        traits is { Driver: GpuDriver.Lavapipe, HasSubgroupBroadcast: true, SubgroupSize: 4 or 8 or 16 };

    /// <summary>
    /// How lane kernels load and broadcast on a device. Before Mesa 25 a texel fetch is the only load that is not a loop over the
    /// lanes, and so is a shuffle among broadcasts.
    /// </summary>
    internal static (LaneLoad Load, int Lanes, bool Shuffles) LanesOf(GpuTraits traits)
    {
        bool isOld = traits.DriverVersion.Major < 25;
        int lanes = (int)traits.SubgroupSize;
        LaneLoad load = isOld || !traits.HasAddresses || !traits.HasInt64 ? LaneLoad.Texels : LaneLoad.Words;
        if (load == LaneLoad.Texels && !traits.CanReadTexels) load = LaneLoad.Elements;
        return (load, lanes, isOld);
    }

    /// <summary>Puts a lane kernel in a node's place.</summary>
    /// <param name="graph">Which.</param>
    /// <param name="node">Its first inputs are the image and the weight.</param>
    /// <param name="conv">What it computes.</param>
    /// <param name="isTurned">Whether with the weight turned: the gradient of another convolution's data.</param>
    /// <param name="traits">What the device lets kernels use.</param>
    internal static bool SelectLanes(Graph graph, Node node, Conv2d conv, bool isTurned, GpuTraits traits)
    {
        (TensorType x, Shape weight, Shape y) = (node.Inputs[0].Type, node.Inputs[1].Shape, node.Outputs[0].Shape);
        if (isTurned) weight = PackedWeight.Turn(weight, conv.Groups);
        bool isStem = x.Shape.C <= 4 && conv.Groups == 1 && conv.Window is { Width: > 1, DilationX: 1 } && !isTurned;
        (LaneLoad load, int lanes, bool shuffles) = LanesOf(traits);
        LaneTile tile = isStem ? LaneTiles.Stem(y, lanes) : default;
        int vector = LaneConv2d.VectorOf(load, x.Element);
        bool isWhole = isStem
            ? x.Shape.W * x.Shape.C % vector == 0 && tile.Width * conv.Window.StrideX * x.Shape.C % vector == 0
            : x.Shape.C % vector == 0;
        if (!isWhole) (load, vector) = (LaneLoad.Elements, 1);
        if (!isStem)
        {
            ChannelGroups groups = ChannelGroups.Of(weight, conv.Groups);
            tile = conv.Window.Width == 1
                ? LaneTiles.Pointwise(x.Shape, y, groups, load, vector, lanes, conv.Window == Window.Square(1))
                : LaneTiles.Spatial(x.Shape, y, groups, conv.Window, load, vector, lanes);
        }

        LaneConv2d fast = new(conv, weight, load, lanes, shuffles, tile, isStem);
        if (!OpStep.IsValid(fast.Groups(y))) return false;
        PackedOrder order = isStem ? PackedOrder.Rows : PackedOrder.Lanes;
        PackedWeight packing = new(
            order, lanes, tile.LaneChannels, vector, x.Element, isTurned, conv.Groups, Math.Max(1, tile.Block));
        Node packed = graph.InsertBefore(node, $"{node.Name}.packed", packing, node.Inputs[1]);
        graph.Replace(node, fast, [node.Inputs[0], packed.Outputs[0], .. node.Inputs.Skip(2)]);
        return true;
    }

    // Zeros for pixels outside the image stand at the beginning of an arena's blocks, and kernels bind the block: what does not
    // change between runs lies elsewhere, and a storage buffer may not be long enough for both.
    internal static bool HasZerosBefore(Tensor x, GpuTraits traits) =>
        !x.Root.Tensor.IsState && DependsOnInput(x)
            && (traits.HasAddresses || (ulong)x.Type.Bytes + ZeroBytes <= traits.MaxStorageRange);

    private static bool DependsOnInput(Tensor tensor) =>
        tensor.Producer is { } producer ? producer.Inputs.Any(DependsOnInput) : tensor.Parameter is null;

    // Large tiles reuse more of what they load; small ones leave no processor of a GPU idle where there is little to do.
    private static TiledConv2d Tiled(Conv2d conv, Shape y)
    {
        const int Large = 64, Small = 32, EnoughTiles = 128;
        long tiles = (y.Pixels + Large - 1) / Large * ((y.C + Large - 1) / Large);
        return tiles >= EnoughTiles ? new TiledConv2d(conv, Large, Large) : new TiledConv2d(conv, Small, Small);
    }

    internal static bool IsAlikeAlongBothAxes(Window window) =>
        window.StrideY == window.StrideX && window.PaddingY == window.PaddingX && window.DilationY == window.DilationX;
}
