using System.Runtime.ExceptionServices;

namespace ResNetVulkan.Data;

/// <summary>How a <see cref="BatchLoader"/> forms batches.</summary>
/// <param name="BatchSize">How many rows a batch has.</param>
/// <param name="Augmentation">What becomes of each picture.</param>
public sealed record BatchOptions(int BatchSize, Augmentation Augmentation)
{
    /// <summary>Decides the order, and everything random about the pictures.</summary>
    public uint Seed { get; init; }

    /// <summary>Whether each epoch has an order of its own; else it is the set's.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether the pictures at the epoch's end that fill no whole batch are left out.</summary>
    public bool DropLast { get; init; }

    /// <summary>How many threads read pictures that do not live on the device. The batches are the same for any number.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>How many batches are read ahead of the one in use; each costs its pixels in memory.</summary>
    public int Ahead { get; init; } = 2;
}

/// <summary>
/// A set's pictures, batch by batch: in an order that is a function of seed and epoch, each augmented by a function of seed,
/// epoch and picture. So any batch of any epoch can be had again.
/// </summary>
/// <remarks>
/// Pictures that live on the device cost the host a row each. Others are read, framed and put into the batch's pixels by threads
/// of the loader's own, which begin with an epoch and have ended when its enumeration has. Not thread-safe; one enumeration at a
/// time.
/// </remarks>
public sealed class BatchLoader
{
    private const int Named = 5;        // of the pictures that cannot be read, in a message

    private readonly IImageSet _set;
    private readonly PackedImages? _resident;
    private readonly BatchOptions _options;
    private readonly int _channels;
    private readonly List<UnreadableImage> _unreadable = [];

    /// <summary>Checks the labels; reads no picture.</summary>
    /// <param name="set">Must outlive the loader.</param>
    /// <param name="options">How large, in which order, how augmented.</param>
    /// <param name="resident">The set's pictures, where they live on the device: the rows then number these.</param>
    /// <exception cref="InvalidDataException">The set is empty, or a label is that of no class.</exception>
    /// <exception cref="ArgumentException">A number is below 1, or the resident pictures are not the set's many.</exception>
    public BatchLoader(IImageSet set, BatchOptions options, PackedImages? resident = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Ahead, 1);
        if (resident is not null && resident.Count != set.Count)
            throw new ArgumentException($"BatchLoader: {resident.Count:N0} resident pictures for a set of {set.Count:N0}.");
        if (set.Count == 0) throw new InvalidDataException("The set has no pictures.");
        for (int i = 0; i < set.Count; i++)
        {
            if (set.Label(i) is int label && (uint)label >= (uint)set.ClassNames.Count)
                throw new InvalidDataException($"Picture {i:N0} has label {label}; the set has {set.ClassNames.Count} classes.");
        }
        (_set, _options, _resident, _channels) = (set, options, resident, set.Channels);
    }

    /// <summary>How many batches an epoch has.</summary>
    public int BatchesPerEpoch =>
        (_options.DropLast ? _set.Count : _set.Count + _options.BatchSize - 1) / _options.BatchSize;

    /// <summary>The pictures that could not be read since the epoch's enumeration began, in its order.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable => _unreadable;

    /// <summary>The batches of an epoch.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="first">The first batch that is wanted: those before it are not read.</param>
    /// <param name="cancellation">Ends the enumeration between two pictures.</param>
    /// <exception cref="InvalidDataException">
    /// More than 1 % of the epoch's pictures, or all of a batch, could not be read; the message names the first ones.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<Batch> Epoch(int epoch, int first = 0, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        return Enumerate(epoch, first, cancellation);
    }

    private IEnumerable<Batch> Enumerate(int epoch, int first, CancellationToken cancellation)
    {
        _unreadable.Clear();
        int[] order = _options.Shuffle
            ? EpochOrder.Of(_options.Seed, epoch, _set.Count)
            : [.. Enumerable.Range(0, _set.Count)];
        if (_resident is { } resident)
        {
            Batch batch = new(_options.BatchSize, 0);
            for (int number = first; number < BatchesPerEpoch; number++)
            {
                cancellation.ThrowIfCancellationRequested();
                batch.Begin(number, SizeOf(number));
                for (int i = 0; i < batch.Size; i++)
                {
                    int index = order[number * _options.BatchSize + i];
                    RandomKey key = EpochOrder.KeyOf(_options.Seed, epoch, index);
                    PictureRow row = _options.Augmentation.Draw(key, index, resident.Height, resident.Width);
                    batch.Set(i, index, _set.Label(index), row);
                }
                batch.Finish(_unreadable);
                yield return batch;
            }
            yield break;
        }

        using Reading reading = new(this, epoch, order, first, cancellation);
        for (int number = first; number < BatchesPerEpoch; number++)
        {
            Batch batch = reading.Take(number);
            batch.Finish(_unreadable);
            if (batch.ValidRows == 0 || _unreadable.Count * 100L > _set.Count) throw TooManyUnreadable(batch, first);
            yield return batch;
            reading.Release(number);
        }
    }

    private int SizeOf(int batch) => Math.Min(_options.BatchSize, _set.Count - batch * _options.BatchSize);

    private InvalidDataException TooManyUnreadable(Batch last, int first)
    {
        int tried = last.Number * _options.BatchSize + last.Size - first * _options.BatchSize;
        string why = last.ValidRows == 0 ? "a whole batch" : "which is more than 1 % of it";
        IEnumerable<string> named = _unreadable.Take(Named)
            .Select(image => $"picture {image.Index:N0}: {image.Reason.TrimEnd('.')}");
        string others = _unreadable.Count > Named ? $"; and {_unreadable.Count - Named:N0} more" : "";
        return new InvalidDataException($"{_unreadable.Count:N0} of the first {tried:N0} pictures of an epoch of {_set.Count:N0} "
            + $"cannot be read, {why}: {string.Join("; ", named)}{others}.");
    }

    /// <summary>One picture into its row of a batch.</summary>
    private void Read(Batch batch, int at, int epoch, int index)
    {
        try
        {
            Augmentation augmentation = _options.Augmentation;
            PixelImage image = _set.Read(index);
            PictureRow row = augmentation.Draw(EpochOrder.KeyOf(_options.Seed, epoch, index), at, image.Height, image.Width);
            byte[] framed = augmentation.Frame(image, row);
            Span<byte> pixels = batch.PixelsOf(at);
            for (int i = 0; i < pixels.Length; i++) pixels[i] = framed[_channels == 3 ? i : 3 * i];
            batch.Set(at, index, _set.Label(index), row.AfterFraming(at, augmentation.Height, augmentation.Width));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            batch.SetUnreadable(at, index, e.Message);
        }
    }

    /// <summary>
    /// The threads of one enumeration and the ring of batches that they fill. A batch in use is filled again only when it has
    /// been released, so the threads are never more than the ring ahead.
    /// </summary>
    private sealed class Reading : IDisposable
    {
        private readonly BatchLoader _loader;
        private readonly int _epoch;
        private readonly int[] _order;
        private readonly Batch[] _ring;
        private readonly int[] _missing;            // pictures that each batch of the ring still waits for
        private readonly Thread[] _threads;
        private readonly object _gate = new();
        private readonly CancellationToken _cancellation;
        private readonly CancellationTokenRegistration _registration;
        private int _next, _inUse;                  // the next picture in the epoch's order, the batch in use
        private bool _isOver;
        private ExceptionDispatchInfo? _failure;

        public Reading(BatchLoader loader, int epoch, int[] order, int first, CancellationToken cancellation)
        {
            (_loader, _epoch, _order, _cancellation) = (loader, epoch, order, cancellation);
            BatchOptions options = loader._options;
            int pictureBytes = options.Augmentation.Height * options.Augmentation.Width * loader._channels;
            _ring = [.. Enumerable.Range(0, options.Ahead + 1).Select(_ => new Batch(options.BatchSize, pictureBytes))];
            _missing = new int[_ring.Length];
            (_inUse, _next) = (first, first * options.BatchSize);
            for (int number = first; number < first + _ring.Length; number++) Begin(number);
            _registration = cancellation.Register(Wake);
            _threads = [.. Enumerable.Range(0, options.Workers).Select(i => new Thread(Work) { Name = $"pictures {i}" })];
            foreach (Thread thread in _threads) thread.Start();
        }

        public Batch Take(int number)
        {
            lock (_gate)
            {
                while (_missing[number % _ring.Length] > 0 && _failure is null && !_cancellation.IsCancellationRequested)
                    Monitor.Wait(_gate);
            }
            _failure?.Throw();
            _cancellation.ThrowIfCancellationRequested();
            return _ring[number % _ring.Length];
        }

        public void Release(int number)
        {
            lock (_gate)
            {
                Begin(number + _ring.Length);
                _inUse = number + 1;
                Monitor.PulseAll(_gate);
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _isOver = true;
                Monitor.PulseAll(_gate);
            }
            foreach (Thread thread in _threads) thread.Join();
            _registration.Dispose();
        }

        private void Begin(int number)
        {
            if (number >= _loader.BatchesPerEpoch) return;
            _ring[number % _ring.Length].Begin(number, _missing[number % _ring.Length] = _loader.SizeOf(number));
        }

        private void Wake()
        {
            lock (_gate) Monitor.PulseAll(_gate);
        }

        private void Work()
        {
            int rows = _loader._options.BatchSize;
            int end = Math.Min(_loader.BatchesPerEpoch * rows, _order.Length);
            while (true)
            {
                int at;
                lock (_gate)
                {
                    while (!IsOver() && _next < end && _next / rows >= _inUse + _ring.Length) Monitor.Wait(_gate);
                    if (IsOver() || _next >= end) return;
                    at = _next++;
                }
                int slot = at / rows % _ring.Length;
                try
                {
                    _loader.Read(_ring[slot], at % rows, _epoch, _order[at]);
                }
                catch (Exception e)
                {
                    // Whatever it is, the thread that enumerates throws it on.
                    lock (_gate) _failure ??= ExceptionDispatchInfo.Capture(e);
                }
                lock (_gate)
                {
                    if (--_missing[slot] == 0 || _failure is not null) Monitor.PulseAll(_gate);
                }
            }
        }

        private bool IsOver() => _isOver || _failure is not null || _cancellation.IsCancellationRequested;
    }
}
