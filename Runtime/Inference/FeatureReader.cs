using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Inference;

/// <summary>What a layer made of one photo.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Shape">(1, C, H, W).</param>
/// <param name="Values">C maps of H rows of W.</param>
/// <param name="Image">What the network saw: (1, channels, size, size).</param>
/// <param name="Pixels">That, normalised, channel by channel.</param>
/// <param name="Logits">One a class.</param>
public sealed record FeatureMaps(string Layer, Shape Shape, float[] Values, Shape Image, float[] Pixels, float[] Logits);

/// <summary>Which parts of a photo speak for a class, and which against it.</summary>
/// <param name="Class">Which.</param>
/// <param name="Height">Rows of the map.</param>
/// <param name="Width">Columns of it.</param>
/// <param name="Values">What each place adds to the logit, times the number of places.</param>
/// <param name="Bias">What the logit has anyway: it is the map's mean and this.</param>
/// <param name="Logit">As the network computed it.</param>
public sealed record ClassActivationMap(int Class, int Height, int Width, float[] Values, float Bias, float Logit)
{
    /// <summary>How far mean and bias are from the logit; roundings alone, or the map is not what the network went by.</summary>
    public double Difference => Math.Abs(Values.Average(value => (double)value) + Bias - Logit);
}

/// <summary>Reads what a layer of a network makes of photos, one at a time.</summary>
/// <remarks>
/// Owns its parameters and plan; borrows the pipelines, whose device must outlive it. Not thread-safe. float32.
/// </remarks>
public sealed class FeatureReader : IDisposable
{
    private readonly Pipelines _pipelines;
    private readonly ModelCard _card;
    private readonly ParameterSet _parameters;
    private readonly string _layer;

    /// <summary>Loads weights.</summary>
    /// <param name="pipelines">Of the device to run on.</param>
    /// <param name="card">The network, and how its images are prepared.</param>
    /// <param name="weights">Read here; may be disposed of afterwards.</param>
    /// <param name="layer">
    /// A layer as <see cref="ModelSummary"/> names it; by default the last one with an image, which class activation maps need.
    /// </param>
    /// <exception cref="ArgumentException">There is no such layer; the message gives the nearest names.</exception>
    /// <exception cref="WeightFileException">The weights do not fit the network.</exception>
    public FeatureReader(Pipelines pipelines, ModelCard card, WeightFile weights, string? layer = null)
    {
        (_pipelines, _card) = (pipelines, card);
        Graph graph = ClassifierGraph.OfTensor(card, 1).Graph;
        _layer = (layer is null ? LastImage(graph) : Find(graph, layer)).Name;
        Parameter[] parameters = [.. graph.Parameters];
        WeightMatch.Match(weights, [.. parameters.Select(parameter => (parameter.Name, parameter.Dimensions))]);
        _parameters = new ParameterSet(pipelines.Device, parameters);
        _parameters.Load(weights);
    }

    /// <summary>Runs the network on a photo.</summary>
    public FeatureMaps Read(PixelImage photo)
    {
        ClassifierGraph graph = ClassifierGraph.OfPhotos(_card, 1, photo.Pixels.Length, photo.Height);
        Tensor features = Find(graph.Graph, _layer).Outputs[0];
        foreach (Tensor tensor in new[] { features, graph.Image }.Where(tensor => !tensor.IsOutput)) graph.Graph.Output(tensor);
        using Plan plan = new(
            _pipelines, GraphCompiler.Compile(graph.Graph, _pipelines.Device.Traits), _parameters, slots: 1);
        graph.WritePhotos(plan, 0, _card, [photo]);
        plan.Run();
        return new FeatureMaps(
            _layer, features.Shape, ChannelByChannel(plan, features), graph.Image.Shape, ChannelByChannel(plan, graph.Image),
            MemoryMarshal.Cast<byte, float>(plan.Output(0, graph.Logits)).ToArray());
    }

    /// <summary>
    /// Which parts of a photo speak for a class: the maps of the last layer with an image, summed with the class's weights
    /// (<see href="https://arxiv.org/abs/1512.04150">Zhou et al. 2016</see>, section 2).
    /// </summary>
    /// <param name="maps">Of a reader of the default layer.</param>
    /// <param name="index">The class.</param>
    /// <exception cref="NotSupportedException">
    /// The network does not end in a global average and one linear layer, or the maps are of another layer.
    /// </exception>
    public ClassActivationMap ClassMap(FeatureMaps maps, int index)
    {
        Graph graph = ClassifierGraph.OfTensor(_card, 1).Graph;
        Node? head = graph.Nodes.LastOrDefault(node => node.Op is Linear);
        Node? pool = head?.Inputs[0].Producer;
        if (pool is null || pool.Op is not AvgPool2d average || average != AvgPool2d.Global(pool.Inputs[0].Shape))
        {
            throw new NotSupportedException(
                $"{_card.Network.Name} has no class activation maps: it does not end in a global average and one linear layer.");
        }
        if (pool.Inputs[0].Producer!.Name != maps.Layer)
        {
            throw new NotSupportedException(
                $"Class activation maps are of '{pool.Inputs[0].Producer!.Name}', not of '{maps.Layer}'.");
        }
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _card.Network.Classes);

        int area = maps.Shape.H * maps.Shape.W, channels = maps.Shape.C;
        ReadOnlySpan<float> weights = _parameters[head!.Inputs[1].Parameter!.Name].Slice(index * channels, channels);
        double[] sums = new double[area];
        for (int c = 0; c < channels; c++)
            for (int i = 0; i < area; i++) sums[i] += (double)weights[c] * maps.Values[c * area + i];
        float bias = _parameters[head.Inputs[2].Parameter!.Name][index];
        return new ClassActivationMap(
            index, maps.Shape.H, maps.Shape.W, Array.ConvertAll(sums, sum => (float)sum), bias, maps.Logits[index]);
    }

    /// <summary>Frees the parameters.</summary>
    public void Dispose() => _parameters.Dispose();

    private static Node LastImage(Graph graph) =>
        graph.Nodes.Last(node => node.Outputs[0].Readers.Any(reader => reader.Op is AvgPool2d or Flatten));

    private static Node Find(Graph graph, string layer)
    {
        if (graph.Nodes.FirstOrDefault(node => node.Name == layer) is { } found) return found;

        // Those that share the most of the name's beginning.
        IEnumerable<string> near = graph.Nodes.Select(node => node.Name)
            .OrderByDescending(name => name.AsSpan().CommonPrefixLength(layer));
        throw new ArgumentException(
            $"There is no layer '{layer}'. Near: {string.Join(", ", near.Take(8))}; 'summary --layers' lists all.");
    }

    private static float[] ChannelByChannel(Plan plan, Tensor tensor)
    {
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(plan.Output(0, tensor));
        int channels = tensor.Shape.C, area = tensor.Shape.H * tensor.Shape.W;
        float[] ordered = new float[channels * area];
        for (int i = 0; i < area; i++)
            for (int c = 0; c < channels; c++) ordered[c * area + i] = values[i * channels + c];
        return ordered;
    }
}
