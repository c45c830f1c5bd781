using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Inference;

/// <summary>
/// The graph of a classifier, from photos or a tensor to probabilities, with the tensors that a host writes and reads.
/// </summary>
public sealed class ClassifierGraph
{
    private ClassifierGraph(Graph graph, Tensor image, ModelCard card, Precision precision, int top)
    {
        (Graph, Image) = (graph, image);
        Tensor x = precision == Precision.Float16 ? graph.Append("image.half", new Cast(ElementType.Float16), image) : image;
        x = card.Network.Append(graph, x);
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
        ImageToTensor prepare = new(card.Crop, card.Crop, rows, card.Normalization, card.Network.ImageChannels);
        Tensor image = graph.Append("image", prepare, frames, pixels);
        return new ClassifierGraph(graph, image, card, precision, top) { Frames = frames, Pixels = pixels };
    }

    /// <summary>Writes photos into a slot of a plan of this graph.</summary>
    /// <param name="plan">Of a graph made by <see cref="OfPhotos"/>.</param>
    /// <param name="slot">Not in flight.</param>
    /// <param name="card">The one that the graph was made for.</param>
    /// <param name="photos">At least one, at most as many as the batch.</param>
    public void WritePhotos(Plan plan, int slot, ModelCard card, IReadOnlyList<PixelImage> photos)
    {
        Span<byte> pixels = plan.Input(slot, Pixels!);
        Span<Frame> frames = MemoryMarshal.Cast<byte, Frame>(plan.Input(slot, Frames!));
        int offset = 0;
        for (int i = 0; i < photos.Count; i++)
        {
            frames[i] = Framing.Of(card, photos[i].Width, photos[i].Height, PixelFormat.Rgb8, offset);
            photos[i].Pixels.CopyTo(pixels[offset..]);
            offset += photos[i].Pixels.Length;
        }
        // A batch that is not full repeats its first photo, whose results nobody reads.
        frames[photos.Count..].Fill(frames[0]);
    }
}
