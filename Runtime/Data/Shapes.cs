namespace ResNetVulkan.Data;

/// <summary>
/// Ten classes of solids and patterned plates, rendered: a set to learn from without a download. Pose, colours, light,
/// background, noise and what covers a part are random; every picture is a function of seed and index alone.
/// </summary>
/// <remarks>
/// 64x64 RGB. Nothing is kept in memory: <see cref="Read"/> renders, in less than a millisecond. The classes take turns, so any
/// ten pictures in a row have one of each.
/// </remarks>
public sealed class Shapes : IImageSet
{
    /// <summary>Of each picture, in pixels.</summary>
    public const int Side = 64;

    internal const int FirstPlate = 6;

    private readonly RandomKey _key;

    /// <summary>Makes a set; no picture is rendered yet.</summary>
    /// <param name="seed">Sets of other seeds have other pictures.</param>
    /// <param name="count">How many pictures. A larger set begins with the pictures of a smaller one.</param>
    public Shapes(uint seed, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_key, Count) = (new RandomKey(seed), count);
    }

    /// <summary>sphere, cube, cone, torus, cylinder, pyramid, checker, stripes, rings, star.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["sphere", "cube", "cone", "torus", "cylinder", "pyramid", "checker", "stripes", "rings", "star"];

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc cref="Names"/>
    public IReadOnlyList<string> ClassNames => Names;

    /// <summary>What a picture shows, before it is rendered.</summary>
    public ShapeScene Scene(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return ShapeScene.Draw(_key[(uint)index], Label(index));
    }

    /// <inheritdoc/>
    public int Label(int index) => index % Names.Count;

    /// <inheritdoc/>
    public PixelImage Read(int index) => Scene(index).Render(Side);
}
