using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class ImageFolderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Classes_and_photos_are_sorted_by_name()
    {
        Touch("cat/2.JPG", "cat/10.jpeg", "Dog/1.png", "Dog/notes.txt", "beside.jpg", "cat/deeper/3.jpg");
        ImageFolder set = ImageFolder.Open(_folder.Path);
        Assert.That(set.ClassNames, Is.EqualTo(new[] { "Dog", "cat" }), "by the characters' codes: capitals first");
        Assert.That(set.Files.Select(file => Path.GetFileName(file.Path)), Is.EqualTo(new[] { "1.png", "10.jpeg", "2.JPG" }));
        Assert.That(Enumerable.Range(0, set.Count).Select(set.Label), Is.EqualTo(new[] { 0, 1, 1 }));
    }

    [Test]
    public void The_order_of_classes_can_be_the_networks()
    {
        Touch("cat/1.jpg", "dog/1.jpg");
        ImageFolder set = ImageFolder.Open(_folder.Path, ["fish", "dog", "bird", "cat"]);
        Assert.That(Enumerable.Range(0, set.Count).Select(set.Label), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(set.ClassNames, Has.Count.EqualTo(4));
    }

    [Test]
    public void Folders_that_are_no_class_are_listed_whole()
    {
        Touch("cat/1.jpg", "dog/1.jpg", "eel/1.jpg");
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.Path, ["cat"]))!;
        Assert.That(error.Message, Is.EqualTo($"'{_folder.Path}' has 2 of 3 folders that are none of the 1 classes: dog, eel."));
    }

    [Test]
    public void A_folder_without_folders_is_an_error()
    {
        Touch("1.jpg");
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.Path))!;
        Assert.That(error.Message, Is.EqualTo($"'{_folder.Path}' has no sub-folders; one for each class is expected."));
        Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Open(_folder.File("nowhere")));
    }

    [Test]
    public void Class_folders_without_a_photo_are_listed_whole()
    {
        Touch("cat/1.jpg", "dog/notes.txt", "eel/deeper/1.jpg");
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ImageFolder.Open(_folder.Path))!;
        Assert.That(error.Message, Is.EqualTo($"'{_folder.Path}' has 2 of 3 folders without a JPEG or PNG file: dog, eel."));
    }

    [Test]
    public void The_jpegs_of_CIFAR10_come_out_of_their_archive()
    {
        string archive = TestData.Require("cifar10/cifar10_jpeg_60k.tar.gz");
        int files = TarGz.Extract(archive, _folder.Path, name => name.StartsWith("test/", StringComparison.Ordinal));
        ImageFolder set = ImageFolder.Open(_folder.File("test"));
        Assert.That((files, set.Count, set.ClassNames[3]), Is.EqualTo((10_000, 10_000, "cat")));
        Assert.That(set.Files.GroupBy(file => file.Label).Select(group => group.Count()), Is.All.EqualTo(1000));
        PixelImage image = set.Read(9_999);
        Assert.That((image.Width, image.Height), Is.EqualTo((32, 32)));
    }

    private void Touch(params string[] files)
    {
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
            _folder.File(file, []);
        }
    }
}
