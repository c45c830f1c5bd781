using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;

namespace ResNetVulkan.Plugin;

/// <summary>
/// How long steps take, measured at warm-up and corrected by how long slices took: how many steps fit a budget. Owns the slices'
/// commands and timers, a ring of them.
/// </summary>
internal sealed class SliceClock : IDisposable
{
    private const int Ring = 8;

    private readonly GpuDevice _device;
    private readonly double[] _steps;
    private readonly Slice[] _slices = new Slice[Ring];
    private readonly double[] _times = new double[2];
    private int _next, _oldest;
    private double _intake;     // nanoseconds, as far as known
    private double _pace = 1;   // what a slice takes, of what the sum of its steps says

    /// <param name="device">Whose.</param>
    /// <param name="steps">Nanoseconds of each step; zeros where the device has no timestamps.</param>
    public SliceClock(GpuDevice device, double[] steps)
    {
        (_device, _steps) = (device, steps);
        try
        {
            for (int i = 0; i < Ring; i++)
            {
                _slices[i] = new Slice(new CommandRecorder(device, $"slice {i}"));
                if (GpuTimer.IsSupported(device)) _slices[i].Timer = new GpuTimer(device, $"slice {i}", 2);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Nanoseconds of each step of a plan, the least of a few runs; zeros where the device has no timestamps.</summary>
    /// <param name="device">The plan's.</param>
    /// <param name="plan">Is run several times: CPU drivers compile when a kernel first runs.</param>
    /// <param name="inputs">Records what writes the plan's inputs, before each run.</param>
    public static double[] Measure(GpuDevice device, Plan plan, Func<CommandRecorder> inputs)
    {
        double[]? least = null;
        for (int run = 0; run < 4; run++)
        {
            device.Submission.Wait(device.Submission.Submit(inputs()));
            double[] times = plan.Time();
            if (times.Length == 0)
            {
                device.Submission.Wait(device.Submission.Submit(plan.Body));
                return new double[plan.StepCount];
            }
            if (run == 0) continue;
            least = least is null ? times : [.. least.Zip(times, Math.Min)];
        }
        return least!;
    }

    /// <summary>Called for every slice once it has run.</summary>
    public Action<SliceReport>? Report { get; set; }

    public TimeSpan LongestStep => TimeSpan.FromMicroseconds(_steps.Length == 0 ? 0 : _steps.Max() / 1000);

    /// <summary>The commands of the next slice; null while the device has not done with those before.</summary>
    public CommandRecorder? Next()
    {
        Harvest();
        Slice slice = _slices[_next];
        return slice.IsPending ? null : slice.Commands;
    }

    /// <summary>Where a slice of so much time ends that begins at a step; it has at least one step.</summary>
    /// <param name="from">The first step.</param>
    /// <param name="readsFrame">Whether the frame is read in it.</param>
    /// <param name="budget">What it may take.</param>
    /// <returns>Behind its last step; 0 where reading the frame takes the budget alone.</returns>
    public int End(int from, bool readsFrame, TimeSpan budget)
    {
        double left = budget.TotalNanoseconds;
        if (readsFrame)
        {
            // How long it takes is not known before the first frame, which is therefore read alone.
            if (_intake == 0 || _intake >= left) return from;
            left -= _intake;
        }
        int to = from;
        while (to < _steps.Length && (_steps[to] * _pace <= left || (to == from && !readsFrame))) left -= _steps[to++] * _pace;
        return to;
    }

    public void Begin(CommandRecorder commands)
    {
        commands.Begin();
        if (_slices[_next].Timer is not { } timer) return;
        commands.Reset(timer);
        commands.Timestamp(timer, 0);
    }

    public void End(CommandRecorder commands)
    {
        if (_slices[_next].Timer is { } timer) commands.Timestamp(timer, 1);
        commands.End();
    }

    public void Submitted(ulong frame, int from, int to, bool readsFrame, TimeSpan budget)
    {
        Slice slice = _slices[_next];
        (slice.IsPending, slice.ReadsFrame, slice.Description) = (true, readsFrame, new(frame, from, to - from, budget, default));
        _next = (_next + 1) % Ring;
    }

    /// <summary>Learns from the slices that have run.</summary>
    public void Harvest()
    {
        while (_slices[_oldest] is { IsPending: true } slice && _device.Submission.IsComplete(slice.Commands.LastSubmission))
        {
            slice.IsPending = false;
            _oldest = (_oldest + 1) % Ring;
            if (slice.Timer is null || !slice.Timer.TryRead(0, _times)) continue;
            Learn(slice, _times[1]);
            Report?.Invoke(slice.Description with { GpuTime = TimeSpan.FromMicroseconds(_times[1] / 1000) });
        }
    }

    public void Dispose()
    {
        foreach (Slice slice in _slices)
        {
            slice?.Timer?.Dispose();
            slice?.Commands.Dispose();
        }
    }

    private void Learn(Slice slice, double took)
    {
        double sum = 0;
        for (int i = 0; i < slice.Description.Steps; i++) sum += _steps[slice.Description.FirstStep + i];
        if (slice.ReadsFrame)
        {
            double intake = Math.Max(took - sum * _pace, took / 100);
            _intake = _intake == 0 ? intake : _intake + (intake - _intake) / 4;
        }
        else if (sum > 0)
        {
            // A budget missed counts at once, one kept only slowly: a hitch is worse than an idle moment.
            double pace = Math.Clamp(took / sum, 0.25, 4);
            _pace += (pace - _pace) / (pace > _pace ? 2 : 8);
        }
    }

    private sealed class Slice(CommandRecorder commands)
    {
        public CommandRecorder Commands { get; } = commands;

        public GpuTimer? Timer { get; set; }

        public bool IsPending { get; set; }

        public bool ReadsFrame { get; set; }

        public SliceReport Description { get; set; }
    }
}
