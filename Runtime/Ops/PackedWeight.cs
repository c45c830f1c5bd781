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
internal sealed record PackedWeight(PackedOrder Order, int Lanes, int LaneChannels, int Vector, ElementType Element) : Op
{
    // By order, then by element type.
    private static readonly Kernel<Push>[] Kernels =
        [Declare("LANES"), Declare("LANES HALF"), Declare("ROWS"), Declare("ROWS HALF")];

    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        (int slices, int inner) = Extents(inputs[0].Shape);
        return [new TensorType(Shape.Vector(checked(slices * inner * LaneChannels * Lanes * Vector)), Element)];
    }

    public override void Record(OpStep step)
    {
        (TensorView weight, TensorView packed) = (step.Inputs[0], step.Outputs[0]);
        uint count = (uint)(Extents(weight.Shape).Slices * Lanes);
        Push push = new(
            count, (uint)weight.Shape.H, (uint)weight.Shape.W, (uint)weight.Shape.C, (uint)weight.Shape.N,
            (uint)Lanes, (uint)LaneChannels, (uint)Vector);
        step.Flat(Kernels[2 * (int)Order + (Element == ElementType.Float16 ? 1 : 0)], push, count, weight, packed);
    }

    /// <summary>The weight itself: its order is the kernels' business.</summary>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [Element == ElementType.Float16 ? CpuOracle.ToFloat16(inputs[0]) : inputs[0]];

    public override string ToString() => $"PackedWeight {Order} lanes {Lanes}x{LaneChannels} vector {Vector} {Element}";

    // Blocks of output channels times what lies outermost in each, and what lies within that.
    private (int Slices, int Inner) Extents(Shape weight)
    {
        int blocks = Ceiling(weight.N, Lanes * LaneChannels);
        return Order == PackedOrder.Lanes
            ? (blocks * Ceiling(weight.C, Vector), weight.H * weight.W)
            : (blocks * weight.H, Ceiling(weight.W * weight.C, Vector));
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;

    private static Kernel<Push> Declare(string sections) => new("ops/conv2d_pack.comp", sections, "weights", "packed");

    private readonly record struct Push(
        uint Count, uint KernelHeight, uint KernelWidth, uint InChannels, uint OutChannels,
        uint Lanes, uint LaneChannels, uint Vector);
}
