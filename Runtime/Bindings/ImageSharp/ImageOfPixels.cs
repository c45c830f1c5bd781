using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ResNetVulkan.Bindings.Imaging;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace SixLabors.ImageSharp;

internal delegate void PixelAccessorAction<TPixel>(PixelAccessor<TPixel> pixelAccessor)
    where TPixel : unmanaged, IPixel<TPixel>;

internal sealed class Image<TPixel> : Image
    where TPixel : unmanaged, IPixel<TPixel>
{
    // Above this the package splits an image into several buffers by default.
    private const long ContiguousBytes = 4 << 20;

    private TPixel[] _pixels;
    private int _width;
    private int _height;
    private bool _disposed;

    public Image(Configuration configuration, int width, int height)
        : base(configuration)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ImageLimits.Check(width, height, Unsafe.SizeOf<TPixel>());
        _pixels = new TPixel[width * height];
        _width = width;
        _height = height;
    }

    public Image(Configuration configuration, int width, int height, TPixel backgroundColor)
        : this(configuration, width, height) => _pixels.AsSpan().Fill(backgroundColor);

    public Image(int width, int height, TPixel backgroundColor)
        : this(Configuration.Default, width, height, backgroundColor)
    {
    }

    public Image(int width, int height)
        : this(Configuration.Default, width, height)
    {
    }

    public override int Width => _width;

    public override int Height => _height;

    /// <summary>All rows, top to bottom, without padding.</summary>
    internal Span<TPixel> Pixels
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _pixels;
        }
    }

    public TPixel this[int x, int y]
    {
        get => Row(y)[x];
        set => Row(y)[x] = value;
    }

    public void ProcessPixelRows(PixelAccessorAction<TPixel> processPixels)
    {
        ArgumentNullException.ThrowIfNull(processPixels);
        processPixels(new PixelAccessor<TPixel>(this));
    }

    public void CopyPixelDataTo(Span<TPixel> destination) => Pixels.CopyTo(destination);

    public void CopyPixelDataTo(Span<byte> destination) => MemoryMarshal.AsBytes(Pixels).CopyTo(destination);

    public bool DangerousTryGetSinglePixelMemory(out Memory<TPixel> memory)
    {
        bool contiguous = Configuration.PreferContiguousImageBuffers ||
            (long)Pixels.Length * Unsafe.SizeOf<TPixel>() <= ContiguousBytes;
        memory = contiguous ? _pixels : default;
        return contiguous;
    }

    public Image<TPixel> Clone() => Clone(Configuration);

    public Image<TPixel> Clone(Configuration configuration)
    {
        Image<TPixel> clone = new(configuration, _width, _height) { Orientation = Orientation };
        Pixels.CopyTo(clone._pixels);
        return clone;
    }

    public override Image<TPixel2> CloneAs<TPixel2>(Configuration configuration)
    {
        Image<TPixel2> clone = new(configuration, _width, _height) { Orientation = Orientation };
        Span<TPixel2> target = clone.Pixels;
        Rgba32 colour = default;
        for (int i = 0; i < target.Length; i++)
        {
            _pixels[i].ToRgba32(ref colour);
            target[i].FromRgba32(colour);
        }
        return clone;
    }

    public override string ToString() => $"Image<{typeof(TPixel).Name}>: {_width}x{_height}";

    internal Span<TPixel> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, _height);
        return Pixels.Slice(y * _width, _width);
    }

    internal override Image CloneSame(Configuration configuration) => Clone(configuration);

    internal override void EncodeWith(IImageEncoder encoder, Stream stream) => encoder.Encode(this, stream);

    internal override void Resize(ResizeOptions options)
    {
        ResizePlan plan = ResizePlan.For(Size, options);
        using Image<TPixel> resized = new(Configuration, plan.Canvas.Width, plan.Canvas.Height);
        int channels = Unsafe.SizeOf<TPixel>();
        Resampling.Run(
            MemoryMarshal.AsBytes(Pixels), Size, MemoryMarshal.AsBytes(resized.Pixels), plan, channels, options.Sampler,
            premultiply: channels == 4 && options.PremultiplyAlpha);
        Take(resized);
    }

    internal override void Crop(Rectangle rectangle)
    {
        // In 64 bits: x + width of a hostile rectangle does not fit in 32.
        if (rectangle.X < 0 || rectangle.Y < 0 || rectangle.Width <= 0 || rectangle.Height <= 0 ||
            (long)rectangle.X + rectangle.Width > _width || (long)rectangle.Y + rectangle.Height > _height)
        {
            throw new ArgumentException($"{rectangle} does not lie within {_width}x{_height}.", nameof(rectangle));
        }
        using Image<TPixel> cropped = new(Configuration, rectangle.Width, rectangle.Height);
        for (int y = 0; y < rectangle.Height; y++)
        {
            Row(rectangle.Y + y).Slice(rectangle.X, rectangle.Width).CopyTo(cropped.Row(y));
        }
        Take(cropped);
    }

    internal override void AutoOrient()
    {
        int orientation = Orientation;
        Orientation = 1;
        if (orientation == 1)
        {
            return;
        }

        bool swap = orientation >= 5;
        (int width, int height) = swap ? (_height, _width) : (_width, _height);
        using Image<TPixel> upright = new(Configuration, width, height);
        for (int y = 0; y < height; y++)
        {
            Span<TPixel> row = upright.Row(y);
            for (int x = 0; x < width; x++)
            {
                (int sourceX, int sourceY) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, width - 1 - x),
                    7 => (height - 1 - y, width - 1 - x),
                    _ => (height - 1 - y, x),
                };
                row[x] = _pixels[sourceY * _width + sourceX];
            }
        }
        Take(upright);
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _pixels = [];
    }

    private void Take(Image<TPixel> other) => (_pixels, _width, _height) = (other._pixels, other._width, other._height);
}

internal readonly ref struct PixelAccessor<TPixel>
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly Image<TPixel> _image;

    internal PixelAccessor(Image<TPixel> image) => _image = image;

    public int Width => _image.Width;

    public int Height => _image.Height;

    public Span<TPixel> GetRowSpan(int rowIndex) => _image.Row(rowIndex);
}
