using NUnit.Framework;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// What tests read beside their code. Real data lies beside the repository in ../shared/data, or where RESNETVULKAN_DATA points,
/// and is never committed. The suite also runs without a checkout, out of the folder that Tests/bundle.sh makes.
/// </summary>
internal static class TestData
{
    private static readonly string? Checkout = FindCheckout();

    /// <summary>The folder with ResNetVulkan.sln: upwards from the test assembly, or the sources that a bundle carries.</summary>
    public static string RepositoryRoot
    {
        get
        {
            string root = Checkout ?? Path.Combine(AppContext.BaseDirectory, "source");
            if (!Directory.Exists(root))
                Assert.Ignore("Not in a source tree: no ResNetVulkan.sln above the tests.");
            return root;
        }
    }

    /// <summary>Where tests keep compiled modules and pipelines for the next run; null, for none, outside a checkout.</summary>
    public static string? CacheFolder { get; } =
        Checkout is null ? null : Path.Combine(Checkout, "artifacts", "test-cache");

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
            : Path.GetFullPath(Checkout is null
                ? Path.Combine(AppContext.BaseDirectory, "..", "data")
                : Path.Combine(Checkout, "..", "shared", "data"));

    private static string? Find(string relative)
    {
        string path = Path.Combine(Root, relative);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string? FindCheckout()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ResNetVulkan.sln"))) folder = folder.Parent;
        return folder?.FullName;
    }
}
