using System.Text;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class Cifar10Tests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Planes_become_interleaved_pixels()
    {
        byte[] record = Record([7]);
        Cifar10 set = Cifar10.Open(_folder.File("x.bin", [.. Record([3]), .. record]));
        PixelImage image = set.Read(1);
        Assert.That((set.Count, set.Label(0), set.Label(1), image.Width, image.Height), Is.EqualTo((2, 3, 7, 32, 32)));
        Assert.That(set.ClassNames[set.Label(1)], Is.EqualTo("horse"));
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 32; x++)
            {
                for (int c = 0; c < 3; c++)
                    Assert.That(image.Pixels[(3 * ((32 * y) + x)) + c], Is.EqualTo(record[1 + (1024 * c) + (32 * y) + x]));
            }
        }

        Assert.That(set.Pixels[3072..].ToArray(), Is.EqualTo(image.Pixels));
    }

    [Test]
    public void A_folder_gives_the_part_that_is_asked_for()
    {
        _folder.File("data_batch_2.bin", Record([2]));
        _folder.File("data_batch_1.bin", [.. Record([0]), .. Record([1])]);
        _folder.File("test_batch.bin", Record([9]));
        Assert.That(AllLabels(Cifar10.Open(_folder.Path, DataSplit.Train)), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(AllLabels(Cifar10.Open(_folder.Path)), Is.EqualTo(new[] { 9 }));
        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => Cifar100.Open(_folder.Path))!;
        Assert.That(error.Message, Does.StartWith("There is no test.bin in"));
    }

    [Test]
    public void CIFAR100_takes_the_fine_label_and_the_names_beside_it()
    {
        _folder.File("test.bin", [.. Record([19, 99]), .. Record([0, 4])]);
        Assert.That(AllLabels(Cifar100.Open(_folder.Path)), Is.EqualTo(new[] { 99, 4 }));
        Assert.That(Cifar100.Open(_folder.Path).ClassNames[99], Is.EqualTo("class 99"));

        string names = string.Join('\n', Enumerable.Range(0, 100).Select(i => $"n{i}"));
        _folder.File("fine_label_names.txt", Encoding.UTF8.GetBytes(names + "\n\n"));
        Assert.That(Cifar100.Open(_folder.Path).ClassNames[99], Is.EqualTo("n99"));
        _folder.File("fine_label_names.txt", "a\nb"u8.ToArray());
        Assert.That(Assert.Throws<InvalidDataException>(() => Cifar100.Open(_folder.Path))!.Message, Does.Contain("has 2 names"));
    }

    [TestCase(0)]
    [TestCase(3072)]
    [TestCase(3074)]
    public void A_length_that_is_no_number_of_records_is_an_error(int length)
    {
        string path = _folder.File("x.bin", new byte[length]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Cifar10.Open(path))!;
        Assert.That(error.Message, Does.Contain($"has {length:N0} bytes, which is no whole number of records of 3,073 bytes"));
    }

    [Test]
    public void A_label_without_a_class_is_an_error_that_says_where()
    {
        string path = _folder.File("x.bin", [.. Record([9]), .. Record([10])]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Cifar10.Open(path))!;
        Assert.That(error.Message, Is.EqualTo($"'{path}', byte 3,073: label 10 is above 9, the last class."));
    }

    [Test]
    public void The_lossless_pictures_equal_the_goldens()
    {
        Cifar10 set = Cifar10.Open(TestData.Require("cifar10/data_batch_first4000.bin"));
        Assert.That(set.Count, Is.EqualTo(4000));
        string golden = TestData.Require("cifar10/golden");
        byte[] wanted = Npy.Read(Path.Combine(golden, "input_u8_10x32x32x3.npy")).Bytes;
        long[] labels = Npy.Read(Path.Combine(golden, "labels.npy")).Integers;

        // Ten pictures of the set, wherever they come in it.
        for (int i = 0; i < 10; i++)
        {
            ReadOnlyMemory<byte> picture = wanted.AsMemory(3072 * i, 3072);
            int at = Enumerable.Range(0, set.Count).First(j => set.Pixels.Span.Slice(3072 * j, 3072).SequenceEqual(picture.Span));
            Assert.That(set.Label(at), Is.EqualTo(labels[i]));
        }
    }

    private static byte[] Record(byte[] labels) =>
        [.. labels, .. Enumerable.Range(0, 3072).Select(i => (byte)((i * 31) + (i / 256)))];

    private static int[] AllLabels(IImageSet set) => [.. Enumerable.Range(0, set.Count).Select(set.Label)];
}
