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
    private const int Threads = 64;

    private static readonly Kernel<Push> Single = new("ops/max_pool2d.comp", "", "x", "y");
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
        Push push = new(
            x.Shape.C, x.Shape.H, x.Shape.W, y.Shape.H, y.Shape.W, Window.StrideY, Window.StrideX,
            Window.PaddingY, Window.PaddingX, Window.DilationY, Window.DilationX);
        GroupCount groups = new(
            (uint)((y.Shape.W * y.Shape.C + Threads - 1) / Threads), (uint)y.Shape.H, (uint)y.Shape.N);
        Kernel<Push> kernel = x.Type.Element == ElementType.Float16 ? Half : Single;
        step.Dispatch(kernel, push, groups, [Threads, (uint)Window.Height, (uint)Window.Width], x, y);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.MaxPool2d(inputs[0], new PoolGeometry(new Extent(Window.Height, Window.Width))
        {
            Stride = new(Window.StrideY, Window.StrideX),
            Padding = new(Window.PaddingY, Window.PaddingX),
            Dilation = new(Window.DilationY, Window.DilationX),
            CeilMode = CeilMode,
        })];

    /// <inheritdoc/>
    public override string ToString() => $"MaxPool2d {Window}{(CeilMode ? " ceil" : "")}";

    private readonly record struct Push(
        int Channels, int Height, int Width, int OutHeight, int OutWidth, int StrideY, int StrideX, int PaddingY, int PaddingX,
        int DilationY, int DilationX);
}
