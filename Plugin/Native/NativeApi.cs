using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ResNetVulkan.Plugin;

namespace ResNetVulkan.Native;

/// <summary>
/// The functions of include/resnet_vulkan.h, which explains them. Each ends every exception in a status; frames allocate nothing.
/// </summary>
internal static unsafe partial class NativeApi
{
    private const uint Version = 1;

    private static readonly ConcurrentDictionary<nint, FeatureChainPatch> Patches = [];

    // Made once and never freed: hosts may keep the pointers.
    private static readonly Lazy<(nint List, uint Count)> Requirements = new(MakeRequirements);

    /// <summary>
    /// Fills a table as far as the caller knows it. What the caller knows beyond this library becomes NULL.
    /// </summary>
    [UnmanagedCallersOnly(EntryPoint = "rnv_get_api", CallConvs = [typeof(CallConvCdecl)])]
    public static Status GetApi(uint version, NativeTable* table)
    {
        try
        {
            if (version != Version)
                throw new CallException(Status.ErrorVersion, $"This library has version {Version}, not {version}.");
            if (table is null) throw new CallException(Status.ErrorArgument, "The table is NULL.");
            uint size = table->Size;
            if (size < sizeof(NativeTable) || size > 1 << 16)
                throw new CallException(Status.ErrorStruct, $"rnv_api.size is {size}; it must be sizeof(rnv_api).");
            new Span<byte>(table, (int)size).Clear();
            *table = NativeTable.Filled;
            table->Size = size;
            table->Version = Version;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void ReadLastError(NativeError* error)
    {
        try
        {
            LastError.Read(error);
        }
        catch (CallException)
        {
            // There is no room to say that there is no room.
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ListRequirements(NativeRequirement** list, uint* count)
    {
        try
        {
            *list = (NativeRequirement*)Requirements.Value.List;
            *count = Requirements.Value.Count;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status EnableFeatures(
        nint getInstanceProcAddr, nint instance, nint physicalDevice, uint apiVersion, nint chain, nint* patched)
    {
        try
        {
            FeatureChainPatch patch = PluginRequirements.EnableFeatures(
                getInstanceProcAddr, instance, physicalDevice, apiVersion, chain);
            if (patch.Chain != 0) Patches[patch.Chain] = patch;
            *patched = patch.Chain;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status FreeFeatures(nint patched)
    {
        try
        {
            if (patched == 0) return Status.Ok;
            if (!Patches.TryRemove(patched, out FeatureChainPatch? patch))
                throw new CallException(Status.ErrorArgument, "There is no chain at this address that enable_features made.");
            patch.Dispose();
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status CheckHost(NativeHost* host)
    {
        try
        {
            IReadOnlyList<string> problems = PluginRequirements.Check(NativeDevice.Read(host));
            return problems.Count == 0
                ? Status.Ok : throw new CallException(Status.ErrorHost, string.Join(' ', problems));
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status CreateDevice(NativeHost* host, NativeDeviceOptions* options, nint* device)
    {
        try
        {
            *device = 0;
            *device = Handles.Add(NativeDevice.Create(host, options));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ReadDevice(nint device, NativeDeviceInfo* info)
    {
        try
        {
            PluginDevice of = Handles.Get<NativeDevice>(device, "device").Device;
            NativeDeviceInfo read = new() { IsLost = of.IsLost ? 1u : 0, AllocatedBytes = of.AllocatedBytes };
            NativeText.Write(of.Info.Name, read.Name, NativeDeviceInfo.NameBytes);
            Structs.Write(info, read);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status LoadModel(byte* path, byte* network, nint* model)
    {
        try
        {
            *model = 0;
            string file = NativeText.Read(path) ?? throw new CallException(Status.ErrorArgument, "The path is NULL.");
            *model = Handles.Add(new NativeModel(FrameModel.Load(file, NativeText.Read(network))));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status SaveModel(nint model, byte* path)
    {
        try
        {
            string file = NativeText.Read(path) ?? throw new CallException(Status.ErrorArgument, "The path is NULL.");
            Handles.Get<NativeModel>(model, "model").Model.Save(file);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ReadModel(nint model, NativeModelInfo* info)
    {
        try
        {
            FrameModel of = Handles.Get<NativeModel>(model, "model").Model;
            NativeModelInfo read = new() { ClassCount = (uint)of.Card.Network.Classes, ImageSide = (uint)of.Card.Crop };
            NativeText.Write(of.Card.Network.Name, read.Network, NativeModelInfo.NetworkBytes);
            Structs.Write(info, read);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status ReadLabel(nint model, uint index, byte* text, uint capacity)
    {
        try
        {
            FrameModel of = Handles.Get<NativeModel>(model, "model").Model;
            int classes = of.Card.Network.Classes;
            if (index >= classes)
                throw new CallException(Status.ErrorArgument, $"The network has {classes} classes, and no class {index}.");
            NativeText.Write(of.Card.Label((int)index), text, capacity);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static Status Destroy(nint handle)
    {
        try
        {
            Handles.Destroy(handle);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return LastError.Keep(e);
        }
    }

    private static (nint List, uint Count) MakeRequirements()
    {
        IReadOnlyList<PluginRequirement> all = PluginRequirements.All;
        NativeRequirement* list = (NativeRequirement*)NativeMemory.Alloc((nuint)all.Count, (nuint)sizeof(NativeRequirement));
        for (int i = 0; i < all.Count; i++)
        {
            list[i] = new NativeRequirement
            {
                Name = (byte*)Marshal.StringToCoTaskMemUTF8(all[i].Name),
                Purpose = (byte*)Marshal.StringToCoTaskMemUTF8(all[i].Purpose),
                Kind = (int)all[i].Kind,
                IsRequired = all[i].IsRequired ? 1 : 0,
            };
        }
        return ((nint)list, (uint)all.Count);
    }
}
