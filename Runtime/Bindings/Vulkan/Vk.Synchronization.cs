using Silk.NET.Core;

namespace Silk.NET.Vulkan;

// Fences, semaphores, events, query pools.
internal sealed unsafe partial class Vk
{
    public Result CreateFence(Device device, FenceCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Fence* pFence) =>
        ((delegate* unmanaged<Device, FenceCreateInfo*, AllocationCallbacks*, Fence*, Result>)
            Function(ref _functions.CreateFence, "vkCreateFence"))(device, pCreateInfo, pAllocator, pFence);

    public Result CreateFence(Device device, FenceCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out Fence pFence)
    {
        fixed (Fence* fence = &pFence)
            return CreateFence(device, pCreateInfo, pAllocator, fence);
    }

    public Result CreateFence(
        Device device, ref readonly FenceCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, Fence* pFence)
    {
        fixed (FenceCreateInfo* createInfo = &pCreateInfo)
            return CreateFence(device, createInfo, pAllocator, pFence);
    }

    public Result CreateFence(
        Device device, ref readonly FenceCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out Fence pFence)
    {
        fixed (FenceCreateInfo* createInfo = &pCreateInfo)
        fixed (Fence* fence = &pFence)
            return CreateFence(device, createInfo, pAllocator, fence);
    }

    public void DestroyFence(Device device, Fence fence, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, Fence, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyFence, "vkDestroyFence"))(device, fence, pAllocator);

    public Result WaitForFences(Device device, uint fenceCount, Fence* pFences, Bool32 waitAll, ulong timeout) =>
        ((delegate* unmanaged<Device, uint, Fence*, Bool32, ulong, Result>)
            Function(ref _functions.WaitForFences, "vkWaitForFences"))(device, fenceCount, pFences, waitAll, timeout);

    public Result WaitForFences(Device device, uint fenceCount, ref readonly Fence pFences, Bool32 waitAll, ulong timeout)
    {
        fixed (Fence* fences = &pFences)
            return WaitForFences(device, fenceCount, fences, waitAll, timeout);
    }

    public Result WaitForFences(Device device, ReadOnlySpan<Fence> pFences, Bool32 waitAll, ulong timeout)
    {
        fixed (Fence* fences = pFences)
            return WaitForFences(device, (uint)pFences.Length, fences, waitAll, timeout);
    }

    public Result ResetFences(Device device, uint fenceCount, Fence* pFences) =>
        ((delegate* unmanaged<Device, uint, Fence*, Result>)
            Function(ref _functions.ResetFences, "vkResetFences"))(device, fenceCount, pFences);

    public Result ResetFences(Device device, uint fenceCount, ref readonly Fence pFences)
    {
        fixed (Fence* fences = &pFences)
            return ResetFences(device, fenceCount, fences);
    }

    public Result ResetFences(Device device, ReadOnlySpan<Fence> pFences)
    {
        fixed (Fence* fences = pFences)
            return ResetFences(device, (uint)pFences.Length, fences);
    }

    public Result GetFenceStatus(Device device, Fence fence) =>
        ((delegate* unmanaged<Device, Fence, Result>)
            Function(ref _functions.GetFenceStatus, "vkGetFenceStatus"))(device, fence);

    public Result CreateSemaphore(
        Device device, SemaphoreCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Semaphore* pSemaphore) =>
        ((delegate* unmanaged<Device, SemaphoreCreateInfo*, AllocationCallbacks*, Semaphore*, Result>)
            Function(ref _functions.CreateSemaphore, "vkCreateSemaphore"))(device, pCreateInfo, pAllocator, pSemaphore);

    public Result CreateSemaphore(
        Device device, SemaphoreCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out Semaphore pSemaphore)
    {
        fixed (Semaphore* semaphore = &pSemaphore)
            return CreateSemaphore(device, pCreateInfo, pAllocator, semaphore);
    }

    public Result CreateSemaphore(
        Device device, ref readonly SemaphoreCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, Semaphore* pSemaphore)
    {
        fixed (SemaphoreCreateInfo* createInfo = &pCreateInfo)
            return CreateSemaphore(device, createInfo, pAllocator, pSemaphore);
    }

    public Result CreateSemaphore(
        Device device, ref readonly SemaphoreCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out Semaphore pSemaphore)
    {
        fixed (SemaphoreCreateInfo* createInfo = &pCreateInfo)
        fixed (Semaphore* semaphore = &pSemaphore)
            return CreateSemaphore(device, createInfo, pAllocator, semaphore);
    }

    public void DestroySemaphore(Device device, Semaphore semaphore, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, Semaphore, AllocationCallbacks*, void>)
            Function(ref _functions.DestroySemaphore, "vkDestroySemaphore"))(device, semaphore, pAllocator);

    public Result GetSemaphoreCounterValue(Device device, Semaphore semaphore, ulong* pValue) =>
        ((delegate* unmanaged<Device, Semaphore, ulong*, Result>)
            Function(ref _functions.GetSemaphoreCounterValue, "vkGetSemaphoreCounterValue"))(device, semaphore, pValue);

    public Result GetSemaphoreCounterValue(Device device, Semaphore semaphore, out ulong pValue)
    {
        fixed (ulong* value = &pValue)
            return GetSemaphoreCounterValue(device, semaphore, value);
    }

    public Result WaitSemaphores(Device device, SemaphoreWaitInfo* pWaitInfo, ulong timeout) =>
        ((delegate* unmanaged<Device, SemaphoreWaitInfo*, ulong, Result>)
            Function(ref _functions.WaitSemaphores, "vkWaitSemaphores"))(device, pWaitInfo, timeout);

    public Result WaitSemaphores(Device device, ref readonly SemaphoreWaitInfo pWaitInfo, ulong timeout)
    {
        fixed (SemaphoreWaitInfo* waitInfo = &pWaitInfo)
            return WaitSemaphores(device, waitInfo, timeout);
    }

    public Result SignalSemaphore(Device device, SemaphoreSignalInfo* pSignalInfo) =>
        ((delegate* unmanaged<Device, SemaphoreSignalInfo*, Result>)
            Function(ref _functions.SignalSemaphore, "vkSignalSemaphore"))(device, pSignalInfo);

    public Result SignalSemaphore(Device device, ref readonly SemaphoreSignalInfo pSignalInfo)
    {
        fixed (SemaphoreSignalInfo* signalInfo = &pSignalInfo)
            return SignalSemaphore(device, signalInfo);
    }

    public Result CreateEvent(Device device, EventCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Event* pEvent) =>
        ((delegate* unmanaged<Device, EventCreateInfo*, AllocationCallbacks*, Event*, Result>)
            Function(ref _functions.CreateEvent, "vkCreateEvent"))(device, pCreateInfo, pAllocator, pEvent);

    public Result CreateEvent(Device device, EventCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out Event pEvent)
    {
        fixed (Event* @event = &pEvent)
            return CreateEvent(device, pCreateInfo, pAllocator, @event);
    }

    public Result CreateEvent(
        Device device, ref readonly EventCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, Event* pEvent)
    {
        fixed (EventCreateInfo* createInfo = &pCreateInfo)
            return CreateEvent(device, createInfo, pAllocator, pEvent);
    }

    public Result CreateEvent(
        Device device, ref readonly EventCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out Event pEvent)
    {
        fixed (EventCreateInfo* createInfo = &pCreateInfo)
        fixed (Event* @event = &pEvent)
            return CreateEvent(device, createInfo, pAllocator, @event);
    }

    public void DestroyEvent(Device device, Event @event, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, Event, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyEvent, "vkDestroyEvent"))(device, @event, pAllocator);

    public Result GetEventStatus(Device device, Event @event) =>
        ((delegate* unmanaged<Device, Event, Result>)
            Function(ref _functions.GetEventStatus, "vkGetEventStatus"))(device, @event);

    public Result SetEvent(Device device, Event @event) =>
        ((delegate* unmanaged<Device, Event, Result>)Function(ref _functions.SetEvent, "vkSetEvent"))(device, @event);

    public Result ResetEvent(Device device, Event @event) =>
        ((delegate* unmanaged<Device, Event, Result>)Function(ref _functions.ResetEvent, "vkResetEvent"))(device, @event);

    public Result CreateQueryPool(
        Device device, QueryPoolCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, QueryPool* pQueryPool) =>
        ((delegate* unmanaged<Device, QueryPoolCreateInfo*, AllocationCallbacks*, QueryPool*, Result>)
            Function(ref _functions.CreateQueryPool, "vkCreateQueryPool"))(device, pCreateInfo, pAllocator, pQueryPool);

    public Result CreateQueryPool(
        Device device, QueryPoolCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out QueryPool pQueryPool)
    {
        fixed (QueryPool* queryPool = &pQueryPool)
            return CreateQueryPool(device, pCreateInfo, pAllocator, queryPool);
    }

    public Result CreateQueryPool(
        Device device, ref readonly QueryPoolCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, QueryPool* pQueryPool)
    {
        fixed (QueryPoolCreateInfo* createInfo = &pCreateInfo)
            return CreateQueryPool(device, createInfo, pAllocator, pQueryPool);
    }

    public Result CreateQueryPool(
        Device device, ref readonly QueryPoolCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out QueryPool pQueryPool)
    {
        fixed (QueryPoolCreateInfo* createInfo = &pCreateInfo)
        fixed (QueryPool* queryPool = &pQueryPool)
            return CreateQueryPool(device, createInfo, pAllocator, queryPool);
    }

    public void DestroyQueryPool(Device device, QueryPool queryPool, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, QueryPool, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyQueryPool, "vkDestroyQueryPool"))(device, queryPool, pAllocator);

    public void ResetQueryPool(Device device, QueryPool queryPool, uint firstQuery, uint queryCount) =>
        ((delegate* unmanaged<Device, QueryPool, uint, uint, void>)
            Function(ref _functions.ResetQueryPool, "vkResetQueryPool"))(device, queryPool, firstQuery, queryCount);

    public Result GetQueryPoolResults(
        Device device, QueryPool queryPool, uint firstQuery, uint queryCount, nuint dataSize, void* pData, ulong stride,
        QueryResultFlags flags) =>
        ((delegate* unmanaged<Device, QueryPool, uint, uint, nuint, void*, ulong, QueryResultFlags, Result>)
            Function(ref _functions.GetQueryPoolResults, "vkGetQueryPoolResults"))(
            device, queryPool, firstQuery, queryCount, dataSize, pData, stride, flags);

    public Result GetQueryPoolResults<T0>(
        Device device, QueryPool queryPool, uint firstQuery, uint queryCount, nuint dataSize, ref T0 pData, ulong stride,
        QueryResultFlags flags) where T0 : unmanaged
    {
        fixed (T0* data = &pData)
            return GetQueryPoolResults(device, queryPool, firstQuery, queryCount, dataSize, data, stride, flags);
    }

    public Result GetQueryPoolResults<T0>(
        Device device, QueryPool queryPool, uint firstQuery, uint queryCount, Span<T0> pData, ulong stride,
        QueryResultFlags flags) where T0 : unmanaged
    {
        fixed (T0* data = pData)
            return GetQueryPoolResults(
                device, queryPool, firstQuery, queryCount, (nuint)(pData.Length * sizeof(T0)), data, stride, flags);
    }
}
