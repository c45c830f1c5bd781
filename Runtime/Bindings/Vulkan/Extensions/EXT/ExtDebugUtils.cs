using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan.Extensions.EXT;

/// <summary>Validation messages, object names, labels.</summary>
internal sealed unsafe class ExtDebugUtils(INativeContext ctx) : NativeExtension<Vk>(ctx)
{
    public const string ExtensionName = "VK_EXT_debug_utils";

    private nint _createDebugUtilsMessenger, _destroyDebugUtilsMessenger, _setDebugUtilsObjectName, _cmdBeginDebugUtilsLabel,
        _cmdEndDebugUtilsLabel, _cmdInsertDebugUtilsLabel, _queueBeginDebugUtilsLabel, _queueEndDebugUtilsLabel,
        _submitDebugUtilsMessage;

    public Result CreateDebugUtilsMessenger(
        Instance instance, DebugUtilsMessengerCreateInfoEXT* pCreateInfo, AllocationCallbacks* pAllocator,
        DebugUtilsMessengerEXT* pMessenger) =>
        ((delegate* unmanaged<Instance, DebugUtilsMessengerCreateInfoEXT*, AllocationCallbacks*, DebugUtilsMessengerEXT*,
            Result>)
            Function(ref _createDebugUtilsMessenger, "vkCreateDebugUtilsMessengerEXT"))(
            instance, pCreateInfo, pAllocator, pMessenger);

    public Result CreateDebugUtilsMessenger(
        Instance instance, DebugUtilsMessengerCreateInfoEXT* pCreateInfo, AllocationCallbacks* pAllocator,
        out DebugUtilsMessengerEXT pMessenger)
    {
        fixed (DebugUtilsMessengerEXT* messenger = &pMessenger)
            return CreateDebugUtilsMessenger(instance, pCreateInfo, pAllocator, messenger);
    }

    public Result CreateDebugUtilsMessenger(
        Instance instance, ref readonly DebugUtilsMessengerCreateInfoEXT pCreateInfo, AllocationCallbacks* pAllocator,
        DebugUtilsMessengerEXT* pMessenger)
    {
        fixed (DebugUtilsMessengerCreateInfoEXT* createInfo = &pCreateInfo)
            return CreateDebugUtilsMessenger(instance, createInfo, pAllocator, pMessenger);
    }

    public Result CreateDebugUtilsMessenger(
        Instance instance, ref readonly DebugUtilsMessengerCreateInfoEXT pCreateInfo, AllocationCallbacks* pAllocator,
        out DebugUtilsMessengerEXT pMessenger)
    {
        fixed (DebugUtilsMessengerCreateInfoEXT* createInfo = &pCreateInfo)
        fixed (DebugUtilsMessengerEXT* messenger = &pMessenger)
            return CreateDebugUtilsMessenger(instance, createInfo, pAllocator, messenger);
    }

    public void DestroyDebugUtilsMessenger(
        Instance instance, DebugUtilsMessengerEXT messenger, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Instance, DebugUtilsMessengerEXT, AllocationCallbacks*, void>)
            Function(ref _destroyDebugUtilsMessenger, "vkDestroyDebugUtilsMessengerEXT"))(instance, messenger, pAllocator);

    public Result SetDebugUtilsObjectName(Device device, DebugUtilsObjectNameInfoEXT* pNameInfo) =>
        ((delegate* unmanaged<Device, DebugUtilsObjectNameInfoEXT*, Result>)
            Function(ref _setDebugUtilsObjectName, "vkSetDebugUtilsObjectNameEXT"))(device, pNameInfo);

    public Result SetDebugUtilsObjectName(Device device, ref readonly DebugUtilsObjectNameInfoEXT pNameInfo)
    {
        fixed (DebugUtilsObjectNameInfoEXT* nameInfo = &pNameInfo)
            return SetDebugUtilsObjectName(device, nameInfo);
    }

    public void CmdBeginDebugUtilsLabel(CommandBuffer commandBuffer, DebugUtilsLabelEXT* pLabelInfo) =>
        ((delegate* unmanaged<CommandBuffer, DebugUtilsLabelEXT*, void>)
            Function(ref _cmdBeginDebugUtilsLabel, "vkCmdBeginDebugUtilsLabelEXT"))(commandBuffer, pLabelInfo);

    public void CmdBeginDebugUtilsLabel(CommandBuffer commandBuffer, ref readonly DebugUtilsLabelEXT pLabelInfo)
    {
        fixed (DebugUtilsLabelEXT* labelInfo = &pLabelInfo)
            CmdBeginDebugUtilsLabel(commandBuffer, labelInfo);
    }

    public void CmdEndDebugUtilsLabel(CommandBuffer commandBuffer) =>
        ((delegate* unmanaged<CommandBuffer, void>)
            Function(ref _cmdEndDebugUtilsLabel, "vkCmdEndDebugUtilsLabelEXT"))(commandBuffer);

    public void CmdInsertDebugUtilsLabel(CommandBuffer commandBuffer, DebugUtilsLabelEXT* pLabelInfo) =>
        ((delegate* unmanaged<CommandBuffer, DebugUtilsLabelEXT*, void>)
            Function(ref _cmdInsertDebugUtilsLabel, "vkCmdInsertDebugUtilsLabelEXT"))(commandBuffer, pLabelInfo);

    public void CmdInsertDebugUtilsLabel(CommandBuffer commandBuffer, ref readonly DebugUtilsLabelEXT pLabelInfo)
    {
        fixed (DebugUtilsLabelEXT* labelInfo = &pLabelInfo)
            CmdInsertDebugUtilsLabel(commandBuffer, labelInfo);
    }

    public void QueueBeginDebugUtilsLabel(Queue queue, DebugUtilsLabelEXT* pLabelInfo) =>
        ((delegate* unmanaged<Queue, DebugUtilsLabelEXT*, void>)
            Function(ref _queueBeginDebugUtilsLabel, "vkQueueBeginDebugUtilsLabelEXT"))(queue, pLabelInfo);

    public void QueueBeginDebugUtilsLabel(Queue queue, ref readonly DebugUtilsLabelEXT pLabelInfo)
    {
        fixed (DebugUtilsLabelEXT* labelInfo = &pLabelInfo)
            QueueBeginDebugUtilsLabel(queue, labelInfo);
    }

    public void QueueEndDebugUtilsLabel(Queue queue) =>
        ((delegate* unmanaged<Queue, void>)Function(ref _queueEndDebugUtilsLabel, "vkQueueEndDebugUtilsLabelEXT"))(queue);

    public void SubmitDebugUtilsMessage(
        Instance instance, DebugUtilsMessageSeverityFlagsEXT messageSeverity, DebugUtilsMessageTypeFlagsEXT messageTypes,
        DebugUtilsMessengerCallbackDataEXT* pCallbackData) =>
        ((delegate* unmanaged<Instance, DebugUtilsMessageSeverityFlagsEXT, DebugUtilsMessageTypeFlagsEXT,
            DebugUtilsMessengerCallbackDataEXT*, void>)
            Function(ref _submitDebugUtilsMessage, "vkSubmitDebugUtilsMessageEXT"))(
            instance, messageSeverity, messageTypes, pCallbackData);

    public void SubmitDebugUtilsMessage(
        Instance instance, DebugUtilsMessageSeverityFlagsEXT messageSeverity, DebugUtilsMessageTypeFlagsEXT messageTypes,
        ref readonly DebugUtilsMessengerCallbackDataEXT pCallbackData)
    {
        fixed (DebugUtilsMessengerCallbackDataEXT* callbackData = &pCallbackData)
            SubmitDebugUtilsMessage(instance, messageSeverity, messageTypes, callbackData);
    }
}
