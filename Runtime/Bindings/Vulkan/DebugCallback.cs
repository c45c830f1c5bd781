#nullable disable   // as the package

using Silk.NET.Core;
using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan;

/// <summary>
/// Receives a validation message, possibly on a driver's thread. Returns <see cref="Vk.False"/>: true would abort the call.
/// </summary>
internal unsafe delegate uint DebugUtilsMessengerCallbackFunctionEXT(
    DebugUtilsMessageSeverityFlagsEXT messageSeverity, DebugUtilsMessageTypeFlagsEXT messageTypes,
    DebugUtilsMessengerCallbackDataEXT* pCallbackData, void* pUserData);

/// <summary>The address of a message callback. One made from a delegate keeps it alive until disposed.</summary>
internal readonly unsafe struct PfnDebugUtilsMessengerCallbackEXT : IDisposable
{
    public PfnDebugUtilsMessengerCallbackEXT(
        delegate* unmanaged<DebugUtilsMessageSeverityFlagsEXT, DebugUtilsMessageTypeFlagsEXT, DebugUtilsMessengerCallbackDataEXT*,
            void*, Bool32> ptr) => Handle = ptr;

    public PfnDebugUtilsMessengerCallbackEXT(DebugUtilsMessengerCallbackFunctionEXT func) =>
        Handle = (delegate* unmanaged<DebugUtilsMessageSeverityFlagsEXT, DebugUtilsMessageTypeFlagsEXT,
            DebugUtilsMessengerCallbackDataEXT*, void*, Bool32>)SilkMarshal.DelegateToPtr(func);

    public delegate* unmanaged<DebugUtilsMessageSeverityFlagsEXT, DebugUtilsMessageTypeFlagsEXT,
        DebugUtilsMessengerCallbackDataEXT*, void*, Bool32> Handle { get; }

    public void Dispose() => SilkMarshal.Forget((nint)Handle);

    public static implicit operator nint(PfnDebugUtilsMessengerCallbackEXT pfn) => (nint)pfn.Handle;

    public static implicit operator delegate* unmanaged<DebugUtilsMessageSeverityFlagsEXT, DebugUtilsMessageTypeFlagsEXT,
        DebugUtilsMessengerCallbackDataEXT*, void*, Bool32>(PfnDebugUtilsMessengerCallbackEXT pfn) => pfn.Handle;

    public static implicit operator PfnDebugUtilsMessengerCallbackEXT(
        delegate* unmanaged<DebugUtilsMessageSeverityFlagsEXT, DebugUtilsMessageTypeFlagsEXT, DebugUtilsMessengerCallbackDataEXT*,
            void*, Bool32> func) => new(func);

    public static implicit operator PfnDebugUtilsMessengerCallbackEXT(DebugUtilsMessengerCallbackFunctionEXT func) => new(func);
}
