using NUnit.Framework;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// Real data for tests: beside the repository in ../shared/data, or where RESNETVULKAN_DATA points. Never committed.
/// </summary>
internal static class TestData
{
    /// <summary>The folder with ResNetVulkan.sln, found upwards from the test assembly.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>A folder of the data, such as "imagenet/golden"; null where it is absent.</summary>
    public static string? Folder(string relative) => Find(relative) is { } path && Directory.Exists(path) ? path : null;

    /// <summary>
    /// A file or folder of the data. Where it is absent the test is ignored, with the path that was looked for.
    /// </summary>
    public static string Require(string relative)
    {
        if (Find(relative) is { } path) return path;

        Assert.Ignore($"No {relative} under {Root}: real data is not in the repository (RESNETVULKAN_DATA names its folder).");
        return "";
    }

    private static string Root =>
        Environment.GetEnvironmentVariable("RESNETVULKAN_DATA") is { Length: > 0 } folder
            ? folder
            : Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", "data"));

    private static string? Find(string relative)
    {
        string path = Path.Combine(Root, relative);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ResNetVulkan.sln"))) folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException(
                $"No ResNetVulkan.sln above {AppContext.BaseDirectory}: run the tests from the repository's tree.");
    }
}
