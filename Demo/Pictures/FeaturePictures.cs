using ResNetVulkan.Data;
using ResNetVulkan.Inference;

namespace ResNetVulkan.Demo.Pictures;

/// <summary>What a network sees in a photo: class activation maps, and the maps of a layer.</summary>
internal static class FeaturePictures
{
    private const double Margin = 24, Header = 84, PhotoSide = 448, LegendWidth = 240;
    private const int MostMaps = 256;

    // How much of the heat's colour covers the photo at most.
    private const double MostHeat = 0.85;

    // Against the class, nothing, and for it.
    private static readonly Colour Against = new(0x1D5FBF), For = new(0xD9480F);

    /// <param name="label">Of the class.</param>
    /// <param name="probability">Of the class.</param>
    /// <param name="maps">With the photo as the network saw it.</param>
    /// <param name="map">Of the class.</param>
    /// <param name="n">How the photo was normalised.</param>
    public static Drawing Draw(string label, double probability, FeatureMaps maps, ClassActivationMap map, Normalization n)
    {
        int side = maps.Image.H;
        double most = map.Values.Max(Math.Abs);
        Drawing drawing = new(2 * PhotoSide + 3 * Margin, Header + PhotoSide + 84);
        drawing.Text(label, Margin, 38, 20, Colour.Ink, isBold: true);
        drawing.Text(
            $"{100 * probability:F1} %; logit {map.Logit:F2} = mean of the map {map.Mean:F2} + bias {map.Bias:F2}",
            Margin, 60, 12.5, Colour.Faded);
        PixelImage photo = Seen(maps, n);
        double left = 2 * Margin + PhotoSide, top = Header + PhotoSide + 20;
        drawing.Picture(photo, Margin, Header, PhotoSide, PhotoSide);
        drawing.Picture(Heated(photo, map, most), left, Header, PhotoSide, PhotoSide);
        drawing.Text($"what the network saw, {side}x{side}", Margin, top + 10, 12, Colour.Faded);

        const int steps = 120;
        for (int i = 0; i < steps; i++)
        {
            double value = (2 * i + 1.0) / steps - 1, step = LegendWidth / steps;
            drawing.Box(left + i * step, top, step, 14, (value < 0 ? Against : For).Tint(MostHeat * Math.Abs(value)));
        }
        drawing.Text($"{-most:F1} against", left, top + 32, 12, Colour.Faded);
        drawing.Text("0", left + LegendWidth / 2, top + 32, 12, Colour.Faded, Anchor.Middle);
        drawing.Text($"for the class {most:F1}", left + LegendWidth, top + 32, 12, Colour.Faded, Anchor.End);
        drawing.Text($"{map.Height}x{map.Width} places", left + PhotoSide, top + 10, 12, Colour.Faded, Anchor.End);
        return drawing;
    }

    /// <summary>Channel beside channel, each from its least value, black, to its largest, white.</summary>
    /// <remarks>Of one place alone, as a global average has, all channels share a scale.</remarks>
    public static Drawing Mosaic(FeatureMaps maps)
    {
        (int h, int w) = (maps.Shape.H, maps.Shape.W);
        bool isPlace = h * w == 1;
        int count = Math.Min(maps.Shape.C, MostMaps), columns = (int)Math.Ceiling(Math.Sqrt(count));
        // In halves of a pixel, which a PNG has two of: every map of a layer is as large as the next.
        double tile = Math.Floor(2 * Math.Max(Math.Max(h, w), 896.0 / columns)) / 2, cell = tile / Math.Max(h, w);
        int rows = (count + columns - 1) / columns;
        Drawing drawing = new(
            Math.Max(2 * Margin + columns * (tile + 4) - 4, 760), Header + rows * (tile + 4) - 4 + Margin);
        string which = count == maps.Shape.C ? $"{count}" : $"the first {count} of {maps.Shape.C}";
        (float least, float most) = (maps.Values.Min(), maps.Values.Max());
        drawing.Text($"{maps.Layer}: {which} maps of {h}x{w}", Margin, 38, 20, Colour.Ink, isBold: true);
        drawing.Text(
            isPlace
                ? $"from the least value of all, black, {least:G3}, to the largest, white, {most:G3}"
                : "each from its own least value, black, to its largest, white; what is the same everywhere is grey; " +
                    $"over all {least:G3} to {most:G3}",
            Margin, 60, 12.5, Colour.Faded);
        for (int c = 0; c < count; c++)
        {
            ReadOnlySpan<float> values = maps.Values.AsSpan(c * h * w, h * w);
            byte[] pixels = Levels(values, isPlace ? maps.Values : values);
            (double left, double top) = (Margin + c % columns * (tile + 4), Header + c / columns * (tile + 4));
            drawing.Picture(new PixelImage(w, h, pixels), left, top, w * cell, h * cell);
        }
        return drawing;
    }

    private static byte[] Levels(ReadOnlySpan<float> values, ReadOnlySpan<float> scale)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (float value in scale) (least, most) = (Math.Min(least, value), Math.Max(most, value));
        byte[] pixels = new byte[3 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double level = most > least ? 255 * ((values[i] - least) / (most - least)) : 128;
            pixels.AsSpan(3 * i, 3).Fill((byte)Math.Round(double.IsFinite(level) ? level : 128));
        }
        return pixels;
    }

    // What the network got, before it was normalised.
    private static PixelImage Seen(FeatureMaps maps, Normalization n)
    {
        int area = maps.Image.H * maps.Image.W;
        (float Mean, float Deviation)[] channels = maps.Image.C == 1
            ? [(n.MeanR, n.DeviationR), (n.MeanR, n.DeviationR), (n.MeanR, n.DeviationR)]
            : [(n.MeanR, n.DeviationR), (n.MeanG, n.DeviationG), (n.MeanB, n.DeviationB)];
        byte[] pixels = new byte[3 * area];
        for (int i = 0; i < pixels.Length; i++)
        {
            (float mean, float deviation) = channels[i % 3];
            float value = maps.Pixels[Math.Min(i % 3, maps.Image.C - 1) * area + i / 3] * deviation + mean;
            pixels[i] = (byte)Math.Clamp(Math.Round(255 * value), 0, 255);
        }
        return new PixelImage(maps.Image.W, maps.Image.H, pixels);
    }

    // Without its own colours, and paler, the photo leaves the map's to be seen.
    private static PixelImage Heated(PixelImage photo, ClassActivationMap map, double most)
    {
        byte[] pixels = new byte[photo.Pixels.Length];
        for (int i = 0; i < photo.Width * photo.Height; i++)
        {
            ReadOnlySpan<byte> seen = photo.Pixels.AsSpan(3 * i, 3);
            double grey = 255 - 0.6 * (255 - (0.299 * seen[0] + 0.587 * seen[1] + 0.114 * seen[2]));
            (double v, double u) = ((i / photo.Width + 0.5) / photo.Height, (i % photo.Width + 0.5) / photo.Width);
            double value = most == 0 ? 0 : At(map, v, u) / most;
            (int heat, double share) = ((value < 0 ? Against : For).Rgb, MostHeat * Math.Abs(value));
            for (int c = 0; c < 3; c++)
                pixels[3 * i + c] = (byte)Math.Round(grey + share * (((heat >> (16 - 8 * c)) & 255) - grey));
        }
        return new PixelImage(photo.Width, photo.Height, pixels);
    }

    // Between the middles of the map's places.
    private static double At(ClassActivationMap map, double v, double u)
    {
        double y = Math.Clamp(v * map.Height - 0.5, 0, map.Height - 1), x = Math.Clamp(u * map.Width - 0.5, 0, map.Width - 1);
        int y0 = (int)y, x0 = (int)x, y1 = Math.Min(y0 + 1, map.Height - 1), x1 = Math.Min(x0 + 1, map.Width - 1);
        double Of(int row, int column) => map.Values[row * map.Width + column];
        return (1 - (y - y0)) * ((1 - (x - x0)) * Of(y0, x0) + (x - x0) * Of(y0, x1))
            + (y - y0) * ((1 - (x - x0)) * Of(y1, x0) + (x - x0) * Of(y1, x1));
    }
}
