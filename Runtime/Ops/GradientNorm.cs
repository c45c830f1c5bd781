using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// The length of the gradient, all parameters as one vector: √Σ(scale · gradient)², scale being
/// <see cref="StepInputs.GradientScale"/>. Where a gradient is NaN or infinite, so is the norm.
/// </summary>
/// <remarks>
/// Inputs: flat vectors, one a block of gradients, then the step's <see cref="StepInputs"/> → norm (1). Every element counts:
/// what lies between the gradients must be 0. Squares beyond float32 (gradients above 1.8e19) make it infinite. The sum's order
/// is fixed: same gradients, same device, same bits.
/// </remarks>
public sealed record GradientNorm : Op
{
    // A partial sum is one workgroup's; the second pass is one workgroup over all of them.
    private const int MostPartials = 256, ElementsAPartial = 4096;

    private static readonly Kernel<SquaresPush>[] Squares =
        VectorLoads.Declare<SquaresPush>("ops/gradient_norm.comp", "SQUARES", "gradients", "partials");

    private static readonly Kernel<FinishPush> Finish = new("ops/gradient_norm.comp", "FINISH", "partials", "step", "norm");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        int partials = 0;
        foreach (TensorType block in inputs[..^1])
        {
            FlatVectors.Require("GradientNorm", [block], ["gradients"]);
            partials += Partials(block.Shape.Count);
        }
        return [new TensorType(Shape.Vector(1)), new TensorType(Shape.Vector(partials))];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        uint lanes = step.Traits.IsCpu ? 64u : 256u;
        VectorLoad load = VectorLoads.For(step.Traits, FlatVectors.Unit);
        (TensorView norm, TensorView partials) = (step.Outputs[0], step.Outputs[1]);
        uint first = 0;
        foreach (TensorView block in step.Inputs.SkipLast(1))
        {
            SquaresPush push = new((uint)(block.Shape.Count / load.Width()), load.OffsetOf(block), first);
            uint groups = (uint)Partials(block.Shape.Count);
            step.Dispatch(
                Squares[(int)load], push, new GroupCount(groups), [lanes], load.Source(block), partials);
            first += groups;
        }
        TensorView sums = partials with { Writes = false };
        step.Dispatch(Finish, new FinishPush(first), new GroupCount(1), [lanes], sums, step.Inputs[^1], norm);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        double sum = 0;
        int roundings = 8;      // the tree over 256 threads
        foreach (DoubleTensor block in inputs.SkipLast(1))
        {
            foreach (double gradient in block.Values) sum += gradient * gradient;
            // A square and three additions in a vector; then what a thread of 64 adds up, one by one at worst, and the tree.
            int threads = 64 * Partials(block.Values.Length);
            roundings = Math.Max(roundings, 4 + (block.Values.Length + threads - 1) / threads + 8);
        }
        double norm = Math.Abs(Optimizers.StepOf(inputs[^1]).GradientScale) * Math.Sqrt(sum);
        // Half of the sum's relative error, both passes', then the root (its inverse's 2 ulp and a division) and a product.
        int partials = inputs.SkipLast(1).Sum(block => Partials(block.Values.Length));
        double[] bound = [norm * OracleResult.Float32Roundoff * ((roundings + partials / 64 + 8) / 2.0 + 10) + 1e-19];
        return [new DoubleTensor(1, 1, 1, 1, [norm], bound)];
    }

    /// <inheritdoc/>
    public override string ToString() => "GradientNorm";

    private static int Partials(long elements) =>
        (int)Math.Clamp((elements + ElementsAPartial - 1) / ElementsAPartial, 1, MostPartials);

    private readonly record struct SquaresPush(uint Count, int GradientsOffset, uint First);

    private readonly record struct FinishPush(uint Count);
}
