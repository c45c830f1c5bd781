using ResNetVulkan.Training;

namespace ResNetVulkan.Demo.Studies;

/// <summary>A part of some pictures, in percent, which would be another if the pictures were others.</summary>
/// <param name="Percent">From 0 to 100; NaN where nothing was counted.</param>
/// <param name="Count">Of how many.</param>
internal readonly record struct Share(double Percent, int Count)
{
    private double Variance => Percent * (100 - Percent) / Math.Max(1, Count);

    /// <summary>
    /// By how many points two parts may differ for no other reason than which pictures were counted: two standard errors.
    /// </summary>
    public static double Chance(Share a, Share b) => 2 * Math.Sqrt(a.Variance + b.Variance);

    /// <summary>1 where <paramref name="a"/> is above <paramref name="b"/> by more than chance, -1 below, else 0.</summary>
    public static int Compare(Share a, Share b) =>
        Math.Abs(a.Percent - b.Percent) > Chance(a, b) ? Math.Sign(a.Percent - b.Percent) : 0;

    public override string ToString() => double.IsNaN(Percent) ? "none" : $"{Percent:F1} %";
}

/// <summary>What a network has come to at the end of its training.</summary>
/// <param name="Name">The contender's.</param>
/// <param name="Layers">As the papers count them.</param>
/// <param name="Parameters">That it learns.</param>
/// <param name="MultiplyAdds">Of one picture.</param>
/// <param name="Train">The error over the last epoch, each picture as its own step saw it.</param>
/// <param name="Test">The error on the test part after the last epoch.</param>
/// <param name="StepMs">The median of its steps.</param>
internal sealed record Outcome(
    string Name, int Layers, long Parameters, long MultiplyAdds, Share Train, Share Test, double StepMs)
{
    public static Outcome Of(Trained trained, int pictures = 0, int testPictures = 0)
    {
        EpochRecord? last = trained is { Failure: null, History.Epochs: [.., var end] } ? end : null;
        double[] times = [.. trained.History.Steps.Select(step => step.Milliseconds).Order()];
        return new Outcome(
            trained.Contender.Name, trained.Contender.Layers, trained.Size.Parameters, trained.Size.MultiplyAdds,
            new Share(100 * (1 - last?.TrainAccuracy ?? double.NaN), pictures),
            new Share(100 * (1 - last?.TestAccuracy ?? double.NaN), testPictures),
            times.Length > 0 ? times[times.Length / 2] : double.NaN);
    }

    public override string ToString() => $"training error {Train}, test error {Test}, {StepMs:F0} ms a step";
}

/// <summary>
/// Sentences that follow from outcomes. Each says what the numbers say, one way or the other, and whether chance alone could.
/// </summary>
internal static class Conclusions
{
    /// <summary>Whether depth made training worse without shortcuts, and whether with them.</summary>
    /// <param name="plain">Two or more networks without shortcuts.</param>
    /// <param name="residual">The same with them.</param>
    public static IReadOnlyList<string> Degradation(IReadOnlyList<Outcome> plain, IReadOnlyList<Outcome> residual)
    {
        List<string> sentences = [];
        int worsePlain = Deeper("Without shortcuts", plain, sentences);
        int worseResidual = Deeper("With shortcuts", residual, sentences);
        if (sentences.Count < 2) return sentences;

        (Outcome deepPlain, Outcome deepResidual) = (plain.MaxBy(it => it.Layers)!, residual.MaxBy(it => it.Layers)!);
        string rival = Compare(deepResidual, deepPlain, it => it.Train) switch
        {
            < 0 => "the shortcuts make the deep network learn better",
            > 0 => "the shortcuts make the deep network learn worse",
            _ => "the two deep networks cannot be told apart",
        };
        sentences.Add(
            $"At {deepPlain.Layers} layers the training error is {deepPlain.Train} without shortcuts and {deepResidual.Train} " +
            $"with them: {rival}.");
        sentences.Add((worsePlain, worseResidual) switch
        {
            ( > 0, <= 0) => "This is the degradation that the paper describes, and shortcuts take it away.",
            ( > 0, > 0) => Loss(plain) > Loss(residual)
                ? "Both degrade with depth at this budget, and the networks without shortcuts lose more by it."
                : "Both degrade with depth at this budget, and shortcuts did not lessen it.",
            ( <= 0, > 0) => "Against the paper, only the networks with shortcuts degraded with depth at this budget.",
            _ => "At this budget no degradation was seen: depth did not make training worse, with shortcuts or without.",
        });
        return sentences;

        static double Loss(IReadOnlyList<Outcome> outcomes) =>
            outcomes.MaxBy(it => it.Layers)!.Train.Percent - outcomes.MinBy(it => it.Layers)!.Train.Percent;
    }

    /// <summary>How several kinds of network that are equal otherwise rank, and how sure that is.</summary>
    /// <param name="outcomes">Two or more.</param>
    /// <param name="reference">The name of the one that the others are held against.</param>
    public static IReadOnlyList<string> Ranking(IReadOnlyList<Outcome> outcomes, string reference)
    {
        List<string> sentences = [];
        Outcome[] ranked = [.. Ended(outcomes, sentences).OrderBy(it => it.Test.Percent)];
        if (ranked.Length < 2) return sentences;

        (Outcome best, Outcome worst) = (ranked[0], ranked[^1]);
        string order = string.Join(", ", ranked.Select(it => $"{it.Name} {it.Test}"));
        sentences.Add($"By test error, from the lowest: {order}.");
        sentences.Add(Compare(best, worst, it => it.Test) == 0
            ? $"The best and the worst differ by {worst.Test.Percent - best.Test.Percent:F1} points, which " +
                $"{worst.Test.Count:N0} test pictures cannot tell from chance ({Share.Chance(best.Test, worst.Test):F1} " +
                "points): no ranking follows."
            : $"Between {best.Name} and {worst.Name} lie {worst.Test.Percent - best.Test.Percent:F1} points, more than chance " +
                $"gives ({Share.Chance(best.Test, worst.Test):F1}): {worst.Name} learned less at this budget.");
        if (ranked.FirstOrDefault(it => it.Name == reference) is { } compared)
        {
            string[] Names(int sign) => [.. ranked.Where(it => Compare(it, compared, o => o.Test) == sign && it != compared)
                .Select(it => it.Name)];
            sentences.Add(
                $"Held against {reference}, beyond chance: better {List(Names(-1))}; worse {List(Names(1))}; not told apart " +
                $"{List(Names(0))}.");
        }
        return sentences;

        static string List(string[] names) => names.Length == 0 ? "none" : string.Join(", ", names);
    }

    /// <summary>What more layers have given, and what they have cost.</summary>
    /// <param name="outcomes">Two or more depths.</param>
    public static IReadOnlyList<string> Depth(IReadOnlyList<Outcome> outcomes)
    {
        List<string> sentences = [];
        Outcome[] byDepth = [.. Ended(outcomes, sentences).OrderBy(it => it.Layers)];
        if (byDepth.Length < 2) return sentences;

        (Outcome shallow, Outcome deep, Outcome best) = (byDepth[0], byDepth[^1], byDepth.MinBy(it => it.Test.Percent)!);
        sentences.Add($"The lowest test error, {best.Test}, is that of {best.Layers} layers.");
        string course = Compare(deep, shallow, it => it.Test) switch
        {
            < 0 => "more layers gave a lower error",
            > 0 => "more layers gave a higher error",
            _ => "the two cannot be told apart by so many test pictures",
        };
        sentences.Add(
            $"From {shallow.Layers} to {deep.Layers} layers the test error goes from {shallow.Test} to {deep.Test}: {course}.");
        if (best != deep && Compare(best, deep, it => it.Test) < 0)
        {
            sentences.Add($"Beyond {best.Layers} layers it rises again" + (Compare(best, deep, it => it.Train) < 0
                ? ", and the training error with it: the deepest network has not learned as much, rather than too much."
                : ", and the training error does not."));
        }
        double layers = (double)deep.Layers / shallow.Layers, time = deep.StepMs / shallow.StepMs;
        string growth = time > 1.15 * layers ? "faster than depth" : time < layers / 1.15 ? "slower than depth" : "as depth does";
        sentences.Add(
            $"A step takes {shallow.StepMs:F0} ms with {shallow.Layers} layers and {deep.StepMs:F0} ms with {deep.Layers}: " +
            $"{time:F1} times the time for {layers:F1} times the layers, so time grows {growth}.");
        return sentences;
    }

    // Says how the deepest compares with the shallowest; 1 where it has the higher training error.
    private static int Deeper(string kind, IReadOnlyList<Outcome> outcomes, List<string> sentences)
    {
        Outcome[] byDepth = [.. Ended(outcomes, sentences).OrderBy(it => it.Layers)];
        if (byDepth.Length < 2) return 0;
        (Outcome shallow, Outcome deep) = (byDepth[0], byDepth[^1]);
        int order = Compare(deep, shallow, it => it.Train);
        double points = Math.Abs(deep.Train.Percent - shallow.Train.Percent);
        string verdict = order switch
        {
            > 0 => $"the deeper network is worse by {points:F1} points",
            < 0 => $"the deeper network is better by {points:F1} points",
            _ => $"{points:F1} points are within chance ({Share.Chance(deep.Train, shallow.Train):F1})",
        };
        sentences.Add(
            $"{kind}, {shallow.Layers} layers end with {shallow.Train} training error and {deep.Layers} layers with " +
            $"{deep.Train}: {verdict}.");
        return order;
    }

    // Those whose training came to its end; the others get a sentence.
    private static IEnumerable<Outcome> Ended(IReadOnlyList<Outcome> outcomes, List<string> sentences)
    {
        foreach (Outcome outcome in outcomes.Where(it => double.IsNaN(it.Train.Percent)))
            sentences.Add($"{outcome.Name} did not come to its end: no number of it is compared.");
        return outcomes.Where(it => !double.IsNaN(it.Train.Percent));
    }

    private static int Compare(Outcome a, Outcome b, Func<Outcome, Share> share) => Share.Compare(share(a), share(b));
}
