using System.Diagnostics;
using ResNetVulkan.Training;

namespace ResNetVulkan.Demo;

/// <summary>How training goes, as it goes: a line that renews itself on a terminal, a line now and then in a log.</summary>
internal sealed class TrainingProgress
{
    private readonly Trainer _trainer;
    private readonly TrainingOptions _options;
    private readonly bool _isSilent;
    private readonly bool _isInteractive = !Console.IsErrorRedirected;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next;

    public TrainingProgress(Trainer trainer, TrainingOptions options, bool isSilent)
    {
        (_trainer, _options, _isSilent) = (trainer, options, isSilent);
        trainer.StepEnded += Show;
        trainer.EpochEnded += Show;
    }

    public void Notice(string sentence)
    {
        End();
        Console.Error.WriteLine(sentence);
    }

    /// <summary>Takes the line away, before something else is written.</summary>
    public void End()
    {
        if (_isInteractive) Console.Error.Write("\r\e[K");
    }

    private void Show(StepRecord step)
    {
        if (_clock.Elapsed < _next && step.Step > 1) return;
        _next = _clock.Elapsed + TimeSpan.FromSeconds(_isInteractive ? 0.2 : 10);
        string line =
            $"epoch {step.Epoch}/{_options.Epochs}  step {step.Step:N0}/{_trainer.TotalSteps:N0}  loss {step.Loss:F4}  " +
            $"accuracy {100 * step.Accuracy:F1} %  {step.ImagesPerSecond:F0} images/s  {Left()}";
        if (_isInteractive) Console.Error.Write($"\r{line}\e[K");
        else Console.Error.WriteLine(line);
    }

    private void Show(EpochRecord epoch)
    {
        End();
        if (_isSilent) return;
        string test = epoch.TestAccuracy is { } accuracy
            ? $"   test loss {epoch.TestLoss:F4}, accuracy {100 * accuracy:F2} %"
            : "";
        Console.WriteLine(
            $"epoch {epoch.Epoch,3}   train loss {epoch.TrainLoss:F4}, accuracy {100 * epoch.TrainAccuracy:F2} %{test}   " +
            $"{epoch.ImagesPerSecond:F0} images/s");
    }

    private string Left()
    {
        if (_trainer.TimeLeft is not { } left) return "";
        return left.TotalHours >= 1 ? $"{left:h\\:mm\\:ss} left" : $"{left:m\\:ss} left";
    }
}
