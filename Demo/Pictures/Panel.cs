namespace ResNetVulkan.Demo.Pictures;

/// <summary>A line between two axes. A value that is none is a gap, and one beyond the frame runs along its edge.</summary>
internal sealed record Line(Colour Colour, double Thickness, Spot[] Points)
{
    /// <summary>Whether each point is a dot as well, where they are not too many.</summary>
    public bool HasDots { get; init; } = Thickness >= 2;
}

/// <summary>Two axes at a place of a drawing.</summary>
/// <param name="Title">What goes upwards, with its unit.</param>
/// <param name="Left">Where the plot begins; the numbers stand before it.</param>
/// <param name="Top">Where the plot begins; the title stands above it.</param>
/// <param name="Width">Of the plot.</param>
/// <param name="Height">Of the plot.</param>
internal sealed record Panel(string Title, double Left, double Top, double Width, double Height)
{
    private const int MostDots = 40;

    private static readonly Colour Grid = new(0xE4E8EC);

    /// <summary>Where the axis across begins and ends.</summary>
    public (double First, double Last) Across { get; init; } = (0, 1);

    /// <summary>What stands at the axis across; by default what suits its ends.</summary>
    public IReadOnlyList<double>? AcrossTicks { get; init; }

    /// <summary>What goes across; stands below, where it is not empty.</summary>
    public string AcrossTitle { get; init; } = "";

    /// <summary>Whether going across each step is as many times as much as the one before.</summary>
    public bool IsLogAcross { get; init; }

    /// <summary>Whether going upwards each step is ten times as much as the one before.</summary>
    public bool IsLog { get; init; }

    /// <summary>The lowest and highest value that are shown, however far the lines go.</summary>
    public (double Least, double Most) Limits { get; init; } = (double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Whether the axis upwards shows all between the limits, so that panels beside each other compare.</summary>
    public bool ShowsLimits { get; init; }

    public double Bottom => Top + Height;

    private double Right => Left + Width;

    public void Draw(Drawing drawing, IReadOnlyList<Line> lines)
    {
        Line[] scaled = [.. lines.Select(line => line with { Points = [.. line.Points.Select(p => p with { Y = Scale(p.Y) })] })];
        drawing.Text(Title, Left, Top - 10, 13.5, Colour.Ink, isBold: true);
        Line[] shown = ShowsLimits ? [new(Grid, 1, [new(0, Scale(Limits.Least)), new(1, Scale(Limits.Most))])] : scaled;
        (double low, double high, double step) = IsLog
            ? LogRange(shown, Scale(Limits.Least), Scale(Limits.Most)) : Range(shown, Limits.Most);
        foreach (double tick in Ticks(low, high, step))
        {
            drawing.Line([new Spot(Left, Y(tick)), new Spot(Right, Y(tick))], 1, Grid);
            string text = IsLog ? Power(tick) : Number(tick, step);
            drawing.Text(text, Left - 8, Y(tick) + 4, 11.5, Colour.Faded, Anchor.End);
        }
        double length = Across.Last - Across.First, across = NiceStep(length, (int)(Width / 85));
        if (length >= 2) across = Math.Max(1, across);
        foreach (double tick in AcrossTicks ?? [.. Ticks(Across.First, Across.Last, across)])
        {
            drawing.Line([new Spot(X(tick), Bottom), new Spot(X(tick), Bottom + 5)], 1, Colour.Faded);
            string text = AcrossTicks is null ? Number(tick, across) : $"{tick:N0}";
            drawing.Text(text, X(tick), Bottom + 18, 11.5, Colour.Faded, Anchor.Middle);
        }
        drawing.Line([new Spot(Left, Bottom), new Spot(Right, Bottom)], 1, Colour.Faded);
        if (AcrossTitle.Length > 0)
            drawing.Text(AcrossTitle, Left + (Width / 2), Bottom + 38, 12.5, Colour.Ink, Anchor.Middle);

        foreach (Line line in scaled)
        {
            foreach (Spot[] part in Parts(line.Points)) drawing.Line([.. part.Select(Place)], line.Thickness, line.Colour);
            if (!line.HasDots || line.Points.Length > MostDots) continue;
            foreach (Spot p in line.Points.Where(p => !double.IsNaN(p.Y))) drawing.Line([Place(p)], 6, line.Colour);
        }

        Spot Place(Spot p) => new(X(p.X), Y(Math.Clamp(p.Y, low, high)));
        double X(double value) => Left + (Width * (IsLogAcross
            ? Math.Log(value / Across.First) / Math.Log(Across.Last / Across.First)
            : (value - Across.First) / (Across.Last - Across.First)));
        double Y(double value) => Bottom - ((value - low) / (high - low) * Height);
    }

    // Of a logarithm, nothing is infinitely far down, as what is infinite is up; else both are gaps.
    private double Scale(double value) =>
        IsLog ? Math.Log10(Math.Max(value, 0)) : double.IsFinite(value) ? value : double.NaN;

    private static IEnumerable<Spot[]> Parts(Spot[] points)
    {
        for (int i = 0; i < points.Length; i++)
        {
            Spot[] part = [.. points.Skip(i).TakeWhile(p => !double.IsNaN(p.Y))];
            if (part.Length > 0) yield return part;
            i += part.Length;
        }
    }

    // From 0 where that costs less than half of the frame. Of lines of many points the wildest in a hundred do not count.
    private static (double Low, double High, double Step) Range(Line[] lines, double most)
    {
        double[][] values = Finite(lines);
        if (values.Length == 0) return (0, 1, 0.2);
        double low = values.Min(some => some[0]), high = values.Max(some => some[some.Length - 1 - (some.Length / 100)]);
        if (low >= 0 && low < high / 2) low = 0;
        if (high <= low) (low, high) = (Math.Min(0, low), high > 0 ? high : low + 1);
        double step = NiceStep(high - low, 5);
        return (Math.Floor(low / step) * step, Math.Min(most, Math.Ceiling((high / step) - 1e-9) * step), step);
    }

    private static (double Low, double High, double Step) LogRange(Line[] lines, double least, double most)
    {
        double[][] values = Finite(lines);
        if (values.Length == 0) return (0, 1, 1);
        double low = Math.Floor(Math.Max(least, values.Min(some => some[0])));
        double high = Math.Ceiling(Math.Min(most, values.Max(some => some[^1])));
        if (high <= low) high = low + 1;
        double step = Math.Max(1, NiceStep(high - low, 6));
        return (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step);
    }

    private static double[][] Finite(Line[] lines)
    {
        IEnumerable<double[]> values = lines.Select(
            line => (double[])[.. line.Points.Select(p => p.Y).Where(double.IsFinite).Order()]);
        return [.. values.Where(some => some.Length > 0)];
    }

    // 1, 2 or 5 times a power of ten, so that there are no more than so many.
    private static double NiceStep(double range, int count)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / count)));
        return power * ((double[])[1, 2, 5, 10]).First(factor => range / count <= factor * power * (1 + 1e-9));
    }

    private static IEnumerable<double> Ticks(double low, double high, double step)
    {
        for (long i = (long)Math.Ceiling((low / step) - 1e-9); i * step <= high + (1e-9 * step); i++) yield return i * step;
    }

    private static string Number(double value, double step)
    {
        int digits = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        return digits > 5 ? value.ToString("0.##E0") : value.ToString($"N{digits}");
    }

    private static string Power(double exponent) =>
        Math.Abs(exponent) <= 3 ? $"{Math.Pow(10, exponent):0.###}" : $"1e{exponent:0}";
}
