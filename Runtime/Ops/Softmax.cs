using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>Softmax over the channels of each pixel, safe from overflow: logits to probabilities. float32 in and out.</summary>
public sealed record Softmax : Op
{
    private static readonly Kernel<Push> Kernel = new("ops/softmax.comp", "", "x", "y");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        if (inputs[0].Element != ElementType.Float32) throw new ShapeException($"Softmax: {inputs[0]} is not float32.");
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        TensorView x = step.Inputs[0];
        step.Flat(Kernel, new Push((uint)x.Shape.Pixels, (uint)x.Shape.C), x.Shape.Pixels, x, step.Outputs[0]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs) => [CpuOracle.Softmax(inputs[0])];

    /// <inheritdoc/>
    public override string ToString() => "Softmax";

    private readonly record struct Push(uint Rows, uint Channels);
}
