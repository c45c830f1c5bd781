using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Plugin;

/// <summary>
/// What a network makes of a host's frames before it names a class: the vector that its last linear layer takes, for comparing
/// frames with each other, or for a head of one's own.
/// </summary>
/// <inheritdoc cref="FrameNetwork"/>
public sealed class FeatureExtractor : FrameNetwork
{
    private Tensor _features = null!;

    /// <summary>Makes nothing yet; see <see cref="FrameNetwork.WarmUp"/>.</summary>
    /// <param name="device">Must outlive this.</param>
    /// <param name="model">The network; several may share it.</param>
    /// <param name="options">How frames are seen.</param>
    public FeatureExtractor(PluginDevice device, FrameModel model, FrameOptions? options = null)
        : base(device, model, options) => Length = FeaturesOf(ClassifierGraph.OfTensor(Card, 1)).Shape.C;

    /// <summary>How many numbers a frame has.</summary>
    public int Length { get; }

    /// <summary>The features of a frame, if they are there. Never waits.</summary>
    /// <param name="ticket">The frame's.</param>
    /// <param name="features">Takes <see cref="Length"/> numbers.</param>
    /// <param name="result">What else is known of the frame.</param>
    public FrameStatus TryRead(FrameTicket ticket, Span<float> features, out FrameResult result)
    {
        result = default;
        FrameStatus status = TryRead(ticket, out FrameSlot? slot);
        if (slot is null) return status;
        Output<float>(slot, _features).CopyTo(features);
        result = slot.Result();
        return status;
    }

    private protected override ClassifierGraph Build(int bytes, int rows)
    {
        ClassifierGraph graph = ClassifierGraph.OfPhotos(Card, 1, bytes, rows, top: Options.Top);
        _features = FeaturesOf(graph);
        if (!_features.IsOutput) graph.Graph.Output(_features);
        return graph;
    }

    internal static Tensor FeaturesOf(ClassifierGraph graph) =>
        graph.Graph.Nodes.Last(node => node.Op is Linear).Inputs[0];
}
