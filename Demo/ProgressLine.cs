using System.Diagnostics;

namespace ResNetVulkan.Demo;

/// <summary>
/// How far long work has come and how long it will take, on stderr: one line that renews itself, or a line each half minute in a
/// log.
/// </summary>
internal sealed class ProgressLine(string what, int total)
{
    private readonly bool _isInteractive = !Console.IsErrorRedirected;
    private readonly long _begin = Stopwatch.GetTimestamp();
    private TimeSpan _next = TimeSpan.FromSeconds(Console.IsErrorRedirected ? 30 : 0);

    public void Show(int done)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_begin);
        if (done == 0 || elapsed < _next) return;
        _next = elapsed + TimeSpan.FromSeconds(_isInteractive ? 0.1 : 30);

        double rate = done / elapsed.TotalSeconds;
        TimeSpan left = TimeSpan.FromSeconds((total - done) / rate);
        string duration = left.TotalHours >= 1 ? $"{left:h\\:mm\\:ss}" : $"{left:m\\:ss}";
        string line = $"{what} {done:N0}/{total:N0}   {rate:F1} images/s   {duration} left";
        if (_isInteractive) Console.Error.Write($"\r{line}\e[K");
        else Console.Error.WriteLine(line);
    }

    /// <summary>Takes the line away, before something else is written.</summary>
    public void End()
    {
        if (_isInteractive) Console.Error.Write("\r\e[K");
    }
}
