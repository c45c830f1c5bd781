using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// <c>sum ← kept·sum + share·gradients</c>, flat vectors of equal length: gradients of several batches before an update, as those
/// of one batch of all their images. kept and share are <see cref="StepInputs"/>.
/// </summary>
/// <remarks>Inputs: sum, gradients, step → the sum, in its place.</remarks>
public sealed record Accumulate : Op
{
    private static readonly Kernel<Push>[] Kernels =
        VectorLoads.Declare<Push>("ops/accumulate.comp", "", "sum", "gradients", "step", "newSum");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        FlatVectors.Require("Accumulate", inputs[..2], ["sum", "gradients"]);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override int Overwrites(int output) => 0;

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView sum, TensorView gradients) = (step.Inputs[0], step.Inputs[1]);
        VectorLoad load = VectorLoads.For(step.Traits, FlatVectors.Unit);
        long count = sum.Shape.Count / load.Width();
        step.Flat(
            Kernels[(int)load], new Push((uint)count, load.OffsetOf(sum), load.OffsetOf(gradients)),
            VectorLoads.ThreadsFor(step.Traits, count),
            load.Source(sum), load.Source(gradients), step.Inputs[2], step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        (DoubleTensor sum, double[] gradients) = (inputs[0], inputs[1].Values);
        StepInputs step = Optimizers.StepOf(inputs[2]);
        double[] values = new double[gradients.Length], bound = new double[gradients.Length];
        for (int i = 0; i < values.Length; i++)
        {
            (double kept, double added) = (step.KeptSum * sum.Values[i], step.BatchShare * gradients[i]);
            values[i] = kept + added;
            bound[i] = Optimizers.Rounded(Math.Abs(kept) + Math.Abs(added), 2);     // a product and the sum, each term
        }
        return [new DoubleTensor(sum.N, sum.C, sum.H, sum.W, values, bound)];
    }

    /// <inheritdoc/>
    public override string ToString() => "Accumulate";

    private readonly record struct Push(uint Count, int SumOffset, int GradientsOffset);
}
