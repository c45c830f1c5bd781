using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Demo;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Demo;

/// <summary>What the program says and answers where no device takes part.</summary>
[TestFixture]
public sealed class UsageTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    private static readonly TestCaseData[] WrongUses =
    [
        Use("no command", "Required command", []),
        Use("an unknown command", "'dance'", ["dance"]),
        Use("an unknown option", "'--fast'", ["devices", "--fast"]),
        Use("a missing option", "'--weights' is required", ["verify", "resnet18"]),
        Use("an unknown model", "There is no model 'resnet51'. Near: resnet50, resnet1", ["summary", "resnet51"]),
        Use("an option of another network", "it has no option 'bn'. Its options: plain, order=", ["summary", "resnet18:bn"]),
        Use("a width beyond the widest", "'width=9999' is not width=N (1 to 4,096).", ["summary", "resnet18:width=9999"]),
        Use("a batch of none", "--batch 0 is not from 1 to", ["classify", "a.jpg", "--weights", "w", "--batch", "0"]),
        Use("a batch below none", "--batch -3 is not from 1 to", ["bench", "resnet18", "--batch", "-3"]),
        Use("a batch that is no number", "'x'", ["bench", "resnet18", "--batch", "x"]),
        Use("an unknown precision", "'int8'", ["bench", "resnet18", "--precision", "int8"]),
        Use("a shape that is none", "is no shape such as 1x3x224x224.", ["summary", "resnet18", "--input", "1x3x224"]),
        Use("a shape with a sign", "--input 1x3x-1x-1 is no shape", ["summary", "resnet18", "--input", "1x3x-1x-1"]),
        Use("a shape without end", "at most 2,147,483,647", ["summary", "resnet18", "--input", "9999x3x9999999x9999999"]),
        Use("another kind of file to write", "'", ["convert", "a.pth", "b.onnx"]),
        Use("an unknown set", "'imagenett' is none of mnist, ", ["evaluate", "imagenett", "--weights", "w"]),
        Use("no folder", "needs --data", ["evaluate", "folder", "--weights", "w"]),
        Use("another kind of picture", "ends neither", ["evaluate", "mnist", "--weights", "w", "--confusion", "a.txt"]),
    ];

    [TestCaseSource(nameof(WrongUses))]
    public void Wrong_use_ends_with_2_and_a_sentence(string sentence, string[] arguments)
    {
        CliResult result = Cli.Run(arguments);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Error, Does.StartWith("resnet: ").And.Contain(sentence).And.Not.Contain("   at "));
        });
    }

    [Test]
    public void An_image_of_other_channels_than_the_network_takes_is_an_error()
    {
        CliResult result = Cli.Run("summary", "resnet18", "--input", "1x4x224x224");
        string sentence = "resnet: resnet18 takes images of 3 channels, not (1, 4, 224, 224).\n";
        Assert.That(result, Is.EqualTo(new CliResult(1, "", sentence)));
    }

    [Test]
    public void Help_is_no_error()
    {
        CliResult result = Cli.Run("--help");
        Assert.That(result.ExitCode, Is.Zero);
        string[] commands =
            ["devices", "classify", "summary", "explain", "verify", "evaluate", "bench", "convert", "export", "study"];
        foreach (string command in commands) Assert.That(result.Output, Does.Contain($"\n  {command} "));
    }

    // Parameters and multiply-adds as torchvision's documentation states them (GFLOPS there counts a multiply-add once).
    [TestCase("resnet18", 11_689_512, 1.81)]
    [TestCase("resnet34", 21_797_672, 3.66)]
    [TestCase("resnet50", 25_557_032, 4.09)]
    [TestCase("resnet101", 44_549_160, 7.80)]
    [TestCase("resnet152", 60_192_808, 11.51)]
    public void Summary_counts_what_torchvision_counts(string model, long parameters, double giga)
    {
        JsonElement report = Json(Cli.Run("summary", model, "--json"));
        Assert.That(report.GetProperty("model").GetString(), Is.EqualTo(model));
        Assert.That(report.GetProperty("parameters").GetInt64(), Is.EqualTo(parameters));
        Assert.That(report.GetProperty("multiply_adds").GetInt64() / 1e9, Is.EqualTo(giga).Within(0.005));

        JsonElement[] layers = [.. report.GetProperty("layers").EnumerateArray()];
        Assert.That(layers.Sum(layer => layer.GetProperty("parameters").GetInt64()), Is.EqualTo(parameters));
        Assert.That(layers[0].GetProperty("name").GetString(), Is.EqualTo("conv1"));
        Assert.That(layers[0].GetProperty("type").GetString(), Does.StartWith("Conv2d 7x7"));
        Assert.That(Numbers(layers[0], "output_shape"), Is.EqualTo(new[] { 1, 64, 112, 112 }));
        long channels = parameters > 22_000_000 ? 2048 : 512;
        Assert.That(layers[^1].GetProperty("multiply_adds").GetInt64(), Is.EqualTo(1000 * channels));
    }

    [Test]
    public void A_table_in_a_pipe_has_a_line_a_layer()
    {
        CliResult result = Cli.Run("summary", "resnet152", "--layers");
        string[] lines = result.Output.TrimEnd().Split('\n');
        Assert.That(lines[1..], Is.All.Contain("("), "no line is the rest of another");
        Assert.That(lines, Has.One.Match("^conv1 +Conv2d 7x7 stride 2 padding 3 +\\(1, 64, 112, 112\\) +9,408 +118,013,952"));
        Assert.That(lines[^1], Is.EqualTo("resnet152 on (1, 3, 224, 224): 60,192,808 parameters, 11.51 G multiply-adds"));
    }

    [Test]
    public void Summary_walks_from_the_image_to_the_classes_stage_by_stage()
    {
        CliResult result = Cli.Run("summary", "d2l-resnet18", "--input", "1x1x224x224");
        string[] rows = result.Output.TrimEnd().Split('\n')[1..^2];
        string[] parts = [.. rows.Select(row => row.Split(' ')[0])];
        Assert.That(
            parts, Is.EqualTo(new[]
            {
                "image", "stem", "stem", "layer1", "layer2", "layer3", "layer4", "avgpool", "flatten", "fc",
            }));
        string[] shapes =
        [
            "1x224x224", "64x112x112", "64x56x56", "64x56x56", "128x28x28", "256x14x14", "512x7x7", "512x1x1", "512", "10",
        ];
        for (int i = 0; i < shapes.Length; i++) Assert.That(rows[i], Does.Match($" {shapes[i]}( |$)"));
        Assert.That(
            result.Output,
            Does.Contain("18 layers (convolutions and linear ones on the main path) = 1 + 2 x (2 + 2 + 2 + 2) + 1\n"));
    }

    [Test]
    public void Summary_tells_programs_stages_and_layers_and_people_the_tree()
    {
        JsonElement report = Json(Cli.Run("summary", "cifar-resnet20:bottleneck", "--json"));
        Assert.That(report.GetProperty("layer_count").GetInt32(), Is.EqualTo(20));
        Assert.That(report.GetProperty("layer_formula").GetString(), Is.EqualTo("1 + 3 x (2 + 2 + 2) + 1 = 9 x 2 + 2"));
        JsonElement stage = report.GetProperty("stages")[2];
        Assert.That(stage.GetProperty("content").GetString(), Is.EqualTo("[1x1, 32; 3x3, 32; 1x1, 128] x 2"));
        Assert.That(Numbers(stage, "output_shape"), Is.EqualTo(new[] { 1, 128, 16, 16 }));
        string tree = report.GetProperty("tree").GetString()!;
        Assert.That(Cli.Run("summary", "cifar-resnet20:bottleneck", "--tree").Output, Is.EqualTo($"{tree}\n"));
    }

    [Test]
    public void Convert_goes_to_an_archive_and_back_without_a_changed_bit()
    {
        string first = CommandFiles.Weights(_folder);
        string archive = _folder.File("net.pth"), second = _folder.File("again.safetensors");
        JsonElement report = Json(Cli.Run("convert", first, archive, "--json"));
        Assert.That(report.GetProperty("tensors").GetInt32(), Is.GreaterThan(90));
        Assert.That(report.GetProperty("bytes").GetInt64(), Is.EqualTo(new FileInfo(archive).Length));
        Assert.That(Cli.Run("convert", archive, second).ExitCode, Is.Zero);

        using WeightFile a = WeightFile.Open(first), b = WeightFile.Open(second);
        Assert.That(b.Tensors.Keys, Is.EqualTo(a.Tensors.Keys));
        foreach (string name in a.Tensors.Keys)
            Assert.That(b.Tensors[name].ToBytes(), Is.EqualTo(a.Tensors[name].ToBytes()), name);
    }

    [TestCase("missing/net.pth"), TestCase("folder.pth")]
    public void An_output_that_cannot_be_written_leaves_nothing(string output)
    {
        Directory.CreateDirectory(_folder.File("folder.pth"));
        CliResult result = Cli.Run("convert", CommandFiles.Weights(_folder), _folder.File(output));
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Is.EqualTo(
            $"resnet: '{_folder.File(output)}' cannot be written: its folder is missing, full, or not writable.\n"));
        string[] left = [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName)!];
        Assert.That(left, Is.EqualTo(new[] { "cifar-resnet20.safetensors" }));
    }

    [Test]
    public void Without_a_driver_devices_says_what_to_install()
    {
        Dictionary<string, string?> environment = new()
        {
            ["VK_DRIVER_FILES"] = "/nonexistent",
            ["VK_ICD_FILENAMES"] = "/nonexistent",      // the older name, which some loaders prefer
        };
        foreach (string[] command in (string[][])[["devices"], ["bench", "resnet18"]])
        {
            CliResult result = Cli.Run(command, seconds: 120, environment: environment);
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Error, Does.StartWith("resnet: ").And.Contain("install").IgnoreCase.And.Not.Contain("   at "));
        }
    }

    [Test]
    public void An_unexpected_fault_is_a_sentence_that_says_where_to_report_it_and_a_trace_on_demand()
    {
        Exception fault = Thrown(() => throw new InvalidOperationException("The bug."));
        StringWriter plain = new(), verbose = new();
        Assert.That(Failure.Report(fault, verbose: false, plain), Is.EqualTo(1));
        Assert.That(plain.ToString().TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(plain.ToString(), Does.Contain("InvalidOperationException: The bug.").And.Contain("report it"));

        Failure.Report(fault, verbose: true, verbose);
        Assert.That(verbose.ToString(), Does.StartWith(plain.ToString()).And.Contain("   at "));
    }

    [Test]
    public void A_failure_of_several_threads_is_told_as_its_first()
    {
        StringWriter output = new();
        Exception first = new AggregateException(new InvalidDataException("'a.jpg' is empty."));
        Exception bundle = new AggregateException(first, new IOException());
        Assert.That(Failure.Report(bundle, verbose: false, output), Is.EqualTo(1));
        Assert.That(output.ToString().TrimEnd(), Is.EqualTo("resnet: 'a.jpg' is empty."));
    }

    private static JsonElement Json(CliResult result)
    {
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static int[] Numbers(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())];

    private static Exception Thrown(Action action) => Assert.Catch(() => action())!;

    private static TestCaseData Use(string name, string sentence, string[] arguments) =>
        new TestCaseData(sentence, arguments).SetArgDisplayNames(name);
}
