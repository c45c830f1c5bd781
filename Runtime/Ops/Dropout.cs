using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;
using static System.FormattableString;

namespace ResNetVulkan.Ops;

/// <summary>
/// Where training drops values. In inference, and in a graph as a model states it, it passes everything, and costs nothing.
/// </summary>
/// <param name="Rate">The part that is dropped, from 0 to 1; 0.5 in VGG.</param>
/// <remarks>
/// A model appends it with x alone; a training graph puts a <see cref="DropoutTraining"/> in its place. x → y, of any shape. y
/// lies where x does, so nothing else may read x after it. See
/// <see href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. 2014</see>.
/// </remarks>
public sealed record Dropout(float Rate) : Op
{
    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Require("Dropout", Rate);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override int Overwrites(int output) => 0;

    /// <summary>Nothing: y is x.</summary>
    public override void Record(OpStep step)
    {
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [inputs[0]];

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step) => step.Flow(0, step.Gradient());

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Dropout {Rate}");

    internal static void Require(string op, float rate)
    {
        if (rate is not (>= 0 and <= 1)) throw new ShapeException(Invariant($"{op}: a rate of {rate} is not within 0 to 1."));
    }
}

/// <summary>
/// Inverted dropout: y = 0 for a random part of the elements, x / (1 - rate) for the others, so that the mean stays. float32.
/// </summary>
/// <param name="Rate">The part that is dropped, from 0 to 1.</param>
/// <param name="Salt">Another for each dropout of a model, or they would drop alike.</param>
/// <remarks>
/// Inputs: x, <see cref="StepInputs"/>. What is dropped is a function of the step's key and number, the salt and the element's
/// place in memory (NHWC), so a step that is run again drops the same. The gradient is the operation itself, of dy.
/// </remarks>
public sealed record DropoutTraining(float Rate, uint Salt) : Op
{
    private static readonly Kernel<Push>[] Kernels = VectorLoads.Declare<Push>("ops/dropout.comp", "", "x", "step", "y");

    private float Scale => 1 / (1 - Rate);

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Dropout.Require("DropoutTraining", Rate);
        if (inputs[0].Element != ElementType.Float32) throw new ShapeException($"DropoutTraining: {inputs[0]} is not float32.");
        if (inputs[1] != StepInputs.Type)
            throw new ShapeException($"DropoutTraining: the step's inputs are {inputs[1]}, not {StepInputs.Type}.");
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        TensorView x = step.Inputs[0];
        VectorLoad load = VectorLoads.For(step.Traits, x.Shape.Count);
        long count = x.Shape.Count / load.Width();
        step.Flat(
            Kernels[(int)load], new Push(load.OffsetOf(x), (uint)count, Salt, Rate, Scale),
            VectorLoads.ThreadsFor(step.Traits, count), load.Source(x), step.Inputs[1], step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        StepInputs step = Optimizers.StepOf(inputs[1]);
        RandomKey key = new RandomKey(step.Key)[step.Step][Salt];
        return [CpuOracle.Dropout(inputs[0], i => key.Uniform((uint)i) < Rate, Scale)];
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientStep step)
    {
        if (step.Needs(0)) step.Flow(0, step.Append("dx", this, step.Gradient(), step.Inputs[1]));
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Dropout {Rate} salt {Salt:x8}");

    private readonly record struct Push(int XOffset, uint Count, uint Salt, float Rate, float Scale);
}
