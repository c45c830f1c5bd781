using System.Net;
using System.Text;
using ResNetVulkan.Data;

namespace ResNetVulkan.Demo.Pictures;

/// <summary>8-bit sRGB, and how much of it covers what is below: 1 all.</summary>
internal readonly record struct Colour(int Rgb, double Opacity = 1)
{
    public static Colour White { get; } = new(0xFFFFFF);
    public static Colour Ink { get; } = new(0x1F2933);
    public static Colour Faded { get; } = new(0x66727F);

    /// <summary>Between white, at 0, and this colour, at 1.</summary>
    public Colour Tint(double amount)
    {
        (int r, int g, int b) = (Rgb >> 16, (Rgb >> 8) & 255, Rgb & 255);
        return this with { Rgb = (Mix(r) << 16) | (Mix(g) << 8) | Mix(b) };

        int Mix(int channel) => (int)Math.Round(255 + (amount * (channel - 255)));
    }
}

internal readonly record struct Spot(double X, double Y);

/// <summary>Which end of a text stands at its place.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>
/// A picture as what is on it, one thing over the other, in pixels of a screen: written as SVG or drawn to a PNG.
/// </summary>
internal sealed class Drawing
{
    private readonly List<Mark> _marks = [];

    public Drawing(double width, double height)
    {
        (Width, Height) = (Math.Ceiling(width), Math.Ceiling(height));
        Box(0, 0, Width, Height, Colour.White);
    }

    public double Width { get; }

    public double Height { get; }

    public void Box(double x, double y, double width, double height, Colour colour) =>
        _marks.Add(new BoxMark(x, y, width, height, colour));

    /// <summary>A picture stretched over a box, its pixels squares.</summary>
    public void Picture(PixelImage image, double x, double y, double width, double height) =>
        _marks.Add(new PictureMark(image, x, y, width, height));

    /// <summary>A line through some points, with round joints and ends; through one of them, a dot.</summary>
    public void Line(IReadOnlyList<Spot> points, double thickness, Colour colour) =>
        _marks.Add(new LineMark(points, thickness, colour));

    /// <param name="text">Control characters, and those outside Unicode's first plane, are left out.</param>
    /// <param name="x">Where the anchor stands.</param>
    /// <param name="y">Of the line that the letters stand on.</param>
    /// <param name="size">The font's, as in CSS.</param>
    /// <param name="colour">Of the letters.</param>
    /// <param name="anchor">Of the text.</param>
    /// <param name="isBold">In a heavier weight.</param>
    /// <param name="isUpright">Turned by a quarter, to be read from below.</param>
    public void Text(
        string text, double x, double y, double size, Colour colour, Anchor anchor = Anchor.Start, bool isBold = false,
        bool isUpright = false) => _marks.Add(new TextMark(Plain(text), x, y, size, colour, anchor, isBold, isUpright));

    /// <summary>
    /// Writes a file of the kind that its extension names: .svg, or one that <see cref="ImageFile"/> writes. It is there whole or
    /// stays as it was.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path)
    {
        if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase)) OutputFile.Write(path, ToSvg());
        else OutputFile.Write(path, ImageFile.Encode(path, ToPixels()));
    }

    /// <summary>As a file that needs nothing beside it.</summary>
    public string ToSvg()
    {
        StringBuilder svg = new();
        svg.Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width:0.##} {Height:0.##}" width="{Width:0.##}" """);
        svg.Append($"""height="{Height:0.##}" font-family="system-ui, 'Helvetica Neue', Arial, sans-serif">{"\n"}""");
        foreach (Mark mark in _marks) mark.Write(svg);
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>As pixels, so many a pixel of the drawing.</summary>
    public PixelImage ToPixels(double scale = 2)
    {
        Raster raster = new((int)Math.Ceiling(Width * scale), (int)Math.Ceiling(Height * scale));
        foreach (Mark mark in _marks) mark.Draw(raster, scale);
        return raster.Image;
    }

    // What XML cannot hold.
    private static string Plain(string text) => string.Concat(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)));

    private abstract record Mark(Colour Colour)
    {
        public abstract void Write(StringBuilder svg);

        public abstract void Draw(Raster raster, double scale);

        protected string Paint(string name) =>
            $"{name}=\"#{Colour.Rgb:x6}\"" + (Colour.Opacity < 1 ? $" {name}-opacity=\"{Colour.Opacity:0.##}\"" : "");
    }

    private sealed record BoxMark(double X, double Y, double Width, double Height, Colour Colour) : Mark(Colour)
    {
        public override void Write(StringBuilder svg) => svg.Append(
            $"<rect x=\"{X:0.##}\" y=\"{Y:0.##}\" width=\"{Width:0.##}\" height=\"{Height:0.##}\" {Paint("fill")}/>\n");

        public override void Draw(Raster raster, double scale) =>
            raster.Fill(X * scale, Y * scale, (X + Width) * scale, (Y + Height) * scale, Colour);
    }

    private sealed record PictureMark(PixelImage Image, double X, double Y, double Width, double Height) : Mark(Colour.White)
    {
        public override void Write(StringBuilder svg)
        {
            svg.Append($"<image x=\"{X:0.##}\" y=\"{Y:0.##}\" width=\"{Width:0.##}\" height=\"{Height:0.##}\" ");
            svg.Append("preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,");
            svg.Append(Convert.ToBase64String(ImageFile.Encode("image.png", Image))).Append("\"/>\n");
        }

        public override void Draw(Raster raster, double scale) =>
            raster.Fill(X * scale, Y * scale, (X + Width) * scale, (Y + Height) * scale, Image);
    }

    private sealed record LineMark(IReadOnlyList<Spot> Points, double Thickness, Colour Colour) : Mark(Colour)
    {
        public override void Write(StringBuilder svg)
        {
            if (Points is [{ } dot])
            {
                svg.Append($"<circle cx=\"{dot.X:0.##}\" cy=\"{dot.Y:0.##}\" r=\"{Thickness / 2:0.##}\" {Paint("fill")}/>\n");
                return;
            }
            string points = string.Join(' ', Points.Select(p => $"{p.X:0.##},{p.Y:0.##}"));
            svg.Append($"<polyline fill=\"none\" {Paint("stroke")} stroke-width=\"{Thickness:0.##}\" ");
            svg.Append($"stroke-linejoin=\"round\" stroke-linecap=\"round\" points=\"{points}\"/>\n");
        }

        public override void Draw(Raster raster, double scale) =>
            raster.Stroke([[.. Points.Select(p => new Spot(p.X * scale, p.Y * scale))]], Thickness * scale / 2, Colour);
    }

    private sealed record TextMark(
        string Text, double X, double Y, double Size, Colour Colour, Anchor Anchor, bool IsBold, bool IsUpright) : Mark(Colour)
    {
        public override void Write(StringBuilder svg)
        {
            string anchor = Anchor == Anchor.Start ? "" : $" text-anchor=\"{Anchor.ToString().ToLowerInvariant()}\"";
            string turn = IsUpright ? $" transform=\"rotate(-90 {X:0.##} {Y:0.##})\"" : "";
            svg.Append($"<text x=\"{X:0.##}\" y=\"{Y:0.##}\" font-size=\"{Size:0.##}\" {Paint("fill")}{anchor}{turn}");
            svg.Append($"{(IsBold ? " font-weight=\"600\"" : "")}>{WebUtility.HtmlEncode(Text)}</text>\n");
        }

        public override void Draw(Raster raster, double scale)
        {
            double start = StrokeFont.Width(Text, Size) * Anchor switch { Anchor.Start => 0, Anchor.Middle => -0.5, _ => -1 };
            IEnumerable<Spot[]> strokes = StrokeFont.Strokes(Text, Size);
            Spot[][] turned = [.. strokes.Select(stroke => Array.ConvertAll(stroke, p => Turn(p.X + start, p.Y)))];
            raster.Stroke(turned, StrokeFont.Thickness(Size, IsBold) * scale / 2, Colour);

            Spot Turn(double x, double y) =>
                IsUpright ? new Spot((X + y) * scale, (Y - x) * scale) : new Spot((X + x) * scale, (Y + y) * scale);
        }
    }
}
