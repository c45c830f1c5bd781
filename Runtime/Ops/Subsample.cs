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
    private static readonly Kernel<Push>[] Single = VectorLoads.Declare<Push>("ops/subsample.comp", "", "from", "to");
    private static readonly Kernel<Push> Half = new("ops/subsample.comp", "HALF", "from", "to");

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
        bool isHalf = x.Type.Element == ElementType.Float16;
        VectorLoad load = isHalf ? VectorLoad.Elements : LoadFor(step, x.Shape, y.Shape);
        step.Dispatch(
            isHalf ? Half : Single[(int)load], PushFor(load, x, x.Shape, y.Shape, Stride), load.GroupsOver(y.Shape),
            [VectorLoads.Threads], load.Source(x), y);
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
    public override void Differentiate(GradientStep step)
    {
        Shape x = step.Inputs[0].Shape;
        if (step.Needs(0)) step.Flow(0, step.Append("dx", new SubsampleGradient(this, x.C, x.H, x.W), step.Gradient()));
    }

    /// <inheritdoc/>
    public override string ToString() => $"Subsample stride {Stride} channels {Channels}";

    // Old and new channels begin at multiples of a vector.
    internal static VectorLoad LoadFor(OpStep step, Shape x, Shape y)
    {
        int before = (y.C - x.C) / 2;
        VectorLoad load = VectorLoads.For(step.Traits, x.C);
        return before % load.Width() == 0 ? load : VectorLoad.Elements;
    }

    internal static Push PushFor(VectorLoad load, TensorView read, Shape x, Shape y, int stride) => new(
        load.OffsetOf(read), x.C / load.Width(), y.C / load.Width(), x.H, x.W, y.H, y.W, stride,
        (y.C - x.C) / 2 / load.Width());

    internal readonly record struct Push(
        int FromOffset, int Vectors, int OutVectors, int Height, int Width, int OutHeight, int OutWidth, int Stride, int Before);
}

/// <summary>
/// The gradient of a <see cref="Subsample"/>: dy (N, K, P, Q) → dx (N, C, H, W), 0 where the pixel was not read. float32.
/// </summary>
/// <param name="Subsample">Whose.</param>
/// <param name="Channels">C of what it read.</param>
/// <param name="Height">H of it.</param>
/// <param name="Width">W of it.</param>
public sealed record SubsampleGradient(Subsample Subsample, int Channels, int Height, int Width) : Op
{
    private static readonly Kernel<Subsample.Push>[] Kernels =
        VectorLoads.Declare<Subsample.Push>("ops/subsample.comp", "GRADIENT", "from", "to");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType x = new(new Shape(inputs[0].Shape.N, Channels, Height, Width));
        TensorType y = Subsample.Infer([x])[0];
        if (inputs[0] != y) throw new ShapeException($"{this}: the gradient {inputs[0]} should be {y}.");
        return [x];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView dy, TensorView dx) = (step.Inputs[0], step.Outputs[0]);
        VectorLoad load = Subsample.LoadFor(step, dx.Shape, dy.Shape);
        step.Dispatch(
            Kernels[(int)load], Subsample.PushFor(load, dy, dx.Shape, dy.Shape, Subsample.Stride), load.GroupsOver(dx.Shape),
            [VectorLoads.Threads], load.Source(dy), dx);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.ShortcutAGradient(
            inputs[0], (Subsample.Channels - Channels) / 2, Subsample.Stride, new Extent(Height, Width))];

    /// <inheritdoc/>
    public override string ToString() => $"{Subsample} gradient to {Channels}x{Height}x{Width}";
}
