using ResNetVulkan.Graphs;

namespace ResNetVulkan.Ops;

/// <summary>
/// The groups into which a convolution's channels are divided, as kernels see them that make a block of output channels at a
/// time: such a block is summed over one span of input channels that holds all of its groups, and what does not belong together
/// meets zeros among the packed weights. A convolution without groups is one group.
/// </summary>
/// <param name="Count">How many.</param>
/// <param name="Inputs">Input channels of each.</param>
/// <param name="Outputs">Output channels of each.</param>
/// <remarks>
/// So a group that is narrower than the block costs as much as one that fills it; an infinite activation makes NaN of the outputs
/// of neighbouring groups too.
/// </remarks>
internal readonly record struct ChannelGroups(int Count, int Inputs, int Outputs)
{
    /// <summary>Those of a convolution.</summary>
    /// <param name="weight">(K, C / count, R, S).</param>
    /// <param name="count">How many groups.</param>
    public static ChannelGroups Of(Shape weight, int count) => new(count, weight.C, weight.N / count);

    /// <summary>Those of the convolution that is the gradient of the data.</summary>
    public ChannelGroups Turned => new(Count, Outputs, Inputs);

    /// <summary>Input channels that meet a block of output channels.</summary>
    /// <param name="block">Output channels a block.</param>
    /// <param name="vector">Spans begin at multiples of it.</param>
    /// <param name="step">The span is a multiple of it, or all channels.</param>
    public int Span(int block, int vector, int step)
    {
        if (Count == 1) return Inputs;
        int span = 0;
        for (int k = 0; k < Count * Outputs; k += block)
        {
            int first = k / Outputs * Inputs / vector * vector;
            int end = ((Math.Min(k + block, Count * Outputs) - 1) / Outputs + 1) * Inputs;
            span = Math.Max(span, end - first);
        }
        return Math.Min((span + step - 1) / step * step, Count * Inputs);
    }
}
