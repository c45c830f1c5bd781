using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// 2-D convolution (cross-correlation, as everywhere in the field), with what can be done to each element before it is stored: a
/// bias, a shortcut that is added, a ReLU.
/// </summary>
/// <param name="Window">How the kernel moves over the image.</param>
/// <param name="Groups">Into how many independent convolutions the channels are divided.</param>
/// <remarks>
/// x (N, C, H, W), weight (K, C / Groups, R, S), then the bias (K) and the shortcut (N, K, P, Q) if it has them → y (N, K, P, Q).
/// Recorded as it stands it runs on the reference kernel: any shape, slow, obviously right. With groups the fast kernels of CPU
/// drivers sum over neighbouring groups too, with weights of zero: there an infinite activation makes NaN of those. See
/// <see href="https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html">Conv2d</see>.
/// </remarks>
public sealed record Conv2d(Window Window, int Groups = 1) : Op
{
    private static readonly Kernel<Push> Single = new("ops/conv2d_reference.comp", "", "x", "weights", "bias", "residual", "y");
    private static readonly Kernel<Push> Half = new("ops/conv2d_reference.comp", "HALF", "x", "weights", "bias", "residual", "y");

    /// <summary>Whether a bias is added.</summary>
    public bool HasBias { get; init; }

    /// <summary>Whether a shortcut is added.</summary>
    public bool HasResidual { get; init; }

    /// <summary>Whether the outcome is clamped at 0.</summary>
    public bool HasRelu { get; init; }

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        int expected = 2 + (HasBias ? 1 : 0) + (HasResidual ? 1 : 0);
        if (inputs.Length != expected) throw new ShapeException($"Conv2d: {inputs.Length} inputs, {expected} are needed.");
        (Shape x, Shape weight) = (inputs[0].Shape, inputs[1].Shape);
        if (x.C != weight.C * Groups || weight.N % Groups != 0)
        {
            throw new ShapeException(
                $"Conv2d: the input has {x.C} channels, the weight expects {weight.C * Groups} (input {x}, weight {weight}, " +
                $"{Groups} groups).");
        }
        if ((weight.H, weight.W) != (Window.Height, Window.Width))
            throw new ShapeException($"Conv2d: the weight {weight} is no {Window.Height}x{Window.Width} kernel.");
        if (HasBias && inputs[2].Shape != Shape.Vector(weight.N))
            throw new ShapeException($"Conv2d: {weight.N} output channels, and a bias {inputs[2]}.");

        (int height, int width) = Window.Over("Conv2d", x.H, x.W);
        TensorType y = inputs[0] with { Shape = new Shape(x.N, weight.N, height, width) };
        if (HasResidual && inputs[^1] != y) throw new ShapeException($"Conv2d: a shortcut {inputs[^1]} cannot be added to {y}.");
        return [y];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs)
    {
        Shape weight = inputs[1].Shape;
        return outputs[0].Shape.Count * weight.C * weight.H * weight.W;
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView weight, TensorView y) = (step.Inputs[0], step.Inputs[1], step.Outputs[0]);
        (TensorView bias, TensorView residual) = Epilogue(step);
        Push push = new(
            (uint)y.Shape.Count, (uint)Groups, x.Shape.C, x.Shape.H, x.Shape.W, y.Shape.C, y.Shape.H, y.Shape.W,
            Window.Height, Window.Width, Window.StrideY, Window.StrideX, Window.PaddingY, Window.PaddingX, Window.DilationY,
            Window.DilationX);
        step.Flat(
            x.Type.Element == ElementType.Float16 ? Half : Single, push, y.Shape.Count,
            [Flag(HasBias), Flag(HasResidual), Flag(HasRelu)],
            x, weight, bias, residual, y);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        (DoubleTensor x, DoubleTensor weight) = (inputs[0], inputs[1]);
        ConvolutionGeometry geometry = Geometry(Window, weight.N, Groups);
        DoubleTensor y = CpuOracle.Conv2d(x, weight.ToNchw(), HasBias ? inputs[2].Values : null, geometry);
        // Weights that were computed themselves pass their own bound on: |x| times it, and the bias's.
        if (weight.Bound is not null)
        {
            DoubleTensor magnitude = new(x.N, x.C, x.H, x.W, [.. x.Values.Select(Math.Abs)]);
            DoubleTensor bound = new(weight.N, weight.C, weight.H, weight.W, weight.Bound);
            DoubleTensor inherited = CpuOracle.Conv2d(magnitude, bound.ToNchw(), HasBias ? inputs[2].Bound : null, geometry);
            y = y.WithBound([.. y.Bound!.Zip(inherited.Values, (own, others) => own + others)]);
        }
        if (HasResidual) y = CpuOracle.Add(y, inputs[HasBias ? 3 : 2]);
        return [HasRelu ? CpuOracle.Relu(y) : y];
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step)
    {
        if (HasResidual || HasRelu)
        {
            throw new GradientException(
                $"{this} has no gradient: what is fused into one operation for inference is differentiated as several.");
        }
        (Tensor x, Tensor weight, Tensor dy) = (step.Inputs[0], step.Inputs[1], step.Gradient());
        if (step.Needs(0))
            step.Flow(0, step.Append("dx", new Conv2dDataGradient(Window, Groups, x.Shape.H, x.Shape.W), dy, weight));
        if (step.Needs(1)) step.Flow(1, step.Append("dw", new Conv2dWeightGradient(Window, Groups), x, dy));
        if (HasBias && step.Needs(2)) step.Flow(2, step.Append("db", new ChannelSum(), dy));
    }

    /// <inheritdoc/>
    public override string ToString() => $"Conv2d {Window}{(Groups > 1 ? $" groups {Groups}" : "")}" +
        $"{(HasBias ? " + bias" : "")}{(HasResidual ? " + shortcut" : "")}{(HasRelu ? " + ReLU" : "")}";

    /// <summary>
    /// The pixels of all images as few rows, each short enough to be cut into tiles along one axis of groups: what a 1x1
    /// convolution with stride 1 may do, as it never looks at a neighbour.
    /// </summary>
    internal static Shape InRows(Shape shape, int tile)
    {
        long pixels = shape.Pixels;
        int rows = 1;
        while (rows <= OpStep.MaxGroups && (pixels % rows != 0 || pixels / rows > (long)OpStep.MaxGroups * tile)) rows++;
        if (rows > OpStep.MaxGroups) rows = 1;      // no way to divide them: too many groups, as the caller will find
        return new Shape(rows, shape.C, 1, checked((int)(pixels / rows)));
    }

    /// <summary>A convolution's geometry as the oracle has it.</summary>
    internal static ConvolutionGeometry Geometry(Window window, int outputs, int groups) =>
        new(outputs, new Extent(window.Height, window.Width))
        {
            Stride = new(window.StrideY, window.StrideX),
            Padding = new(window.PaddingY, window.PaddingX),
            Dilation = new(window.DilationY, window.DilationX),
            Groups = groups,
        };

    internal static uint Flag(bool value) => value ? 1u : 0u;

    /// <summary>The bias and the shortcut of a step; where there is none, any tensor stands in its slot.</summary>
    internal (TensorView Bias, TensorView Residual) Epilogue(OpStep step) =>
        (HasBias ? step.Inputs[2] : step.Inputs[1], HasResidual ? step.Inputs[^1] : step.Inputs[0]);

    private readonly record struct Push(
        uint Count, uint Groups, int InChannels, int Height, int Width, int OutChannels, int OutHeight, int OutWidth,
        int KernelHeight, int KernelWidth, int StrideY, int StrideX, int PaddingY, int PaddingX, int DilationY, int DilationX);
}
