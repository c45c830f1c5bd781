using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>The k largest channels of each row, largest first: their values and their indices.</summary>
/// <param name="K">How many.</param>
/// <remarks>
/// x (N, C, 1, 1) → values (N, K, 1, 1) and indices, the same shape. Of equal values the lower index comes first, and NaN before
/// everything, as in PyTorch.
/// </remarks>
public sealed record TopK(int K) : Op
{
    // The tree in shared memory wants a power of two.
    private const uint Lanes = 64;

    private static readonly Kernel<Push> Kernel = new("ops/top_k.comp", "", "x", "values", "indices");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        Shape x = inputs[0].Shape;
        if (inputs[0].Element != ElementType.Float32) throw new ShapeException($"TopK: {inputs[0]} is not float32.");
        if (x is { H: not 1 } or { W: not 1 }) throw new ShapeException($"TopK: {x} is an image; flatten or pool it first.");
        if (K < 1 || K > x.C) throw new ShapeException($"TopK: there are no {K} largest of {x.C} channels.");
        return [new(x with { C = K }), new(x with { C = K }, ElementType.UInt32)];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        TensorView x = step.Inputs[0];
        Push push = new((uint)x.Shape.C, (uint)K);
        step.Dispatch(Kernel, push, new((uint)x.Shape.N), [Lanes], x, step.Outputs[0], step.Outputs[1]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        DoubleTensor x = inputs[0];
        DoubleTensor values = new(x.N, K, x.H, x.W), indices = new(x.N, K, x.H, x.W);
        for (int n = 0; n < x.N; n++)
        {
            (int Channel, double Value)[] best = CpuOracle.TopK(x, n, K);
            for (int k = 0; k < K; k++) (values[n, k, 0, 0], indices[n, k, 0, 0]) = (best[k].Value, best[k].Channel);
        }
        return [values, indices];
    }

    /// <inheritdoc/>
    public override string ToString() => $"TopK {K}";

    private readonly record struct Push(uint Channels, uint K);
}
