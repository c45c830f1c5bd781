using System.Diagnostics;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.House;

/// <summary>The parts of the entry script that need no build.</summary>
[TestFixture]
public sealed class LauncherTests
{
    [OneTimeSetUp]
    public void Needs_bash()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("The entry script is for bash; Windows has resnet.cmd.");
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "bash")))) Assert.Ignore("No bash on the path.");
    }

    [TestCase("resnet"), TestCase("Tests/drivers.sh"), TestCase(".ci/run")]
    public void Bash_can_read_it(string script) =>
        Assert.That(Bash("-n", Path.Combine(TestData.RepositoryRoot, script)), Is.EqualTo(new CliResult(0, "", "")));

    [Test]
    public void An_unknown_driver_is_wrong_usage_and_the_known_ones_are_named()
    {
        CliResult result = Bash(Path.Combine(TestData.RepositoryRoot, "resnet"), "test", "--driver", "lavapipe-9");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("'lavapipe-9'").And.Contain("lavapipe-22.3, lavapipe-25.0, swiftshader"));
    }

    [Test]
    public void It_finds_itself_through_a_link_from_any_folder()
    {
        string folder = Directory.CreateTempSubdirectory("resnet-link-").FullName;
        try
        {
            File.CreateSymbolicLink(Path.Combine(folder, "link"), Path.Combine(TestData.RepositoryRoot, "resnet"));
            CliResult result = Bash("-c", $"cd '{folder}' && ./link test --help");
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.StartWith("Usage: resnet test"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_machine_without_dotnet_is_told_what_to_install()
    {
        CliResult result = Bash("-c", $"PATH=/nonexistent; . '{Path.Combine(TestData.RepositoryRoot, "resnet")}'");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain(".NET SDK").And.Contain("https://dot.net"));
    }

    private static CliResult Bash(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new CliResult(process.ExitCode, output.Result, error.Result);
    }
}
