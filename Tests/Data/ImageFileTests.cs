using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class ImageFileTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("resnetvulkan-files-").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Png_gives_back_what_was_written()
    {
        PixelImage image = Pattern(31, 17);
        string path = Path.Combine(_folder, "a b é.png");
        ImageFile.Write(path, image);
        PixelImage read = ImageFile.Read(path);

        Assert.That((read.Width, read.Height), Is.EqualTo((31, 17)));
        Assert.That(read.Pixels, Is.EqualTo(image.Pixels));
    }

    [Test]
    public void Jpeg_of_one_colour_keeps_it_and_the_content_decides_not_the_name()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte[])[200, 100, 50], 24 * 9).SelectMany(pixel => pixel)];
        string path = Path.Combine(_folder, "flat.JPG");
        ImageFile.Write(path, new PixelImage(24, 9, pixels));
        string renamed = Path.Combine(_folder, "flat.png");
        File.Move(path, renamed, overwrite: true);
        PixelImage read = ImageFile.Read(renamed);

        // Quality 90 quantises the mean by at most 3 in Y and its chroma, and the conversion rounds.
        Assert.That(read.Pixels.Zip(pixels, (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(4));
    }

    [Test]
    public void Photos_are_what_pillow_shows_torchvision()
    {
        string photos = TestData.Require("imagenet/photos");
        foreach (string file in Directory.GetFiles(photos, "*.JPEG").Order().Skip(6).Take(3))
        {
            byte[] wanted = Pillow.Run("out.write(Image.open(args[0]).convert('RGB').tobytes())", file);
            byte[] got = ImageFile.Read(file).Pixels;
            Assert.That(got, Has.Length.EqualTo(wanted.Length));
            Assert.That(got.Zip(wanted, (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(3), file);
        }
    }

    [Test]
    public void Orientation_of_exif_is_left_alone_as_by_pillow()
    {
        string path = Path.Combine(_folder, "turned.png");
        byte[] wanted = Pillow.Run(
            """
            image = Image.frombytes('RGB', (5, 3), bytes(range(45)))
            exif = Image.Exif()
            exif[274] = 6
            image.save(args[0], exif=exif)
            out.write(Image.open(args[0]).convert('RGB').tobytes())
            """,
            path);
        PixelImage read = ImageFile.Read(path);

        Assert.That((read.Width, read.Height), Is.EqualTo((5, 3)));
        Assert.That(read.Pixels, Is.EqualTo(wanted));
    }

    [Test]
    public void A_missing_file_is_named_with_its_whole_path()
    {
        string missing = Path.Combine(_folder, "no such folder", "x.png");
        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => ImageFile.Read(missing))!;
        Assert.That(error.Message, Is.EqualTo($"There is no file '{missing}'; check the path."));
        Assert.That(error.FileName, Is.EqualTo(missing));
        Assert.Throws<FileNotFoundException>(() => ImageFile.Read(Path.Combine(_folder, "x.png")));
    }

    [Test]
    public void A_folder_says_that_it_is_one() =>
        Assert.That(Refusal(_folder), Is.EqualTo($"'{_folder}' is a folder; name one image file in it."));

    [TestCase("", "is empty; give it a JPEG or PNG file.")]
    [TestCase("hello, I am a letter", "is no JPEG or PNG image: it begins like text; give it a JPEG or PNG file.")]
    [TestCase("GIF89a....", "is no JPEG or PNG image: it begins like a GIF; give it a JPEG or PNG file.")]
    [TestCase("RIFF1234WEBPVP8 ", "is no JPEG or PNG image: it begins like a WebP; give it a JPEG or PNG file.")]
    [TestCase("\u0001\u0002\u0003", "is no JPEG or PNG image: it begins with the bytes 010203; give it a JPEG or PNG file.")]
    public void What_is_no_picture_says_what_it_looks_like(string content, string message)
    {
        string path = Path.Combine(_folder, "named.jpg");
        File.WriteAllText(path, content);
        Assert.That(Refusal(path), Is.EqualTo($"'{path}' {message}"));
    }

    [Test]
    public void A_png_cut_at_any_byte_is_refused_with_and_without_allow_truncated()
    {
        byte[] png = Written(Pattern(9, 7), "whole.png");
        for (int length = 0; length < png.Length; length++)
        {
            foreach (bool allow in (bool[])[false, true])
            {
                byte[] cut = png[..length];
                InvalidDataException error = Assert.Throws<InvalidDataException>(() => ImageFile.Read(cut, "cut.png", allow))!;
                Assert.That(error.Message, Does.StartWith("'cut.png' is ").And.Not.Contains("\n"), $"cut to {length} bytes");
            }
        }
        Assert.That(ImageFile.Read(png, "whole").Width, Is.EqualTo(9));
    }

    [Test]
    public void A_jpeg_cut_at_any_byte_is_refused_unless_the_part_is_wanted()
    {
        byte[] jpeg = Written(Pattern(40, 32), "whole.jpg");
        int partial = 0;
        for (int length = 0; length < jpeg.Length; length++)
        {
            byte[] cut = jpeg[..length];
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => ImageFile.Read(cut, "cut.jpg"))!;
            Assert.That(error.Message, Does.StartWith("'cut.jpg' is ").And.Not.Contains("\n"));
            if (length >= 3)
                Assert.That(error.Message, Does.Contain("before its end-of-image marker").And.Contains("--allow-truncated"));

            try
            {
                PixelImage part = ImageFile.Read(cut, "cut.jpg", allowTruncated: true);
                Assert.That((part.Width, part.Height), Is.EqualTo((40, 32)));
                partial++;
            }
            catch (InvalidDataException e)
            {
                Assert.That(partial, Is.Zero, $"a cut at {length} gave nothing where a shorter one gave a picture: {e.Message}");
            }
        }
        TestContext.Out.WriteLine($"{partial} of {jpeg.Length} cuts leave a picture");
        Assert.That(partial, Is.GreaterThan(jpeg.Length / 4));
    }

    [Test]
    public void An_end_marker_inside_a_thumbnail_is_not_the_end()
    {
        byte[] jpeg = Written(Pattern(16, 16), "thumbnail.jpg");
        byte[] application = [0xFF, 0xE5, 0, 8, 1, 2, 0xFF, 0xD9, 3, 4];
        byte[] whole = [.. jpeg[..2], .. application, .. jpeg[2..]];

        Assert.That(ImageFile.Read(whole, "whole").Pixels, Is.EqualTo(ImageFile.Read(jpeg, "plain").Pixels));
        Assert.That(() => ImageFile.Read(whole.AsSpan(0, whole.Length - 2), "cut"), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void Bytes_behind_the_end_do_no_harm()
    {
        byte[] jpeg = Written(Pattern(16, 16), "tail.jpg");
        byte[] png = Written(Pattern(16, 16), "tail.png");
        Assert.That(ImageFile.Read([.. jpeg, 0xFF, 1, 2, 3], "j").Pixels, Is.EqualTo(ImageFile.Read(jpeg, "j").Pixels));
        Assert.That(ImageFile.Read([.. png, 0, 1, 2, 3], "p").Pixels, Is.EqualTo(ImageFile.Read(png, "p").Pixels));
    }

    [Test]
    public void A_flipped_byte_gives_a_picture_or_the_typed_error()
    {
        Random random = new(7);
        int errors = 0;
        foreach (string name in (string[])["flip.png", "flip.jpg"])
        {
            byte[] file = Written(Pattern(12, 10), name);
            for (int i = 0; i < file.Length; i++)
            {
                byte[] changed = [.. file];
                changed[i] ^= (byte)random.Next(1, 256);
                foreach (bool allow in (bool[])[false, true])
                {
                    try { _ = ImageFile.Read(changed, name, allow); }
                    catch (InvalidDataException) { errors++; }    // any other fails the test
                }
            }
        }
        Assert.That(errors, Is.GreaterThan(100));
    }

    [Test]
    public void A_picture_too_large_is_refused_by_its_claim()
    {
        byte[] png = PngBytes.Make(30000, 30000, 8, PngBytes.Grey, [[1, 2, 3]]);
        Assert.That(
            Assert.Throws<InvalidDataException>(() => ImageFile.Read(png, "bomb.png"))!.Message, Does.Contain("30000x30000"));
    }

    [Test]
    public void Writing_needs_an_extension_that_is_known_and_pixels_that_fit_their_size()
    {
        Assert.That(
            Assert.Throws<ArgumentException>(() => ImageFile.Write(Path.Combine(_folder, "x.gif"), Pattern(2, 2)))!.Message,
            Does.Contain("ends in '.gif'; a picture is written as .png, .jpg or .jpeg."));
        Assert.That(
            Assert.Throws<ArgumentException>(() => _ = new PixelImage(2, 2, new byte[11]))!.Message,
            Is.EqualTo("PixelImage: 11 bytes are no RGB picture of 2x2; that takes 12."));
    }

    private static PixelImage Pattern(int width, int height)
    {
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)((i * 2654435761u) >> 24);
        return new PixelImage(width, height, pixels);
    }

    private byte[] Written(PixelImage image, string name)
    {
        string path = Path.Combine(_folder, name);
        ImageFile.Write(path, image);
        return File.ReadAllBytes(path);
    }

    private static string Refusal(string path) => Assert.Throws<InvalidDataException>(() => ImageFile.Read(path))!.Message;
}
