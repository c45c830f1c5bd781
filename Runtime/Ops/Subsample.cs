using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// The parameter-free shortcut of the CIFAR nets, option A: every <paramref name="Stride"/>-th pixel, and zeros in the channels
/// that are new, as many before the old ones as behind.
/// </summary>
/// <param name="Stride">In pixels, along both axes.</param>
/// <param name="Channels">Channels of the outcome.</param>
/// <remarks>
/// x (N, C, H, W) → y (N, Channels, ⌈H / Stride⌉, ⌈W / Stride⌉). See <see href="https://arxiv.org/abs/1512.03385">He et al.
/// 2015</see>, section 4.2.
/// </remarks>
public sealed record Subsample(int Stride, int Channels) : Op
{
    private static readonly Kernel<Push> Single = new("ops/subsample.comp", "", "x", "y");
    private static readonly Kernel<Push> Half = new("ops/subsample.comp", "HALF", "x", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Shape x = inputs[0].Shape;
        if (Stride < 1) throw new ShapeException($"Subsample: a stride of {Stride} is below 1.");
        if (Channels < x.C || (Channels - x.C) % 2 != 0)
            throw new ShapeException($"Subsample: {x.C} channels cannot be padded to {Channels} by as many before as behind.");
        return [inputs[0] with { Shape = new Shape(x.N, Channels, (x.H + Stride - 1) / Stride, (x.W + Stride - 1) / Stride) }];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView y) = (step.Inputs[0], step.Outputs[0]);
        Push push = new(
            (uint)y.Shape.Count, (uint)x.Shape.C, (uint)y.Shape.C, (uint)x.Shape.H, (uint)x.Shape.W,
            (uint)y.Shape.H, (uint)y.Shape.W,
            (uint)Stride, (uint)(y.Shape.C - x.Shape.C) / 2);
        step.Flat(x.Type.Element == ElementType.Float16 ? Half : Single, push, y.Shape.Count, x, y);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        DoubleTensor x = inputs[0];
        int before = (Channels - x.C) / 2;
        DoubleTensor y = new(x.N, Channels, (x.H + Stride - 1) / Stride, (x.W + Stride - 1) / Stride);
        for (int n = 0; n < y.N; n++)
        {
            for (int p = 0; p < y.H; p++)
            {
                for (int q = 0; q < y.W; q++)
                    for (int c = 0; c < x.C; c++) y[n, c + before, p, q] = x[n, c, p * Stride, q * Stride];
            }
        }
        return [y];
    }

    /// <inheritdoc/>
    public override string ToString() => $"Subsample stride {Stride} channels {Channels}";

    private readonly record struct Push(
        uint Count, uint Channels, uint OutChannels, uint Height, uint Width, uint OutHeight, uint OutWidth,
        uint Stride, uint Before);
}
