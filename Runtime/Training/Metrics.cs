using System.Globalization;

namespace ResNetVulkan.Training;

/// <summary>The mean loss and accuracy of an epoch, from its batches: each counts by its images.</summary>
public sealed class EpochMean
{
    private double _loss;

    /// <summary>Goes on from what <see cref="ToString"/> has written.</summary>
    /// <exception cref="FormatException">The text is none of its.</exception>
    public static EpochMean Parse(string text)
    {
        string[] parts = text.Split(' ');
        if (parts.Length != 3) throw new FormatException($"'{text}' is no mean of an epoch.");
        return new EpochMean
        {
            _loss = double.Parse(parts[0], CultureInfo.InvariantCulture),
            Correct = long.Parse(parts[1], CultureInfo.InvariantCulture),
            Count = long.Parse(parts[2], CultureInfo.InvariantCulture),
        };
    }

    /// <summary>All of it as text, to the last bit.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_loss:R} {Correct} {Count}");

    /// <summary>How many images were counted.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them were right.</summary>
    public long Correct { get; private set; }

    /// <summary>The images' mean; NaN before the first, and from the first batch on whose loss is NaN.</summary>
    public double Loss => _loss / Count;

    /// <summary>From 0 to 1; NaN before the first image.</summary>
    public double Accuracy => (double)Correct / Count;

    /// <summary>Counts a batch.</summary>
    /// <param name="loss">The mean over its images.</param>
    /// <param name="correct">How many of them were right.</param>
    /// <param name="count">How many there are, without padding.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no image, or more are right than there are.</exception>
    public void Add(double loss, int correct, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, count);
        _loss += loss * count;
        Correct += correct;
        Count += count;
    }
}

/// <summary>
/// How well a network tells a labelled set apart, from the logits of one image after the other, in double precision.
/// </summary>
/// <remarks>
/// Classes are ranked as the device's top-k ranks them: of equal logits the lower class comes first, and NaN before all numbers.
/// But a NaN is never right: an image whose own class has a NaN for a logit is wrong at any rank, and one with a NaN anywhere has
/// no predicted class.
/// </remarks>
public sealed class Score
{
    private const int Near = 5;

    private readonly int[,] _confusion;
    private double _loss;

    /// <summary>Begins at no image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no class.</exception>
    public Score(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        _confusion = new int[classes, classes];
    }

    /// <summary>How many classes are told apart.</summary>
    public int Classes => _confusion.GetLength(0);

    /// <summary>How many images were counted.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them have their own class ranked first.</summary>
    public int Right { get; private set; }

    /// <summary>How many of them have their own class among the first five.</summary>
    public int RightOfFive { get; private set; }

    /// <summary>How many of them have a NaN among their logits; they stand in no column of <see cref="Confusion"/>.</summary>
    public int Broken { get; private set; }

    /// <summary>The fraction of <see cref="Right"/>; NaN before the first image.</summary>
    public double Top1 => (double)Right / Count;

    /// <summary>The fraction of <see cref="RightOfFive"/>; NaN before the first image.</summary>
    public double Top5 => (double)RightOfFive / Count;

    /// <summary>
    /// The mean of <c>ln Σ exp(x) - x[label]</c>; NaN before the first image, and where a logit is NaN or plus infinity, as
    /// PyTorch's cross entropy has it.
    /// </summary>
    public double Loss => _loss / Count;

    /// <summary>A copy: how often an image of class [row] was taken for one of class [column].</summary>
    public int[,] Confusion => (int[,])_confusion.Clone();

    /// <summary>Counts an image.</summary>
    /// <param name="logits">One a class.</param>
    /// <param name="label">Its class.</param>
    /// <exception cref="ArgumentException">There are more or fewer logits than classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public void Add(ReadOnlySpan<float> logits, int label)
    {
        if (logits.Length != Classes)
            throw new ArgumentException($"Score: {logits.Length} logits for {Classes} classes.", nameof(logits));
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, Classes);

        (int before, int best, bool isBroken) = (0, 0, false);
        for (int c = 0; c < logits.Length; c++)
        {
            // Written so that a NaN, which is neither below nor equal, comes before the label, also where the label's is one.
            bool isBehind = logits[c] < logits[label] || (logits[c] == logits[label] && c >= label);
            if (!isBehind) before++;
            if (logits[c] > logits[best]) best = c;
            isBroken |= float.IsNaN(logits[c]);
        }

        if (isBroken) Broken++;
        else _confusion[label, best]++;
        if (before < 1) Right++;
        if (before < Near && !float.IsNaN(logits[label])) RightOfFive++;
        _loss += CrossEntropy(logits, label);
        Count++;
    }

    // Shifted by the largest, so that no exponential overflows and one of them is 1.
    private static double CrossEntropy(ReadOnlySpan<float> logits, int label)
    {
        (double largest, double sum) = (double.NegativeInfinity, 0);
        foreach (float logit in logits) largest = Math.Max(largest, logit);
        foreach (float logit in logits) sum += Math.Exp(logit - largest);
        return largest - logits[label] + Math.Log(sum);
    }
}

/// <summary>Images a second over the last while, and the time that is left at that rate.</summary>
/// <remarks>
/// The window is ten seconds or eight batches, whichever is longer: fast devices give a steady number that follows a change
/// within seconds, slow ones a mean of more than one batch. The caller's clock is any that only moves forward. Not thread-safe.
/// </remarks>
public sealed class RateMeter
{
    private const int FewestBatches = 8;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(TimeSpan Time, long Images)> _marks = [];
    private (TimeSpan Time, long Images) _last;

    /// <summary>Zero before a batch was counted since the last <see cref="Start"/>.</summary>
    public double ImagesPerSecond { get; private set; }

    /// <summary>
    /// Begins a window: at the start, and after what is no training, such as an evaluation. The rate until then stays what is
    /// shown until the next batch.
    /// </summary>
    public void Start(TimeSpan now)
    {
        _marks.Clear();
        _last = (now, 0);
        _marks.Enqueue(_last);
    }

    /// <summary>Counts a batch that has just ended.</summary>
    /// <exception cref="InvalidOperationException">There was no <see cref="Start"/>.</exception>
    public void Add(int images, TimeSpan now)
    {
        if (_marks.Count == 0) throw new InvalidOperationException("RateMeter: Start comes before the first batch.");
        _last = (now, _last.Images + images);
        _marks.Enqueue(_last);
        while (_marks.Count > FewestBatches + 1 && now - _marks.Peek().Time > Window) _marks.Dequeue();

        (TimeSpan since, long before) = _marks.Peek();
        // A clock that is too coarse for one batch leaves the rate as it was.
        if (now > since) ImagesPerSecond = (_last.Images - before) / (now - since).TotalSeconds;
    }

    /// <summary>How long so many images will take at the rate of now; null while there is no rate.</summary>
    public TimeSpan? Left(long images)
    {
        if (ImagesPerSecond == 0) return null;
        double seconds = images / ImagesPerSecond;
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
    }
}
