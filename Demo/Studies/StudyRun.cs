using System.Diagnostics;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Training;

namespace ResNetVulkan.Demo.Studies;

/// <summary>What the command line says of a study.</summary>
/// <param name="Data">A set's name, or the folder of one.</param>
/// <param name="IsFull">Whether the budget is one for a GPU.</param>
/// <param name="Epochs">How often each picture is seen, if not as the study has it.</param>
/// <param name="Steps">How many steps each run has, if not as the study has it.</param>
/// <param name="Resumes">Whether runs that an earlier start has begun or finished are gone on from.</param>
/// <param name="Seed">Of all that is random, the same for every network.</param>
/// <param name="Folder">Where everything goes.</param>
internal sealed record StudyOptions(
    string Data, bool IsFull, int? Epochs, int? Steps, bool Resumes, uint Seed, string Folder);

/// <summary>How much a network learns, and from how much.</summary>
internal sealed record Budget
{
    public required int Epochs { get; init; }

    /// <summary>Of the training part; 0 for all.</summary>
    public int Pictures { get; init; }

    /// <summary>Of the test part; 0 for all.</summary>
    public int TestPictures { get; init; }

    public int BatchSize { get; init; } = 128;

    /// <summary>In pixels along both sides.</summary>
    public int Size { get; init; } = 32;

    public double Rate { get; init; } = 0.1;

    public string Schedule { get; init; } = "constant";

    /// <summary>Words of train's --augment.</summary>
    public string Augment { get; init; } = "none";

    /// <summary>The ResNet paper's for CIFAR-10: 64,000 steps of 128 pictures.</summary>
    public static Budget Paper { get; } = new()
    {
        Epochs = 164, Schedule = "warmup:400+step:0.5,0.75:0.1", Augment = "pad:4,flip",
    };
}

/// <summary>A network that takes part in a study.</summary>
/// <param name="Name">Short, and its own within the study; a file's name too.</param>
/// <param name="Net">With the name of the table; it gets this one.</param>
/// <param name="Layers">As the papers count them.</param>
internal sealed record Contender(string Name, NetworkConfig Net, int Layers);

/// <summary>How a contender's training went.</summary>
/// <param name="Contender">Who.</param>
/// <param name="Size">Its parameters and multiply-adds.</param>
/// <param name="History">Its epochs.</param>
/// <param name="Failure">Why it ended early; none where it did not.</param>
internal sealed record Trained(Contender Contender, ModelSummary Size, TrainingHistory History, string? Failure);

/// <summary>A device, pictures and a way to train, for the length of one study.</summary>
internal sealed class StudyRun
{
    private readonly CancellationToken _stop;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly bool _isInteractive = !Console.IsErrorRedirected;
    private readonly Lazy<(NamedSet Train, NamedSet Test, string? Notice)> _data;
    private TimeSpan _next;

    public StudyRun(Session session, StudyOptions options, CancellationToken stop)
    {
        (Session, Options, _stop) = (session, options, stop);
        _data = new(() => Open(options.Data));
    }

    public Session Session { get; }

    public StudyOptions Options { get; }

    /// <summary>What was learned from, in words; once something was.</summary>
    public string DataText { get; private set; } = "none";

    /// <summary>Opens the pictures, so that what is wrong with them is said before anything else is done.</summary>
    /// <exception cref="UsageException">There are none of that name.</exception>
    public void RequireData() => _ = _data.Value;

    /// <exception cref="StoppedException">Somebody pressed Ctrl-C.</exception>
    public void ThrowIfStopped(string what)
    {
        if (_stop.IsCancellationRequested) throw new StoppedException($"Stopped at {what}. --resume goes on from what is done.");
    }

    /// <summary>Says how far it has come, now and then, on stderr.</summary>
    /// <param name="what">Is being done.</param>
    /// <param name="share">Of all work, that this start has done, from 0 to 1.</param>
    public void Show(string what, double share)
    {
        if (_clock.Elapsed < _next) return;
        _next = _clock.Elapsed + TimeSpan.FromSeconds(_isInteractive ? 0.2 : 10);
        string left = "";
        if (share is > 0.005 and < 1)
        {
            TimeSpan time = _clock.Elapsed * ((1 - share) / share);
            left = time.TotalHours >= 1 ? $"   {time:h\\:mm\\:ss} left" : $"   {time:m\\:ss} left";
        }
        if (_isInteractive) Console.Error.Write($"\r{what}{left}\e[K");
        else Console.Error.WriteLine($"{what}{left}");
    }

    /// <summary>Says that a part is done.</summary>
    public void Say(string sentence) => Console.Error.WriteLine(_isInteractive ? $"\r{sentence}\e[K" : sentence);

    /// <summary>A budget with what the command line says instead.</summary>
    public Budget Adjust(Budget budget)
    {
        int epochs = Options.Epochs ?? budget.Epochs;
        if (Options.Steps is not { } steps) return budget with { Epochs = epochs };

        // As many pictures as the epochs can show; where there are too few, more epochs.
        int pictures = Math.Max(1, steps / epochs) * budget.BatchSize, all = _data.Value.Train.Images.Count;
        return budget with
        {
            Pictures = Math.Min(pictures, all), TestPictures = Math.Min(budget.TestPictures, Math.Max(50, pictures)),
            Epochs = Math.Max(1, steps / StepsOf(Math.Min(pictures, all), budget.BatchSize)),
        };
    }

    /// <summary>How many steps a budget has.</summary>
    public int Steps(Budget budget) => budget.Epochs * StepsOf(Learned(budget), budget.BatchSize);

    /// <summary>How many classes there are to tell apart.</summary>
    public int Classes => _data.Value.Train.Images.ClassNames.Count;

    /// <summary>How many pictures are learned from.</summary>
    public int Learned(Budget budget) => Part(_data.Value.Train.Images, budget.Pictures).Count;

    /// <summary>How many pictures a network is judged by.</summary>
    public int Judged(Budget budget) => Part(_data.Value.Test.Images, budget.TestPictures).Count;

    /// <summary>Trains every contender alike: the same pictures in the same order, from the same seed.</summary>
    /// <exception cref="StoppedException">Somebody pressed Ctrl-C; what was trained until then is kept.</exception>
    public IReadOnlyList<Trained> Train(IReadOnlyList<Contender> contenders, Budget budget)
    {
        ModelSummary[] sizes = [.. contenders.Select(contender => Size(contender, budget))];
        double all = sizes.Sum(size => (double)size.MultiplyAdds), done = 0, before = 0;
        List<Trained> trained = [];
        foreach ((Contender contender, ModelSummary size) in contenders.Zip(sizes))
        {
            string name = $"{contender.Name} ({trained.Count + 1} of {contenders.Count})";
            string folder = Path.Combine(Options.Folder, "runs", contender.Name);
            using Trainer trainer = Make(contender, budget, folder);
            bool resumes = Options.Resumes && File.Exists(Path.Combine(folder, Trainer.CheckpointName));
            if (resumes) trainer.Resume();
            else trainer.Initialize();
            before += size.MultiplyAdds * (double)trainer.Step / trainer.TotalSteps;
            trainer.StepEnded += step =>
            {
                double worked = done + (size.MultiplyAdds * (double)step.Step / trainer.TotalSteps) - before;
                Show($"{name}   step {step.Step:N0}/{trainer.TotalSteps:N0}   loss {step.Loss:F3}", worked / (all - before));
            };

            string? failure = null;
            try
            {
                if (trainer.Run(_stop) == TrainingEnd.Stopped) ThrowIfStopped(name);
            }
            catch (TrainingException error) when (error.InnerException is null)
            {
                failure = error.Message;        // a result, and no reason to leave the others out
            }
            done += size.MultiplyAdds;
            trained.Add(new Trained(contender, size, TrainingLog.Read(Path.Combine(folder, "log.jsonl")), failure));
            Say(failure is not null ? $"{name}: {failure}" : $"{name}: {Outcome.Of(trained[^1])}");
        }
        return trained;
    }

    /// <summary>A trainer that is set up as all of a study's are.</summary>
    /// <param name="contender">What learns.</param>
    /// <param name="budget">How.</param>
    /// <param name="folder">Where it keeps its state; none to keep nothing and to judge nothing.</param>
    public Trainer Make(Contender contender, Budget budget, string? folder)
    {
        (NamedSet train, NamedSet test, string? notice) = _data.Value;
        IImageSet learned = Part(train.Images, budget.Pictures), judged = Part(test.Images, budget.TestPictures);
        NetworkConfig net = Named(contender, budget);
        DataText = $"{train.Name}: {learned.Count:N0} of {train.Images.Count:N0} pictures to learn from"
            + (folder is null ? "" : $", {judged.Count:N0} of {test.Images.Count:N0} to be judged by")
            + $", seen as {net.ImageSize}x{net.ImageSize}. {notice}";
        Augmentation plain = new(net.ImageSize, net.ImageSize) { Normalization = train.Normalization };
        if (TrainingData.IsFolder(train.Images)) plain = plain with { Crop = Crop.Center, Resize = net.ImageSize };
        TrainingOptions options = new(AugmentWords.Parse(budget.Augment, plain))
        {
            Epochs = budget.Epochs, BatchSize = budget.BatchSize, Rate = budget.Rate,
            Schedule = LearningRate.Parse(budget.Schedule),
            Optimizer = new OptimizerOptions { Momentum = 0.9f, WeightDecay = 1e-4f },
            Seed = Options.Seed, Workers = Math.Max(1, Environment.ProcessorCount / 2),
        };
        ModelCard card = ModelCard.For(net) with { Normalization = train.Normalization, Source = "resnet study" };
        return new Trainer(Session.Pipelines, card, learned, folder is null ? null : judged, options, folder);
    }

    private ModelSummary Size(Contender contender, Budget budget)
    {
        NetworkConfig net = Named(contender, budget);
        return ModelSummary.Of(net, new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize));
    }

    // A checkpoint knows its network by name.
    private NetworkConfig Named(Contender contender, Budget budget) =>
        TrainingData.Fit(contender.Net, _data.Value.Train, budget.Size) with { Name = contender.Name };

    private static int StepsOf(int pictures, int batch) => (pictures + batch - 1) / batch;

    // As many of each class: the first of each, then the second of each, and so on.
    private static IImageSet Part(IImageSet set, int count) => count == 0 || count >= set.Count ? set
        : new Subset(set, Enumerable.Range(0, set.Count).GroupBy(set.Label)
            .SelectMany(some => some.Select((index, rank) => (Rank: rank, Index: index)))
            .OrderBy(it => it.Rank).ThenBy(it => it.Index).Take(count).Select(it => it.Index));

    // A folder that is called as a known set is that set's; any other is one of photos.
    private static (NamedSet Train, NamedSet Test, string? Notice) Open(string data)
    {
        string last = Path.GetFileName(Path.TrimEndingDirectorySeparator(data));
        bool isKnown = DataSets.Names.Contains(last), isName = last == data;
        return isKnown ? TrainingData.Open(last, isName ? null : data, null) : TrainingData.Open(data, null, null);
    }
}
