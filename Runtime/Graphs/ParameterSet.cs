using System.Runtime.InteropServices;
using ResNetVulkan.Gpu;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Graphs;

/// <summary>
/// A model's parameters: their values on the host, and on one device what plans have needed of them so far, with what else
/// outlives a run: momenta, a data set. Several plans share one set: batch 1 and batch 8, training and evaluation.
/// </summary>
/// <remarks>
/// In training the device changes the parameters; whoever reads or sets one here waits for it, and gets or changes the newest.
/// Owns the values and the device's copies; borrows the device, which must outlive it. The plans that use it must be disposed of
/// before it. Not thread-safe.
/// </remarks>
public sealed class ParameterSet : IDisposable
{
    private readonly Dictionary<string, float[]> _values = [];
    private readonly Dictionary<string, Constant> _constants = [];
    private readonly List<GpuBuffer> _masters = [];
    private readonly Dictionary<string, GpuBuffer> _states = [];
    private bool _isTrained;            // a plan reads the masters at each run, so they stay
    private bool _isNewerOnDevice;

    /// <summary>A set whose values are all zero.</summary>
    public ParameterSet(GpuDevice device, IEnumerable<Parameter> parameters)
    {
        Device = device;
        Layout = new ParameterLayout(parameters);
        foreach (Parameter parameter in Layout.Parameters) _values.Add(parameter.Name, new float[parameter.Shape.Count]);
    }

    /// <summary>The parameters, and where they lie on the device.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Counts the changes of values, so that nothing that was computed from old ones is used.</summary>
    public int Version { get; private set; } = 1;

    internal GpuDevice Device { get; }

    /// <summary>The values of a parameter, in PyTorch's order: (K, C, R, S), rows of S.</summary>
    public ReadOnlySpan<float> this[string name]
    {
        get
        {
            ReadBack();
            return _values[name];
        }
    }

    /// <summary>Sets the values of a parameter, in PyTorch's order.</summary>
    /// <exception cref="ArgumentException">There are too few or too many.</exception>
    public void Set(string name, ReadOnlySpan<float> values)
    {
        float[] target = _values[name];
        if (values.Length != target.Length)
            throw new ArgumentException($"The parameter '{name}' has {target.Length} values; {values.Length} are given.");
        ReadBack();
        values.CopyTo(target);
        if (_isTrained) UploadMaster(Layout.Parameters.First(parameter => parameter.Name == name));
        Version++;
    }

    /// <summary>Sets all values from a weights file.</summary>
    /// <exception cref="WeightFileException">The file and the model do not match; everything that differs is listed.</exception>
    public void Load(WeightFile file)
    {
        IReadOnlyDictionary<string, WeightTensor> tensors = WeightMatch.Match(
            file, [.. Layout.Parameters.Select(parameter => (parameter.Name, parameter.Dimensions))]);
        ReadBack();
        foreach (Parameter parameter in Layout.Parameters) tensors[parameter.Name].CopyTo(_values[parameter.Name]);
        if (_isTrained) UploadMasters();
        Version++;
    }

    /// <summary>How many bytes the device keeps under a name.</summary>
    public long StateBytes(string name) => (long)_states[name].Size;

    /// <summary>The bytes of what outlives a run, such as an optimizer's momenta. Waits for all runs.</summary>
    public byte[] ReadState(string name)
    {
        byte[] bytes = new byte[_states[name].Size];
        Device.Staging.Read(_states[name], 0, bytes);
        return bytes;
    }

    /// <summary>
    /// Writes what outlives a run, from its beginning; made here, of that many bytes, if no plan has made it yet.
    /// </summary>
    public void WriteState(string name, ReadOnlySpan<byte> bytes) =>
        Device.Staging.Upload(bytes, State(name, Math.Max(bytes.Length, 4)));

    /// <summary>Frees the device's copies. They come back when a plan needs them; plans that use them must be gone.</summary>
    public void Dispose()
    {
        if (!Device.IsLost)
        {
            ReadBack();
            Device.Submission.Wait(Device.Submission.Last);     // uploads are on their way still
        }
        _isTrained = false;
        DropMasters();
        foreach (GpuBuffer state in _states.Values) state.Dispose();
        _states.Clear();
        foreach (Constant constant in _constants.Values) constant.Buffer.Dispose();
        _constants.Clear();
    }

    /// <summary>The parameters on the device, block by block, uploaded if they are not there.</summary>
    internal IReadOnlyList<GpuBuffer> Masters()
    {
        if (_masters.Count > 0) return _masters;
        foreach (long bytes in Layout.BlockBytes) _masters.Add(Zeros("parameters", (ulong)bytes));
        UploadMasters();
        return _masters;
    }

    /// <summary>What a block of parameters is called among the states.</summary>
    internal static string BlockName(int block) => $"parameters {block}";

    /// <summary>The memory of what outlives a run; zeros at first, except the parameters.</summary>
    internal GpuBuffer State(Tensor tensor)
    {
        for (int block = 0; block < Layout.BlockBytes.Count; block++)
        {
            if (tensor.Name != BlockName(block)) continue;
            _isTrained = true;
            return Masters()[block];
        }
        return State(tensor.Name, tensor.Type.Bytes);
    }

    /// <summary>Says that a submitted run changes the parameters on the device.</summary>
    /// <returns>The version that it makes.</returns>
    internal int ChangedOnDevice()
    {
        _isNewerOnDevice = true;
        return ++Version;
    }

    private GpuBuffer State(string name, long bytes)
    {
        if (_states.TryGetValue(name, out GpuBuffer? state))
        {
            if (state.Size < (ulong)bytes)
                throw new InvalidOperationException($"The state '{name}' is {state.Size} bytes, not {bytes}.");
            return state;
        }
        state = Zeros(name, (ulong)(bytes + 15) & ~15UL);
        _states.Add(name, state);
        return state;
    }

    // What lies between parameters is read with them, and kept in checkpoints.
    private GpuBuffer Zeros(string name, ulong bytes)
    {
        GpuBuffer buffer = Device.CreateBuffer(name, bytes, GpuBufferUse.Tensors);
        try
        {
            using CommandRecorder commands = new(Device, "zero");
            commands.Begin();
            commands.Fill(buffer, 0, buffer.Size, 0);
            commands.Barrier();
            commands.End();
            Device.Submission.Wait(Device.Submission.Submit(commands));
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private void UploadMasters()
    {
        foreach (Parameter parameter in Layout.Parameters) UploadMaster(parameter);
    }

    private void UploadMaster(Parameter parameter)
    {
        (int block, long offset) = Layout.Place(parameter.Name);
        Upload(parameter, _masters[block], (ulong)offset);
    }

    /// <summary>The bytes of a block of parameters as it lies on the device. Waits for all runs.</summary>
    internal byte[] ReadBlock(int block)
    {
        byte[] bytes = new byte[Layout.BlockBytes[block]];
        Device.Staging.Read(Masters()[block], 0, bytes);
        return bytes;
    }

    /// <summary>Sets all parameters of a block from values that lie as they do on the device.</summary>
    internal void SetBlock(int block, ReadOnlySpan<float> values)
    {
        foreach (Parameter parameter in Layout.Parameters)
        {
            (int at, long offset) = Layout.Place(parameter.Name);
            float[] target = _values[parameter.Name];
            if (at == block) FromDeviceOrder(parameter, values.Slice((int)(offset / sizeof(float)), target.Length), target);
        }
        if (_isTrained) UploadMasters();
        Version++;
    }

    // The host's values become those that training has made.
    private void ReadBack()
    {
        if (!_isNewerOnDevice) return;
        _isNewerOnDevice = false;
        for (int block = 0; block < _masters.Count; block++)
        {
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(ReadBlock(block));
            foreach (Parameter parameter in Layout.Parameters)
            {
                (int at, long offset) = Layout.Place(parameter.Name);
                float[] target = _values[parameter.Name];
                if (at == block) FromDeviceOrder(parameter, values.Slice((int)(offset / sizeof(float)), target.Length), target);
            }
        }
    }

    /// <summary>Copies a parameter's values to the device, in the device's order. Does not wait.</summary>
    internal void Upload(Parameter parameter, GpuBuffer target, ulong offset = 0)
    {
        ReadBack();
        Device.Staging.Upload(MemoryMarshal.AsBytes<float>(ToDeviceOrder(parameter)), target, offset);
    }

    /// <summary>
    /// Frees the device's copy of all parameters, once what plans need has been computed from them; not in training.
    /// </summary>
    internal void DropMasters()
    {
        if (_isTrained) return;
        foreach (GpuBuffer master in _masters) master.Dispose();
        _masters.Clear();
    }

    /// <summary>What plans share: a parameter as they read it, or what is computed from parameters alone.</summary>
    internal Constant ConstantFor(Tensor tensor)
    {
        string key = KeyOf(tensor);
        if (!_constants.TryGetValue(key, out Constant? constant))
        {
            constant = new Constant(Device.CreateBuffer(tensor.Name, (ulong)tensor.Type.Bytes, GpuBufferUse.Tensors));
            _constants.Add(key, constant);
        }
        return constant;
    }

    // How a tensor is computed, all the way from the parameters.
    private static string KeyOf(Tensor tensor)
    {
        if (tensor.Parameter is { } parameter) return parameter.Name;
        Node node = tensor.Producer!;
        int output = node.Outputs.Index().First(pair => pair.Item == tensor).Index;
        return $"{node.Op}({string.Join(", ", node.Inputs.Select(KeyOf))})#{output}";
    }

    // Weights are [R][S][C][K] on the device: output channels innermost, as activations have their channels.
    private float[] ToDeviceOrder(Parameter parameter)
    {
        float[] values = _values[parameter.Name];
        if (parameter.Kind != ParameterKind.Weight) return values;

        (int k, int c, int area) = (parameter.Shape.N, parameter.Shape.C, parameter.Shape.H * parameter.Shape.W);
        float[] result = new float[values.Length];
        Parallel.For(0, c, j =>
        {
            for (int i = 0; i < k; i++)
                for (int a = 0; a < area; a++) result[(a * c + j) * k + i] = values[(i * c + j) * area + a];
        });
        return result;
    }

    internal static void FromDeviceOrder(Parameter parameter, ReadOnlySpan<float> values, Span<float> target)
    {
        if (parameter.Kind != ParameterKind.Weight)
        {
            values.CopyTo(target);
            return;
        }
        (int k, int c, int area) = (parameter.Shape.N, parameter.Shape.C, parameter.Shape.H * parameter.Shape.W);
        for (int a = 0; a < area; a++)
            for (int j = 0; j < c; j++)
                for (int i = 0; i < k; i++) target[(i * c + j) * area + a] = values[(a * c + j) * k + i];
    }

    /// <summary>A parameter or what is computed from parameters, and for which version of them.</summary>
    internal sealed class Constant(GpuBuffer buffer)
    {
        public GpuBuffer Buffer { get; } = buffer;

        public int Version { get; set; }
    }
}
