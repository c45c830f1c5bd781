using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Plugin;

/// <summary>
/// A network's weights in the CPU's memory, with how its images are prepared: what networks on any device are made from, and made
/// anew after a device was lost. Immutable; knows no device.
/// </summary>
public sealed class FrameModel
{
    private readonly Dictionary<string, float[]> _values;

    internal FrameModel(ModelCard card, Dictionary<string, float[]> values) => (Card, _values) = (card, values);

    /// <summary>The network, how its images are prepared, and what its classes are called.</summary>
    public ModelCard Card { get; }

    /// <summary>Reads a weights file: safetensors or PyTorch's.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">
    /// The network's name, "resnet50"; null for a file that names its network, as those that are trained here do.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no network of that name, or neither the file nor the caller names one.
    /// </exception>
    /// <exception cref="WeightFileException">The file is damaged, or its weights do not fit the network.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static FrameModel Load(string path, string? network = null)
    {
        using WeightFile file = WeightFile.Open(path);
        string name = network ?? file.Metadata.GetValueOrDefault("model") ?? throw new ArgumentException(
            $"'{path}' does not say which network it is for, so its name must be given.", nameof(network));
        NetworkConfig net = NetworkName.Find(name)
            ?? throw new ArgumentException($"There is no network \"{name}\".", nameof(network));
        ModelCard card = ModelCard.For(net).With(file.Metadata);
        Parameter[] parameters = [.. ClassifierGraph.OfTensor(card, 1).Graph.Parameters];
        IReadOnlyDictionary<string, WeightTensor> tensors = WeightMatch.Match(
            file, [.. parameters.Select(parameter => (parameter.Name, parameter.Dimensions))]);
        Dictionary<string, float[]> values = [];
        foreach (Parameter parameter in parameters)
        {
            values[parameter.Name] = new float[parameter.Shape.Count];
            tensors[parameter.Name].CopyTo(values[parameter.Name]);
        }
        return new FrameModel(card, values);
    }

    /// <summary>Writes a weights file that says what it is for, to be read by <see cref="Load"/> and by PyTorch.</summary>
    /// <param name="path">Replaced as a whole once all of it is on the disk.</param>
    public void Save(string path) => Safetensors.Write(
        path,
        ClassifierGraph.OfTensor(Card, 1).Graph.Parameters.Select(parameter =>
            WeightTensor.FromFloats(parameter.Name, parameter.Dimensions, _values[parameter.Name])),
        Card.ToMetadata());

    /// <summary>The values by name, in a dictionary of the caller's own; the arrays are shared.</summary>
    internal Dictionary<string, float[]> Values() => new(_values);

    /// <summary>The values on a device. Parameters that the network's graph does not have are left out.</summary>
    internal ParameterSet ToDevice(Gpu.GpuDevice device, IEnumerable<Parameter> parameters)
    {
        ParameterSet set = new(device, parameters);
        foreach (Parameter parameter in set.Layout.Parameters) set.Set(parameter.Name, _values[parameter.Name]);
        return set;
    }
}
