using System.Globalization;

namespace ResNetVulkan.Training;

/// <summary>
/// How the learning rate changes over a training: what its highest value is multiplied with at each step. A pure function of the
/// step, so that a training that was stopped goes on where it was.
/// </summary>
/// <remarks>
/// As text (<see cref="Parse"/>, and <see cref="object.ToString"/> back). A count is a whole number of steps, or a part of all
/// steps between 0 and 1.
/// <code>
/// constant
/// cosine            half a cosine from 1 down to 0; cosine:0.01 down to 0.01
/// step:0.5,0.75:0.1 times 0.1 at half and at three quarters of the steps; step:32000,48000:0.1 at these steps
/// one-cycle         up along a cosine for 0.3 of the steps, then down; one-cycle:0.2 for 0.2 of them
/// warmup:500+cosine a straight line up for 500 steps, then what follows over the remaining ones, from its beginning
/// </code>
/// </remarks>
public abstract record LearningRate
{
    private const string Known = "Known are constant, cosine, step:0.5,0.75:0.1, one-cycle, and warmup:500+ before each of them.";

    /// <summary>What the rate is multiplied with at a step.</summary>
    /// <param name="step">From 0 to <paramref name="steps"/> less one.</param>
    /// <param name="steps">How many steps the whole training has, at least 1.</param>
    public abstract double Factor(long step, long steps);

    /// <summary>A schedule from its text.</summary>
    /// <exception cref="FormatException">The text is no schedule; the message quotes what is wrong.</exception>
    public static LearningRate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int plus = text.IndexOf('+');
        string[] parts = (plus < 0 ? text : text[..plus]).Split(':');
        LearningRate? found = (parts, plus >= 0) switch
        {
            (["constant"], false) => new ConstantRate(),
            (["cosine"], false) => new CosineRate(),
            (["cosine", var floor], false) => new CosineRate(Number(text, floor, value => value is >= 0 and <= 1)),
            (["step", var milestones, var factor], false) => new StepRate(
                [.. milestones.Split(',').Select(milestone => Count(text, milestone))],
                Number(text, factor, value => value is > 0 and <= 1)),
            (["one-cycle"], false) => new OneCycleRate(),
            (["one-cycle", var rise], false) => new OneCycleRate(Number(text, rise, value => value is > 0 and < 1)),
            (["warmup", var rise], true) => new WarmUpRate(Count(text, rise), Parse(text[(plus + 1)..])),
            _ => null,
        };
        return found ?? throw new FormatException($"'{text}' is no learning rate's schedule. {Known}");
    }

    /// <summary>The steps that a count stands for: itself, or a part of all.</summary>
    private protected static double Steps(double count, long steps) => count < 1 ? count * steps : count;

    private protected static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Count(string text, string number) =>
        Number(text, number, value => value > 0 && (value < 1 || value == Math.Floor(value)));

    private static double Number(string text, string number, Func<double, bool> isSound) =>
        double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && isSound(value)
            ? value
            : throw new FormatException($"'{number}' in '{text}' is out of place. {Known}");
}

/// <summary>The same rate at every step.</summary>
public sealed record ConstantRate : LearningRate
{
    /// <inheritdoc/>
    public override double Factor(long step, long steps) => 1;

    /// <inheritdoc/>
    public override string ToString() => "constant";
}

/// <summary>
/// Half a cosine, from 1 down to <paramref name="Floor"/>; PyTorch's
/// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html">CosineAnnealingLR</see>.
/// </summary>
/// <param name="Floor">What it comes to at the step after the last.</param>
public sealed record CosineRate(double Floor = 0) : LearningRate
{
    /// <inheritdoc/>
    public override double Factor(long step, long steps) =>
        Floor + (1 - Floor) * (1 + Math.Cos(Math.PI * step / steps)) / 2;

    /// <inheritdoc/>
    public override string ToString() => Floor == 0 ? "cosine" : $"cosine:{Text(Floor)}";
}

/// <summary>
/// Multiplied with <paramref name="Gamma"/> at each milestone; PyTorch's
/// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html">MultiStepLR</see>.
/// </summary>
/// <param name="Milestones">Each a step, or a part of all steps between 0 and 1. At its step the smaller rate holds.</param>
/// <param name="Gamma">Above 0, at most 1.</param>
public sealed record StepRate(IReadOnlyList<double> Milestones, double Gamma) : LearningRate
{
    /// <inheritdoc/>
    public override double Factor(long step, long steps) =>
        Math.Pow(Gamma, Milestones.Count(milestone => step >= Steps(milestone, steps)));

    /// <inheritdoc/>
    public bool Equals(StepRate? other) =>
        other is not null && Gamma == other.Gamma && Milestones.SequenceEqual(other.Milestones);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Gamma, Milestones.Count);

    /// <inheritdoc/>
    public override string ToString() => $"step:{string.Join(',', Milestones.Select(Text))}:{Text(Gamma)}";
}

/// <summary>
/// Up from 1/25 to 1 along half a cosine, then down to 1/250,000 along another, as
/// <see href="https://arxiv.org/abs/1708.07120">Super-Convergence</see> has it; PyTorch's
/// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html">OneCycleLR</see> with its
/// defaults, but for the momentum, which stays.
/// </summary>
/// <param name="Rise">The part of all steps that it rises.</param>
public sealed record OneCycleRate(double Rise = 0.3) : LearningRate
{
    private const double First = 1.0 / 25, Last = First / 1e4;

    /// <inheritdoc/>
    public override double Factor(long step, long steps)
    {
        double peak = Math.Max(0, Rise * steps - 1);
        if (step < peak) return Between(First, 1, step / peak);
        return Between(1, Last, Math.Min(1, (step - peak) / Math.Max(1, steps - 1 - peak)));
    }

    /// <inheritdoc/>
    public override string ToString() => Rise == 0.3 ? "one-cycle" : $"one-cycle:{Text(Rise)}";

    private static double Between(double from, double to, double part) =>
        to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2;
}

/// <summary>
/// A straight line up over the first <paramref name="Count"/> steps, whose next point is where the following schedule begins;
/// PyTorch's LinearLR, from 1 / (steps + 1) on, before another in a SequentialLR.
/// </summary>
/// <param name="Count">How many steps, or which part of all.</param>
/// <param name="Then">What follows: over the remaining steps, counted from 0.</param>
public sealed record WarmUpRate(double Count, LearningRate Then) : LearningRate
{
    /// <inheritdoc/>
    public override double Factor(long step, long steps)
    {
        long rise = (long)Math.Round(Steps(Count, steps));
        return step < rise ? (step + 1.0) / (rise + 1) : Then.Factor(step - rise, steps - rise);
    }

    /// <inheritdoc/>
    public override string ToString() => $"warmup:{Text(Count)}+{Then}";
}
