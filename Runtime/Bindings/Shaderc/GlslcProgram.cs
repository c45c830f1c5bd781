using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Silk.NET.Shaderc;

/// <summary>The glslc program: source in through a pipe, SPIR-V and messages out through two others.</summary>
internal sealed class GlslcProgram(string program = "glslc", TimeSpan? timeout = null)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private readonly TimeSpan _timeout = timeout ?? DefaultTimeout;

    /// <summary>Whether glslc is on the path and starts.</summary>
    public static bool Exists()
    {
        try
        {
            return new GlslcProgram().Run(["--version"], default).ExitCode == 0;
        }
        catch (Exception e) when (e is Win32Exception or TimeoutException)
        {
            return false;
        }
    }

    /// <param name="arguments">Options, without input and output.</param>
    /// <param name="source">GLSL in UTF-8.</param>
    /// <param name="fileName">Stands in the messages where glslc, which reads a pipe, would say &lt;stdin&gt;.</param>
    /// <exception cref="TimeoutException">glslc hung and was ended.</exception>
    public (bool Succeeded, byte[] Output, string Messages) Compile(
        IEnumerable<string> arguments, ReadOnlyMemory<byte> source, string fileName)
    {
        (int exitCode, byte[] output, string messages) = Run([.. arguments, "-o", "-", "-"], source);

        StringBuilder text = new();
        foreach (string line in messages.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // "2 errors generated.": the library does not say this.
            if (line.EndsWith(" generated.", StringComparison.Ordinal))
                continue;
            bool ofSource = line.StartsWith("<stdin>:", StringComparison.Ordinal);
            text.Append(ofSource ? fileName + line["<stdin>".Length..] : line).Append('\n');
        }
        if (exitCode != 0 && text.Length == 0)
            text.Append($"{fileName}: error: {program} ended with {exitCode} and said nothing.\n");
        return (exitCode == 0, output, text.ToString());
    }

    private (int ExitCode, byte[] Output, string Messages) Run(IEnumerable<string> arguments, ReadOnlyMemory<byte> input)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        using Process process = Process.Start(start)!;
        using MemoryStream output = new(), messages = new();

        // All three pipes at once: a full one would stop glslc, and then us.
        Task piped = Task.WhenAll(
            Write(process.StandardInput.BaseStream, input),
            process.StandardOutput.BaseStream.CopyToAsync(output),
            process.StandardError.BaseStream.CopyToAsync(messages));
        Stopwatch clock = Stopwatch.StartNew();
        bool finished = piped.Wait(_timeout) && process.WaitForExit(Left(_timeout - clock.Elapsed));
        if (!finished)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new TimeoutException($"{program} did not finish within {_timeout.TotalSeconds:0.#} s and was ended.");
        }
        return (process.ExitCode, output.ToArray(), Encoding.UTF8.GetString(messages.ToArray()));
    }

    private static TimeSpan Left(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static async Task Write(Stream pipe, ReadOnlyMemory<byte> input)
    {
        try
        {
            await using (pipe.ConfigureAwait(false))
                await pipe.WriteAsync(input).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // glslc refused its options and left without reading: its messages say why.
        }
    }
}
