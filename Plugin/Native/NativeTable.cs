using System.Runtime.InteropServices;
using ResNetVulkan.Inference;

namespace ResNetVulkan.Native;

/// <summary>rnv_api. New functions go to its end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTable
{
    public uint Size;
    public uint Version;
    public delegate* unmanaged[Cdecl]<NativeError*, void> LastError;
    public delegate* unmanaged[Cdecl]<NativeRequirement**, uint*, Status> Requirements;
    public delegate* unmanaged[Cdecl]<nint, nint, nint, uint, nint, nint*, Status> EnableFeatures;
    public delegate* unmanaged[Cdecl]<nint, Status> FreeFeatures;
    public delegate* unmanaged[Cdecl]<NativeHost*, Status> CheckHost;
    public delegate* unmanaged[Cdecl]<NativeHost*, NativeDeviceOptions*, nint*, Status> CreateDevice;
    public delegate* unmanaged[Cdecl]<nint, NativeDeviceInfo*, Status> DeviceInfo;
    public delegate* unmanaged[Cdecl]<byte*, byte*, nint*, Status> LoadModel;
    public delegate* unmanaged[Cdecl]<nint, byte*, Status> SaveModel;
    public delegate* unmanaged[Cdecl]<nint, NativeModelInfo*, Status> ModelInfo;
    public delegate* unmanaged[Cdecl]<nint, uint, byte*, uint, Status> ModelLabel;
    public delegate* unmanaged[Cdecl]<nint, nint, NativeNetworkOptions*, nint*, Status> CreateClassifier;
    public delegate* unmanaged[Cdecl]<nint, nint, NativeNetworkOptions*, nint*, Status> CreateExtractor;
    public delegate* unmanaged[Cdecl]<nint, uint, Status> WarmUp;
    public delegate* unmanaged[Cdecl]<nint, float*, Status> WarmUpStatus;
    public delegate* unmanaged[Cdecl]<nint, NativeNetworkInfo*, Status> NetworkInfo;
    public delegate* unmanaged[Cdecl]<nint, nint, NativeImage*, ulong, ulong*, Status> Record;
    public delegate* unmanaged[Cdecl]<nint, NativeImage*, ulong, NativeSync*, ulong*, Status> Submit;
    public delegate* unmanaged[Cdecl]<nint, NativePixels*, ulong, ulong*, Status> SubmitPixels;
    public delegate* unmanaged[Cdecl]<nint, NativeImage*, ulong, ulong*, Status> Begin;
    public delegate* unmanaged[Cdecl]<nint, NativePixels*, ulong, ulong*, Status> BeginPixels;
    public delegate* unmanaged[Cdecl]<nint, uint, NativeSync*, Status> SubmitSlice;
    public delegate* unmanaged[Cdecl]<nint, Status> Cancel;
    public delegate* unmanaged[Cdecl]<nint, ulong, Prediction*, uint, NativeResult*, Status> ReadClasses;
    public delegate* unmanaged[Cdecl]<nint, ulong, float*, uint, Status> ReadLogits;
    public delegate* unmanaged[Cdecl]<nint, ulong, float*, uint, NativeResult*, Status> ReadFeatures;
    public delegate* unmanaged[Cdecl]<nint, nint, byte**, uint, NativeTrainerOptions*, nint*, Status> CreateTrainer;
    public delegate* unmanaged[Cdecl]<nint, Status> WarmUpTrainer;
    public delegate* unmanaged[Cdecl]<nint, NativeImage*, uint, Status> TrainerAdd;
    public delegate* unmanaged[Cdecl]<nint, NativePixels*, uint, Status> TrainerAddPixels;
    public delegate* unmanaged[Cdecl]<nint, uint, NativeSync*, Status> TrainerSlice;
    public delegate* unmanaged[Cdecl]<nint, NativeTrainerInfo*, Status> TrainerInfo;
    public delegate* unmanaged[Cdecl]<nint, nint*, Status> TrainerModel;
    public delegate* unmanaged[Cdecl]<nint, Status> Destroy;

    public static NativeTable Filled => new()
    {
        LastError = &NativeApi.ReadLastError,
        Requirements = &NativeApi.ListRequirements,
        EnableFeatures = &NativeApi.EnableFeatures,
        FreeFeatures = &NativeApi.FreeFeatures,
        CheckHost = &NativeApi.CheckHost,
        CreateDevice = &NativeApi.CreateDevice,
        DeviceInfo = &NativeApi.ReadDevice,
        LoadModel = &NativeApi.LoadModel,
        SaveModel = &NativeApi.SaveModel,
        ModelInfo = &NativeApi.ReadModel,
        ModelLabel = &NativeApi.ReadLabel,
        CreateClassifier = &NativeApi.CreateClassifier,
        CreateExtractor = &NativeApi.CreateExtractor,
        WarmUp = &NativeApi.WarmUp,
        WarmUpStatus = &NativeApi.WarmUpStatus,
        NetworkInfo = &NativeApi.ReadNetwork,
        Record = &NativeApi.Record,
        Submit = &NativeApi.Submit,
        SubmitPixels = &NativeApi.SubmitPixels,
        Begin = &NativeApi.Begin,
        BeginPixels = &NativeApi.BeginPixels,
        SubmitSlice = &NativeApi.SubmitSlice,
        Cancel = &NativeApi.Cancel,
        ReadClasses = &NativeApi.ReadClasses,
        ReadLogits = &NativeApi.ReadLogits,
        ReadFeatures = &NativeApi.ReadFeatures,
        CreateTrainer = &NativeApi.CreateTrainer,
        WarmUpTrainer = &NativeApi.WarmUpTrainer,
        TrainerAdd = &NativeApi.AddImage,
        TrainerAddPixels = &NativeApi.AddPixels,
        TrainerSlice = &NativeApi.TrainSlice,
        TrainerInfo = &NativeApi.ReadTrainer,
        TrainerModel = &NativeApi.ModelOfTrainer,
        Destroy = &NativeApi.Destroy,
    };
}
