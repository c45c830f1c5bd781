using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>
/// Stochastic gradient descent with momentum and weight decay, on all parameters as one flat vector, in place; PyTorch's
/// <see href="https://pytorch.org/docs/stable/generated/torch.optim.SGD.html">SGD</see>.
/// </summary>
/// <param name="Nesterov">Whether the step looks ahead by one momentum.</param>
/// <param name="HasAverage">Whether an exponential average of the parameters is kept beside them.</param>
/// <remarks>
/// <c>g = scale·clip·gradient + λp; v ← μv + g; p ← p - η·v</c>, with Nesterov <c>p ← p - η·(g + μv)</c>, then
/// <c>average ← d·average + (1 - d)·p</c>. clip is 1, or min(1, limit / (norm + 1e-6)) where there is a limit. η, μ, λ, d, the
/// scale and the limit are <see cref="StepInputs"/>.
/// <para>Inputs: parameters, gradients, momentum, attributes (<see cref="ParameterAttributes"/>, one a 64 elements), norm (1),
/// loss (1), step, and with an average that. Outputs: parameters, momentum and the average, each in its input's place. Where norm
/// or loss is not finite nothing changes, so that the step that broke can be looked at.</para>
/// </remarks>
public sealed record Sgd(bool Nesterov = false, bool HasAverage = false) : Op
{
    private static readonly string[] Vectors = ["parameters", "gradients", "momentum"];

    private static readonly string[] Tensors =
    [
        "parameters", "gradients", "velocity", "attributes", "norm", "loss", "step", "newParameters", "newVelocity",
    ];

    private static readonly Kernel<Push>[] Plain = VectorLoads.Declare<Push>("ops/sgd.comp", "", Tensors);
    private static readonly Kernel<Push>[] Ahead = VectorLoads.Declare<Push>("ops/sgd.comp", "NESTEROV", Tensors);
    private static readonly Kernel<Push>[] Averaged =
        VectorLoads.Declare<Push>("ops/sgd.comp", "AVERAGE", [.. Tensors, "average", "newAverage"]);

    private static readonly Kernel<Push>[] AveragedAhead =
        VectorLoads.Declare<Push>("ops/sgd.comp", "NESTEROV AVERAGE", [.. Tensors, "average", "newAverage"]);

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs) => Optimizers.Infer("Sgd", inputs, Vectors, HasAverage);

    /// <inheritdoc/>
    public override int Overwrites(int output) => Optimizers.Overwrites(output, Vectors.Length);

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        VectorLoad load = VectorLoads.For(step.Traits, FlatVectors.Unit);
        TensorView[] vectors = [step.Inputs[0], step.Inputs[1], step.Inputs[2], HasAverage ? step.Inputs[7] : step.Inputs[0]];
        TensorView[] loaded = [.. vectors.Select(vector => load.Source(vector))];
        int[] offset = [.. vectors.Select(vector => load.OffsetOf(vector))];
        long count = vectors[0].Shape.Count / load.Width();
        TensorView[] average = HasAverage ? [loaded[3], step.Outputs[2]] : [];
        Kernel<Push>[] kernels = (Nesterov, HasAverage) switch
        {
            (false, false) => Plain,
            (true, false) => Ahead,
            (false, true) => Averaged,
            (true, true) => AveragedAhead,
        };
        step.Flat(
            kernels[(int)load], new Push((uint)count, offset[0], offset[1], offset[2], offset[3]),
            VectorLoads.ThreadsFor(step.Traits, count),
            [.. loaded[..3], .. step.Inputs.Skip(3).Take(4), step.Outputs[0], step.Outputs[1], .. average]);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        double[] p = [.. inputs[0].Values], v = [.. inputs[2].Values];
        double[] parameterBound = new double[p.Length], velocityBound = new double[p.Length];
        StepInputs step = Optimizers.StepOf(inputs[6]);
        double norm = inputs[4].Values[0], rate = step.LearningRate, momentum = step.Momentum;
        bool isSound = double.IsFinite(norm) && double.IsFinite(inputs[5].Values[0]);
        (double factor, int clipped) = Optimizers.GradientFactor(step, norm);
        for (int i = 0; isSound && i < p.Length; i++)
        {
            ParameterAttributes kind = (ParameterAttributes)(int)inputs[3].Values[i / FlatVectors.Unit];
            if (!kind.HasFlag(ParameterAttributes.Learned)) continue;

            double gradient = factor * inputs[1].Values[i];
            double decay = kind.HasFlag(ParameterAttributes.Decays) ? step.WeightDecay * p[i] : 0;
            (double g, double terms) = (gradient + decay, Math.Abs(gradient) + Math.Abs(decay));
            // A product and a sum each for the gradient, the velocity, what looks ahead, and the parameter.
            terms += Math.Abs(momentum * v[i]);
            v[i] = momentum * v[i] + g;
            velocityBound[i] = Optimizers.Rounded(terms, clipped + 4);
            if (Nesterov) terms = Math.Abs(g) + momentum * terms + terms;
            double update = rate * (Nesterov ? g + momentum * v[i] : v[i]);
            parameterBound[i] = Optimizers.Rounded(Math.Abs(p[i]), 1) + Optimizers.Rounded(rate * terms, clipped + 8);
            p[i] -= update;
        }
        DoubleTensor parameters = Like(inputs[0], p, parameterBound), velocity = Like(inputs[2], v, velocityBound);
        if (!HasAverage) return [parameters, velocity];
        return [parameters, velocity, isSound
            ? Optimizers.Average(inputs[7], parameters, inputs[3], step.AverageDecay)
            : inputs[7]];
    }

    /// <inheritdoc/>
    public override string ToString() => $"SGD{(Nesterov ? " Nesterov" : "")}{(HasAverage ? " averaged" : "")}";

    private static DoubleTensor Like(DoubleTensor x, double[] values, double[] bound) => new(x.N, x.C, x.H, x.W, values, bound);

    private readonly record struct Push(
        uint Count, int ParametersOffset, int GradientsOffset, int VelocityOffset, int AverageOffset);
}
