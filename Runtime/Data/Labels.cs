namespace ResNetVulkan.Data;

/// <summary>Reads files of class names.</summary>
public static class Labels
{
    private const long MaxBytes = 16 << 20;

    /// <summary>The classes' names, in order.</summary>
    /// <param name="path">
    /// UTF-8 text: a name a line; or a table with tabs, whose first line names the columns and whose column <c>index</c> counts
    /// the classes from 0, in any order.
    /// </param>
    /// <param name="column">Which column of a table, such as "name" or "synset". Says nothing where there is no table.</param>
    /// <exception cref="InvalidDataException">
    /// The file is empty or larger than 16 MiB, a line within it is empty, or a table lacks a column or an index; the message
    /// says which line.
    /// </exception>
    public static IReadOnlyList<string> Read(string path, string column = "name")
    {
        long length = new FileInfo(path).Length;
        if (length > MaxBytes)
            throw new InvalidDataException($"'{path}' has {length:N0} bytes; a file of class names has at most {MaxBytes:N0}.");

        string[] lines = File.ReadAllText(path).TrimEnd().Split('\n', StringSplitOptions.TrimEntries);
        int empty = Array.FindIndex(lines, line => line.Length == 0);
        if (empty >= 0)
            throw new InvalidDataException($"'{path}', line {empty + 1}: a class's name is expected, but the line is empty.");

        return lines[0].Contains('\t') ? ReadTable(path, lines, column) : lines;
    }

    private static string[] ReadTable(string path, string[] lines, string column)
    {
        string[] columns = lines[0].Split('\t');
        int indexAt = Array.IndexOf(columns, "index"), nameAt = Array.IndexOf(columns, column);
        if (indexAt < 0 || nameAt < 0)
        {
            throw new InvalidDataException($"'{path}', line 1: the columns are {string.Join(", ", columns)}; 'index' and "
                + $"'{column}' are expected.");
        }

        string?[] names = new string?[lines.Length - 1];
        for (int line = 1; line < lines.Length; line++)
        {
            string[] fields = lines[line].Split('\t');
            if (fields.Length != columns.Length || !int.TryParse(fields[indexAt], out int index) || index < 0
                || index >= names.Length || names[index] is not null)
            {
                throw new InvalidDataException($"'{path}', line {line + 1}: {columns.Length} fields are expected, with an index "
                    + $"from 0 to {names.Length - 1} that no other line has.");
            }

            names[index] = fields[nameAt];
        }

        return [.. names.OfType<string>()];
    }
}
