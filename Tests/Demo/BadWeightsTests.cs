using System.Text;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Demo;

/// <summary>Weights from strangers, as the program meets them: one sentence, exit code 1, nothing written.</summary>
[TestFixture]
public sealed class BadWeightsTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void A_missing_file() => Refuses(_folder.File("none.pth"), "none.pth'");

    [Test]
    public void An_empty_file() => Refuses(_folder.File("empty.pth", []), "neither a safetensors file nor a PyTorch archive");

    [Test]
    public void A_text_file() =>
        Refuses(_folder.File("notes.pth", "Dear diary, today"u8.ToArray()), "neither a safetensors file nor a PyTorch archive");

    [Test]
    public void A_header_that_claims_10_GB() =>
        Refuses(CommandFiles.Header(_folder, "a.safetensors", "{\"a\":", claimed: 10_000_000_000), "10,000,000,000");

    [Test]
    public void Overlapping_tensors() => Refuses(
        CommandFiles.Header(
            _folder, "a.safetensors",
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
            data: 12),
        "'b' begins at byte 4 of the data, within another.");

    [Test]
    public void A_pickle_that_wants_a_shell()
    {
        string touched = _folder.File("touched");
        foreach (string module in (string[])["posix", "os"])
        {
            byte[] call = Encoding.ASCII.GetBytes($"c{module}\nsystem\n(S'touch {touched}'\ntR.");
            Refuses(CommandFiles.Archive(_folder, "evil.pth", [0x80, 2, .. call]), $"asks for '{module}.system'");
        }

        Assert.That(File.Exists(touched), Is.False, "nothing of it was run");
    }

    [Test]
    public void A_zip_bomb() => 
        Refuses(CommandFiles.Archive(_folder, "bomb.pth", new byte[300_000_000], isStored: false), "'archive/data.pkl'");

    [Test]
    public void A_file_cut_at_any_byte()
    {
        byte[] whole = File.ReadAllBytes(CommandFiles.Weights(_folder));
        int header = 8 + BitConverter.ToInt32(whole);
        int[] lengths = [1, 7, 8, 9, header / 2, header - 1, header, header + 1, whole.Length / 2, whole.Length - 1];
        foreach (int length in lengths)
            Refuses(_folder.File("cut.safetensors", whole[..length]), "cut.safetensors, byte ");
    }

    private void Refuses(string weights, string reason)
    {
        string output = _folder.File("out.safetensors");
        CliResult result = Cli.Run("convert", weights, output);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Error, Does.StartWith("resnet: ").And.Contain(reason));
            Assert.That(result.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), "one sentence");
            Assert.That(File.Exists(output), Is.False, "nothing is written");
        });
    }
}
