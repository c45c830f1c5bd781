using ResNetVulkan.Data;
using ResNetVulkan.Inference;

namespace ResNetVulkan.Demo.Pictures;

/// <summary>What a network sees in a photo: class activation maps, and the maps of a layer.</summary>
internal static class FeaturePictures
{
    private const double Margin = 24, Header = 84, PhotoSide = 448;
    private const int MostMaps = 256;

    // Against the class, nothing, and for it.
    private static readonly Colour Against = new(0x1D5FBF), For = new(0xD9480F);

    /// <param name="label">Of the class.</param>
    /// <param name="probability">Of the class.</param>
    /// <param name="maps">With the photo as the network saw it.</param>
    /// <param name="map">Of the class.</param>
    /// <param name="n">How the photo was normalised.</param>
    public static Drawing Draw(string label, float probability, FeatureMaps maps, ClassActivationMap map, Normalization n)
    {
        int side = maps.Image.H, area = side * side;
        double cell = PhotoSide / side, most = map.Values.Max(Math.Abs);
        Drawing drawing = new(2 * PhotoSide + 3 * Margin, Header + PhotoSide + 84);
        drawing.Text(label, Margin, 38, 20, Colour.Ink, isBold: true);
        drawing.Text(
            $"{100 * probability:F1} %; logit {map.Logit:F2} = mean of the map {map.Values.Average():F2} + bias {map.Bias:F2}",
            Margin, 60, 12.5, Colour.Faded);
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                Colour seen = new((Level(0) << 16) | (Level(1) << 8) | Level(2));
                drawing.Box(Margin + x * cell, Header + y * cell, cell, cell, seen);
                double value = At(map, (y + 0.5) / side, (x + 0.5) / side) / most;
                double left = 2 * Margin + PhotoSide + x * cell;
                // Without its own colours the photo leaves the map's to be seen.
                int grey = (int)(0.3 * Level(0) + 0.59 * Level(1) + 0.11 * Level(2));
                drawing.Box(left, Header + y * cell, cell, cell, new Colour(grey * 0x010101).Tint(0.6));
                Colour heat = (value < 0 ? Against : For) with { Opacity = 0.85 * Math.Abs(value) };
                drawing.Box(left, Header + y * cell, cell, cell, heat);

                int Level(int c)
                {
                    float v = maps.Pixels[Math.Min(c, maps.Image.C - 1) * area + y * side + x];
                    (float mean, float deviation) = c switch
                    {
                        0 => (n.MeanR, n.DeviationR),
                        _ when maps.Image.C == 1 => (n.MeanR, n.DeviationR),
                        1 => (n.MeanG, n.DeviationG),
                        _ => (n.MeanB, n.DeviationB),
                    };
                    return (int)Math.Clamp(Math.Round(255 * (v * deviation + mean)), 0, 255);
                }
            }
        }

        double legend = 2 * Margin + PhotoSide, top = Header + PhotoSide + 20;
        for (int i = 0; i < 120; i++)
        {
            double value = (i - 59.5) / 59.5;
            drawing.Box(legend + i * 2, top, 2, 14, (value < 0 ? Against : For).Tint(0.85 * Math.Abs(value)));
        }
        drawing.Text($"{-most:F1} against", legend, top + 32, 12, Colour.Faded);
        drawing.Text($"for the class {most:F1}", legend + 240, top + 32, 12, Colour.Faded, Anchor.End);
        drawing.Text($"what the network saw, {side}x{side}", Margin, top + 10, 12, Colour.Faded);
        return drawing;
    }

    /// <summary>Channel beside channel, each from its least value, black, to its largest, white.</summary>
    public static Drawing Mosaic(FeatureMaps maps)
    {
        (int h, int w) = (maps.Shape.H, maps.Shape.W);
        int count = Math.Min(maps.Shape.C, MostMaps), columns = (int)Math.Ceiling(Math.Sqrt(count));
        double tile = Math.Max(Math.Max(h, w), 896.0 / columns), cell = tile / Math.Max(h, w);
        int rows = (count + columns - 1) / columns;
        Drawing drawing = new(2 * Margin + columns * (tile + 4), Header + rows * (tile + 4) + Margin);
        drawing.Text($"{maps.Layer}: {count} of {maps.Shape.C} maps of {h}x{w}", Margin, 38, 20, Colour.Ink, isBold: true);
        drawing.Text(
            "each from its least value, black, to its largest, white; what is the same everywhere is grey; " +
            $"over all {maps.Values.Min():G3} to {maps.Values.Max():G3}", Margin, 60, 12.5, Colour.Faded);
        for (int c = 0; c < count; c++)
        {
            float[] values = maps.Values[(c * h * w)..((c + 1) * h * w)];
            (float least, float most) = (values.Min(), values.Max());
            (double left, double top) = (Margin + c % columns * (tile + 4), Header + c / columns * (tile + 4));
            for (int i = 0; i < values.Length; i++)
            {
                int level = most > least ? (int)Math.Round(255 * (values[i] - least) / (most - least)) : 128;
                drawing.Box(left + i % w * cell, top + i / w * cell, cell, cell, new Colour(level * 0x010101));
            }
        }
        return drawing;
    }

    // Between the centres of the map's places, and level beyond them.
    private static double At(ClassActivationMap map, double v, double u)
    {
        double y = Math.Clamp(v * map.Height - 0.5, 0, map.Height - 1), x = Math.Clamp(u * map.Width - 0.5, 0, map.Width - 1);
        int y0 = (int)y, x0 = (int)x, y1 = Math.Min(y0 + 1, map.Height - 1), x1 = Math.Min(x0 + 1, map.Width - 1);
        double Of(int row, int column) => map.Values[row * map.Width + column];
        return (1 - (y - y0)) * ((1 - (x - x0)) * Of(y0, x0) + (x - x0) * Of(y0, x1))
            + (y - y0) * ((1 - (x - x0)) * Of(y1, x0) + (x - x0) * Of(y1, x1));
    }
}
