using System.Runtime.InteropServices;

namespace ResNetVulkan.Data;

/// <summary>
/// How one row of a batch is made from a picture: which part of it, resized to what, what of that is seen, and in which light.
/// Drawn by <see cref="Augmentation.Draw"/>; 64 bytes, as image/augment.comp reads them.
/// </summary>
/// <param name="Picture">Which of the pictures in memory.</param>
/// <param name="Left">The part's first column.</param>
/// <param name="Top">The part's first row.</param>
/// <param name="Width">The part's columns.</param>
/// <param name="Height">The part's rows.</param>
/// <param name="ResizedWidth">What the part is resized to; resizing looks at nothing outside the part.</param>
/// <param name="ResizedHeight">What the part is resized to.</param>
/// <param name="OffsetX">The first column of the resized part that is seen; what lies outside it is black.</param>
/// <param name="OffsetY">The first row of the resized part that is seen.</param>
/// <param name="Flip">1: what is seen is mirrored, left for right.</param>
/// <param name="Brightness">What every colour is multiplied by.</param>
/// <param name="Contrast">1 keeps the picture, 0 makes it its own mean grey.</param>
/// <param name="Saturation">1 keeps the picture, 0 makes it grey.</param>
/// <param name="CutLeft">Of the square that is cut out, in columns of the result; may begin before the first.</param>
/// <param name="CutTop">Of the square that is cut out, in rows of the result.</param>
/// <param name="CutSide">Of the square that is cut out; 0 for none.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PictureRow(
    uint Picture, uint Left, uint Top, uint Width, uint Height, uint ResizedWidth, uint ResizedHeight, int OffsetX, int OffsetY,
    uint Flip, float Brightness, float Contrast, float Saturation, int CutLeft, int CutTop, uint CutSide)
{
    /// <summary>How many 32-bit words one takes.</summary>
    public const int Words = 16;

    /// <summary>Whether the part is seen at another size than it has.</summary>
    public bool Resizes => (ResizedWidth, ResizedHeight) != (Width, Height);

    /// <summary>What is left to do when the picture has been framed: its colours and the square cut out.</summary>
    /// <param name="picture">Which of the framed pictures.</param>
    /// <param name="height">Of the framed pictures.</param>
    /// <param name="width">Of the framed pictures.</param>
    public PictureRow AfterFraming(int picture, int height, int width) => this with
    {
        Picture = (uint)picture, Left = 0, Top = 0, Width = (uint)width, Height = (uint)height,
        ResizedWidth = (uint)width, ResizedHeight = (uint)height, OffsetX = 0, OffsetY = 0, Flip = 0,
    };
}
