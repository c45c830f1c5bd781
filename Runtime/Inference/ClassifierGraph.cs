using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Inference;

/// <summary>The graph of a classifier, from photos or a tensor to probabilities, with the tensors that a host writes and reads.</summary>
public sealed class ClassifierGraph
{
    private ClassifierGraph(Graph graph, Tensor image, ModelCard card, Precision precision, int top)
    {
        (Graph, Image) = (graph, image);
        Tensor x = precision == Precision.Float16 ? graph.Append("image.half", new Cast(ElementType.Float16), image) : image;
        x = ResNet.Append(graph, x, card.Network);
        Logits = precision == Precision.Float16 ? graph.Append("logits", new Cast(ElementType.Float32), x) : x;
        Probabilities = graph.Append("softmax", new Softmax(), Logits);
        Node best = graph.AppendNode("top", new TopK(Math.Min(top, card.Network.Classes)), Logits);
        (TopValues, TopIndices) = (best.Outputs[0], best.Outputs[1]);
        foreach (Tensor output in new[] { Logits, Probabilities, TopValues, TopIndices }) graph.Output(output);
    }

    /// <summary>The graph; to be compiled once.</summary>
    public Graph Graph { get; }

    /// <summary>The tensor that the network takes.</summary>
    public Tensor Image { get; }

    /// <summary>(N, classes, 1, 1).</summary>
    public Tensor Logits { get; }

    /// <summary>(N, classes, 1, 1).</summary>
    public Tensor Probabilities { get; }

    /// <summary>The largest logits, (N, k, 1, 1), largest first.</summary>
    public Tensor TopValues { get; }

    /// <summary>Their classes.</summary>
    public Tensor TopIndices { get; }

    /// <summary>The photos' records, where the graph takes photos.</summary>
    internal Tensor? Frames { get; private init; }

    /// <summary>The photos' pixels, where the graph takes photos.</summary>
    internal Tensor? Pixels { get; private init; }

    /// <summary>A graph that takes the network's own input: (batch, channels, size, size), normalised.</summary>
    public static ClassifierGraph OfTensor(ModelCard card, int batch, Precision precision = Precision.Float32, int top = 5)
    {
        Graph graph = new();
        Tensor image = graph.Input("image", new(new Shape(batch, card.Network.ImageChannels, card.Crop, card.Crop)));
        return new ClassifierGraph(graph, image, card, precision, top);
    }

    /// <summary>A graph that takes photos of any size.</summary>
    /// <param name="card">Says how they are prepared.</param>
    /// <param name="batch">How many at a time.</param>
    /// <param name="bytes">The most bytes of all pixels of a batch.</param>
    /// <param name="rows">The most rows of one photo.</param>
    /// <param name="precision">What activations are stored as.</param>
    /// <param name="top">How many classes are picked.</param>
    public static ClassifierGraph OfPhotos(
        ModelCard card, int batch, int bytes, int rows, Precision precision = Precision.Float32, int top = 5)
    {
        Graph graph = new();
        Tensor frames = graph.Input("frames", new(new Shape(batch, Frame.Words, 1, 1), ElementType.UInt32));
        Tensor pixels = graph.Input("pixels", new(new Shape(1, bytes, 1, 1), ElementType.UInt8));
        Tensor image = graph.Append("image", new ImageToTensor(card.Crop, card.Crop, rows, card.Normalization), frames, pixels);
        return new ClassifierGraph(graph, image, card, precision, top) { Frames = frames, Pixels = pixels };
    }
}
