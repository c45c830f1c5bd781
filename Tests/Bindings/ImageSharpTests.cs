using System.Buffers.Binary;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace ResNetVulkan.Tests.Bindings;

/// <summary>What the stand-in for ImageSharp does, by the package's API; the limits of size are the stand-in's own.</summary>
[TestFixture]
public sealed class ImageSharpTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("resnetvulkan-images-").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Png_gives_back_the_pixels_it_was_given()
    {
        using Image<Rgb24> colour = Pattern(37, 23);
        using Image<Rgba32> transparent = colour.CloneAs<Rgba32>();
        transparent[3, 4] = new Rgba32(9, 8, 7, 0);
        transparent[5, 6] = new Rgba32(200, 100, 50, 128);
        using Image<L8> grey = colour.CloneAs<L8>();

        PngCompressionLevel[] levels = [PngCompressionLevel.BestSpeed, PngCompressionLevel.BestCompression];
        foreach (PngCompressionLevel level in levels)
        {
            PngEncoder encoder = new() { CompressionLevel = level };
            Assert.That(Bytes(Reloaded(colour, encoder)), Is.EqualTo(Bytes(colour)));
            Assert.That(Bytes(Reloaded(transparent, encoder)), Is.EqualTo(Bytes(transparent)));
            Assert.That(Bytes(Reloaded(grey, encoder)), Is.EqualTo(Bytes(grey)));
        }
    }

    [Test]
    public void Path_stream_and_span_give_the_same_picture()
    {
        using Image<Rgb24> image = Pattern(20, 11);
        string path = Path.Combine(_folder, "three ways é.png");
        image.Save(path);
        byte[] file = File.ReadAllBytes(path);

        using Image<Rgb24> fromPath = Image.Load<Rgb24>(path);
        using Image<Rgb24> fromStream = Image.Load<Rgb24>(new OneByteAtATime(file));
        using Image<Rgb24> fromSpan = Image.Load<Rgb24>(file);

        byte[] wanted = Bytes(image);
        Assert.That(Bytes(fromPath), Is.EqualTo(wanted));
        Assert.That(Bytes(fromStream), Is.EqualTo(wanted), "a stream that cannot seek and gives one byte a read");
        Assert.That(Bytes(fromSpan), Is.EqualTo(wanted));
        Assert.That(Image.Identify(path).Size, Is.EqualTo(new Size(20, 11)));
        Assert.That(Image.DetectFormat(file).Name, Is.EqualTo("PNG"));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void Grey_of_few_bits_spreads_over_the_whole_range(int depth)
    {
        int levels = 1 << depth;
        byte[] row = new byte[(levels * depth + 7) / 8];
        for (int x = 0; x < levels; x++)
        {
            row[x * depth / 8] |= (byte)(x << (8 - depth - x * depth % 8));
        }

        using Image<L8> image = Image.Load<L8>(PngBytes.Make(levels, 1, (byte)depth, PngBytes.Grey, [row]));

        Assert.That(Bytes(image), Is.EqualTo(Enumerable.Range(0, levels).Select(x => (byte)(x * 255 / (levels - 1)))));
    }

    [Test]
    public void Sixteen_bits_are_rounded_to_eight_and_not_taken_for_linear_light()
    {
        byte[] row = [0x00, 0x80, 0x7F, 0xFF, 0xFF, 0xFF, 0x12, 0x34, 0x80, 0x00, 0x01, 0x00];
        using Image<Rgb24> image = Image.Load<Rgb24>(PngBytes.Make(2, 1, 16, PngBytes.Rgb, [row]));

        byte[] wanted = new byte[6];
        for (int i = 0; i < wanted.Length; i++)
        {
            wanted[i] = (byte)Math.Round(BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(2 * i)) / 257.0);
        }
        Assert.That(Bytes(image), Is.EqualTo(wanted));
    }

    [Test]
    public void Palettes_alpha_and_colour_keys_become_rgba_and_rgb_drops_alpha_without_blending()
    {
        byte[] palette = PngBytes.Chunk("PLTE", [10, 20, 30, 40, 50, 60, 70, 80, 90]);
        byte[] indexed = PngBytes.Make(3, 1, 2, PngBytes.Palette, [[0b00_01_10_00]], palette, PngBytes.Chunk("tRNS", [255, 0]));
        byte[] greyAlpha = PngBytes.Make(2, 1, 8, PngBytes.GreyAlpha, [[77, 0, 88, 128]]);
        byte[] keyed = PngBytes.Make(2, 1, 8, PngBytes.Rgb, [[1, 2, 3, 4, 5, 6]], PngBytes.Chunk("tRNS", [0, 1, 0, 2, 0, 3]));

        using Image<Rgba32> fromIndexed = Image.Load<Rgba32>(indexed);
        using Image<Rgb24> opaqueIndexed = Image.Load<Rgb24>(indexed);
        using Image<Rgba32> fromGreyAlpha = Image.Load<Rgba32>(greyAlpha);
        using Image<Rgb24> opaqueGreyAlpha = Image.Load<Rgb24>(greyAlpha);
        using Image<Rgba32> fromKeyed = Image.Load<Rgba32>(keyed);

        Assert.That(Bytes(fromIndexed), Is.EqualTo(new byte[] { 10, 20, 30, 255, 40, 50, 60, 0, 70, 80, 90, 255 }));
        Assert.That(Bytes(opaqueIndexed), Is.EqualTo(new byte[] { 10, 20, 30, 40, 50, 60, 70, 80, 90 }));
        Assert.That(Bytes(fromGreyAlpha), Is.EqualTo(new byte[] { 77, 77, 77, 0, 88, 88, 88, 128 }));
        Assert.That(Bytes(opaqueGreyAlpha), Is.EqualTo(new byte[] { 77, 77, 77, 88, 88, 88 }));
        Assert.That(Bytes(fromKeyed), Is.EqualTo(new byte[] { 1, 2, 3, 0, 4, 5, 6, 255 }));
    }

    [Test]
    public void Gamma_in_a_png_changes_nothing()
    {
        byte[] row = [5, 100, 200];
        using Image<Rgb24> plain = Image.Load<Rgb24>(PngBytes.Make(1, 1, 8, PngBytes.Rgb, [row]));
        using Image<Rgb24> linear = Image.Load<Rgb24>(
            PngBytes.Make(1, 1, 8, PngBytes.Rgb, [row], PngBytes.Chunk("gAMA", [0, 1, 0x86, 0xA0])));

        Assert.That(Bytes(plain), Is.EqualTo(row));
        Assert.That(Bytes(linear), Is.EqualTo(row));
    }

    [Test]
    public void Jpeg_keeps_a_smooth_picture_and_quality_changes_its_size()
    {
        using Image<Rgb24> image = Smooth(64, 48);
        byte[] good = Encoded(image, new JpegEncoder { Quality = 95 });
        byte[] small = Encoded(image, new JpegEncoder { Quality = 20 });
        using Image<Rgb24> decoded = Image.Load<Rgb24>(good);

        Assert.That(small, Has.Length.LessThan(good.Length));
        Assert.That(WorstDifference(Bytes(decoded), Bytes(image)), Is.LessThanOrEqualTo(12));
        Assert.That(Image.Identify(good).Size, Is.EqualTo(new Size(64, 48)));
        Assert.That(Image.DetectFormat(good).Name, Is.EqualTo("JPEG"));
        Assert.Throws<ArgumentException>(() => _ = new JpegEncoder { Quality = 0 });
    }

    [Test]
    public void Grey_jpeg_loads_as_every_pixel_type()
    {
        using Image<L8> grey = Smooth(33, 17).CloneAs<L8>();
        byte[] file = Encoded(grey, new JpegEncoder { Quality = 100 });
        using Image<L8> asGrey = Image.Load<L8>(file);
        using Image<Rgb24> asRgb = Image.Load<Rgb24>(file);
        using Image<Rgba32> asRgba = Image.Load<Rgba32>(file);

        Assert.That(WorstDifference(Bytes(asGrey), Bytes(grey)), Is.LessThanOrEqualTo(3));
        byte luminance = asGrey[5, 7].PackedValue;
        Assert.That(asRgb[5, 7], Is.EqualTo(new Rgb24(luminance, luminance, luminance)));
        Assert.That(asRgba[5, 7].A, Is.EqualTo(255));
    }

    [Test]
    public void Photos_decode_as_pillow_decodes_them()
    {
        string? photos = TestData.Folder("imagenet/photos");
        if (photos is null)
        {
            Assert.Ignore("No folder imagenet/photos in the test data.");
            return;
        }

        string[] files = [.. Directory.GetFiles(photos, "*.JPEG").Order().Take(6)];
        foreach (string file in files)
        {
            using Image<Rgb24> image = Image.Load<Rgb24>(file);
            byte[] wanted = Pillow.Run("out.write(Image.open(args[0]).convert('RGB').tobytes())", file);
            int worst = WorstDifference(Bytes(image), wanted);
            TestContext.Out.WriteLine(
                $"{Path.GetFileName(file)} {image.Width}x{image.Height}: within {worst} of 255 of Pillow");

            // Another libjpeg may use another inverse DCT and chroma filter; with the same one there is no difference at all.
            Assert.That(worst, Is.LessThanOrEqualTo(3), file);
        }
        Assert.That(files, Is.Not.Empty);
    }

    [TestCase("RGB", 2)]
    [TestCase("L", 2)]
    [TestCase("CMYK", 5)]
    public void Jpegs_that_pillow_writes_decode_as_it_decodes_them(string mode, int tolerance)
    {
        string path = Path.Combine(_folder, $"{mode}.jpg");
        byte[] wanted = Pillow.Run(
            """
            image = Image.merge('RGB', [Image.linear_gradient('L').rotate(90 * i).resize((75, 41)) for i in range(3)])
            image.convert(args[1]).save(args[0], quality=95, progressive=True)
            out.write(Image.open(args[0]).convert('RGB').tobytes())
            """,
            path, mode);
        using Image<Rgb24> image = Image.Load<Rgb24>(path);

        Assert.That(WorstDifference(Bytes(image), wanted), Is.LessThanOrEqualTo(tolerance));
    }

    [TestCase("BILINEAR", 224, 100)]
    [TestCase("BILINEAR", 501, 477)]
    [TestCase("BICUBIC", 61, 224)]
    [TestCase("LANCZOS", 100, 75)]
    [TestCase("BOX", 41, 29)]
    public void Resampling_is_pillows_antialiased_one(string filter, int width, int height)
    {
        string path = Path.Combine(_folder, $"{filter}-{width}.png");
        using Image<Rgb24> image = Pattern(251, 187);
        image.SaveAsPng(path);
        byte[] wanted = Pillow.Run(
            $"out.write(Image.open(args[0]).resize(({width}, {height}), Image.{filter}).tobytes())", path);

        SixLabors.ImageSharp.Processing.Processors.Transforms.IResampler sampler = filter switch
        {
            "BILINEAR" => KnownResamplers.Triangle,
            "BICUBIC" => KnownResamplers.Bicubic,
            "LANCZOS" => KnownResamplers.Lanczos3,
            _ => KnownResamplers.Box,
        };
        image.Mutate(context => context.Resize(width, height, sampler));

        // Pillow rounds to bytes between its passes (half a step, amplified by a kernel's negative lobes) and uses fixed point.
        Assert.That(WorstDifference(Bytes(image), wanted), Is.LessThanOrEqualTo(2));
    }

    [Test]
    public void Nearest_neighbour_takes_pixels_as_they_are()
    {
        using Image<Rgb24> image = Pattern(3, 2);
        using Image<Rgb24> larger = image.Clone(context => context.Resize(6, 4, KnownResamplers.NearestNeighbor));
        for (int y = 0; y < 4; y++)
        {
            for (int x = 0; x < 6; x++)
            {
                Assert.That(larger[x, y], Is.EqualTo(image[x / 2, y / 2]));
            }
        }
    }

    [TestCase(nameof(ResizeMode.Stretch), 40, 40, 40, 40)]
    [TestCase(nameof(ResizeMode.Crop), 40, 40, 40, 40)]
    [TestCase(nameof(ResizeMode.Pad), 40, 40, 40, 40)]
    [TestCase(nameof(ResizeMode.BoxPad), 200, 100, 200, 100)]
    [TestCase(nameof(ResizeMode.Max), 40, 40, 40, 20)]
    [TestCase(nameof(ResizeMode.Min), 40, 40, 80, 40)]
    [TestCase(nameof(ResizeMode.Min), 400, 400, 100, 50)]
    [TestCase(nameof(ResizeMode.Stretch), 50, 0, 50, 25)]
    public void Resize_modes_give_the_size_they_promise(string name, int width, int height, int wantedWidth, int wantedHeight)
    {
        ResizeMode mode = Enum.Parse<ResizeMode>(name);
        using Image<Rgb24> image = new(100, 50, new Rgb24(90, 90, 90));
        image.Mutate(context => context.Resize(new ResizeOptions { Mode = mode, Size = new Size(width, height) }));
        Assert.That(image.Size, Is.EqualTo(new Size(wantedWidth, wantedHeight)));

        Rgb24 corner = image[0, 0];
        Rgb24 middle = image[wantedWidth / 2, wantedHeight / 2];
        bool padded = mode is ResizeMode.Pad or ResizeMode.BoxPad;
        Assert.That(middle, Is.EqualTo(new Rgb24(90, 90, 90)), "a flat picture stays flat however its borders are summed");
        Assert.That(corner, Is.EqualTo(padded ? new Rgb24(0, 0, 0) : middle));
    }

    [Test]
    public void Crop_mode_keeps_the_middle()
    {
        using Image<Rgb24> image = new(30, 10);
        image.ProcessPixelRows(rows =>
        {
            for (int y = 0; y < rows.Height; y++)
            {
                rows.GetRowSpan(y)[10..20].Fill(new Rgb24(255, 255, 255));
            }
        });
        ResizeOptions options = new() { Mode = ResizeMode.Crop, Size = new Size(10, 10), Sampler = KnownResamplers.Triangle };
        image.Mutate(context => context.Resize(options));

        Assert.That(Bytes(image), Is.All.EqualTo(255));
    }

    [Test]
    public void Transparent_pixels_do_not_bleed_their_colour_into_a_resize()
    {
        using Image<Rgba32> image = new(2, 1);
        image[0, 0] = new Rgba32(255, 0, 0, 255);
        image[1, 0] = new Rgba32(0, 255, 0, 0);
        image.Mutate(context => context.Resize(1, 1, KnownResamplers.Box));

        Assert.That(image[0, 0], Is.EqualTo(new Rgba32(255, 0, 0, 128)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(7)]
    [TestCase(8)]
    public void Auto_orient_does_what_exif_says_and_loading_alone_does_not(int orientation)
    {
        string path = Path.Combine(_folder, $"orientation-{orientation}.png");
        byte[] wanted = Pillow.Run(
            """
            from PIL import ImageOps
            image = Image.frombytes('RGB', (5, 3), bytes(range(45)))
            exif = Image.Exif()
            exif[274] = int(args[1])
            image.save(args[0], exif=exif)
            out.write(ImageOps.exif_transpose(Image.open(args[0])).convert('RGB').tobytes())
            """,
            path, $"{orientation}");
        using Image<Rgb24> image = Image.Load<Rgb24>(path);
        Assert.That(Bytes(image), Is.EqualTo(Enumerable.Range(0, 45)));

        image.Mutate(context => context.AutoOrient());
        Assert.That(image.Size, Is.EqualTo(orientation >= 5 ? new Size(3, 5) : new Size(5, 3)));
        Assert.That(Bytes(image), Is.EqualTo(wanted));
        image.Mutate(context => context.AutoOrient());
        Assert.That(Bytes(image), Is.EqualTo(wanted), "a second time there is nothing left to turn");
    }

    [Test]
    public void Exif_of_a_jpeg_is_found_behind_other_segments()
    {
        byte[] jpeg = Encoded(Smooth(16, 8), new JpegEncoder());
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
        ];
        int behindJfif = 4 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(4));
        using Image<Rgb24> image = Image.Load<Rgb24>([.. jpeg[..behindJfif], .. exif, .. jpeg[behindJfif..]]);
        Assert.That(image.Size, Is.EqualTo(new Size(16, 8)));

        image.Mutate(context => context.AutoOrient());
        Assert.That(image.Size, Is.EqualTo(new Size(8, 16)));
    }

    [Test]
    public void Crop_takes_a_rectangle_and_refuses_one_beyond_the_image()
    {
        using Image<Rgb24> image = Pattern(9, 7);
        using Image<Rgb24> part = image.Clone(context => context.Crop(new Rectangle(2, 3, 4, 2)));

        Assert.That(part.Size, Is.EqualTo(new Size(4, 2)));
        Assert.That(part[3, 1], Is.EqualTo(image[5, 4]));
        Assert.That(() => image.Mutate(context => context.Crop(new Rectangle(6, 0, 4, 2))), Throws.Exception);
        Assert.That(() => image.Mutate(context => context.Crop(new Rectangle(int.MaxValue, 0, 1, 1))), Throws.Exception);
    }

    [Test]
    public void Small_images_lie_in_one_piece_and_large_ones_need_not()
    {
        using Image<Rgb24> small = Pattern(4, 3);
        Assert.That(small.DangerousTryGetSinglePixelMemory(out Memory<Rgb24> memory));
        Assert.That(memory.Span[4 * 1 + 2], Is.EqualTo(small[2, 1]));

        using Image<Rgb24> large = new(9000, 9000);
        Assert.That(large.DangerousTryGetSinglePixelMemory(out _), Is.False);
        Configuration contiguous = Configuration.Default.Clone();
        contiguous.PreferContiguousImageBuffers = true;
        using Image<Rgb24> onePiece = new(contiguous, 9000, 9000);
        Assert.That(onePiece.DangerousTryGetSinglePixelMemory(out _));
    }

    [Test]
    public void Pixel_data_must_be_enough_for_the_size()
    {
        using Image<Rgb24> image = Image.LoadPixelData<Rgb24>((byte[])[1, 2, 3, 4, 5, 6], 1, 2);
        Assert.That(image[0, 1], Is.EqualTo(new Rgb24(4, 5, 6)));
        Assert.That(() => Image.LoadPixelData<Rgb24>((byte[])[1, 2, 3], 1, 2), Throws.InstanceOf<ArgumentException>());
    }

    // The table of exceptions, as measured on the package's 3.1.12.

    [Test]
    public void Unknown_bytes_are_an_unknown_format()
    {
        string text = Path.Combine(_folder, "text.jpg");
        File.WriteAllText(text, "This is no picture, whatever its name says.");

        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>(text));
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>(new MemoryStream()));
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>((byte[])[1, 2, 3]));
        Assert.Throws<UnknownImageFormatException>(() => Image.Identify((byte[])[1, 2, 3]));
        Assert.Throws<UnknownImageFormatException>(() => Pattern(2, 2).Save(Path.Combine(_folder, "picture.xyz")));
    }

    [Test]
    public void An_empty_span_is_an_argument_exception() =>
        Assert.That(
            Assert.Throws<ArgumentNullException>(() => Image.Load<Rgb24>(ReadOnlySpan<byte>.Empty))!.ParamName,
            Is.EqualTo("pointer"));

    [Test]
    public void Missing_files_and_folders_are_io_errors()
    {
        Assert.Throws<FileNotFoundException>(() => Image.Load<Rgb24>(Path.Combine(_folder, "missing.png")));
        Assert.Throws<UnauthorizedAccessException>(() => Image.Load<Rgb24>(_folder));
    }

    [Test]
    public void Corrupt_content_is_named_as_such()
    {
        byte[] png = Encoded(Pattern(20, 20), new PngEncoder());
        byte[] wrongSum = [.. png];
        wrongSum[^20] ^= 0x55;
        byte[] wrongDepth = [.. PngBytes.Signature, .. PngBytes.Header(4, 4, 3, PngBytes.Rgb), .. PngBytes.Chunk("IEND", [])];
        byte[] noImage = [.. PngBytes.Signature, .. PngBytes.Header(4, 4, 8, PngBytes.Rgb), .. PngBytes.Chunk("IEND", [])];
        byte[] tooFewRows = PngBytes.Make(4, 4, 8, PngBytes.Grey, [[1, 2, 3, 4]]);
        byte[] jpeg = Encoded(Smooth(16, 16), new JpegEncoder());

        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(wrongSum));
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(wrongDepth));
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(noImage));
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(tooFewRows));
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(jpeg.AsSpan(0, 40)));
    }

    [Test]
    public void A_png_cut_anywhere_is_refused()
    {
        byte[] png = Encoded(Pattern(13, 9), new PngEncoder());
        for (int length = 1; length < png.Length; length++)
        {
            byte[] cut = png[..length];
            Assert.That(
                () => Image.Load<Rgb24>(cut),
                length < 8 ? Throws.TypeOf<UnknownImageFormatException>() : Throws.TypeOf<InvalidImageContentException>(),
                $"cut to {length} of {png.Length} bytes");
        }
    }

    [Test]
    public void A_jpeg_cut_in_its_entropy_data_gives_a_partial_picture_and_cut_in_its_header_none()
    {
        byte[] jpeg = Encoded(Pattern(40, 40), new JpegEncoder());
        int scan = jpeg.AsSpan().IndexOf((byte[])[0xFF, 0xDA]);
        int afterScanHeader = scan + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(scan + 2));
        int whole = 0;
        for (int length = 1; length < jpeg.Length; length++)
        {
            byte[] cut = jpeg[..length];
            if (length < afterScanHeader)
            {
                Assert.That(() => Image.Load<Rgb24>(cut), Throws.InstanceOf<ImageFormatException>(), $"cut to {length} bytes");
            }
            else
            {
                using Image<Rgb24> partial = Image.Load<Rgb24>(cut);
                Assert.That(partial.Size, Is.EqualTo(new Size(40, 40)));
                whole++;
            }
        }
        Assert.That(whole, Is.GreaterThan(100));
    }

    [Test]
    public void Any_flipped_byte_gives_a_picture_or_a_typed_error()
    {
        byte[][] files = [Encoded(Pattern(13, 9), new PngEncoder()), Encoded(Pattern(13, 9), new JpegEncoder())];
        Random random = new(20240601);
        int pictures = 0, errors = 0;
        foreach (byte[] file in files)
        {
            for (int i = 0; i < file.Length; i++)
            {
                byte[] changed = [.. file];
                changed[i] ^= (byte)random.Next(1, 256);
                try
                {
                    Image.Load<Rgb24>(changed).Dispose();
                    pictures++;
                }
                catch (ImageFormatException)
                {
                    errors++;
                }
            }
        }
        TestContext.Out.WriteLine($"{pictures} pictures, {errors} errors");
        Assert.That(pictures, Is.Positive);
        Assert.That(errors, Is.Positive);
    }

    [Test]
    public void Sizes_that_the_file_cannot_hold_are_refused_before_memory_is_taken()
    {
        byte[] end = PngBytes.Chunk("IEND", []);
        byte[] hugePng = [.. PngBytes.Signature, .. PngBytes.Header(65000, 65000, 8, PngBytes.Rgb), .. end];
        byte[] emptyPng = PngBytes.Make(12000, 12000, 8, PngBytes.Rgb, [[1, 2, 3]]);
        byte[] jpeg = Encoded(Smooth(16, 16), new JpegEncoder());
        int frame = jpeg.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        byte[] hugeJpeg = [.. jpeg];
        ((byte[])[0xEA, 0x60, 0xEA, 0x60]).CopyTo(hugeJpeg, frame + 5);
        byte[] emptyJpeg = [.. jpeg];
        ((byte[])[0x30, 0x00, 0x30, 0x00]).CopyTo(emptyJpeg, frame + 5);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Refusal(hugePng), Does.Contain("65000x65000"));
        Assert.That(Refusal(emptyPng), Does.Contain("12000x12000"));
        Assert.That(Refusal(hugeJpeg), Does.Contain("60000x60000"));
        Assert.That(Refusal(emptyJpeg), Does.Contain("12288x12288"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000_000));

        static string Refusal(byte[] file) => Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(file))!.Message;
    }

    private static Image<Rgb24> Pattern(int width, int height)
    {
        Image<Rgb24> image = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int hash = (x * 73856093) ^ (y * 19349663);
                image[x, y] = new Rgb24((byte)hash, (byte)(hash >> 8), (byte)(hash >> 16));
            }
        }
        return image;
    }

    private static Image<Rgb24> Smooth(int width, int height)
    {
        Image<Rgb24> image = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int r, int g, int b) = (255 * x / width, 255 * y / height, 128 * (x + y) / (width + height));
                image[x, y] = new Rgb24((byte)r, (byte)g, (byte)b);
            }
        }
        return image;
    }

    private static byte[] Bytes<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        byte[] bytes = new byte[image.Width * image.Height * System.Runtime.CompilerServices.Unsafe.SizeOf<TPixel>()];
        image.CopyPixelDataTo(bytes);
        return bytes;
    }

    private static byte[] Encoded(Image image, PngEncoder encoder)
    {
        using MemoryStream stream = new();
        image.SaveAsPng(stream, encoder);
        return stream.ToArray();
    }

    private static byte[] Encoded(Image image, JpegEncoder encoder)
    {
        using MemoryStream stream = new();
        image.SaveAsJpeg(stream, encoder);
        return stream.ToArray();
    }

    private static Image<TPixel> Reloaded<TPixel>(Image<TPixel> image, PngEncoder encoder)
        where TPixel : unmanaged, IPixel<TPixel> => Image.Load<TPixel>(Encoded(image, encoder));

    private static int WorstDifference(byte[] got, byte[] wanted)
    {
        Assert.That(got, Has.Length.EqualTo(wanted.Length));
        return got.Zip(wanted, (a, b) => Math.Abs(a - b)).Max();
    }

    /// <summary>The stream of a slow network: it cannot seek, and each read gives one byte.</summary>
    private sealed class OneByteAtATime(byte[] bytes) : Stream
    {
        private int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_at == bytes.Length || count == 0)
            {
                return 0;
            }
            buffer[offset] = bytes[_at++];
            return 1;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
