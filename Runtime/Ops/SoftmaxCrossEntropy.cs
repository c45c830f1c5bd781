using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;
using static System.FormattableString;

namespace ResNetVulkan.Ops;

/// <summary>
/// The loss of a classifier: the mean cross entropy between softmax(logits) and the labels, over the valid rows.
/// </summary>
/// <param name="LabelSmoothing">How much of each row's weight is shared among all classes, from 0 to 1.</param>
/// <remarks>
/// Inputs: logits (N, C, 1, 1), labels (N) UInt32, <see cref="StepInputs"/>, of which it reads ValidRows. Outputs: the loss
/// (1, 1, 1, 1), and (1) UInt32 how many of the valid rows are right, which is where the first of the largest logits is the
/// label's. As PyTorch's
/// <see href="https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html">CrossEntropyLoss</see>; without a valid
/// row the loss is 0, and a label that is no class makes it NaN. Safe from overflow.
/// </remarks>
public sealed record SoftmaxCrossEntropy(float LabelSmoothing = 0) : Op
{
    private static readonly Kernel<Push> Rows =
        new("ops/softmax_cross_entropy.comp", "ROWS", "logits", "labels", "step", "rowLosses", "rowHits");

    private static readonly Kernel<SumPush> Sum =
        new("ops/softmax_cross_entropy.comp", "SUM", "step", "rowLosses", "rowHits", "loss", "correct");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Require("SoftmaxCrossEntropy", LabelSmoothing, inputs);
        Shape rows = inputs[1].Shape;
        return
        [
            new(new Shape(1, 1, 1, 1)), new(Shape.Vector(1), ElementType.UInt32),
            new(rows), new(rows, ElementType.UInt32),       // scratch: row by row
        ];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView logits, TensorView rowLosses, TensorView rowHits) = (step.Inputs[0], step.Outputs[2], step.Outputs[3]);
        uint rows = (uint)logits.Shape.N;
        step.Flat(
            Rows, new Push(rows, (uint)logits.Shape.C, LabelSmoothing), rows,
            logits, step.Inputs[1], step.Inputs[2], rowLosses, rowHits);
        step.Flat(
            Sum, new SumPush(rows), threads: 1,
            step.Inputs[2], rowLosses with { Writes = false }, rowHits with { Writes = false }, step.Outputs[0], step.Outputs[1]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        (OracleResult loss, int correct) =
            CpuOracle.SoftmaxCrossEntropy(inputs[0], inputs[1].Values, ValidRows(inputs[2]), LabelSmoothing);
        return [loss, new DoubleTensor(1, 1, 1, 1, [correct])];
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step)
    {
        if (!step.Needs(0)) return;
        step.Flow(0, step.Append(
            "dx", new SoftmaxCrossEntropyGradient(LabelSmoothing), step.Inputs[0], step.Inputs[1], step.Inputs[2]));
    }

    /// <inheritdoc/>
    public override string ToString() => $"SoftmaxCrossEntropy{Smoothing(LabelSmoothing)}";

    internal static int ValidRows(DoubleTensor step) => (int)Math.Min(Optimizers.StepOf(step).ValidRows, int.MaxValue);

    internal static string Smoothing(float smoothing) =>
        smoothing == 0 ? "" : Invariant($" smoothing {smoothing}");

    internal static void Require(string op, float smoothing, ReadOnlySpan<TensorType> inputs)
    {
        (TensorType logits, TensorType labels, TensorType step) = (inputs[0], inputs[1], inputs[2]);
        if (smoothing is not (>= 0 and <= 1))
            throw new ShapeException(Invariant($"{op}: a label smoothing of {smoothing} is not within 0 to 1."));
        if (logits is not { Element: ElementType.Float32, Shape: { H: 1, W: 1 } })
            throw new ShapeException($"{op}: the logits {logits} are not (N, C, 1, 1) float32.");
        if (labels != new TensorType(Shape.Vector(logits.Shape.N), ElementType.UInt32))
            throw new ShapeException($"{op}: {logits.Shape.N} rows of logits, and labels {labels}; one UInt32 a row is needed.");
        if (step != StepInputs.Type) throw new ShapeException($"{op}: the step's inputs are {step}, not {StepInputs.Type}.");
    }

    private readonly record struct Push(uint Rows, uint Classes, float Smoothing);

    private readonly record struct SumPush(uint Rows);
}

/// <summary>
/// The gradient of <see cref="SoftmaxCrossEntropy"/> with respect to the logits: (softmax - smoothed label) / valid rows; zeros
/// in the rows behind those.
/// </summary>
/// <param name="LabelSmoothing">As there.</param>
/// <remarks>Inputs as there: logits, labels, <see cref="StepInputs"/>.</remarks>
public sealed record SoftmaxCrossEntropyGradient(float LabelSmoothing = 0) : Op
{
    private static readonly Kernel<Push> Kernel =
        new("ops/softmax_cross_entropy.comp", "GRADIENT", "logits", "labels", "step", "dx");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        SoftmaxCrossEntropy.Require("SoftmaxCrossEntropyGradient", LabelSmoothing, inputs);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        Shape logits = step.Inputs[0].Shape;
        step.Flat(
            Kernel, new Push((uint)logits.N, (uint)logits.C, LabelSmoothing), logits.N,
            step.Inputs[0], step.Inputs[1], step.Inputs[2], step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        [CpuOracle.SoftmaxCrossEntropyGradient(
            inputs[0], inputs[1].Values, SoftmaxCrossEntropy.ValidRows(inputs[2]), LabelSmoothing)];

    /// <inheritdoc/>
    public override string ToString() => $"SoftmaxCrossEntropy gradient{SoftmaxCrossEntropy.Smoothing(LabelSmoothing)}";

    private readonly record struct Push(uint Rows, uint Classes, float Smoothing);
}
