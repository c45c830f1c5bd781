namespace ResNetVulkan.Demo.Pictures;

/// <summary>Which classes a network takes for which: a row a class, shaded by the share of the row.</summary>
internal static class ConfusionPicture
{
    private const double Margin = 24, Header = 92;
    private const int LongestName = 24;

    private static readonly Colour Right = new(0x1D5FBF), Wrong = new(0xD9480F), Empty = new(0xF2F4F6);

    /// <param name="title">What was judged by what.</param>
    /// <param name="counts">[actual, predicted]; square.</param>
    /// <param name="names">One a class. Where the cells are too small for letters, they are left out.</param>
    public static Drawing Draw(string title, int[,] counts, IReadOnlyList<string> names)
    {
        int classes = counts.GetLength(0);
        if (counts.GetLength(1) != classes || names.Count != classes)
            throw new ArgumentException($"{names.Count} names for {classes} by {counts.GetLength(1)} classes.", nameof(names));

        double cell = classes switch { <= 12 => 54, <= 24 => 38, <= 50 => 20, <= 120 => 12, _ => Math.Max(1, 1000 / classes) };
        double letters = cell < 10 ? 0 : Math.Min(13, cell * 0.75);
        string[] shown = [.. names.Select(name => name.Length > LongestName ? $"{name[..LongestName]}..." : name)];
        // The fonts in which an SVG is shown are wider.
        double words = letters == 0 ? 0 : (1.15 * shown.Max(name => StrokeFont.Width(name, letters))) + 10;
        double left = Margin + 22 + words, top = Header + 22 + words, side = cell * classes;
        Drawing drawing = new(Math.Max(left + side + (letters > 0 ? 64 : Margin), 640), top + side + 48);

        long all = counts.Cast<int>().Sum(count => (long)count);
        long right = Enumerable.Range(0, classes).Sum(c => (long)counts[c, c]);
        drawing.Text(title, Margin, 38, 20, Colour.Ink, isBold: true);
        drawing.Text($"{right:N0} of {all:N0} right ({Percent(right, all):F2} %)", Margin, 60, 12.5, Colour.Faded);
        drawing.Text("predicted", left + (side / 2), Header, 13, Colour.Ink, Anchor.Middle, isBold: true);
        drawing.Text("actual", Margin + 8, top + (side / 2), 13, Colour.Ink, Anchor.Middle, isBold: true, isUpright: true);
        drawing.Text("Shade: the share of the row.", left, top + side + 28, 12, Colour.Faded);
        drawing.Box(left, top, side, side, Empty);

        for (int actual = 0; actual < classes; actual++)
        {
            double y = top + (actual * cell);
            long row = Enumerable.Range(0, classes).Sum(c => (long)counts[actual, c]);
            for (int predicted = 0; predicted < classes; predicted++)
                Cell(left + (predicted * cell), y, counts[actual, predicted], row, actual == predicted);
            if (letters == 0) continue;
            double middle = (actual * cell) + (cell / 2) + (letters * 0.36);
            drawing.Text(shown[actual], left - 8, top + middle, letters, Colour.Ink, Anchor.End);
            drawing.Text(shown[actual], left + middle, top - 8, letters, Colour.Ink, isUpright: true);
            string share = row > 0 ? $"{Percent(counts[actual, actual], row):F1} %" : "none";
            drawing.Text(share, left + side + 8, top + middle, letters * 0.92, Colour.Faded);
        }
        return drawing;

        void Cell(double x, double y, int count, long row, bool isRight)
        {
            if (count == 0) return;
            // Of the root, so that one in a hundred is still seen.
            double depth = Math.Sqrt((double)count / row), gap = cell >= 10 ? 1 : 0;
            drawing.Box(x, y, cell - gap, cell - gap, (isRight ? Right : Wrong).Tint(0.06 + (0.94 * depth)));
            if (cell < 30) return;
            string text = count.ToString("N0");
            double size = Math.Min(13, cell * 1.35 / Math.Max(3, text.Length));
            Colour ink = depth > 0.55 ? Colour.White : Colour.Ink;
            drawing.Text(text, x + (cell / 2), y + (cell / 2) + (size * 0.36), size, ink, Anchor.Middle);
        }
    }

    private static double Percent(long part, long whole) => whole == 0 ? 0 : 100.0 * part / whole;
}
