using Microsoft.Win32.SafeHandles;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace ResNetVulkan.Data;

/// <summary>Reads JPEG and PNG files into RGB pixels, and writes them.</summary>
/// <remarks>
/// <para>
/// Every kind of these files ends as 8-bit RGB: grey is copied to the three channels, 16 bits are rounded to 8, alpha is dropped
/// without blending, CMYK is converted. Colour profiles and gamma are not applied. EXIF's orientation is not applied either:
/// Pillow's <c>Image.open</c>, and with it torchvision's data sets, show networks the pixels as stored, and so does this.
/// </para>
/// <para>The files may come from strangers: a claimed size is checked before memory is taken. All methods are thread-safe.</para>
/// </remarks>
public static class ImageFile
{
    /// <summary>The most that a picture may take as RGB, and the most that a file may have: 1 GiB.</summary>
    public const long MaxBytes = 1L << 30;

    private const int WriteQuality = 90;

    /// <summary>Reads the file.</summary>
    /// <param name="path">A JPEG or PNG file; the extension does not matter.</param>
    /// <param name="allowTruncated">
    /// Whether a JPEG that ends before its end-of-image marker, such as an aborted download, gives the part that is there, grey
    /// below it. A cut PNG is always an error.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file, or no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// The path is a folder or cannot be read, or the file is empty, no JPEG or PNG, cut off, damaged or too large; the message
    /// says which.
    /// </exception>
    public static PixelImage Read(string path, bool allowTruncated = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(ReadAll(path), path, allowTruncated);
    }

    /// <summary>Reads a file's bytes that are already in memory.</summary>
    /// <param name="bytes">The whole file; not kept.</param>
    /// <param name="name">Names the picture in messages: a path, an entry of an archive.</param>
    /// <param name="allowTruncated">As in <see cref="Read(string, bool)"/>.</param>
    /// <exception cref="InvalidDataException">
    /// The bytes are empty, no JPEG or PNG, cut off, damaged, or claim too large a picture; the message says which.
    /// </exception>
    public static PixelImage Read(ReadOnlySpan<byte> bytes, string name, bool allowTruncated = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        bool jpeg = bytes is [0xFF, 0xD8, 0xFF, ..];
        bool png = bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..];

        // Decided here and not by the decoders at hand, of which some know more formats than others.
        if (!jpeg && !png)
        {
            string found = bytes.IsEmpty ? "is empty" : $"is no JPEG or PNG image: {FirstBytes(bytes)}";
            throw new InvalidDataException($"'{name}' {found}; give it a JPEG or PNG file.");
        }

        bool cut = jpeg && !HasEndOfImage(bytes);
        if (cut && !allowTruncated)
        {
            throw new InvalidDataException(
                $"'{name}' is a JPEG that ends at byte {bytes.Length:N0}, before its end-of-image marker; fetch it again, or " +
                "pass allowTruncated (--allow-truncated) to use the part that is there.");
        }

        try
        {
            ImageInfo info = Image.Identify(bytes);
            if (3L * info.Width * info.Height > MaxBytes)
            {
                throw new InvalidDataException(
                    $"'{name}' claims {info.Width}x{info.Height} pixels, {3L * info.Width * info.Height:N0} bytes as RGB; " +
                    $"at most {MaxBytes:N0} are read.");
            }

            using Image<Rgb24> image = Image.Load<Rgb24>(bytes);
            byte[] pixels = new byte[3 * image.Width * image.Height];
            image.CopyPixelDataTo(pixels);
            return new PixelImage(image.Width, image.Height, pixels);
        }
        catch (Exception e) when (
            e is ImageFormatException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            string kind = jpeg ? "JPEG" : "PNG";
            string state = cut ? "is cut off too early to show anything" : "is damaged or cut off";
            throw new InvalidDataException($"'{name}' is a {kind} that {state}: {Sentence(e)}; fetch it again.", e);
        }
    }

    /// <summary>Writes a PNG, or a JPEG of quality 90 with 4:2:0 chroma, over whatever the file held.</summary>
    /// <param name="path">The extension decides: .png, .jpg or .jpeg.</param>
    /// <param name="image">Not changed, not kept.</param>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    /// <exception cref="IOException">The file cannot be written; its folder may be missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, PixelImage image)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        File.WriteAllBytes(path, Encode(path, image));
    }

    /// <summary>The bytes that <see cref="Write"/> writes.</summary>
    /// <param name="name">Of which the extension decides: .png, .jpg or .jpeg.</param>
    /// <param name="image">Not changed, not kept.</param>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    public static byte[] Encode(string name, PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        string extension = Path.GetExtension(name).ToLowerInvariant();
        if (extension is not (".png" or ".jpg" or ".jpeg"))
        {
            throw new ArgumentException(
                $"'{name}' ends in '{extension}'; a picture is written as .png, .jpg or .jpeg.", nameof(name));
        }

        using Image<Rgb24> pixels = Image.LoadPixelData<Rgb24>(image.Pixels, image.Width, image.Height);
        using MemoryStream stream = new();
        if (extension == ".png")
            pixels.SaveAsPng(stream);
        else
            pixels.SaveAsJpeg(stream, new JpegEncoder { Quality = WriteQuality });
        return stream.ToArray();
    }

    private static byte[] ReadAll(string path)
    {
        if (Directory.Exists(path))
            throw new InvalidDataException($"'{path}' is a folder; name one image file in it.");

        try
        {
            using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long length = RandomAccess.GetLength(file);
            if (length > MaxBytes)
                throw new InvalidDataException($"'{path}' has {length:N0} bytes; image files of up to {MaxBytes:N0} are read.");

            byte[] bytes = new byte[length];
            int read = 0;
            for (int now; read < bytes.Length && (now = RandomAccess.Read(file, bytes.AsSpan(read), read)) > 0;) read += now;
            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"There is no file '{Path.GetFullPath(path)}'; check the path.", path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // A pipe or a device has no length; a file of another user's no permission.
            throw new InvalidDataException($"'{path}' cannot be read as a file: {Sentence(e)}; copy it to a file of yours.", e);
        }
    }

    /// <summary>
    /// Walks the markers as a decoder does, since FF D9 may also stand inside a segment, in a thumbnail for one. Decoders
    /// themselves differ in what they make of a cut file, and most of them say nothing.
    /// </summary>
    private static bool HasEndOfImage(ReadOnlySpan<byte> bytes)
    {
        const byte EndOfImage = 0xD9;
        int at = 2;     // behind the start-of-image marker
        while (true)
        {
            // To the next marker: FF and a byte that is neither a stuffed zero nor a fill byte. In a scan everything else is
            // pixels, between segments it is garbage, and both are passed over.
            int next = bytes[at..].IndexOf((byte)0xFF);
            if (next < 0) return false;
            at += next + 1;
            while (at < bytes.Length && bytes[at] == 0xFF) at++;
            if (at == bytes.Length) return false;

            byte marker = bytes[at++];
            if (marker == EndOfImage) return true;

            // 00 is a stuffed byte of pixels; 01 and the restart markers D0 to D7 stand alone, as a second D8 does.
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8)) continue;

            // Every other marker begins a segment, whose length counts its own two bytes.
            if (bytes.Length - at < 2) return false;
            int length = (bytes[at] << 8) | bytes[at + 1];
            if (length > bytes.Length - at) return false;
            at += Math.Max(2, length);
        }
    }

    private static string FirstBytes(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "it begins like a GIF",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] =>
            "it begins like a WebP",
        [(byte)'I', (byte)'I', (byte)'*', 0, ..] or [(byte)'M', (byte)'M', 0, (byte)'*', ..] => "it begins like a TIFF",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "it begins like a HEIC, an AVIF or a video",
        [0xFF, 0xD8] or [0x89, (byte)'P', (byte)'N', ..] => "it ends or breaks off within the first bytes of one",
        _ when bytes[..Math.Min(16, bytes.Length)].IndexOfAnyExceptInRange((byte)'\t', (byte)'~') < 0 => "it begins like text",
        _ => $"it begins with the bytes {Convert.ToHexString(bytes[..Math.Min(8, bytes.Length)])}",
    };

    /// <summary>The first line of another library's message, to stand within a sentence of ours.</summary>
    private static string Sentence(Exception e) => e.Message.Split('\n')[0].Trim().TrimEnd('.', ':');
}
