using System.Runtime.InteropServices;

namespace ResNetVulkan.Bindings.Imaging;

/// <summary>
/// The part of libjpeg-turbo's TurboJPEG 2 interface that is used here: unlike libjpeg's own it needs no setjmp, so no error of
/// it ever jumps over managed frames.
/// </summary>
internal static unsafe partial class TurboJpeg
{
    public const int FormatRgb = 0;
    public const int FormatGrey = 6;
    public const int FormatRgba = 7;
    public const int FormatCmyk = 11;

    public const int SamplingQuarter = 2;   // 4:2:0
    public const int SamplingGrey = 3;

    public const int ColourGrey = 2;
    public const int ColourCmyk = 3;
    public const int ColourYcck = 4;

    // A progressive file may ask for any number of passes over its picture; this stops after 500.
    public const int LimitScans = 1 << 15;

    // The decoder went on, and the pixels are there: "premature end of JPEG file", "corrupt JPEG data: bad Huffman code".
    public const int Warning = 0;

    private const string Library = "libturbojpeg.so.0";

    public static void Require() => SystemLibrary.Require(Library, "JPEG", "libturbojpeg0");

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    public static partial nint InitDecompress();

    [LibraryImport(Library, EntryPoint = "tjInitCompress")]
    public static partial nint InitCompress();

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    public static partial int DecompressHeader(
        nint handle, byte* jpeg, nuint jpegSize, out int width, out int height, out int sampling, out int colours);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    public static partial int Decompress(
        nint handle, byte* jpeg, nuint jpegSize, byte* pixels, int width, int pitch, int height, int format, int flags);

    [LibraryImport(Library, EntryPoint = "tjCompress2")]
    public static partial int Compress(
        nint handle, byte* pixels, int width, int pitch, int height, int format, ref byte* jpeg, ref nuint jpegSize, int sampling,
        int quality, int flags);

    [LibraryImport(Library, EntryPoint = "tjFree")]
    public static partial void Free(byte* jpeg);

    [LibraryImport(Library, EntryPoint = "tjGetErrorCode")]
    public static partial int ErrorCode(nint handle);

    public static string ErrorText(nint handle) => Marshal.PtrToStringUTF8((nint)ErrorString(handle)) ?? "unknown error";

    [LibraryImport(Library, EntryPoint = "tjGetErrorStr2")]
    private static partial byte* ErrorString(nint handle);
}
