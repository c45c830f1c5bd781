using ResNetVulkan.Plugin;

namespace ResNetVulkan.Native;

/// <summary>A model. Nothing to release: what stands on it keeps it.</summary>
internal sealed class NativeModel(FrameModel model) : IDisposable
{
    public FrameModel Model { get; } = model;

    public void Dispose()
    {
    }
}
