using ResNetVulkan.Inference;
using ResNetVulkan.Plugin;

namespace ResNetVulkan.Native;

/// <summary>A classifier or an extractor, with its warming up.</summary>
internal sealed class NativeNetwork : IDisposable
{
    private readonly NativeDevice _device;
    private Task? _warmUp;

    public NativeNetwork(NativeDevice device, FrameNetwork network)
    {
        (_device, Network) = (device, network);
        device.Join();
    }

    public FrameNetwork Network { get; }

    public int Values => Network is FeatureExtractor extractor ? extractor.Length : Network.Card.Network.Classes;

    public static FrameOptions Read(NativeNetworkOptions options)
    {
        FrameOptions defaults = new();
        return new FrameOptions
        {
            Precision = options.IsHalf != 0 ? Precision.Float16 : Precision.Float32,
            Top = Or(options.Top, defaults.Top),
            MaxShorterSide = Or(options.MaxShorterSide, defaults.MaxShorterSide),
            FramesInFlight = Or(options.FramesInFlight, defaults.FramesInFlight),
        };
    }

    /// <summary>A number, or the default where it is 0.</summary>
    public static int Or(uint value, int otherwise) => value == 0 ? otherwise : checked((int)Math.Min(value, int.MaxValue));

    public T As<T>(string what) where T : FrameNetwork =>
        Network as T ?? throw new CallException(Status.ErrorArgument, $"The network is no {what}.");

    public void WarmUp(bool isAsynchronous)
    {
        if (_warmUp is { IsCompleted: false })
            throw new CallException(Status.ErrorState, "The network is being warmed up already; see warm_up_status.");
        if (isAsynchronous) _warmUp = Network.WarmUpAsync();
        else Network.WarmUp();
    }

    public Status WarmUpStatus()
    {
        if (Network.IsReady) return Status.Ok;
        if (_warmUp is null) throw new CallException(Status.ErrorState, "The network was not warmed up: call warm_up.");
        if (!_warmUp.IsCompleted) return Status.Pending;
        _warmUp.GetAwaiter().GetResult();       // throws what ended it
        return Status.Ok;
    }

    public void Dispose()
    {
        Network.Dispose();
        _device.Leave();
    }
}

/// <summary>A trainer on its device.</summary>
internal sealed class NativeTrainer : IDisposable
{
    private readonly NativeDevice _device;

    public NativeTrainer(NativeDevice device, FrameTrainer trainer)
    {
        (_device, Trainer) = (device, trainer);
        device.Join();
    }

    public FrameTrainer Trainer { get; }

    public static FrameTrainerOptions Read(NativeTrainerOptions options)
    {
        FrameTrainerOptions defaults = new();
        return defaults with
        {
            TrainsWholeNetwork = options.TrainsWholeNetwork != 0,
            BatchSize = NativeNetwork.Or(options.BatchSize, defaults.BatchSize),
            MaxFrames = NativeNetwork.Or(options.MaxFrames, defaults.MaxFrames),
            MaxShorterSide = NativeNetwork.Or(options.MaxShorterSide, defaults.MaxShorterSide),
            Seed = options.Seed,
            LearningRate = options.LearningRate == 0 ? defaults.LearningRate : options.LearningRate,
        };
    }

    public void Dispose()
    {
        Trainer.Dispose();
        _device.Leave();
    }
}
