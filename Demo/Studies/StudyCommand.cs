using System.CommandLine;
using System.Globalization;
using System.Reflection;
using ResNetVulkan.Gpu;

namespace ResNetVulkan.Demo.Studies;

internal sealed record StudySummary(string Study, IReadOnlyList<string> Conclusion, string Report, string Numbers);

/// <summary>Answers a question about residual networks by an experiment, and writes a report of it.</summary>
internal static class StudyCommand
{
    private sealed record Options(
        Argument<string> Name, Option<string?> Data, Option<bool> Full, Option<int?> Epochs, Option<int?> Steps,
        Option<string?> Out, Option<bool> Resume, Option<uint> Seed, Option<string?> Device, Option<bool> Json);

    public static Command Create()
    {
        Options o = new(
            new("name") { Description = $"{string.Join(", ", Study.All.Select(study => study.Name))}.", HelpName = "NAME" },
            new("--data")
            {
                Description =
                    "Pictures to learn from: mnist, fashion-mnist, cifar10, cifar100, shapes, the folder of one, or a folder " +
                    "of photos. Default: shapes, which are generated; with --full cifar10.",
                HelpName = "NAME|DIR",
            },
            new("--full") { Description = "Train as the papers do: hours on a GPU. Default: minutes on a CPU." },
            Count("--epochs", "How often each picture is seen."),
            Count("--steps", "How many steps each network makes, from fewer pictures; of 'blocks', how many times each is " +
                "timed."),
            new("--out") { Description = "Where report and numbers go. Default: runs/study-NAME.", HelpName = "DIR" },
            new("--resume") { Description = "Keep the networks that an interrupted start has trained, and go on." },
            new("--seed") { Description = "Of all that is random.", DefaultValueFactory = _ => 1, HelpName = "N" },
            CommandOptions.Device(), CommandOptions.Json());
        Command command = new("study", "Answer a question about residual networks by an experiment, with a report to show.")
        {
            o.Name, o.Data, o.Full, o.Epochs, o.Steps, o.Out, o.Resume, o.Seed, o.Device, o.Json,
        };
        command.SetAction((arguments, stop) => Task.Run(() => Run(arguments, o, stop), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, Options o, CancellationToken stop)
    {
        string name = arguments.GetValue(o.Name)!;
        Study study = Study.All.FirstOrDefault(study => study.Name == name) ?? throw new UsageException(
            $"There is no study '{name}'; there are {string.Join(", ", Study.All.Select(study => study.Name))}.");
        bool isFull = arguments.GetValue(o.Full);
        StudyOptions options = new(
            arguments.GetValue(o.Data) ?? (isFull ? "cifar10" : "shapes"), isFull, arguments.GetValue(o.Epochs),
            arguments.GetValue(o.Steps), arguments.GetValue(o.Resume), arguments.GetValue(o.Seed),
            Path.GetFullPath(arguments.GetValue(o.Out) ?? Path.Combine("runs", $"study-{name}")));

        using Session session = Session.Open(arguments, o.Device);
        StudyRun run = new(session, options, stop);
        if (study.NeedsPictures) run.RequireData();
        DateTime begin = DateTime.Now;
        Findings findings = study.Run(run);
        TimeSpan took = DateTime.Now - begin;

        GpuInfo info = session.Device.Info;
        StudyReport.Write(options.Folder, study, findings,
        [
            ("Command", $"resnet {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}"),
            ("Program", $"ResNetVulkan {Version}"),
            ("Device", info.Name),
            ("Driver", $"{info.DriverName} {info.DriverInfo}, Vulkan {info.ApiVersion}"),
            ("Seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
            ("Data", run.DataText),
            ("Budget", findings.Budget),
            ("Made", $"{begin.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}, in {took:h\\:mm\\:ss}"
                + (options.Resumes ? ", going on from an earlier start" : "")),
        ]);
        string page = Path.Combine(options.Folder, StudyReport.PageName);
        string numbers = Path.Combine(options.Folder, StudyReport.NumbersName);
        if (arguments.GetValue(o.Json))
        {
            Json.Print(new StudySummary(study.Name, findings.Conclusion, page, numbers));
            return ExitCode.Done;
        }
        TextTable.Print(findings.Table.Columns, findings.Table.Rows);
        foreach (string sentence in findings.Conclusion) Console.WriteLine(sentence);
        Console.WriteLine($"report     {page}, {StudyReport.NumbersName} beside it");
        return ExitCode.Done;
    }

    private static string Version => typeof(StudyCommand).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of no version";

    private static Option<int?> Count(string name, string description)
    {
        Option<int?> option = new(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string text }] && int.TryParse(text, out int count) && count < 1)
                result.AddError($"{name} {count} is below 1.");
        });
        return option;
    }
}
