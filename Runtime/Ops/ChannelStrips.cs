using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;

namespace ResNetVulkan.Ops;

/// <summary>How kernels whose lanes are channels cut an activation: see channel_strips.glsl and merge_strips.glsl.</summary>
/// <remarks>A function of the shape and of what the device is, so the same device sums in the same order.</remarks>
internal readonly record struct ChannelStrips
{
    // Channels of a group of merge_strips.glsl: 32 bytes, a whole sector of a GPU's memory.
    private const int MergedChannels = 8;

    private readonly int _lanes, _span, _step, _parts;
    private readonly GroupCount _groups;

    private ChannelStrips(GpuTraits traits, Shape x)
    {
        Load = VectorLoads.For(traits, x.C);
        bool isLavapipe = traits.Driver == GpuDriver.Lavapipe;
        Pixels = checked((int)x.Pixels);
        Channels = x.C;
        Vectors = x.C / Load.Width();
        _lanes = traits.IsCpu ? (int)traits.SubgroupSize : 64;
        // On the CPU a lane takes as many channels as its sums leave registers for, and a strip is long enough to pay for a
        // group. Other drivers than lavapipe do not unroll loops.
        _span = isLavapipe ? Math.Clamp(Ceiling(Vectors, _lanes), 1, 8 / Load.Width()) : 1;
        Side = Math.Clamp(_lanes / Vectors, 1, Pixels);
        _step = isLavapipe || !traits.IsCpu ? Math.Max(1, 4 / _span) : 1;
        _parts = traits.IsCpu ? 1 : Math.Min(64, (int)traits.MaxGroupInvocations / MergedChannels);

        int strips = Math.Max(1, MostPartials(x) / Side);
        int wanted = traits.IsCpu ? 512 * Side : 1;
        StripPixels = Ceiling(Math.Max(Ceiling(Pixels, strips), wanted), Side * _step) * (Side * _step);
        _groups = new GroupCount((uint)Ceiling(Vectors, _lanes * _span), (uint)Ceiling(Pixels, StripPixels));
    }

    /// <summary>How the activation is loaded and stored.</summary>
    public VectorLoad Load { get; }

    /// <summary>N * H * W.</summary>
    public int Pixels { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>Vectors of a pixel.</summary>
    public int Vectors { get; }

    /// <summary>Pixels of a strip, but for the last.</summary>
    public int StripPixels { get; }

    /// <summary>How many pixels lie side by side in a group's lanes.</summary>
    public int Side { get; }

    /// <summary>How many partial sums there are of each channel.</summary>
    public int Partials => (int)_groups.Y * Side;

    /// <summary>For an activation on a device.</summary>
    public static ChannelStrips Of(GpuTraits traits, Shape x) => new(traits, x);

    /// <summary>The scratch for two partial sums a channel, on any device.</summary>
    public static TensorType Scratch(Shape x) => new(Shape.Vector(checked(2 * MostPartials(x) * x.C)));

    /// <summary>Dispatches a kernel of channel_strips.glsl.</summary>
    /// <param name="step">What to record into.</param>
    /// <param name="kernels">By <see cref="Load"/>.</param>
    /// <param name="push">Its push constants.</param>
    /// <param name="constants">Its own constants, from id 4 on.</param>
    /// <param name="tensors">Its tensors.</param>
    public void Walk<TPush>(
        OpStep step, Kernels.Kernel<TPush>[] kernels, in TPush push, uint[] constants, params ReadOnlySpan<TensorView> tensors)
        where TPush : unmanaged =>
        step.Dispatch(
            kernels[(int)Load], push, _groups, [(uint)_lanes, (uint)_span, (uint)Side, (uint)_step, .. constants], tensors);

    /// <summary>Dispatches a kernel of merge_strips.glsl.</summary>
    public void Merge<TPush>(
        OpStep step, Kernels.Kernel<TPush> kernel, in TPush push, params ReadOnlySpan<TensorView> tensors)
        where TPush : unmanaged =>
        step.Dispatch(
            kernel, push, new GroupCount((uint)Ceiling(Channels, MergedChannels)), [MergedChannels, (uint)_parts], tensors);

    // Enough for a GPU to be busy, and few enough to be merged in no time.
    private static int MostPartials(Shape x) => (int)Math.Min(x.Pixels, Math.Clamp(x.Pixels / 32, 64, 1024));

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
