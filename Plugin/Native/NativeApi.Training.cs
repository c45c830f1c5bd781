using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ResNetVulkan.Plugin;

namespace ResNetVulkan.Native;

// Learning from frames.
internal static unsafe partial class NativeApi
{
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status CreateTrainer(
        nint device, nint model, byte** classes, uint count, NativeTrainerOptions* options, nint* trainer)
    {
        try
        {
            *trainer = 0;
            NativeDevice on = Handles.Get<NativeDevice>(device, "device");
            FrameModel of = Handles.Get<NativeModel>(model, "model").Model;
            string[] names = NativeText.Read(classes, count, "classes");
            FrameTrainerOptions read = NativeTrainer.Read(Structs.ReadOrDefault(options));
            *trainer = Handles.Add(new NativeTrainer(on, new FrameTrainer(on.Device, of, names, read)));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status WarmUpTrainer(nint trainer)
    {
        try
        {
            Handles.Get<NativeTrainer>(trainer, "trainer").Trainer.WarmUp();
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status AddImage(nint trainer, NativeImage* image, uint label)
    {
        try
        {
            FrameTrainer of = Handles.Get<NativeTrainer>(trainer, "trainer").Trainer;
            return of.Add(Read(image), Count(label, "label")) ? Status.Ok : Status.Busy;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status AddPixels(nint trainer, NativePixels* pixels, uint label)
    {
        try
        {
            FrameTrainer of = Handles.Get<NativeTrainer>(trainer, "trainer").Trainer;
            return of.Add(Read(pixels), Count(label, "label")) ? Status.Ok : Status.Busy;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status TrainSlice(nint trainer, uint budget, NativeSync* sync)
    {
        try
        {
            FrameTrainer of = Handles.Get<NativeTrainer>(trainer, "trainer").Trainer;
            NativeSync read = Structs.ReadOrDefault(sync);
            return Of(of.SubmitSlice(TimeSpan.FromMicroseconds(budget), Waits(read), Signals(read)));
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ReadTrainer(nint trainer, NativeTrainerInfo* info)
    {
        try
        {
            FrameTrainer of = Handles.Get<NativeTrainer>(trainer, "trainer").Trainer;
            Structs.Write(info, new NativeTrainerInfo
            {
                FrameCount = (uint)of.Frames,
                StepCount = (uint)of.Steps,
                Loss = of.Loss,
                Accuracy = of.Accuracy,
            });
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ModelOfTrainer(nint trainer, nint* model)
    {
        try
        {
            *model = 0;
            *model = Handles.Add(new NativeModel(Handles.Get<NativeTrainer>(trainer, "trainer").Trainer.ToModel()));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }
}
