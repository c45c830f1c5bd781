using System.Numerics;
using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Inference;

/// <summary>How a classifier works.</summary>
public sealed record ClassifierOptions
{
    /// <summary>How many images run at a time, at most.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>What activations and packed weights are stored as.</summary>
    public Precision Precision { get; init; }

    /// <summary>How many classes each result has.</summary>
    public int Top { get; init; } = 5;
}

/// <summary>A network with its weights on a device: photos in, classes out.</summary>
/// <remarks>
/// Owns its parameters and plans; borrows the pipelines, whose device must outlive it. Not thread-safe. The first call of each
/// kind makes a plan, which takes a moment and memory; later calls reuse it, unless photos are larger than any before.
/// </remarks>
public sealed class Classifier : IDisposable
{
    // A photo of a phone's camera reduced for the web; larger ones make the plan grow.
    private const int InitialPhotoBytes = 640 * 480 * 3, InitialPhotoRows = 640;

    private readonly Pipelines _pipelines;
    private readonly ClassifierOptions _options;
    private readonly ParameterSet _parameters;
    private (Plan Plan, ClassifierGraph Graph)? _photos;
    private (Plan Plan, ClassifierGraph Graph)? _tensor;

    /// <summary>Loads weights.</summary>
    /// <param name="pipelines">Of the device to run on.</param>
    /// <param name="card">The network, and how its images are prepared.</param>
    /// <param name="weights">Read here; may be disposed of afterwards.</param>
    /// <param name="options">How it works.</param>
    /// <exception cref="WeightFileException">The weights do not fit the network.</exception>
    /// <exception cref="NotSupportedException">The device cannot store float16.</exception>
    public Classifier(Pipelines pipelines, ModelCard card, WeightFile weights, ClassifierOptions? options = null)
    {
        (_pipelines, Card, _options) = (pipelines, card, options ?? new ClassifierOptions());
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Batch, 1);
        GpuTraits traits = pipelines.Device.Traits;
        if (_options.Precision == Precision.Float16 && !traits.HasStorage16)
        {
            throw new NotSupportedException(
                $"\"{traits.DeviceName}\" cannot store float16 (storageBuffer16BitAccess); use float32.");
        }

        Parameter[] parameters = [.. ClassifierGraph.OfTensor(card, 1).Graph.Parameters];
        // Before there is memory for as many classes as the file says.
        WeightMatch.Match(weights, [.. parameters.Select(parameter => (parameter.Name, parameter.Dimensions))]);
        _parameters = new ParameterSet(pipelines.Device, parameters);
        _parameters.Load(weights);
    }

    /// <summary>The network, and how its images are prepared.</summary>
    public ModelCard Card { get; }

    /// <summary>Classifies photos, a batch at a time.</summary>
    /// <returns>For each photo, in order, the likeliest classes, likeliest first.</returns>
    public IReadOnlyList<Prediction[]> Classify(IReadOnlyList<PixelImage> photos)
    {
        List<Prediction[]> results = [];
        for (int first = 0; first < photos.Count; first += _options.Batch)
            ClassifyBatch([.. photos.Skip(first).Take(_options.Batch)], results);
        return results;
    }

    /// <summary>The logits of photos, photo by photo.</summary>
    public float[] Logits(IReadOnlyList<PixelImage> photos)
    {
        int classes = Card.Network.Classes;
        float[] logits = new float[photos.Count * classes];
        for (int first = 0; first < photos.Count; first += _options.Batch)
        {
            PixelImage[] some = [.. photos.Skip(first).Take(_options.Batch)];
            (Plan plan, ClassifierGraph graph) = RunBatch(some);
            MemoryMarshal.Cast<byte, float>(plan.Output(0, graph.Logits))[..(some.Length * classes)]
                .CopyTo(logits.AsSpan(first * classes));
        }
        return logits;
    }

    /// <summary>Classifies images that are prepared already.</summary>
    /// <param name="images">Any number of images of (channels, size, size), normalised, in PyTorch's order.</param>
    /// <returns>The logits, image by image.</returns>
    public float[] Logits(ReadOnlySpan<float> images)
    {
        (Plan plan, ClassifierGraph graph) = _tensor ??= Make(ClassifierGraph.OfTensor(Card, _options.Batch, _options.Precision));
        Shape shape = graph.Image.Shape;
        int length = shape.C * shape.H * shape.W, count = images.Length / length;
        if (count * length != images.Length)
        {
            throw new ArgumentException(
                $"{images.Length} numbers are not a whole number of images of {shape.C}x{shape.H}x{shape.W}.");
        }

        float[] logits = new float[count * Card.Network.Classes];
        for (int first = 0; first < count; first += shape.N)
        {
            int some = Math.Min(shape.N, count - first);
            Span<float> input = MemoryMarshal.Cast<byte, float>(plan.Input(0, graph.Image));
            for (int i = 0; i < some; i++)
                ToNhwc(images.Slice((first + i) * length, length), input.Slice(i * length, length), shape.C);
            plan.Run();
            MemoryMarshal.Cast<byte, float>(plan.Output(0, graph.Logits))[..(some * Card.Network.Classes)]
                .CopyTo(logits.AsSpan(first * Card.Network.Classes));
        }
        return logits;
    }

    /// <summary>Frees the plans and the parameters.</summary>
    public void Dispose()
    {
        _photos?.Plan.Dispose();
        _tensor?.Plan.Dispose();
        _parameters.Dispose();
    }

    private void ClassifyBatch(PixelImage[] photos, List<Prediction[]> results)
    {
        (Plan plan, ClassifierGraph graph) = RunBatch(photos);
        ReadOnlySpan<uint> indices = MemoryMarshal.Cast<byte, uint>(plan.Output(0, graph.TopIndices));
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(plan.Output(0, graph.TopValues));
        ReadOnlySpan<float> probabilities = MemoryMarshal.Cast<byte, float>(plan.Output(0, graph.Probabilities));
        int top = graph.TopIndices.Shape.C, classes = graph.Probabilities.Shape.C;
        for (int i = 0; i < photos.Length; i++)
        {
            Prediction[] best = new Prediction[top];
            for (int j = 0; j < top; j++)
            {
                int index = (int)indices[i * top + j];
                best[j] = new Prediction(index, values[i * top + j], probabilities[i * classes + index]);
            }
            results.Add(best);
        }
    }

    private (Plan Plan, ClassifierGraph Graph) RunBatch(PixelImage[] photos)
    {
        (Plan plan, ClassifierGraph graph) = PlanFor(photos);
        graph.WritePhotos(plan, 0, Card, photos);
        plan.Run();
        return (plan, graph);
    }

    private (Plan Plan, ClassifierGraph Graph) PlanFor(PixelImage[] photos)
    {
        int bytes = photos.Sum(photo => photo.Pixels.Length), rows = photos.Max(photo => photo.Height);
        if (_photos is { } made)
        {
            ImageToTensor resize = (ImageToTensor)made.Graph.Image.Producer!.Op;
            if (made.Graph.Pixels!.Type.Bytes >= bytes && resize.MaxRows >= rows) return made;
            made.Plan.Dispose();
            _photos = null;
        }
        // By powers of two, so that a folder of growing photos does not make a plan for each.
        bytes = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, InitialPhotoBytes)), int.MaxValue & ~3);
        rows = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(rows, InitialPhotoRows));
        _photos = Make(ClassifierGraph.OfPhotos(Card, _options.Batch, bytes, rows, _options.Precision, _options.Top));
        return _photos.Value;
    }

    private (Plan Plan, ClassifierGraph Graph) Make(ClassifierGraph graph) =>
        (new Plan(_pipelines, GraphCompiler.Compile(graph.Graph, _pipelines.Device.Traits), _parameters, slots: 1), graph);

    private static void ToNhwc(ReadOnlySpan<float> nchw, Span<float> nhwc, int channels)
    {
        int area = nchw.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            for (int i = 0; i < area; i++) nhwc[i * channels + c] = nchw[c * area + i];
        }
    }
}
