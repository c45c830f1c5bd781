using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Oracle;

[TestFixture]
public sealed class ImageOracleTests
{
    private const string Script = "Tests/Oracle/pillow_images.py";

    [Test]
    public void Resizes_bit_for_bit_as_Pillow()
    {
        (int W, int H)[] from = [(1, 1), (2, 3), (7, 5), (64, 33), (101, 1), (33, 257), (320, 213)];
        (int W, int H)[] to = [(1, 1), (3, 2), (5, 5), (16, 40), (33, 33), (64, 5), (101, 257), (224, 224)];
        (OracleImage Image, int W, int H)[] cases = [.. from.SelectMany(f => to.Select(t => (Hashed(f.W, f.H), t.W, t.H)))];
        byte[] answers = Ask(cases.Select(c => $"resize\t{Name(c.Image)}\t{c.W}\t{c.H}"));
        Reader reader = new(answers);
        foreach ((OracleImage image, int width, int height) in cases)
            AssertSame(ImageOracle.Resize(image, width, height), reader.Image(), $"{Name(image)} to {width}x{height}");
        Assert.That(reader.AtEnd);
    }

    [Test]
    public void Prepares_images_as_torchvision()
    {
        // Shorter sides that need rounding, odd differences on both axes (to the even half, up and down), images below the crop.
        (int W, int H)[] sizes =
            [(256, 256), (500, 375), (375, 500), (333, 500), (227, 149), (640, 361), (97, 31), (9, 50), (1, 3)];
        (int Resize, int Crop)[] ways = [(256, 224), (232, 224), (0, 32), (33, 32), (36, 0), (0, 0), (32, 47), (0, 226)];
        (OracleImage Image, int Resize, int Crop)[] cases =
            [.. sizes.SelectMany(s => ways.Select(w => (Hashed(s.W, s.H), w.Resize, w.Crop)))];
        Reader reader = new(Ask(cases.Select(c => $"tensor\t{Name(c.Image)}\t{c.Resize}\t{c.Crop}")));
        double worstPart = 0;
        foreach ((OracleImage image, int resize, int crop) in cases)
        {
            string name = $"{Name(image)}, resize {resize}, crop {crop}";
            OracleImage pixels = image;
            if (resize > 0)
            {
                (int width, int height) = ImageOracle.ResizedShorterSide(image.Width, image.Height, resize);
                pixels = ImageOracle.Resize(image, width, height);
            }
            if (crop > 0) pixels = ImageOracle.CenterCrop(pixels, crop, crop);
            AssertSame(pixels, reader.Image(), name);

            OracleResult ours = ImageOracle.ToTensor(image, resize, crop, ImageOracle.ImageNetMean, ImageOracle.ImageNetStd);
            OracleComparison comparison = ours.Compare(reader.Tensor(pixels.Width, pixels.Height));
            worstPart = Math.Max(worstPart, comparison.WorstPart);
            Assert.That(comparison.Agrees, $"{name}: {comparison}");
        }
        Assert.That(reader.AtEnd);
        TestContext.Out.WriteLine($"{cases.Length} cases; torchvision's float32 uses at most {worstPart:P1} of the tolerance.");
    }

    [Test]
    public void Makes_the_golden_input_from_the_golden_photos()
    {
        float[] golden = ReadNpy(TestData.Require("imagenet/golden/input_f32_11x3x224x224.npy"), 11 * 3 * 224 * 224);
        string folder = TestData.Require("imagenet/golden/images");
        string[] files = [.. Directory.GetFiles(folder)
            .OrderBy(f => Path.GetExtension(f) == ".jpg")           // golden.json's order: by class, then dog.jpg
            .ThenBy(f => f, StringComparer.Ordinal)];
        Reader reader = new(Ask(files.Select(f => $"decode\t{f}")));
        for (int i = 0; i < files.Length; i++)
        {
            OracleResult ours =
                ImageOracle.ToTensor(reader.Image(), 256, 224, ImageOracle.ImageNetMean, ImageOracle.ImageNetStd);
            ReadOnlySpan<float> nchw = golden.AsSpan(i * 3 * 224 * 224, 3 * 224 * 224);
            float[] wanted = Array.ConvertAll(DoubleTensor.FromNchw(nchw, 1, 3, 224, 224).Values, v => (float)v);
            OracleComparison comparison = ours.Compare(wanted);
            TestContext.Out.WriteLine($"{Path.GetFileName(files[i])}: {comparison}");
            Assert.That(comparison.Agrees, $"{files[i]}: {comparison}");
        }
    }

    [TestCase(256, 256, 256, 256, 256)]
    [TestCase(500, 375, 256, 341, 256)]      // 341.33
    [TestCase(375, 500, 256, 256, 341)]
    [TestCase(333, 500, 256, 256, 384)]      // 384.38
    [TestCase(3, 1000, 2, 2, 666)]           // 666.67 is cut, not rounded
    public void The_longer_side_is_cut_to_a_whole_pixel(int width, int height, int size, int newWidth, int newHeight) =>
        Assert.That(ImageOracle.ResizedShorterSide(width, height, size), Is.EqualTo((newWidth, newHeight)));

    [TestCase(5, 2, 2)]      // starts at round(1.5) = 2
    [TestCase(3, 2, 0)]      // starts at round(0.5) = 0
    [TestCase(4, 2, 1)]
    [TestCase(2, 5, -1)]     // one black pixel before, two behind
    public void A_centre_crop_begins_at_the_even_half(int have, int want, int start)
    {
        byte[] ramp = [.. Enumerable.Range(0, 3 * have).Select(i => (byte)(1 + i / 3))];
        OracleImage crop = ImageOracle.CenterCrop(new OracleImage(have, 1, ramp), want, 1);
        int[] wanted = [.. Enumerable.Range(start, want).Select(i => i < 0 || i >= have ? 0 : 1 + i)];
        Assert.That(crop.Pixels.Where((_, i) => i % 3 == 0), Is.EqualTo(wanted));
    }

    [Test]
    public void Halving_averages_with_a_triangle()
    {
        // Four pixels to two: the triangle is two pixels wide each side. Output 0's taps lie at 0.5, 0.5, 1.5 (and 1.5 outside):
        // weights 3, 3, 1 of 7. 10*3/7 + 20*3/7 + 60/7 = 21.43; 20/7 + 60*3/7 + 200*3/7 = 114.29.
        byte[] row = [10, 10, 10, 20, 20, 20, 60, 60, 60, 200, 200, 200];
        Assert.That(ImageOracle.Resize(new OracleImage(4, 1, row), 2, 1).Pixels, Is.EqualTo(new[] { 21, 21, 21, 114, 114, 114 }));
    }

    [Test]
    public void Normalises_each_colour_by_its_own()
    {
        DoubleTensor y = ImageOracle.Normalize(new OracleImage(1, 1, [0, 51, 255]), [0.5, 0.1, 0], [0.5, 0.1, 2]);
        Assert.That(y.ToNchw(), Is.EqualTo(new[] { -1, 1, 0.5 }).Within(1e-15));
    }

    private static OracleImage Hashed(int width, int height)
    {
        uint key = Hash.Key(0, $"{width}x{height}");
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)Hash.Bits(key, (uint)i);
        return new OracleImage(width, height, pixels);
    }

    private static string Name(OracleImage image) => $"{image.Width}x{image.Height}\t{image.Width}\t{image.Height}";

    private static byte[] Ask(IEnumerable<string> requests) =>
        Python.Run(Script, [], Encoding.UTF8.GetBytes(string.Join('\n', requests)));

    private static void AssertSame(OracleImage ours, OracleImage wanted, string name)
    {
        Assert.That((ours.Width, ours.Height), Is.EqualTo((wanted.Width, wanted.Height)), name);
        int same = ours.Pixels.AsSpan().CommonPrefixLength(wanted.Pixels);
        Assert.That(same, Is.EqualTo(wanted.Pixels.Length), $"{name}: byte {same} differs");
    }

    // The .npy format, as far as these goldens go: magic, version 1, a header whose length stands at byte 8, float32 in C order.
    private static float[] ReadNpy(string path, int count)
    {
        byte[] file = File.ReadAllBytes(path);
        Assert.That(Encoding.Latin1.GetString(file, 0, 8), Is.EqualTo("\u0093NUMPY\u0001\0"), path);
        int start = 10 + BitConverter.ToUInt16(file, 8);
        Assert.That(Encoding.ASCII.GetString(file, 10, start - 10), Does.Contain("'<f4'").And.Contain("'fortran_order': False"));
        float[] values = MemoryMarshal.Cast<byte, float>(file.AsSpan(start)).ToArray();
        Assert.That(values, Has.Length.EqualTo(count));
        return values;
    }

    private sealed class Reader(byte[] answers)
    {
        private int _at;

        public bool AtEnd => _at == answers.Length;

        public OracleImage Image()
        {
            (int width, int height) = (BitConverter.ToInt32(answers, _at), BitConverter.ToInt32(answers, _at + 4));
            _at += 8 + 3 * width * height;
            return new OracleImage(width, height, answers[(_at - 3 * width * height).._at]);
        }

        public float[] Tensor(int width, int height)
        {
            ReadOnlySpan<float> chw = MemoryMarshal.Cast<byte, float>(answers.AsSpan(_at, 12 * width * height));
            _at += 12 * width * height;
            return Array.ConvertAll(DoubleTensor.FromNchw(chw, 1, 3, height, width).Values, v => (float)v);
        }
    }
}
