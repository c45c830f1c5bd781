using NUnit.Framework;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.House;

/// <summary>How long, wide and heavy the repository's files may be.</summary>
[TestFixture]
public sealed class SizeTests
{
    private const int Columns = 130;
    private const int Lines = 26_000;
    private const int Bytes = 2_000_000;

    [Test]
    public void No_line_of_code_is_wider_than_a_reader_can_see()
    {
        List<string> wide = [];
        foreach (SourceFile file in SourceFile.Under("Runtime", "Plugin", "Demo", "Tests").Where(file => !file.IsStandIn))
        {
            string[] lines = file.Text.Split('\n');
            for (int i = 0; i < lines.Length; i++)
                if (lines[i].TrimEnd('\r').Length > Columns) wide.Add($"{file.Path}:{i + 1}: {lines[i].Length} columns");
        }

        Assert.That(wide, Is.Empty, () => $"{wide.Count} lines above {Columns} columns:\n{string.Join('\n', wide)}");
    }

    [Test]
    public void The_product_stays_small_enough_to_read()
    {
        SourceFile[] files = [.. SourceFile.Under("Runtime", "Plugin", "Demo").Where(file => !file.IsStandIn)];
        // What documents the public API is asked for elsewhere; this is about code.
        int lines = files.Sum(file => file.Text.Split('\n')
            .Count(line => line.Trim() is { Length: > 0 } text && !text.StartsWith("//")));
        TestContext.Out.WriteLine(
            $"Runtime, Plugin and Demo: {lines:N0} lines of code in {files.Length} files; limit {Lines:N0}.");
        Assert.That(lines, Is.LessThan(Lines));
    }

    [Test]
    public void No_file_weighs_more_than_a_clone_should_carry()
    {
        EnumerationOptions options = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        string[] heavy =
        [
            .. Directory.EnumerateFiles(TestData.RepositoryRoot, "*", options)
                .Where(path => !SourceFile.Relative(path).Split('/').Any(part => part is ".git" or "artifacts" or "bin" or "obj"))
                .Where(path => new FileInfo(path).Length > Bytes)
                .Select(path => $"{SourceFile.Relative(path)}: {new FileInfo(path).Length:N0} bytes"),
        ];
        Assert.That(heavy, Is.Empty);
    }
}
