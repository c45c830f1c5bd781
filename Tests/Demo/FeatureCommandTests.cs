using System.Text.Json;
using System.Xml.Linq;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Demo.Pictures;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Demo;

/// <summary>classify --cam and --features: the pictures, and what is said when there is none.</summary>
[TestFixture, Category("Device")]
public sealed class FeatureCommandTests
{
    private const string Net = "cifar-resnet20";

    private static readonly string[] Device =
        Environment.GetEnvironmentVariable("RESNET_DEVICE") is { Length: > 0 } device ? ["--device", device] : [];

    private TemporaryFolder _folder = null!;
    private string _weights = null!, _photo = null!;

    [SetUp]
    public void MakeFiles()
    {
        _folder = new TemporaryFolder();
        _weights = CommandFiles.Weights(_folder);
        _photo = CommandFiles.Picture(_folder, "photo.png", 51, 38);
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Both_pictures_are_drawn_and_told()
    {
        string cam = _folder.File("cam.png"), maps = _folder.File("maps.SVG");
        CliResult result = Classify([_photo, "--cam", cam, "--features", "layer2.0.bn2", "--features-out", maps]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        const string number = @"-?[\d.]+";
        Assert.That(
            result.Output,
            Does.Match($@"cam\.png: .+, logit {number} = mean of the map {number} \+ bias {number} \(to \de-?\d+\)")
            .And.Contain("maps.SVG: layer2.0.bn2 (1, 32, 16, 16)"));
        Assert.That(ImageFile.Read(cam).Width, Is.EqualTo(2 * (2 * 448 + 3 * 24)));
        Assert.That(Pictures(File.ReadAllText(maps)), Has.Length.EqualTo(32));
        Assert.That(Files(), Is.EqualTo(new[] { "cam.png", "cifar-resnet20.safetensors", "maps.SVG", "photo.png" }));
    }

    [Test]
    public void Programs_are_told_the_sum_and_the_file()
    {
        CliResult result = Classify([_photo, "--cam", _folder.File("cam.svg"), "--cam-class", "7", "--json"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        JsonElement image = JsonDocument.Parse(result.Output).RootElement.GetProperty("images")[0];
        JsonElement cam = image.GetProperty("cam");
        Assert.That(cam.GetProperty("class").GetInt32(), Is.EqualTo(7));
        Assert.That(cam.GetProperty("file").GetString(), Is.EqualTo(_folder.File("cam.svg")));
        JsonElement label = image.GetProperty("top").EnumerateArray().Single(label => label.GetProperty("index").GetInt32() == 7);
        Assert.That(cam.GetProperty("label").GetString(), Is.EqualTo(label.GetProperty("label").GetString()));
        // The classifier's own plan, which keeps no layer, may add in another order.
        double logit = cam.GetProperty("logit").GetDouble();
        double sum = cam.GetProperty("mean").GetDouble() + cam.GetProperty("bias").GetDouble();
        Assert.That(label.GetProperty("logit").GetDouble(), Is.EqualTo(logit).Within(1e-4));
        Assert.That(sum, Is.EqualTo(logit).Within(1e-4));
        Assert.That(image.GetProperty("features").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void Several_photos_have_a_file_each_also_where_they_share_a_name()
    {
        string[] photos = [_photo, CommandFiles.Picture(_folder, "a/same.png"), CommandFiles.Picture(_folder, "b/same.png")];
        CliResult result = Classify([.. photos, "--cam", _folder.File("cam.png"), "--json"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        string[] named = [.. JsonDocument.Parse(result.Output).RootElement.GetProperty("images").EnumerateArray()
            .Select(image => Path.GetFileName(image.GetProperty("cam").GetProperty("file").GetString())!)];
        Assert.That(named, Is.EqualTo(new[] { "cam-photo.png", "cam-same.png", "cam-same-2.png" }));
        Assert.That(Files().Where(file => file.StartsWith("cam", StringComparison.Ordinal)), Is.EquivalentTo(named));
    }

    [Test]
    public void A_picture_that_cannot_be_written_is_told_and_leaves_what_was_there()
    {
        string missing = _folder.File("none/cam.png"), taken = _folder.File("taken.png");
        Directory.CreateDirectory(Path.Combine(taken, "inside"));
        foreach (string path in (string[])[missing, taken])
        {
            CliResult result = Classify([_photo, "--cam", path]);
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Error, Is.EqualTo(
                $"resnet: '{path}' cannot be written: its folder is missing, full, or not writable.\n"));
        }
        Assert.That(Files(), Is.EqualTo(new[] { "cifar-resnet20.safetensors", "photo.png" }));
        Assert.That(Directory.Exists(Path.Combine(taken, "inside")));
    }

    private static readonly TestCaseData[] Misuses =
    [
        Misuse("--cam-class 3", "--cam-class is for --cam FILE."),
        Misuse("--features-out a.png", "--features-out is for --features LAYER."),
        Misuse("--cam a.gif", "'a.gif' is neither .png nor .svg."),
        Misuse("--cam a.png --features conv1 --features-out ./a.png", "--cam and --features-out are both 'a.png'."),
        Misuse("--cam a.png --cam-class 10", "--cam-class 10 is neither a number below 10 nor the name of a class."),
        Misuse("--cam photo.png", "'photo.png' is a photo to look at; a picture goes to another file."),
        Misuse(
            "--labels ten.txt --cam a.png --cam-class hip",
            "--cam-class hip is neither a number below 10 nor the name of a class; near: ship."),
        Misuse("--features layer3.2.conv9", "There is no layer 'layer3.2.conv9'. Near: layer3.2.conv1, layer3.2.conv2, "),
    ];

    [TestCaseSource(nameof(Misuses))]
    public void Wrong_use_is_answered_with_what_is_right(string arguments, string sentence)
    {
        _folder.File("ten.txt", "car\nship\nc\nd\ne\nf\ng\nh\ni\nj\n"u8.ToArray());
        CliResult result = Classify([_photo, .. arguments.Split(' ')]);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.StartWith($"resnet: {sentence}"));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public void A_network_that_flattens_has_no_class_activation_map()
    {
        const string vgg = "vgg11:classes=10:channels=1:size=32:width=8";
        CliResult result = Cli.Run(
            ["classify", _photo, "--model", vgg, "--weights", CommandFiles.Weights(_folder, vgg), "--cam", "a.png", .. Device],
            seconds: 300, folder: _folder.Path);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.EndWith(
            " has no class activation maps for --cam: it does not end in a global average and one linear layer.\n"));
    }

    [Test]
    public void A_mosaic_has_seamless_squares_from_black_to_white()
    {
        // 10 channels stand in 4 columns, where 3 places share 224 pixels of the drawing.
        float[] values = [.. Enumerable.Range(0, 90).Select(i => i / 9 == 4 ? 5f : (float)(i % 9))];
        Drawing drawing = FeaturePictures.Mosaic(new("a layer", new Shape(1, 10, 3, 3), values, new Shape(1, 3, 3, 3), [], []));
        PixelImage picture = drawing.ToPixels();
        for (int channel = 0; channel < 10; channel++)
        {
            for (int y = 0; y < 448; y++)
            {
                for (int x = 0; x < 448; x++)
                {
                    int place = 3 * ((2 * y + 1) * 3 / 896) + (2 * x + 1) * 3 / 896;       // of a pixel's middle
                    int wanted = channel == 4 ? 128 : (int)Math.Round(255 * (place / 8.0));
                    int left = 48 + channel % 4 * (448 + 8), top = 168 + channel / 4 * (448 + 8);
                    int got = picture.Pixels[3 * ((top + y) * picture.Width + left + x)];
                    if (got != wanted) Assert.Fail($"channel {channel}, row {y}, column {x}: {got}, not {wanted}");
                }
            }
        }
        Assert.That(Pictures(drawing.ToSvg()), Has.Length.EqualTo(10));
    }

    [TestCase(1, 1, 1), TestCase(300, 1, 1), TestCase(257, 7, 5), TestCase(3, 224, 224)]
    public void Layers_of_any_extents_give_a_picture(int channels, int height, int width)
    {
        float[] values = new float[channels * height * width];
        (values[0], values[^1]) = (float.NaN, float.PositiveInfinity);
        Shape shape = new(1, channels, height, width);
        Drawing drawing = FeaturePictures.Mosaic(new("a layer", shape, values, shape, [], []));
        Assert.That(Pictures(drawing.ToSvg()), Has.Length.EqualTo(Math.Min(channels, 256)));
        Assert.That(drawing.ToPixels(scale: 1).Width, Is.EqualTo(drawing.Width));
        string all = $"the first 256 of {channels} maps";
        Assert.That(drawing.ToSvg().Contains(all, StringComparison.Ordinal), Is.EqualTo(channels > 256));
    }

    [Test]
    public void A_class_that_nothing_speaks_for_has_a_pale_map()
    {
        float[] pixels = new float[3 * 4 * 4];
        FeatureMaps maps = new("a layer", new Shape(1, 1, 2, 2), new float[4], new Shape(1, 3, 4, 4), pixels, [0, 0]);
        ClassActivationMap map = new(1, 2, 2, new float[4], 0, 0, 0);
        PixelImage picture = FeaturePictures.Draw("nothing", 0.5, maps, map, Normalization.ImageNet).ToPixels();
        int at = 3 * ((picture.Height / 2 - 40) * picture.Width + picture.Width * 3 / 4);
        Assert.That(picture.Pixels[at..(at + 3)].Distinct().Count(), Is.EqualTo(1), "grey");
    }

    private CliResult Classify(string[] arguments) => Cli.Run(
        ["classify", "--model", Net, "--weights", _weights, "--top", "10", .. Device, .. arguments], seconds: 300,
        folder: _folder.Path);

    private string[] Files() =>
        [.. new DirectoryInfo(_folder.Path).EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    private static byte[][] Pictures(string svg) =>
    [
        .. XDocument.Parse(svg).Root!.Elements().Where(it => it.Name.LocalName == "image").Select(it =>
        {
            const string start = "data:image/png;base64,";
            string data = it.Attribute("href")!.Value;
            Assert.That(data, Does.StartWith(start));
            return ImageFile.Read(Convert.FromBase64String(data[start.Length..]), "image").Pixels;
        }),
    ];

    private static TestCaseData Misuse(string arguments, string sentence) =>
        new TestCaseData(arguments, sentence).SetArgDisplayNames(arguments);
}
