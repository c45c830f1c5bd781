using System.Text;
using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;

namespace ResNetVulkan.Tests.Training;

/// <summary>The event files, read back by a parser in Python that shares nothing with the writer.</summary>
[TestFixture]
public sealed class TensorBoardTests
{
    private static readonly DateTimeOffset Noon = new(2024, 2, 29, 12, 0, 0, 250, TimeSpan.Zero);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Events_are_what_an_independent_parser_reads()
    {
        JsonElement[] events = Events(board =>
        {
            board.Append(1, ("loss/train", 2.5), ("accuracy/train", 0.1));
            board.Append(300, ("été", double.NaN));
            board.Append(long.MaxValue, ("loss/train", double.NegativeInfinity), (new string('x', 300), 1e-45));
            board.Append(2);
        });

        Assert.That(events, Has.Length.EqualTo(5));
        Assert.That(events.Select(it => it.GetProperty("wall_time").GetDouble()), Is.All.EqualTo(1709208000.25));
        Assert.That(events[0].GetProperty("file_version").GetString(), Is.EqualTo("brain.Event:2"));
        Assert.That(events.Select(it => it.GetProperty("step").GetInt64()), Is.EqualTo(new[] { 0, 1, 300, long.MaxValue, 2 }));
        Assert.That(Scalars(events[1]), Is.EqualTo("loss/train 2.5, accuracy/train 0.10000000149011612"), "0.1 as a float32");
        Assert.That(Scalars(events[2]), Is.EqualTo("été nan"));
        Assert.That(Scalars(events[3]), Is.EqualTo($"loss/train -inf, {new string('x', 300)} 1.401298464324817e-45"));
        Assert.That(Scalars(events[4]), Is.Empty);
    }

    [Test]
    public void A_resumed_run_tells_from_which_step_on_earlier_files_do_not_count()
    {
        JsonElement[] events = Events(board => board.Append(8, ("loss", 1)), resumedAt: 7);
        Assert.That(events[1].GetProperty("step").GetInt64(), Is.EqualTo(8));
        Assert.That(events[1].GetProperty("session").GetRawText().Replace(" ", ""), Is.EqualTo("[[1,1]]"), "status: START");
    }

    [Test]
    public void A_changed_byte_is_found_by_the_parser_of_this_test()
    {
        string path = Write(board => board.Append(1, ("loss", 2.5)), 0);
        byte[] bytes = File.ReadAllBytes(path);
        foreach (int at in (int[])[0, 9, 20, bytes.Length - 8, bytes.Length - 1])
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 4;
            string file = _folder.File("damaged", damaged);
            Assert.Throws<InvalidOperationException>(() => Parse(file), $"byte {at}");
        }
    }

    [Test]
    public void An_event_is_in_the_file_as_soon_as_it_is_appended()
    {
        using TensorBoard board = TensorBoard.Create(_folder.File("a/b"), clock: new StoppedClock());
        long before = new FileInfo(board.Path).Length;
        board.Append(1, ("loss", 2.5));
        Assert.That(new FileInfo(board.Path).Length, Is.GreaterThan(before));
        Assert.That(Path.GetFileName(board.Path), Is.EqualTo("events.out.tfevents.1709208000250.resnetvulkan"));
    }

    private JsonElement[] Events(Action<TensorBoard> write, long resumedAt = 0) => Parse(Write(write, resumedAt));

    private string Write(Action<TensorBoard> write, long resumedAt)
    {
        using TensorBoard board = TensorBoard.Create(_folder.Path, resumedAt, new StoppedClock());
        write(board);
        return board.Path;
    }

    private static JsonElement[] Parse(string file)
    {
        string text = Encoding.UTF8.GetString(Python.Run("Tests/Training/tensorboard_events.py", [file]));
        return [.. text.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string Scalars(JsonElement it) =>
        string.Join(", ", it.GetProperty("scalars").EnumerateArray().Select(scalar => $"{scalar[0]} {scalar[1]}"));

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }
}
