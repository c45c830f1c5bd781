using ResNetVulkan.Ops;

namespace ResNetVulkan.Plugin;

/// <summary>A frame in the CPU's memory, as a display is sent it. It is copied during the call.</summary>
/// <param name="bytes">Rows of pixels, the highest first.</param>
/// <param name="width">Columns, in pixels.</param>
/// <param name="height">Rows, in pixels.</param>
/// <param name="format">How a pixel's bytes lie.</param>
/// <param name="pitch">Bytes from row to row; 0 where rows lie without gaps.</param>
public readonly ref struct HostPixels(ReadOnlySpan<byte> bytes, int width, int height, PixelFormat format, int pitch = 0)
{
    /// <summary>Rows of pixels, the highest first.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Columns, in pixels.</summary>
    public int Width { get; } = width;

    /// <summary>Rows, in pixels.</summary>
    public int Height { get; } = height;

    /// <summary>How a pixel's bytes lie.</summary>
    public PixelFormat Format { get; } = format;

    /// <summary>Bytes of one pixel.</summary>
    public int PixelBytes => Format == PixelFormat.Rgb8 ? 3 : 4;

    /// <summary>Bytes from row to row.</summary>
    public int Pitch => pitch == 0 ? Width * PixelBytes : pitch;
}

/// <summary>A host's semaphore.</summary>
/// <param name="Semaphore">VkSemaphore.</param>
/// <param name="Value">What a timeline semaphore is waited for to reach, or set to; a binary one takes no notice of it.</param>
public readonly record struct HostSemaphore(ulong Semaphore, ulong Value);
