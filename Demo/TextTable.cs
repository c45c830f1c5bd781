using Spectre.Console;

namespace ResNetVulkan.Demo;

/// <summary>A column of a table.</summary>
/// <param name="Header">Above it.</param>
/// <param name="IsNumber">Whether it stands to the right.</param>
/// <param name="Rank">On a narrow terminal the highest is cut first, then left out; rank 0 always stays.</param>
internal readonly record struct Column(string Header, bool IsNumber = false, int Rank = 0);

/// <summary>Tables of one line a row, on terminals of any width; in a file or a pipe as wide as they need, for grep.</summary>
internal static class TextTable
{
    private const int Gap = 1, ShortestCut = 12;

    public static void Print(IReadOnlyList<Column> columns, IReadOnlyList<string[]> rows)
    {
        int room = Console.IsOutputRedirected ? int.MaxValue : AnsiConsole.Profile.Width;
        int[] widths = [.. columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Header.Length).Max())];
        List<int> shown = [.. Enumerable.Range(0, columns.Count)];
        List<string> hidden = [];
        int Total() => shown.Sum(i => widths[i] + Gap);
        while (Total() > room)
        {
            int last = shown.MaxBy(i => columns[i].Rank), left = room - (Total() - widths[last]);
            if (columns[last].Rank == 0) break;
            if (left >= ShortestCut)
            {
                widths[last] = left;
                break;
            }
            shown.Remove(last);
            hidden.Insert(0, columns[last].Header);
        }

        Table table = new Table().Border(TableBorder.None);
        foreach (int i in shown)
        {
            TableColumn column = new TableColumn(Markup.Escape(columns[i].Header)).NoWrap().PadLeft(0).PadRight(Gap);
            table.AddColumn(columns[i].IsNumber ? column.RightAligned() : column);
        }
        foreach (string[] row in rows) table.AddRow([.. shown.Select(i => Markup.Escape(Cut(row[i], widths[i])))]);

        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = Math.Max(80, Total());
        AnsiConsole.Write(table);
        if (hidden.Count > 0) Console.WriteLine($"(a wider terminal, or --json, also shows: {string.Join(", ", hidden)})");
    }

    private static string Cut(string text, int width) =>
        text.Length <= width ? text : string.Concat(text.AsSpan(0, width - 1), "…");
}
