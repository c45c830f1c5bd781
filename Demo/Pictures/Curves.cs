using ResNetVulkan.Training;

namespace ResNetVulkan.Demo.Pictures;

/// <summary>How a run went: loss, accuracy and learning rate over the epochs.</summary>
internal static class Curves
{
    private const double Width = 960, Left = 70, Right = 936, Gap = 56;
    private const double Thick = 2;
    private const int MostPoints = 600;

    private static readonly Colour Train = new(0x2563C9), Test = new(0xE4572E), Rate = new(0x2F855A);

    /// <param name="title">What was trained on what.</param>
    /// <param name="history">May be empty, or without epochs: then there are fewer lines.</param>
    public static Drawing Draw(string title, TrainingHistory history)
    {
        IReadOnlyList<EpochRecord> epochs = history.Epochs;
        double[] places = Places(history.Steps);
        double end = places.Concat(epochs.Select(it => (double)it.Epoch)).DefaultIfEmpty(1).Max();
        Colour steps = Train with { Opacity = epochs.Count > 0 ? 0.35 : 1 };
        Line[] Panel(Func<StepRecord, double> step, Func<EpochRecord, double> train, Func<EpochRecord, double?> test) =>
        [
            new(steps, 1.2, Thin([.. places.Zip(history.Steps, (x, it) => new Spot(x, step(it)))])),
            new(Train, Thick, [.. epochs.Select(it => new Spot(it.Epoch, train(it)))]),
            new(Test, Thick, [.. epochs.Select(it => new Spot(it.Epoch, test(it) ?? double.NaN))]),
        ];

        Drawing drawing = new(Width, 912);
        drawing.Text(title, Left, 38, 20, Colour.Ink, isBold: true);
        drawing.Text(Summary(history), Left, 60, 12.5, Colour.Faded);
        Legend(drawing, steps, history);

        Line[] rate = [new(Rate, 1.8, Thin([.. places.Zip(history.Steps, (x, it) => new Spot(x, it.LearningRate))]))];
        Line[] loss = Panel(it => it.Loss, it => it.TrainLoss, it => it.TestLoss);
        Line[] accuracy = Panel(it => 100 * it.Accuracy, it => 100 * it.TrainAccuracy, it => 100 * it.TestAccuracy);
        Frame(drawing, "Loss", 112, 260, end, double.PositiveInfinity, loss);
        Frame(drawing, "Accuracy, %", 112 + 260 + Gap, 260, end, 100, accuracy);
        double bottom = Frame(drawing, "Learning rate", 112 + (2 * (260 + Gap)), 110, end, double.PositiveInfinity, rate);
        drawing.Text("epoch", (Left + Right) / 2, bottom + 38, 12.5, Colour.Ink, Anchor.Middle);
        return drawing;
    }

    // In epochs: step 3 of the 4 of the second one is at 1.75. An epoch that is not over has as many steps as the one before it.
    private static double[] Places(IReadOnlyList<StepRecord> steps)
    {
        Dictionary<int, (long First, long Last)> ranges = steps.GroupBy(it => it.Epoch)
            .ToDictionary(it => it.Key, it => (it.Min(step => step.Step), it.Max(step => step.Step)));
        long most = ranges.Count == 0 ? 1 : ranges.Values.Max(it => it.Last - it.First + 1);
        int last = ranges.Count == 0 ? 0 : ranges.Keys.Max();
        return [.. steps.Select(it =>
        {
            (long first, long end) = ranges[it.Epoch];
            return it.Epoch - 1 + ((it.Step - first + 1.0) / (it.Epoch == last ? most : end - first + 1));
        })];
    }

    // Means of as many neighbours as it takes: more points than pixels only draw a thick band.
    private static Spot[] Thin(Spot[] points)
    {
        int together = (points.Length / MostPoints) + 1;
        return [.. points.Chunk(together).Select(some => new Spot(some.Average(p => p.X), some.Average(p => p.Y)))];
    }

    private static string Summary(TrainingHistory history)
    {
        long steps = history.Steps.Count > 0 ? history.Steps[^1].Step : 0;
        List<string> parts = [$"{history.Epochs.Count:N0} whole epochs, {steps:N0} steps"];
        EpochRecord[] tested = [.. history.Epochs.Where(it => it.TestAccuracy is not null)];
        if (tested.Length > 0)
        {
            EpochRecord best = tested.MaxBy(it => it.TestAccuracy)!;
            parts.Add($"test accuracy {100 * tested[^1].TestAccuracy:F2} % at the end");
            parts.Add($"at best {100 * best.TestAccuracy:F2} % after epoch {best.Epoch}");
        }
        if (history.Steps.FirstOrDefault(it => !double.IsFinite(it.Loss)) is { } broken)
            parts.Add($"at step {broken.Step:N0} the loss became {broken.Loss}");
        return string.Join("; ", parts);
    }

    private static void Legend(Drawing drawing, Colour steps, TrainingHistory history)
    {
        double x = Right;
        if (history.Epochs.Any(it => it.TestLoss is not null || it.TestAccuracy is not null)) Entry("test", Test);
        if (history.Epochs.Count > 0) Entry("train, each epoch's mean", Train);
        if (history.Steps.Count > 0) Entry("train, as it went", steps);

        void Entry(string text, Colour colour)
        {
            x -= 1.2 * StrokeFont.Width(text, 12);      // the fonts of most machines are wider
            drawing.Text(text, x, 96, 12, Colour.Ink);
            drawing.Line([new Spot(x - 30, 92), new Spot(x - 8, 92)], 2.5, colour);
            x -= 46;
        }
    }

    // Returns where it ends.
    private static double Frame(Drawing drawing, string title, double top, double height, double end, double most, Line[] lines)
    {
        Panel panel = new(title, Left, top, Right - Left, height)
        {
            Across = (0, end), Limits = (double.NegativeInfinity, most),
        };
        panel.Draw(drawing, lines);
        return panel.Bottom;
    }
}
