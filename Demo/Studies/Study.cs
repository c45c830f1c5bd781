using ResNetVulkan.Demo.Pictures;

namespace ResNetVulkan.Demo.Studies;

/// <summary>A question that a few small networks answer, in one command.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Title">What the report calls it.</param>
/// <param name="Question">A paragraph: what is asked, why, and who asked first.</param>
internal abstract record Study(string Name, string Title, string Question)
{
    /// <summary>What "resnet study" knows.</summary>
    public static IReadOnlyList<Study> All { get; } =
    [
        TrainingStudy.Degradation, new GradientStudy(), TrainingStudy.Orderings, TrainingStudy.Shortcuts, TrainingStudy.Depth,
        new BlockStudy(),
    ];

    /// <summary>Whether it looks at pictures.</summary>
    public virtual bool NeedsPictures => true;

    /// <summary>Trains and measures.</summary>
    /// <exception cref="StoppedException">Somebody pressed Ctrl-C.</exception>
    public abstract Findings Run(StudyRun run);
}

/// <summary>A picture of a report.</summary>
/// <param name="Caption">What is seen, in a sentence or two.</param>
/// <param name="Drawing">The picture.</param>
internal sealed record Figure(string Caption, Drawing Drawing);

/// <summary>Numbers under their names.</summary>
internal sealed record Grid(IReadOnlyList<Column> Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>For spreadsheets: names of columns, and numbers that any program reads.</summary>
    public static Grid Of(string columns, IEnumerable<object[]> rows) => new(
        [.. columns.Split(',').Select(name => new Column(name))],
        [.. rows.Select(row => Array.ConvertAll(row, value => FormattableString.Invariant($"{value}")))]);
}

/// <summary>What a study has found.</summary>
/// <param name="Method">What was done: paragraphs.</param>
/// <param name="Budget">How much of it, in a phrase.</param>
/// <param name="Figures">The pictures.</param>
/// <param name="Table">The numbers that people read.</param>
/// <param name="Conclusion">Sentences that follow from the numbers, and would be others if the numbers were.</param>
/// <param name="Caveats">What may not be concluded.</param>
/// <param name="Numbers">All numbers, for a spreadsheet.</param>
internal sealed record Findings(
    IReadOnlyList<string> Method, string Budget, IReadOnlyList<Figure> Figures, Grid Table, IReadOnlyList<string> Conclusion,
    IReadOnlyList<string> Caveats, Grid Numbers);
