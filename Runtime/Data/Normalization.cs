namespace ResNetVulkan.Data;

/// <summary>What each colour is shifted and scaled by before a network sees it: (v / 255 - mean) / deviation.</summary>
/// <remarks>Of grey pictures the values for red count.</remarks>
public readonly record struct Normalization(
    float MeanR, float MeanG, float MeanB, float DeviationR, float DeviationG, float DeviationB)
{
    /// <summary>Nothing but v / 255: what torchvision's <c>ToTensor</c> does alone.</summary>
    public static Normalization None { get; } = new(0, 0, 0, 1, 1, 1);

    /// <summary>ImageNet's, which torchvision's weights were trained with.</summary>
    public static Normalization ImageNet { get; } = new(0.485f, 0.456f, 0.406f, 0.229f, 0.224f, 0.225f);

    /// <summary>MNIST's published numbers, which are those of its training set: see <see cref="Of"/>.</summary>
    public static Normalization Mnist { get; } = Grey(0.1307f, 0.3081f);

    /// <summary>Fashion-MNIST's published numbers, which are those of its training set.</summary>
    public static Normalization FashionMnist { get; } = Grey(0.2860f, 0.3530f);

    /// <summary>CIFAR-10's published numbers, which are those of its training set.</summary>
    public static Normalization Cifar10 { get; } = new(0.4914f, 0.4822f, 0.4465f, 0.2470f, 0.2435f, 0.2616f);

    /// <summary>CIFAR-100's published numbers, which are those of its training set.</summary>
    public static Normalization Cifar100 { get; } = new(0.5071f, 0.4865f, 0.4409f, 0.2673f, 0.2564f, 0.2762f);

    /// <summary>Of the pictures of <see cref="Data.Shapes"/> to learn from, to four places.</summary>
    public static Normalization Shapes { get; } = new(0.4768f, 0.4774f, 0.4767f, 0.2352f, 0.2362f, 0.2349f);

    /// <summary>The mean and the population's deviation of each colour, over all pixels of all the pictures.</summary>
    /// <remarks>Computed from counts of the 256 levels, so exact but for the last rounding. A constant colour gets 1.</remarks>
    public static Normalization Of(PackedImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        ReadOnlySpan<byte> pixels = images.Pixels.Span;
        long[,] counts = new long[3, 256];
        for (int i = 0; i < pixels.Length; i += images.Channels)
            for (int c = 0; c < 3; c++) counts[c, pixels[i + Math.Min(c, images.Channels - 1)]]++;

        Span<float> mean = stackalloc float[3], deviation = stackalloc float[3];
        for (int c = 0; c < 3; c++)
        {
            double number = 0, sum = 0, squares = 0;
            for (int level = 0; level < 256; level++)
            {
                double v = level / 255.0;
                number += counts[c, level];
                sum += counts[c, level] * v;
                squares += counts[c, level] * v * v;
            }
            double average = sum / Math.Max(number, 1);
            double variance = squares / Math.Max(number, 1) - average * average;
            (mean[c], deviation[c]) = ((float)average, variance > 1e-12 ? (float)Math.Sqrt(variance) : 1);
        }
        return new(mean[0], mean[1], mean[2], deviation[0], deviation[1], deviation[2]);
    }

    private static Normalization Grey(float mean, float deviation) => new(mean, mean, mean, deviation, deviation, deviation);
}
