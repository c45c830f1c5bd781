using System.Runtime.InteropServices;
using System.Text;

namespace ResNetVulkan.Bindings.Imaging;

/// <summary>libpng 1.6's "simplified" interface, which reports errors as results instead of by longjmp.</summary>
internal static unsafe partial class LibPng
{
    public const uint FormatAlpha = 1;
    public const uint FormatColour = 2;
    public const uint FlagFast = 2;
    public const uint FlagSixteenBitIsSrgb = 4;

    private const string Library = "libpng16.so.16";

    public static void Require() => SystemLibrary.Require(Library, "PNG", "libpng16-16");

    [LibraryImport(Library, EntryPoint = "png_image_begin_read_from_memory")]
    public static partial int BeginRead(ref PngImage image, byte* memory, nuint size);

    [LibraryImport(Library, EntryPoint = "png_image_finish_read")]
    public static partial int FinishRead(ref PngImage image, void* background, byte* pixels, int rowStride, void* colourMap);

    [LibraryImport(Library, EntryPoint = "png_image_write_to_memory")]
    public static partial int Write(
        ref PngImage image, byte* memory, ref nuint size, int convertTo8Bit, byte* pixels, int rowStride, void* colourMap);

    [LibraryImport(Library, EntryPoint = "png_image_free")]
    public static partial void Free(ref PngImage image);

    [StructLayout(LayoutKind.Sequential)]
    public struct PngImage
    {
        public const uint CurrentVersion = 1;

        private nint _opaque;
        public uint Version;
        public uint Width;
        public uint Height;
        public uint Format;
        public uint Flags;
        private uint _colourMapEntries;
        public uint WarningOrError;
        private fixed byte _message[64];

        public readonly string Message
        {
            get
            {
                fixed (byte* text = _message)
                {
                    ReadOnlySpan<byte> bytes = new(text, 64);
                    int end = bytes.IndexOf((byte)0);
                    return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
                }
            }
        }
    }
}
