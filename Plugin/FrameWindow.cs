using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Plugin;

/// <summary>
/// The part of a frame that a network's crop depends on, in the frame's own rows and columns, and the frame's record.
/// </summary>
/// <param name="Left">The first column.</param>
/// <param name="Top">The first row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Frame">For <see cref="ImageToTensor"/>, when the window's pixels lie alone, four bytes each.</param>
internal readonly record struct FrameWindow(int Left, int Top, int Width, int Height, Frame Frame)
{
    public int Pixels => Width * Height;

    public static FrameWindow Of(ModelCard card, int width, int height)
    {
        Frame whole = Framing.Of(card, width, height, PixelFormat.Rgba8, 0);
        (int first, int last) = Framing.Columns(whole, card.Crop);
        int top = (int)whole.FirstRow, rows = (int)whole.RowCount, columns = last - first;
        uint pitch = 4 * (uint)columns;
        // The kernel counts rows and columns from the frame's corner. That lies before the window's pixels, so the offset is
        // negative: unsigned numbers wrap to the right place.
        uint offset = unchecked(0u - (uint)top * pitch - 4 * (uint)first);
        return new FrameWindow(first, top, columns, rows, whole with { Offset = offset, Pitch = pitch });
    }

    /// <summary>The most pixels of any frame's window whose shorter side has that many, and the most rows.</summary>
    public static (int Pixels, int Rows) Most(ModelCard card, int shorterSide)
    {
        // The crop in the frame's pixels, and what the filter reaches on both sides; a crop beyond the frame's shorter side may
        // take all of a longer one.
        double scale = (double)shorterSide / card.Resize;
        int side = (int)Math.Ceiling(scale * card.Crop + 2 * Math.Max(scale, 1) + 6);
        return (side * Math.Min(side, shorterSide), side);
    }
}
