using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;

namespace ResNetVulkan.Tests.Training;

/// <summary>What is counted of a run, on numbers that can be checked by hand.</summary>
[TestFixture]
public sealed class MetricsTests
{
    [Test]
    public void A_batch_counts_by_its_images()
    {
        EpochMean mean = new();
        Assert.That(mean.Loss, Is.NaN);
        Assert.That(mean.Accuracy, Is.NaN);
        mean.Add(1.0, 3, 6);
        mean.Add(4.0, 0, 3);
        Assert.That(mean.Count, Is.EqualTo(9));
        Assert.That(mean.Loss, Is.EqualTo(2.0), "(6 * 1 + 3 * 4) / 9, exact in doubles");
        Assert.That(mean.Accuracy, Is.EqualTo(1.0 / 3));

        mean.Add(double.NaN, 1, 1);
        Assert.That(mean.Loss, Is.NaN, "a broken batch is not averaged away");
        Assert.That(mean.Accuracy, Is.EqualTo(0.4));
    }

    [TestCase(0, 0), TestCase(4, 3), TestCase(-1, 3)]
    public void A_batch_that_cannot_be_is_refused(int correct, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpochMean().Add(1, correct, count));

    [Test]
    public void Ranks_and_the_confusion_matrix_are_those_of_a_sort()
    {
        const int classes = 11, images = 400;
        Score score = new(classes);
        (int top1, int top5, double loss) = (0, 0, 0);
        int[,] confusion = new int[classes, classes];
        for (int i = 0; i < images; i++)
        {
            // Whole numbers from -3 to 3, so that ties are common.
            float[] logits = Array.ConvertAll(Hash.Values(7, $"image {i}", classes, 3.5), MathF.Truncate);
            int label = i % classes;
            int[] order = [.. Enumerable.Range(0, classes).OrderByDescending(c => logits[c]).ThenBy(c => c)];
            if (order[0] == label) top1++;
            if (order.AsSpan(0, 5).Contains(label)) top5++;
            confusion[label, order[0]]++;
            loss += Math.Log(logits.Sum(x => Math.Exp(x))) - logits[label];
            score.Add(logits, label);
        }

        Assert.That(score.Count, Is.EqualTo(images));
        Assert.That(score.Right, Is.EqualTo(top1).And.InRange(1, images - 1));
        Assert.That(score.RightOfFive, Is.EqualTo(top5).And.InRange(top1 + 1, images - 1));
        Assert.That((score.Top1, score.Top5), Is.EqualTo(((double)top1 / images, (double)top5 / images)));
        Assert.That(score.Confusion, Is.EqualTo(confusion));
        Assert.That(score.Broken, Is.Zero);
        // An image takes 25 operations on numbers below 8, and the sum stays below 4,000: each rounds by at most 2^-53 of that.
        Assert.That(score.Loss, Is.EqualTo(loss / images).Within(((25 * 8) + 4000) * Math.Pow(2, -53)));
    }

    private const float NaN = float.NaN;
    private const float Inf = float.PositiveInfinity;

    private static readonly TestCaseData[] Edges =
    [
        Edge("equal logits: the lower class first", [1, 1, 1, 1, 1, 1], 0, right: true, near: true, Math.Log(6)),
        Edge("equal logits: the sixth class is not among five", [1, 1, 1, 1, 1, 1], 5, right: false, near: false, Math.Log(6)),
        Edge("logits far above what exp holds", [1000, 0], 1, right: false, near: true, 1000),
        Edge("logits far below", [-3e38f, -3e38f], 0, right: true, near: true, Math.Log(2)),
        Edge("a class that is ruled out", [0, -Inf, 0], 0, right: true, near: true, Math.Log(2)),
        Edge("the right class ruled out", [0, -Inf], 1, right: false, near: true, double.PositiveInfinity),
        Edge("an infinite logit", [Inf, 0], 0, right: true, near: true, double.NaN),
        Edge("NaN for the right class", [NaN, 0, 1], 0, right: false, near: false, double.NaN),
        Edge("NaN for another class", [2, 0, NaN], 0, right: false, near: true, double.NaN),
        Edge("NaN for five others", [2, NaN, NaN, NaN, NaN, NaN], 0, right: false, near: false, double.NaN),
        Edge("nothing but NaN", [NaN], 0, right: false, near: false, double.NaN),
        Edge("one class", [5], 0, right: true, near: true, 0),
    ];

    [TestCaseSource(nameof(Edges))]
    public void Edges_are_defined(float[] logits, int label, bool right, bool near, double loss)
    {
        Score score = new(logits.Length);
        score.Add(logits, label);
        Assert.Multiple(() =>
        {
            Assert.That(score.Right == 1, Is.EqualTo(right));
            Assert.That(score.RightOfFive == 1, Is.EqualTo(near));
            Assert.That(score.Loss, Is.EqualTo(loss).Within(1e-12), "a few roundings of numbers of this size");
            Assert.That(score.Broken + score.Confusion.Cast<int>().Sum(), Is.EqualTo(1), "either broken or in the matrix");
            Assert.That(score.Broken == 1, Is.EqualTo(logits.Any(float.IsNaN)));
        });
    }

    [Test]
    public void What_does_not_fit_is_refused_and_not_counted()
    {
        Score score = new(3);
        Assert.Throws<ArgumentException>(() => score.Add([1, 2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => score.Add([1, 2, 3], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => score.Add([1, 2, 3], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Score(0));
        Assert.That(score.Count, Is.Zero);
        Assert.That(score.Top1, Is.NaN);
        Assert.That(score.Confusion.Cast<int>().Sum(), Is.Zero);
    }

    [Test]
    public void The_rate_is_that_of_the_last_ten_seconds_on_a_fast_device()
    {
        RateMeter meter = new();
        meter.Start(TimeSpan.Zero);
        Assert.That(meter.Left(100), Is.Null);
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < 200; i++) meter.Add(100, now += TimeSpan.FromMilliseconds(100));
        Assert.That(meter.ImagesPerSecond, Is.EqualTo(1000));
        for (int i = 0; i < 55; i++) meter.Add(100, now += TimeSpan.FromMilliseconds(200));
        Assert.That(meter.ImagesPerSecond, Is.EqualTo(500), "eleven seconds later the old rate is forgotten");
        Assert.That(meter.Left(1500), Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void On_a_slow_device_the_rate_is_that_of_eight_batches()
    {
        RateMeter meter = new();
        meter.Start(TimeSpan.Zero);
        meter.Add(128, TimeSpan.FromSeconds(64));
        Assert.That(meter.ImagesPerSecond, Is.EqualTo(2));
        for (int i = 0; i < 8; i++) meter.Add(128, TimeSpan.FromSeconds(64 + (32 * (i + 1))));
        Assert.That(meter.ImagesPerSecond, Is.EqualTo(4), "the first and slow batch has left the window");
    }

    [Test]
    public void What_is_no_training_does_not_count()
    {
        RateMeter meter = new();
        meter.Start(TimeSpan.Zero);
        meter.Add(10, TimeSpan.FromSeconds(1));
        meter.Start(TimeSpan.FromSeconds(500));
        Assert.That(meter.ImagesPerSecond, Is.EqualTo(10), "until the next batch");
        meter.Add(10, TimeSpan.FromSeconds(502));
        Assert.That(meter.ImagesPerSecond, Is.EqualTo(5));
    }

    [Test]
    public void A_clock_that_stands_still_and_a_batch_before_the_start_do_no_harm()
    {
        RateMeter meter = new();
        Assert.Throws<InvalidOperationException>(() => meter.Add(1, TimeSpan.Zero));
        meter.Start(TimeSpan.Zero);
        meter.Add(10, TimeSpan.Zero);
        Assert.That(meter.ImagesPerSecond, Is.Zero);
        meter.Add(10, TimeSpan.FromSeconds(2e9));
        Assert.That(meter.Left(long.MaxValue), Is.EqualTo(TimeSpan.MaxValue));
    }

    private static TestCaseData Edge(string name, float[] logits, int label, bool right, bool near, double loss) =>
        new TestCaseData(logits, label, right, near, loss).SetArgDisplayNames(name);
}
