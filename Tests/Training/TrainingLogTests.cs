using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;

namespace ResNetVulkan.Tests.Training;

/// <summary>The log of a run: what its lines say, what survives, and what a resumed run makes of it.</summary>
[TestFixture]
public sealed class TrainingLogTests
{
    private TemporaryFolder _folder = null!;
    private string _path = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        _path = _folder.File("log.jsonl");
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void A_line_is_an_object_with_the_documented_names()
    {
        using (TrainingLog log = TrainingLog.Create(_path))
        {
            log.Append(new StepRecord(1, 1, 2.3026, 0.125, 0.1, 3.5, 1234.5, 51.25));
            log.Append(new EpochRecord(1, 2.25, 0.5, 2, 0.75, 1000));
        }
        Assert.That(File.ReadAllText(_path), Is.EqualTo(
            """{"step":1,"epoch":1,"loss":2.3026,"accuracy":0.125,"learning_rate":0.1,"gradient_norm":3.5""" +
            ""","images_per_second":1234.5,"ms":51.25}""" + "\n" +
            """{"epoch":1,"train_loss":2.25,"train_accuracy":0.5,"test_loss":2,"test_accuracy":0.75""" +
            ""","images_per_second":1000}""" + "\n"));
    }

    [Test]
    public void What_was_written_is_read_back_to_the_last_bit()
    {
        StepRecord[] steps =
        [
            new(1, 1, 1.0 / 3, 0.1, 1e-300, null, double.MaxValue, 0),
            new(2, 1, double.NaN, 0, 0.1, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon),
            new(long.MaxValue, int.MaxValue, -0.0, 1, 5e-5, 2, 3, 4),
        ];
        EpochRecord epoch = new(1, Math.PI, 0.1 + 0.2, null, null, 7);
        using (TrainingLog log = TrainingLog.Create(_path))
        {
            foreach (StepRecord step in steps) log.Append(step);
            log.Append(epoch);
        }

        TrainingHistory history = TrainingLog.Read(_path);
        Assert.That(history.Steps, Is.EqualTo(steps));
        Assert.That(history.Epochs, Is.EqualTo(new[] { epoch }));
        foreach (string line in File.ReadAllLines(_path)) Assert.DoesNotThrow(() => JsonDocument.Parse(line).Dispose());
    }

    [Test]
    public void A_line_is_in_the_file_as_soon_as_it_is_appended_and_others_may_read_it()
    {
        using TrainingLog log = TrainingLog.Create(_path);
        for (int step = 1; step <= 3; step++)
        {
            log.Append(Step(step, 1));
            Assert.That(TrainingLog.Read(_path).Steps, Has.Count.EqualTo(step));
        }
    }

    [Test]
    public void Creating_replaces_what_was_there()
    {
        File.WriteAllText(_path, "an old log");
        using (TrainingLog log = TrainingLog.Create(_path)) log.Append(Step(1, 1));
        Assert.That(TrainingLog.Read(_path).Steps, Has.Count.EqualTo(1));
    }

    // Three epochs of four steps each. A state is saved after each step; at an epoch's end before or after its line.
    [Test]
    public void A_resumed_log_equals_an_uninterrupted_one(
        [Values(0, 1, 3, 4, 5, 8, 12)] int savedStep, [Values] bool isSavedAfterTheEpochsLine,
        [Values(0, 1, 40, 400)] int furtherBytes)
    {
        int savedEpochs = isSavedAfterTheEpochsLine ? savedStep / 4 : Math.Max(0, (savedStep - 1) / 4);
        string whole = _folder.File("whole.jsonl");
        using (TrainingLog log = TrainingLog.Create(whole)) Run(log, 0, 0);
        byte[] wanted = File.ReadAllBytes(whole);

        // The run died somewhere behind what was saved, perhaps in the middle of a line.
        long saved = Length(wanted, savedStep, savedEpochs);
        File.WriteAllBytes(_path, wanted[..(int)Math.Min(wanted.Length, saved + furtherBytes)]);
        using (TrainingLog log = TrainingLog.Resume(_path, savedStep, savedEpochs))
        {
            Assert.That(log.LastStep, Is.EqualTo(savedStep));
            Run(log, savedStep, savedEpochs);
        }
        Assert.That(File.ReadAllBytes(_path), Is.EqualTo(wanted));
    }

    [Test]
    public void A_log_that_was_lost_says_how_far_it_goes()
    {
        using (TrainingLog log = TrainingLog.Resume(_path, 5, 1))
        {
            Assert.That(log.LastStep, Is.Zero);
            log.Append(Step(6, 2));
        }
        using (TrainingLog log = TrainingLog.Resume(_path, 9, 2)) Assert.That(log.LastStep, Is.EqualTo(6));
    }

    [TestCase("{\"step\":2,\"epoch\":1}", TestName = "A_bad_line_is_named(a step without its numbers)")]
    [TestCase("{\"epoch\":\"one\"}", TestName = "A_bad_line_is_named(an epoch that is no number)")]
    [TestCase("null", TestName = "A_bad_line_is_named(nothing)")]
    [TestCase("", TestName = "A_bad_line_is_named(an empty line)")]
    [TestCase("\0\0\0\0", TestName = "A_bad_line_is_named(zeros of a file system that lost power)")]
    public void A_bad_line_is_named(string line)
    {
        using (TrainingLog log = TrainingLog.Create(_path)) log.Append(Step(1, 1));
        File.AppendAllText(_path, line + "\n");
        string said = $"'{_path}', line 2, is no line of a training log: ";
        Assert.That(Assert.Throws<InvalidDataException>(() => TrainingLog.Read(_path))!.Message, Does.StartWith(said));

        byte[] before = File.ReadAllBytes(_path);
        Assert.That(Assert.Throws<InvalidDataException>(() => TrainingLog.Resume(_path, 9, 9))!.Message, Does.StartWith(said));
        Assert.That(File.ReadAllBytes(_path), Is.EqualTo(before), "nothing is cut off a file that is not understood");
    }

    [Test]
    public void What_is_behind_the_cut_need_not_be_a_log()
    {
        using (TrainingLog log = TrainingLog.Create(_path))
        {
            log.Append(Step(1, 1));
            log.Append(Step(2, 1));
        }
        File.AppendAllText(_path, "damage\n");
        using (TrainingLog log = TrainingLog.Resume(_path, 1, 0)) Assert.That(log.LastStep, Is.EqualTo(1));
        Assert.That(TrainingLog.Read(_path).Steps, Has.Count.EqualTo(1));
    }

    private static void Run(TrainingLog log, int steps, int epochs)
    {
        for (int step = steps + 1; step <= 13; step++)
        {
            // An epoch whose line was not written when the state was saved comes first.
            if ((step - 1) / 4 is int finished && finished > epochs) log.Append(Epoch(epochs = finished));
            if (step <= 12) log.Append(Step(step, 1 + ((step - 1) / 4)));
        }
    }

    private static StepRecord Step(int step, int epoch) => new(step, epoch, 2.0 / step, 0.5, 0.1, 1, 100, 10);

    private static EpochRecord Epoch(int epoch) => new(epoch, 1.0 / epoch, 0.5, 1.5, 0.25, 100);

    private static int Length(byte[] log, int steps, int epochs)
    {
        (int at, int lines) = (0, steps + epochs);
        for (; lines > 0; lines--) at += log.AsSpan(at).IndexOf((byte)'\n') + 1;
        return at;
    }
}
