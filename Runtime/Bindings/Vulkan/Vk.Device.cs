namespace Silk.NET.Vulkan;

// Devices and queues.
internal sealed unsafe partial class Vk
{
    public Result CreateDevice(
        PhysicalDevice physicalDevice, DeviceCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Device* pDevice)
    {
        Result result = ((delegate* unmanaged<PhysicalDevice, DeviceCreateInfo*, AllocationCallbacks*, Device*, Result>)
            Function(ref _functions.CreateDevice, "vkCreateDevice"))(physicalDevice, pCreateInfo, pAllocator, pDevice);
        if (result == Result.Success)
            CurrentDevice = *pDevice;
        return result;
    }

    public Result CreateDevice(
        PhysicalDevice physicalDevice, DeviceCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out Device pDevice)
    {
        fixed (Device* device = &pDevice)
            return CreateDevice(physicalDevice, pCreateInfo, pAllocator, device);
    }

    public Result CreateDevice(
        PhysicalDevice physicalDevice, ref readonly DeviceCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        Device* pDevice)
    {
        fixed (DeviceCreateInfo* createInfo = &pCreateInfo)
            return CreateDevice(physicalDevice, createInfo, pAllocator, pDevice);
    }

    public Result CreateDevice(
        PhysicalDevice physicalDevice, ref readonly DeviceCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        out Device pDevice)
    {
        fixed (DeviceCreateInfo* createInfo = &pCreateInfo)
        fixed (Device* device = &pDevice)
            return CreateDevice(physicalDevice, createInfo, pAllocator, device);
    }

    public void DestroyDevice(Device device, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyDevice, "vkDestroyDevice"))(device, pAllocator);

    public void GetDeviceQueue(Device device, uint queueFamilyIndex, uint queueIndex, Queue* pQueue) =>
        ((delegate* unmanaged<Device, uint, uint, Queue*, void>)
            Function(ref _functions.GetDeviceQueue, "vkGetDeviceQueue"))(device, queueFamilyIndex, queueIndex, pQueue);

    public void GetDeviceQueue(Device device, uint queueFamilyIndex, uint queueIndex, out Queue pQueue)
    {
        fixed (Queue* queue = &pQueue)
            GetDeviceQueue(device, queueFamilyIndex, queueIndex, queue);
    }

    public Queue GetDeviceQueue(Device device, uint queueFamilyIndex, uint queueIndex)
    {
        Queue result;
        GetDeviceQueue(device, queueFamilyIndex, queueIndex, &result);
        return result;
    }

    public void GetDeviceQueue2(Device device, DeviceQueueInfo2* pQueueInfo, Queue* pQueue) =>
        ((delegate* unmanaged<Device, DeviceQueueInfo2*, Queue*, void>)
            Function(ref _functions.GetDeviceQueue2, "vkGetDeviceQueue2"))(device, pQueueInfo, pQueue);

    public void GetDeviceQueue2(Device device, DeviceQueueInfo2* pQueueInfo, out Queue pQueue)
    {
        fixed (Queue* queue = &pQueue)
            GetDeviceQueue2(device, pQueueInfo, queue);
    }

    public void GetDeviceQueue2(Device device, ref readonly DeviceQueueInfo2 pQueueInfo, Queue* pQueue)
    {
        fixed (DeviceQueueInfo2* queueInfo = &pQueueInfo)
            GetDeviceQueue2(device, queueInfo, pQueue);
    }

    public void GetDeviceQueue2(Device device, ref readonly DeviceQueueInfo2 pQueueInfo, out Queue pQueue)
    {
        fixed (DeviceQueueInfo2* queueInfo = &pQueueInfo)
        fixed (Queue* queue = &pQueue)
            GetDeviceQueue2(device, queueInfo, queue);
    }

    public Queue GetDeviceQueue2(Device device, DeviceQueueInfo2* pQueueInfo)
    {
        Queue result;
        GetDeviceQueue2(device, pQueueInfo, &result);
        return result;
    }

    public Queue GetDeviceQueue2(Device device, ref readonly DeviceQueueInfo2 pQueueInfo)
    {
        Queue result;
        fixed (DeviceQueueInfo2* queueInfo = &pQueueInfo)
            GetDeviceQueue2(device, queueInfo, &result);
        return result;
    }

    public Result DeviceWaitIdle(Device device) =>
        ((delegate* unmanaged<Device, Result>)Function(ref _functions.DeviceWaitIdle, "vkDeviceWaitIdle"))(device);

    public Result QueueWaitIdle(Queue queue) =>
        ((delegate* unmanaged<Queue, Result>)Function(ref _functions.QueueWaitIdle, "vkQueueWaitIdle"))(queue);

    public Result QueueSubmit(Queue queue, uint submitCount, SubmitInfo* pSubmits, Fence fence) =>
        ((delegate* unmanaged<Queue, uint, SubmitInfo*, Fence, Result>)
            Function(ref _functions.QueueSubmit, "vkQueueSubmit"))(queue, submitCount, pSubmits, fence);

    public Result QueueSubmit(Queue queue, uint submitCount, ref readonly SubmitInfo pSubmits, Fence fence)
    {
        fixed (SubmitInfo* submits = &pSubmits)
            return QueueSubmit(queue, submitCount, submits, fence);
    }

    public Result QueueSubmit(Queue queue, ReadOnlySpan<SubmitInfo> pSubmits, Fence fence)
    {
        fixed (SubmitInfo* submits = pSubmits)
            return QueueSubmit(queue, (uint)pSubmits.Length, submits, fence);
    }

    public Result QueueSubmit2(Queue queue, uint submitCount, SubmitInfo2* pSubmits, Fence fence) =>
        ((delegate* unmanaged<Queue, uint, SubmitInfo2*, Fence, Result>)
            Function(ref _functions.QueueSubmit2, "vkQueueSubmit2"))(queue, submitCount, pSubmits, fence);

    public Result QueueSubmit2(Queue queue, uint submitCount, ref readonly SubmitInfo2 pSubmits, Fence fence)
    {
        fixed (SubmitInfo2* submits = &pSubmits)
            return QueueSubmit2(queue, submitCount, submits, fence);
    }

    public Result QueueSubmit2(Queue queue, ReadOnlySpan<SubmitInfo2> pSubmits, Fence fence)
    {
        fixed (SubmitInfo2* submits = pSubmits)
            return QueueSubmit2(queue, (uint)pSubmits.Length, submits, fence);
    }
}
