using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>In what order a kernel family reads a convolution's weight; see conv2d_pack.comp.</summary>
internal enum PackedOrder
{
    /// <summary>Vectors of input channels, tap by tap: conv2d_lanes.comp.</summary>
    Lanes,

    /// <summary>Kernel rows as flat arrays: conv2d_stem.comp.</summary>
    Rows,
}

/// <summary>
/// A convolution's weight in the order in which a kernel family reads it, padded with zeros to whole vectors and lanes. Computed
/// once where weights do not change.
/// </summary>
/// <param name="Order">Which.</param>
/// <param name="Lanes">Lanes of the kernel: the subgroup's size.</param>
/// <param name="LaneChannels">Output channels a lane.</param>
/// <param name="Vector">Elements a load.</param>
/// <param name="Element">What the kernel reads.</param>
/// <param name="IsTurned">
/// Whether it is turned by half a circle and its channels are swapped: the convolution with that is the gradient of the data of
/// a convolution with stride 1.
/// </param>
/// <param name="Groups">Into how many groups the channels are divided; with <see cref="PackedOrder.Lanes"/> only.</param>
/// <param name="Step">Input channels that the kernel takes at a time.</param>
internal sealed record PackedWeight(
    PackedOrder Order, int Lanes, int LaneChannels, int Vector, ElementType Element, bool IsTurned = false, int Groups = 1,
    int Step = 1) : Op
{
    // By order, then by element type.
    private static readonly Kernel<Push>[] Kernels =
        [Declare("LANES"), Declare("LANES HALF"), Declare("ROWS"), Declare("ROWS HALF")];
    private static readonly Kernel<Push>[] Grouped = [Declare("LANES GROUPS"), Declare("LANES HALF GROUPS")];
    private static readonly Kernel<Push> Turned = Declare("LANES TURNED"), TurnedGrouped = Declare("LANES TURNED GROUPS");

    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        (int slices, int inner) = Extents(ShapeOf(inputs[0].Shape));
        return [new TensorType(Shape.Vector(checked(slices * inner * LaneChannels * Lanes * Vector)), Element)];
    }

    public override void Record(OpStep step)
    {
        (TensorView weight, TensorView packed) = (step.Inputs[0], step.Outputs[0]);
        Shape shape = ShapeOf(weight.Shape);
        uint count = (uint)(Extents(shape).Slices * Lanes);
        int depth = Order == PackedOrder.Lanes ? Depth(shape) : shape.W * shape.C;
        Push push = new(
            count, (uint)shape.H, (uint)shape.W, (uint)(shape.C * Groups), (uint)shape.N, (uint)Lanes, (uint)LaneChannels,
            (uint)Vector, (uint)depth, (uint)shape.C, (uint)(shape.N / Groups));
        int half = Element == ElementType.Float16 ? 1 : 0;
        Kernel<Push> kernel = IsTurned
            ? Groups > 1 ? TurnedGrouped : Turned
            : Groups > 1 ? Grouped[half] : Kernels[2 * (int)Order + half];
        step.Flat(kernel, push, count, weight, packed);
    }

    /// <summary>The weight itself: its order is the kernels' business.</summary>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        if (IsTurned) return [Turn(inputs[0], Groups)];
        return [Element == ElementType.Float16 ? CpuOracle.ToFloat16(inputs[0]) : inputs[0]];
    }

    public override string ToString() =>
        $"PackedWeight {Order}{(IsTurned ? " turned" : "")} lanes {Lanes}x{LaneChannels} vector {Vector} {Element}" +
        (Groups > 1 ? $" groups {Groups}" : "");

    /// <summary>
    /// A weight turned by half a circle, its channels swapped within each group: (K, C / groups, R, S) to (C, K / groups, R, S).
    /// </summary>
    public static Shape Turn(Shape weight, int groups) => new(weight.C * groups, weight.N / groups, weight.H, weight.W);

    private Shape ShapeOf(Shape weight) => IsTurned ? Turn(weight, Groups) : weight;

    /// <summary>The same of its values; turning twice changes nothing.</summary>
    public static DoubleTensor Turn(DoubleTensor weight, int groups)
    {
        int outputs = weight.N / groups;
        DoubleTensor turned = new(weight.C * groups, outputs, weight.H, weight.W);
        double[]? bound = weight.Bound is null ? null : new double[weight.Bound.Length];
        for (int i = 0; i < weight.Values.Length; i++)
        {
            (int k, int c, int r, int s) = weight.Position(i);
            int at = turned.Index(k / outputs * weight.C + c, k % outputs, weight.H - 1 - r, weight.W - 1 - s);
            turned.Values[at] = weight.Values[i];
            if (bound is not null) bound[at] = weight.Bound![i];
        }
        return turned.WithBound(bound);
    }

    // Blocks of output channels times what lies outermost in each, and what lies within that.
    private (int Slices, int Inner) Extents(Shape weight)
    {
        int blocks = Ceiling(weight.N, Lanes * LaneChannels);
        return Order == PackedOrder.Lanes
            ? (blocks * Ceiling(Depth(weight), Vector), weight.H * weight.W)
            : (blocks * weight.H, Ceiling(weight.W * weight.C, Vector));
    }

    private int Depth(Shape weight) => ChannelGroups.Of(weight, Groups).Span(Lanes * LaneChannels, Vector, Step);

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;

    private static Kernel<Push> Declare(string sections) => new("ops/conv2d_pack.comp", sections, "weights", "packed");

    private readonly record struct Push(
        uint Count, uint KernelHeight, uint KernelWidth, uint InChannels, uint OutChannels,
        uint Lanes, uint LaneChannels, uint Vector, uint Depth, uint GroupInputs, uint GroupOutputs);
}
