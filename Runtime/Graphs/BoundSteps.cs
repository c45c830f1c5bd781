using System.Runtime.InteropServices;
using ResNetVulkan.Gpu;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Graphs;

/// <summary>
/// A list of steps with the pipelines, addresses and descriptor sets of one device: ready to be recorded any number of times, any
/// range of it, without allocating.
/// </summary>
/// <remarks>Owns its descriptor sets and texel views; borrows the buffers and the pipelines.</remarks>
internal sealed class BoundSteps : IDisposable
{
    private readonly StepList _list;
    private readonly BoundStep[] _steps;
    private readonly BindingSets _sets;

    public BoundSteps(Pipelines pipelines, StepList list, IReadOnlyList<GpuBuffer> blocks)
    {
        _list = list;
        pipelines.Build([.. list.Steps.Select(step => (step.Kernel, step.Constants))]);
        _sets = new BindingSets(pipelines.Device);
        try
        {
            _steps = [.. list.Steps.Select(Bind)];
        }
        catch
        {
            _sets.Dispose();
            throw;
        }

        BoundStep Bind(PlanStep step)
        {
            Pipeline pipeline = pipelines.Get(step.Kernel, step.Constants);
            List<TensorBinding> bindings = [];
            List<ulong> addresses = [];
            for (int i = 0; i < step.Tensors.Length; i++)
            {
                TensorView view = step.Tensors[i];
                GpuBuffer block = blocks[view.Block];
                bool whole = view.Binding != Binding.Tensor;
                ulong offset = whole ? 0 : (ulong)view.Offset;
                if (pipeline.Signature.Tensors[i].Kind == TensorKind.Address)
                    addresses.Add(block.Address + offset);
                else
                    bindings.Add(new TensorBinding(
                        block, offset, whole ? block.Size : (ulong)view.Bytes, view.Type.ElementBytes));
            }
            byte[] push = [.. MemoryMarshal.AsBytes<ulong>(CollectionsMarshal.AsSpan(addresses)), .. step.Push];
            return new BoundStep(pipeline, push, _sets.Create(pipeline, CollectionsMarshal.AsSpan(bindings)));
        }
    }

    public int Count => _steps.Length;

    /// <summary>Records some of the steps, with the barriers between them.</summary>
    /// <param name="commands">In the recording state.</param>
    /// <param name="from">The first step.</param>
    /// <param name="to">Behind the last.</param>
    /// <param name="timer">Takes a timestamp before the first step and behind each, if given.</param>
    public void Record(CommandRecorder commands, int from, int to, GpuTimer? timer = null)
    {
        if (timer is not null) commands.Timestamp(timer, 0);
        Pipeline? bound = null;
        for (int i = from; i < to; i++)
        {
            if (_list.Steps[i].BarrierBefore) commands.Barrier();
            BoundStep step = _steps[i];
            if (bound != step.Pipeline) step.Pipeline.Bind(commands);
            bound = step.Pipeline;
            step.Set?.Bind(commands);
            commands.Push(step.Push);
            GroupCount groups = _list.Steps[i].Groups;
            commands.Dispatch(groups.X, groups.Y, groups.Z);
            if (timer is not null) commands.Timestamp(timer, i - from + 1);
        }
    }

    public void Dispose() => _sets.Dispose();

    private readonly record struct BoundStep(Pipeline Pipeline, byte[] Push, BindingSet? Set);
}
