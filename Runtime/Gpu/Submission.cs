using Silk.NET.Vulkan;
using Semaphore = Silk.NET.Vulkan.Semaphore;

namespace ResNetVulkan.Gpu;

/// <summary>A value of a semaphore, to be waited for or signalled; a binary semaphore has none.</summary>
internal readonly record struct SemaphoreValue(Semaphore Semaphore, ulong Value);

/// <summary>
/// The device's queue as a line of numbered submissions: each starts when the one before has run and sees all that it wrote. Owns
/// a timeline semaphore whose value is the number of the last one that has run. Thread-safe; allocates nothing.
/// </summary>
internal sealed unsafe class Submission : IDisposable
{
    private const string Name = "submissions";

    private readonly GpuDevice _device;
    private readonly Lock _gate = new();
    private readonly Action? _lockQueue;
    private readonly Action? _unlockQueue;
    private Semaphore _timeline;
    private ulong _last;
    private ulong _completed;

    /// <param name="device">Whose queue it is.</param>
    /// <param name="lockQueue">Called before each use of the queue, where somebody else submits to it too.</param>
    /// <param name="unlockQueue">Called after it.</param>
    public Submission(GpuDevice device, Action? lockQueue = null, Action? unlockQueue = null)
    {
        (_device, _lockQueue, _unlockQueue) = (device, lockQueue, unlockQueue);
        SemaphoreTypeCreateInfo type = new()
        {
            SType = StructureType.SemaphoreTypeCreateInfo,
            SemaphoreType = SemaphoreType.Timeline,
        };
        SemaphoreCreateInfo create = new() { SType = StructureType.SemaphoreCreateInfo, PNext = &type };
        Result result = device.Api.CreateSemaphore(device.Handle, in create, device.Allocator, out _timeline);
        device.Check(result, "vkCreateSemaphore", Name);
        device.Created(ObjectType.Semaphore, _timeline.Handle, Name);
    }

    /// <summary>The number of the newest submission; 0 before the first.</summary>
    public ulong Last => Volatile.Read(ref _last);

    /// <summary>Submits command buffers, to run in this order after everything submitted before. Returns at once.</summary>
    /// <param name="commands">Ended; at most 64.</param>
    /// <returns>The submission's number, for <see cref="Wait"/>.</returns>
    public ulong Submit(params ReadOnlySpan<CommandRecorder> commands) => Submit(commands, [], []);

    /// <summary>The same, between a host's semaphores.</summary>
    /// <param name="commands">Ended; at most 64.</param>
    /// <param name="waits">Waited for before the commands run; at most 16.</param>
    /// <param name="signals">Signalled when they have run; at most 16.</param>
    public ulong Submit(
        ReadOnlySpan<CommandRecorder> commands, ReadOnlySpan<SemaphoreValue> waits, ReadOnlySpan<SemaphoreValue> signals)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(commands.Length, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(waits.Length, signals.Length), 16);
        _device.ThrowIfUnusable();

        CommandBuffer* buffers = stackalloc CommandBuffer[commands.Length];
        for (int i = 0; i < commands.Length; i++)
            buffers[i] = commands[i].Ready;

        // Place 0 is the timeline's own; stacks are allotted outside of the lock.
        Semaphore* waited = stackalloc Semaphore[waits.Length + 1], signalled = stackalloc Semaphore[signals.Length + 1];
        ulong* waitValues = stackalloc ulong[waits.Length + 1], signalValues = stackalloc ulong[signals.Length + 1];
        PipelineStageFlags* stages = stackalloc PipelineStageFlags[waits.Length + 1];
        for (int i = 0; i < waits.Length; i++)
            (waited[i + 1], waitValues[i + 1]) = (waits[i].Semaphore, waits[i].Value);
        for (int i = 0; i < signals.Length; i++)
            (signalled[i + 1], signalValues[i + 1]) = (signals[i].Semaphore, signals[i].Value);
        for (int i = 0; i <= waits.Length; i++)
            stages[i] = PipelineStageFlags.AllCommandsBit;

        lock (_gate)
        {
            ulong value = _last + 1;
            (waited[0], waitValues[0]) = (_timeline, _last);
            (signalled[0], signalValues[0]) = (_timeline, value);
            TimelineSemaphoreSubmitInfo values = new()
            {
                SType = StructureType.TimelineSemaphoreSubmitInfo,
                WaitSemaphoreValueCount = (uint)waits.Length + 1,
                PWaitSemaphoreValues = waitValues,
                SignalSemaphoreValueCount = (uint)signals.Length + 1,
                PSignalSemaphoreValues = signalValues,
            };
            SubmitInfo submit = new()
            {
                SType = StructureType.SubmitInfo,
                PNext = &values,
                WaitSemaphoreCount = (uint)waits.Length + 1,
                PWaitSemaphores = waited,
                PWaitDstStageMask = stages,
                CommandBufferCount = (uint)commands.Length,
                PCommandBuffers = buffers,
                SignalSemaphoreCount = (uint)signals.Length + 1,
                PSignalSemaphores = signalled,
            };

            _lockQueue?.Invoke();
            try
            {
                _device.Check(_device.Api.QueueSubmit(_device.Queue, 1, in submit, default), "vkQueueSubmit", Name);
            }
            finally
            {
                _unlockQueue?.Invoke();
            }

            Volatile.Write(ref _last, value);
            foreach (CommandRecorder recorder in commands)
                recorder.Submitted(value);
            return value;
        }
    }

    /// <summary>
    /// Returns when the submission has run. What it wrote to mapped memory behind a host barrier can be read then.
    /// </summary>
    /// <param name="submission">A number that Submit gave; 0 is always done.</param>
    /// <exception cref="GpuDeviceLostException">It will never run.</exception>
    public void Wait(ulong submission)
    {
        _device.ThrowIfUnusable();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(submission, Last);    // it would be waited for forever
        if (submission <= Volatile.Read(ref _completed))
            return;

        Semaphore timeline = _timeline;
        SemaphoreWaitInfo wait = new()
        {
            SType = StructureType.SemaphoreWaitInfo,
            SemaphoreCount = 1,
            PSemaphores = &timeline,
            PValues = &submission,
        };
        _device.Check(_device.Api.WaitSemaphores(_device.Handle, in wait, ulong.MaxValue), "vkWaitSemaphores", Name);
        Completed(submission);
    }

    /// <summary>
    /// Returns when everything submitted has run, or never will: on a lost device there is nothing to wait for.
    /// </summary>
    public void WaitForLast()
    {
        try
        {
            if (!_device.IsLost) Wait(Last);
        }
        catch (GpuDeviceLostException)
        {
            // What is being disposed of can go.
        }
    }

    /// <summary>Whether the submission has run. Never waits.</summary>
    /// <exception cref="GpuDeviceLostException">It will never run.</exception>
    public bool IsComplete(ulong submission)
    {
        _device.ThrowIfUnusable();
        if (submission <= Volatile.Read(ref _completed))
            return true;

        Result result = _device.Api.GetSemaphoreCounterValue(_device.Handle, _timeline, out ulong value);
        _device.Check(result, "vkGetSemaphoreCounterValue", Name);
        Completed(value);
        return submission <= value;
    }

    public void Dispose()
    {
        if (_timeline.Handle == 0)
            return;
        _device.Api.DestroySemaphore(_device.Handle, _timeline, _device.Allocator);
        _device.Destroyed(ObjectType.Semaphore, Name);
        _timeline = default;
    }

    /// <summary>Keeps the largest number known to have run, so that asking about older ones costs nothing.</summary>
    private void Completed(ulong value)
    {
        ulong seen = Volatile.Read(ref _completed);
        while (value > seen)
        {
            ulong found = Interlocked.CompareExchange(ref _completed, value, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }
}
