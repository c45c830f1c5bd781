using System.Text;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class BatchLoaderTests
{
    private static readonly Augmentation Same = new(2, 2);

    [Test]
    public void An_epochs_order_is_a_permutation_of_its_own()
    {
        int[] order = EpochOrder.Of(1, 0, 1000);
        Assert.That(order.Order(), Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(order.Where((picture, i) => picture == i).Count(), Is.LessThan(10), "one is expected to stay in its place");
        Assert.That(EpochOrder.Of(1, 0, 1000), Is.EqualTo(order));
        Assert.That(EpochOrder.Of(1, 1, 1000), Is.Not.EqualTo(order));
        Assert.That(EpochOrder.Of(2, 0, 1000), Is.Not.EqualTo(order));
        Assert.That(EpochOrder.Of(1, 0, 0), Is.Empty);

        // Every order of four pictures is as likely: 24 of them in 24,000 epochs.
        int[] counts = [.. Enumerable.Range(0, 24_000).GroupBy(epoch => string.Concat(EpochOrder.Of(5, epoch, 4)))
            .Select(group => group.Count())];
        Assert.That(counts, Has.Length.EqualTo(24));
        Assert.That(counts, Is.All.EqualTo(1000).Within(190), "6 deviations of 31");
    }

    [Test]
    public void Batches_are_the_same_for_any_number_of_workers([Values] bool flaky)
    {
        Augmentation cifar = new(8, 8) { Crop = Crop.Padded, Flip = true, Brightness = 0.5f };
        FakeSet set = new(1000, side: 8) { Broken = flaky ? [3, 500, 501, 77] : [] };
        string[] wanted = [];
        foreach ((int workers, int ahead) in new[] { (1, 1), (4, 1), (3, 5) })
        {
            BatchOptions options = new(64, cifar) { Seed = 9, Workers = workers, Ahead = ahead };
            string[] got = [.. new BatchLoader(set, options).Epoch(2).Select(Text)];
            Assert.That(got, Has.Length.EqualTo(16));
            if (wanted.Length == 0) wanted = got;
            Assert.That(got, Is.EqualTo(wanted), $"{workers} workers, {ahead} ahead");
        }
    }

    [Test]
    public void Every_picture_is_shown_once_and_the_last_batch_is_filled()
    {
        FakeSet set = new(10, side: 2);
        BatchLoader loader = new(set, new(4, Same) { Seed = 1 });
        List<int> seen = [];
        int number = 0;
        foreach (Batch batch in loader.Epoch(0))
        {
            Assert.That(batch.Number, Is.EqualTo(number++));
            Assert.That((batch.Size, batch.ValidRows), Is.EqualTo(number == 3 ? (2, 2) : (4, 4)));
            for (int i = 0; i < 4; i++)
            {
                int index = batch.Indices[i], picture = (int)batch.Rows[i].Picture;
                Assert.That(batch.Labels[i], Is.EqualTo(set.Label(index)));
                Assert.That(batch.Pixels.Slice(12 * picture, 12).ToArray(), Is.EqualTo(set.Read(index).Pixels));
                if (i < batch.ValidRows) seen.Add(index);
                else Assert.That(index, Is.EqualTo(batch.Indices[i - 2]), "rows behind show the first ones again");
            }
        }
        Assert.That(loader.BatchesPerEpoch, Is.EqualTo(3));
        Assert.That(seen, Is.EqualTo(EpochOrder.Of(1, 0, 10)));
        Assert.That(new BatchLoader(set, new(4, Same) { DropLast = true }).Epoch(0).Count(), Is.EqualTo(2));
        Assert.That(new BatchLoader(set, new(10, Same) { Shuffle = false }).Epoch(0).Single().Indices.ToArray(),
            Is.EqualTo(Enumerable.Range(0, 10)));
    }

    [Test]
    public void An_epoch_can_go_on_in_its_middle([Values] bool resident)
    {
        FakeSet set = new(50, side: 2);
        BatchLoader loader = new(set, new(8, Same) { Seed = 4 }, resident ? PackedImages.Of(set) : null);
        string[] whole = [.. loader.Epoch(3).Select(Text)];
        Assert.That(loader.Epoch(3, first: 5).Select(Text), Is.EqualTo(whole[5..]));
        Assert.That(loader.Epoch(3, first: 7), Is.Empty);
    }

    [Test]
    public void Resident_pictures_are_numbered_and_not_read_again()
    {
        FakeSet set = new(30, side: 2);
        PackedImages packed = PackedImages.Of(set, threads: 3);
        Assert.That(packed[17].ToArray(), Is.EqualTo(set.Read(17).Pixels));
        set.Broken = [.. Enumerable.Range(0, 30)];
        Augmentation padded = new(2, 2) { Crop = Crop.Padded, Padding = 1 };
        foreach (Batch batch in new BatchLoader(set, new(7, padded) { Seed = 8 }, packed).Epoch(1))
        {
            Assert.That(batch.Pixels.IsEmpty);
            for (int i = 0; i < batch.ValidRows; i++)
            {
                int index = batch.Indices[i];
                Assert.That(batch.Rows[i], Is.EqualTo(padded.Draw(EpochOrder.KeyOf(8, 1, index), index, 2, 2)));
            }
        }
    }

    [Test]
    public void Unreadable_pictures_are_left_out_counted_and_named()
    {
        FakeSet set = new(400, side: 2) { Broken = [7, 8, 300] };
        BatchLoader loader = new(set, new(50, Same) { Shuffle = false });
        List<(int Size, int Valid)> sizes = [];
        foreach (Batch batch in loader.Epoch(0))
        {
            sizes.Add((batch.Size, batch.ValidRows));
            Assert.That(batch.Indices.ToArray(), Has.None.AnyOf(7, 8, 300));
            if (batch.Number > 0) continue;
            Assert.That(batch.Indices[..10].ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5, 6, 9, 10, 11 }));
        }
        Assert.That(sizes.Where(size => size != (50, 50)), Is.EqualTo(new[] { (50, 48), (50, 49) }));
        Assert.That(loader.Unreadable.Select(image => (image.Index, image.Reason)),
            Is.EqualTo(new[] { (7, "'7.jpg' is damaged."), (8, "'8.jpg' is damaged."), (300, "'300.jpg' is damaged.") }));
        Assert.That(loader.Epoch(1).First().ValidRows, Is.EqualTo(48), "the count begins anew");
    }

    [Test]
    public void More_than_one_in_a_hundred_ends_the_epoch()
    {
        FakeSet set = new(400, side: 2) { Broken = [1, 60, 61, 62, 63, 399] };
        BatchLoader loader = new(set, new(50, Same) { Shuffle = false, Workers = 3 });
        int batches = 0;
        InvalidDataException error = Assert.Throws<InvalidDataException>(() =>
        {
            foreach (Batch _ in loader.Epoch(0)) batches++;
        })!;
        Assert.That(batches, Is.EqualTo(1));
        Assert.That(error.Message, Is.EqualTo("5 of the first 100 pictures of an epoch of 400 cannot be read, "
            + "which is more than 1 % of it: picture 1: '1.jpg' is damaged; picture 60: '60.jpg' is damaged; "
            + "picture 61: '61.jpg' is damaged; picture 62: '62.jpg' is damaged; picture 63: '63.jpg' is damaged."));

        set.Broken = [.. Enumerable.Range(0, 4)];
        loader = new(set, new(4, Same) { Shuffle = false });
        error = Assert.Throws<InvalidDataException>(() => loader.Epoch(0).First())!;
        Assert.That(error.Message,
            Does.StartWith("4 of the first 4 pictures of an epoch of 400 cannot be read, a whole batch: "));
    }

    [Test]
    public void Threads_end_with_the_enumeration_however_it_ends()
    {
        FakeSet set = new(10_000, side: 2);
        BatchLoader loader = new(set, new(16, Same) { Workers = 4, Ahead = 3 });
        foreach (Batch batch in loader.Epoch(0)) if (batch.Number == 2) break;
        int reads = set.Reads;
        Assert.That(reads, Is.LessThanOrEqualTo(16 * (3 + 4)), "three batches taken, and no more than three ahead of the last");

        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (Batch batch in loader.Epoch(0, cancellation: source.Token)) if (batch.Number == 1) source.Cancel();
        });
        reads = set.Reads;
        Assert.Throws<OperationCanceledException>(() => loader.Epoch(0, cancellation: source.Token).First());

        set.Bug = true;
        Assert.Throws<NotSupportedException>(() => loader.Epoch(0).First(), "not a damaged file: thrown as it is");
        int after = set.Reads;
        for (int i = 0; i < 1000; i++) Thread.Yield();
        Assert.That(set.Reads, Is.EqualTo(after), "nobody reads on");
        Assert.That(reads, Is.LessThan(2000));
    }

    [Test]
    public void Labels_are_checked_before_anything_is_read()
    {
        FakeSet set = new(10, side: 2) { Classes = 2 };
        Assert.That(Assert.Throws<InvalidDataException>(() => new BatchLoader(set, new(4, Same)))!.Message,
            Is.EqualTo("Picture 2 has label 2; the set has 2 classes."));
        Assert.That(Assert.Throws<InvalidDataException>(() => new BatchLoader(new FakeSet(0, 2), new(4, Same)))!.Message,
            Is.EqualTo("The set has no pictures."));
        PackedImages eight = PackedImages.Of(new FakeSet(8, 2));
        Assert.Throws<ArgumentException>(() => new BatchLoader(new FakeSet(9, 2), new(4, Same), eight));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchLoader(set, new(0, Same)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchLoader(set, new(4, Same) { Workers = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchLoader(set, new(4, Same) { Ahead = 0 }));
        Assert.That(set.Reads, Is.Zero);
    }

    [Test]
    public void Pictures_of_many_sizes_are_packed_by_nobody()
    {
        FakeSet set = new(10, side: 2) { Odd = 6 };
        Assert.That(Assert.Throws<InvalidDataException>(() => PackedImages.Of(set, threads: 2))!.Message,
            Does.StartWith("Picture 6 has 3x3 pixels, the first one 2x2;"));
        Assert.Throws<ArgumentException>(() => new PackedImages(2, 2, 3, new byte[13]));
        Assert.Throws<ArgumentException>(() => new PackedImages(2, 2, 2, new byte[16]));
    }

    [Test]
    public void The_JPEGs_of_CIFAR10_go_through_the_threads()
    {
        using TemporaryFolder folder = new();
        string archive = TestData.Require("cifar10/cifar10_jpeg_60k.tar.gz");
        TarGz.Extract(archive, folder.Path, name => name.StartsWith("test/", StringComparison.Ordinal) && name.Contains("/00"));
        ImageFolder set = ImageFolder.Open(folder.File("test"));
        Assert.That(set.Count, Is.EqualTo(1000));
        File.WriteAllBytes(set.Files[500].Path, [1, 2, 3]);
        BatchLoader loader = new(set, new(96, new(40, 40) { Crop = Crop.Area }) { Workers = 3 });
        int valid = loader.Epoch(0).Sum(batch => batch.ValidRows);
        Assert.That(valid, Is.EqualTo(999));
        Assert.That(loader.Unreadable.Single().Index, Is.EqualTo(500));
        Assert.That(loader.Unreadable.Single().Reason, Does.Contain(set.Files[500].Path));
    }

    // All that a batch says; of the pixels what its rows show, the others are whatever they were.
    private static string Text(Batch batch)
    {
        StringBuilder text = new($"{batch.Number} {batch.Size} {batch.ValidRows}");
        int bytes = batch.Pixels.Length / batch.Rows.Length;
        for (int i = 0; i < batch.Rows.Length; i++)
        {
            PictureRow row = batch.Rows[i];
            text.Append($" {batch.Indices[i]} {batch.Labels[i]} {row}");
            if (bytes > 0) text.Append(Convert.ToHexString(batch.Pixels.Slice((int)row.Picture * bytes, bytes)));
        }
        return text.ToString();
    }

    /// <summary>Pictures of noise, some of which cannot be read; reading takes more or less time.</summary>
    private sealed class FakeSet(int count, int side) : IImageSet
    {
        private int _reads;

        public int Count => count;

        public int Classes { get; init; } = 10;

        public HashSet<int> Broken { get; set; } = [];

        public int Odd { get; init; } = -1;

        public bool Bug { get; set; }

        public int Reads => Volatile.Read(ref _reads);

        public IReadOnlyList<string> ClassNames => [.. Enumerable.Range(0, Classes).Select(i => $"{i}")];

        public int Label(int index) => index % 10;

        public PixelImage Read(int index)
        {
            Interlocked.Increment(ref _reads);
            for (uint i = 0; i < Hash.Bits(3, (uint)index) % 8; i++) Thread.Yield();
            if (Bug) throw new NotSupportedException("a bug");
            if (Broken.Contains(index)) throw new InvalidDataException($"'{index}.jpg' is damaged.");
            int size = index == Odd ? side + 1 : side;
            return new PixelImage(size, size,
                [.. Enumerable.Range(0, 3 * size * size).Select(i => (byte)Hash.Bits((uint)index, (uint)i))]);
        }
    }
}
