using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Ops;

/// <summary>
/// Flat vectors that a kernel reads and writes four elements at a time (quads.glsl): all parameters of a model as one, all their
/// gradients as another.
/// </summary>
internal static class Quads
{
    /// <summary>
    /// What a vector's length is a multiple of: parameters begin at multiples of 256 bytes, and each 256 bytes have attributes of
    /// their own.
    /// </summary>
    public const int Unit = 64;

    private static readonly string[] Loads = ["LOAD_TEXELS ", "LOAD_64 ", ""];

    /// <summary>A kernel in each of the ways in which a device may load and store quads, for <see cref="Choose"/>.</summary>
    public static Kernel<TPush>[] Declare<TPush>(string file, string sections, params string[] tensors)
        where TPush : unmanaged =>
        [.. Loads.Select(load => new Kernel<TPush>(file, load + sections, tensors))];

    /// <summary>The kernel for a device, of those that <see cref="Declare"/> made.</summary>
    public static Kernel<TPush> Choose<TPush>(Kernel<TPush>[] kernels, GpuTraits traits) where TPush : unmanaged =>
        kernels[UsesTexels(traits) ? 0 : UsesWords(traits) ? 1 : 2];

    /// <summary>An input as the chosen kernel is handed it.</summary>
    public static TensorView In(TensorView view, GpuTraits traits) => UsesTexels(traits) ? view.AsTexels : view;

    /// <summary>How many quads lie before an input in what the chosen kernel is handed.</summary>
    public static uint First(TensorView view, GpuTraits traits) => UsesTexels(traits) ? (uint)view.FirstElement / 4 : 0;

    /// <summary>How many quads a vector has.</summary>
    public static uint Count(TensorView view) => (uint)(view.Shape.Count / 4);

    /// <summary>
    /// How many threads a flat kernel should have, so that what all quads share is read once for several of them.
    /// </summary>
    public static long Threads(TensorView view, GpuTraits traits) => Count(view) / (traits.IsCpu ? 16 : 2);

    /// <summary>Refuses what is no flat vector of float32, or is not as long as the first one.</summary>
    /// <exception cref="ShapeException">The message names the operation and the tensor.</exception>
    public static void Require(string op, ReadOnlySpan<TensorType> vectors, ReadOnlySpan<string> names)
    {
        for (int i = 0; i < vectors.Length; i++)
        {
            if (vectors[i].Element != ElementType.Float32 || vectors[i].Shape.Count % Unit != 0)
                throw new ShapeException($"{op}: {names[i]} {vectors[i]} should be float32, and a multiple of {Unit} of them.");
            if (vectors[i].Shape.Count != vectors[0].Shape.Count)
                throw new ShapeException($"{op}: {names[0]} {vectors[0]} and {names[i]} {vectors[i]} differ in length.");
        }
    }

    // Before Mesa 25 a texel fetch is the only load that is not a loop over the lanes.
    private static bool UsesTexels(GpuTraits traits) => traits is { Driver: GpuDriver.Lavapipe, HasInt64: true }
        && traits.DriverVersion.Major < 25 && traits.MaxTexelElements >= 1 << 27;

    private static bool UsesWords(GpuTraits traits) => traits is { Driver: GpuDriver.Lavapipe, HasInt64: true };
}
