using System.Runtime.InteropServices;
using ResNetVulkan.Gpu;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Graphs;

/// <summary>
/// A model's parameters: their values on the host, and on one device what plans have needed of them so far. Several plans share
/// one set: batch 1 and batch 8, two classifiers.
/// </summary>
/// <remarks>
/// Owns the values and the device's copies; borrows the device, which must outlive it. The plans that use it must be disposed of
/// before it. Not thread-safe.
/// </remarks>
public sealed class ParameterSet : IDisposable
{
    private readonly Dictionary<string, float[]> _values = [];
    private readonly Dictionary<string, Constant> _constants = [];
    private readonly List<GpuBuffer> _masters = [];

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
    public ReadOnlySpan<float> this[string name] => _values[name];

    /// <summary>Sets the values of a parameter, in PyTorch's order.</summary>
    /// <exception cref="ArgumentException">There are too few or too many.</exception>
    public void Set(string name, ReadOnlySpan<float> values)
    {
        float[] target = _values[name];
        if (values.Length != target.Length)
            throw new ArgumentException($"The parameter '{name}' has {target.Length} values; {values.Length} are given.");
        values.CopyTo(target);
        Version++;
    }

    /// <summary>Sets all values from a weights file.</summary>
    /// <exception cref="WeightFileException">The file and the model do not match; everything that differs is listed.</exception>
    public void Load(WeightFile file)
    {
        IReadOnlyDictionary<string, WeightTensor> tensors = WeightMatch.Match(
            file, [.. Layout.Parameters.Select(parameter => (parameter.Name, parameter.Dimensions))]);
        foreach (Parameter parameter in Layout.Parameters) tensors[parameter.Name].CopyTo(_values[parameter.Name]);
        Version++;
    }

    /// <summary>Frees the device's copies. They come back when a plan needs them; plans that use them must be gone.</summary>
    public void Dispose()
    {
        DropMasters();
        foreach (Constant constant in _constants.Values) constant.Buffer.Dispose();
        _constants.Clear();
    }

    /// <summary>The parameters on the device, block by block, uploaded if they are not there.</summary>
    internal IReadOnlyList<GpuBuffer> Masters()
    {
        if (_masters.Count > 0) return _masters;
        foreach (long bytes in Layout.BlockBytes)
            _masters.Add(Device.CreateBuffer("parameters", (ulong)bytes, GpuBufferUse.Tensors));
        foreach (Parameter parameter in Layout.Parameters)
        {
            (int block, long offset) = Layout.Place(parameter.Name);
            Upload(parameter, _masters[block], (ulong)offset);
        }
        return _masters;
    }

    /// <summary>Copies a parameter's values to the device, in the device's order. Does not wait.</summary>
    internal void Upload(Parameter parameter, GpuBuffer target, ulong offset = 0) =>
        Device.Staging.Upload(MemoryMarshal.AsBytes<float>(ToDeviceOrder(parameter)), target, offset);

    /// <summary>Frees the device's copy of all parameters, once what plans need has been computed from them.</summary>
    internal void DropMasters()
    {
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

    /// <summary>A parameter or what is computed from parameters, and for which version of them.</summary>
    internal sealed class Constant(GpuBuffer buffer)
    {
        public GpuBuffer Buffer { get; } = buffer;

        public int Version { get; set; }
    }
}
