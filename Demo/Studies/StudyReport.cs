using System.Net;
using System.Text;

namespace ResNetVulkan.Demo.Studies;

/// <summary>Writes a study's findings down: a page that needs nothing beside it, and the numbers for a spreadsheet.</summary>
internal static class StudyReport
{
    public const string PageName = "report.html", NumbersName = "numbers.csv";

    // Pictures are drawn on white; in the dark they are turned over, and their hues back.
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1f2933; --faded: #5b6770; --line: #d5dae0; --ground: #ffffff; --mark: #eef3fb; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6e9ed; --faded: #a3adb8; --line: #3b434c; --ground: #16191d; --mark: #1e2733; }
          figure svg { filter: invert(0.91) hue-rotate(180deg); }
        }
        body { font: 16px/1.55 system-ui, "Helvetica Neue", Arial, sans-serif; color: var(--ink); background: var(--ground);
          max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.8rem; line-height: 1.25; margin: 0 0 .75rem; }
        h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
        .question { font-size: 1.1rem; }
        .found { background: var(--mark); border-left: 4px solid #2563c9; padding: .25rem 1rem; }
        figure { margin: 1.5rem 0; }
        figure svg { width: 100%; height: auto; border-radius: 4px; }
        figcaption, dl, .note { color: var(--faded); font-size: .9rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
        .number { text-align: right; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
        dd { margin: 0; overflow-wrap: anywhere; }
        """;

    /// <summary>Writes both files.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="study">What was asked.</param>
    /// <param name="findings">What came out.</param>
    /// <param name="circumstances">On what, with what: names and values for the page's end.</param>
    public static void Write(
        string folder, Study study, Findings findings, IReadOnlyList<(string Name, string Value)> circumstances)
    {
        Directory.CreateDirectory(folder);
        OutputFile.Write(Path.Combine(folder, PageName), Page(study, findings, circumstances));
        OutputFile.Write(Path.Combine(folder, NumbersName), Csv(findings.Numbers));
    }

    public static string Page(Study study, Findings findings, IReadOnlyList<(string Name, string Value)> circumstances)
    {
        StringBuilder page = new();
        page.Append($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{Text(study.Title)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>{Text(study.Title)}</h1>
            <p class="question">{Text(study.Question)}</p>

            """);
        page.Append("<h2>What was done</h2>\n");
        foreach (string paragraph in findings.Method) page.Append($"<p>{Text(paragraph)}</p>\n");
        foreach (Figure figure in findings.Figures)
            page.Append($"<figure>\n{figure.Drawing.ToSvg()}<figcaption>{Text(figure.Caption)}</figcaption>\n</figure>\n");
        page.Append("<h2>The numbers</h2>\n");
        Append(page, findings.Table);
        page.Append($"<p class=\"note\">All of them are in {NumbersName}, beside this page.</p>\n");
        page.Append("<h2>What it shows</h2>\n<div class=\"found\">\n");
        foreach (string sentence in findings.Conclusion) page.Append($"<p>{Text(sentence)}</p>\n");
        page.Append("</div>\n<h2>What may not be concluded</h2>\n<ul>\n");
        foreach (string sentence in findings.Caveats) page.Append($"<li>{Text(sentence)}</li>\n");
        page.Append("</ul>\n<h2>How it was made</h2>\n<dl>\n");
        foreach ((string name, string value) in circumstances) page.Append($"<dt>{Text(name)}</dt><dd>{Text(value)}</dd>\n");
        return page.Append("</dl>\n</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder page, Grid grid)
    {
        page.Append("<div class=\"wide\">\n<table>\n<tr>");
        foreach (Column column in grid.Columns)
            page.Append($"<th{(column.IsNumber ? " class=\"number\"" : "")}>{Text(column.Header)}</th>");
        page.Append("</tr>\n");
        foreach (string[] row in grid.Rows)
        {
            page.Append("<tr>");
            for (int i = 0; i < row.Length; i++)
                page.Append($"<td{(grid.Columns[i].IsNumber ? " class=\"number\"" : "")}>{Text(row[i])}</td>");
            page.Append("</tr>\n");
        }
        page.Append("</table>\n</div>\n");
    }

    private static string Csv(Grid grid)
    {
        StringBuilder text = new();
        text.AppendJoin(',', grid.Columns.Select(column => column.Header)).Append('\n');
        foreach (string[] row in grid.Rows) text.AppendJoin(',', row.Select(Quoted)).Append('\n');
        return text.ToString();

        static string Quoted(string value) =>
            value.AsSpan().IndexOfAny(",\"\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    // Named entities beyond XML's five are not used, so the page is XML as well.
    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
