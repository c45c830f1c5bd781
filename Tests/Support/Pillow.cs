using System.Diagnostics;
using NUnit.Framework;

namespace ResNetVulkan.Tests.Support;

/// <summary>Python's Pillow as the oracle for decoding and resampling, where it is installed.</summary>
internal static class Pillow
{
    private static readonly string[] Candidates = ["/usr/bin/python3", "/usr/local/bin/python3"];
    private static readonly Lazy<string?> Python = new(() => Candidates.FirstOrDefault(HasPillow));

    /// <summary>Runs Python with Image imported; the script's bytes on its standard output.</summary>
    public static byte[] Run(string script, params string[] arguments)
    {
        if (Python.Value is not { } python)
        {
            Assert.Ignore("No Python with Pillow (Debian: python3-pil).");
            return [];
        }
        (int exitCode, byte[] output, string error) = Start(python, script, arguments);
        Assert.That(exitCode, Is.Zero, error);
        return output;
    }

    private static bool HasPillow(string python) => File.Exists(python) && Start(python, "pass", []).ExitCode == 0;

    private static (int ExitCode, byte[] Output, string Error) Start(string python, string script, string[] arguments)
    {
        string program = $"import sys\nfrom PIL import Image\nout = sys.stdout.buffer\nargs = sys.argv[1:]\n{script}";
        ProcessStartInfo start = new(python, ["-c", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        using MemoryStream output = new();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return (process.ExitCode, output.ToArray(), error.Result);
    }
}
