using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>sum ← sum + gradients, flat vectors of equal length: gradients of several batches before one update.</summary>
public sealed record Accumulate : Op
{
    private static readonly Kernel<Push>[] Kernels =
        Quads.Declare<Push>("ops/accumulate.comp", "", "sum", "gradients", "newSum");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Quads.Require("Accumulate", inputs, ["sum", "gradients"]);
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
            Quads.In(sum, step.Traits), Quads.In(gradients, step.Traits), step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [CpuOracle.Add(inputs[0], inputs[1])];

    /// <inheritdoc/>
    public override string ToString() => "Accumulate";

    private readonly record struct Push(uint Quads, uint SumQuad, uint GradientsQuad);
}
