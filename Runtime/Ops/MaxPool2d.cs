using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>Max pooling: the pool after ResNet's first convolution.</summary>
/// <param name="Window">How it moves over the image.</param>
/// <param name="CeilMode">Whether a last, incomplete window counts.</param>
/// <remarks>
/// x (N, C, H, W) → y (N, C, P, Q). Taps outside the image do not take part; NaN wins, as in PyTorch's
/// <see href="https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html">MaxPool2d</see>.
/// </remarks>
public sealed record MaxPool2d(Window Window, bool CeilMode = false) : Op
{
    private static readonly Kernel<Push>[] Kernels = VectorLoads.Declare<Push>("ops/max_pool2d.comp", "", "x", "y");
    private static readonly Kernel<Push> Half = new("ops/max_pool2d.comp", "HALF", "x", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Shape x = inputs[0].Shape;
        // A window wholly in the padding would have no tap at all.
        if (2 * Window.PaddingY > Window.Height || 2 * Window.PaddingX > Window.Width)
            throw new ShapeException($"MaxPool2d: the padding of {Window} is more than half of the window.");
        (int height, int width) = Window.Over("MaxPool2d", x.H, x.W, CeilMode);
        return [inputs[0] with { Shape = x with { H = height, W = width } }];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView y) = (step.Inputs[0], step.Outputs[0]);
        bool isHalf = x.Type.Element == ElementType.Float16;
        VectorLoad load = isHalf ? VectorLoad.Elements : VectorLoads.For(step.Traits, x.Shape.C);
        Push push = new(
            load.OffsetOf(x), x.Shape.C / load.Width(), x.Shape.H, x.Shape.W, y.Shape.H, y.Shape.W,
            Window.StrideY, Window.StrideX, Window.PaddingY, Window.PaddingX, Window.DilationY, Window.DilationX);
        step.Dispatch(
            isHalf ? Half : Kernels[(int)load], push, load.GroupsOver(y.Shape),
            [VectorLoads.Threads, (uint)Window.Height, (uint)Window.Width], load.Source(x), y);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [CpuOracle.MaxPool2d(inputs[0], Geometry)];

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step)
    {
        if (step.Needs(0)) step.Flow(0, step.Append("dx", new MaxPool2dGradient(this), step.Inputs[0], step.Gradient()));
    }

    /// <inheritdoc/>
    public override string ToString() => $"MaxPool2d {Window}{(CeilMode ? " ceil" : "")}";

    internal PoolGeometry Geometry => new(new Extent(Window.Height, Window.Width))
    {
        Stride = new(Window.StrideY, Window.StrideX),
        Padding = new(Window.PaddingY, Window.PaddingX),
        Dilation = new(Window.DilationY, Window.DilationX),
        CeilMode = CeilMode,
    };

    private readonly record struct Push(
        int XOffset, int Vectors, int Height, int Width, int OutHeight, int OutWidth, int StrideY, int StrideX,
        int PaddingY, int PaddingX, int DilationY, int DilationX);
}

/// <summary>
/// The gradient of a <see cref="MaxPool2d"/>: each window's goes to the pixel that won it, the first of equals and the last NaN,
/// as in PyTorch. float32.
/// </summary>
/// <param name="Pool">Whose.</param>
/// <remarks>Inputs: x (N, C, H, W), which was pooled, and dy (N, C, P, Q) → dx (N, C, H, W), and scratch.</remarks>
public sealed record MaxPool2dGradient(MaxPool2d Pool) : Op
{
    private static readonly Kernel<WinnersPush>[] Winners =
        VectorLoads.Declare<WinnersPush>("ops/max_pool2d_gradient.comp", "WINNERS", "x", "winners");

    private static readonly Kernel<GatherPush>[] Gather =
        VectorLoads.Declare<GatherPush>("ops/max_pool2d_gradient.comp", "GATHER", "winners", "dy", "dx");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType y = Pool.Infer(inputs[..1])[0];
        if (inputs[0].Element != ElementType.Float32 || inputs[1] != y)
            throw new ShapeException($"{this}: the gradient {inputs[1]} should be {y}, and float32.");
        return [inputs[0], y];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView dy, TensorView dx) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        TensorView written = step.Outputs[1], winners = written with { Writes = false };
        VectorLoad load = VectorLoads.For(step.Traits, x.Shape.C);
        int vectors = x.Shape.C / load.Width();
        Window window = Pool.Window;
        uint[] constants =
        [
            VectorLoads.Threads, (uint)window.Height, (uint)window.Width, (uint)window.StrideY, (uint)window.StrideX,
            (uint)window.PaddingY, (uint)window.PaddingX, (uint)window.DilationY, (uint)window.DilationX,
        ];
        // A stride's pixels a thread, while its sums fit into registers.
        (int blockY, int blockX) = window.StrideY * window.StrideX <= 4 ? (window.StrideY, window.StrideX) : (1, 1);
        step.Dispatch(
            Winners[(int)load],
            new WinnersPush(load.OffsetOf(x), vectors, x.Shape.H, x.Shape.W, dy.Shape.H, dy.Shape.W),
            load.GroupsOver(dy.Shape), constants, load.Source(x), written);
        Shape blocks = dx.Shape with
        {
            H = Blocks(dx.Shape.H, window.PaddingY, blockY), W = Blocks(dx.Shape.W, window.PaddingX, blockX),
        };
        step.Dispatch(
            Gather[(int)load],
            new GatherPush(
                load.OffsetOf(winners), load.OffsetOf(dy), vectors, x.Shape.H, x.Shape.W, dy.Shape.H, dy.Shape.W),
            load.GroupsOver(blocks),
            [.. constants, (uint)blockY, (uint)blockX], load.Source(winners), load.Source(dy), dx);

        // From the multiple of the block at or before the padding's end; see the kernel.
        static int Blocks(int extent, int padding, int block) => (extent - 1 + padding % block) / block + 1;
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.MaxPool2dGradient(inputs[0], inputs[1], Pool.Geometry)];

    /// <inheritdoc/>
    public override string ToString() => $"{Pool} gradient";

    private readonly record struct WinnersPush(int XOffset, int Vectors, int Height, int Width, int OutHeight, int OutWidth);

    private readonly record struct GatherPush(
        int WinnersOffset, int DyOffset, int Vectors, int Height, int Width, int OutHeight, int OutWidth);
}
