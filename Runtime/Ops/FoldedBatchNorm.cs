using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>The weight and bias of the one convolution that does what a convolution and the batch norm behind it do.</summary>
/// <param name="Epsilon">The norm's ε.</param>
/// <remarks>
/// Inputs: the convolution's weight (K, C, R, S); the norm's weight, bias, mean and variance (K); and the convolution's bias (K)
/// if it has one. Outputs: the weight and the bias.
/// </remarks>
public sealed record FoldedBatchNorm(float Epsilon) : Op
{
    // A sum, a root and a division of 2.5 ulp each (an ulp is two roundings) and a product: what one value goes through.
    private const int Roundings = 1 + 5 + 5 + 1;

    private const uint RowsAThread = 64;

    private static readonly Kernel<Push> Plain = new(
        "ops/fold_batch_norm.comp", "", "taps", "weight", "bias", "mean", "variance", "folded", "foldedBias");

    private static readonly Kernel<Push> Biased = new(
        "ops/fold_batch_norm.comp", "HAS_BIAS",
        "taps", "weight", "bias", "mean", "variance", "folded", "foldedBias", "convolutionBias");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        foreach (TensorType vector in inputs[1..])
        {
            if (vector.Shape != Shape.Vector(inputs[0].Shape.N))
                throw new ShapeException($"FoldedBatchNorm: {inputs[0].Shape.N} output channels, and a vector {vector}.");
        }
        return [inputs[0], inputs[1]];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        Shape weight = step.Inputs[0].Shape;
        Push push = new((uint)(weight.C * weight.H * weight.W), (uint)weight.N, Epsilon);
        TensorView[] tensors = [.. step.Inputs.Take(5), .. step.Outputs, .. step.Inputs.Skip(5)];
        long threads = (push.Rows + RowsAThread - 1) / RowsAThread * push.Channels;
        step.Flat(step.Inputs.Count > 5 ? Biased : Plain, push, threads, tensors);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        DoubleTensor weight = inputs[0];
        (double[] folded, double[] bias) = CpuOracle.FoldBatchNorm(
            weight.ToNchw(), inputs.Count > 5 ? inputs[5].Values : null, BatchNorm.Parameters(inputs.Skip(1), Epsilon));
        DoubleTensor y = DoubleTensor.FromNchw(folded, weight.N, weight.C, weight.H, weight.W);
        y = y.WithBound([.. y.Values.Select(value => Roundings * OracleResult.Float32Roundoff * Math.Abs(value))]);

        // A bias is a difference: its terms' size bounds the error, not its own.
        double[] bound = new double[bias.Length];
        for (int k = 0; k < bias.Length; k++)
        {
            double scale = inputs[1].Values[k] / Math.Sqrt(inputs[4].Values[k] + Epsilon);
            double shift = Math.Abs(inputs[3].Values[k]) + (inputs.Count > 5 ? Math.Abs(inputs[5].Values[k]) : 0);
            bound[k] = (Roundings + 2) * OracleResult.Float32Roundoff * (shift * Math.Abs(scale) + Math.Abs(inputs[2].Values[k]));
        }
        return [y, new DoubleTensor(weight.N, 1, 1, 1, bias, bound)];
    }

    /// <inheritdoc/>
    public override string ToString() => $"FoldedBatchNorm epsilon {Epsilon}";

    private readonly record struct Push(uint Rows, uint Channels, float Epsilon);
}
