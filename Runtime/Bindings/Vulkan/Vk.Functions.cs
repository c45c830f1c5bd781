namespace Silk.NET.Vulkan;

internal sealed partial class Vk
{
    /// <summary>Addresses by name, zero until first called. Replaced whole when the instance or device changes.</summary>
    private sealed class Functions
    {
        public nint GetInstanceProcAddr, GetDeviceProcAddr;
        public nint EnumerateInstanceVersion, EnumerateInstanceLayerProperties, EnumerateInstanceExtensionProperties,
            CreateInstance, DestroyInstance, EnumeratePhysicalDevices, EnumerateDeviceExtensionProperties,
            GetPhysicalDeviceProperties, GetPhysicalDeviceProperties2, GetPhysicalDeviceFeatures,
            GetPhysicalDeviceFeatures2, GetPhysicalDeviceMemoryProperties, GetPhysicalDeviceMemoryProperties2,
            GetPhysicalDeviceQueueFamilyProperties, GetPhysicalDeviceQueueFamilyProperties2,
            GetPhysicalDeviceFormatProperties, GetPhysicalDeviceFormatProperties2, GetPhysicalDeviceImageFormatProperties,
            GetPhysicalDeviceImageFormatProperties2;
        public nint CreateDevice, DestroyDevice, GetDeviceQueue, GetDeviceQueue2, DeviceWaitIdle, QueueWaitIdle,
            QueueSubmit, QueueSubmit2;
        public nint CreateBuffer, DestroyBuffer, GetBufferMemoryRequirements, GetBufferMemoryRequirements2,
            CreateBufferView, DestroyBufferView, AllocateMemory, FreeMemory, BindBufferMemory, BindImageMemory,
            BindBufferMemory2, BindImageMemory2, MapMemory, UnmapMemory, FlushMappedMemoryRanges,
            InvalidateMappedMemoryRanges, GetBufferDeviceAddress, CreateImage, DestroyImage, GetImageMemoryRequirements,
            GetImageMemoryRequirements2, GetImageSubresourceLayout, CreateImageView, DestroyImageView, CreateSampler,
            DestroySampler;
        public nint CreateShaderModule, DestroyShaderModule, CreateDescriptorSetLayout, DestroyDescriptorSetLayout,
            CreateDescriptorPool, DestroyDescriptorPool, ResetDescriptorPool, AllocateDescriptorSets, FreeDescriptorSets,
            UpdateDescriptorSets, CreateDescriptorUpdateTemplate, DestroyDescriptorUpdateTemplate,
            UpdateDescriptorSetWithTemplate, CreatePipelineLayout, DestroyPipelineLayout, CreatePipelineCache,
            DestroyPipelineCache, GetPipelineCacheData, MergePipelineCaches, CreateComputePipelines, DestroyPipeline;
        public nint CreateCommandPool, DestroyCommandPool, ResetCommandPool, AllocateCommandBuffers, FreeCommandBuffers,
            BeginCommandBuffer, EndCommandBuffer, ResetCommandBuffer, CmdBindPipeline, CmdBindDescriptorSets,
            CmdPushConstants, CmdDispatch, CmdDispatchIndirect, CmdDispatchBase, CmdPipelineBarrier, CmdPipelineBarrier2,
            CmdCopyBuffer, CmdCopyBuffer2, CmdFillBuffer, CmdUpdateBuffer, CmdCopyBufferToImage, CmdCopyImageToBuffer,
            CmdCopyImage, CmdBlitImage, CmdClearColorImage, CmdExecuteCommands, CmdSetEvent2, CmdResetEvent2,
            CmdWaitEvents2, CmdResetQueryPool, CmdWriteTimestamp, CmdWriteTimestamp2, CmdBeginQuery, CmdEndQuery,
            CmdCopyQueryPoolResults;
        public nint CreateFence, DestroyFence, WaitForFences, ResetFences, GetFenceStatus, CreateSemaphore,
            DestroySemaphore, GetSemaphoreCounterValue, WaitSemaphores, SignalSemaphore, CreateEvent, DestroyEvent,
            GetEventStatus, SetEvent, ResetEvent, CreateQueryPool, DestroyQueryPool, ResetQueryPool, GetQueryPoolResults;
    }
}
