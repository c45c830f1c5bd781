using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// Adam with decoupled weight decay (<see href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter</see>), on all parameters
/// as one flat vector, in place; PyTorch's
/// <see href="https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html">AdamW</see>.
/// </summary>
/// <param name="HasAverage">Whether an exponential average of the parameters is kept beside them.</param>
/// <remarks>
/// <c>g = scale·clip·gradient; p ← p - ηλp; m ← β1·m + (1 - β1)·g; v ← β2·v + (1 - β2)·g²;
/// p ← p - η/c1 · m / (√v/√c2 + ε)</c>, c1 and c2 being the corrections 1 - β1^t and 1 - β2^t; then
/// <c>average ← d·average + (1 - d)·p</c>. clip is as in <see cref="Sgd"/>. Everything but the vectors is
/// <see cref="StepInputs"/>; corrections must be made of the β that are there, as float32 has them.
/// <para>Inputs: parameters, gradients, first moment, second moment, attributes (<see cref="ParameterAttributes"/>, one a 64
/// elements), norm (1), loss (1), step, and with an average that. Outputs: parameters, first moment, second moment and the
/// average, each in its input's place. Where norm or loss is not finite nothing changes, so that the step that broke can be
/// looked at.</para>
/// </remarks>
public sealed record AdamW(bool HasAverage = false) : Op
{
    private static readonly string[] Vectors = ["parameters", "gradients", "first moment", "second moment"];

    private static readonly string[] Tensors =
    [
        "parameters", "gradients", "first", "second", "attributes", "norm", "loss", "step",
        "newParameters", "newFirst", "newSecond",
    ];

    private static readonly Kernel<Push>[] Plain = VectorLoads.Declare<Push>("ops/adam_w.comp", "", Tensors);
    private static readonly Kernel<Push>[] Averaged =
        VectorLoads.Declare<Push>("ops/adam_w.comp", "AVERAGE", [.. Tensors, "average", "newAverage"]);

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) =>
        Optimizers.Infer("AdamW", inputs, Vectors, HasAverage);

    /// <inheritdoc/>
    public override int Overwrites(int output) => Optimizers.Overwrites(output, Vectors.Length);

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        VectorLoad load = VectorLoads.For(step.Traits, FlatVectors.Unit);
        TensorView[] vectors = [.. step.Inputs.Take(4), HasAverage ? step.Inputs[8] : step.Inputs[0]];
        TensorView[] loaded = [.. vectors.Select(vector => load.Source(vector))];
        int[] offset = [.. vectors.Select(vector => load.OffsetOf(vector))];
        long count = vectors[0].Shape.Count / load.Width();
        TensorView[] average = HasAverage ? [loaded[4], step.Outputs[3]] : [];
        step.Flat(
            (HasAverage ? Averaged : Plain)[(int)load],
            new Push((uint)count, offset[0], offset[1], offset[2], offset[3], offset[4]),
            VectorLoads.ThreadsFor(step.Traits, count),
            [.. loaded[..4], .. step.Inputs.Skip(4).Take(4), .. step.Outputs.Take(3), .. average]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        double[] p = [.. inputs[0].Values], m = [.. inputs[2].Values], v = [.. inputs[3].Values];
        double[] parameterBound = new double[p.Length], firstBound = new double[p.Length], secondBound = new double[p.Length];
        StepInputs step = Optimizers.StepOf(inputs[7]);
        double norm = inputs[5].Values[0], rate = step.LearningRate, beta1 = step.Momentum, beta2 = step.SecondMomentum;
        bool isSound = double.IsFinite(norm) && double.IsFinite(inputs[6].Values[0]);
        (double factor, int clipped) = Optimizers.GradientFactor(step, norm);
        for (int i = 0; isSound && i < p.Length; i++)
        {
            ParameterAttributes kind = (ParameterAttributes)(int)inputs[4].Values[i / FlatVectors.Unit];
            if (!kind.HasFlag(ParameterAttributes.Learned)) continue;

            double g = factor * inputs[1].Values[i];
            double terms = Math.Abs(beta1 * m[i]) + Math.Abs((1 - beta1) * g);
            m[i] = beta1 * m[i] + (1 - beta1) * g;
            v[i] = beta2 * v[i] + (1 - beta2) * g * g;
            // Of the moments: 1 - β, products and a sum; g itself was rounded.
            (int firstRoundings, int secondRoundings) = (clipped + 4, 2 * clipped + 6);
            firstBound[i] = Optimizers.Rounded(terms, firstRoundings);
            secondBound[i] = Optimizers.Rounded(v[i], secondRoundings);

            double root = Math.Sqrt(v[i]) / Math.Sqrt(step.SecondCorrection) + step.Epsilon, size = rate / step.Correction;
            double kept = kind.HasFlag(ParameterAttributes.Decays) ? p[i] * (1 - rate * (double)step.WeightDecay) : p[i];
            // A root may be off by 4.5 ulp (an inverse root and a division), a division by 2.5; a root halves what it inherits.
            int roundings = secondRoundings / 2 + 9 + 9 + 5 + 1;
            parameterBound[i] = Optimizers.Rounded(Math.Abs(p[i]), 4)
                + Optimizers.Rounded(size * terms / root, firstRoundings + roundings + 5 + 5 + 2);
            p[i] = kept - size * m[i] / root;
        }
        DoubleTensor parameters = Like(inputs[0], p, parameterBound);
        DoubleTensor[] updated = [parameters, Like(inputs[2], m, firstBound), Like(inputs[3], v, secondBound)];
        if (!HasAverage) return updated;
        return [.. updated, isSound
            ? Optimizers.Average(inputs[8], parameters, inputs[4], step.AverageDecay)
            : inputs[8]];
    }

    /// <inheritdoc/>
    public override string ToString() => $"AdamW{(HasAverage ? " averaged" : "")}";

    private static DoubleTensor Like(DoubleTensor x, double[] values, double[] bound) => new(x.N, x.C, x.H, x.W, values, bound);

    private readonly record struct Push(
        uint Count, int ParametersOffset, int GradientsOffset, int FirstOffset, int SecondOffset, int AverageOffset);
}
