using System.Globalization;
using ResNetVulkan.Graphs;

namespace ResNetVulkan.Training;

/// <summary>Which rule parameters follow gradients by.</summary>
public enum OptimizerKind
{
    /// <summary>Gradient descent with momentum.</summary>
    Sgd,

    /// <summary>
    /// Adam with decoupled weight decay:
    /// <see href="https://arxiv.org/abs/1711.05101">Decoupled Weight Decay Regularization</see>.
    /// </summary>
    AdamW,
}

/// <summary>How parameters follow gradients; names and formulas are PyTorch's.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Which rule.</summary>
    public OptimizerKind Kind { get; init; }

    /// <summary>μ of SGD, β1 of AdamW: how much of the momentum stays at each step.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Whether SGD looks ahead along its momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>β2 of AdamW.</summary>
    public float SecondMomentum { get; init; } = 0.999f;

    /// <summary>ε of AdamW.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>λ: how much of each parameter is taken off at each step, times the learning rate.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Whether biases and batch norms decay as well, as they do in PyTorch unless told otherwise.</summary>
    public bool DecaysVectors { get; init; } = true;

    /// <summary>The longest that all gradients as one vector may be; longer ones are scaled down. 0 for no limit.</summary>
    public float MaxGradientNorm { get; init; }

    /// <summary>How much of the averaged weights stays at each step, such as 0.999; 0 to keep none.</summary>
    public float AverageDecay { get; init; }

    /// <summary>All of it, the same on every machine.</summary>
    internal string Identity => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind} {Momentum} {Nesterov} {SecondMomentum} {Epsilon} {WeightDecay} {DecaysVectors} {MaxGradientNorm} " +
        $"{AverageDecay}");

    internal bool Decays(Parameter parameter) => DecaysVectors || parameter.Kind == ParameterKind.Weight;

    /// <summary>What the device is told before a step.</summary>
    /// <param name="step">How many steps came before.</param>
    /// <param name="rate">The learning rate.</param>
    internal StepInputs Inputs(long step, float rate) => new()
    {
        Step = (uint)step,
        LearningRate = rate,
        Momentum = Momentum,
        SecondMomentum = SecondMomentum,
        Correction = (float)(1 - Math.Pow(Momentum, step + 1)),
        SecondCorrection = (float)(1 - Math.Pow(SecondMomentum, step + 1)),
        Epsilon = Epsilon,
        WeightDecay = WeightDecay,
        GradientScale = 1,
        MaxGradientNorm = MaxGradientNorm,
        AverageDecay = AverageDecay,
        StatisticsMomentum = 0.1f,
    };
}
