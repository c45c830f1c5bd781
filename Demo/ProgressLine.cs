using System.Diagnostics;

namespace ResNetVulkan.Demo;

/// <summary>
/// How far long work has come and how long it will take, on stderr: one line that renews itself, or a line each half minute in a
/// log.
/// </summary>
/// <param name="what">Is done.</param>
/// <param name="total">How much of it there is.</param>
/// <param name="unit">Of which <paramref name="scale"/> make one.</param>
/// <param name="scale">Divides what is shown.</param>
/// <param name="before">How much was done in an earlier run.</param>
internal sealed class ProgressLine(string what, long total, string unit = "images", int scale = 1, long before = 0)
{
    private readonly bool _isInteractive = !Console.IsErrorRedirected;
    private readonly long _begin = Stopwatch.GetTimestamp();
    private TimeSpan _next = TimeSpan.FromSeconds(Console.IsErrorRedirected ? 30 : 0);

    public void Show(long done)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_begin);
        if (done == before || elapsed < _next) return;
        _next = elapsed + TimeSpan.FromSeconds(_isInteractive ? 0.1 : 30);

        double rate = (done - before) / elapsed.TotalSeconds;
        TimeSpan left = TimeSpan.FromSeconds((total - done) / rate);
        string duration = left.TotalHours >= 1 ? $"{left:h\\:mm\\:ss}" : $"{left:m\\:ss}";
        string line = $"{what} {done / scale:N0}/{total / scale:N0}   {rate / scale:F1} {unit}/s   {duration} left";
        if (_isInteractive) Console.Error.Write($"\r{line}\e[K");
        else Console.Error.WriteLine(line);
    }

    /// <summary>Takes the line away, before something else is written.</summary>
    public void End()
    {
        if (_isInteractive) Console.Error.Write("\r\e[K");
    }
}
