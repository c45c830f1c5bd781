namespace ResNetVulkan.Data;

/// <summary>Some pictures of a set. Borrows the set.</summary>
public sealed class Subset : IImageSet
{
    private readonly int[] _indices;

    /// <summary>Takes pictures of a set, in the order that is given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The set has no such picture.</exception>
    public Subset(IImageSet set, IEnumerable<int> indices)
    {
        ArgumentNullException.ThrowIfNull(set);
        (Set, _indices) = (set, [.. indices]);
        foreach (int index in _indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, set.Count, nameof(indices));
        }
    }

    /// <summary>What the pictures are taken from.</summary>
    public IImageSet Set { get; }

    /// <summary>The pictures' numbers in <see cref="Set"/>.</summary>
    public IReadOnlyList<int> Indices => _indices;

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <inheritdoc/>
    public int Channels => Set.Channels;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => Set.ClassNames;

    /// <summary>
    /// Divides a set that has no part to be judged by: of each class, every so many-th picture is held out. Nothing about it is
    /// random, so two runs are judged by the same pictures.
    /// </summary>
    /// <param name="set">At least two pictures.</param>
    /// <param name="share">How much of each class is held out, between 0 and 1; a class's number is rounded.</param>
    /// <returns>Both in the set's order; no picture is in both.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is none.</exception>
    /// <exception cref="ArgumentException">One of the two would be empty.</exception>
    public static (Subset Kept, Subset HeldOut) HoldOut(IImageSet set, double share)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (share is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "Not between 0 and 1.");
        int[] seen = new int[set.ClassNames.Count];
        List<int> kept = [], heldOut = [];
        for (int i = 0; i < set.Count; i++)
        {
            int before = seen[set.Label(i)]++;
            bool isOut = Math.Floor((before + 1) * share + 0.5) > Math.Floor(before * share + 0.5);
            (isOut ? heldOut : kept).Add(i);
        }
        if (kept.Count == 0 || heldOut.Count == 0)
            throw new ArgumentException($"Of {set.Count:N0} pictures a share of {share} leaves one part empty.", nameof(share));
        return (new Subset(set, kept), new Subset(set, heldOut));
    }

    /// <inheritdoc/>
    public int Label(int index) => Set.Label(_indices[index]);

    /// <inheritdoc/>
    public PixelImage Read(int index) => Set.Read(_indices[index]);
}
