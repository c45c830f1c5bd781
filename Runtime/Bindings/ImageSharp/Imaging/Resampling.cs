using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace ResNetVulkan.Bindings.Imaging;

/// <summary>Separable, antialiased resampling of interleaved bytes: rows first, then columns, in float32, rounded once.</summary>
internal static class Resampling
{
    public static void Run(
        ReadOnlySpan<byte> source, Size size, Span<byte> target, in ResizePlan plan, int channels, IResampler sampler,
        bool premultiply)
    {
        // The part of the canvas that the picture covers; the rest stays zero.
        int left = Math.Max(0, plan.Target.X);
        int right = Math.Min(plan.Canvas.Width, plan.Target.Right);
        int top = Math.Max(0, plan.Target.Y);
        int bottom = Math.Min(plan.Canvas.Height, plan.Target.Bottom);
        if (left >= right || top >= bottom)
        {
            return;
        }

        if (sampler is Nearest)
        {
            TakeNearest(source, size, target, plan, channels, (left, top, right, bottom));
            return;
        }

        Taps[] columns = TapsFor(size.Width, plan.Target.Width, left - plan.Target.X, right - left, sampler);
        Taps[] rows = TapsFor(size.Height, plan.Target.Height, top - plan.Target.Y, bottom - top, sampler);

        // Source rows, already resampled along x, in a ring as long as the longest column kernel: what a row of the target reads
        // begins no earlier than what the row above it read.
        int length = (right - left) * channels;
        int window = rows.Max(taps => taps.Weights.Length);
        float[] ring = new float[checked(window * length)];
        float[] sum = new float[length];
        float[] sourceRow = new float[size.Width * channels];
        int next = rows[0].First;

        for (int y = 0; y < rows.Length; y++)
        {
            (int first, float[] weights) = (rows[y].First, rows[y].Weights);
            for (; next < first + weights.Length; next++)
            {
                Widen(source.Slice(next * size.Width * channels, size.Width * channels), sourceRow, premultiply);
                Along(sourceRow, columns, channels, ring.AsSpan(next % window * length, length));
            }

            Array.Clear(sum);
            for (int i = 0; i < weights.Length; i++)
            {
                ReadOnlySpan<float> row = ring.AsSpan((first + i) % window * length, length);
                float weight = weights[i];
                for (int j = 0; j < sum.Length; j++)
                {
                    sum[j] += weight * row[j];
                }
            }
            Narrow(sum, target.Slice(((top + y) * plan.Canvas.Width + left) * channels, length), premultiply);
        }
    }

    private static void TakeNearest(
        ReadOnlySpan<byte> source, Size size, Span<byte> target, in ResizePlan plan, int channels,
        (int Left, int Top, int Right, int Bottom) part)
    {
        float scaleX = (float)size.Width / plan.Target.Width;
        float scaleY = (float)size.Height / plan.Target.Height;
        for (int y = part.Top; y < part.Bottom; y++)
        {
            int sourceY = Math.Min(size.Height - 1, (int)((y - plan.Target.Y) * scaleY));
            for (int x = part.Left; x < part.Right; x++)
            {
                int sourceX = Math.Min(size.Width - 1, (int)((x - plan.Target.X) * scaleX));
                source.Slice((sourceY * size.Width + sourceX) * channels, channels)
                    .CopyTo(target[((y * plan.Canvas.Width + x) * channels)..]);
            }
        }
    }

    /// <summary>For each pixel of the target the source pixels it sums, with weights that sum to 1 inside the image.</summary>
    private static Taps[] TapsFor(int sourceSize, int targetSize, int begin, int count, IResampler sampler)
    {
        double ratio = (double)sourceSize / targetSize;
        double scale = Math.Max(1, ratio);
        double radius = Math.Ceiling(scale * sampler.Radius);
        Taps[] all = new Taps[count];
        for (int i = 0; i < count; i++)
        {
            double centre = (begin + i + 0.5) * ratio - 0.5;
            int first = Math.Max(0, (int)Math.Ceiling(centre - radius));
            int last = Math.Min(sourceSize - 1, (int)Math.Floor(centre + radius));
            float[] weights = new float[last - first + 1];
            double sum = 0;
            for (int j = first; j <= last; j++)
            {
                weights[j - first] = sampler.GetValue((float)((j - centre) / scale));
                sum += weights[j - first];
            }
            for (int j = 0; j < weights.Length; j++)
            {
                weights[j] = (float)(weights[j] / sum);
            }
            all[i] = new Taps(first, weights);
        }
        return all;
    }

    private static void Along(ReadOnlySpan<float> row, Taps[] columns, int channels, Span<float> result)
    {
        for (int x = 0; x < columns.Length; x++)
        {
            (int first, float[] weights) = (columns[x].First, columns[x].Weights);
            ReadOnlySpan<float> pixels = row.Slice(first * channels, weights.Length * channels);
            for (int c = 0; c < channels; c++)
            {
                float sum = 0;
                for (int i = 0, j = c; i < weights.Length; i++, j += channels)
                {
                    sum += weights[i] * pixels[j];
                }
                result[x * channels + c] = sum;
            }
        }
    }

    private static void Widen(ReadOnlySpan<byte> bytes, Span<float> row, bool premultiply)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            row[i] = bytes[i];
        }
        for (int i = 0; premultiply && i < bytes.Length; i += 4)
        {
            float alpha = row[i + 3] * (1 / 255f);
            row[i] *= alpha;
            row[i + 1] *= alpha;
            row[i + 2] *= alpha;
        }
    }

    private static void Narrow(Span<float> sum, Span<byte> target, bool premultiply)
    {
        for (int i = 0; premultiply && i < sum.Length; i += 4)
        {
            float inverse = sum[i + 3] > 0 ? 255f / sum[i + 3] : 0;
            sum[i] *= inverse;
            sum[i + 1] *= inverse;
            sum[i + 2] *= inverse;
        }
        for (int i = 0; i < sum.Length; i++)
        {
            target[i] = (byte)Math.Clamp(sum[i] + 0.5f, 0, 255);
        }
    }

    private readonly record struct Taps(int First, float[] Weights);
}
