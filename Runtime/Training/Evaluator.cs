using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;

namespace ResNetVulkan.Training;

/// <summary>Judges a network by a labelled set, with running statistics and no augmentation.</summary>
/// <remarks>
/// Owns its plan, and a copy of the parameters where averaged ones are judged. Borrows the rest. Not thread-safe.
/// </remarks>
public sealed class Evaluator : IDisposable
{
    private const int Slots = 2;

    private readonly int _classes;
    private readonly ParameterSet? _averaged;
    private readonly PictureFeed _pictures;
    private readonly FeedTensors _tensors;
    private readonly Tensor _logits;
    private readonly Plan _plan;

    /// <summary>Makes the plan, and puts the set on the device where it fits.</summary>
    /// <param name="pipelines">Of the device to run on.</param>
    /// <param name="network">Which.</param>
    /// <param name="set">Labelled pictures.</param>
    /// <param name="preparation">What becomes of them; nothing random.</param>
    /// <param name="parameters">The network's; read at each <see cref="Run"/>.</param>
    /// <param name="batch">How many pictures at a time.</param>
    /// <param name="isAveraged">Whether the averaged parameters that training keeps are judged instead.</param>
    public Evaluator(
        Pipelines pipelines, NetworkConfig network, IImageSet set, Augmentation preparation, ParameterSet parameters,
        int batch, bool isAveraged = false)
    {
        _classes = network.Classes;
        if (isAveraged) _averaged = new ParameterSet(pipelines.Device, parameters.Layout.Parameters);
        ParameterSet judged = _averaged ?? parameters;
        batch = Math.Min(batch, set.Count);
        _pictures = new PictureFeed("test pictures", set, new BatchOptions(batch, preparation) { Shuffle = false }, judged);
        Graph graph = new();
        _tensors = _pictures.Append(graph, batch);
        _logits = network.Append(graph, _tensors.Images);
        graph.Output(_logits);
        _plan = new Plan(pipelines, GraphCompiler.Compile(graph, pipelines.Device.Traits), judged, Slots);
    }

    /// <summary>How many pictures have been judged in the run that is going on.</summary>
    public event Action<int>? Judged;

    /// <summary>Judges all pictures.</summary>
    /// <param name="parameters">Those that training changes.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Score Run(ParameterSet parameters, CancellationToken stop = default)
    {
        if (_averaged is not null) Averaged(parameters);
        Score score = new(_classes);
        Queue<(int Slot, ulong Submission, uint[] Labels)> pending = new();
        foreach (Batch batch in _pictures.Epoch(0, 0))
        {
            if (stop.IsCancellationRequested) break;
            if (pending.Count == Slots) Finish();
            int slot = batch.Number % Slots;
            PictureFeed.Write(_plan, slot, _tensors, batch);
            pending.Enqueue((slot, _plan.Submit(slot), batch.Labels[..batch.ValidRows].ToArray()));
        }
        while (pending.Count > 0) Finish();
        stop.ThrowIfCancellationRequested();
        return score;

        void Finish()
        {
            (int done, ulong submission, uint[] labels) = pending.Dequeue();
            _plan.Wait(submission);
            ReadOnlySpan<float> logits = MemoryMarshal.Cast<byte, float>(_plan.Output(done, _logits));
            for (int i = 0; i < labels.Length; i++) score.Add(logits.Slice(i * _classes, _classes), (int)labels[i]);
            Judged?.Invoke(score.Count);
        }
    }

    /// <summary>Frees the plan and what it shares with nobody.</summary>
    public void Dispose()
    {
        _plan?.Dispose();
        _averaged?.Dispose();
    }

    /// <summary>The averaged parameters, as training has them now.</summary>
    internal ParameterSet Averaged(ParameterSet parameters)
    {
        for (int block = 0; block < parameters.Layout.BlockBytes.Count; block++)
            _averaged!.SetBlock(block, MemoryMarshal.Cast<byte, float>(parameters.ReadState($"average {block}")));
        return _averaged!;
    }
}
