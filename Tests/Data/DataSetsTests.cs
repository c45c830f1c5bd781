using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class DataSetsTests
{
    [Test]
    public void Fashion_MNIST_opens_by_name_with_its_published_numbers()
    {
        string folder = Path.GetDirectoryName(TestData.Require("fashion-mnist"))!;
        NamedSet train = DataSets.Open("fashion-mnist", folder, DataSplit.Train);
        NamedSet test = DataSets.Open("fashion-mnist", Path.Combine(folder, "fashion-mnist"), DataSplit.Test);
        Assert.That((train.Images.Count, test.Images.Count, test.Name), Is.EqualTo((60_000, 10_000, "fashion-mnist")));
        Assert.That(test.Images.ClassNames[test.Images.Label(0)], Is.EqualTo("ankle boot"));
        AssertNear(Normalization.Of(PackedImages.Of(train.Images)), train.Normalization, 5.1e-5f);
    }

    [Test]
    public void CIFAR10_opens_by_name_with_its_published_numbers()
    {
        string folder = TestData.Require("cifar10");
        NamedSet train = DataSets.Open("cifar10", folder, DataSplit.Train);
        Assert.That((train.Images.Count, train.Images.ClassNames[9]), Is.EqualTo((4000, "truck")));
        // 4,000 of the 50,000 pictures: the mean of that many pictures' means, whose deviation is about 0.13.
        AssertNear(Normalization.Of(PackedImages.Of(train.Images)), train.Normalization, 4 * 0.13f / 63);
        Assert.Throws<FileNotFoundException>(() => DataSets.Open("cifar10", folder, DataSplit.Test));
    }

    [Test]
    public void Shapes_need_no_folder_and_the_parts_share_no_picture()
    {
        NamedSet train = DataSets.Open("shapes", "/nowhere", DataSplit.Train), test = DataSets.Open("shapes", "", DataSplit.Test);
        Assert.That((train.Images.Count, test.Images.Count), Is.EqualTo((DataSets.ShapesTrain, DataSets.ShapesTest)));
        Assert.That(train.Images.Read(0).Pixels, Is.Not.EqualTo(test.Images.Read(0).Pixels));
        PackedImages some = PackedImages.Of(new Shapes(1, 1000), threads: 2);
        // A tenth of the pictures; a picture's mean deviates by about 0.16 from the others'.
        AssertNear(Normalization.Of(some), train.Normalization, 4 * 0.16f / 31);
    }

    [Test, Category("Long")]
    public void Shapes_have_the_numbers_that_they_are_normalised_with()
    {
        NamedSet train = DataSets.Open("shapes", "", DataSplit.Train);
        AssertNear(Normalization.Of(PackedImages.Of(train.Images, Environment.ProcessorCount)), train.Normalization, 5.1e-5f);
    }

    [Test]
    public void A_folder_of_photos_opens_by_its_path()
    {
        using TemporaryFolder folder = new();
        Touch(folder, "flat/cat/1.jpg", "flat/dog/1.jpg");
        Touch(folder, "split/train/cat/1.jpg", "split/train/dog/1.jpg", "split/val/dog/2.jpg");
        NamedSet flat = DataSets.Open(folder.File("flat") + "/", "", DataSplit.Test);
        Assert.That((flat.Name, flat.Images.Count, flat.Normalization), Is.EqualTo(("flat", 2, Normalization.ImageNet)));
        NamedSet test = DataSets.Open(folder.File("split"), "", DataSplit.Test);
        Assert.That(test.Images.Count, Is.EqualTo(1));
        Assert.That(test.Images.ClassNames[test.Images.Label(0)], Is.EqualTo("dog"));
        Assert.That(test.Images.Label(0), Is.EqualTo(1), "as the training part numbers it");
        Assert.That(DataSets.Open(folder.File("split"), "", DataSplit.Train).Images.Count, Is.EqualTo(2));

        Touch(folder, "half/train/cat/1.jpg", "half/train/dog/1.jpg", "rails/train/1.jpg", "rails/tram/1.jpg");
        NamedSet half = DataSets.Open(folder.File("half"), "", DataSplit.Test);
        Assert.That(half.Images.ClassNames, Is.EqualTo(new[] { "cat", "dog" }), "the one part that there is");
        NamedSet rails = DataSets.Open(folder.File("rails"), "", DataSplit.Train);
        Assert.That(rails.Images.ClassNames, Is.EqualTo(new[] { "train", "tram" }), "a class that is called train");
    }

    [Test]
    public void What_is_missing_is_named_with_the_places_and_the_cure()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path;
        Assert.That(Assert.Throws<FileNotFoundException>(() => DataSets.Open("mnist", path, DataSplit.Test))!.Message,
            Is.EqualTo("The data set mnist is not there: t10k-images-idx3-ubyte[.gz] and t10k-labels-idx1-ubyte[.gz] are looked "
                + $"for in '{Path.Combine(path, "mnist")}' and '{path}'. 'resnet fetch mnist' gets them."));
        folder.File("t10k-images-idx3-ubyte.gz", []);
        Assert.Throws<FileNotFoundException>(() => DataSets.Open("mnist", path, DataSplit.Test), "the labels are missing");
        Assert.That(Assert.Throws<FileNotFoundException>(() => DataSets.Open("cifar10", path, DataSplit.Train))!.Message,
            Does.StartWith("The data set cifar10 is not there: data_batch_*.bin are looked for in"));
        Assert.That(Assert.Throws<FileNotFoundException>(() => DataSets.Open("cifar100", path, DataSplit.Train))!.Message,
            Does.Contain("train.bin"));
        Assert.That(Assert.Throws<ArgumentException>(() => DataSets.Open("imagenett", path, DataSplit.Train))!.Message,
            Is.EqualTo("'imagenett' is none of mnist, fashion-mnist, cifar10, cifar100, shapes, and no folder."));
    }

    [Test]
    public void Numbers_of_a_set_are_those_of_its_levels()
    {
        Normalization of = Normalization.Of(new PackedImages(1, 2, 3, new byte[] { 0, 51, 255, 255, 51, 0 }));
        Assert.That(of, Is.EqualTo(new Normalization(0.5f, 0.2f, 0.5f, 0.5f, 1, 0.5f)), "what never changes is not scaled");
        Normalization grey = Normalization.Of(new PackedImages(1, 2, 1, new byte[] { 0, 255 }));
        Assert.That(grey, Is.EqualTo(new Normalization(0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f)));
    }

    private static void AssertNear(Normalization got, Normalization wanted, float tolerance)
    {
        TestContext.Out.WriteLine($"{got}");
        Assert.Multiple(() =>
        {
            Assert.That(got.MeanR, Is.EqualTo(wanted.MeanR).Within(tolerance));
            Assert.That(got.MeanG, Is.EqualTo(wanted.MeanG).Within(tolerance));
            Assert.That(got.MeanB, Is.EqualTo(wanted.MeanB).Within(tolerance));
            Assert.That(got.DeviationR, Is.EqualTo(wanted.DeviationR).Within(tolerance));
            Assert.That(got.DeviationG, Is.EqualTo(wanted.DeviationG).Within(tolerance));
            Assert.That(got.DeviationB, Is.EqualTo(wanted.DeviationB).Within(tolerance));
        });
    }

    private static void Touch(TemporaryFolder folder, params string[] files)
    {
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(file))!);
            folder.File(file, []);
        }
    }
}
