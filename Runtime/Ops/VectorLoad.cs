using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Ops;

/// <summary>How a kernel of vectors.glsl reads and writes float32 tensors.</summary>
internal enum VectorLoad
{
    /// <summary>
    /// Four elements through a texel buffer: before Mesa 25 the only load on lavapipe that is no loop over lanes.
    /// </summary>
    Texels,

    /// <summary>Two elements as a 64-bit word: what lavapipe is fastest at since.</summary>
    Words,

    /// <summary>Four elements as a vector.</summary>
    Vectors,

    /// <summary>One by one.</summary>
    Elements,
}

/// <summary>What goes with each <see cref="VectorLoad"/>.</summary>
internal static class VectorLoads
{
    /// <summary>Threads a workgroup of <see cref="GroupsOver"/>.</summary>
    public const uint Threads = 64;

    /// <summary>The fastest that a device has for tensors of which every row is a multiple of so many elements.</summary>
    public static VectorLoad For(GpuTraits traits, long multiple)
    {
        VectorLoad best = VectorLoad.Vectors;
        if (traits is { Driver: GpuDriver.Lavapipe, HasInt64: true })
            best = traits.DriverVersion.Major >= 25 && traits.HasAddresses ? VectorLoad.Words : VectorLoad.Texels;
        if (best == VectorLoad.Texels && !traits.CanReadTexels) best = VectorLoad.Elements;
        return multiple % best.Width() == 0 ? best : VectorLoad.Elements;
    }

    /// <summary>V: elements of one load.</summary>
    public static int Width(this VectorLoad load) => load switch
    {
        VectorLoad.Texels or VectorLoad.Vectors => 4,
        VectorLoad.Words => 2,
        _ => 1,
    };

    /// <summary>A tensor as a SOURCE takes it.</summary>
    public static TensorView Source(this VectorLoad load, TensorView x) => load == VectorLoad.Texels ? x.AsTexels : x;

    /// <summary>What the push constants call xOffset.</summary>
    public static int OffsetOf(this VectorLoad load, TensorView x) =>
        load == VectorLoad.Texels ? x.FirstElement / load.Width() : 0;

    /// <summary>
    /// Threads of a flat kernel over so many vectors: on the CPU several a thread, to pay for its beginning once.
    /// </summary>
    public static long ThreadsFor(GpuTraits traits, long vectors) => traits.IsCpu ? (vectors + 15) / 16 : vectors;

    /// <summary>
    /// Workgroups of one thread a vector of an image: rows along y, images along z, so that kernels divide once.
    /// </summary>
    public static GroupCount GroupsOver(this VectorLoad load, Shape image) =>
        new((uint)((long)image.W * image.C / load.Width() + Threads - 1) / Threads, (uint)image.H, (uint)image.N);

    /// <summary>A kernel for each load, in the order of the enumeration.</summary>
    public static Kernel<TPush>[] Declare<TPush>(string file, string sections, params string[] tensors)
        where TPush : unmanaged
    {
        string[] loads = ["LOAD_TEXELS", "LOAD_64", "LOAD_VECTORS", ""];
        return [.. loads.Select(load => new Kernel<TPush>(file, $"{sections} {load}".Trim(), tensors))];
    }
}
