using ResNetVulkan.Inference;

namespace ResNetVulkan.Plugin;

/// <summary>Says what is in a host's frames.</summary>
/// <inheritdoc cref="FrameNetwork"/>
public sealed class FrameClassifier : FrameNetwork
{
    private ClassifierGraph _graph = null!;

    /// <summary>Makes nothing yet; see <see cref="FrameNetwork.WarmUp"/>.</summary>
    /// <param name="device">Must outlive this.</param>
    /// <param name="model">The network; several classifiers may share it.</param>
    /// <param name="options">How frames are seen.</param>
    public FrameClassifier(PluginDevice device, FrameModel model, FrameOptions? options = null)
        : base(device, model, options)
    {
    }

    /// <summary>The result of a frame, if it is there. Never waits.</summary>
    /// <param name="ticket">The frame's.</param>
    /// <param name="top">Takes the likeliest classes, likeliest first; as many as it has room for, at most Options.Top.</param>
    /// <param name="result">What else is known of the frame.</param>
    public FrameStatus TryRead(FrameTicket ticket, Span<Prediction> top, out FrameResult result)
    {
        result = default;
        FrameStatus status = TryRead(ticket, out FrameSlot? slot);
        if (slot is null) return status;

        ReadOnlySpan<uint> indices = Output<uint>(slot, _graph.TopIndices);
        ReadOnlySpan<float> values = Output<float>(slot, _graph.TopValues);
        ReadOnlySpan<float> probabilities = Output<float>(slot, _graph.Probabilities);
        for (int i = 0; i < Math.Min(top.Length, indices.Length); i++)
            top[i] = new Prediction((int)indices[i], values[i], probabilities[(int)indices[i]]);
        result = slot.Result();
        return status;
    }

    /// <summary>The result of the newest frame that is done. Never waits.</summary>
    /// <returns>False before the first.</returns>
    public bool TryReadNewest(Span<Prediction> top, out FrameResult result) =>
        TryRead(Newest(), top, out result) == FrameStatus.Ready;

    /// <summary>The logits of a frame, a number a class, if they are there. Never waits.</summary>
    public FrameStatus TryReadLogits(FrameTicket ticket, Span<float> logits)
    {
        FrameStatus status = TryRead(ticket, out FrameSlot? slot);
        if (slot is not null) Output<float>(slot, _graph.Logits).CopyTo(logits);
        return status;
    }

    private protected override ClassifierGraph Build(int bytes, int rows) =>
        _graph = ClassifierGraph.OfPhotos(Card, 1, bytes, rows, Options.Precision, Options.Top);
}
