namespace ResNetVulkan.Demo.Pictures;

/// <summary>What a line or a bar of a chart is called.</summary>
internal sealed record Mark(string Name, Colour Colour, double Thickness = 2);

/// <summary>Bars of one quantity, under its title.</summary>
/// <param name="Title">What is measured, with its unit.</param>
/// <param name="Values">One a mark.</param>
/// <param name="Format">How a value is written at its bar's end.</param>
internal sealed record Bars(string Title, IReadOnlyList<double> Values, string Format = "N0");

/// <summary>Several pairs of axes under one legend.</summary>
internal static class Chart
{
    public const double PlotWidth = 390, PlotHeight = 250;

    private const double Margin = 66, Across = 480, LegendTop = 26, LegendLine = 22, Width = 960, BarHeight = 16;

    /// <summary>Colours that people tell apart, also those who see no red or green.</summary>
    public static IReadOnlyList<Colour> Colours { get; } =
        [new(0x2563C9), new(0xE4572E), new(0x1B8A5A), new(0x8E44AD), new(0xB8860B), new(0x5B6770), new(0xC2187A), new(0x0E8FA3)];

    /// <summary>Draws panels two in a row.</summary>
    /// <param name="legend">What the lines are called.</param>
    /// <param name="panels">
    /// With their lines. A panel that has no width is placed and given the usual size, but for its title and axes.
    /// </param>
    public static Drawing Lines(IReadOnlyList<Mark> legend, params IReadOnlyList<(Panel Panel, Line[] Lines)> panels)
    {
        double top = LegendTop + (LegendLine * Rows(legend).Count) + 34;
        const double Down = PlotHeight + 96;
        double bottom = top + (Down * ((panels.Count + 1) / 2)) - 46;
        Drawing drawing = new(Width, bottom);
        Draw(drawing, legend);
        for (int i = 0; i < panels.Count; i++)
        {
            Panel panel = panels[i].Panel with
            {
                Left = Margin + (Across * (i % 2)), Top = top + (Down * (i / 2)), Height = PlotHeight,
                Width = panels.Count == 1 ? PlotWidth + Across : PlotWidth,
            };
            panel.Draw(drawing, panels[i].Lines);
        }
        return drawing;
    }

    /// <summary>Draws groups of bars, two in a row, each group on a scale of its own from 0.</summary>
    public static Drawing Draw(IReadOnlyList<Mark> legend, params IReadOnlyList<Bars> groups)
    {
        const double Names = 118, Values = 74;
        double down = (legend.Count * (BarHeight + 8)) + 56;
        Drawing drawing = new(Width, 40 + (down * ((groups.Count + 1) / 2)));
        for (int i = 0; i < groups.Count; i++)
        {
            Bars group = groups[i];
            double left = 20 + (Across * (i % 2)), top = 34 + (down * (i / 2));
            double most = group.Values.Where(double.IsFinite).DefaultIfEmpty(1).Max(), room = Across - 60 - Names - Values;
            drawing.Text(group.Title, left, top, 13.5, Colour.Ink, isBold: true);
            for (int bar = 0; bar < legend.Count; bar++)
            {
                double y = top + 14 + (bar * (BarHeight + 8)), value = group.Values[bar];
                double length = double.IsFinite(value) && most > 0 ? Math.Max(1, room * value / most) : 0;
                drawing.Text(legend[bar].Name, left + Names - 8, y + 13, 12, Colour.Ink, Anchor.End);
                drawing.Box(left + Names, y, length, BarHeight, legend[bar].Colour);
                string text = double.IsFinite(value) ? value.ToString(group.Format) : "not measured";
                drawing.Text(text, left + Names + length + 6, y + 13, 12, Colour.Faded);
            }
        }
        return drawing;
    }

    private static void Draw(Drawing drawing, IReadOnlyList<Mark> legend)
    {
        double y = LegendTop;
        foreach (Mark[] row in Rows(legend))
        {
            double x = Margin;
            foreach (Mark mark in row)
            {
                drawing.Line([new Spot(x, y - 4), new Spot(x + 24, y - 4)], mark.Thickness, mark.Colour);
                drawing.Text(mark.Name, x + 32, y, 12.5, Colour.Ink);
                x += Length(mark);
            }
            y += LegendLine;
        }
    }

    // As many marks a row as fit.
    private static List<Mark[]> Rows(IReadOnlyList<Mark> legend)
    {
        List<Mark[]> rows = [];
        for (int at = 0; at < legend.Count; at += rows[^1].Length)
        {
            int count = 1;
            double length = Length(legend[at]);
            while (at + count < legend.Count && (length += Length(legend[at + count])) < Width - (2 * Margin)) count++;
            rows.Add([.. legend.Skip(at).Take(count)]);
        }
        return rows;
    }

    // The fonts in which an SVG is shown are wider.
    private static double Length(Mark mark) => (1.2 * StrokeFont.Width(mark.Name, 12.5)) + 66;
}
