using SixLabors.ImageSharp.Formats;

namespace SixLabors.ImageSharp;

internal sealed class ImageInfo
{
    internal ImageInfo(PixelTypeInfo pixelType, Size size)
    {
        PixelType = pixelType;
        Size = size;
    }

    public PixelTypeInfo PixelType { get; }

    public int Width => Size.Width;

    public int Height => Size.Height;

    public Size Size { get; internal set; }

    public Rectangle Bounds => new(0, 0, Width, Height);
}
