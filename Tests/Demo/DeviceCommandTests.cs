using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Demo;

/// <summary>The commands that run a network, on made weights of the smallest one.</summary>
[TestFixture, Category("Device")]
public sealed class DeviceCommandTests
{
    private const string Net = "cifar-resnet20";

    private static readonly string[] Device =
        Environment.GetEnvironmentVariable("RESNET_DEVICE") is { Length: > 0 } device ? ["--device", device] : [];

    private TemporaryFolder _folder = null!;
    private string _weights = null!;

    [OneTimeSetUp]
    public void MakeWeights()
    {
        _folder = new TemporaryFolder();
        _weights = CommandFiles.Weights(_folder);
    }

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Devices_lists_what_there_is()
    {
        JsonElement[] devices = [.. Json(Run("devices", "--json"), "devices").GetProperty("devices").EnumerateArray()];
        Assert.That(devices, Is.Not.Empty);
        HasKeys(devices[0], "index", "name", "kind", "api_version", "driver", "driver_info", "memory_bytes", "usable", "missing");
        string name = devices[0].GetProperty("name").GetString()!;
        Assert.That(Run("devices").Output.Split('\n'), Has.Some.Contains($" {name} "), "a name stands on one line");
    }

    [Test]
    public void Classify_answers_for_photos_of_any_size_in_batches()
    {
        string photos = Path.Combine(_folder.Path, "photos");
        (int Width, int Height)[] sizes = [(32, 32), (1, 1), (7, 300), (33, 32), (640, 3)];
        for (int i = 0; i < sizes.Length; i++) CommandFiles.Picture(_folder, $"photos/{i}.png", sizes[i].Width, sizes[i].Height);

        JsonElement report = Json(Classify([photos, "--batch", "2", "--top", "3", "--json"]), "classify");
        HasKeys(report, "device", "model", "precision", "images", "failed");
        Assert.That(report.GetProperty("model").GetString(), Is.EqualTo(Net));
        Assert.That(report.GetProperty("precision").GetString(), Is.EqualTo("fp32"));
        Assert.That(report.GetProperty("failed").GetArrayLength(), Is.Zero);
        JsonElement[] images = [.. report.GetProperty("images").EnumerateArray()];
        Assert.That(images.Select(image => Path.GetFileName(image.GetProperty("file").GetString())),
            Is.EqualTo(new[] { "0.png", "1.png", "2.png", "3.png", "4.png" }));
        foreach (JsonElement image in images)
        {
            JsonElement[] top = [.. image.GetProperty("top").EnumerateArray()];
            Assert.That(top, Has.Length.EqualTo(3));
            HasKeys(top[0], "index", "label", "probability", "logit");
            Assert.That(top.Select(label => label.GetProperty("logit").GetDouble()), Is.Ordered.Descending);
            Assert.That(top.Sum(label => label.GetProperty("probability").GetDouble()), Is.InRange(0.3, 1.000001));
        }

        // One by one the answers are the same: a batch that is not full is no different.
        JsonElement single = Json(Classify([Path.Combine(photos, "4.png"), "--top", "3", "--json"]), "classify");
        JsonElement alone = single.GetProperty("images")[0];
        Assert.That(alone.GetProperty("top").GetRawText(), Is.EqualTo(images[4].GetProperty("top").GetRawText()));
    }

    [Test]
    public void Classify_names_the_photos_that_cannot_be_read_and_answers_for_the_others()
    {
        string good = CommandFiles.Picture(_folder, "some/good.png");
        string jpeg = CommandFiles.Picture(_folder, "some/whole.jpg", 64, 64);
        byte[] png = File.ReadAllBytes(good), photo = File.ReadAllBytes(jpeg);
        (string File, string Reason)[] bad =
        [
            (_folder.File("none.png"), "There is no file"),
            (_folder.File("empty.png", []), "is empty"),
            (_folder.File("text.jpg", "hello, I am text"u8.ToArray()), "is no JPEG or PNG image: it begins like text"),
            (_folder.File("cut.png", png[..(png.Length / 2)]), "is a PNG that is damaged or cut off"),
            (_folder.File("cut.jpg", photo[..(photo.Length * 3 / 4)]), "is a JPEG that ends at byte"),
        ];
        CliResult result = Classify([.. bad.Select(file => file.File), good, "--json"]);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        JsonElement report = JsonDocument.Parse(result.Output).RootElement;
        Assert.That(report.GetProperty("images").GetArrayLength(), Is.EqualTo(1));
        JsonElement[] failed = [.. report.GetProperty("failed").EnumerateArray()];
        Assert.That(failed.Select(file => file.GetProperty("file").GetString()), Is.EqualTo(bad.Select(file => file.File)));
        for (int i = 0; i < bad.Length; i++)
        {
            Assert.That(failed[i].GetProperty("error").GetString(), Does.Contain(bad[i].Reason));
            Assert.That(result.Error, Does.Contain(bad[i].Reason));
        }

        Assert.That(Classify([bad[^1].File, "--allow-truncated"]).ExitCode, Is.Zero, "what there is of a JPEG");
    }

    [Test]
    public void A_second_start_compiles_no_shader()
    {
        string photo = CommandFiles.Picture(_folder, "photo.png");
        Dictionary<string, string?> environment = new() { ["XDG_CACHE_HOME"] = _folder.File("cache") };
        string[] arguments = ["classify", photo, "--model", Net, "--weights", _weights, "--verbose", .. Device];
        CliResult first = Cli.Run(arguments, seconds: 300, environment: environment);
        CliResult second = Cli.Run(arguments, seconds: 300, environment: environment);
        Assert.That(second.Error, Does.Match("shaders +0 shaders compiled, [1-9][0-9]* from the cache"));
        Assert.That(second.Output, Is.EqualTo(first.Output));
    }

    [Test]
    public void Weights_of_another_network_are_refused_with_all_that_differs()
    {
        string other = CommandFiles.Weights(_folder, "cifar-resnet32"), photo = CommandFiles.Picture(_folder, "photo.png");
        CliResult result = Run("classify", photo, "--model", Net, "--weights", other);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("cifar-resnet32.safetensors has ")
            .And.Contain("'layer1.3.conv1.weight' (16, 16, 3, 3)")
            .And.Contain("'layer3.4.bn2.running_var' (64)").And.Contain("which the model lacks."));
    }

    [Test]
    public void A_labels_file_must_name_every_class()
    {
        string photo = CommandFiles.Picture(_folder, "photo.png");
        string two = _folder.File("two.txt", "cat\ndog\n"u8.ToArray());
        CliResult result = Classify([photo, "--labels", two]);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("two.txt' has 2 names; cifar-resnet20 tells 10 classes apart"));
        Assert.That(Classify([photo, "--labels", photo]).ExitCode, Is.EqualTo(1), "a picture is no labels file");

        string ten = _folder.File("ten.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\ncafé\n"u8.ToArray());
        JsonElement report = Json(Classify([photo, "--labels", ten, "--top", "10", "--json"]), "classify");
        JsonElement best = report.GetProperty("images")[0].GetProperty("top");
        Assert.That(best.EnumerateArray().Select(top => top.GetProperty("label").GetString()), Has.Member("café"));
    }

    [Test]
    public void An_unknown_device_is_answered_with_the_list()
    {
        CliResult result = Run("explain", Net, "--device", "Voodoo");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("Voodoo").And.Contain("0: \""));
    }

    [Test]
    public void A_batch_without_room_is_an_error_and_not_a_crash()
    {
        CliResult result = Run("bench", "resnet152", "--batch", "65536");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.StartWith("resnet: ").And.Contain("A smaller batch or image fits."));
    }

    [Test]
    public void Explain_states_each_step()
    {
        JsonElement report = Json(Run(["explain", Net, "--json", .. Device]), "explain");
        HasKeys(report, "arena_bytes", "arena_bytes_unshared", "dispatches", "barriers", "rewrites", "steps");
        JsonElement[] steps = [.. report.GetProperty("steps").EnumerateArray()];
        Assert.That(steps, Has.Length.EqualTo(report.GetProperty("dispatches").GetInt32()));
        HasKeys(steps[0], "name", "operation", "kernel", "output_shape", "threads", "bytes", "arena_offset", "barrier", "ms");
        int barriers = steps.Count(step => step.GetProperty("barrier").GetBoolean());
        Assert.That(barriers, Is.EqualTo(report.GetProperty("barriers").GetInt32()));
        Assert.That(report.GetProperty("rewrites").GetProperty("FoldBatchNorm").GetInt32(), Is.EqualTo(19));
        long unshared = report.GetProperty("arena_bytes_unshared").GetInt64();
        Assert.That(report.GetProperty("arena_bytes").GetInt64(), Is.LessThan(unshared));
    }

    [Test]
    public void Verify_agrees_layer_by_layer()
    {
        JsonElement report = Json(Run(["verify", Net, "--weights", _weights, "--json", .. Device]), "verify");
        HasKeys(report, "agrees", "first_divergence", "layers");
        Assert.That(report.GetProperty("first_divergence").ValueKind, Is.EqualTo(JsonValueKind.Null));
        JsonElement[] layers = [.. report.GetProperty("layers").EnumerateArray()];
        Assert.That(layers, Has.Length.GreaterThan(20));
        foreach (JsonElement layer in layers)
        {
            double tolerance = layer.GetProperty("tolerance").GetDouble();
            Assert.That(layer.GetProperty("max_abs_error").GetDouble(), Is.LessThanOrEqualTo(tolerance));
        }
    }

    [Test]
    public void Verify_takes_a_photo()
    {
        string photo = CommandFiles.Picture(_folder, "photo.png", 51, 38);
        CliResult result = Run(["verify", Net, "--weights", _weights, "--image", photo, .. Device]);
        Assert.That(result.ExitCode, Is.Zero, result.Output);
        Assert.That(result.Output, Does.Contain("ok      image ").And.Contain(" layers agree."));
    }

    [Test]
    public void Evaluate_counts_the_same_on_records_and_on_folders()
    {
        string records = CommandFiles.Cifar(_folder, 50), folders = _folder.File("classes");
        Cifar10 set = Cifar10.Open(records);
        for (int i = 0; i < set.Count; i++)
        {
            string folder = Path.Combine(folders, set.ClassNames[set.Label(i)]);
            Directory.CreateDirectory(folder);
            ImageFile.Write(Path.Combine(folder, $"{i:D2}.png"), set.Read(i));
        }

        string[] options = ["--weights", _weights, "--json", .. Device];
        JsonElement a = Json(Run(["evaluate", "cifar10", "--data", records, .. options]), "records");
        JsonElement b = Json(Run(["evaluate", "cifar10", "--data", folders, .. options]), "folders");
        HasKeys(a, "count", "errors", "top1", "top5", "loss");
        Assert.That(a.GetProperty("count").GetInt32(), Is.EqualTo(50));
        Assert.That(a.GetProperty("top1").GetDouble(), Is.EqualTo(1 - a.GetProperty("errors").GetInt32() / 50.0).Within(1e-12));
        Assert.That(b.GetProperty("errors").GetInt32(), Is.EqualTo(a.GetProperty("errors").GetInt32()));
        // The same 50 losses in another order: 50 roundings of a sum at most 50 times the mean.
        Assert.That(b.GetProperty("loss").GetDouble(), Is.EqualTo(a.GetProperty("loss").GetDouble()).Within(1e-6));

        string damaged = Path.Combine(folders, "cat", "zz.png");
        File.WriteAllText(damaged, "no picture");
        CliResult result = Run(["evaluate", "cifar10", "--data", folders, .. options]);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.StartWith($"resnet: '{damaged}' is no JPEG or PNG image"));
    }

    [Test]
    public void Bench_measures_and_states_the_peak_beside()
    {
        JsonElement report = Json(Run(["bench", Net, "--batch", "2", "--json", .. Device]), "bench");
        HasKeys(report, "device", "driver", "model", "batch", "precision", "median_ms", "p95_ms", "images_per_second", "gflops",
            "peak_gflops", "fraction_of_peak", "first_run_ms", "warm_start_ms", "peak_device_bytes", "peak_rss_bytes");
        double median = report.GetProperty("median_ms").GetDouble();
        Assert.That(report.GetProperty("p95_ms").GetDouble(), Is.GreaterThanOrEqualTo(median));
        Assert.That(report.GetProperty("images_per_second").GetDouble(), Is.EqualTo(2000 / median).Within(1e-6 * 2000 / median));
        Assert.That(report.GetProperty("fraction_of_peak").GetDouble(), Is.InRange(1e-6, 1), "nothing is faster than the peak");
        Assert.That(report.GetProperty("peak_device_bytes").GetInt64(), Is.GreaterThan(1 << 20));
    }

    [Test]
    public void Bench_measures_steps_of_training()
    {
        JsonElement report = Json(Run(["bench", Net, "--train", "--batch", "3", "--size", "16", "--json", .. Device]), "bench");
        HasKeys(report, "device", "driver", "model", "batch", "image_size", "runs", "step_ms", "p95_ms", "images_per_second",
            "gflops", "loss", "first_step_ms", "peak_device_bytes", "peak_rss_bytes");
        double median = report.GetProperty("step_ms").GetDouble();
        Assert.That(report.GetProperty("images_per_second").GetDouble(), Is.EqualTo(3000 / median).Within(1e-6 * 3000 / median));
        Assert.That(report.GetProperty("runs").GetInt32(), Is.InRange(5, 50));
        Assert.That(report.GetProperty("loss").GetDouble(), Is.InRange(0.1, 10), "about ln 10");
        Assert.That(Run("bench", Net, "--train", "--precision", "fp16").ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void Explain_states_the_steps_of_training()
    {
        JsonElement report = Json(Run(["explain", Net, "--train", "--batch", "2", "--json", .. Device]), "explain");
        string?[] names = [.. report.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString())];
        Assert.That(names, Has.Member("conv1").And.Member("loss").And.Member("gradient norm").And.Member("update 0"));
    }

    [Test]
    public void Explain_plans_what_it_saves_to_compute_again()
    {
        string[] step = ["explain", Net, "--train", "--batch", "16", "--plan", "--json", .. Device];
        JsonElement kept = Json(Run(step), "explain"), again = Json(Run([.. step, "--recompute"]), "explain");
        Assert.That(kept.GetProperty("recomputation").ValueKind, Is.EqualTo(JsonValueKind.Null));
        JsonElement cost = again.GetProperty("recomputation");
        long bytes = kept.GetProperty("arena_bytes").GetInt64();
        Assert.That(cost.GetProperty("arena_bytes_without").GetInt64(), Is.EqualTo(bytes));
        Assert.That(again.GetProperty("arena_bytes").GetInt64(), Is.LessThan(0.6 * bytes));
        long once = cost.GetProperty("multiply_adds_once").GetInt64();
        Assert.That(cost.GetProperty("multiply_adds").GetInt64(), Is.InRange(once / 5, once / 3), "the forward pass is a third");
        Assert.That(cost.GetProperty("operations").GetInt32(), Is.GreaterThan(20));
        Assert.That(again.GetProperty("state_bytes").GetInt64(), Is.EqualTo(kept.GetProperty("state_bytes").GetInt64()));
        JsonElement time = again.GetProperty("steps")[0].GetProperty("ms");
        Assert.That(time.ValueKind, Is.EqualTo(JsonValueKind.Null), "nothing ran");
        Assert.That(Run("explain", Net, "--recompute").ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void Ctrl_C_stops_at_the_next_batch()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Windows has no kill that sends Ctrl-C to one process.");
        string photo = CommandFiles.Picture(_folder, "again.png");
        string[] photos = [.. Enumerable.Repeat(photo, 2000)];
        string[] arguments = ["classify", .. photos, "--model", Net, "--weights", _weights, "--batch", "1", .. Device];
        ProcessStartInfo start = new(Cli.Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Cli.DotnetRoot;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Assert.That(process.StandardOutput.ReadLine(), Is.EqualTo(photo), "it runs");
        // The shell has it built in; the program is not everywhere.
        using (Process kill = Process.Start("/bin/sh", ["-c", $"kill -INT {process.Id}"])) kill.WaitForExit();
        string rest = process.StandardOutput.ReadToEnd();
        Assert.That(process.WaitForExit(TimeSpan.FromSeconds(60)), Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(130));
        Assert.That(error.Result, Does.Match("^resnet: Stopped after [0-9,]+ of 2,000 photos\\.\n$"));
        Assert.That(rest.Split('\n').Count(line => line == photo), Is.LessThan(1999));
    }

    private CliResult Classify(string[] arguments) =>
        Run(["classify", .. arguments, "--model", Net, "--weights", _weights, .. Device]);

    private static CliResult Run(params string[] arguments) => Cli.Run(arguments, seconds: 300);

    private static JsonElement Json(CliResult result, string command)
    {
        Assert.That(result.ExitCode, Is.Zero, $"{command}: {result.Error}{result.Output}");
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static void HasKeys(JsonElement element, params string[] keys) =>
        Assert.That(keys.Where(key => !element.TryGetProperty(key, out _)), Is.Empty, "keys that lack");
}
