using System.IO.Compression;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class IdxTests
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60];
    private static readonly byte[] Classes = [0, 0, 8, 1, 0, 0, 0, 2, 5, 0];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Grey_is_in_all_channels([Values] bool packed)
    {
        Idx set = Open(packed ? Pack(Images) : Images, packed ? Pack(Classes) : Classes);
        PixelImage image = set.Read(1);
        Assert.That((set.Count, set.Label(0), set.Label(1), image.Width, image.Height), Is.EqualTo((2, 5, 0, 3, 1)));
        Assert.That(image.Pixels, Is.EqualTo(new byte[] { 40, 40, 40, 50, 50, 50, 60, 60, 60 }));
        Assert.That(set.ClassNames, Is.EqualTo(Enumerable.Range(0, 6).Select(i => $"class {i}")));
    }

    [TestCase(0, 1, "byte 0: 01000803 is found where 00000803")]
    [TestCase(2, 13, "byte 0: 00000D03 is found where 00000803")]
    [TestCase(4, 127, "byte 4: the header claims 2130706434x1x3 bytes, but 6 follow it.")]
    [TestCase(4, 128, "byte 4: 2,147,483,650 is too large.")]
    [TestCase(7, 3, "byte 4: the header claims 3x1x3 bytes, but 6 follow it.")]
    [TestCase(7, 1, "byte 4: the header claims 1x1x3 bytes, but 6 follow it.")]
    public void A_header_that_the_bytes_do_not_bear_out_is_an_error(int at, byte value, string reason)
    {
        byte[] images = [.. Images];
        images[at] = value;
        Assert.That(Assert.Throws<InvalidDataException>(() => Open(images, Classes))!.Message, Does.Contain(reason));
    }

    [Test]
    public void A_file_cut_at_any_byte_is_an_error([Values] bool packed)
    {
        byte[] whole = packed ? Pack(Images) : Images;
        int read = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            // gzip's footer, a checksum and a length, may be missing: all values are there, and the header says so.
            if (packed && length >= whole.Length - 8)
                break;
            Assert.Throws<InvalidDataException>(() => Open(whole[..length], Classes), $"cut to {length}");
            read++;
        }

        Assert.That(read, Is.GreaterThan(10));
    }

    [Test]
    public void Pictures_and_labels_must_be_as_many()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Open(Images, [0, 0, 8, 1, 0, 0, 0, 1, 5]))!;
        Assert.That(error.Message, Does.Contain("has 2 pictures, but").And.Contains("has 1 labels."));
    }

    [Test]
    public void A_label_beyond_the_named_classes_is_an_error()
    {
        (string images, string labels) = (_folder.File("images", Images), _folder.File("labels", Classes));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Idx.Open(images, labels, ["a", "b", "c"]))!;
        Assert.That(error.Message, Is.EqualTo($"'{labels}' has label 5, but only 3 classes are named."));
    }

    [Test]
    public void FashionMNIST_has_its_numbers()
    {
        string folder = TestData.Require("fashion-mnist");
        Idx test = Idx.OpenFolder(folder);
        Assert.That((test.Count, test.Width, test.Height, test.ClassNames.Count), Is.EqualTo((10_000, 28, 28, 10)));
        Assert.That(Enumerable.Range(0, test.Count).GroupBy(test.Label).Select(group => group.Count()), Is.All.EqualTo(1000));
        Assert.That(test.Label(0), Is.EqualTo(9), "the first picture is an ankle boot");

        // The training set's published mean and standard deviation.
        Idx train = Idx.OpenFolder(folder, DataSplit.Train);
        double[] values = Array.ConvertAll(train.Pixels.ToArray(), pixel => pixel / 255.0);
        double mean = values.Average();
        Assert.That(train.Count, Is.EqualTo(60_000));
        Assert.That(mean, Is.EqualTo(0.2860).Within(5e-5));
        Assert.That(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), Is.EqualTo(0.3530).Within(5e-5));
    }

    private static byte[] Pack(byte[] bytes)
    {
        using MemoryStream memory = new();
        using (GZipStream stream = new(memory, CompressionLevel.NoCompression))
            stream.Write(bytes);
        return memory.ToArray();
    }

    private Idx Open(byte[] images, byte[] labels) => Idx.Open(_folder.File("images", images), _folder.File("labels", labels));
}
