using System.Runtime.InteropServices;
using ResNetVulkan.Gpu;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Graphs;

/// <summary>How a tensor is handed to a kernel.</summary>
public enum Binding
{
    /// <summary>As itself: a pointer to it, or a storage buffer of its range.</summary>
    Tensor,

    /// <summary>
    /// As the memory block that it lies in, which begins with zeros: a kernel that reads outside an image reads those. It adds
    /// the tensor's own offset.
    /// </summary>
    Block,

    /// <summary>As its memory block through a texel buffer of four elements.</summary>
    Texels,
}

/// <summary>Where a tensor lies: a range of one of a plan's memory blocks, and how a kernel is given it.</summary>
/// <param name="Type">Shape and elements.</param>
/// <param name="Block">Which block of the plan.</param>
/// <param name="Offset">In bytes from the block's beginning; a multiple of the device's slice alignment.</param>
/// <param name="Writes">Whether the kernel writes it.</param>
/// <param name="Binding">How it is handed over.</param>
public readonly record struct TensorView(TensorType Type, int Block, long Offset, bool Writes, Binding Binding)
{
    /// <summary>Its shape.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>Its length in bytes.</summary>
    public long Bytes => Type.Bytes;

    /// <summary>How many elements lie before it in its block.</summary>
    public int FirstElement => checked((int)(Offset / Type.ElementBytes));

    /// <summary>The same tensor, handed over as its block.</summary>
    public TensorView InBlock => this with { Binding = Binding.Block };

    /// <summary>The same tensor, handed over as texels of its block.</summary>
    public TensorView AsTexels => this with { Binding = Binding.Texels };

    /// <summary>
    /// "(1, 64, 56, 56) at 8192 of block 0", and what a kernel does to it. Spelled out: views of itself would never end.
    /// </summary>
    public override string ToString() =>
        $"{Type} at {Offset} of block {Block}{(Binding == Binding.Tensor ? "" : $" as {Binding}")}{(Writes ? ", written" : "")}";
}

/// <summary>Workgroups along three axes.</summary>
public readonly record struct GroupCount(uint X, uint Y = 1, uint Z = 1)
{
    /// <inheritdoc/>
    public override string ToString() => $"{X}x{Y}x{Z}";
}

/// <summary>One dispatch of a plan: everything resolved but the device's own handles.</summary>
public sealed record PlanStep
{
    /// <summary>The node that it belongs to.</summary>
    public required Node Node { get; init; }

    /// <summary>The kernel.</summary>
    public required Kernel Kernel { get; init; }

    /// <summary>The specialization constants, by id.</summary>
    public required uint[] Constants { get; init; }

    /// <summary>The push constants that follow the tensors' addresses.</summary>
    public required byte[] Push { get; init; }

    /// <summary>The workgroups.</summary>
    public required GroupCount Groups { get; init; }

    /// <summary>The tensors, in the kernel's slot order.</summary>
    public required TensorView[] Tensors { get; init; }

    /// <summary>Whether what was dispatched before must have finished. Derived, see <see cref="Barriers"/>.</summary>
    public bool BarrierBefore { get; init; }
}

/// <summary>What an operation records into: its tensors' places, the device's traits, and the plan's list of steps.</summary>
public sealed class OpStep
{
    // A grid of at most this many groups an axis is valid on every Vulkan device; flat kernels stride over it.
    internal const int MaxGroups = 65535;

    private readonly Node _node;
    private readonly List<PlanStep> _steps;

    internal OpStep(Node node, GpuTraits traits, TensorView[] inputs, TensorView[] outputs, List<PlanStep> steps)
    {
        (_node, Traits, Inputs, Outputs, _steps) = (node, traits, inputs, outputs, steps);
    }

    /// <summary>What the device lets kernels use.</summary>
    public GpuTraits Traits { get; }

    /// <summary>The inputs, in the operation's order; kernels read them.</summary>
    public IReadOnlyList<TensorView> Inputs { get; }

    /// <summary>The outputs, in the operation's order; kernels write them.</summary>
    public IReadOnlyList<TensorView> Outputs { get; }

    /// <summary>Whether every Vulkan device can dispatch that many groups.</summary>
    internal static bool IsValid(GroupCount groups) => Math.Max(groups.X, Math.Max(groups.Y, groups.Z)) <= MaxGroups;

    /// <summary>Dispatches a grid of workgroups.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="push">Its push constants.</param>
    /// <param name="groups">At most 65,535 groups an axis.</param>
    /// <param name="constants">Its specialization constants by id; the first is the local size.</param>
    /// <param name="tensors">Its tensors, in the order of <see cref="Kernel.Tensors"/>.</param>
    public void Dispatch<TPush>(
        Kernel<TPush> kernel, in TPush push, GroupCount groups, uint[] constants, params ReadOnlySpan<TensorView> tensors)
        where TPush : unmanaged
    {
        if (tensors.Length != kernel.Tensors.Count)
            throw new ArgumentException($"{kernel} has {kernel.Tensors.Count} tensors, {tensors.Length} are given.");
        if (!IsValid(groups))
        {
            throw new ShapeException(
                $"{kernel}: {groups} groups; at most {MaxGroups} an axis are valid everywhere. A smaller batch or image fits.");
        }

        _steps.Add(new PlanStep
        {
            Node = _node,
            Kernel = kernel,
            Constants = constants,
            Push = MemoryMarshal.AsBytes(new ReadOnlySpan<TPush>(in push)).ToArray(),
            Groups = groups,
            Tensors = tensors.ToArray(),
        });
    }

    /// <summary>Dispatches one thread an element; the kernel strides over the grid (flat.glsl).</summary>
    public void Flat<TPush>(Kernel<TPush> kernel, in TPush push, long threads, params ReadOnlySpan<TensorView> tensors)
        where TPush : unmanaged => Flat(kernel, push, threads, [], tensors);

    /// <summary>The same, with specialization constants from id 1 on.</summary>
    public void Flat<TPush>(
        Kernel<TPush> kernel, in TPush push, long threads, uint[] constants, params ReadOnlySpan<TensorView> tensors)
        where TPush : unmanaged
    {
        uint local = Traits.IsCpu ? 64u : 256u;     // CPU drivers pay for a group, not for its size
        GroupCount groups = new((uint)Math.Clamp((threads + local - 1) / local, 1, MaxGroups));
        Dispatch(kernel, push, groups, [local, .. constants], tensors);
    }
}
