namespace SixLabors.ImageSharp;

internal sealed class Configuration
{
    public static Configuration Default { get; } = new();

    /// <summary>
    /// Whether <see cref="Image{TPixel}.DangerousTryGetSinglePixelMemory"/> succeeds for images above 4 MiB too. The package
    /// splits those into several buffers unless this is set; the stand-in never splits, but answers alike, so that a caller who
    /// forgot the row-by-row way finds out here.
    /// </summary>
    public bool PreferContiguousImageBuffers { get; set; }

    public Configuration Clone() => new() { PreferContiguousImageBuffers = PreferContiguousImageBuffers };
}
