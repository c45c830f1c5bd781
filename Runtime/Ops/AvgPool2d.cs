using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>Average pooling.</summary>
/// <param name="Window">How it moves over the image; dilation 1.</param>
/// <param name="CeilMode">Whether a last, incomplete window counts.</param>
/// <param name="CountPadding">
/// Whether taps in the padding count in the divisor: PyTorch's count_include_pad, and its default.
/// </param>
/// <remarks>
/// x (N, C, H, W) → y (N, C, P, Q), as PyTorch's
/// <see href="https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html">AvgPool2d</see>.
/// </remarks>
public sealed record AvgPool2d(Window Window, bool CeilMode = false, bool CountPadding = true) : Op
{
    private static readonly Kernel<Push> Single = new("ops/avg_pool2d.comp", "", "x", "y");
    private static readonly Kernel<Push> Half = new("ops/avg_pool2d.comp", "HALF", "x", "y");

    /// <summary>The mean of each channel over the whole image: (N, C, H, W) → (N, C, 1, 1).</summary>
    public static AvgPool2d Global(Shape image) => new(new Window(image.H, image.W, image.H, image.W, 0, 0));

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Shape x = inputs[0].Shape;
        if (2 * Window.PaddingY > Window.Height || 2 * Window.PaddingX > Window.Width)
            throw new ShapeException($"AvgPool2d: the padding of {Window} is more than half of the window.");
        if (Window.DilationY != 1 || Window.DilationX != 1) throw new ShapeException($"AvgPool2d: {Window} is dilated.");
        (int height, int width) = Window.Over("AvgPool2d", x.H, x.W, CeilMode);
        return [inputs[0] with { Shape = x with { H = height, W = width } }];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView y) = (step.Inputs[0], step.Outputs[0]);
        Push push = new(
            (uint)y.Shape.Count, (uint)x.Shape.C, x.Shape.H, x.Shape.W, (uint)y.Shape.H, (uint)y.Shape.W,
            Window.Height, Window.Width, Window.StrideY, Window.StrideX, Window.PaddingY, Window.PaddingX,
            CountPadding ? 1u : 0u);
        step.Flat(x.Type.Element == ElementType.Float16 ? Half : Single, push, y.Shape.Count, x, y);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [CpuOracle.AvgPool2d(inputs[0], Geometry)];

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step)
    {
        Shape x = step.Inputs[0].Shape;
        if (step.Needs(0)) step.Flow(0, step.Append("dx", new AvgPool2dGradient(this, x.H, x.W), step.Gradient()));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"AvgPool2d {Window}{(CeilMode ? " ceil" : "")}{(CountPadding ? "" : " without padding")}";

    internal PoolGeometry Geometry => new(new Extent(Window.Height, Window.Width))
    {
        Stride = new(Window.StrideY, Window.StrideX),
        Padding = new(Window.PaddingY, Window.PaddingX),
        CeilMode = CeilMode,
        CountIncludePad = CountPadding,
    };

    private readonly record struct Push(
        uint Count, uint Channels, int Height, int Width, uint OutHeight, uint OutWidth, int WindowY, int WindowX,
        int StrideY, int StrideX, int PaddingY, int PaddingX, uint CountPadding);
}

/// <summary>
/// The gradient of an <see cref="AvgPool2d"/>: dy (N, C, P, Q) → dx (N, C, H, W), each pixel the sum over the windows that hold
/// it of their gradient by their divisor. float32.
/// </summary>
/// <param name="Pool">Whose.</param>
/// <param name="Height">H of what it pooled.</param>
/// <param name="Width">W of it.</param>
public sealed record AvgPool2dGradient(AvgPool2d Pool, int Height, int Width) : Op
{
    private static readonly Kernel<Push>[] Kernels = VectorLoads.Declare<Push>("ops/avg_pool2d_gradient.comp", "", "dy", "dx");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType x = new(inputs[0].Shape with { H = Height, W = Width });
        TensorType y = Pool.Infer([x])[0];
        if (inputs[0] != y) throw new ShapeException($"{this}: the gradient {inputs[0]} should be {y}.");
        return [x];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView dy, TensorView dx) = (step.Inputs[0], step.Outputs[0]);
        VectorLoad load = VectorLoads.For(step.Traits, dy.Shape.C);
        Window window = Pool.Window;
        Push push = new(
            load.OffsetOf(dy), dy.Shape.C / load.Width(), Height, Width, dy.Shape.H, dy.Shape.W,
            window.Height, window.Width, window.PaddingY, window.PaddingX, Pool.CountPadding ? 1u : 0u);
        step.Dispatch(
            Kernels[(int)load], push, load.GroupsOver(dx.Shape),
            [VectorLoads.Threads, (uint)window.StrideY, (uint)window.StrideX], load.Source(dy), dx);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.AvgPool2dGradient(inputs[0], Pool.Geometry, new Extent(Height, Width))];

    /// <inheritdoc/>
    public override string ToString() => $"{Pool} gradient to {Height}x{Width}";

    private readonly record struct Push(
        int DyOffset, int Vectors, int Height, int Width, int OutHeight, int OutWidth, int WindowY, int WindowX,
        int PaddingY, int PaddingX, uint CountPadding);
}
