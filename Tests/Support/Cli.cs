using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace ResNetVulkan.Tests.Support;

/// <summary>How a run of the command line program ended, and what it wrote.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>Runs the command line program as a user does: the built executable, in a process of its own.</summary>
internal static class Cli
{
    /// <summary>The program, as the build lays it beside the tests.</summary>
    public static string Program { get; } =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "resnet.exe" : "resnet");

    public static CliResult Run(params string[] arguments) => Run(arguments, seconds: 120);

    /// <summary>Fails the test, with what was written until then, where the program takes longer than the limit.</summary>
    /// <param name="arguments">Passed as they are; no shell reads them.</param>
    /// <param name="seconds">The limit.</param>
    /// <param name="folder">The current folder of the program; the tests' own by default.</param>
    /// <param name="environment">Variables beside the inherited ones; null removes one.</param>
    public static CliResult Run(
        string[] arguments, int seconds, string? folder = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        ProcessStartInfo start = new(Program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        // The executable looks for .NET where it is usually installed; this process knows where it is.
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"resnet {string.Join(' ', arguments)} took longer than {seconds} s.\n{output.Result}\n{error.Result}");
        }

        return new CliResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>The folder of the dotnet program whose runtime this process runs on.</summary>
    public static string DotnetRoot { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
