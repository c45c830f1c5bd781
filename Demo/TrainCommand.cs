using System.CommandLine;
using System.Globalization;
using ResNetVulkan.Data;
using ResNetVulkan.Demo.Pictures;
using ResNetVulkan.Models;
using ResNetVulkan.Training;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

internal sealed record TrainReport(IReadOnlyList<EpochReport> Epochs, double? Best, string Out);

internal sealed record EpochReport(
    int Epoch, double TrainLoss, double TrainAccuracy, double? TestLoss, double? TestAccuracy, double ImagesPerSecond);

/// <summary>Trains a network.</summary>
internal static class TrainCommand
{
    private sealed record Options(
        Argument<string> Set, Option<string?> Recipe, Option<string?> Model, Option<int?> Epochs, Option<int?> Batch,
        Option<int> Accumulate, Option<bool> Recompute, Option<double?> Rate, Option<string?> Schedule, Option<string?> Optimizer,
        Option<float?> Momentum, Option<bool> Nesterov, Option<float?> WeightDecay, Option<bool> NoDecayVectors,
        Option<float> Clip, Option<float> Average,
        Option<float> Smoothing, Option<string?> Augment, Option<int?> Size, Option<string?> Data, Option<string?> Out,
        Option<bool> Resume, Option<uint> Seed, Option<FileInfo?> Init, Option<string[]> Freeze, Option<long> MaxSteps,
        Option<bool> NewHead, Option<double?> HoldOut, Option<double> SaveEvery, Option<bool> TensorBoard, Option<string?> Device,
        Option<bool> Validation, Option<bool> Json);

    public static Command Create()
    {
        Options o = new(
            new("dataset")
            {
                Description = "mnist, fashion-mnist, cifar10, cifar100, shapes, or a folder with one folder a class.",
            },
            Text("--recipe", $"A training with a name: {string.Join(", ", Recipe.All.Select(r => r.Name))}.", "NAME"),
            Text("--model", "The network: cifar-resnet20, resnet18, vgg11 ...", "NAME"),
            Number<int?>("--epochs", "How often each picture is seen.", "N", 1),
            Number<int?>("--batch-size", "How many pictures a step takes.", "N", 1),
            CommandOptions.Count("--accumulate", "How many batches' gradients make one step.", 1, 65536),
            CommandOptions.Recompute(),
            Number<double?>("--lr", "The learning rate at its highest.", "X", 0),
            Text("--schedule", "constant, cosine, step:0.5,0.75:0.1, one-cycle; warmup:500+ before each.", "TEXT"),
            Text("--optimizer", "sgd or adamw.", "NAME"),
            Number<float?>("--momentum", "Of SGD, or Adam's first.", "X", 0),
            new("--nesterov") { Description = "SGD looks ahead along its momentum." },
            Number<float?>("--weight-decay", "How much of each parameter is taken off, times the learning rate.", "X", 0),
            new("--decay-weights-only") { Description = "Biases and batch norms do not decay." },
            Number<float>("--clip", "The longest gradient; longer ones are scaled down. 0: no limit.", "X", 0),
            Number<float>("--average", "Keep averaged weights, of which so much stays at each step, such as 0.999.", "X", 0),
            Number<float>("--label-smoothing", "How much of each label is spread over all classes.", "X", 0),
            Text("--augment", AugmentWords.Help, "WORDS"),
            Number<int?>("--size", "The network's image, in pixels along both sides.", "N", 1),
            Text("--data", "Where the data sets lie.", "DIR"),
            Text("--out", "Where checkpoints, weights, log and curves go. Default: runs/DATASET-MODEL.", "DIR"),
            new("--resume") { Description = "Go on from the checkpoint in --out, as if it had never stopped." },
            new("--seed") { Description = "Of all that is random.", DefaultValueFactory = _ => 1, HelpName = "N" },
            new("--init") { Description = "Begin with these weights where they fit: fine-tuning.", HelpName = "FILE" },
            new("--freeze")
            {
                Description = "Parameters that stay as they are, such as layer1.*.", HelpName = "PATTERN",
                AllowMultipleArgumentsPerToken = true,
            },
            Number<long>("--max-steps", "End after so many steps.", "N", 0),
            new("--new-head") { Description = "With --init: the last linear layer begins anew even where the file has one." },
            Number<double?>(
                "--hold-out", "Be judged by this share of what there is to learn from. Default: 0.2 where nothing else is.", "X",
                0),
            SaveEvery(),
            new("--tensorboard") { Description = "Write event files that TensorBoard opens." },
            CommandOptions.Device(), CommandOptions.Validation(), CommandOptions.Json());
        Command command = new("train", "Train a network.")
        {
            o.Set, o.Recipe, o.Model, o.Epochs, o.Batch, o.Accumulate, o.Recompute, o.Rate, o.Schedule, o.Optimizer, o.Momentum,
            o.Nesterov, o.WeightDecay, o.NoDecayVectors, o.Clip, o.Average, o.Smoothing, o.Augment, o.Size, o.Data, o.Out,
            o.Resume, o.Seed, o.Init, o.NewHead, o.Freeze, o.MaxSteps, o.HoldOut, o.SaveEvery, o.TensorBoard, o.Device,
            o.Validation, o.Json,
        };
        command.SetAction((arguments, stop) => Task.Run(() => Run(arguments, o, stop), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, Options o, CancellationToken stop)
    {
        string name = arguments.GetValue(o.Set)!;
        Recipe recipe = Recipe.Find(arguments.GetValue(o.Recipe), name);
        NetworkConfig known = Models.Find(arguments.GetValue(o.Model) ?? recipe.Model);
        AugmentWords.Parse(arguments.GetValue(o.Augment) ?? recipe.Augment, new Augmentation(1, 1));
        if (arguments.GetValue(o.NewHead) && arguments.GetValue(o.Init) is null)
            throw new UsageException("--new-head replaces the head of the weights that --init names.");
        (NamedSet train, NamedSet test, string? heldOut) = TrainingData.Open(
            name, arguments.GetValue(o.Data), arguments.GetValue(o.HoldOut));
        NetworkConfig net = TrainingData.Fit(
            known, train, arguments.GetValue(o.Size) ?? recipe.Size);
        TrainingOptions options = OptionsOf(arguments, o, recipe, net, train);
        string run = $"{train.Name}-{net.Name}".Replace(':', '+');      // no file's name has a colon on Windows
        string folder = Path.GetFullPath(arguments.GetValue(o.Out) ?? Path.Combine("runs", run));
        bool isJson = arguments.GetValue(o.Json), resumes = arguments.GetValue(o.Resume);

        using Session session = Session.Open(arguments, o.Device, o.Validation);
        ModelCard card = ModelCard.For(net) with
        {
            Resize = options.Augmentation.Evaluation.Resize is > 0 and int resize ? resize : net.ImageSize,
            Crop = net.ImageSize, Normalization = train.Normalization, Labels = train.Images.ClassNames,
            Source = $"resnet train {name}",
        };
        if (resumes && !File.Exists(Path.Combine(folder, Trainer.CheckpointName)))
            throw new UsageException($"There is no checkpoint in '{folder}' to resume from.");
        using Trainer trainer = Make(session, card, train, test, options, folder);
        TrainingProgress progress = new(trainer, options, isJson);
        trainer.Noticed += progress.Notice;
        if (heldOut is not null) progress.Notice(heldOut);
        Begin(trainer, arguments, o, resumes, progress);
        if (!isJson)
        {
            string image = $"{net.ImageChannels}x{net.ImageSize}x{net.ImageSize}";
            Console.WriteLine($"model      {net.Name}, {trainer.LearnedParameters:N0} parameters, {image}");
            Console.WriteLine(
                $"data       {train.Name}: {train.Images.Count:N0} pictures, {test.Images.Count:N0} to be judged by");
            Console.WriteLine($"device     {session.Device.Info.Name}");
            int pictures = options.BatchSize * options.Accumulate;
            Console.WriteLine($"steps      {trainer.TotalSteps:N0} of {pictures} pictures, from {trainer.Step:N0}");
            Console.WriteLine($"out        {folder}");
        }
        using TensorBoard? events = arguments.GetValue(o.TensorBoard) ? TensorBoard.Create(folder, trainer.Step) : null;
        if (events is not null) Follow(trainer, events);

        TrainingEnd end = trainer.Run(stop);
        progress.End();
        TrainingHistory history = TrainingLog.Read(Path.Combine(folder, "log.jsonl"));
        Drawing curves = Curves.Draw($"{net.Name} on {train.Name}", history);
        curves.Save(Path.Combine(folder, "curves.svg"));
        curves.Save(Path.Combine(folder, "curves.png"));
        TrainReport report = new(
            [.. history.Epochs.Select(e => new EpochReport(
                e.Epoch, e.TrainLoss, e.TrainAccuracy, e.TestLoss, e.TestAccuracy, e.ImagesPerSecond))],
            trainer.Best.Epoch > 0 ? trainer.Best.Accuracy : null, folder);
        if (isJson) Json.Print(report);
        else if (trainer.Best.Epoch > 0)
        {
            Console.WriteLine($"best       {100 * trainer.Best.Accuracy:F2} % after epoch {trainer.Best.Epoch}");
            Console.WriteLine($"weights    {Path.Combine(folder, "best.safetensors")}, curves.svg and curves.png beside them");
        }
        if (end == TrainingEnd.Complete) return ExitCode.Done;
        throw new StoppedException($"Stopped after step {trainer.Step:N0}. --resume goes on from '{trainer.CheckpointPath}'.");
    }

    private static void Begin(
        Trainer trainer, ParseResult arguments, Options o, bool resumes, TrainingProgress progress)
    {
        if (resumes)
        {
            trainer.Resume();
        }
        else if (arguments.GetValue(o.Init) is { } init)
        {
            using WeightFile weights = WeightFile.Open(init.FullName);
            IReadOnlyList<string> others = trainer.Initialize(weights, arguments.GetValue(o.NewHead));
            if (others.Count > 0)
            {
                string reason = arguments.GetValue(o.NewHead) ? "" : $", as they are not in {init.Name} or of another shape";
                progress.Notice($"Begin anew{reason}: {string.Join(", ", others)}.");
            }
        }
        else
        {
            trainer.Initialize();
        }
    }

    private static TrainingOptions OptionsOf(ParseResult arguments, Options o, Recipe recipe, NetworkConfig net, NamedSet train)
    {
        string optimizer = arguments.GetValue(o.Optimizer) ?? recipe.Optimizer;
        if (optimizer is not ("sgd" or "adamw")) throw new UsageException($"--optimizer {optimizer} is neither sgd nor adamw.");
        Augmentation plain = new(net.ImageSize, net.ImageSize) { Normalization = train.Normalization };
        // Photos of any shape keep it; they are then judged as weights that are trained here are used.
        if (TrainingData.IsFolder(train.Images)) plain = plain with { Crop = Crop.Center, Resize = net.ImageSize };
        return new TrainingOptions(AugmentWords.Parse(arguments.GetValue(o.Augment) ?? recipe.Augment, plain))
        {
            Epochs = arguments.GetValue(o.Epochs) ?? recipe.Epochs,
            BatchSize = arguments.GetValue(o.Batch) ?? recipe.BatchSize,
            Accumulate = arguments.GetValue(o.Accumulate),
            Recomputes = arguments.GetValue(o.Recompute),
            Rate = arguments.GetValue(o.Rate) ?? recipe.Rate,
            Schedule = Parse(arguments.GetValue(o.Schedule) ?? recipe.Schedule),
            Optimizer = new OptimizerOptions
            {
                Kind = optimizer == "adamw" ? OptimizerKind.AdamW : OptimizerKind.Sgd,
                Momentum = arguments.GetValue(o.Momentum) ?? (optimizer == "adamw" ? 0.9f : recipe.Momentum),
                Nesterov = arguments.GetValue(o.Nesterov) || recipe.IsNesterov,
                WeightDecay = arguments.GetValue(o.WeightDecay) ?? recipe.WeightDecay,
                DecaysVectors = !arguments.GetValue(o.NoDecayVectors),
                MaxGradientNorm = arguments.GetValue(o.Clip),
                AverageDecay = arguments.GetValue(o.Average),
            },
            LabelSmoothing = arguments.GetValue(o.Smoothing),
            Seed = arguments.GetValue(o.Seed),
            Frozen = arguments.GetValue(o.Freeze) ?? [],
            MaxSteps = arguments.GetValue(o.MaxSteps),
            SaveEvery = TimeSpan.FromSeconds(Math.Min(arguments.GetValue(o.SaveEvery), 1e6)),
            Workers = Math.Max(1, Environment.ProcessorCount / 2),
        };

        static LearningRate Parse(string text)
        {
            try
            {
                return LearningRate.Parse(text);
            }
            catch (FormatException error)
            {
                throw new UsageException($"--schedule: {error.Message}");
            }
        }
    }

    // What the options ask of this network and set is the user's to mend.
    private static Trainer Make(
        Session session, ModelCard card, NamedSet train, NamedSet test, TrainingOptions options, string folder)
    {
        try
        {
            return new Trainer(session.Pipelines, card, train.Images, test.Images, options, folder);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static Option<double> SaveEvery()
    {
        Option<double> option = Number<double>(
            "--save-every", "Seconds from checkpoint to checkpoint; there is one after each epoch anyway.", "SECONDS", 0);
        option.DefaultValueFactory = _ => 600;
        return option;
    }

    private static void Follow(Trainer trainer, TensorBoard events)
    {
        trainer.StepEnded += step => events.Append(
            step.Step, ("train/loss", step.Loss), ("train/accuracy", step.Accuracy), ("learning_rate", step.LearningRate));
        trainer.EpochEnded += epoch =>
        {
            if (epoch.TestLoss is { } loss)
                events.Append(trainer.Step, ("test/loss", loss), ("test/accuracy", epoch.TestAccuracy ?? 0));
        };
    }

    private static Option<string?> Text(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    private static Option<T> Number<T>(string name, string description, string help, double least)
    {
        Option<T> option = new(name) { Description = description, HelpName = help };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string text }]
                && double.TryParse(text, CultureInfo.InvariantCulture, out double number)
                && (number < least || !double.IsFinite(number)))
                result.AddError($"{name} {text} is below {least}.");
        });
        return option;
    }
}
