using Silk.NET.Core.Native;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>
/// Where VK_EXT_debug_utils delivers: turns messages into <see cref="GpuMessage"/> events. Messages from before the first handler
/// are kept for it, since most of what goes wrong goes wrong while a device is being made.
/// </summary>
internal sealed unsafe class ValidationMessages : IDisposable
{
    private const int KeptAtMost = 64;

    private const DebugUtilsMessageTypeFlagsEXT Performance = (DebugUtilsMessageTypeFlagsEXT)4;

    // Keeps the delegate alive, of which Vulkan holds only the native address.
    private readonly PfnDebugUtilsMessengerCallbackEXT _callback;
    private readonly Lock _gate = new();
    private readonly List<GpuMessage> _kept = [];
    private Action<GpuMessage>? _handlers;

    public ValidationMessages() =>
        _callback = new PfnDebugUtilsMessengerCallbackEXT((DebugUtilsMessengerCallbackFunctionEXT)Receive);

    public void Add(Action<GpuMessage> handler)
    {
        GpuMessage[] earlier;
        lock (_gate)
        {
            earlier = [.. _kept];
            _kept.Clear();
            _handlers += handler;
        }

        foreach (GpuMessage message in earlier)
            handler(message);
    }

    public void Remove(Action<GpuMessage> handler)
    {
        lock (_gate)
            _handlers -= handler;
    }

    public void Raise(GpuMessage message)
    {
        Action<GpuMessage>? handlers;
        lock (_gate)
        {
            handlers = _handlers;
            if (handlers is null && _kept.Count < KeptAtMost)
                _kept.Add(message);
        }

        handlers?.Invoke(message);
    }

    /// <summary>The messenger to create, or to chain to the instance's creation; this object must outlive it.</summary>
    public DebugUtilsMessengerCreateInfoEXT Messenger() => new()
    {
        SType = StructureType.DebugUtilsMessengerCreateInfoExt,
        MessageSeverity = DebugUtilsMessageSeverityFlagsEXT.WarningBitExt | DebugUtilsMessageSeverityFlagsEXT.ErrorBitExt,
        MessageType = DebugUtilsMessageTypeFlagsEXT.GeneralBitExt | DebugUtilsMessageTypeFlagsEXT.ValidationBitExt | Performance,
        PfnUserCallback = _callback,
    };

    /// <summary>Only when the instance is gone: it speaks until then.</summary>
    public void Dispose() => _callback.Dispose();

    private uint Receive(
        DebugUtilsMessageSeverityFlagsEXT severity, DebugUtilsMessageTypeFlagsEXT type, DebugUtilsMessengerCallbackDataEXT* data,
        void* user)
    {
        try
        {
            Raise(Read(severity, type, data));
        }
        catch (Exception)
        {
            // A handler's exception must not unwind through the driver, which called us. GpuDevice.Message says so.
        }

        return Vk.False;    // never abort the call that the message is about: our own code reports its result
    }

    private static GpuMessage Read(
        DebugUtilsMessageSeverityFlagsEXT severity, DebugUtilsMessageTypeFlagsEXT type, DebugUtilsMessengerCallbackDataEXT* data)
    {
        string[] objects = new string[data->ObjectCount];
        for (int i = 0; i < objects.Length; i++)
        {
            DebugUtilsObjectNameInfoEXT* item = data->PObjects + i;
            objects[i] = item->PObjectName == null ? $"{item->ObjectType} 0x{item->ObjectHandle:x}" : Text(item->PObjectName);
        }

        return new GpuMessage(
            severity.HasFlag(DebugUtilsMessageSeverityFlagsEXT.ErrorBitExt) ? GpuSeverity.Error : GpuSeverity.Warning,
            type.HasFlag(DebugUtilsMessageTypeFlagsEXT.ValidationBitExt) ? GpuMessageSource.Validation
                : type.HasFlag(Performance) ? GpuMessageSource.Performance
                : GpuMessageSource.Driver,
            Text(data->PMessageIdName),
            Text(data->PMessage),
            objects);
    }

    private static string Text(byte* text) => text == null ? "" : SilkMarshal.PtrToString((nint)text) ?? "";
}
