using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Demo;

/// <summary>The command that trains, as people run it: a small network on few pictures, in processes of its own.</summary>
[TestFixture, Category("Device")]
public sealed class TrainCommandTests
{
    private static readonly string[] Device =
        Environment.GetEnvironmentVariable("RESNET_DEVICE") is { Length: > 0 } device ? ["--device", device] : [];

    // 48 pictures in batches of 12, seen as 8x8: four steps an epoch, each of milliseconds.
    private static readonly string[] Small =
        ["--model", "shapes-resnet12", "--size", "8", "--augment", "none", "--batch-size", "12", "--lr", "0.01", .. Device];

    private TemporaryFolder _folder = null!;
    private string _data = null!, _out = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        (_data, _out) = (_folder.File("data"), _folder.File("run"));
        Directory.CreateDirectory(_data);
        File.Move(CommandFiles.Cifar(_folder, 48), Path.Combine(_data, "data_batch_1.bin"));
        File.Move(CommandFiles.Cifar(_folder, 20), Path.Combine(_data, "test_batch.bin"));
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Epochs_are_reported_kept_and_agree_with_evaluate()
    {
        JsonElement report = Json(Train("--epochs", "2", "--json"));
        HasKeys(report, "epochs", "best", "out");
        Assert.That(report.GetProperty("out").GetString(), Is.EqualTo(_out));
        JsonElement[] epochs = [.. report.GetProperty("epochs").EnumerateArray()];
        Assert.That(epochs, Has.Length.EqualTo(2));
        HasKeys(epochs[1], "epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "images_per_second");
        Assert.That(epochs.Max(epoch => epoch.GetProperty("test_accuracy").GetDouble()),
            Is.EqualTo(report.GetProperty("best").GetDouble()));
        foreach (string file in new[] { "checkpoint.safetensors", "last.safetensors", "log.jsonl", "curves.svg", "curves.png" })
            Assert.That(File.Exists(Path.Combine(_out, file)), file);

        // The weights say what they are: no --model, no --size.
        string picture = _folder.File("confusion.png");
        JsonElement judged = Json(Cli.Run(
            ["evaluate", "cifar10", "--data", _data, "--weights", Path.Combine(_out, "last.safetensors"), "--confusion", picture,
                "--json", .. Device], seconds: 300));
        Assert.That(judged.GetProperty("count").GetInt32(), Is.EqualTo(20));
        // The device that resizes may round a level elsewhere than the host: 1/255 of a picture's range, through 14 layers.
        double loss = epochs[1].GetProperty("test_loss").GetDouble();
        Assert.That(judged.GetProperty("loss").GetDouble(), Is.EqualTo(loss).Within(0.02));
        Assert.That(ImageFile.Read(picture).Width, Is.GreaterThan(600));
    }

    [Test]
    public void Shapes_need_no_files()
    {
        string[] arguments = ["train", "shapes", "--size", "8", "--batch-size", "8", "--max-steps", "3", "--out", _out, "--json"];
        JsonElement report = Json(Cli.Run([.. arguments, .. Device], seconds: 300));
        Assert.That(report.GetProperty("epochs").GetArrayLength(), Is.Zero, "no epoch was completed");
        Assert.That(TrainingLog.Read(Path.Combine(_out, "log.jsonl")).Steps, Has.Count.EqualTo(3));
    }

    [Test]
    public void What_was_stopped_goes_on_to_the_same_end()
    {
        Assert.That(Train("--epochs", "2").ExitCode, Is.Zero);
        byte[] whole = File.ReadAllBytes(Path.Combine(_out, "last.safetensors"));
        Directory.Delete(_out, recursive: true);

        Assert.That(Train("--epochs", "2", "--resume").ExitCode, Is.EqualTo(2), "there is nothing to resume from");
        Assert.That(Train("--epochs", "2", "--max-steps", "3").ExitCode, Is.Zero);
        string left = Path.Combine(_out, $"checkpoint.safetensors.{Guid.NewGuid():N}.tmp");
        string notes = Path.Combine(_out, "notes.tmp");
        File.WriteAllText(left, "of a run that was killed");
        File.WriteAllText(notes, "somebody's own");
        Assert.That(Train("--epochs", "2", "--resume").ExitCode, Is.Zero);
        Assert.That(File.ReadAllBytes(Path.Combine(_out, "last.safetensors")), Is.EqualTo(whole));
        Assert.That((File.Exists(left), File.Exists(notes)), Is.EqualTo((false, true)));

        CliResult other = Train("--epochs", "3", "--resume");
        Assert.That(other.ExitCode, Is.EqualTo(1));
        Assert.That(other.Error, Does.Contain("is the checkpoint of another training: epochs was 2 and is 3"));
    }

    [TestCase("There is no model 'resnet51'. Near: ", "cifar10", "--model", "resnet51")]
    [TestCase("There is no recipe 'cake'; known are ", "cifar10", "--recipe", "cake")]
    [TestCase("--augment does not know 'twirl'.", "cifar10", "--augment", "flip,twirl")]
    [TestCase("--schedule", "shapes", "--schedule", "sometimes")]
    [TestCase("--new-head replaces the head of the weights that --init names.", "shapes", "--new-head")]
    [TestCase("--hold-out 1: Not between 0 and 1.", "shapes", "--hold-out", "1")]
    [TestCase("'imagenett' is none of mnist", "imagenett")]
    [TestCase("No parameter of shapes-resnet12 is called like layer9.*.", "shapes", "--freeze", "layer9.*")]
    public void Wrong_use_is_a_sentence(string sentence, params string[] arguments)
    {
        CliResult result = Cli.Run(["train", .. arguments, "--out", _out, .. Device], seconds: 300);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.Contain(sentence).And.Not.Contain("   at "));
        Assert.That(Directory.Exists(_out), Is.False);
    }

    [Test]
    public void A_set_that_is_not_there_is_fetched_by_a_command_that_is_named()
    {
        CliResult result = Cli.Run("train", "cifar100", "--data", _data);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("The data set cifar100 is not there")
            .And.Contain("'resnet fetch cifar100' gets them."));
    }

    [Test]
    public void Computing_activations_again_changes_no_bit()
    {
        string last = Path.Combine(_out, "last.safetensors");
        Assert.That(Train("--epochs", "1").ExitCode, Is.Zero);
        byte[] kept = File.ReadAllBytes(last);
        Directory.Delete(_out, recursive: true);
        Assert.That(Train("--epochs", "1", "--recompute").ExitCode, Is.Zero);
        Assert.That(File.ReadAllBytes(last).AsSpan().SequenceEqual(kept), Is.True, "the weights differ");
    }

    [Test]
    public void Without_a_test_part_pictures_are_held_out()
    {
        File.Delete(Path.Combine(_data, "test_batch.bin"));
        CliResult result = Train("--epochs", "1", "--json");
        Assert.That(
            result.Error,
            Does.Contain("cifar10 has no test part here: 10 of the 48 pictures are held out to be judged by."));
        Assert.That(Json(result).GetProperty("epochs")[0].GetProperty("test_accuracy").GetDouble(), Is.InRange(0, 1));
    }

    [Test]
    public void Ctrl_C_ends_with_130_and_a_checkpoint_to_go_on_from()
    {
        SkipOnWindows();
        using Process process = Start("--epochs", "100000");
        Task<string> error = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        WaitFor(process, () => StepsLogged() > 2);
        Signal(process, "INT");
        Assert.That(process.WaitForExit(TimeSpan.FromSeconds(60)), Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(130), error.Result);
        Assert.That(error.Result, Does.Match(
            "resnet: Stopped after step [0-9,]+\\. --resume goes on from '.*checkpoint.safetensors'"));
        Assert.That(long.Parse(Checkpoint.Metadata(CheckpointPath)["step"]), Is.GreaterThan(2));
    }

    [Test]
    public void A_run_that_is_killed_at_any_moment_leaves_a_whole_checkpoint()
    {
        SkipOnWindows();
        Random random = new(11);
        long last = 0;
        for (int i = 0; i < 10; i++)
        {
            string[] resume = File.Exists(CheckpointPath) ? ["--resume"] : [];
            using Process process = Start(["--epochs", "100000", "--save-every", "0", .. resume]);
            _ = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            // Half of them while a file is being written, which is where it could hurt.
            long goal = last + random.Next(1, 12);
            WaitFor(process, () => StepsLogged() > goal);
            if (i % 2 == 0) WaitFor(process, () => Directory.EnumerateFiles(_out, "*.tmp").Any());
            process.Kill();
            process.WaitForExit();
            Assert.That(error.Result, Does.Not.Contain("resnet:"));

            using WeightFile file = WeightFile.Open(CheckpointPath);
            foreach (WeightTensor tensor in file.Tensors.Values) Assert.That(tensor.ToFloats().All(float.IsFinite), tensor.Name);
            long step = long.Parse(file.Metadata["step"]);
            Assert.That(step, Is.GreaterThanOrEqualTo(last), $"run {i}");
            last = step;
        }
        TestContext.Out.WriteLine($"{last} steps in ten runs that were killed");
        Assert.That(last, Is.GreaterThan(10), "each run went on from the one before");
        Assert.That(Train("--epochs", "100000", "--resume", "--max-steps", $"{last + 2}").ExitCode, Is.Zero);
        Assert.That(Directory.EnumerateFiles(_out, "*.tmp"), Is.Empty, "what the killed runs left is removed");
    }

    [TestCase(400, Description = "the weights do not fit")]
    [TestCase(1000, Description = "the weights fit, the checkpoint does not")]
    public void A_full_disk_is_a_sentence_and_the_checkpoint_before_stays(int kibibytes)
    {
        if (!File.Exists("/usr/bin/prlimit"))
            Assert.Ignore("There is no prlimit, which bounds what a running process may write.");
        // A write beyond the limit fails where the signal is ignored, as on a full disk.
        ProcessStartInfo start = new(
            "/bin/bash",
            ["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", Cli.Program, .. Arguments("--epochs", "100000", "--save-every", "0")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Cli.DotnetRoot;
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";        // its double mapping is a file of gigabytes
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        // Some drivers keep the device's memory in a file: from the second epoch on nothing is allocated any more.
        WaitFor(process, () => EpochsLogged() > 0 && File.Exists(CheckpointPath));
        Assert.That(new FileInfo(CheckpointPath).Length, Is.InRange(1200 << 10, 1500 << 10), "half of it are the weights");
        using Process limit = Process.Start("/usr/bin/prlimit", ["--pid", $"{process.Id}", $"--fsize={kibibytes << 10}"]);
        limit.WaitForExit();
        Assert.That(limit.ExitCode, Is.Zero);

        Assert.That(process.WaitForExit(TimeSpan.FromSeconds(120)), Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(1), error.Result + output.Result);
        Match sentence = Regex.Match(
            error.Result,
            "resnet: '.*' cannot be written: its folder is missing, full, or not writable\\. .*"
            + "The last checkpoint is .* \\(step ([0-9]+)\\)");
        Assert.That(sentence.Success, error.Result);
        Assert.That(Checkpoint.Metadata(CheckpointPath)["step"], Is.EqualTo(sentence.Groups[1].Value));
        Assert.That(Directory.EnumerateFiles(_out, "*.tmp"), Is.Empty);
        string next = $"{long.Parse(sentence.Groups[1].Value) + 1}";
        Assert.That(Train("--epochs", "100000", "--resume", "--max-steps", next).ExitCode, Is.Zero, "it goes on from there");
    }

    private string CheckpointPath => Path.Combine(_out, Trainer.CheckpointName);

    private string[] Arguments(params string[] more) => ["train", "cifar10", "--data", _data, "--out", _out, .. Small, .. more];

    private CliResult Train(params string[] more) => Cli.Run(Arguments(more), seconds: 300);

    private Process Start(params string[] more)
    {
        ProcessStartInfo start = new(Cli.Program, Arguments(more))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Cli.DotnetRoot;
        return Process.Start(start)!;
    }

    private long StepsLogged()
    {
        string log = Path.Combine(_out, "log.jsonl");
        return File.Exists(log) && TrainingLog.Read(log).Steps is { Count: > 0 } steps ? steps[^1].Step : 0;
    }

    private int EpochsLogged()
    {
        string log = Path.Combine(_out, "log.jsonl");
        return File.Exists(log) ? TrainingLog.Read(log).Epochs.Count : 0;
    }

    private static void WaitFor(Process process, Func<bool> isTrue)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!isTrue())
        {
            Assert.That(process.HasExited, Is.False, "it runs");
            if (clock.Elapsed < TimeSpan.FromSeconds(120)) continue;
            process.Kill();
            Assert.Fail("Nothing came of it in 120 s.");
        }
    }

    // The shell has kill built in; the program is not everywhere.
    private static void Signal(Process process, string name)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {process.Id}"]);
        kill.WaitForExit();
    }

    private static void SkipOnWindows()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Windows has neither these signals nor these limits.");
    }

    private static JsonElement Json(CliResult result)
    {
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static void HasKeys(JsonElement element, params string[] keys) =>
        Assert.That(keys.Where(key => !element.TryGetProperty(key, out _)), Is.Empty, "keys that lack");
}
