using System.Text.RegularExpressions;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.House;

/// <summary>One C# file of the repository, for tests that read the source.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    /// <summary>Every file under these folders of the repository that people wrote; paths are relative, with slashes.</summary>
    public static IReadOnlyList<SourceFile> Under(params string[] folders) =>
        [.. folders
            .Select(folder => System.IO.Path.Combine(TestData.RepositoryRoot, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(path => new SourceFile(Relative(path), File.ReadAllText(path)))
            .Where(file => !file.Path.Split('/').Any(part => part is "bin" or "obj"))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>The text without comments and without what strings and characters say.</summary>
    public string Code =>
        CommentOrLiteral().Replace(Text, match => (match.Value[0] == '/' ? "" : "\"\"") + Lines(match.Value));

    public bool IsStandIn => Path.StartsWith("Runtime/Bindings/", StringComparison.Ordinal);

    public static string Relative(string path) =>
        System.IO.Path.GetRelativePath(TestData.RepositoryRoot, path).Replace('\\', '/');

    // Line numbers stay what they were.
    private static string Lines(string text) => new('\n', text.Count(character => character == '\n'));

    [GeneratedRegex("""
        //[^\n]* | /\*[\s\S]*?\*/ | \$*"{3}[\s\S]*?"{3} | (?:@\$?|\$@)"(?:[^"]|"")*" |
        \$?"(?:\\.|[^"\\\n])*" | '(?:\\.[^'\n]*|[^'\\\n])'
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CommentOrLiteral();
}
