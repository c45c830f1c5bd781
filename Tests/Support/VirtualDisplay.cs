using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace ResNetVulkan.Tests.Support;

/// <summary>An X server without a screen (Xvfb), on which tests open windows that nobody sees. Owns the process.</summary>
internal sealed partial class VirtualDisplay : IDisposable
{
    private const int Overwrite = 1;

    private readonly Process _server;
    private readonly string? _before = Environment.GetEnvironmentVariable("DISPLAY");

    private VirtualDisplay(Process server, string name)
    {
        _server = server;

        // .NET keeps its own copy of the environment; a C library reads the process's.
        _ = SetEnvironment("DISPLAY", name, Overwrite);
    }

    /// <summary>Starts one on a free number, or ignores the test where there is no Xvfb.</summary>
    public static VirtualDisplay Start()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string? program = folders.Select(folder => Path.Combine(folder, "Xvfb")).FirstOrDefault(File.Exists);
        if (!OperatingSystem.IsLinux() || program is null)
        {
            Assert.Ignore("No Xvfb on the path (Debian: xvfb).");
            throw new UnreachableException();
        }

        // It picks the number and writes it once it listens.
        ProcessStartInfo start = new(program, ["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process server = Process.Start(start)!;
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        string? number = server.StandardOutput.ReadLine();
        if (number is null)
        {
            server.Dispose();
            Assert.Ignore("Xvfb ended without a display.");
        }
        return new VirtualDisplay(server, $":{number}");
    }

    public void Dispose()
    {
        _ = SetEnvironment("DISPLAY", _before ?? "", Overwrite);
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
