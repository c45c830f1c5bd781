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
        Quads.Declare<Push>("ops/accumulate.comp", "", "sum", "gradients", "step", "newSum");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Quads.Require("Accumulate", inputs[..2], ["sum", "gradients"]);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override int Overwrites(int output) => 0;

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView sum, TensorView gradients) = (step.Inputs[0], step.Inputs[1]);
        Push push = new(Quads.Count(sum), Quads.First(sum, step.Traits), Quads.First(gradients, step.Traits));
        step.Flat(
            Quads.Choose(Kernels, step.Traits), push, Quads.Threads(sum, step.Traits),
            Quads.In(sum, step.Traits), Quads.In(gradients, step.Traits), step.Inputs[2], step.Outputs[0]);
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

    private readonly record struct Push(uint Quads, uint SumQuad, uint GradientsQuad);
}
