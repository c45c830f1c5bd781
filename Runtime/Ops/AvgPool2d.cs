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
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.AvgPool2d(inputs[0], new PoolGeometry(new Extent(Window.Height, Window.Width))
        {
            Stride = new(Window.StrideY, Window.StrideX),
            Padding = new(Window.PaddingY, Window.PaddingX),
            CeilMode = CeilMode,
            CountIncludePad = CountPadding,
        })];

    /// <inheritdoc/>
    public override string ToString() =>
        $"AvgPool2d {Window}{(CeilMode ? " ceil" : "")}{(CountPadding ? "" : " without padding")}";

    private readonly record struct Push(
        uint Count, uint Channels, int Height, int Width, uint OutHeight, uint OutWidth, int WindowY, int WindowX,
        int StrideY, int StrideX, int PaddingY, int PaddingX, uint CountPadding);
}
