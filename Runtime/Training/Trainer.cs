using System.Diagnostics;
using System.Globalization;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text;
using ResNetVulkan.Data;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Training;

/// <summary>How training came to its end.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs, or as many steps as were asked for.</summary>
    Complete,

    /// <summary>It was stopped, and a checkpoint of where it was is written.</summary>
    Stopped,
}

/// <summary>Trains a network on pictures: epochs, evaluation, checkpoints.</summary>
/// <remarks>
/// <para>
/// Owns its parameters, plans and workers; borrows the pipelines, whose device must outlive it. Not thread-safe; the events come
/// on the thread that runs it. One step is one recorded run: images, network, loss, gradients and update. Losses are read two
/// steps late, so the device never waits for the host. Nothing is allocated on the device from step to step.
/// </para>
/// <para>
/// Same seed, same device, same options: same bits. What is random is a function of the seed, the epoch and the picture, so
/// training that was stopped goes on from its checkpoint as if it had not been.
/// </para>
/// <para>
/// In its folder it keeps checkpoint.safetensors (to go on from), last.safetensors and best.safetensors (weights alone, for
/// PyTorch and others), and log.jsonl.
/// </para>
/// </remarks>
public sealed class Trainer : IDisposable
{
    // Losses are read when so many later steps are on their way.
    private const int Late = 2;

    private const string LastName = "last.safetensors", BestName = "best.safetensors";

    private readonly Pipelines _pipelines;
    private readonly NetworkConfig _network;
    private readonly ModelCard _card;
    private readonly IImageSet _train;
    private readonly TrainingOptions _options;
    private readonly string? _folder;
    private readonly PictureFeed _pictures;
    private readonly Evaluator? _evaluator;
    private readonly Dictionary<(int Rows, StepEnd End), StepPlan> _plans = [];
    private readonly Queue<Pending> _pending = new();
    private readonly RateMeter _rate = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly string[] _states = [];
    private TrainingLog? _log;
    private int _judged;                        // epochs
    private EpochMean _mean = new();
    private EpochMean _update = new();
    private TimeSpan _lastSave, _lastStep;

    /// <summary>
    /// Makes room on the device; the parameters are zero until <see cref="Initialize()"/>, or until they are loaded.
    /// </summary>
    /// <param name="pipelines">Of the device to train on.</param>
    /// <param name="card">The network, and how its images are prepared for evaluation.</param>
    /// <param name="train">What it learns from.</param>
    /// <param name="test">What it is judged by after each epoch; none for no judgement.</param>
    /// <param name="options">How.</param>
    /// <param name="folder">Where checkpoints and the log go, made if it is not there; none to keep nothing.</param>
    /// <exception cref="ArgumentException">The sets, the network and the options do not fit; the message says which.</exception>
    /// <exception cref="GpuOutOfMemoryException">The batch does not fit the device; the message says which would.</exception>
    public Trainer(
        Pipelines pipelines, ModelCard card, IImageSet train, IImageSet? test, TrainingOptions options, string? folder = null)
    {
        (_pipelines, _network, _train, _options) = (pipelines, card.Network, train, options);
        _card = card with { Labels = train.ClassNames };
        Require();
        if (folder is not null) _folder = Directory.CreateDirectory(folder).FullName;
        Parameters = new ParameterSet(pipelines.Device, NetworkParameters());
        try
        {
            BatchOptions batches = new(options.BatchSize, options.Augmentation)
            {
                Seed = options.Seed,
                Workers = options.Workers,
            };
            _pictures = new PictureFeed("train pictures", train, batches, Parameters);
            if (test is not null)
            {
                _evaluator = new Evaluator(
                    pipelines, _network, test, options.Augmentation.Evaluation, Parameters, options.BatchSize, HasAverage);
            }
            _states = [.. StateNames()];
            MakePlans();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A step has ended; it comes two steps late.</summary>
    public event Action<StepRecord>? StepEnded;

    /// <summary>An epoch has ended, and its evaluation.</summary>
    public event Action<EpochRecord>? EpochEnded;

    /// <summary>Something that a person should know and that stops nothing.</summary>
    public event Action<string>? Noticed;

    /// <summary>The network's parameters, the newest there are; what is read here waits for the device.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>How many updates an epoch has.</summary>
    public long StepsAnEpoch => (_train.Count + UpdateSize - 1) / UpdateSize;

    /// <summary>How many updates there are in all.</summary>
    public long TotalSteps => _options.Epochs * StepsAnEpoch;

    /// <summary>How many updates have been made.</summary>
    public long Step { get; private set; }

    /// <summary>The best accuracy on the test set so far, and after which epoch, from 1; 0 before the first.</summary>
    public (double Accuracy, int Epoch) Best { get; private set; }

    /// <summary>The last evaluation: losses, accuracies, confusion.</summary>
    public Score? LastScore { get; private set; }

    /// <summary>Images a second, of the last while.</summary>
    public double ImagesPerSecond => _rate.ImagesPerSecond;

    /// <summary>How long the rest will take at the rate of now, evaluations left out; null while it is not known.</summary>
    public TimeSpan? TimeLeft => _rate.Left((TotalSteps - Step) * UpdateSize);

    /// <summary>What a checkpoint's file is called in a trainer's folder.</summary>
    public const string CheckpointName = "checkpoint.safetensors";

    /// <summary>Where a checkpoint is written and looked for.</summary>
    public string? CheckpointPath => _folder is null ? null : Path.Combine(_folder, CheckpointName);

    /// <summary>How many numbers are learned.</summary>
    public long LearnedParameters => Parameters.Layout.Parameters
        .Where(parameter => parameter.Kind != ParameterKind.Statistic && !IsFrozen(parameter.Name))
        .Sum(parameter => parameter.Shape.Count);

    private int UpdateSize => _options.BatchSize * _options.Accumulate;

    private bool HasAverage => _options.Optimizer.AverageDecay > 0;

    private int Epoch => (int)(Step / StepsAnEpoch);

    // An epoch has ended once it was judged.
    private bool IsToBeJudged => Step > 0 && Step % StepsAnEpoch == 0 && _judged < Epoch;

    /// <summary>Sets all parameters to what a network begins with, by the seed.</summary>
    public void Initialize()
    {
        RandomKey seed = new(_options.Seed);
        foreach (Parameter parameter in Parameters.Layout.Parameters)
            Parameters.Set(parameter.Name, _network.Initialization.Values(parameter, Parameters.Layout.Parameters, seed));
        ResetStates();
    }

    /// <summary>
    /// Takes weights from a file where names and shapes agree: fine-tuning. The rest, such as a head for other classes, begins
    /// as in <see cref="Initialize()"/>.
    /// </summary>
    /// <param name="weights">Read here; may be disposed of afterwards.</param>
    /// <param name="newHead">Whether the last linear layer begins anew even where the file has one of its shape.</param>
    /// <returns>The parameters that begin anew: not in the file, not of that shape, or of the head.</returns>
    public IReadOnlyList<string> Initialize(WeightFile weights, bool newHead = false)
    {
        Initialize();
        WeightMatch match = WeightMatch.Check(
            weights, [.. Parameters.Layout.Parameters.Select(parameter => (parameter.Name, parameter.Dimensions))]);
        HashSet<string> others =
            [.. match.Missing.Select(missing => missing.Name), .. match.WrongShape.Select(wrong => wrong.Tensor.Name)];
        if (others.Count == Parameters.Layout.Parameters.Count)
        {
            throw new WeightFileException(
                weights.Path, $"has nothing that {_network.Name} knows: it holds {weights.Tensors.Count} other tensors.");
        }
        if (newHead) others.UnionWith(HeadNames());
        foreach (Parameter parameter in Parameters.Layout.Parameters)
        {
            if (!others.Contains(parameter.Name))
                Parameters.Set(parameter.Name, weights.Tensors[parameter.Name].ToFloats());
        }
        ResetStates();
        return [.. others];
    }

    /// <summary>Goes on from the folder's checkpoint.</summary>
    /// <exception cref="TrainingException">
    /// It is of another network, data set or options; the message lists what differs.
    /// </exception>
    /// <exception cref="WeightFileException">It is damaged.</exception>
    public void Resume()
    {
        string path = CheckpointPath ?? throw new InvalidOperationException("A trainer without a folder has no checkpoint.");
        RequireSame(path);
        IReadOnlyDictionary<string, string> metadata = Checkpoint.Read(path, Parameters, _states);
        Step = long.Parse(metadata["step"], CultureInfo.InvariantCulture);
        _mean = EpochMean.Parse(metadata["mean"]);
        _judged = int.Parse(metadata["judged"], CultureInfo.InvariantCulture);
        string[] best = metadata["best"].Split(' ');
        Best = (double.Parse(best[0], CultureInfo.InvariantCulture), int.Parse(best[1], CultureInfo.InvariantCulture));
        WriteAttributes();
        if (metadata["kernels"] != Kernels())
        {
            Noticed?.Invoke(
                $"The checkpoint was made on {metadata["device"]}, with other kernels: the last bits may differ from an " +
                "uninterrupted run's.");
        }
        _log = TrainingLog.Resume(LogPath, Step, _judged);
    }

    /// <summary>Trains until the end, or until it is stopped.</summary>
    /// <param name="stop">
    /// Ends the step or the evaluation, writes a checkpoint, and returns; an evaluation begins anew when training goes on.
    /// </param>
    /// <exception cref="TrainingException">
    /// It cannot go on: a loss that is no number, too many pictures that cannot be read, a full disk. The message names the
    /// last checkpoint.
    /// </exception>
    /// <exception cref="GpuDeviceLostException">The device is gone; the message names the last checkpoint.</exception>
    public TrainingEnd Run(CancellationToken stop = default)
    {
        try
        {
            if (_folder is not null) OpenFolder(_folder);
            long end = _options.MaxSteps > 0 ? Math.Min(_options.MaxSteps, TotalSteps) : TotalSteps;
            _lastSave = _lastStep = _clock.Elapsed;
            while (true)
            {
                if (IsToBeJudged && !EndEpoch(stop)) return TrainingEnd.Stopped;
                if (Step >= end) return TrainingEnd.Complete;
                TrainEpoch(end, stop);
                if (stop.IsCancellationRequested && Step < end && !IsToBeJudged) return TrainingEnd.Stopped;
            }
        }
        catch (GpuDeviceLostException lost)
        {
            throw new TrainingException($"{lost.Message} {LastCheckpoint()}", lost);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{error.Message} {LastCheckpoint()}", error);
        }
    }

    /// <summary>Frees the plans, the workers and the parameters.</summary>
    public void Dispose()
    {
        foreach (StepPlan plan in _plans.Values) plan.Plan.Dispose();
        _evaluator?.Dispose();
        _log?.Dispose();
        Parameters.Dispose();
    }

    // The log is locked, so nobody else writes here: what a killed run was writing is nobody's.
    private void OpenFolder(string folder)
    {
        _log ??= TrainingLog.Create(LogPath);
        foreach (string name in new[] { CheckpointName, LastName, BestName })
            AtomicFile.RemoveLeftovers(Path.Combine(folder, name));
    }

    private string LogPath => Path.Combine(_folder!, "log.jsonl");

    // The rest of the epoch that the next step belongs to.
    private void TrainEpoch(long end, CancellationToken stop)
    {
        int epoch = Epoch;
        long first = epoch * StepsAnEpoch, last = Math.Min(first + StepsAnEpoch, end);
        if (Step == first) _mean = new EpochMean();
        _rate.Start(_clock.Elapsed);
        foreach (Batch batch in _pictures.Epoch(epoch, (int)(Step - first) * _options.Accumulate))
        {
            if (!Submit(batch, epoch)) continue;        // more batches before the update

            Step++;
            while (_pending.Count > Late) Finish(_pending.Dequeue());
            if (Step == last || stop.IsCancellationRequested) break;
            if (_clock.Elapsed - _lastSave <= _options.SaveEvery) continue;
            Drain();
            Save();
        }
        Drain();
        if (!IsToBeJudged) Save();
    }

    // Starts a batch; true if it ends in an update.
    private bool Submit(Batch batch, int epoch)
    {
        int begin = batch.Number / _options.Accumulate * UpdateSize, end = Math.Min(begin + UpdateSize, _train.Count);
        int at = batch.Number * _options.BatchSize;
        StepEnd stepEnd = EndOf(at, end);
        StepPlan plan = PlanFor(batch.Size, stepEnd);
        int slot = plan.NextSlot();

        float rate = (float)(_options.Rate * _options.Schedule.Factor(Step, TotalSteps));
        StepInputs inputs = _options.Optimizer.Inputs(Step, rate);
        inputs.Key = new RandomKey(_options.Seed)[(uint)epoch][(uint)batch.Number].Value;
        inputs.KeptSum = at > begin ? 1 : 0;
        inputs.BatchShare = (float)batch.Size / (end - begin);
        inputs.ValidRows = (uint)batch.ValidRows;
        MemoryMarshal.Write(plan.Plan.Input(slot, plan.Graph.Step), inputs);
        PictureFeed.Write(plan.Plan, slot, plan.Pictures, batch);
        MemoryMarshal.AsBytes(batch.Labels[..batch.Size]).CopyTo(plan.Plan.Input(slot, plan.Graph.Labels));

        bool isLast = stepEnd != StepEnd.Accumulate;
        _pending.Enqueue(new Pending(plan, slot, plan.Plan.Submit(slot), Step + 1, epoch, rate, batch.ValidRows, isLast));
        return isLast;
    }

    private void Finish(in Pending step)
    {
        Plan plan = step.Plan.Plan;
        plan.Wait(step.Submission);
        TrainingGraph graph = step.Plan.Graph;
        float loss = MemoryMarshal.Read<float>(plan.Output(step.Slot, graph.Loss));
        int correct = (int)MemoryMarshal.Read<uint>(plan.Output(step.Slot, graph.Correct));
        float? norm = graph.GradientNorm is { } tensor ? MemoryMarshal.Read<float>(plan.Output(step.Slot, tensor)) : null;
        if (!float.IsFinite(loss) || norm is { } length && !float.IsFinite(length)) throw Broken(step, loss);

        _mean.Add(loss, correct, step.Rows);
        _update.Add(loss, correct, step.Rows);
        _rate.Add(step.Rows, _clock.Elapsed);
        if (!step.IsLast) return;
        TimeSpan now = _clock.Elapsed;
        StepRecord record = new(
            step.Number, step.Epoch + 1, _update.Loss, _update.Accuracy, step.Rate, norm, _rate.ImagesPerSecond,
            (now - _lastStep).TotalMilliseconds);
        (_update, _lastStep) = (new EpochMean(), now);
        _log?.Append(record);
        StepEnded?.Invoke(record);
    }

    private void Drain()
    {
        while (_pending.Count > 0) Finish(_pending.Dequeue());
    }

    // Judges what the epoch before the next step has made; false if that was stopped, and is to be done when training goes on.
    private bool EndEpoch(CancellationToken stop)
    {
        double rate = _rate.ImagesPerSecond;
        try
        {
            LastScore = _evaluator?.Run(Parameters, stop);
        }
        catch (OperationCanceledException)
        {
            Save();
            return false;
        }
        EpochRecord record = new(Epoch, _mean.Loss, _mean.Accuracy, LastScore?.Loss, LastScore?.Top1, rate);
        _judged = Epoch;
        _log?.Append(record);
        bool isBest = LastScore is { } score && score.Top1 > Best.Accuracy;
        if (isBest) Best = (LastScore!.Top1, Epoch);
        if (isBest && _folder is not null) SaveWeights(BestName);
        _lastStep = _clock.Elapsed;
        EpochEnded?.Invoke(record);
        Save();
        return true;
    }

    private void Save()
    {
        if (_folder is null) return;
        _log?.Flush();
        SaveWeights(LastName);
        Checkpoint.Write(CheckpointPath!, Parameters, _states, Metadata());
        _lastSave = _clock.Elapsed;
    }

    private void SaveWeights(string name)
    {
        string path = Path.Combine(_folder!, name);
        IReadOnlyDictionary<string, string> metadata = _card.ToMetadata();
        if (HasAverage && _evaluator is { } evaluator) Checkpoint.WriteWeights(path, evaluator.Averaged(Parameters), metadata);
        else Checkpoint.WriteWeights(path, Parameters, metadata);
    }

    private Dictionary<string, string> Metadata()
    {
        Dictionary<string, string> metadata = new(Identity())
        {
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["mean"] = _mean.ToString(),
            ["judged"] = _judged.ToString(CultureInfo.InvariantCulture),
            ["best"] = string.Create(CultureInfo.InvariantCulture, $"{Best.Accuracy:R} {Best.Epoch}"),
            ["device"] = _pipelines.Device.Info.Name,
            ["kernels"] = Kernels(),
        };
        return metadata;
    }

    // What must be the same for the same bits.
    private Dictionary<string, string> Identity() => new(_options.Identity)
    {
        ["model"] = _network.Name,
        ["classes"] = _network.Classes.ToString(CultureInfo.InvariantCulture),
        ["channels"] = _network.ImageChannels.ToString(CultureInfo.InvariantCulture),
        ["pictures"] = _train.Count.ToString(CultureInfo.InvariantCulture),
    };

    private void RequireSame(string path)
    {
        IReadOnlyDictionary<string, string> metadata = Checkpoint.Metadata(path);
        if (!metadata.ContainsKey("step"))
            throw new TrainingException($"'{path}' is no checkpoint to go on from: it holds weights alone. Use it as --init.");
        string[] differences =
        [
            .. Identity().Where(pair => metadata.GetValueOrDefault(pair.Key) != pair.Value)
                .Select(pair => $"{pair.Key} was {metadata.GetValueOrDefault(pair.Key, "not known")} and is {pair.Value}"),
        ];
        if (differences.Length > 0)
            throw new TrainingException($"'{path}' is the checkpoint of another training: {string.Join("; ", differences)}.");
    }

    // Which kernels run, with their tiles: the same sums in the same order.
    private string Kernels()
    {
        StringBuilder text = new();
        foreach (PlanStep step in _plans.Values.First().Plan.Graph.Body.Steps)
            text.Append(step.Kernel).Append(' ').AppendJoin(',', step.Constants).Append(step.Groups).AppendLine();
        return Convert.ToHexString(Sha256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    // Every kind of run that an epoch has: whole batches, and what remains at its end.
    private void MakePlans()
    {
        int count = _train.Count;
        foreach (int begin in new[] { 0, (count - 1) / UpdateSize * UpdateSize }.Distinct())
        {
            int end = Math.Min(begin + UpdateSize, count);
            for (int at = begin; at < end; at += _options.BatchSize)
                PlanFor(Math.Min(_options.BatchSize, end - at), EndOf(at, end));
        }
    }

    private StepEnd EndOf(int at, int end) => _options.Accumulate == 1 ? StepEnd.Update
        : at + _options.BatchSize < end ? StepEnd.Accumulate : StepEnd.AccumulateAndUpdate;

    private StepPlan PlanFor(int rows, StepEnd end)
    {
        if (_plans.TryGetValue((rows, end), out StepPlan? made)) return made;

        (TrainingGraph graph, FeedTensors pictures) = GraphFor(rows, end);
        CompiledGraph compiled = GraphCompiler.Compile(graph.Graph, _pipelines.Device.Traits);
        Plan plan;
        try
        {
            plan = new Plan(_pipelines, compiled, Parameters, slots: Late + 1);
        }
        catch (GpuOutOfMemoryException error)
        {
            throw error.WithAdvice(BatchThatFits(rows, end, error.Free));
        }
        // Nothing is learned yet that timed runs could change.
        if (_options.Slice > TimeSpan.Zero) plan.Slice(plan.Time(), _options.Slice);
        made = new StepPlan(graph, pictures, plan);
        _plans.Add((rows, end), made);
        return made;
    }

    private (TrainingGraph Graph, FeedTensors Pictures) GraphFor(int rows, StepEnd end)
    {
        FeedTensors pictures = default;
        TrainingGraph graph = new(
            (g, _) => (pictures = _pictures.Append(g, rows)).Images,
            (g, images) => _network.Append(g, images),
            new TrainingGraphOptions
            {
                Optimizer = _options.Optimizer,
                LabelSmoothing = _options.LabelSmoothing,
                IsFrozen = parameter => IsFrozen(parameter.Name),
                End = end,
                Recomputes = _options.Recomputes,
            });
        return (graph, pictures);
    }

    // Activations are nearly all that grows with the batch.
    private string BatchThatFits(int rows, StepEnd end, ulong free)
    {
        for (int fewer = rows / 2; fewer > 0; fewer /= 2)
        {
            CompiledGraph compiled = GraphCompiler.Compile(GraphFor(fewer, end).Graph.Graph, _pipelines.Device.Traits);
            if ((ulong)compiled.Body.ArenaBytes < free)
            {
                return $"A batch of {rows} does not fit; one of {fewer} does, and with gradients of {rows / fewer} batches " +
                    "summed before each update it learns alike.";
            }
        }
        return "Not even a batch of one picture fits; a smaller network or smaller pictures would.";
    }

    private bool IsFrozen(string name) => _options.Frozen.Any(pattern =>
        FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    private IReadOnlyList<Parameter> NetworkParameters()
    {
        Graph graph = new();
        Shape image = new(1, _network.ImageChannels, _options.Augmentation.Height, _options.Augmentation.Width);
        _network.Append(graph, graph.Input("image", new(image)));
        return [.. graph.Parameters];
    }

    // The weight and bias of the last linear layer.
    private IEnumerable<string> HeadNames()
    {
        string weight = Parameters.Layout.Parameters.Last(parameter => parameter.Rank == 2).Name;
        string head = weight[..(weight.LastIndexOf('.') + 1)];
        return Parameters.Layout.Parameters.Select(parameter => parameter.Name).Where(
            name => name.StartsWith(head, StringComparison.Ordinal));
    }

    private IEnumerable<string> StateNames()
    {
        for (int block = 0; block < Parameters.Layout.BlockBytes.Count; block++)
        {
            yield return $"momentum {block}";
            if (_options.Optimizer.Kind == OptimizerKind.AdamW) yield return $"second momentum {block}";
            if (HasAverage) yield return $"average {block}";
        }
    }

    // Momenta begin at zero, averages at the parameters.
    private void ResetStates()
    {
        (Step, Best, _mean) = (0, default, new EpochMean());
        foreach (string state in _states) Parameters.WriteState(state, new byte[Parameters.StateBytes(state)]);
        for (int block = 0; block < Parameters.Layout.BlockBytes.Count && HasAverage; block++)
            Parameters.WriteState($"average {block}", Parameters.ReadBlock(block));
        WriteAttributes();
    }

    private void WriteAttributes()
    {
        IReadOnlyList<uint[]> words = TrainingGraph.Attributes(
            Parameters.Layout.Parameters, _options.Optimizer, parameter => IsFrozen(parameter.Name));
        for (int block = 0; block < words.Count; block++)
            Parameters.WriteState($"attributes {block}", MemoryMarshal.AsBytes<uint>(words[block]));
        for (int block = 0; block < words.Count; block++)
            Parameters.WriteState($"gradients {block}", new byte[Parameters.StateBytes($"gradients {block}")]);
    }

    private void Require()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Accumulate, 1);
        if (_train.ClassNames.Count != _network.Classes)
        {
            throw new ArgumentException(
                $"The pictures show {_train.ClassNames.Count} classes, {_network.Name} tells {_network.Classes} apart.");
        }
        string[] idle = [.. _options.Frozen.Where(pattern => !NetworkParameters().Any(parameter =>
            FileSystemName.MatchesSimpleExpression(pattern, parameter.Name, ignoreCase: false)))];
        if (idle.Length > 0)
            throw new ArgumentException($"No parameter of {_network.Name} is called like {string.Join(", ", idle)}.");
    }

    // The parameters still are those that the step began with: an update from what is no number changes nothing.
    private TrainingException Broken(in Pending step, float loss)
    {
        string what = float.IsFinite(loss) ? "The gradient" : $"The loss ({loss})";
        return new TrainingException(
            $"{what} of step {step.Number} (epoch {step.Epoch + 1}) is no finite number{FirstBroken(step)}. A smaller learning " +
            $"rate, a warm-up or clipped gradients may help. {LastCheckpoint()}");
    }

    // Runs the step's batch once more, keeping all tensors, and looks through them in order.
    private string FirstBroken(in Pending step)
    {
        foreach (Parameter parameter in Parameters.Layout.Parameters)
        {
            foreach (float value in Parameters[parameter.Name])
                if (!float.IsFinite(value)) return $", and the parameter '{parameter.Name}' has become {value}";
        }
        (TrainingGraph graph, FeedTensors pictures) = GraphFor(step.Plan.Graph.Image.Shape.N, StepEnd.Update);
        CompiledGraph compiled = GraphCompiler.Compile(
            graph.Graph, _pipelines.Device.Traits, new CompileOptions { Rewrite = false, KeepAll = true });
        using Plan plan = new(_pipelines, compiled, Parameters, slots: 1);
        foreach ((Tensor from, Tensor to) in step.Plan.Graph.Graph.Inputs.Zip(graph.Graph.Inputs))
            step.Plan.Plan.Input(step.Slot, from).CopyTo(plan.Input(0, to));
        plan.Run();
        foreach (Node node in compiled.Graph.Nodes)
        {
            foreach (Tensor tensor in node.Outputs.Where(t => t.Type.Element == ElementType.Float32 && t.Home is null))
            {
                foreach (float value in MemoryMarshal.Cast<byte, float>(plan.Read(tensor)))
                    if (!float.IsFinite(value)) return $"; the first layer with such a value is '{node.Name}' ({value})";
            }
        }
        return "";
    }

    private string LastCheckpoint() => CheckpointPath is { } path && File.Exists(path)
        ? $"The last checkpoint is '{path}' (step {Checkpoint.Metadata(path).GetValueOrDefault("step")})."
        : "There is no checkpoint yet.";

    private sealed record StepPlan(TrainingGraph Graph, FeedTensors Pictures, Plan Plan)
    {
        private int _slot;

        public int NextSlot() => _slot = (_slot + 1) % Plan.Slots;
    }

    private readonly record struct Pending(
        StepPlan Plan, int Slot, ulong Submission, long Number, int Epoch, float Rate, int Rows, bool IsLast);
}
