using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Training;

namespace ResNetVulkan.Plugin;

/// <summary>How a network learns inside a host.</summary>
public sealed record FrameTrainerOptions
{
    /// <summary>
    /// Whether all of the network learns, from the frames themselves; otherwise its last layer alone, from what the rest makes of
    /// them, which takes a thousandth of the time.
    /// </summary>
    public bool TrainsWholeNetwork { get; init; }

    /// <summary>How many frames a step learns from.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>How many frames are kept in the CPU's memory at most; the oldest make room.</summary>
    public int MaxFrames { get; init; } = 512;

    /// <summary>How parameters follow gradients.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The learning rate, the same for every step.</summary>
    public float LearningRate { get; init; } = 0.01f;

    /// <summary>The most pixels that the shorter side of a frame may have.</summary>
    public int MaxShorterSide { get; init; } = 1080;

    /// <summary>What the new layer and the order of frames come from.</summary>
    public uint Seed { get; init; }
}

/// <summary>
/// Learns from a host's frames while the host goes on: labelled frames in, steps of training in slices of measured time, a
/// <see cref="FrameModel"/> out.
/// </summary>
/// <remarks>
/// Warmed up first, like a <see cref="FrameNetwork"/>; then adding frames and slices never wait, and allocate nothing but what a
/// kept frame takes. Owns everything it makes; borrows the device. One thread at a time calls it.
/// </remarks>
public sealed class FrameTrainer : IDisposable
{
    private readonly GpuDevice _gpu;
    private readonly PluginDevice _device;
    private readonly FrameModel _model;
    private readonly FrameTrainerOptions _options;
    private readonly ModelCard _card;
    private readonly SampleReader _reader;
    private readonly List<Sample> _samples = [];
    private readonly Node _head;
    private readonly int[] _order;
    private TrainingGraph _graph = null!;
    private ParameterSet? _parameters;
    private Plan? _plan;
    private SliceClock? _clock;
    private GpuBuffer? _upload, _readback;
    private FrameTicket _reading;
    private int _label, _oldest, _next, _step, _drawn, _shuffled;
    private uint _round;
    private bool _isAtStart = true;
    private ulong _copied, _finished;
    private bool _isDisposed;

    /// <summary>Makes nothing on the device yet.</summary>
    /// <param name="device">Must outlive this.</param>
    /// <param name="model">What learning begins from; its last layer begins anew.</param>
    /// <param name="classes">What the labels are called; at least two.</param>
    /// <param name="options">How.</param>
    public FrameTrainer(
        PluginDevice device, FrameModel model, IReadOnlyList<string> classes, FrameTrainerOptions? options = null)
    {
        (_device, _gpu, _model, _options) = (device, device.Gpu, model, options ?? new FrameTrainerOptions());
        ArgumentOutOfRangeException.ThrowIfLessThan(classes.Count, 2, nameof(classes));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchSize, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxFrames, 1);
        _order = new int[_options.MaxFrames];
        NetworkConfig net = model.Card.Network;
        _card = model.Card with { Network = net.For(net.ImageChannels, net.ImageSize, classes.Count), Labels = [.. classes] };
        _head = ClassifierGraph.OfTensor(_card, 1).Graph.Nodes.Last(node => node.Op is Linear);
        _reader = new SampleReader(
            device, model, new FrameOptions { MaxShorterSide = _options.MaxShorterSide, FramesInFlight = 1 },
            _options.TrainsWholeNetwork);
    }

    /// <summary>Whether frames can be added and learned from.</summary>
    public bool IsReady => _clock is not null;

    /// <summary>How many frames are kept.</summary>
    public int Frames => _samples.Count;

    /// <summary>How many steps were made.</summary>
    public int Steps => _step;

    /// <summary>The mean loss of the last step that is known.</summary>
    public float Loss { get; private set; } = float.NaN;

    /// <summary>Of how many of that step's frames the likeliest class was the label, from 0 to 1.</summary>
    public float Accuracy { get; private set; }

    /// <summary>Called for each slice once it has run, within a later call of <see cref="SubmitSlice"/>.</summary>
    public Action<SliceReport>? SliceRan { get; set; }

    /// <summary>Makes everything, and runs once. Blocks; see <see cref="FrameNetwork.WarmUp"/>.</summary>
    public void WarmUp(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (IsReady) return;
        try
        {
            _reader.WarmUp(cancellation);
            _graph = _options.TrainsWholeNetwork ? OfWhole() : OfHead();     // anew at each attempt: compiling changes it
            CompiledGraph compiled = GraphCompiler.Compile(_graph.Graph, _gpu.Traits);
            _parameters = new ParameterSet(_gpu, compiled.Parameters.Parameters);
            _plan = new Plan(_device.Pipelines, compiled, _parameters, slots: 0);
            _upload = _gpu.CreateBuffer("training inputs", InputBytes, GpuBufferUse.Upload);
            _readback = _gpu.CreateBuffer("training outputs", 2 * Aligned, GpuBufferUse.Readback);
            cancellation.ThrowIfCancellationRequested();
            Begin();
            double[] times = Measure();
            Begin();
            _clock = new SliceClock(_gpu, times) { Report = report => SliceRan?.Invoke(report) };
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Takes a labelled frame: it is read by the next slices, before more is learned.</summary>
    /// <param name="image">What is shown; as it is when the next slice runs.</param>
    /// <param name="label">Which of the classes it is.</param>
    /// <returns>False while the frame before is still being read: nothing was taken.</returns>
    /// <exception cref="HostException">The image cannot be read.</exception>
    public bool Add(in HostImage image, int label)
    {
        if (!CanAdd(label)) return false;
        return Took(_reader.Begin(image), label);
    }

    /// <inheritdoc cref="Add(in HostImage, int)"/>
    /// <param name="pixels">What is shown, copied before this returns.</param>
    /// <param name="label">Which of the classes it is.</param>
    public bool Add(HostPixels pixels, int label)
    {
        if (!CanAdd(label)) return false;
        return Took(_reader.Begin(pixels), label);
    }

    /// <summary>
    /// Submits as much more as the device computes in a time: first of a frame that was added, then of a step of training.
    /// Returns at once.
    /// </summary>
    /// <param name="budget">What the slice may take on the device.</param>
    /// <param name="waits">What must have happened before an image that was added is read.</param>
    /// <param name="signals">Happens when this slice has run.</param>
    /// <returns>Finished at the end of a frame's reading and of each step; Idle without frames.</returns>
    public SliceStatus SubmitSlice(
        TimeSpan budget, ReadOnlySpan<HostSemaphore> waits = default, ReadOnlySpan<HostSemaphore> signals = default)
    {
        ThrowIfNotReady();
        SliceStatus read = _reader.SubmitSlice(budget, waits, signals);
        Keep();
        Score();
        if (read != SliceStatus.Idle) return read;
        return _samples.Count == 0 ? SliceStatus.Idle : Learn(budget, waits, signals);
    }

    /// <summary>
    /// The network as it is now, with the classes as its labels. Waits for the device: not for a frame in which a hitch would
    /// show.
    /// </summary>
    public FrameModel ToModel()
    {
        ThrowIfNotReady();
        Dictionary<string, float[]> values = _model.Values();
        foreach (Parameter parameter in _parameters!.Layout.Parameters)
            values[parameter.Name] = _parameters[parameter.Name].ToArray();
        return new FrameModel(_card, values);
    }

    /// <summary>Waits for what was submitted and releases everything.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        Release();
        _reader.Dispose();
    }

    private const ulong Aligned = 64;

    private ulong ImageBytes => (ulong)_graph.Image.Type.Bytes + 63 & ~63UL;

    private ulong LabelBytes => (ulong)_graph.Labels.Type.Bytes + 63 & ~63UL;

    private ulong InputBytes => ImageBytes + LabelBytes + Aligned;

    private TrainingGraph OfWhole()
    {
        TensorType images = new(new Shape(_options.BatchSize, _card.Network.ImageChannels, _card.Crop, _card.Crop));
        return new TrainingGraph(
            (graph, _) => graph.Input("images", images), _card.Network.Append,
            new TrainingGraphOptions { Optimizer = _options.Optimizer });
    }

    private TrainingGraph OfHead()
    {
        TensorType features = new(new Shape(_options.BatchSize, _head.Inputs[0].Shape.C, 1, 1));
        return new TrainingGraph(
            (graph, _) => graph.Input("features", features),
            (graph, x) => graph.Append(
                _head.Name, _head.Op,
                [x, graph.Parameter(_head.Inputs[1].Parameter!), graph.Parameter(_head.Inputs[2].Parameter!)]),
            new TrainingGraphOptions { Optimizer = _options.Optimizer });
    }

    // The parameters as the model has them, but for the last layer; no momentum.
    private void Begin()
    {
        RandomKey seed = new(_options.Seed);
        Dictionary<string, float[]> values = _model.Values();
        IReadOnlyList<Parameter> all = _parameters!.Layout.Parameters;
        foreach (Parameter parameter in all)
        {
            bool isNew = parameter.Name.StartsWith(_head.Name + ".", StringComparison.Ordinal);
            _parameters.Set(
                parameter.Name, isNew ? _card.Network.Initialization.Values(parameter, all, seed) : values[parameter.Name]);
        }
        IReadOnlyList<uint[]> attributes = TrainingGraph.Attributes(all, _options.Optimizer, _ => false);
        bool isAdam = _options.Optimizer.Kind == OptimizerKind.AdamW;
        string[] states = isAdam ? ["gradients", "momentum", "second momentum"] : ["gradients", "momentum"];
        for (int block = 0; block < attributes.Count; block++)
        {
            _parameters.WriteState($"attributes {block}", MemoryMarshal.AsBytes<uint>(attributes[block]));
            foreach (string state in states)
                _parameters.WriteState($"{state} {block}", new byte[_parameters.StateBytes($"{state} {block}")]);
        }
    }

    // With a learning rate of 0; what statistics and momenta become is put back afterwards.
    private double[] Measure()
    {
        _upload!.Mapped.Clear();
        Write(_options.Optimizer.Inputs(0, 0));
        using CommandRecorder commands = new(_gpu, "training inputs");
        return SliceClock.Measure(_gpu, _plan!, () =>
        {
            commands.Begin();
            RecordInputs(commands);
            commands.Barrier();
            commands.End();
            return commands;
        });
    }

    private bool CanAdd(int label)
    {
        ThrowIfNotReady();
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, _card.Labels.Count);
        Keep();
        return !_reading.IsTaken && _isAtStart;
    }

    private bool Took(FrameTicket ticket, int label)
    {
        (_reading, _label) = (ticket, label);
        return ticket.IsTaken;
    }

    // A frame that was read becomes one of those that are learned from.
    private void Keep()
    {
        if (!_reading.IsTaken) return;
        bool isFull = _samples.Count == _options.MaxFrames;
        float[] values = isFull ? _samples[_oldest].Values : new float[_reader.Length];
        FrameStatus status = _reader.TryRead(_reading, values);
        if (status == FrameStatus.Pending) return;
        _reading = default;
        if (status == FrameStatus.Gone) return;
        if (isFull) _samples[_oldest++ % _options.MaxFrames] = new Sample(values, _label);
        else _samples.Add(new Sample(values, _label));
        _oldest %= _options.MaxFrames;
    }

    private SliceStatus Learn(TimeSpan budget, ReadOnlySpan<HostSemaphore> waits, ReadOnlySpan<HostSemaphore> signals)
    {
        SliceClock clock = _clock!;
        if (clock.Next() is not { } commands) return SliceStatus.Busy;
        if (_isAtStart)
        {
            // The inputs of the step before may still be read, and its loss was not looked at yet.
            if (!_gpu.Submission.IsComplete(_copied) || !_gpu.Submission.IsComplete(_finished)) return SliceStatus.Busy;
            Fill();
        }
        int from = _next, to = clock.End(from, _isAtStart, budget);
        clock.Begin(commands);
        if (_isAtStart) RecordInputs(commands);
        commands.Barrier();
        _plan!.Record(commands, from, to);
        bool isLast = to == _plan.StepCount;
        if (isLast) RecordOutputs(commands);
        clock.End(commands);
        ulong submission = FrameNetwork.Submit(_gpu, [commands], waits, signals);
        clock.Submitted((ulong)_step, from, to, _isAtStart, budget);
        if (_isAtStart) _copied = submission;
        (_isAtStart, _next) = (isLast, isLast ? 0 : to);
        if (!isLast) return SliceStatus.Submitted;
        _finished = submission;
        _step++;
        _parameters!.ChangedOnDevice();
        return SliceStatus.Finished;
    }

    // Frames in an order that each round shuffles anew; a batch larger than what there is repeats some.
    private void Fill()
    {
        Span<float> images = MemoryMarshal.Cast<byte, float>(_upload!.Mapped);
        Span<uint> labels = MemoryMarshal.Cast<byte, uint>(_upload.Mapped.Slice((int)ImageBytes, (int)LabelBytes));
        for (int i = 0; i < _options.BatchSize; i++)
        {
            if (_drawn == _shuffled) Shuffle();
            Sample sample = _samples[_order[_drawn++]];
            sample.Values.CopyTo(images[(i * _reader.Length)..]);
            labels[i] = (uint)sample.Label;
        }
        Write(_options.Optimizer.Inputs(_step, _options.LearningRate));
    }

    private void Shuffle()
    {
        (_drawn, _shuffled) = (0, _samples.Count);
        RandomKey round = new RandomKey(_options.Seed)[_round++];
        for (int i = 0; i < _shuffled; i++)
        {
            int other = round.Below((uint)i, i + 1);
            (_order[i], _order[other]) = (_order[other], i);
        }
    }

    private void Write(StepInputs step)
    {
        step.ValidRows = (uint)_options.BatchSize;
        step.Key = _options.Seed;
        MemoryMarshal.Write(_upload!.Mapped[(int)(ImageBytes + LabelBytes)..], in step);
        _upload.Flush(0, InputBytes);
    }

    private void RecordInputs(CommandRecorder commands)
    {
        commands.Barrier();
        Copy(_graph.Image, 0);
        Copy(_graph.Labels, ImageBytes);
        Copy(_graph.Step, ImageBytes + LabelBytes);

        void Copy(Tensor tensor, ulong from)
        {
            TensorView view = _plan!.Graph.Body.Places[tensor];
            commands.Copy(_upload!, from, _plan.Blocks[view.Block], (ulong)view.Offset, (ulong)view.Bytes);
        }
    }

    private void RecordOutputs(CommandRecorder commands)
    {
        commands.Barrier();
        TensorView loss = _plan!.Graph.Body.Places[_graph.Loss], correct = _plan.Graph.Body.Places[_graph.Correct];
        commands.Copy(_plan.Blocks[loss.Block], (ulong)loss.Offset, _readback!, 0, sizeof(float));
        commands.Copy(_plan.Blocks[correct.Block], (ulong)correct.Offset, _readback!, Aligned, sizeof(uint));
        commands.HostBarrier();
    }

    private void Score()
    {
        if (_finished == 0 || !_gpu.Submission.IsComplete(_finished)) return;
        _readback!.Invalidate(0, 2 * Aligned);
        Loss = MemoryMarshal.Read<float>(_readback.Mapped);
        Accuracy = MemoryMarshal.Read<uint>(_readback.Mapped[(int)Aligned..]) / (float)_options.BatchSize;
    }

    private void ThrowIfNotReady()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!IsReady) throw new InvalidOperationException("The trainer is not warmed up: call WarmUp, and wait until IsReady.");
        _gpu.ThrowIfUnusable();
    }

    private void Release()
    {
        if (_gpu.IsDisposed) return;
        _gpu.Submission.WaitForLast();
        _clock?.Dispose();
        _plan?.Dispose();
        _upload?.Dispose();
        _readback?.Dispose();
        _parameters?.Dispose();
        (_clock, _plan, _upload, _readback, _parameters) = (null, null, null, null, null);
    }

    private readonly record struct Sample(float[] Values, int Label);

    /// <summary>Reads what is learned from: the prepared image, or what the layers before the last one make of it.</summary>
    private sealed class SampleReader(PluginDevice device, FrameModel model, FrameOptions options, bool isImage)
        : FrameNetwork(device, model, options)
    {
        private Tensor _sample = null!;

        public int Length => (int)_sample.Shape.Count;

        public FrameStatus TryRead(FrameTicket ticket, Span<float> values)
        {
            FrameStatus status = TryRead(ticket, out FrameSlot? slot);
            if (slot is not null) Output<float>(slot, _sample).CopyTo(values);
            return status;
        }

        private protected override ClassifierGraph Build(int bytes, int rows)
        {
            ClassifierGraph graph = ClassifierGraph.OfPhotos(Card, 1, bytes, rows);
            _sample = isImage ? graph.Image : FeatureExtractor.FeaturesOf(graph);
            if (!_sample.IsOutput) graph.Graph.Output(_sample);
            return graph;
        }
    }
}
