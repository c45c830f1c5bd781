using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Processing;

namespace ResNetVulkan.Bindings.Imaging;

/// <summary>The new image's size, and the rectangle in (or beyond) it that the old one fills.</summary>
internal readonly record struct ResizePlan(Size Canvas, Rectangle Target)
{
    public static ResizePlan For(Size source, ResizeOptions options)
    {
        (int width, int height) = (options.Size.Width, options.Size.Height);
        if (width < 0 || height < 0 || (width == 0 && height == 0))
        {
            throw new ArgumentException($"Resize to {width}x{height}: a size must be positive, at most one of the two 0 (free).");
        }

        // One free side keeps the proportions.
        if (width == 0)
        {
            width = Math.Max(1, Round((double)source.Width * height / source.Height));
        }
        if (height == 0)
        {
            height = Math.Max(1, Round((double)source.Height * width / source.Width));
        }

        Size box = new(width, height);
        return options.Mode switch
        {
            ResizeMode.Crop => Scaled(
                source, box, Math.Max(Fit(width, source.Width), Fit(height, source.Height)), options.Position, cover: true),
            ResizeMode.Pad => Pad(source, box, options.Position),
            ResizeMode.BoxPad => source.Width <= width && source.Height <= height
                ? Scaled(source, box, 1, options.Position, cover: false)
                : Pad(source, box, options.Position),
            ResizeMode.Max => Whole(Round2(source, Math.Min(Fit(width, source.Width), Fit(height, source.Height)))),
            ResizeMode.Min => Min(source, box),
            ResizeMode.Manual => new ResizePlan(
                box,
                options.TargetRectangle ?? throw new InvalidOperationException("ResizeMode.Manual needs a TargetRectangle.")),
            _ => Whole(box),
        };
    }

    private static double Fit(int target, int source) => (double)target / source;

    private static int Round(double value) => (int)Math.Min(int.MaxValue, Math.Round(value, MidpointRounding.AwayFromZero));

    private static ResizePlan Whole(Size size) => new(size, new Rectangle(0, 0, size.Width, size.Height));

    private static Size Round2(Size source, double scale) =>
        new(Math.Max(1, Round(source.Width * scale)), Math.Max(1, Round(source.Height * scale)));

    /// <summary>Until the shorter side reaches the box; never enlarges.</summary>
    private static ResizePlan Min(Size source, Size box) =>
        Whole(box.Width > source.Width || box.Height > source.Height
            ? source
            : Round2(source, Math.Max(Fit(box.Width, source.Width), Fit(box.Height, source.Height))));

    private static ResizePlan Pad(Size source, Size box, AnchorPositionMode position) =>
        Scaled(source, box, Math.Min(Fit(box.Width, source.Width), Fit(box.Height, source.Height)), position, cover: false);

    private static ResizePlan Scaled(Size source, Size box, double scale, AnchorPositionMode position, bool cover)
    {
        // A picture that must cover the box may not miss its last row by rounding.
        Size size = cover
            ? new Size(
                Math.Max(box.Width, (int)Math.Ceiling(source.Width * scale - 1e-6)),
                Math.Max(box.Height, (int)Math.Ceiling(source.Height * scale - 1e-6)))
            : Round2(source, scale);

        int x = position switch
        {
            AnchorPositionMode.Left or AnchorPositionMode.TopLeft or AnchorPositionMode.BottomLeft => 0,
            AnchorPositionMode.Right or AnchorPositionMode.TopRight or AnchorPositionMode.BottomRight => box.Width - size.Width,
            _ => Round((box.Width - source.Width * scale) / 2),
        };
        int y = position switch
        {
            AnchorPositionMode.Top or AnchorPositionMode.TopLeft or AnchorPositionMode.TopRight => 0,
            AnchorPositionMode.Bottom or AnchorPositionMode.BottomLeft or AnchorPositionMode.BottomRight =>
                box.Height - size.Height,
            _ => Round((box.Height - source.Height * scale) / 2),
        };

        // And neither by rounding its place.
        if (cover)
        {
            x = Math.Clamp(x, box.Width - size.Width, 0);
            y = Math.Clamp(y, box.Height - size.Height, 0);
        }
        return new ResizePlan(box, new Rectangle(x, y, size.Width, size.Height));
    }
}
