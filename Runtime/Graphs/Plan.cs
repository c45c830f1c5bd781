using ResNetVulkan.Gpu;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Graphs;

/// <summary>
/// A compiled graph on a device: recorded once, run any number of times, several runs in flight, allocating nothing per run.
/// </summary>
/// <remarks>
/// Owns its arena, its slots and what it recorded; borrows the pipelines and the parameters, which must outlive it. Each slot has
/// its own copy of the inputs and outputs, so the host fills one while the device works on another. Not thread-safe.
/// </remarks>
public sealed class Plan : IDisposable
{
    private readonly GpuDevice _device;
    private readonly Pipelines _pipelines;
    private readonly ParameterSet _parameters;
    private readonly List<GpuBuffer> _arena = [];
    private readonly List<GpuBuffer> _blocks = [];
    private readonly BoundSteps _steps = null!;
    private readonly List<CommandRecorder> _body = [];     // submitted one by one
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<Tensor, ulong> _inputOffsets = [];
    private readonly Dictionary<Tensor, ulong> _outputOffsets = [];
    private readonly bool _changesState;
    private int _preparedVersion;

    /// <summary>Allocates, computes what depends on parameters alone, and records.</summary>
    /// <param name="pipelines">Of the device to run on.</param>
    /// <param name="graph">Compiled for that device's traits.</param>
    /// <param name="parameters">Of the same model.</param>
    /// <param name="slots">
    /// How many runs can be in flight; each costs the bytes of the inputs and outputs. 0 where the caller records what comes
    /// before and after the steps itself.
    /// </param>
    /// <exception cref="GpuOutOfMemoryException">The device has no room.</exception>
    public Plan(Pipelines pipelines, CompiledGraph graph, ParameterSet parameters, int slots = 3)
    {
        (_device, _pipelines, _parameters, Graph) = (pipelines.Device, pipelines, parameters, graph);
        ArgumentOutOfRangeException.ThrowIfNegative(slots);
        _changesState = graph.ChangesState;
        try
        {
            Prepare();
            foreach (MemoryBlock block in graph.Body.Blocks) _blocks.Add(BufferFor(block, _arena));

            _steps = new BoundSteps(pipelines, graph.Body, _blocks);
            RecordBody([_steps.Count]);

            ulong inputBytes = Offsets(graph.Graph.Inputs, _inputOffsets);
            ulong outputBytes = Offsets(graph.Graph.Outputs, _outputOffsets);
            for (int i = 0; i < slots; i++) _slots.Add(new Slot(this, i, inputBytes, outputBytes));
        }
        catch
        {
            Dispose();      // no room for all of it: nothing of it stays
            throw;
        }
    }

    /// <summary>What it runs.</summary>
    public CompiledGraph Graph { get; }

    /// <summary>How many runs can be in flight.</summary>
    public int Slots => _slots.Count;

    /// <summary>How many steps a run has.</summary>
    public int StepCount => _steps.Count;

    /// <summary>Bytes of device memory that belong to this plan alone: its arena.</summary>
    public long ArenaBytes => Graph.Body.ArenaBytes;

    /// <summary>A slot's copy of an input, to be written before <see cref="Submit"/>; layout NHWC.</summary>
    /// <remarks>Not while a run of that slot is in flight.</remarks>
    public Span<byte> Input(int slot, Tensor input) =>
        _slots[slot].Upload!.Mapped.Slice((int)_inputOffsets[input], (int)input.Type.Bytes);

    /// <summary>A slot's copy of an output, as the slot's last run left it; layout NHWC.</summary>
    /// <remarks>Not while a run of that slot is in flight.</remarks>
    public ReadOnlySpan<byte> Output(int slot, Tensor output) =>
        _slots[slot].Readback!.Mapped.Slice((int)_outputOffsets[output], (int)output.Type.Bytes);

    /// <summary>
    /// Starts a run: the slot's inputs, the steps, the slot's outputs. Does not wait, except when parameters have changed.
    /// </summary>
    /// <returns>The submission, for <see cref="Wait"/> and <see cref="IsComplete"/>.</returns>
    public ulong Submit(int slot)
    {
        if (_preparedVersion != _parameters.Version) Prepare();
        Slot s = _slots[slot];
        s.Upload?.Flush(0, s.Upload.Size);
        if (_body.Count == 1)
        {
            s.Submission = _device.Submission.Submit(s.Prologue, _body[0], s.Epilogue);
        }
        else
        {
            _device.Submission.Submit(s.Prologue, _body[0]);
            for (int i = 1; i < _body.Count - 1; i++) _device.Submission.Submit(_body[i]);
            s.Submission = _device.Submission.Submit(_body[^1], s.Epilogue);
        }
        if (_changesState) _preparedVersion = _parameters.ChangedOnDevice();
        return s.Submission;
    }

    /// <summary>Waits for a run.</summary>
    /// <exception cref="GpuDeviceLostException">The device is gone.</exception>
    public void Wait(ulong submission)
    {
        _device.Submission.Wait(submission);
        foreach (Slot slot in _slots)
            if (slot.Submission == submission) slot.Readback?.Invalidate(0, slot.Readback.Size);
    }

    /// <summary>Whether a run has finished. Never waits.</summary>
    public bool IsComplete(ulong submission) => _device.Submission.IsComplete(submission);

    /// <summary>Runs a slot and waits for it.</summary>
    public void Run(int slot = 0) => Wait(Submit(slot));

    /// <summary>Runs the steps once, timed one by one, on what the inputs hold; for showing where the time goes.</summary>
    /// <returns>Nanoseconds of each step; empty where the device has no timestamps.</returns>
    public double[] Time()
    {
        if (!GpuTimer.IsSupported(_device)) return [];
        using GpuTimer timer = new(_device, "steps", _steps.Count + 1);
        using CommandRecorder commands = new(_device, "timed");
        commands.Begin();
        commands.Reset(timer);
        commands.Barrier();
        _steps.Record(commands, 0, _steps.Count, timer);
        commands.End();
        _device.Submission.Wait(_device.Submission.Submit(commands));
        double[] ends = new double[_steps.Count + 1];
        return timer.TryRead(0, ends) ? [.. ends.Zip(ends.Skip(1), (begin, end) => end - begin)] : [];
    }

    /// <summary>
    /// Cuts runs into submissions of at most so long, so that no watchdog fires and a display's own work gets between. A step
    /// that alone takes longer stays whole.
    /// </summary>
    /// <param name="nanoseconds">Of each step, as <see cref="Time"/> measured them; none where they are not known.</param>
    /// <param name="budget">What one submission may take.</param>
    /// <remarks>Not while a run is in flight.</remarks>
    public void Slice(ReadOnlySpan<double> nanoseconds, TimeSpan budget)
    {
        if (nanoseconds.Length == 0) return;
        if (nanoseconds.Length != _steps.Count)
            throw new ArgumentException($"{nanoseconds.Length} times are given, the plan has {_steps.Count} steps.");

        List<int> ends = [];
        double sum = 0;
        for (int i = 0; i < _steps.Count; i++)
        {
            if (sum > 0 && sum + nanoseconds[i] > budget.TotalNanoseconds)
            {
                ends.Add(i);
                sum = 0;
            }
            sum += nanoseconds[i];
        }
        RecordBody([.. ends, _steps.Count]);
    }

    /// <summary>How many submissions a run takes.</summary>
    public int Slices => _body.Count;

    /// <summary>Reads a tensor of the last run; layout NHWC.</summary>
    /// <remarks>
    /// Its bytes have been reused unless the graph was compiled with <see cref="CompileOptions.KeepAll"/>. Waits.
    /// </remarks>
    public byte[] Read(Tensor tensor)
    {
        TensorView view = Graph.Body.Places[tensor];
        byte[] bytes = new byte[view.Bytes];
        _device.Staging.Read(_blocks[view.Block], (ulong)view.Offset, bytes);
        return bytes;
    }

    /// <summary>Waits for this plan's runs and frees what it owns.</summary>
    public void Dispose()
    {
        ulong last = _slots.Select(slot => slot.Submission).DefaultIfEmpty().Max();
        if (!_device.IsLost && last > 0) _device.Submission.Wait(last);
        foreach (Slot slot in _slots) slot.Dispose();
        foreach (CommandRecorder body in _body) body.Dispose();
        _steps?.Dispose();
        foreach (GpuBuffer buffer in _arena) buffer.Dispose();
    }

    /// <summary>The memory blocks, in the order of <see cref="StepList.Blocks"/>.</summary>
    internal IReadOnlyList<GpuBuffer> Blocks => _blocks;

    /// <summary>All steps, recorded: for a submission between others. Only before <see cref="Slice"/> cut them.</summary>
    internal CommandRecorder Body => _body.Single();

    /// <summary>Records some of the steps into a command buffer, without allocating.</summary>
    internal void Record(CommandRecorder commands, int from, int to) => _steps.Record(commands, from, to);

    private void RecordBody(IReadOnlyList<int> ends)
    {
        foreach (CommandRecorder old in _body) old.Dispose();
        _body.Clear();
        int from = 0;
        foreach (int to in ends)
        {
            CommandRecorder body = new(_device, "body");
            _body.Add(body);
            body.Begin(isReusable: true);
            body.Barrier();         // what was submitted before may still read what this overwrites
            _steps.Record(body, from, to);
            body.Barrier();
            body.End();
            from = to;
        }
    }

    // Computes the constants that no plan has computed yet for these parameters.
    private void Prepare()
    {
        Tensor[] stale = [.. Graph.Constants.Where(tensor => _parameters.ConstantFor(tensor).Version != _parameters.Version)];
        if (stale.Length > 0)
        {
            _device.Submission.Wait(_device.Submission.Last);       // a plan in flight may read what is about to change
            foreach (Tensor tensor in stale)
                if (tensor.Parameter is { } parameter) _parameters.Upload(parameter, _parameters.ConstantFor(tensor).Buffer);
            Compute([.. stale.Where(tensor => tensor.Parameter is null)]);
            foreach (Tensor tensor in stale) _parameters.ConstantFor(tensor).Version = _parameters.Version;
        }
        _preparedVersion = _parameters.Version;
    }

    private void Compute(Tensor[] constants)
    {
        if (constants.Length == 0) return;
        StepList list = Graph.Preparation(constants);
        List<GpuBuffer> scratch = [], blocks = [];
        try
        {
            foreach (MemoryBlock block in list.Blocks) blocks.Add(BufferFor(block, scratch));
            using BoundSteps steps = new(_pipelines, list, blocks);
            using CommandRecorder commands = new(_device, "preparation");
            commands.Begin();
            commands.Barrier();
            steps.Record(commands, 0, steps.Count);
            commands.Barrier();
            commands.End();
            _device.Submission.Wait(_device.Submission.Submit(commands));
        }
        catch
        {
            _device.Submission.WaitForLast();       // uploads on their way use what is about to go
            throw;
        }
        finally
        {
            foreach (GpuBuffer buffer in scratch) buffer.Dispose();
            _parameters.DropMasters();
        }
    }

    private GpuBuffer BufferFor(MemoryBlock block, List<GpuBuffer> arena) => block.Kind switch
    {
        BlockKind.Arena => ZeroedArena(block.Bytes, arena),
        BlockKind.Parameters => _parameters.Masters()[block.Index],
        BlockKind.State => _parameters.State(block.Tensor!),
        _ => _parameters.ConstantFor(block.Tensor!).Buffer,
    };

    // The zeros at a block's beginning stand for all pixels outside an image. The rest is zeroed too, so that no run depends on
    // what memory held before.
    private GpuBuffer ZeroedArena(long bytes, List<GpuBuffer> owned)
    {
        GpuBuffer arena = _device.CreateBuffer("arena", (ulong)(bytes + 15) & ~15UL, GpuBufferUse.Tensors);
        owned.Add(arena);
        using CommandRecorder commands = new(_device, "zero");
        commands.Begin();
        commands.Fill(arena, 0, arena.Size, 0);
        commands.Barrier();
        commands.End();
        _device.Submission.Wait(_device.Submission.Submit(commands));
        return arena;
    }

    private static ulong Offsets(IReadOnlyList<Tensor> tensors, Dictionary<Tensor, ulong> offsets)
    {
        ulong end = 0;
        foreach (Tensor tensor in tensors)
        {
            offsets[tensor] = end;
            end += ((ulong)tensor.Type.Bytes + 63) & ~63UL;
        }
        return end;
    }

    /// <summary>One run's own copy of the inputs and outputs, and the copies between them and the plan's.</summary>
    private sealed class Slot : IDisposable
    {
        public Slot(Plan plan, int index, ulong inputBytes, ulong outputBytes)
        {
            GpuDevice device = plan._device;
            if (inputBytes > 0) Upload = device.CreateBuffer($"inputs {index}", inputBytes, GpuBufferUse.Upload);
            if (outputBytes > 0) Readback = device.CreateBuffer($"outputs {index}", outputBytes, GpuBufferUse.Readback);

            Prologue = new CommandRecorder(device, $"prologue {index}");
            Prologue.Begin(isReusable: true);
            Prologue.Barrier();
            foreach (Tensor input in plan.Graph.Graph.Inputs)
            {
                if (!plan.Graph.Body.Places.TryGetValue(input, out TensorView view)) continue;      // nothing reads it
                Prologue.Copy(
                    Upload!, plan._inputOffsets[input], plan._blocks[view.Block], (ulong)view.Offset, (ulong)view.Bytes);
            }
            Prologue.End();

            Epilogue = new CommandRecorder(device, $"epilogue {index}");
            Epilogue.Begin(isReusable: true);
            foreach (Tensor output in plan.Graph.Graph.Outputs)
            {
                TensorView view = plan.Graph.Body.Places[output];
                Epilogue.Copy(
                    plan._blocks[view.Block], (ulong)view.Offset, Readback!, plan._outputOffsets[output], (ulong)view.Bytes);
            }
            Epilogue.HostBarrier();
            Epilogue.End();
        }

        public GpuBuffer? Upload { get; }

        public GpuBuffer? Readback { get; }

        public CommandRecorder Prologue { get; }

        public CommandRecorder Epilogue { get; }

        public ulong Submission { get; set; }

        public void Dispose()
        {
            Epilogue.Dispose();
            Prologue.Dispose();
            Readback?.Dispose();
            Upload?.Dispose();
        }
    }
}
