using System.Runtime.InteropServices;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Ops;
using Silk.NET.Vulkan;
using Semaphore = Silk.NET.Vulkan.Semaphore;

namespace ResNetVulkan.Plugin;

/// <summary>
/// A network that sees a host's frames, in one of three ways: recorded into the host's command buffer, submitted whole, or in
/// slices of measured time. The results are the same bits.
/// </summary>
/// <remarks>
/// <para>Call <see cref="WarmUp"/> first: it makes, compiles and measures everything, and may take seconds. After it, handing
/// over a frame and asking for a result never wait, and allocate nothing, managed or of Vulkan.</para>
/// <para>Owns everything it makes; borrows the device. Not thread-safe: one thread at a time calls it, which need not be the
/// same; several networks on one device may be called from several threads. The queue is touched by WarmUp, Submit,
/// SubmitSlice and Dispose alone, between the host's LockQueue and UnlockQueue.</para>
/// </remarks>
public abstract class FrameNetwork : IDisposable
{
    private readonly PluginDevice _device;
    private readonly GpuDevice _gpu;
    private readonly FrameModel _model;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(Tensor Tensor, int Offset)> _outputs = [];
    private FrameSlot[] _slots = [];
    private CommandRecorder _hosts = null!;
    private ParameterSet? _parameters;
    private Plan? _plan;
    private ImageReader? _reader;
    private SliceClock? _clock;
    private Task? _warmUp;
    private volatile bool _isReady;
    private double _progress;
    private TensorView _pixels, _frames;
    private int _mostPixels;
    private ulong _number, _cancelled, _lastSubmission;
    private Sliced _sliced;
    private bool _isDisposed;

    private protected FrameNetwork(PluginDevice device, FrameModel model, FrameOptions? options)
    {
        (_device, _gpu, _model, Options) = (device, device.Gpu, model, options ?? new FrameOptions());
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.FramesInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.MaxShorterSide, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Top, 1);
    }

    /// <summary>How frames are seen.</summary>
    public FrameOptions Options { get; }

    /// <summary>The network and how frames are prepared for it.</summary>
    public Models.ModelCard Card => _model.Card;

    /// <summary>Whether frames can be handed over.</summary>
    public bool IsReady => _isReady;

    /// <summary>How far warming up is, from 0 to 1.</summary>
    public double Progress => Volatile.Read(ref _progress);

    /// <summary>The longest single kernel, as measured while warming up: what a slice may exceed its budget by.</summary>
    public TimeSpan LongestStep => Ready()._clock!.LongestStep;

    /// <summary>How many kernels a frame takes after it is read.</summary>
    public int StepCount => Ready()._plan!.StepCount;

    /// <summary>Called for each slice once it has run, within a later call of <see cref="SubmitSlice"/>.</summary>
    public Action<SliceReport>? SliceRan
    {
        get => Ready()._clock!.Report;
        set => Ready()._clock!.Report = value;
    }

    /// <summary>Makes everything: memory, pipelines, commands; then runs once. Blocks, also on the device.</summary>
    /// <param name="cancellation">Leaves in the middle; another call begins anew.</param>
    /// <exception cref="GpuOutOfMemoryException">There is no room; nothing is left behind.</exception>
    /// <exception cref="Kernels.ShaderException">A shader is compiled nowhere and there is no compiler.</exception>
    public void WarmUp(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isReady) return;
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        try
        {
            Make(either.Token);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>The same on another thread, which Dispose stops and joins. The host's callbacks are called there.</summary>
    public Task WarmUpAsync(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _warmUp = Task.Run(() => WarmUp(cancellation), cancellation);
    }

    /// <summary>
    /// Records a frame into a host's command buffer. The host submits it once, to the queue that it handed over, before or after
    /// other frames but never beside them on another queue.
    /// </summary>
    /// <param name="commandBuffer">
    /// VkCommandBuffer in the recording state, outside of a render pass, of a family that computes. The bound compute
    /// pipeline, its descriptor set 0 and its push constants are others afterwards.
    /// </param>
    /// <param name="image">What to see.</param>
    /// <param name="frame">The host's number for it.</param>
    /// <returns>Not taken where as many frames are in flight as can be.</returns>
    /// <exception cref="HostException">The image cannot be read. Nothing was recorded.</exception>
    public FrameTicket Record(nint commandBuffer, in HostImage image, ulong frame = 0)
    {
        if (commandBuffer == 0) throw new HostException("The command buffer is 0.");
        (ImageRegion region, FrameWindow window) = Check(image);
        if (TakeSlot(frame, isHosts: true) is not { } slot) return default;

        try
        {
            _hosts.Borrow(new CommandBuffer(commandBuffer));
            BeginFrame(_hosts, slot, window);
            _reader!.Record(_hosts, IndexOf(slot), image, region, window);
            _hosts.Barrier();
            _plan!.Record(_hosts, 0, _plan.StepCount);
            EndFrame(_hosts, slot);
            slot.RecordMarker(_hosts);
            _hosts.HostBarrier();
            return new FrameTicket(slot.Number);
        }
        catch
        {
            slot.Leave();
            throw;
        }
    }

    /// <summary>Submits a frame. Returns at once.</summary>
    /// <param name="image">What to see.</param>
    /// <param name="frame">The host's number for it.</param>
    /// <param name="waits">What must have happened before the image is read; at most 16.</param>
    /// <param name="signals">What happens when the frame is done, and with it the image; at most 16.</param>
    /// <returns>Not taken where as many frames are in flight as can be: then nothing is waited for or signalled.</returns>
    /// <exception cref="HostException">The image cannot be read. Nothing was submitted.</exception>
    /// <exception cref="GpuDeviceLostException">The device is gone.</exception>
    public FrameTicket Submit(
        in HostImage image, ulong frame = 0, ReadOnlySpan<HostSemaphore> waits = default,
        ReadOnlySpan<HostSemaphore> signals = default)
    {
        (ImageRegion region, FrameWindow window) = Check(image);
        if (TakeSlot(frame, isHosts: false) is not { } slot) return default;
        try
        {
            slot.Intake.Begin();
            BeginFrame(slot.Intake, slot, window);
            _reader!.Record(slot.Intake, IndexOf(slot), image, region, window);
            return SubmitWhole(slot, waits, signals);
        }
        catch
        {
            slot.Leave();
            throw;
        }
    }

    /// <summary>Submits a frame from the CPU's memory, which is copied before this returns.</summary>
    /// <param name="pixels">What to see.</param>
    /// <param name="frame">The host's number for it.</param>
    /// <returns>Not taken where as many frames are in flight as can be.</returns>
    /// <exception cref="HostException">The pixels cannot be read. Nothing was submitted.</exception>
    /// <exception cref="GpuDeviceLostException">The device is gone.</exception>
    public FrameTicket Submit(HostPixels pixels, ulong frame = 0)
    {
        FrameWindow window = Check(pixels);
        if (TakeSlot(frame, isHosts: false) is not { } slot) return default;
        try
        {
            slot.Intake.Begin();
            BeginFrame(slot.Intake, slot, window);
            RecordUpload(slot.Intake, slot, pixels, window);
            return SubmitWhole(slot, [], []);
        }
        catch
        {
            slot.Leave();
            throw;
        }
    }

    /// <summary>
    /// Begins a frame in slices: the next <see cref="SubmitSlice"/> reads the image, later ones only compute. Submits nothing.
    /// </summary>
    /// <param name="image">What to see; as it is when the first slice runs.</param>
    /// <param name="frame">The host's number for it.</param>
    /// <returns>Not taken where as many frames are in flight as can be.</returns>
    /// <exception cref="HostException">The image cannot be read.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another frame is in slices still; it ends with SubmitSlice or Cancel.
    /// </exception>
    public FrameTicket Begin(in HostImage image, ulong frame = 0)
    {
        (ImageRegion region, FrameWindow window) = Check(image);
        if (TakeSlot(frame, isHosts: false) is not { } slot) return default;
        _sliced = new Sliced(slot, image, region, window, IsFromCpu: false, 0, ReadsFrame: true);
        return new FrameTicket(slot.Number);
    }

    /// <inheritdoc cref="Begin(in HostImage, ulong)"/>
    /// <param name="pixels">What to see, copied before this returns.</param>
    /// <param name="frame">The host's number for it.</param>
    public FrameTicket Begin(HostPixels pixels, ulong frame = 0)
    {
        FrameWindow window = Check(pixels);
        if (TakeSlot(frame, isHosts: false) is not { } slot) return default;
        CopyToUpload(slot, pixels, window);
        _sliced = new Sliced(slot, default, default, window, IsFromCpu: true, 0, ReadsFrame: true);
        return new FrameTicket(slot.Number);
    }

    /// <summary>
    /// Submits as much more of the frame that was begun as the device computes in a time, by what was measured; at least one
    /// kernel. Returns at once.
    /// </summary>
    /// <param name="budget">What the slice may take on the device.</param>
    /// <param name="waits">Before the first slice: what must have happened before the image is read.</param>
    /// <param name="signals">
    /// Happens when this slice has run: with the first, the host may use the image again.
    /// </param>
    /// <exception cref="GpuDeviceLostException">The device is gone.</exception>
    public SliceStatus SubmitSlice(
        TimeSpan budget, ReadOnlySpan<HostSemaphore> waits = default, ReadOnlySpan<HostSemaphore> signals = default)
    {
        SliceClock clock = Ready()._clock!;
        if (_sliced.Slot is not { } slot)
        {
            clock.Harvest();
            return SliceStatus.Idle;
        }
        if (clock.Next() is not { } commands) return SliceStatus.Busy;

        int from = _sliced.Step, to = clock.End(from, _sliced.ReadsFrame, budget);
        clock.Begin(commands);
        if (_sliced.ReadsFrame)
        {
            BeginFrame(commands, slot, _sliced.Window);
            if (_sliced.IsFromCpu) RecordUpload(commands, slot, _sliced.Window);
            else _reader!.Record(commands, IndexOf(slot), _sliced.Image, _sliced.Region, _sliced.Window);
        }
        commands.Barrier();
        _plan!.Record(commands, from, to);
        bool isLast = to == _plan.StepCount;
        if (isLast) EndFrame(commands, slot);
        clock.End(commands);

        _lastSubmission = Submit(_gpu, [commands], waits, signals);
        clock.Submitted(slot.Frame, from, to, _sliced.ReadsFrame, budget);
        if (isLast) slot.Submitted(_lastSubmission);
        _sliced = isLast ? default : _sliced with { Step = to, ReadsFrame = false };
        return isLast ? SliceStatus.Finished : SliceStatus.Submitted;
    }

    /// <summary>Gives up the frame that is in slices: what was submitted of it runs, and it has no result.</summary>
    public void Cancel()
    {
        // What runs still reads the slot's upload; the next frame of the slot waits for nothing, so it must not come too early.
        if (_sliced.Slot is not { } slot) return;
        if (_sliced.ReadsFrame) slot.Leave();
        else slot.Submitted(_lastSubmission);
        _cancelled = _sliced.ReadsFrame ? _cancelled : slot.Number;
        _sliced = default;
    }

    /// <summary>Stops warming up, waits for what this network itself submitted, and releases everything.</summary>
    /// <remarks>
    /// Command buffers that a frame was recorded into must have run, or never run. Safe on a lost device, in the middle of a
    /// frame in slices, and twice.
    /// </remarks>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _stop.Cancel();
        try
        {
            _warmUp?.Wait();
        }
        catch (AggregateException)
        {
            // Whoever started it has its task, and the exception with it.
        }
        Release();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The graph, with its outputs.</summary>
    private protected abstract ClassifierGraph Build(int bytes, int rows);

    /// <summary>The outputs of a frame, where it is ready.</summary>
    private protected FrameStatus TryRead(FrameTicket ticket, out FrameSlot? slot)
    {
        slot = null;
        Ready();
        if (!ticket.IsTaken || ticket.Number == _cancelled) return FrameStatus.Gone;
        FrameSlot found = _slots[(ticket.Number - 1) % (ulong)_slots.Length];
        if (found.Number != ticket.Number) return FrameStatus.Gone;
        if (!found.IsDone) return FrameStatus.Pending;
        slot = found;
        return FrameStatus.Ready;
    }

    /// <summary>The newest frame that is done; none before the first. Never waits.</summary>
    public FrameTicket Newest()
    {
        Ready();
        ulong newest = 0;
        foreach (FrameSlot slot in _slots)
            if (slot.Number > newest && slot.Number != _cancelled && slot.IsDone) newest = slot.Number;
        return new FrameTicket(newest);
    }

    private protected ReadOnlySpan<T> Output<T>(FrameSlot slot, Tensor tensor) where T : unmanaged
    {
        foreach ((Tensor output, int offset) in _outputs)
            if (output == tensor) return MemoryMarshal.Cast<byte, T>(slot.Outputs().Slice(offset, (int)tensor.Type.Bytes));
        throw new InvalidOperationException($"'{tensor.Name}' is no output.");
    }

    private FrameNetwork Ready()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_isReady) throw new InvalidOperationException("The network is not warmed up: call WarmUp, and wait until IsReady.");
        _gpu.ThrowIfUnusable();
        return this;
    }

    private void Make(CancellationToken cancellation)
    {
        (int pixels, int rows) = FrameWindow.Most(Card, Options.MaxShorterSide);
        _mostPixels = pixels;
        ClassifierGraph graph = Build(4 * pixels, rows);
        CompiledGraph compiled = GraphCompiler.Compile(graph.Graph, _gpu.Traits);
        _parameters = _model.ToDevice(_gpu, compiled.Parameters.Parameters);
        _device.Pipelines.Build(
            compiled.Body.Steps.Select(step => (step.Kernel, step.Constants)),
            progress: (done, all) =>
            {
                Volatile.Write(ref _progress, 0.8 * done / all);
                cancellation.ThrowIfCancellationRequested();
            });
        _plan = new Plan(_device.Pipelines, compiled, _parameters, slots: 0);
        (_frames, _pixels) = (compiled.Body.Places[graph.Frames!], compiled.Body.Places[graph.Pixels!]);
        _reader = new ImageReader(
            _device.Pipelines, _plan.Blocks[_pixels.Block], (ulong)_pixels.Offset, pixels, Options.FramesInFlight);
        Volatile.Write(ref _progress, 0.9);
        cancellation.ThrowIfCancellationRequested();

        int bytes = 0;
        foreach (Tensor output in compiled.Graph.Outputs)
        {
            _outputs.Add((output, bytes));
            bytes += ((int)output.Type.Bytes + 63) & ~63;
        }
        _hosts = new CommandRecorder(_gpu, default(CommandBuffer));
        _slots = new FrameSlot[Options.FramesInFlight];
        for (int i = 0; i < _slots.Length; i++) MakeSlot(i, pixels, bytes);
        _clock = new SliceClock(_gpu, Measure());
        _device.ShareCache();
        Volatile.Write(ref _progress, 1);
        _isReady = true;
    }

    private void MakeSlot(int index, int pixels, int bytes)
    {
        FrameSlot slot = _slots[index] = new FrameSlot(_gpu, index, 4 * (ulong)pixels, (ulong)bytes);
        slot.Outtake.Begin(isReusable: true);
        EndFrame(slot.Outtake, slot);
        slot.Outtake.End();
    }

    // The inputs are written before each run: where they lie, a run puts activations later.
    private double[] Measure()
    {
        FrameWindow window = FrameWindow.Of(Card, Card.Resize, Card.Resize);
        FrameSlot slot = _slots[0];
        return SliceClock.Measure(_gpu, _plan!, () =>
        {
            slot.Intake.Begin();
            BeginFrame(slot.Intake, slot, window);
            slot.Intake.Barrier();
            slot.Intake.End();
            return slot.Intake;
        });
    }

    private void Release()
    {
        _isReady = false;
        if (_gpu.IsDisposed) return;
        _gpu.Submission.WaitForLast();
        _clock?.Dispose();
        foreach (FrameSlot slot in _slots) slot?.Dispose();
        _reader?.Dispose();
        _plan?.Dispose();
        _parameters?.Dispose();
        (_clock, _reader, _plan, _parameters, _slots) = (null, null, null, null, []);
        _outputs.Clear();
        _sliced = default;
        Volatile.Write(ref _progress, 0);
    }

    private FrameSlot? TakeSlot(ulong frame, bool isHosts)
    {
        if (_sliced.Slot is not null)
        {
            throw new InvalidOperationException(
                "A frame is in slices: SubmitSlice until it is finished, or Cancel it, before the next.");
        }
        FrameSlot slot = _slots[_number % (ulong)_slots.Length];
        if (!slot.IsDone) return null;
        slot.Take(++_number, frame, isHosts);
        return slot;
    }

    private int IndexOf(FrameSlot slot) => (int)((slot.Number - 1) % (ulong)_slots.Length);

    // What a frame before may still read is about to be written.
    private void BeginFrame(CommandRecorder commands, FrameSlot slot, in FrameWindow window)
    {
        if (slot.Timer is { } timer)
        {
            commands.Reset(timer);
            commands.Timestamp(timer, 0);
        }
        commands.Barrier();
        Frame frame = window.Frame;
        commands.Update(
            _plan!.Blocks[_frames.Block], (ulong)_frames.Offset, MemoryMarshal.AsBytes(new ReadOnlySpan<Frame>(in frame)));
    }

    private void EndFrame(CommandRecorder commands, FrameSlot slot)
    {
        commands.Barrier();
        foreach ((Tensor output, int offset) in _outputs)
        {
            TensorView view = _plan!.Graph.Body.Places[output];
            commands.Copy(
                _plan.Blocks[view.Block], (ulong)view.Offset, slot.Readback, (ulong)offset, (ulong)view.Bytes);
        }
        if (slot.Timer is { } timer) commands.Timestamp(timer, 1);
        commands.HostBarrier();
    }

    private void RecordUpload(CommandRecorder commands, FrameSlot slot, HostPixels pixels, in FrameWindow window)
    {
        CopyToUpload(slot, pixels, window);
        RecordUpload(commands, slot, window);
    }

    private void RecordUpload(CommandRecorder commands, FrameSlot slot, in FrameWindow window) => commands.Copy(
        slot.Upload, 0, _plan!.Blocks[_pixels.Block], (ulong)_pixels.Offset, 4 * (ulong)window.Pixels);

    private static void CopyToUpload(FrameSlot slot, HostPixels pixels, in FrameWindow window)
    {
        Span<byte> target = slot.Upload.Mapped;
        int red = pixels.Format == PixelFormat.Bgra8 ? 2 : 0, step = pixels.PixelBytes;
        for (int row = 0; row < window.Height; row++)
        {
            ReadOnlySpan<byte> source =
                pixels.Bytes.Slice((window.Top + row) * pixels.Pitch + window.Left * step, window.Width * step);
            Span<byte> line = target.Slice(4 * row * window.Width, 4 * window.Width);
            for (int i = 0, from = 0; i < line.Length; i += 4, from += step)
            {
                (line[i], line[i + 1], line[i + 2], line[i + 3]) =
                    (source[from + red], source[from + 1], source[from + 2 - red], 255);
            }
        }
        slot.Upload.Flush(0, 4 * (ulong)window.Pixels);
    }

    private FrameTicket SubmitWhole(
        FrameSlot slot, ReadOnlySpan<HostSemaphore> waits, ReadOnlySpan<HostSemaphore> signals)
    {
        slot.Intake.End();
        _lastSubmission = Submit(_gpu, [slot.Intake, _plan!.Body, slot.Outtake], waits, signals);
        slot.Submitted(_lastSubmission);
        return new FrameTicket(slot.Number);
    }

    internal static ulong Submit(
        GpuDevice gpu, ReadOnlySpan<CommandRecorder> commands, ReadOnlySpan<HostSemaphore> waits,
        ReadOnlySpan<HostSemaphore> signals)
    {
        Span<SemaphoreValue> before = stackalloc SemaphoreValue[waits.Length], after = stackalloc SemaphoreValue[signals.Length];
        for (int i = 0; i < waits.Length; i++) before[i] = new(new Semaphore(waits[i].Semaphore), waits[i].Value);
        for (int i = 0; i < signals.Length; i++) after[i] = new(new Semaphore(signals[i].Semaphore), signals[i].Value);
        return gpu.Submission.Submit(commands, before, after);
    }

    private (ImageRegion Region, FrameWindow Window) Check(in HostImage image)
    {
        Ready();
        ImageRegion region = image.Region ?? new ImageRegion(0, 0, image.Width, image.Height);
        string? lack =
            image.Image == 0 ? "Image is 0."
            : image.View == 0 && image.Access != ImageAccess.Transfer ? $"View is 0; with {image.Access} access it is needed."
            : image.Samples != 1 ? $"Samples is {image.Samples}: resolve a multisampled image first."
            : image.Layout is 0 or 8 ? $"Layout is {image.Layout}, in which an image's pixels are nobody's."
            : region.X < 0 || region.Y < 0 || region.Width < 1 || region.Height < 1
                || region.Width > image.Width - region.X || region.Height > image.Height - region.Y
                ? $"{region} does not lie within {image.Width} x {image.Height}."
            : _reader!.Lack(image);
        if (lack is not null) throw new HostException($"The image cannot be read. {lack}");
        return (region, Window(region.Width, region.Height));
    }

    private FrameWindow Check(HostPixels pixels)
    {
        Ready();
        if (pixels.Width < 1 || pixels.Height < 1 || pixels.Pitch < pixels.Width * pixels.PixelBytes
            || pixels.Bytes.Length < (long)(pixels.Height - 1) * pixels.Pitch + pixels.Width * pixels.PixelBytes)
        {
            throw new HostException(
                $"{pixels.Bytes.Length} bytes are not {pixels.Height} rows of {pixels.Width} {pixels.Format} pixels, " +
                $"{pixels.Pitch} bytes apart.");
        }
        return Window(pixels.Width, pixels.Height);
    }

    private FrameWindow Window(int width, int height)
    {
        if (Math.Min(width, height) > Options.MaxShorterSide)
        {
            throw new HostException(
                $"The frame has {width} x {height} pixels; FrameOptions.MaxShorterSide allows {Options.MaxShorterSide}.");
        }
        FrameWindow window = FrameWindow.Of(Card, width, height);
        return window.Pixels <= _mostPixels
            ? window
            : throw new HostException($"A frame of {width} x {height} pixels is too long for this network's crop.");
    }

    private readonly record struct Sliced(
        FrameSlot? Slot, HostImage Image, ImageRegion Region, FrameWindow Window, bool IsFromCpu, int Step, bool ReadsFrame);
}
