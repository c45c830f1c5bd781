using NUnit.Framework;
using ResNetVulkan.Gpu;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// The device that tests share, under validation. Made at first use; RESNET_DEVICE chooses it as <see cref="GpuOptions.Device"/>
/// does. RESNET_VALIDATION=0 runs without the layer, on machines that lack it; RESNET_VALIDATION=sync also looks for missing
/// barriers.
/// </summary>
internal static class TestDevice
{
    private static readonly Lock Gate = new();
    private static readonly MessageLog Log = new();
    private static GpuDevice? _shared;

    /// <summary>What devices of tests are made with; a test that needs others changes them.</summary>
    public static GpuOptions Options { get; } = new()
    {
        Device = Environment.GetEnvironmentVariable("RESNET_DEVICE") is { Length: > 0 } device ? device : null,
        Validation = Environment.GetEnvironmentVariable("RESNET_VALIDATION") != "0",
        SynchronizationValidation = Environment.GetEnvironmentVariable("RESNET_VALIDATION") == "sync",
        DebugNames = true,
        ApplicationName = "ResNetVulkan tests",
    };

    public static GpuDevice Shared
    {
        get
        {
            lock (Gate)
            {
                if (_shared is null)
                {
                    _shared = GpuDevice.Create(Options);
                    _shared.Message += Log.Add;
                    TestContext.Progress.WriteLine($"device {_shared.Info}{(Options.Validation ? "" : ", without validation")}");
                }

                return _shared;
            }
        }
    }

    /// <summary>What the validation layer said about the shared device since this was last asked.</summary>
    public static IReadOnlyList<GpuMessage> TakeComplaints() => Log.TakeComplaints();

    /// <summary>Ends the shared device and returns what was said meanwhile: leaks.</summary>
    public static IReadOnlyList<GpuMessage> Close()
    {
        lock (Gate)
        {
            _shared?.Dispose();
            _shared = null;
            return Log.TakeComplaints();
        }
    }
}

/// <summary>Keeps messages. Thread-safe: they arrive on the threads of their culprits.</summary>
internal sealed class MessageLog
{
    private readonly Lock _gate = new();
    private readonly List<GpuMessage> _messages = [];

    public void Add(GpuMessage message)
    {
        lock (_gate)
            _messages.Add(message);
    }

    /// <summary>Every message since the last call, but for what loaders and drivers say about themselves.</summary>
    public IReadOnlyList<GpuMessage> TakeComplaints()
    {
        lock (_gate)
        {
            GpuMessage[] complaints = [.. _messages.Where(message => message.Source != GpuMessageSource.Driver)];
            _messages.Clear();
            return complaints;
        }
    }
}
