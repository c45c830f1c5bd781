using System.ComponentModel;
using System.Diagnostics;
using NUnit.Framework;

namespace ResNetVulkan.Tests.Support;

/// <summary>A Python with PyTorch, where this machine has one: the oracle of the oracle.</summary>
internal static class Python
{
    private static readonly Lazy<(string? Program, string Reason)> Found = new(Find);

    /// <summary>
    /// Runs a script and returns what it wrote to stdout. Where no Python has PyTorch the test is ignored with the reason.
    /// </summary>
    /// <param name="script">Relative to the repository's root, such as "Tests/Oracle/torch_ops.py".</param>
    /// <param name="arguments">Passed as they are: no shell.</param>
    /// <param name="stdin">Written to the script's standard input, if any.</param>
    /// <param name="seconds">After these the script is ended and the test fails.</param>
    /// <exception cref="InvalidOperationException">
    /// The script failed or took too long; the message ends with its stderr.
    /// </exception>
    public static byte[] Run(string script, IEnumerable<string> arguments, byte[]? stdin = null, int seconds = 300)
    {
        if (Found.Value.Program is not { } program)
        {
            Assert.Ignore(Found.Value.Reason);
            return [];
        }
        string path = Path.Combine(TestData.RepositoryRoot, script);
        Outcome outcome = Start(program, [path, .. arguments], stdin, seconds);
        if (outcome.ExitCode == 0) return outcome.Output;

        string end = outcome.ExitCode is { } code ? $"ended with {code}" : $"took more than {seconds} s";
        throw new InvalidOperationException($"{script} {end}:\n{outcome.Errors}");
    }

    private static (string? Program, string Reason) Find()
    {
        List<string> tried = [];
        foreach (string program in (string[])["/usr/bin/python3", "python3", "python"])
        {
            try
            {
                Outcome outcome = Start(program, ["-c", "import torch, numpy"], null, seconds: 120);
                if (outcome.ExitCode == 0) return (program, "");
                tried.Add($"{program}: {outcome.Errors.Trim().Split('\n')[^1]}");
            }
            catch (Win32Exception e)
            {
                tried.Add($"{program}: {e.Message}");
            }
        }
        string reasons = string.Join("; ", tried);
        return (null, $"No Python with PyTorch to compare with ({reasons}). On Debian: apt-get install python3-torch.");
    }

    private static Outcome Start(string program, string[] arguments, byte[]? stdin, int seconds)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";     // no __pycache__ beside the scripts
        using Process process = Process.Start(start)!;
        using MemoryStream output = new();
        Task outputRead = process.StandardOutput.BaseStream.CopyToAsync(output);
        Task<string> errorsRead = process.StandardError.ReadToEndAsync();
        Task inputWritten = Task.Run(() =>
        {
            using Stream input = process.StandardInput.BaseStream;
            try { input.Write(stdin ?? []); }
            catch (IOException) { /* a script that ends without reading its input is judged by its exit code */ }
        });
        bool ended = process.WaitForExit(TimeSpan.FromSeconds(seconds));
        if (!ended) process.Kill(entireProcessTree: true);
        Task.WaitAll(outputRead, errorsRead, inputWritten);
        process.WaitForExit();
        return new Outcome(ended ? process.ExitCode : null, output.ToArray(), errorsRead.Result);
    }

    private sealed record Outcome(int? ExitCode, byte[] Output, string Errors);
}
