namespace Silk.NET.Vulkan;

// Command pools and buffers, and what is recorded into them.
internal sealed unsafe partial class Vk
{
    public Result CreateCommandPool(
        Device device, CommandPoolCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, CommandPool* pCommandPool) =>
        ((delegate* unmanaged<Device, CommandPoolCreateInfo*, AllocationCallbacks*, CommandPool*, Result>)
            Function(ref _functions.CreateCommandPool, "vkCreateCommandPool"))(device, pCreateInfo, pAllocator, pCommandPool);

    public Result CreateCommandPool(
        Device device, CommandPoolCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out CommandPool pCommandPool)
    {
        fixed (CommandPool* commandPool = &pCommandPool)
            return CreateCommandPool(device, pCreateInfo, pAllocator, commandPool);
    }

    public Result CreateCommandPool(
        Device device, ref readonly CommandPoolCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        CommandPool* pCommandPool)
    {
        fixed (CommandPoolCreateInfo* createInfo = &pCreateInfo)
            return CreateCommandPool(device, createInfo, pAllocator, pCommandPool);
    }

    public Result CreateCommandPool(
        Device device, ref readonly CommandPoolCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        out CommandPool pCommandPool)
    {
        fixed (CommandPoolCreateInfo* createInfo = &pCreateInfo)
        fixed (CommandPool* commandPool = &pCommandPool)
            return CreateCommandPool(device, createInfo, pAllocator, commandPool);
    }

    public void DestroyCommandPool(Device device, CommandPool commandPool, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, CommandPool, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyCommandPool, "vkDestroyCommandPool"))(device, commandPool, pAllocator);

    public Result ResetCommandPool(Device device, CommandPool commandPool, CommandPoolResetFlags flags) =>
        ((delegate* unmanaged<Device, CommandPool, CommandPoolResetFlags, Result>)
            Function(ref _functions.ResetCommandPool, "vkResetCommandPool"))(device, commandPool, flags);

    public Result AllocateCommandBuffers(
        Device device, CommandBufferAllocateInfo* pAllocateInfo, CommandBuffer* pCommandBuffers) =>
        ((delegate* unmanaged<Device, CommandBufferAllocateInfo*, CommandBuffer*, Result>)
            Function(ref _functions.AllocateCommandBuffers, "vkAllocateCommandBuffers"))(
            device, pAllocateInfo, pCommandBuffers);

    public Result AllocateCommandBuffers(
        Device device, CommandBufferAllocateInfo* pAllocateInfo, out CommandBuffer pCommandBuffers)
    {
        fixed (CommandBuffer* commandBuffers = &pCommandBuffers)
            return AllocateCommandBuffers(device, pAllocateInfo, commandBuffers);
    }

    public Result AllocateCommandBuffers(
        Device device, ref readonly CommandBufferAllocateInfo pAllocateInfo, CommandBuffer* pCommandBuffers)
    {
        fixed (CommandBufferAllocateInfo* allocateInfo = &pAllocateInfo)
            return AllocateCommandBuffers(device, allocateInfo, pCommandBuffers);
    }

    public Result AllocateCommandBuffers(
        Device device, ref readonly CommandBufferAllocateInfo pAllocateInfo, out CommandBuffer pCommandBuffers)
    {
        fixed (CommandBufferAllocateInfo* allocateInfo = &pAllocateInfo)
        fixed (CommandBuffer* commandBuffers = &pCommandBuffers)
            return AllocateCommandBuffers(device, allocateInfo, commandBuffers);
    }

    public void FreeCommandBuffers(
        Device device, CommandPool commandPool, uint commandBufferCount, CommandBuffer* pCommandBuffers) =>
        ((delegate* unmanaged<Device, CommandPool, uint, CommandBuffer*, void>)
            Function(ref _functions.FreeCommandBuffers, "vkFreeCommandBuffers"))(
            device, commandPool, commandBufferCount, pCommandBuffers);

    public void FreeCommandBuffers(
        Device device, CommandPool commandPool, uint commandBufferCount, ref readonly CommandBuffer pCommandBuffers)
    {
        fixed (CommandBuffer* commandBuffers = &pCommandBuffers)
            FreeCommandBuffers(device, commandPool, commandBufferCount, commandBuffers);
    }

    public void FreeCommandBuffers(Device device, CommandPool commandPool, ReadOnlySpan<CommandBuffer> pCommandBuffers)
    {
        fixed (CommandBuffer* commandBuffers = pCommandBuffers)
            FreeCommandBuffers(device, commandPool, (uint)pCommandBuffers.Length, commandBuffers);
    }

    public Result BeginCommandBuffer(CommandBuffer commandBuffer, CommandBufferBeginInfo* pBeginInfo) =>
        ((delegate* unmanaged<CommandBuffer, CommandBufferBeginInfo*, Result>)
            Function(ref _functions.BeginCommandBuffer, "vkBeginCommandBuffer"))(commandBuffer, pBeginInfo);

    public Result BeginCommandBuffer(CommandBuffer commandBuffer, ref readonly CommandBufferBeginInfo pBeginInfo)
    {
        fixed (CommandBufferBeginInfo* beginInfo = &pBeginInfo)
            return BeginCommandBuffer(commandBuffer, beginInfo);
    }

    public Result EndCommandBuffer(CommandBuffer commandBuffer) =>
        ((delegate* unmanaged<CommandBuffer, Result>)
            Function(ref _functions.EndCommandBuffer, "vkEndCommandBuffer"))(commandBuffer);

    public Result ResetCommandBuffer(CommandBuffer commandBuffer, CommandBufferResetFlags flags) =>
        ((delegate* unmanaged<CommandBuffer, CommandBufferResetFlags, Result>)
            Function(ref _functions.ResetCommandBuffer, "vkResetCommandBuffer"))(commandBuffer, flags);

    public void CmdBindPipeline(CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, Pipeline pipeline) =>
        ((delegate* unmanaged<CommandBuffer, PipelineBindPoint, Pipeline, void>)
            Function(ref _functions.CmdBindPipeline, "vkCmdBindPipeline"))(commandBuffer, pipelineBindPoint, pipeline);

    public void CmdBindDescriptorSets(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint firstSet,
        uint descriptorSetCount, DescriptorSet* pDescriptorSets, uint dynamicOffsetCount, uint* pDynamicOffsets) =>
        ((delegate* unmanaged<CommandBuffer, PipelineBindPoint, PipelineLayout, uint, uint, DescriptorSet*, uint, uint*, void>)
            Function(ref _functions.CmdBindDescriptorSets, "vkCmdBindDescriptorSets"))(
            commandBuffer, pipelineBindPoint, layout, firstSet, descriptorSetCount, pDescriptorSets, dynamicOffsetCount,
            pDynamicOffsets);

    public void CmdBindDescriptorSets(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint firstSet,
        uint descriptorSetCount, DescriptorSet* pDescriptorSets, uint dynamicOffsetCount, ref readonly uint pDynamicOffsets)
    {
        fixed (uint* dynamicOffsets = &pDynamicOffsets)
            CmdBindDescriptorSets(
                commandBuffer, pipelineBindPoint, layout, firstSet, descriptorSetCount, pDescriptorSets, dynamicOffsetCount,
                dynamicOffsets);
    }

    public void CmdBindDescriptorSets(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint firstSet,
        uint descriptorSetCount, ref readonly DescriptorSet pDescriptorSets, uint dynamicOffsetCount, uint* pDynamicOffsets)
    {
        fixed (DescriptorSet* descriptorSets = &pDescriptorSets)
            CmdBindDescriptorSets(
                commandBuffer, pipelineBindPoint, layout, firstSet, descriptorSetCount, descriptorSets, dynamicOffsetCount,
                pDynamicOffsets);
    }

    public void CmdBindDescriptorSets(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint firstSet,
        uint descriptorSetCount, ref readonly DescriptorSet pDescriptorSets, uint dynamicOffsetCount,
        ref readonly uint pDynamicOffsets)
    {
        fixed (DescriptorSet* descriptorSets = &pDescriptorSets)
        fixed (uint* dynamicOffsets = &pDynamicOffsets)
            CmdBindDescriptorSets(
                commandBuffer, pipelineBindPoint, layout, firstSet, descriptorSetCount, descriptorSets, dynamicOffsetCount,
                dynamicOffsets);
    }

    public void CmdBindDescriptorSets(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint firstSet,
        uint descriptorSetCount, DescriptorSet* pDescriptorSets, ReadOnlySpan<uint> pDynamicOffsets)
    {
        fixed (uint* dynamicOffsets = pDynamicOffsets)
            CmdBindDescriptorSets(
                commandBuffer, pipelineBindPoint, layout, firstSet, descriptorSetCount, pDescriptorSets,
                (uint)pDynamicOffsets.Length, dynamicOffsets);
    }

    public void CmdBindDescriptorSets(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint firstSet,
        ReadOnlySpan<DescriptorSet> pDescriptorSets, uint dynamicOffsetCount, uint* pDynamicOffsets)
    {
        fixed (DescriptorSet* descriptorSets = pDescriptorSets)
            CmdBindDescriptorSets(
                commandBuffer, pipelineBindPoint, layout, firstSet, (uint)pDescriptorSets.Length, descriptorSets,
                dynamicOffsetCount, pDynamicOffsets);
    }

    public void CmdBindDescriptorSets(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint firstSet,
        ReadOnlySpan<DescriptorSet> pDescriptorSets, ReadOnlySpan<uint> pDynamicOffsets)
    {
        fixed (DescriptorSet* descriptorSets = pDescriptorSets)
        fixed (uint* dynamicOffsets = pDynamicOffsets)
            CmdBindDescriptorSets(
                commandBuffer, pipelineBindPoint, layout, firstSet, (uint)pDescriptorSets.Length, descriptorSets,
                (uint)pDynamicOffsets.Length, dynamicOffsets);
    }

    public void CmdPushConstants(
        CommandBuffer commandBuffer, PipelineLayout layout, ShaderStageFlags stageFlags, uint offset, uint size,
        void* pValues) =>
        ((delegate* unmanaged<CommandBuffer, PipelineLayout, ShaderStageFlags, uint, uint, void*, void>)
            Function(ref _functions.CmdPushConstants, "vkCmdPushConstants"))(
            commandBuffer, layout, stageFlags, offset, size, pValues);

    public void CmdPushConstants<T0>(
        CommandBuffer commandBuffer, PipelineLayout layout, ShaderStageFlags stageFlags, uint offset, uint size,
        ref T0 pValues) where T0 : unmanaged
    {
        fixed (T0* values = &pValues)
            CmdPushConstants(commandBuffer, layout, stageFlags, offset, size, values);
    }

    public void CmdPushConstants<T0>(
        CommandBuffer commandBuffer, PipelineLayout layout, ShaderStageFlags stageFlags, uint offset,
        Span<T0> pValues) where T0 : unmanaged
    {
        fixed (T0* values = pValues)
            CmdPushConstants(commandBuffer, layout, stageFlags, offset, (uint)(pValues.Length * sizeof(T0)), values);
    }

    public void CmdDispatch(CommandBuffer commandBuffer, uint groupCountX, uint groupCountY, uint groupCountZ) =>
        ((delegate* unmanaged<CommandBuffer, uint, uint, uint, void>)
            Function(ref _functions.CmdDispatch, "vkCmdDispatch"))(commandBuffer, groupCountX, groupCountY, groupCountZ);

    public void CmdDispatchIndirect(CommandBuffer commandBuffer, Buffer buffer, ulong offset) =>
        ((delegate* unmanaged<CommandBuffer, Buffer, ulong, void>)
            Function(ref _functions.CmdDispatchIndirect, "vkCmdDispatchIndirect"))(commandBuffer, buffer, offset);

    public void CmdDispatchBase(
        CommandBuffer commandBuffer, uint baseGroupX, uint baseGroupY, uint baseGroupZ, uint groupCountX, uint groupCountY,
        uint groupCountZ) =>
        ((delegate* unmanaged<CommandBuffer, uint, uint, uint, uint, uint, uint, void>)
            Function(ref _functions.CmdDispatchBase, "vkCmdDispatchBase"))(
            commandBuffer, baseGroupX, baseGroupY, baseGroupZ, groupCountX, groupCountY, groupCountZ);

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, MemoryBarrier* pMemoryBarriers, uint bufferMemoryBarrierCount,
        BufferMemoryBarrier* pBufferMemoryBarriers, uint imageMemoryBarrierCount, ImageMemoryBarrier* pImageMemoryBarriers) =>
        ((delegate* unmanaged<CommandBuffer, PipelineStageFlags, PipelineStageFlags, DependencyFlags, uint, MemoryBarrier*,
            uint, BufferMemoryBarrier*, uint, ImageMemoryBarrier*, void>)
            Function(ref _functions.CmdPipelineBarrier, "vkCmdPipelineBarrier"))(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, pMemoryBarriers,
                bufferMemoryBarrierCount, pBufferMemoryBarriers, imageMemoryBarrierCount, pImageMemoryBarriers);

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, MemoryBarrier* pMemoryBarriers, uint bufferMemoryBarrierCount,
        BufferMemoryBarrier* pBufferMemoryBarriers, uint imageMemoryBarrierCount,
        ref readonly ImageMemoryBarrier pImageMemoryBarriers)
    {
        fixed (ImageMemoryBarrier* imageMemoryBarriers = &pImageMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, pMemoryBarriers,
                bufferMemoryBarrierCount, pBufferMemoryBarriers, imageMemoryBarrierCount, imageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, MemoryBarrier* pMemoryBarriers, uint bufferMemoryBarrierCount,
        ref readonly BufferMemoryBarrier pBufferMemoryBarriers, uint imageMemoryBarrierCount,
        ImageMemoryBarrier* pImageMemoryBarriers)
    {
        fixed (BufferMemoryBarrier* bufferMemoryBarriers = &pBufferMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, pMemoryBarriers,
                bufferMemoryBarrierCount, bufferMemoryBarriers, imageMemoryBarrierCount, pImageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, MemoryBarrier* pMemoryBarriers, uint bufferMemoryBarrierCount,
        ref readonly BufferMemoryBarrier pBufferMemoryBarriers, uint imageMemoryBarrierCount,
        ref readonly ImageMemoryBarrier pImageMemoryBarriers)
    {
        fixed (BufferMemoryBarrier* bufferMemoryBarriers = &pBufferMemoryBarriers)
        fixed (ImageMemoryBarrier* imageMemoryBarriers = &pImageMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, pMemoryBarriers,
                bufferMemoryBarrierCount, bufferMemoryBarriers, imageMemoryBarrierCount, imageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, ref readonly MemoryBarrier pMemoryBarriers,
        uint bufferMemoryBarrierCount, BufferMemoryBarrier* pBufferMemoryBarriers, uint imageMemoryBarrierCount,
        ImageMemoryBarrier* pImageMemoryBarriers)
    {
        fixed (MemoryBarrier* memoryBarriers = &pMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, memoryBarriers,
                bufferMemoryBarrierCount, pBufferMemoryBarriers, imageMemoryBarrierCount, pImageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, ref readonly MemoryBarrier pMemoryBarriers,
        uint bufferMemoryBarrierCount, BufferMemoryBarrier* pBufferMemoryBarriers, uint imageMemoryBarrierCount,
        ref readonly ImageMemoryBarrier pImageMemoryBarriers)
    {
        fixed (MemoryBarrier* memoryBarriers = &pMemoryBarriers)
        fixed (ImageMemoryBarrier* imageMemoryBarriers = &pImageMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, memoryBarriers,
                bufferMemoryBarrierCount, pBufferMemoryBarriers, imageMemoryBarrierCount, imageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, ref readonly MemoryBarrier pMemoryBarriers,
        uint bufferMemoryBarrierCount, ref readonly BufferMemoryBarrier pBufferMemoryBarriers, uint imageMemoryBarrierCount,
        ImageMemoryBarrier* pImageMemoryBarriers)
    {
        fixed (MemoryBarrier* memoryBarriers = &pMemoryBarriers)
        fixed (BufferMemoryBarrier* bufferMemoryBarriers = &pBufferMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, memoryBarriers,
                bufferMemoryBarrierCount, bufferMemoryBarriers, imageMemoryBarrierCount, pImageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, ref readonly MemoryBarrier pMemoryBarriers,
        uint bufferMemoryBarrierCount, ref readonly BufferMemoryBarrier pBufferMemoryBarriers, uint imageMemoryBarrierCount,
        ref readonly ImageMemoryBarrier pImageMemoryBarriers)
    {
        fixed (MemoryBarrier* memoryBarriers = &pMemoryBarriers)
        fixed (BufferMemoryBarrier* bufferMemoryBarriers = &pBufferMemoryBarriers)
        fixed (ImageMemoryBarrier* imageMemoryBarriers = &pImageMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, memoryBarriers,
                bufferMemoryBarrierCount, bufferMemoryBarriers, imageMemoryBarrierCount, imageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, MemoryBarrier* pMemoryBarriers, uint bufferMemoryBarrierCount,
        BufferMemoryBarrier* pBufferMemoryBarriers, ReadOnlySpan<ImageMemoryBarrier> pImageMemoryBarriers)
    {
        fixed (ImageMemoryBarrier* imageMemoryBarriers = pImageMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, pMemoryBarriers,
                bufferMemoryBarrierCount, pBufferMemoryBarriers, (uint)pImageMemoryBarriers.Length, imageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, MemoryBarrier* pMemoryBarriers,
        ReadOnlySpan<BufferMemoryBarrier> pBufferMemoryBarriers, uint imageMemoryBarrierCount,
        ImageMemoryBarrier* pImageMemoryBarriers)
    {
        fixed (BufferMemoryBarrier* bufferMemoryBarriers = pBufferMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, pMemoryBarriers,
                (uint)pBufferMemoryBarriers.Length, bufferMemoryBarriers, imageMemoryBarrierCount, pImageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, uint memoryBarrierCount, MemoryBarrier* pMemoryBarriers,
        ReadOnlySpan<BufferMemoryBarrier> pBufferMemoryBarriers, ReadOnlySpan<ImageMemoryBarrier> pImageMemoryBarriers)
    {
        fixed (BufferMemoryBarrier* bufferMemoryBarriers = pBufferMemoryBarriers)
        fixed (ImageMemoryBarrier* imageMemoryBarriers = pImageMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, memoryBarrierCount, pMemoryBarriers,
                (uint)pBufferMemoryBarriers.Length, bufferMemoryBarriers, (uint)pImageMemoryBarriers.Length,
                imageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, ReadOnlySpan<MemoryBarrier> pMemoryBarriers, uint bufferMemoryBarrierCount,
        BufferMemoryBarrier* pBufferMemoryBarriers, uint imageMemoryBarrierCount, ImageMemoryBarrier* pImageMemoryBarriers)
    {
        fixed (MemoryBarrier* memoryBarriers = pMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, (uint)pMemoryBarriers.Length, memoryBarriers,
                bufferMemoryBarrierCount, pBufferMemoryBarriers, imageMemoryBarrierCount, pImageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, ReadOnlySpan<MemoryBarrier> pMemoryBarriers, uint bufferMemoryBarrierCount,
        BufferMemoryBarrier* pBufferMemoryBarriers, ReadOnlySpan<ImageMemoryBarrier> pImageMemoryBarriers)
    {
        fixed (MemoryBarrier* memoryBarriers = pMemoryBarriers)
        fixed (ImageMemoryBarrier* imageMemoryBarriers = pImageMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, (uint)pMemoryBarriers.Length, memoryBarriers,
                bufferMemoryBarrierCount, pBufferMemoryBarriers, (uint)pImageMemoryBarriers.Length, imageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, ReadOnlySpan<MemoryBarrier> pMemoryBarriers,
        ReadOnlySpan<BufferMemoryBarrier> pBufferMemoryBarriers, uint imageMemoryBarrierCount,
        ImageMemoryBarrier* pImageMemoryBarriers)
    {
        fixed (MemoryBarrier* memoryBarriers = pMemoryBarriers)
        fixed (BufferMemoryBarrier* bufferMemoryBarriers = pBufferMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, (uint)pMemoryBarriers.Length, memoryBarriers,
                (uint)pBufferMemoryBarriers.Length, bufferMemoryBarriers, imageMemoryBarrierCount, pImageMemoryBarriers);
    }

    public void CmdPipelineBarrier(
        CommandBuffer commandBuffer, PipelineStageFlags srcStageMask, PipelineStageFlags dstStageMask,
        DependencyFlags dependencyFlags, ReadOnlySpan<MemoryBarrier> pMemoryBarriers,
        ReadOnlySpan<BufferMemoryBarrier> pBufferMemoryBarriers, ReadOnlySpan<ImageMemoryBarrier> pImageMemoryBarriers)
    {
        fixed (MemoryBarrier* memoryBarriers = pMemoryBarriers)
        fixed (BufferMemoryBarrier* bufferMemoryBarriers = pBufferMemoryBarriers)
        fixed (ImageMemoryBarrier* imageMemoryBarriers = pImageMemoryBarriers)
            CmdPipelineBarrier(
                commandBuffer, srcStageMask, dstStageMask, dependencyFlags, (uint)pMemoryBarriers.Length, memoryBarriers,
                (uint)pBufferMemoryBarriers.Length, bufferMemoryBarriers, (uint)pImageMemoryBarriers.Length,
                imageMemoryBarriers);
    }

    public void CmdPipelineBarrier2(CommandBuffer commandBuffer, DependencyInfo* pDependencyInfo) =>
        ((delegate* unmanaged<CommandBuffer, DependencyInfo*, void>)
            Function(ref _functions.CmdPipelineBarrier2, "vkCmdPipelineBarrier2"))(commandBuffer, pDependencyInfo);

    public void CmdPipelineBarrier2(CommandBuffer commandBuffer, ref readonly DependencyInfo pDependencyInfo)
    {
        fixed (DependencyInfo* dependencyInfo = &pDependencyInfo)
            CmdPipelineBarrier2(commandBuffer, dependencyInfo);
    }

    public void CmdCopyBuffer(
        CommandBuffer commandBuffer, Buffer srcBuffer, Buffer dstBuffer, uint regionCount, BufferCopy* pRegions) =>
        ((delegate* unmanaged<CommandBuffer, Buffer, Buffer, uint, BufferCopy*, void>)
            Function(ref _functions.CmdCopyBuffer, "vkCmdCopyBuffer"))(
            commandBuffer, srcBuffer, dstBuffer, regionCount, pRegions);

    public void CmdCopyBuffer(
        CommandBuffer commandBuffer, Buffer srcBuffer, Buffer dstBuffer, uint regionCount, ref readonly BufferCopy pRegions)
    {
        fixed (BufferCopy* regions = &pRegions)
            CmdCopyBuffer(commandBuffer, srcBuffer, dstBuffer, regionCount, regions);
    }

    public void CmdCopyBuffer(
        CommandBuffer commandBuffer, Buffer srcBuffer, Buffer dstBuffer, ReadOnlySpan<BufferCopy> pRegions)
    {
        fixed (BufferCopy* regions = pRegions)
            CmdCopyBuffer(commandBuffer, srcBuffer, dstBuffer, (uint)pRegions.Length, regions);
    }

    public void CmdCopyBuffer2(CommandBuffer commandBuffer, CopyBufferInfo2* pCopyBufferInfo) =>
        ((delegate* unmanaged<CommandBuffer, CopyBufferInfo2*, void>)
            Function(ref _functions.CmdCopyBuffer2, "vkCmdCopyBuffer2"))(commandBuffer, pCopyBufferInfo);

    public void CmdCopyBuffer2(CommandBuffer commandBuffer, ref readonly CopyBufferInfo2 pCopyBufferInfo)
    {
        fixed (CopyBufferInfo2* copyBufferInfo = &pCopyBufferInfo)
            CmdCopyBuffer2(commandBuffer, copyBufferInfo);
    }

    public void CmdFillBuffer(CommandBuffer commandBuffer, Buffer dstBuffer, ulong dstOffset, ulong size, uint data) =>
        ((delegate* unmanaged<CommandBuffer, Buffer, ulong, ulong, uint, void>)
            Function(ref _functions.CmdFillBuffer, "vkCmdFillBuffer"))(commandBuffer, dstBuffer, dstOffset, size, data);

    public void CmdUpdateBuffer(CommandBuffer commandBuffer, Buffer dstBuffer, ulong dstOffset, ulong dataSize, void* pData) =>
        ((delegate* unmanaged<CommandBuffer, Buffer, ulong, ulong, void*, void>)
            Function(ref _functions.CmdUpdateBuffer, "vkCmdUpdateBuffer"))(
            commandBuffer, dstBuffer, dstOffset, dataSize, pData);

    public void CmdUpdateBuffer<T0>(
        CommandBuffer commandBuffer, Buffer dstBuffer, ulong dstOffset, ulong dataSize, ref T0 pData) where T0 : unmanaged
    {
        fixed (T0* data = &pData)
            CmdUpdateBuffer(commandBuffer, dstBuffer, dstOffset, dataSize, data);
    }

    public void CmdUpdateBuffer<T0>(
        CommandBuffer commandBuffer, Buffer dstBuffer, ulong dstOffset, Span<T0> pData) where T0 : unmanaged
    {
        fixed (T0* data = pData)
            CmdUpdateBuffer(commandBuffer, dstBuffer, dstOffset, (ulong)(pData.Length * sizeof(T0)), data);
    }

    public void CmdCopyBufferToImage(
        CommandBuffer commandBuffer, Buffer srcBuffer, Image dstImage, ImageLayout dstImageLayout, uint regionCount,
        BufferImageCopy* pRegions) =>
        ((delegate* unmanaged<CommandBuffer, Buffer, Image, ImageLayout, uint, BufferImageCopy*, void>)
            Function(ref _functions.CmdCopyBufferToImage, "vkCmdCopyBufferToImage"))(
            commandBuffer, srcBuffer, dstImage, dstImageLayout, regionCount, pRegions);

    public void CmdCopyBufferToImage(
        CommandBuffer commandBuffer, Buffer srcBuffer, Image dstImage, ImageLayout dstImageLayout, uint regionCount,
        ref readonly BufferImageCopy pRegions)
    {
        fixed (BufferImageCopy* regions = &pRegions)
            CmdCopyBufferToImage(commandBuffer, srcBuffer, dstImage, dstImageLayout, regionCount, regions);
    }

    public void CmdCopyBufferToImage(
        CommandBuffer commandBuffer, Buffer srcBuffer, Image dstImage, ImageLayout dstImageLayout,
        ReadOnlySpan<BufferImageCopy> pRegions)
    {
        fixed (BufferImageCopy* regions = pRegions)
            CmdCopyBufferToImage(commandBuffer, srcBuffer, dstImage, dstImageLayout, (uint)pRegions.Length, regions);
    }

    public void CmdCopyImageToBuffer(
        CommandBuffer commandBuffer, Image srcImage, ImageLayout srcImageLayout, Buffer dstBuffer, uint regionCount,
        BufferImageCopy* pRegions) =>
        ((delegate* unmanaged<CommandBuffer, Image, ImageLayout, Buffer, uint, BufferImageCopy*, void>)
            Function(ref _functions.CmdCopyImageToBuffer, "vkCmdCopyImageToBuffer"))(
            commandBuffer, srcImage, srcImageLayout, dstBuffer, regionCount, pRegions);

    public void CmdCopyImageToBuffer(
        CommandBuffer commandBuffer, Image srcImage, ImageLayout srcImageLayout, Buffer dstBuffer, uint regionCount,
        ref readonly BufferImageCopy pRegions)
    {
        fixed (BufferImageCopy* regions = &pRegions)
            CmdCopyImageToBuffer(commandBuffer, srcImage, srcImageLayout, dstBuffer, regionCount, regions);
    }

    public void CmdCopyImageToBuffer(
        CommandBuffer commandBuffer, Image srcImage, ImageLayout srcImageLayout, Buffer dstBuffer,
        ReadOnlySpan<BufferImageCopy> pRegions)
    {
        fixed (BufferImageCopy* regions = pRegions)
            CmdCopyImageToBuffer(commandBuffer, srcImage, srcImageLayout, dstBuffer, (uint)pRegions.Length, regions);
    }

    public void CmdCopyImage(
        CommandBuffer commandBuffer, Image srcImage, ImageLayout srcImageLayout, Image dstImage, ImageLayout dstImageLayout,
        uint regionCount, ImageCopy* pRegions) =>
        ((delegate* unmanaged<CommandBuffer, Image, ImageLayout, Image, ImageLayout, uint, ImageCopy*, void>)
            Function(ref _functions.CmdCopyImage, "vkCmdCopyImage"))(
            commandBuffer, srcImage, srcImageLayout, dstImage, dstImageLayout, regionCount, pRegions);

    public void CmdCopyImage(
        CommandBuffer commandBuffer, Image srcImage, ImageLayout srcImageLayout, Image dstImage, ImageLayout dstImageLayout,
        uint regionCount, ref readonly ImageCopy pRegions)
    {
        fixed (ImageCopy* regions = &pRegions)
            CmdCopyImage(commandBuffer, srcImage, srcImageLayout, dstImage, dstImageLayout, regionCount, regions);
    }

    public void CmdCopyImage(
        CommandBuffer commandBuffer, Image srcImage, ImageLayout srcImageLayout, Image dstImage, ImageLayout dstImageLayout,
        ReadOnlySpan<ImageCopy> pRegions)
    {
        fixed (ImageCopy* regions = pRegions)
            CmdCopyImage(commandBuffer, srcImage, srcImageLayout, dstImage, dstImageLayout, (uint)pRegions.Length, regions);
    }

    public void CmdBlitImage(
        CommandBuffer commandBuffer, Image srcImage, ImageLayout srcImageLayout, Image dstImage, ImageLayout dstImageLayout,
        uint regionCount, ImageBlit* pRegions, Filter filter) =>
        ((delegate* unmanaged<CommandBuffer, Image, ImageLayout, Image, ImageLayout, uint, ImageBlit*, Filter, void>)
            Function(ref _functions.CmdBlitImage, "vkCmdBlitImage"))(
            commandBuffer, srcImage, srcImageLayout, dstImage, dstImageLayout, regionCount, pRegions, filter);

    public void CmdBlitImage(
        CommandBuffer commandBuffer, Image srcImage, ImageLayout srcImageLayout, Image dstImage, ImageLayout dstImageLayout,
        uint regionCount, ref readonly ImageBlit pRegions, Filter filter)
    {
        fixed (ImageBlit* regions = &pRegions)
            CmdBlitImage(commandBuffer, srcImage, srcImageLayout, dstImage, dstImageLayout, regionCount, regions, filter);
    }

    public void CmdBlitImage(
        CommandBuffer commandBuffer, Image srcImage, ImageLayout srcImageLayout, Image dstImage, ImageLayout dstImageLayout,
        ReadOnlySpan<ImageBlit> pRegions, Filter filter)
    {
        fixed (ImageBlit* regions = pRegions)
            CmdBlitImage(
                commandBuffer, srcImage, srcImageLayout, dstImage, dstImageLayout, (uint)pRegions.Length, regions, filter);
    }

    public void CmdClearColorImage(
        CommandBuffer commandBuffer, Image image, ImageLayout imageLayout, ClearColorValue* pColor, uint rangeCount,
        ImageSubresourceRange* pRanges) =>
        ((delegate* unmanaged<CommandBuffer, Image, ImageLayout, ClearColorValue*, uint, ImageSubresourceRange*, void>)
            Function(ref _functions.CmdClearColorImage, "vkCmdClearColorImage"))(
            commandBuffer, image, imageLayout, pColor, rangeCount, pRanges);

    public void CmdClearColorImage(
        CommandBuffer commandBuffer, Image image, ImageLayout imageLayout, ClearColorValue* pColor, uint rangeCount,
        ref readonly ImageSubresourceRange pRanges)
    {
        fixed (ImageSubresourceRange* ranges = &pRanges)
            CmdClearColorImage(commandBuffer, image, imageLayout, pColor, rangeCount, ranges);
    }

    public void CmdClearColorImage(
        CommandBuffer commandBuffer, Image image, ImageLayout imageLayout, ref readonly ClearColorValue pColor, uint rangeCount,
        ImageSubresourceRange* pRanges)
    {
        fixed (ClearColorValue* color = &pColor)
            CmdClearColorImage(commandBuffer, image, imageLayout, color, rangeCount, pRanges);
    }

    public void CmdClearColorImage(
        CommandBuffer commandBuffer, Image image, ImageLayout imageLayout, ref readonly ClearColorValue pColor, uint rangeCount,
        ref readonly ImageSubresourceRange pRanges)
    {
        fixed (ClearColorValue* color = &pColor)
        fixed (ImageSubresourceRange* ranges = &pRanges)
            CmdClearColorImage(commandBuffer, image, imageLayout, color, rangeCount, ranges);
    }

    public void CmdClearColorImage(
        CommandBuffer commandBuffer, Image image, ImageLayout imageLayout, ClearColorValue* pColor,
        ReadOnlySpan<ImageSubresourceRange> pRanges)
    {
        fixed (ImageSubresourceRange* ranges = pRanges)
            CmdClearColorImage(commandBuffer, image, imageLayout, pColor, (uint)pRanges.Length, ranges);
    }

    public void CmdClearColorImage(
        CommandBuffer commandBuffer, Image image, ImageLayout imageLayout, ref readonly ClearColorValue pColor,
        ReadOnlySpan<ImageSubresourceRange> pRanges)
    {
        fixed (ClearColorValue* color = &pColor)
        fixed (ImageSubresourceRange* ranges = pRanges)
            CmdClearColorImage(commandBuffer, image, imageLayout, color, (uint)pRanges.Length, ranges);
    }

    public void CmdExecuteCommands(CommandBuffer commandBuffer, uint commandBufferCount, CommandBuffer* pCommandBuffers) =>
        ((delegate* unmanaged<CommandBuffer, uint, CommandBuffer*, void>)
            Function(ref _functions.CmdExecuteCommands, "vkCmdExecuteCommands"))(
            commandBuffer, commandBufferCount, pCommandBuffers);

    public void CmdExecuteCommands(
        CommandBuffer commandBuffer, uint commandBufferCount, ref readonly CommandBuffer pCommandBuffers)
    {
        fixed (CommandBuffer* commandBuffers = &pCommandBuffers)
            CmdExecuteCommands(commandBuffer, commandBufferCount, commandBuffers);
    }

    public void CmdExecuteCommands(CommandBuffer commandBuffer, ReadOnlySpan<CommandBuffer> pCommandBuffers)
    {
        fixed (CommandBuffer* commandBuffers = pCommandBuffers)
            CmdExecuteCommands(commandBuffer, (uint)pCommandBuffers.Length, commandBuffers);
    }

    public void CmdSetEvent2(CommandBuffer commandBuffer, Event @event, DependencyInfo* pDependencyInfo) =>
        ((delegate* unmanaged<CommandBuffer, Event, DependencyInfo*, void>)
            Function(ref _functions.CmdSetEvent2, "vkCmdSetEvent2"))(commandBuffer, @event, pDependencyInfo);

    public void CmdSetEvent2(CommandBuffer commandBuffer, Event @event, ref readonly DependencyInfo pDependencyInfo)
    {
        fixed (DependencyInfo* dependencyInfo = &pDependencyInfo)
            CmdSetEvent2(commandBuffer, @event, dependencyInfo);
    }

    public void CmdResetEvent2(CommandBuffer commandBuffer, Event @event, PipelineStageFlags2 stageMask) =>
        ((delegate* unmanaged<CommandBuffer, Event, PipelineStageFlags2, void>)
            Function(ref _functions.CmdResetEvent2, "vkCmdResetEvent2"))(commandBuffer, @event, stageMask);

    public void CmdWaitEvents2(
        CommandBuffer commandBuffer, uint eventCount, Event* pEvents, DependencyInfo* pDependencyInfos) =>
        ((delegate* unmanaged<CommandBuffer, uint, Event*, DependencyInfo*, void>)
            Function(ref _functions.CmdWaitEvents2, "vkCmdWaitEvents2"))(commandBuffer, eventCount, pEvents, pDependencyInfos);

    public void CmdWaitEvents2(
        CommandBuffer commandBuffer, uint eventCount, Event* pEvents, ref readonly DependencyInfo pDependencyInfos)
    {
        fixed (DependencyInfo* dependencyInfos = &pDependencyInfos)
            CmdWaitEvents2(commandBuffer, eventCount, pEvents, dependencyInfos);
    }

    public void CmdWaitEvents2(
        CommandBuffer commandBuffer, uint eventCount, ref readonly Event pEvents, DependencyInfo* pDependencyInfos)
    {
        fixed (Event* events = &pEvents)
            CmdWaitEvents2(commandBuffer, eventCount, events, pDependencyInfos);
    }

    public void CmdWaitEvents2(
        CommandBuffer commandBuffer, uint eventCount, ref readonly Event pEvents, ref readonly DependencyInfo pDependencyInfos)
    {
        fixed (Event* events = &pEvents)
        fixed (DependencyInfo* dependencyInfos = &pDependencyInfos)
            CmdWaitEvents2(commandBuffer, eventCount, events, dependencyInfos);
    }

    public void CmdWaitEvents2(CommandBuffer commandBuffer, Event* pEvents, ReadOnlySpan<DependencyInfo> pDependencyInfos)
    {
        fixed (DependencyInfo* dependencyInfos = pDependencyInfos)
            CmdWaitEvents2(commandBuffer, (uint)pDependencyInfos.Length, pEvents, dependencyInfos);
    }

    public void CmdWaitEvents2(CommandBuffer commandBuffer, ReadOnlySpan<Event> pEvents, DependencyInfo* pDependencyInfos)
    {
        fixed (Event* events = pEvents)
            CmdWaitEvents2(commandBuffer, (uint)pEvents.Length, events, pDependencyInfos);
    }

    public void CmdWaitEvents2(
        CommandBuffer commandBuffer, ReadOnlySpan<Event> pEvents, ReadOnlySpan<DependencyInfo> pDependencyInfos)
    {
        fixed (Event* events = pEvents)
        fixed (DependencyInfo* dependencyInfos = pDependencyInfos)
            CmdWaitEvents2(commandBuffer, (uint)pEvents.Length, events, dependencyInfos);
    }

    public void CmdResetQueryPool(CommandBuffer commandBuffer, QueryPool queryPool, uint firstQuery, uint queryCount) =>
        ((delegate* unmanaged<CommandBuffer, QueryPool, uint, uint, void>)
            Function(ref _functions.CmdResetQueryPool, "vkCmdResetQueryPool"))(
            commandBuffer, queryPool, firstQuery, queryCount);

    public void CmdWriteTimestamp(
        CommandBuffer commandBuffer, PipelineStageFlags pipelineStage, QueryPool queryPool, uint query) =>
        ((delegate* unmanaged<CommandBuffer, PipelineStageFlags, QueryPool, uint, void>)
            Function(ref _functions.CmdWriteTimestamp, "vkCmdWriteTimestamp"))(commandBuffer, pipelineStage, queryPool, query);

    public void CmdWriteTimestamp2(CommandBuffer commandBuffer, PipelineStageFlags2 stage, QueryPool queryPool, uint query) =>
        ((delegate* unmanaged<CommandBuffer, PipelineStageFlags2, QueryPool, uint, void>)
            Function(ref _functions.CmdWriteTimestamp2, "vkCmdWriteTimestamp2"))(commandBuffer, stage, queryPool, query);

    public void CmdBeginQuery(CommandBuffer commandBuffer, QueryPool queryPool, uint query, QueryControlFlags flags) =>
        ((delegate* unmanaged<CommandBuffer, QueryPool, uint, QueryControlFlags, void>)
            Function(ref _functions.CmdBeginQuery, "vkCmdBeginQuery"))(commandBuffer, queryPool, query, flags);

    public void CmdEndQuery(CommandBuffer commandBuffer, QueryPool queryPool, uint query) =>
        ((delegate* unmanaged<CommandBuffer, QueryPool, uint, void>)
            Function(ref _functions.CmdEndQuery, "vkCmdEndQuery"))(commandBuffer, queryPool, query);

    public void CmdCopyQueryPoolResults(
        CommandBuffer commandBuffer, QueryPool queryPool, uint firstQuery, uint queryCount, Buffer dstBuffer, ulong dstOffset,
        ulong stride, QueryResultFlags flags) =>
        ((delegate* unmanaged<CommandBuffer, QueryPool, uint, uint, Buffer, ulong, ulong, QueryResultFlags, void>)
            Function(ref _functions.CmdCopyQueryPoolResults, "vkCmdCopyQueryPoolResults"))(
            commandBuffer, queryPool, firstQuery, queryCount, dstBuffer, dstOffset, stride, flags);
}
