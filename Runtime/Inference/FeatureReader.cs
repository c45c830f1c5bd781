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
/// <param name="Magnitude">
/// What the logit would be if nothing spoke against the class: the mean of |weight * feature| summed over the channels, and
/// |bias|. Roundings are relative to this; the logit itself may be near zero.
/// </param>
public sealed record ClassActivationMap(
    int Class, int Height, int Width, float[] Values, float Bias, float Logit, double Magnitude)
{
    /// <summary>Over all places.</summary>
    public double Mean => Values.Average(value => (double)value);

    /// <summary>How far mean and bias are from the logit; roundings alone, or the map is not what the network went by.</summary>
    /// <remarks>
    /// The network sums C * H * W products in float32, each through at most C + H * W + 2 roundings of 2^-24:
    /// (C + H * W + 2) * 2^-24 * <see cref="Magnitude"/> at most, 1.3e-4 of it for ResNet-50 if all rounded one way. The maps'
    /// own rounding to float32 is one more.
    /// </remarks>
    public double Difference => Math.Abs(Mean + Bias - Logit);
}

/// <summary>Reads what a layer of a network makes of photos, one at a time.</summary>
/// <remarks>
/// Owns its parameters and plan; borrows the pipelines, whose device must outlive it. Not thread-safe. float32. A larger photo
/// than any before makes a new plan, which takes a moment.
/// </remarks>
public sealed class FeatureReader : IDisposable
{
    private readonly Pipelines _pipelines;
    private readonly ModelCard _card;
    private readonly ParameterSet _parameters;
    private readonly string _layer;
    private readonly (string Layer, string Weight, string Bias)? _head;
    private (Plan Plan, ClassifierGraph Graph, Tensor Features)? _plan;

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
        Graph graph = new();
        card.Network.Append(
            graph, graph.Input("image", new TensorType(new Shape(1, card.Network.ImageChannels, card.Crop, card.Crop))));
        _layer = (layer is null ? LastImage(graph) : Find(graph, layer)).Name;
        _head = Head(graph);
        Parameter[] parameters = [.. graph.Parameters];
        WeightMatch.Match(weights, [.. parameters.Select(parameter => (parameter.Name, parameter.Dimensions))]);
        _parameters = new ParameterSet(pipelines.Device, parameters);
        _parameters.Load(weights);
    }

    /// <summary>
    /// The layer that class activation maps are of; null for a network that has none, since it does not end in a global average
    /// and one linear layer.
    /// </summary>
    public string? ClassMapLayer => _head?.Layer;

    /// <summary>Runs the network on a photo.</summary>
    /// <remarks>Waits for the device.</remarks>
    public FeatureMaps Read(PixelImage photo)
    {
        (Plan plan, ClassifierGraph graph, Tensor features) = PlanFor(photo);
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
    /// <see cref="ClassMapLayer"/> is null, or the maps are of another layer.
    /// </exception>
    public ClassActivationMap ClassMap(FeatureMaps maps, int index)
    {
        if (_head is not { } head)
        {
            throw new NotSupportedException(
                $"{_card.Network.Name} has no class activation maps: it does not end in a global average and one linear layer.");
        }
        if (head.Layer != maps.Layer)
            throw new NotSupportedException($"Class activation maps are of '{head.Layer}', not of '{maps.Layer}'.");
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _card.Network.Classes);

        int area = maps.Shape.H * maps.Shape.W, channels = maps.Shape.C;
        ReadOnlySpan<float> weights = _parameters[head.Weight].Slice(index * channels, channels);
        double[] sums = new double[area];
        double magnitude = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int i = 0; i < area; i++)
            {
                double product = (double)weights[c] * maps.Values[c * area + i];
                sums[i] += product;
                magnitude += Math.Abs(product);
            }
        }
        float bias = _parameters[head.Bias][index];
        return new ClassActivationMap(
            index, maps.Shape.H, maps.Shape.W, Array.ConvertAll(sums, sum => (float)sum), bias, maps.Logits[index],
            magnitude / area + Math.Abs(bias));
    }

    /// <summary>Frees the plan and the parameters.</summary>
    public void Dispose()
    {
        _plan?.Plan.Dispose();
        _parameters.Dispose();
    }

    private (Plan Plan, ClassifierGraph Graph, Tensor Features) PlanFor(PixelImage photo)
    {
        int bytes = photo.Pixels.Length, rows = photo.Height;
        if (_plan is { } made)
        {
            int madeBytes = made.Graph.Pixels!.Shape.C, madeRows = ((ImageToTensor)made.Graph.Image.Producer!.Op).MaxRows;
            if (madeBytes >= bytes && madeRows >= rows) return made;
            // What fitted the photos before fits the next ones, too.
            (bytes, rows) = (Math.Max(bytes, madeBytes), Math.Max(rows, madeRows));
            made.Plan.Dispose();
            _plan = null;
        }
        ClassifierGraph graph = ClassifierGraph.OfPhotos(_card, 1, bytes, rows);
        // An output is nothing that a rewrite takes away.
        Tensor features = graph.Graph.Nodes.First(node => node.Name == _layer).Outputs[0];
        foreach (Tensor tensor in new[] { features, graph.Image }.Where(tensor => !tensor.IsOutput)) graph.Graph.Output(tensor);
        CompiledGraph compiled = GraphCompiler.Compile(graph.Graph, _pipelines.Device.Traits);
        _plan = (new Plan(_pipelines, compiled, _parameters, slots: 1), graph, features);
        return _plan.Value;
    }

    private static Node LastImage(Graph graph) =>
        graph.Nodes.Last(node => node.Outputs[0].Readers.Any(reader => reader.Op is AvgPool2d or Flatten));

    private static (string Layer, string Weight, string Bias)? Head(Graph graph)
    {
        Node? linear = graph.Nodes.LastOrDefault(node => node.Op is Linear);
        return linear?.Inputs[0].Producer is { Op: AvgPool2d average } pool && average == AvgPool2d.Global(pool.Inputs[0].Shape)
            ? (pool.Inputs[0].Producer!.Name, linear.Inputs[1].Parameter!.Name, linear.Inputs[2].Parameter!.Name)
            : null;
    }

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
