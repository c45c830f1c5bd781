using System.Diagnostics;

namespace ResNetVulkan.Demo;

/// <summary>How far long work has come and how long it will take: one line that renews itself, or a line each half minute in a log.</summary>
internal sealed class ProgressLine(string what, int total, bool isQuiet)
{
    private readonly bool _isInteractive = !Console.IsErrorRedirected;
    private readonly long _begin = Stopwatch.GetTimestamp();
    private TimeSpan _next;

    /// <summary>Shows progress to stderr, where it does not mix with results.</summary>
    public void Show(int done)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_begin);
        if (isQuiet || done == 0 || elapsed < _next) return;
        _next = elapsed + TimeSpan.FromSeconds(_isInteractive ? 0.1 : 30);

        double rate = done / elapsed.TotalSeconds;
        TimeSpan left = TimeSpan.FromSeconds((total - done) / rate);
        string line = $"{what} {done:N0}/{total:N0}   {rate:F1} images/s   {(left.TotalHours >= 1 ? $"{left:h\\:mm\\:ss}" : $"{left:m\\:ss}")} left";
        if (_isInteractive) Console.Error.Write($"\r{line}\e[K");
        else Console.Error.WriteLine(line);
    }

    /// <summary>Takes the line away.</summary>
    public void End()
    {
        if (!isQuiet && _isInteractive) Console.Error.Write("\r\e[K");
    }
}
