namespace ResNetVulkan.Gpu;

/// <summary>Sizes as people read them, and sizes as drivers want them.</summary>
internal static class Bytes
{
    public const ulong MiB = 1UL << 20;
    public const ulong GiB = 1UL << 30;

    /// <summary>"6.1 GiB", "512 MiB", "17 bytes".</summary>
    public static string Text(ulong bytes) => bytes switch
    {
        < 1UL << 10 => $"{bytes} bytes",
        < MiB => $"{bytes / 1024.0:0.#} KiB",
        < GiB => $"{bytes / (double)MiB:0.#} MiB",
        _ => $"{bytes / (double)GiB:0.#} GiB",
    };

    /// <summary>The next multiple of a power of two.</summary>
    public static ulong Align(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);

    /// <summary>a - b, and 0 where that would be negative.</summary>
    public static ulong Less(ulong a, ulong b) => a > b ? a - b : 0;
}
