using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ResNetVulkan.Inference;
using ResNetVulkan.Ops;
using ResNetVulkan.Plugin;

namespace ResNetVulkan.Native;

// Networks that see frames.
internal static unsafe partial class NativeApi
{
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status CreateClassifier(nint device, nint model, NativeNetworkOptions* options, nint* network)
    {
        try
        {
            *network = 0;
            NativeDevice on = Handles.Get<NativeDevice>(device, "device");
            FrameModel of = Handles.Get<NativeModel>(model, "model").Model;
            FrameOptions read = NativeNetwork.Read(Structs.ReadOrDefault(options));
            *network = Handles.Add(new NativeNetwork(on, new FrameClassifier(on.Device, of, read)));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status CreateExtractor(nint device, nint model, NativeNetworkOptions* options, nint* network)
    {
        try
        {
            *network = 0;
            NativeDevice on = Handles.Get<NativeDevice>(device, "device");
            FrameModel of = Handles.Get<NativeModel>(model, "model").Model;
            FrameOptions read = NativeNetwork.Read(Structs.ReadOrDefault(options));
            *network = Handles.Add(new NativeNetwork(on, new FeatureExtractor(on.Device, of, read)));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status WarmUp(nint network, uint isAsynchronous)
    {
        try
        {
            Handles.Get<NativeNetwork>(network, "network").WarmUp(isAsynchronous != 0);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status WarmUpStatus(nint network, float* progress)
    {
        try
        {
            NativeNetwork of = Handles.Get<NativeNetwork>(network, "network");
            if (progress is not null) *progress = (float)of.Network.Progress;
            return of.WarmUpStatus();
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ReadNetwork(nint network, NativeNetworkInfo* info)
    {
        try
        {
            NativeNetwork of = Handles.Get<NativeNetwork>(network, "network");
            Structs.Write(info, new NativeNetworkInfo
            {
                ValueCount = (uint)of.Values,
                StepCount = (uint)of.Network.StepCount,
                LongestStepNs = Nanoseconds(of.Network.LongestStep),
            });
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status Record(nint network, nint commands, NativeImage* image, ulong frame, ulong* ticket)
    {
        try
        {
            return Took(Handles.Get<NativeNetwork>(network, "network").Network.Record(commands, Read(image), frame), ticket);
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status Submit(nint network, NativeImage* image, ulong frame, NativeSync* sync, ulong* ticket)
    {
        try
        {
            FrameNetwork of = Handles.Get<NativeNetwork>(network, "network").Network;
            NativeSync read = Structs.ReadOrDefault(sync);
            return Took(of.Submit(Read(image), frame, Waits(read), Signals(read)), ticket);
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status SubmitPixels(nint network, NativePixels* pixels, ulong frame, ulong* ticket)
    {
        try
        {
            return Took(Handles.Get<NativeNetwork>(network, "network").Network.Submit(Read(pixels), frame), ticket);
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status Begin(nint network, NativeImage* image, ulong frame, ulong* ticket)
    {
        try
        {
            return Took(Handles.Get<NativeNetwork>(network, "network").Network.Begin(Read(image), frame), ticket);
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status BeginPixels(nint network, NativePixels* pixels, ulong frame, ulong* ticket)
    {
        try
        {
            return Took(Handles.Get<NativeNetwork>(network, "network").Network.Begin(Read(pixels), frame), ticket);
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status SubmitSlice(nint network, uint budget, NativeSync* sync)
    {
        try
        {
            FrameNetwork of = Handles.Get<NativeNetwork>(network, "network").Network;
            NativeSync read = Structs.ReadOrDefault(sync);
            return Of(of.SubmitSlice(TimeSpan.FromMicroseconds(budget), Waits(read), Signals(read)));
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status Cancel(nint network)
    {
        try
        {
            Handles.Get<NativeNetwork>(network, "network").Network.Cancel();
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ReadClasses(nint network, ulong ticket, Prediction* classes, uint capacity, NativeResult* result)
    {
        try
        {
            FrameClassifier of = Handles.Get<NativeNetwork>(network, "network").As<FrameClassifier>("classifier");
            Span<Prediction> top = new(classes, classes is null ? 0 : (int)Math.Min(capacity, (uint)of.Options.Top));
            FrameTicket wanted = ticket == 0 ? of.Newest() : new FrameTicket(ticket);
            if (!wanted.IsTaken) return Status.Pending;
            FrameStatus status = of.TryRead(wanted, top, out FrameResult read);
            if (status == FrameStatus.Ready && result is not null) Structs.Write(result, Of(read, top.Length));
            return Of(status);
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ReadLogits(nint network, ulong ticket, float* logits, uint capacity)
    {
        try
        {
            NativeNetwork of = Handles.Get<NativeNetwork>(network, "network");
            FrameClassifier classifier = of.As<FrameClassifier>("classifier");
            FrameTicket wanted = ticket == 0 ? classifier.Newest() : new FrameTicket(ticket);
            return wanted.IsTaken ? Of(classifier.TryReadLogits(wanted, Room(logits, capacity, of.Values))) : Status.Pending;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ReadFeatures(nint network, ulong ticket, float* features, uint capacity, NativeResult* result)
    {
        try
        {
            NativeNetwork of = Handles.Get<NativeNetwork>(network, "network");
            FeatureExtractor extractor = of.As<FeatureExtractor>("extractor");
            FrameTicket wanted = ticket == 0 ? extractor.Newest() : new FrameTicket(ticket);
            if (!wanted.IsTaken) return Status.Pending;
            FrameStatus status = extractor.TryRead(wanted, Room(features, capacity, of.Values), out FrameResult read);
            if (status == FrameStatus.Ready && result is not null) Structs.Write(result, Of(read, 0));
            return Of(status);
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    private static Status Took(FrameTicket taken, ulong* ticket)
    {
        if (ticket is not null) *ticket = taken.Number;
        return taken.IsTaken ? Status.Ok : Status.Dropped;
    }

    private static HostImage Read(NativeImage* theirs)
    {
        NativeImage image = Structs.Read(theirs);
        CheckEnum(image.Access, (int)ImageAccess.Transfer, "rnv_image.access");
        CheckEnum(image.Encoding, (int)ImageEncoding.Display, "rnv_image.encoding");
        return new HostImage
        {
            Image = image.Image,
            View = image.View,
            Format = image.Format,
            Width = Count(image.Width, "rnv_image.width"),
            Height = Count(image.Height, "rnv_image.height"),
            Layout = image.Layout,
            Access = (ImageAccess)image.Access,
            Samples = NativeNetwork.Or(image.Samples, 1),
            MipLevel = Count(image.MipLevel, "rnv_image.mip_level"),
            ArrayLayer = Count(image.ArrayLayer, "rnv_image.array_layer"),
            Region = image.RegionWidth == 0
                ? null : new ImageRegion(image.RegionX, image.RegionY, image.RegionWidth, image.RegionHeight),
            IsFlipped = image.IsFlipped != 0,
            QueueFamily = image.IsOtherFamily == 0 ? null : image.QueueFamily,
            Encoding = (ImageEncoding)image.Encoding,
            Exposure = image.Exposure == 0 ? 1 : image.Exposure,
        };
    }

    private static HostPixels Read(NativePixels* theirs)
    {
        NativePixels pixels = Structs.Read(theirs);
        CheckEnum(pixels.Format, (int)PixelFormat.Rgb8, "rnv_pixels.format");
        if (pixels.Bytes is null) throw new CallException(Status.ErrorArgument, "rnv_pixels.bytes is NULL.");
        int bytes = pixels.ByteCount <= int.MaxValue ? (int)pixels.ByteCount : throw new CallException(
            Status.ErrorArgument, $"rnv_pixels.byte_count is {pixels.ByteCount}; 2 GiB is the most.");
        return new HostPixels(
            new ReadOnlySpan<byte>(pixels.Bytes, bytes), Count(pixels.Width, "rnv_pixels.width"),
            Count(pixels.Height, "rnv_pixels.height"), (PixelFormat)pixels.Format, Count(pixels.Pitch, "rnv_pixels.pitch"));
    }

    private static ReadOnlySpan<HostSemaphore> Waits(NativeSync sync) => Semaphores(sync.Waits, sync.WaitCount, "waits");

    private static ReadOnlySpan<HostSemaphore> Signals(NativeSync sync) =>
        Semaphores(sync.Signals, sync.SignalCount, "signals");

    private static ReadOnlySpan<HostSemaphore> Semaphores(HostSemaphore* list, uint count, string name)
    {
        if (count > 16 || list is null && count > 0)
        {
            throw new CallException(
                Status.ErrorArgument, $"rnv_sync.{name} is {(list is null ? "NULL, with" : "a list with")} a count of {count}; " +
                "at most 16 are.");
        }
        return new ReadOnlySpan<HostSemaphore>(list, (int)count);
    }

    private static Span<float> Room(float* numbers, uint capacity, int needed) =>
        numbers is not null && capacity >= needed ? new Span<float>(numbers, needed) : throw new CallException(
            Status.ErrorArgument, $"There is room for {(numbers is null ? 0 : capacity)} numbers; the network gives {needed}.");

    private static int Count(uint value, string name) =>
        value <= int.MaxValue ? (int)value : throw new CallException(Status.ErrorArgument, $"{name} is {value}.");

    private static void CheckEnum(int value, int last, string name)
    {
        if (value < 0 || value > last)
            throw new CallException(Status.ErrorArgument, $"{name} is {value}; it goes from 0 to {last}.");
    }

    private static NativeResult Of(FrameResult result, int classes) => new()
    {
        ClassCount = (uint)classes,
        Frame = result.Frame,
        AgeNs = Nanoseconds(result.Age),
        GpuNs = result.GpuTime is { } time ? Nanoseconds(time) : -1,
    };

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private static Status Of(FrameStatus status) => status switch
    {
        FrameStatus.Ready => Status.Ok,
        FrameStatus.Pending => Status.Pending,
        _ => Status.Gone,
    };

    private static Status Of(SliceStatus status) => status switch
    {
        SliceStatus.Finished => Status.Ok,
        SliceStatus.Submitted => Status.More,
        SliceStatus.Busy => Status.Busy,
        _ => Status.Idle,
    };
}
