using System.Text;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class LabelsTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase("cat\ndog\n")]
    [TestCase("cat\r\ndog")]
    [TestCase("\uFEFFcat\ndog\n\n\n")]
    [TestCase("index\tname\n0\tcat\n1\tdog\n")]
    [TestCase("synset\tname\tindex\r\nn2\tdog\t1\r\nn1\tcat\t0\r\n")]
    public void Names_come_in_the_order_of_their_numbers(string text) =>
        Assert.That(Labels.Read(Write(text)), Is.EqualTo(new[] { "cat", "dog" }));

    [TestCase("", "line 1: a class's name is expected, but the line is empty.")]
    [TestCase("cat\n\ndog", "line 2: a class's name is expected, but the line is empty.")]
    [TestCase("number\tname\n0\tcat", "line 1: the columns are number, name; 'index' and 'name' are expected.")]
    [TestCase("index\tname\n0\tcat\n0\tdog", "line 3: 2 fields are expected, with an index from 0 to 1 that no other line has.")]
    [TestCase("index\tname\n0\tcat\n2\tdog", "line 3: 2 fields are expected")]
    [TestCase("index\tname\n-1\tcat", "line 2: 2 fields are expected")]
    [TestCase("index\tname\n0\tcat\tx", "line 2: 2 fields are expected")]
    public void Other_files_are_errors_that_say_which_line(string text, string reason)
    {
        string path = Write(text);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Labels.Read(path))!;
        Assert.That(error.Message, Does.StartWith($"'{path}', ").And.Contain(reason));
    }

    [Test]
    public void ImageNets_table_gives_names_and_synsets()
    {
        string path = TestData.Require("imagenet/imagenet_classes.tsv");
        IReadOnlyList<string> names = Labels.Read(path);
        Assert.That((names.Count, names[2], names[999]), Is.EqualTo((1000, "great white shark", "toilet tissue")));
        Assert.That(Labels.Read(path, "synset")[999], Is.EqualTo("n15075141"));
    }

    private string Write(string text) => _folder.File("labels", Encoding.UTF8.GetBytes(text));
}
