using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ResNetVulkan.Training;

/// <summary>One step of training: a line of the log that begins with "step".</summary>
/// <param name="Step">Counted from 1 over the whole run.</param>
/// <param name="Epoch">That the step belongs to, counted from 1.</param>
/// <param name="Loss">The batch's mean.</param>
/// <param name="Accuracy">The fraction of the batch that was right before the step, from 0 to 1.</param>
/// <param name="LearningRate">That the step was made with.</param>
/// <param name="GradientNorm">L2 over all parameters, before any clipping; null where it is not computed.</param>
/// <param name="ImagesPerSecond">The rate at that time.</param>
/// <param name="Milliseconds">From the end of the step before to the end of this one.</param>
public sealed record StepRecord(
    long Step, int Epoch, double Loss, double Accuracy, double LearningRate, double? GradientNorm, double ImagesPerSecond,
    [property: JsonPropertyName("ms")] double Milliseconds);

/// <summary>One epoch of training: a line of the log that begins with "epoch".</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="TrainLoss">The mean over the epoch's images, each as its own step saw it.</param>
/// <param name="TrainAccuracy">From 0 to 1, likewise.</param>
/// <param name="TestLoss">The mean over the test set after the epoch; null where none was run.</param>
/// <param name="TestAccuracy">From 0 to 1; null where none was run.</param>
/// <param name="ImagesPerSecond">Of training, the evaluation left out.</param>
public sealed record EpochRecord(
    int Epoch, double TrainLoss, double TrainAccuracy, double? TestLoss, double? TestAccuracy, double ImagesPerSecond);

/// <summary>A whole log in memory, in the order of its lines.</summary>
/// <param name="Steps">The lines of steps.</param>
/// <param name="Epochs">The lines of epochs.</param>
public sealed record TrainingHistory(IReadOnlyList<StepRecord> Steps, IReadOnlyList<EpochRecord> Epochs);

/// <summary>
/// What a run writes down as it goes, a JSON object a line (<c>log.jsonl</c>): <c>{"step":1,"epoch":1,"loss":2.3,...}</c> for
/// each step and <c>{"epoch":1,"train_loss":1.9,...}</c> behind the last step of each epoch. Owns the file.
/// </summary>
/// <remarks>
/// <para>
/// A line reaches the system whole, in one write, so a process that dies loses none; at the end of each epoch, at
/// <see cref="Flush"/> and at the end the file is flushed to the disk, so a machine that dies loses at most the steps since.
/// Others may read the file meanwhile.
/// </para>
/// <para>JSON has no NaN: a number that is none is the string "NaN", "Infinity" or "-Infinity". Not thread-safe.</para>
/// </remarks>
public sealed class TrainingLog : IDisposable
{
    private readonly FileStream _file;

    private TrainingLog(FileStream file) => _file = file;

    /// <summary>The last step in the file as it was opened; 0 where there is none.</summary>
    public long LastStep { get; private init; }

    /// <summary>Begins a log, over whatever the file held.</summary>
    /// <exception cref="IOException">The file cannot be written; its folder may be missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static TrainingLog Create(string path) => new(Open(path, FileMode.Create));

    /// <summary>
    /// Goes on with a log from a state that was saved earlier: what was written after it is cut off, so that in the end the log
    /// is that of a run without the interruption, but for its times. A file that is not there begins empty.
    /// </summary>
    /// <param name="path">The log's file.</param>
    /// <param name="step">How many steps the saved state has made.</param>
    /// <param name="epochs">How many epochs it has finished, with their line in the log.</param>
    /// <remarks>
    /// Where <see cref="LastStep"/> is less than <paramref name="step"/> afterwards, lines were lost, as when the log was
    /// deleted.
    /// </remarks>
    /// <exception cref="InvalidDataException">A line before the cut is none of a log's; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be written; its folder may be missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static TrainingLog Resume(string path, long step, int epochs)
    {
        FileStream file = Open(path, FileMode.OpenOrCreate);
        try
        {
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            (long end, long last) = (0, 0);
            foreach ((object record, int lineEnd) in Lines(path, content))
            {
                bool isLater = record is StepRecord made ? made.Step > step : ((EpochRecord)record).Epoch > epochs;
                if (isLater) break;
                (end, last) = (lineEnd, record is StepRecord kept ? kept.Step : last);
            }
            file.SetLength(end);
            file.Position = end;
            return new TrainingLog(file) { LastStep = last };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a log, also one that is being written: a line that has no end yet is left out.</summary>
    /// <exception cref="InvalidDataException">A line is none of a log's; the message says which.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static TrainingHistory Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] content = new byte[file.Length];
        int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        object[] records = [.. Lines(path, content.AsMemory(0, length)).Select(line => line.Record)];
        return new TrainingHistory([.. records.OfType<StepRecord>()], [.. records.OfType<EpochRecord>()]);
    }

    /// <summary>Writes a step down.</summary>
    /// <exception cref="IOException">The disk is full, or gone.</exception>
    public void Append(StepRecord step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Write(step, TrainingJson.Default.StepRecord);
    }

    /// <summary>Writes an epoch down and flushes the file to the disk.</summary>
    /// <exception cref="IOException">The disk is full, or gone.</exception>
    public void Append(EpochRecord epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        Write(epoch, TrainingJson.Default.EpochRecord);
        Flush();
    }

    /// <summary>
    /// Returns once all lines are on the disk. Called before a checkpoint is written, no checkpoint is ahead of its log.
    /// </summary>
    /// <exception cref="IOException">The disk is full, or gone.</exception>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <summary>Flushes to the disk and closes.</summary>
    public void Dispose()
    {
        if (_file.CanWrite) Flush();
        _file.Dispose();
    }

    // Unbuffered: each write is the system's.
    private static FileStream Open(string path, FileMode mode) =>
        new(path, mode, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);

    private void Write<T>(T record, JsonTypeInfo<T> type) =>
        _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, type), (byte)'\n']);

    // Records with the offset behind their line. What has no line end was cut off by a crash, or is still being written.
    private static IEnumerable<(object Record, int End)> Lines(string path, ReadOnlyMemory<byte> content)
    {
        for ((int at, int line) = (0, 1); content.Span[at..].IndexOf((byte)'\n') is >= 0 and int length; line++)
        {
            object record;
            try
            {
                record = Parse(content.Slice(at, length));
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"'{path}', line {line:N0}, is no line of a training log: {error.Message}", error);
            }
            at += length + 1;
            yield return (record, at);
        }
    }

    private static object Parse(ReadOnlyMemory<byte> line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        bool isStep = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("step", out _);
        object? record = isStep
            ? json.RootElement.Deserialize(TrainingJson.Default.StepRecord)
            : json.RootElement.Deserialize(TrainingJson.Default.EpochRecord);
        return record ?? throw new JsonException("It says null.");
    }
}

/// <summary>How the log's records are JSON: made at build time, so that it needs no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StepRecord))]
[JsonSerializable(typeof(EpochRecord))]
internal sealed partial class TrainingJson : JsonSerializerContext;
