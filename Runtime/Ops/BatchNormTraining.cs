using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// Batch norm as in training, with the batch's own statistics: y = (x - mean) / sqrt(variance + ε) * weight + bias, channel by
/// channel. The running statistics move towards the batch's.
/// </summary>
/// <param name="Epsilon">ε, 1e-5 in PyTorch.</param>
/// <param name="HasRelu">Whether y is clamped at 0.</param>
/// <remarks>
/// Inputs: x (N, C, H, W); weight, bias, running mean and running variance (C); <see cref="StepInputs"/>, of which it reads
/// StatisticsMomentum. Outputs: y; the running statistics, in their inputs' place; the batch's mean and 1 / sqrt(variance + ε)
/// (C), which the gradient needs; scratch. As in PyTorch, the variance that normalises is divided by N * H * W, and the one that
/// the running variance takes over by one less. float32.
/// </remarks>
public sealed record BatchNormTraining(float Epsilon = 1e-5f, bool HasRelu = false) : Op
{
    private const string File = "ops/batch_norm_training.comp";

    private static readonly Kernel<StatisticsPush>[] Statistics =
        VectorLoads.Declare<StatisticsPush>(File, "STATISTICS", "x", "partials");

    private static readonly Kernel<MergePush> Merge = new(
        File, "MERGE", "partials", "runningMean", "runningVariance", "step", "newMean", "newVariance", "mean", "inverse");

    private static readonly Kernel<NormalizePush>[] Normalize =
        VectorLoads.Declare<NormalizePush>(File, "NORMALIZE", "x", "weight", "bias", "mean", "inverse", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType x = inputs[0], vector = Require("BatchNormTraining", x, inputs[1..5]);
        if (x.Shape.Pixels == 1)
        {
            throw new ShapeException(
                $"BatchNormTraining: {x} has one value a channel, which has no variance; a larger batch or image does.");
        }
        if (inputs[5] != StepInputs.Type)
            throw new ShapeException($"BatchNormTraining: the step's inputs are {inputs[5]}, not {StepInputs.Type}.");
        return [x, vector, vector, vector, vector, ChannelStrips.Scratch(x.Shape)];
    }

    /// <inheritdoc/>
    public override int Overwrites(int output) => output is 1 or 2 ? output + 2 : -1;

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView weight, TensorView bias) = (step.Inputs[0], step.Inputs[1], step.Inputs[2]);
        (TensorView y, TensorView mean, TensorView inverse) = (step.Outputs[0], step.Outputs[3], step.Outputs[4]);
        TensorView partials = step.Outputs[5];
        ChannelStrips strips = ChannelStrips.Of(step.Traits, x.Shape);
        strips.Walk(
            step, Statistics, new StatisticsPush(strips.Load.OffsetOf(x), strips.Vectors, strips.Pixels, strips.StripPixels), [],
            strips.Load.Source(x), partials);
        strips.Merge(
            step, Merge,
            new MergePush(strips.Channels, strips.Partials, strips.Pixels, strips.StripPixels, strips.Side, Epsilon),
            partials with { Writes = false }, step.Inputs[3], step.Inputs[4], step.Inputs[5],
            step.Outputs[1], step.Outputs[2], mean, inverse);
        RecordNormalize(step, strips, HasRelu, x, weight, bias, mean with { Writes = false }, inverse with { Writes = false }, y);
    }

    internal static void RecordNormalize(
        OpStep step, ChannelStrips strips, bool hasRelu, TensorView x, TensorView weight, TensorView bias, TensorView mean,
        TensorView inverse, TensorView y) => strips.Walk(
            step, Normalize, new NormalizePush(strips.Load.OffsetOf(x), strips.Vectors, strips.Pixels, strips.StripPixels),
            [Conv2d.Flag(hasRelu)], strips.Load.Source(x), weight, bias, mean, inverse, y);

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
        CpuOracle.BatchNormTraining(
            inputs[0], BatchNorm.Parameters(inputs.Skip(1), Epsilon), Optimizers.StepOf(inputs[5]).StatisticsMomentum, HasRelu);

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step)
    {
        if (!step.Needs(0) && !step.Needs(1) && !step.Needs(2)) return;
        Node gradient = step.AppendNode(
            "dx", new BatchNormGradient(HasRelu),
            step.Inputs[0], step.Gradient(), step.Inputs[1], step.Inputs[2], step.Outputs[3], step.Outputs[4]);
        for (int i = 0; i < 3; i++) step.Flow(i, gradient.Outputs[i]);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"BatchNorm of the batch{(Epsilon == 1e-5f ? "" : $" epsilon {Epsilon}")}{(HasRelu ? " + ReLU" : "")}";

    /// <summary>The type of a vector of one value a channel.</summary>
    /// <exception cref="ShapeException">One of the vectors is another, or x is not float32.</exception>
    internal static TensorType Require(string op, TensorType x, ReadOnlySpan<TensorType> vectors)
    {
        if (x.Element != ElementType.Float32) throw new ShapeException($"{op}: {x} is not float32.");
        foreach (TensorType vector in vectors)
        {
            if (vector != new TensorType(Shape.Vector(x.Shape.C)))
                throw new ShapeException($"{op}: {x.Shape.C} channels, and a vector {vector}.");
        }
        return new TensorType(Shape.Vector(x.Shape.C));
    }

    private readonly record struct StatisticsPush(int XOffset, int Vectors, int Pixels, int StripPixels);

    private readonly record struct MergePush(int Channels, int Count, int Pixels, int StripPixels, int Side, float Epsilon);

    private readonly record struct NormalizePush(int XOffset, int Vectors, int Pixels, int StripPixels);
}

/// <summary>
/// What <see cref="BatchNormTraining"/> made of a batch once more, bit by bit, from the statistics that it kept: where
/// activations are computed again rather than kept. No statistics move.
/// </summary>
/// <param name="HasRelu">As there.</param>
/// <remarks>
/// Inputs: x (N, C, H, W); weight, bias, the batch's mean and 1 / sqrt(variance + ε) (C) → y (N, C, H, W). float32. It has no
/// gradient: it comes behind all of them.
/// </remarks>
public sealed record BatchNormAgain(bool HasRelu = false) : Op
{
    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        BatchNormTraining.Require("BatchNormAgain", inputs[0], inputs[1..]);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step) => BatchNormTraining.RecordNormalize(
        step, ChannelStrips.Of(step.Traits, step.Inputs[0].Shape), HasRelu, step.Inputs[0], step.Inputs[1], step.Inputs[2],
        step.Inputs[3], step.Inputs[4], step.Outputs[0]);

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) =>
    [
        CpuOracle.Normalize(
            inputs[0], inputs[1].Values, inputs[2].Values, inputs[3].Values, inputs[4].Values, HasRelu),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"BatchNorm again{(HasRelu ? " + ReLU" : "")}";
}

/// <summary>The gradient of <see cref="BatchNormTraining"/>, through its statistics too.</summary>
/// <param name="HasRelu">As there; which values were clamped is computed from x again.</param>
/// <remarks>
/// Inputs: x, dy (N, C, H, W); weight, bias, the batch's mean and 1 / sqrt(variance + ε) (C). Outputs: dx; dweight, dbias (C);
/// scratch. float32.
/// </remarks>
public sealed record BatchNormGradient(bool HasRelu = false) : Op
{
    private const string File = "ops/batch_norm_gradient.comp";

    private static readonly Kernel<Push>[] Gradient = VectorLoads.Declare<Push>(
        File, "GRADIENT", "x", "dy", "weight", "bias", "mean", "inverse", "dweight", "dbias", "dx");

    private static readonly Kernel<MergePush> Merge = new(File, "MERGE", "partials", "inverse", "dweight", "dbias");

    private static readonly Kernel<Push>[] Sums =
        VectorLoads.Declare<Push>(File, "SUMS", "x", "dy", "weight", "bias", "mean", "inverse", "partials");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        TensorType vector = BatchNormTraining.Require("BatchNormGradient", inputs[0], inputs[2..]);
        if (inputs[1] != inputs[0]) throw new ShapeException($"BatchNormGradient: {inputs[0]} and {inputs[1]} are not alike.");
        return [inputs[0], vector, vector, ChannelStrips.Scratch(inputs[0].Shape)];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView x, TensorView dy) = (step.Inputs[0], step.Inputs[1]);
        (TensorView weight, TensorView bias) = (step.Inputs[2], step.Inputs[3]);
        (TensorView mean, TensorView inverse) = (step.Inputs[4], step.Inputs[5]);
        (TensorView dx, TensorView dweight, TensorView dbias) = (step.Outputs[0], step.Outputs[1], step.Outputs[2]);
        TensorView partials = step.Outputs[3];
        ChannelStrips strips = ChannelStrips.Of(step.Traits, x.Shape);

        Sum(step, strips, HasRelu, x, dy, weight, bias, mean, inverse, partials);
        strips.Merge(
            step, Merge, new MergePush(strips.Channels, strips.Partials, Epsilon: 0),
            partials with { Writes = false }, inverse, dweight, dbias);
        strips.Walk(
            step, Gradient, Push.For(strips, x, dy), [Conv2d.Flag(HasRelu)],
            strips.Load.Source(x), strips.Load.Source(dy), weight, bias, mean, inverse,
            dweight with { Writes = false }, dbias with { Writes = false }, dx);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => CpuOracle.BatchNormGradient(
        inputs[0], inputs[1], inputs[2].Values, inputs[3].Values, inputs[4].Values, inputs[5].Values, HasRelu);

    /// <inheritdoc/>
    public override string ToString() => $"BatchNorm of the batch{(HasRelu ? " + ReLU" : "")} gradient";

    /// <summary>
    /// Dispatches the sums of dy and of dy * (x - mean) over each strip. Without a ReLU weight, bias and inverse may be anything.
    /// </summary>
    internal static void Sum(
        OpStep step, ChannelStrips strips, bool hasRelu, TensorView x, TensorView dy,
        TensorView weight, TensorView bias, TensorView mean, TensorView inverse, TensorView partials) =>
        strips.Walk(
            step, Sums, Push.For(strips, x, dy), [Conv2d.Flag(hasRelu)],
            strips.Load.Source(x), strips.Load.Source(dy), weight, bias, mean, inverse, partials);

    private readonly record struct Push(int XOffset, int DyOffset, int Vectors, int Pixels, int StripPixels)
    {
        public static Push For(ChannelStrips strips, TensorView x, TensorView dy) => new(
            strips.Load.OffsetOf(x), strips.Load.OffsetOf(dy), strips.Vectors, strips.Pixels, strips.StripPixels);
    }

    internal readonly record struct MergePush(int Channels, int Count, float Epsilon);
}
