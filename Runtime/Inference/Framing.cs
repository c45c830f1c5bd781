using ResNetVulkan.Models;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Inference;

/// <summary>
/// What part of a photo a network sees: the shorter side resized to the card's extent, then a square from the middle. The
/// arithmetic is torchvision's, down to where it truncates and where it rounds.
/// </summary>
internal static class Framing
{
    /// <summary>The record for one photo of a batch.</summary>
    /// <param name="card">Says how large.</param>
    /// <param name="width">Of the photo, in pixels.</param>
    /// <param name="height">Of the photo, in pixels.</param>
    /// <param name="format">Of the photo.</param>
    /// <param name="offset">Of its first pixel among the batch's bytes.</param>
    public static Frame Of(ModelCard card, int width, int height, PixelFormat format, int offset)
    {
        (int resizedWidth, int resizedHeight) = width <= height
            ? (card.Resize, (int)((long)card.Resize * height / width))
            : ((int)((long)card.Resize * width / height), card.Resize);
        int left = Middle(resizedWidth, card.Crop), top = Middle(resizedHeight, card.Crop);

        (int first, int last) = Reach(top, card.Crop, resizedHeight, height);
        int pitch = width * (format == PixelFormat.Rgb8 ? 3 : 4);
        return new Frame(
            (uint)offset, (uint)pitch, (uint)width, (uint)height, (uint)format, (uint)resizedWidth, (uint)resizedHeight,
            left, top, (uint)first, (uint)(last - first));
    }

    /// <summary>The columns of a photo that what a network sees depends on.</summary>
    public static (int First, int Last) Columns(Frame frame, int crop) =>
        Reach(frame.Left, crop, (int)frame.ResizedWidth, (int)frame.Width);

    // What the crop's first and last row reach, as the kernel counts them; one more on both sides costs nothing.
    private static (int First, int Last) Reach(int top, int crop, int resized, int extent)
    {
        double scale = (double)extent / resized, reach = Math.Max(scale, 1) + 1;
        int first = (int)Math.Clamp(Math.Floor((Math.Max(top, 0) + 0.5) * scale - reach), 0, extent);
        int last = (int)Math.Clamp(Math.Ceiling((Math.Min(top + crop, resized) - 0.5) * scale + reach), 0, extent);
        return (first, last);
    }

    // Half of the difference, ties to even: what Python's round does. Around a photo that is smaller the odd pixel of black goes
    // behind it.
    private static int Middle(int extent, int crop) =>
        crop > extent ? -((crop - extent) / 2) : (int)Math.Round((extent - crop) / 2.0, MidpointRounding.ToEven);
}
