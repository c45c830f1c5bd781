using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Demo;

/// <summary>The studies as people run them, with budgets of two steps.</summary>
[TestFixture, Category("Device")]
public sealed class StudyCommandTests
{
    private const string Epochs =
        "network,layers,parameters,multiply_adds,epoch,train_loss,train_error_percent,test_loss,test_error_percent,ms_a_step";

    private static readonly string[] Device =
        Environment.GetEnvironmentVariable("RESNET_DEVICE") is { Length: > 0 } device ? ["--device", device] : [];

    private TemporaryFolder _folder = null!;
    private string _out = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        _out = _folder.File("study");
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Shortcuts_are_trained_kept_and_reported()
    {
        CliResult result = Study("shortcuts", "--steps", "2", "--epochs", "2", "--seed", "7");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("option-A").And.Contain("By test error, from the lowest: "));
        string[][] rows = Numbers(Epochs);
        Assert.That(
            rows.Select(row => $"{row[0]} {row[4]}"),
            Is.EqualTo(new[] { "option-A 1", "option-A 2", "option-B 1", "option-B 2", "option-C 1", "option-C 2" }));
        Assert.That(rows.Select(row => double.Parse(row[6])), Is.All.InRange(0, 100));
        Assert.That(rows[0][2], Is.EqualTo("269722"), "the paper's 0.27 M");

        XDocument page = Page();
        Assert.That(page.Descendants("h1").Single().Value, Is.EqualTo("What should join blocks of different shapes?"));
        Assert.That(Circumstances(page)["Seed"], Is.EqualTo("7"));
        Assert.That(Circumstances(page)["Command"], Does.StartWith("resnet study shortcuts "));
        Assert.That(Circumstances(page)["Budget"], Is.EqualTo("2 steps of 32 pictures, 2 epochs a network"));
        Assert.That(Circumstances(page)["Data"], Does.StartWith("shapes: 32 of 20,000 pictures to learn from, 50 of 2,000"));

        // What is finished is not trained again, and says the same.
        Assert.That(Study("shortcuts", "--steps", "2", "--epochs", "2", "--seed", "7", "--resume").ExitCode, Is.Zero);
        Assert.That(Numbers(Epochs), Is.EqualTo(rows));
        CliResult other = Study("shortcuts", "--steps", "2", "--epochs", "2", "--seed", "8", "--resume");
        Assert.That(other.ExitCode, Is.EqualTo(1));
        Assert.That(other.Error, Does.Contain("is the checkpoint of another training: seed was 7 and is 8"));
    }

    [TestCase("degradation", 4), TestCase("orderings", 5), TestCase("depth", 5), Category("FullNet")]
    public void Every_study_that_trains_reports_all_its_networks(string name, int networks)
    {
        CliResult result = Study(name, "--steps", "1", "--json");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        JsonElement report = JsonDocument.Parse(result.Output).RootElement;
        Assert.That(report.GetProperty("study").GetString(), Is.EqualTo(name));
        Assert.That(report.GetProperty("conclusion").GetArrayLength(), Is.GreaterThan(1));
        Assert.That(Numbers(Epochs), Has.Length.EqualTo(networks));
        Assert.That(Page().Descendants("tr").Count(), Is.EqualTo(networks + 1));
    }

    [Test, Category("FullNet")]
    public void Gradients_are_read_layer_by_layer()
    {
        Assert.That(Study("gradients", "--steps", "2").ExitCode, Is.Zero);
        string[][] rows = Numbers("shortcut,batch_norm,layers,step,layer,weight,gradient_norm");
        // Of every depth all convolutions but the stem's, before the first update; then two layers of those that learn.
        Assert.That(rows.Count(row => row[3] == "0"), Is.EqualTo(4 * (18 + 54 + 108 + 198 + 498 + 998)));
        Assert.That(rows.Count(row => row[3] == "1"), Is.InRange(2, 4 * 2).And.Matches<int>(count => count % 2 == 0));
        string[] last = rows.Last(row => row[2] == "20");
        Assert.That(last[..6], Is.EqualTo(new[] { "yes", "yes", "20", "0", "18", "layer1.8.conv2.weight" }));
        Assert.That(double.Parse(last[6]), Is.InRange(1e-3, 1e3));
        Assert.That(Page().Descendants("figure").Count(), Is.EqualTo(2));
    }

    [Test]
    public void Blocks_are_counted_and_timed()
    {
        Assert.That(Study("blocks", "--steps", "2").ExitCode, Is.Zero);
        string[][] rows = Numbers("block,channels,size,batch,parameters,multiply_adds,forward_ms,training_ms,kept_bytes");
        Assert.That(rows.Select(row => row[0]), Is.EqualTo(new[] { "VGG", "basic", "bottleneck", "ResNeXt 32x4d" }));
        // Two 3x3 convolutions of 256 channels, with biases or with norms; 1x1, 3x3, 1x1 with norms; 9 * 4 * 128 in groups.
        long[] parameters = [2 * ((9 * 256 * 256) + 256), 2 * ((9 * 256 * 256) + 512), 70_400, 71_168];
        Assert.That(rows.Select(row => long.Parse(row[4])), Is.EqualTo(parameters));
        Assert.That(rows.Select(row => long.Parse(row[5])).Take(2), Is.All.EqualTo(2L * 9 * 256 * 256 * 14 * 14));
        Assert.That(rows.Select(row => long.Parse(row[8])), Is.All.GreaterThan(0));
        Assert.That(Page().Descendants("figure").Count(), Is.EqualTo(1));
    }

    [TestCase("There is no study 'cake'; there are degradation, gradients, ", "cake")]
    [TestCase("--epochs 0 is below 1.", "depth", "--epochs", "0")]
    [TestCase("--steps -2 is below 1.", "depth", "--steps", "-2")]
    [TestCase("'imagenett' is none of mnist", "depth", "--data", "imagenett")]
    [TestCase("'--fast'", "depth", "--fast")]
    public void Wrong_use_is_a_sentence(string sentence, params string[] arguments)
    {
        CliResult result = Cli.Run(["study", .. arguments, "--out", _out, .. Device], seconds: 300);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.Contain(sentence).And.Not.Contain("   at "));
        Assert.That(Directory.Exists(_out), Is.False);
    }

    [Test]
    public void Ctrl_C_ends_with_130_and_what_is_trained_is_gone_on_from()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("There are no signals on Windows.");
        ProcessStartInfo start = new(Cli.Program, ["study", "shortcuts", "--out", _out, .. Device])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Cli.DotnetRoot;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        string log = Path.Combine(_out, "runs", "option-A", "log.jsonl");
        Stopwatch clock = Stopwatch.StartNew();
        while (!(File.Exists(log) && new FileInfo(log).Length > 0) && !process.HasExited && clock.Elapsed.TotalSeconds < 120) ;
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        Assert.That(process.WaitForExit(TimeSpan.FromSeconds(60)), Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(130), error.Result);
        Assert.That(error.Result, Does.Contain("Stopped at option-A (1 of 3). --resume goes on from what is done."));
        Assert.That(File.Exists(Path.Combine(_out, "runs", "option-A", "checkpoint.safetensors")));
        Assert.That(File.Exists(Path.Combine(_out, "report.html")), Is.False);
    }

    private CliResult Study(params string[] arguments) =>
        Cli.Run(["study", .. arguments, "--out", _out, .. Device], seconds: 600);

    private XDocument Page() => StudyTests.Parse(File.ReadAllText(Path.Combine(_out, "report.html")));

    private string[][] Numbers(string columns)
    {
        string[] lines = File.ReadAllLines(Path.Combine(_out, "numbers.csv"));
        Assert.That(lines[0], Is.EqualTo(columns));
        return [.. lines.Skip(1).Select(line => line.Split(','))];
    }

    private static Dictionary<string, string> Circumstances(XDocument page) =>
        page.Descendants("dt").Zip(page.Descendants("dd")).ToDictionary(pair => pair.First.Value, pair => pair.Second.Value);
}
