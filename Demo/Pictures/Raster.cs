using ResNetVulkan.Data;

namespace ResNetVulkan.Demo.Pictures;

/// <summary>Draws with smooth edges: a pixel takes as much of a colour as the shape covers of it.</summary>
internal sealed class Raster(int width, int height)
{
    private readonly byte[] _pixels = new byte[3 * width * height];

    public PixelImage Image => new(width, height, _pixels);

    public void Fill(double left, double top, double right, double bottom, Colour colour)
    {
        for (int y = Math.Max(0, (int)top); y < Math.Min(height, bottom); y++)
            for (int x = Math.Max(0, (int)left); x < Math.Min(width, right); x++)
                Blend(x, y, colour, Overlap(x, left, right) * Overlap(y, top, bottom));

        static double Overlap(int at, double from, double to) => Math.Min(at + 1, to) - Math.Max(at, from);
    }

    /// <summary>A picture stretched over a box. Its pixels stay squares without seams: none is mixed with another.</summary>
    public void Fill(double left, double top, double right, double bottom, PixelImage image)
    {
        int firstX = Inside(left, width), lastX = Inside(right, width);
        for (int y = Inside(top, height); y < Inside(bottom, height); y++)
        {
            int row = Math.Clamp((int)((y + 0.5 - top) / (bottom - top) * image.Height), 0, image.Height - 1);
            for (int x = firstX; x < lastX; x++)
            {
                int column = Math.Clamp((int)((x + 0.5 - left) / (right - left) * image.Width), 0, image.Width - 1);
                image.Pixels.AsSpan(3 * ((row * image.Width) + column), 3).CopyTo(_pixels.AsSpan(3 * ((y * width) + x)));
            }
        }

        // The first pixel whose middle lies behind an edge.
        static int Inside(double edge, int extent) => (int)Math.Clamp(Math.Ceiling(edge - 0.5), 0, extent);
    }

    /// <summary>Lines with round joints and ends, all in one go: where they cross, colour does not add up.</summary>
    public void Stroke(IReadOnlyList<Spot[]> lines, double radius, Colour colour)
    {
        if (lines.Sum(line => line.Length) == 0) return;
        IEnumerable<Spot> all = lines.SelectMany(line => line);
        double reach = radius + 1;
        int left = Math.Max(0, (int)(all.Min(p => p.X) - reach)), top = Math.Max(0, (int)(all.Min(p => p.Y) - reach));
        int right = Math.Min(width, (int)(all.Max(p => p.X) + reach) + 1);
        int bottom = Math.Min(height, (int)(all.Max(p => p.Y) + reach) + 1);
        if (left >= right || top >= bottom) return;

        double[] covered = new double[(right - left) * (bottom - top)];
        foreach (Spot[] line in lines)
            for (int i = 0; i < line.Length; i++)
                if (i > 0 || line.Length == 1) Cover(line[Math.Max(0, i - 1)], line[i]);

        for (int i = 0; i < covered.Length; i++)
            if (covered[i] > 0) Blend(left + (i % (right - left)), top + (i / (right - left)), colour, covered[i]);

        void Cover(Spot a, Spot b)
        {
            (double lowX, double highX) = (Math.Min(a.X, b.X) - reach, Math.Max(a.X, b.X) + reach);
            (double lowY, double highY) = (Math.Min(a.Y, b.Y) - reach, Math.Max(a.Y, b.Y) + reach);
            for (int y = Math.Max(top, (int)lowY); y < Math.Min(bottom, highY); y++)
                for (int x = Math.Max(left, (int)lowX); x < Math.Min(right, highX); x++)
                {
                    ref double pixel = ref covered[((y - top) * (right - left)) + x - left];
                    double edge = Math.Clamp(radius + 0.5 - Distance(x + 0.5, y + 0.5, a, b), 0, 1);
                    pixel = Math.Max(pixel, Math.Min(edge, 2 * radius));        // thinner than a pixel: fainter
                }
        }
    }

    private static double Distance(double x, double y, Spot a, Spot b)
    {
        (double dx, double dy) = (b.X - a.X, b.Y - a.Y);
        double length = (dx * dx) + (dy * dy);
        double along = length == 0 ? 0 : Math.Clamp((((x - a.X) * dx) + ((y - a.Y) * dy)) / length, 0, 1);
        return Math.Sqrt(Math.Pow(x - a.X - (along * dx), 2) + Math.Pow(y - a.Y - (along * dy), 2));
    }

    private void Blend(int x, int y, Colour colour, double covered)
    {
        double share = covered * colour.Opacity;
        Span<byte> pixel = _pixels.AsSpan(3 * ((y * width) + x), 3);
        for (int c = 0; c < 3; c++)
            pixel[c] = (byte)Math.Round(pixel[c] + (share * (((colour.Rgb >> (16 - (8 * c))) & 255) - pixel[c])));
    }
}
