namespace Silk.NET.Vulkan;

// Shader modules, descriptors, pipelines and their caches.
internal sealed unsafe partial class Vk
{
    public Result CreateShaderModule(
        Device device, ShaderModuleCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, ShaderModule* pShaderModule) =>
        ((delegate* unmanaged<Device, ShaderModuleCreateInfo*, AllocationCallbacks*, ShaderModule*, Result>)
            Function(ref _functions.CreateShaderModule, "vkCreateShaderModule"))(
            device, pCreateInfo, pAllocator, pShaderModule);

    public Result CreateShaderModule(
        Device device, ShaderModuleCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out ShaderModule pShaderModule)
    {
        fixed (ShaderModule* shaderModule = &pShaderModule)
            return CreateShaderModule(device, pCreateInfo, pAllocator, shaderModule);
    }

    public Result CreateShaderModule(
        Device device, ref readonly ShaderModuleCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        ShaderModule* pShaderModule)
    {
        fixed (ShaderModuleCreateInfo* createInfo = &pCreateInfo)
            return CreateShaderModule(device, createInfo, pAllocator, pShaderModule);
    }

    public Result CreateShaderModule(
        Device device, ref readonly ShaderModuleCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        out ShaderModule pShaderModule)
    {
        fixed (ShaderModuleCreateInfo* createInfo = &pCreateInfo)
        fixed (ShaderModule* shaderModule = &pShaderModule)
            return CreateShaderModule(device, createInfo, pAllocator, shaderModule);
    }

    public void DestroyShaderModule(Device device, ShaderModule shaderModule, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, ShaderModule, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyShaderModule, "vkDestroyShaderModule"))(device, shaderModule, pAllocator);

    public Result CreateDescriptorSetLayout(
        Device device, DescriptorSetLayoutCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator,
        DescriptorSetLayout* pSetLayout) =>
        ((delegate* unmanaged<Device, DescriptorSetLayoutCreateInfo*, AllocationCallbacks*, DescriptorSetLayout*, Result>)
            Function(ref _functions.CreateDescriptorSetLayout, "vkCreateDescriptorSetLayout"))(
            device, pCreateInfo, pAllocator, pSetLayout);

    public Result CreateDescriptorSetLayout(
        Device device, DescriptorSetLayoutCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator,
        out DescriptorSetLayout pSetLayout)
    {
        fixed (DescriptorSetLayout* setLayout = &pSetLayout)
            return CreateDescriptorSetLayout(device, pCreateInfo, pAllocator, setLayout);
    }

    public Result CreateDescriptorSetLayout(
        Device device, ref readonly DescriptorSetLayoutCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        DescriptorSetLayout* pSetLayout)
    {
        fixed (DescriptorSetLayoutCreateInfo* createInfo = &pCreateInfo)
            return CreateDescriptorSetLayout(device, createInfo, pAllocator, pSetLayout);
    }

    public Result CreateDescriptorSetLayout(
        Device device, ref readonly DescriptorSetLayoutCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        out DescriptorSetLayout pSetLayout)
    {
        fixed (DescriptorSetLayoutCreateInfo* createInfo = &pCreateInfo)
        fixed (DescriptorSetLayout* setLayout = &pSetLayout)
            return CreateDescriptorSetLayout(device, createInfo, pAllocator, setLayout);
    }

    public void DestroyDescriptorSetLayout(
        Device device, DescriptorSetLayout descriptorSetLayout, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, DescriptorSetLayout, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyDescriptorSetLayout, "vkDestroyDescriptorSetLayout"))(
            device, descriptorSetLayout, pAllocator);

    public Result CreateDescriptorPool(
        Device device, DescriptorPoolCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator,
        DescriptorPool* pDescriptorPool) =>
        ((delegate* unmanaged<Device, DescriptorPoolCreateInfo*, AllocationCallbacks*, DescriptorPool*, Result>)
            Function(ref _functions.CreateDescriptorPool, "vkCreateDescriptorPool"))(
            device, pCreateInfo, pAllocator, pDescriptorPool);

    public Result CreateDescriptorPool(
        Device device, DescriptorPoolCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator,
        out DescriptorPool pDescriptorPool)
    {
        fixed (DescriptorPool* descriptorPool = &pDescriptorPool)
            return CreateDescriptorPool(device, pCreateInfo, pAllocator, descriptorPool);
    }

    public Result CreateDescriptorPool(
        Device device, ref readonly DescriptorPoolCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        DescriptorPool* pDescriptorPool)
    {
        fixed (DescriptorPoolCreateInfo* createInfo = &pCreateInfo)
            return CreateDescriptorPool(device, createInfo, pAllocator, pDescriptorPool);
    }

    public Result CreateDescriptorPool(
        Device device, ref readonly DescriptorPoolCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        out DescriptorPool pDescriptorPool)
    {
        fixed (DescriptorPoolCreateInfo* createInfo = &pCreateInfo)
        fixed (DescriptorPool* descriptorPool = &pDescriptorPool)
            return CreateDescriptorPool(device, createInfo, pAllocator, descriptorPool);
    }

    public void DestroyDescriptorPool(Device device, DescriptorPool descriptorPool, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, DescriptorPool, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyDescriptorPool, "vkDestroyDescriptorPool"))(device, descriptorPool, pAllocator);

    public Result ResetDescriptorPool(Device device, DescriptorPool descriptorPool, uint flags) =>
        ((delegate* unmanaged<Device, DescriptorPool, uint, Result>)
            Function(ref _functions.ResetDescriptorPool, "vkResetDescriptorPool"))(device, descriptorPool, flags);

    public Result AllocateDescriptorSets(
        Device device, DescriptorSetAllocateInfo* pAllocateInfo, DescriptorSet* pDescriptorSets) =>
        ((delegate* unmanaged<Device, DescriptorSetAllocateInfo*, DescriptorSet*, Result>)
            Function(ref _functions.AllocateDescriptorSets, "vkAllocateDescriptorSets"))(
            device, pAllocateInfo, pDescriptorSets);

    public Result AllocateDescriptorSets(
        Device device, DescriptorSetAllocateInfo* pAllocateInfo, out DescriptorSet pDescriptorSets)
    {
        fixed (DescriptorSet* descriptorSets = &pDescriptorSets)
            return AllocateDescriptorSets(device, pAllocateInfo, descriptorSets);
    }

    public Result AllocateDescriptorSets(
        Device device, ref readonly DescriptorSetAllocateInfo pAllocateInfo, DescriptorSet* pDescriptorSets)
    {
        fixed (DescriptorSetAllocateInfo* allocateInfo = &pAllocateInfo)
            return AllocateDescriptorSets(device, allocateInfo, pDescriptorSets);
    }

    public Result AllocateDescriptorSets(
        Device device, ref readonly DescriptorSetAllocateInfo pAllocateInfo, out DescriptorSet pDescriptorSets)
    {
        fixed (DescriptorSetAllocateInfo* allocateInfo = &pAllocateInfo)
        fixed (DescriptorSet* descriptorSets = &pDescriptorSets)
            return AllocateDescriptorSets(device, allocateInfo, descriptorSets);
    }

    public Result FreeDescriptorSets(
        Device device, DescriptorPool descriptorPool, uint descriptorSetCount, DescriptorSet* pDescriptorSets) =>
        ((delegate* unmanaged<Device, DescriptorPool, uint, DescriptorSet*, Result>)
            Function(ref _functions.FreeDescriptorSets, "vkFreeDescriptorSets"))(
            device, descriptorPool, descriptorSetCount, pDescriptorSets);

    public Result FreeDescriptorSets(
        Device device, DescriptorPool descriptorPool, uint descriptorSetCount, ref readonly DescriptorSet pDescriptorSets)
    {
        fixed (DescriptorSet* descriptorSets = &pDescriptorSets)
            return FreeDescriptorSets(device, descriptorPool, descriptorSetCount, descriptorSets);
    }

    public Result FreeDescriptorSets(Device device, DescriptorPool descriptorPool, ReadOnlySpan<DescriptorSet> pDescriptorSets)
    {
        fixed (DescriptorSet* descriptorSets = pDescriptorSets)
            return FreeDescriptorSets(device, descriptorPool, (uint)pDescriptorSets.Length, descriptorSets);
    }

    public void UpdateDescriptorSets(
        Device device, uint descriptorWriteCount, WriteDescriptorSet* pDescriptorWrites, uint descriptorCopyCount,
        CopyDescriptorSet* pDescriptorCopies) =>
        ((delegate* unmanaged<Device, uint, WriteDescriptorSet*, uint, CopyDescriptorSet*, void>)
            Function(ref _functions.UpdateDescriptorSets, "vkUpdateDescriptorSets"))(
            device, descriptorWriteCount, pDescriptorWrites, descriptorCopyCount, pDescriptorCopies);

    public void UpdateDescriptorSets(
        Device device, uint descriptorWriteCount, WriteDescriptorSet* pDescriptorWrites, uint descriptorCopyCount,
        ref readonly CopyDescriptorSet pDescriptorCopies)
    {
        fixed (CopyDescriptorSet* descriptorCopies = &pDescriptorCopies)
            UpdateDescriptorSets(device, descriptorWriteCount, pDescriptorWrites, descriptorCopyCount, descriptorCopies);
    }

    public void UpdateDescriptorSets(
        Device device, uint descriptorWriteCount, ref readonly WriteDescriptorSet pDescriptorWrites, uint descriptorCopyCount,
        CopyDescriptorSet* pDescriptorCopies)
    {
        fixed (WriteDescriptorSet* descriptorWrites = &pDescriptorWrites)
            UpdateDescriptorSets(device, descriptorWriteCount, descriptorWrites, descriptorCopyCount, pDescriptorCopies);
    }

    public void UpdateDescriptorSets(
        Device device, uint descriptorWriteCount, ref readonly WriteDescriptorSet pDescriptorWrites, uint descriptorCopyCount,
        ref readonly CopyDescriptorSet pDescriptorCopies)
    {
        fixed (WriteDescriptorSet* descriptorWrites = &pDescriptorWrites)
        fixed (CopyDescriptorSet* descriptorCopies = &pDescriptorCopies)
            UpdateDescriptorSets(device, descriptorWriteCount, descriptorWrites, descriptorCopyCount, descriptorCopies);
    }

    public void UpdateDescriptorSets(
        Device device, uint descriptorWriteCount, WriteDescriptorSet* pDescriptorWrites,
        ReadOnlySpan<CopyDescriptorSet> pDescriptorCopies)
    {
        fixed (CopyDescriptorSet* descriptorCopies = pDescriptorCopies)
            UpdateDescriptorSets(
                device, descriptorWriteCount, pDescriptorWrites, (uint)pDescriptorCopies.Length, descriptorCopies);
    }

    public void UpdateDescriptorSets(
        Device device, ReadOnlySpan<WriteDescriptorSet> pDescriptorWrites, uint descriptorCopyCount,
        CopyDescriptorSet* pDescriptorCopies)
    {
        fixed (WriteDescriptorSet* descriptorWrites = pDescriptorWrites)
            UpdateDescriptorSets(
                device, (uint)pDescriptorWrites.Length, descriptorWrites, descriptorCopyCount, pDescriptorCopies);
    }

    public void UpdateDescriptorSets(
        Device device, ReadOnlySpan<WriteDescriptorSet> pDescriptorWrites, ReadOnlySpan<CopyDescriptorSet> pDescriptorCopies)
    {
        fixed (WriteDescriptorSet* descriptorWrites = pDescriptorWrites)
        fixed (CopyDescriptorSet* descriptorCopies = pDescriptorCopies)
            UpdateDescriptorSets(
                device, (uint)pDescriptorWrites.Length, descriptorWrites, (uint)pDescriptorCopies.Length, descriptorCopies);
    }

    public Result CreateDescriptorUpdateTemplate(
        Device device, DescriptorUpdateTemplateCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator,
        DescriptorUpdateTemplate* pDescriptorUpdateTemplate) =>
        ((delegate* unmanaged<Device, DescriptorUpdateTemplateCreateInfo*, AllocationCallbacks*, DescriptorUpdateTemplate*,
            Result>)
            Function(ref _functions.CreateDescriptorUpdateTemplate, "vkCreateDescriptorUpdateTemplate"))(
            device, pCreateInfo, pAllocator, pDescriptorUpdateTemplate);

    public Result CreateDescriptorUpdateTemplate(
        Device device, DescriptorUpdateTemplateCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator,
        out DescriptorUpdateTemplate pDescriptorUpdateTemplate)
    {
        fixed (DescriptorUpdateTemplate* descriptorUpdateTemplate = &pDescriptorUpdateTemplate)
            return CreateDescriptorUpdateTemplate(device, pCreateInfo, pAllocator, descriptorUpdateTemplate);
    }

    public Result CreateDescriptorUpdateTemplate(
        Device device, ref readonly DescriptorUpdateTemplateCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        DescriptorUpdateTemplate* pDescriptorUpdateTemplate)
    {
        fixed (DescriptorUpdateTemplateCreateInfo* createInfo = &pCreateInfo)
            return CreateDescriptorUpdateTemplate(device, createInfo, pAllocator, pDescriptorUpdateTemplate);
    }

    public Result CreateDescriptorUpdateTemplate(
        Device device, ref readonly DescriptorUpdateTemplateCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        out DescriptorUpdateTemplate pDescriptorUpdateTemplate)
    {
        fixed (DescriptorUpdateTemplateCreateInfo* createInfo = &pCreateInfo)
        fixed (DescriptorUpdateTemplate* descriptorUpdateTemplate = &pDescriptorUpdateTemplate)
            return CreateDescriptorUpdateTemplate(device, createInfo, pAllocator, descriptorUpdateTemplate);
    }

    public void DestroyDescriptorUpdateTemplate(
        Device device, DescriptorUpdateTemplate descriptorUpdateTemplate, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, DescriptorUpdateTemplate, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyDescriptorUpdateTemplate, "vkDestroyDescriptorUpdateTemplate"))(
            device, descriptorUpdateTemplate, pAllocator);

    public void UpdateDescriptorSetWithTemplate(
        Device device, DescriptorSet descriptorSet, DescriptorUpdateTemplate descriptorUpdateTemplate, void* pData) =>
        ((delegate* unmanaged<Device, DescriptorSet, DescriptorUpdateTemplate, void*, void>)
            Function(ref _functions.UpdateDescriptorSetWithTemplate, "vkUpdateDescriptorSetWithTemplate"))(
            device, descriptorSet, descriptorUpdateTemplate, pData);

    public void UpdateDescriptorSetWithTemplate<T0>(
        Device device, DescriptorSet descriptorSet, DescriptorUpdateTemplate descriptorUpdateTemplate,
        ref T0 pData) where T0 : unmanaged
    {
        fixed (T0* data = &pData)
            UpdateDescriptorSetWithTemplate(device, descriptorSet, descriptorUpdateTemplate, data);
    }

    public Result CreatePipelineLayout(
        Device device, PipelineLayoutCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator,
        PipelineLayout* pPipelineLayout) =>
        ((delegate* unmanaged<Device, PipelineLayoutCreateInfo*, AllocationCallbacks*, PipelineLayout*, Result>)
            Function(ref _functions.CreatePipelineLayout, "vkCreatePipelineLayout"))(
            device, pCreateInfo, pAllocator, pPipelineLayout);

    public Result CreatePipelineLayout(
        Device device, PipelineLayoutCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator,
        out PipelineLayout pPipelineLayout)
    {
        fixed (PipelineLayout* pipelineLayout = &pPipelineLayout)
            return CreatePipelineLayout(device, pCreateInfo, pAllocator, pipelineLayout);
    }

    public Result CreatePipelineLayout(
        Device device, ref readonly PipelineLayoutCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        PipelineLayout* pPipelineLayout)
    {
        fixed (PipelineLayoutCreateInfo* createInfo = &pCreateInfo)
            return CreatePipelineLayout(device, createInfo, pAllocator, pPipelineLayout);
    }

    public Result CreatePipelineLayout(
        Device device, ref readonly PipelineLayoutCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        out PipelineLayout pPipelineLayout)
    {
        fixed (PipelineLayoutCreateInfo* createInfo = &pCreateInfo)
        fixed (PipelineLayout* pipelineLayout = &pPipelineLayout)
            return CreatePipelineLayout(device, createInfo, pAllocator, pipelineLayout);
    }

    public void DestroyPipelineLayout(Device device, PipelineLayout pipelineLayout, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, PipelineLayout, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyPipelineLayout, "vkDestroyPipelineLayout"))(device, pipelineLayout, pAllocator);

    public Result CreatePipelineCache(
        Device device, PipelineCacheCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, PipelineCache* pPipelineCache) =>
        ((delegate* unmanaged<Device, PipelineCacheCreateInfo*, AllocationCallbacks*, PipelineCache*, Result>)
            Function(ref _functions.CreatePipelineCache, "vkCreatePipelineCache"))(
            device, pCreateInfo, pAllocator, pPipelineCache);

    public Result CreatePipelineCache(
        Device device, PipelineCacheCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out PipelineCache pPipelineCache)
    {
        fixed (PipelineCache* pipelineCache = &pPipelineCache)
            return CreatePipelineCache(device, pCreateInfo, pAllocator, pipelineCache);
    }

    public Result CreatePipelineCache(
        Device device, ref readonly PipelineCacheCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        PipelineCache* pPipelineCache)
    {
        fixed (PipelineCacheCreateInfo* createInfo = &pCreateInfo)
            return CreatePipelineCache(device, createInfo, pAllocator, pPipelineCache);
    }

    public Result CreatePipelineCache(
        Device device, ref readonly PipelineCacheCreateInfo pCreateInfo, AllocationCallbacks* pAllocator,
        out PipelineCache pPipelineCache)
    {
        fixed (PipelineCacheCreateInfo* createInfo = &pCreateInfo)
        fixed (PipelineCache* pipelineCache = &pPipelineCache)
            return CreatePipelineCache(device, createInfo, pAllocator, pipelineCache);
    }

    public void DestroyPipelineCache(Device device, PipelineCache pipelineCache, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, PipelineCache, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyPipelineCache, "vkDestroyPipelineCache"))(device, pipelineCache, pAllocator);

    public Result GetPipelineCacheData(Device device, PipelineCache pipelineCache, nuint* pDataSize, void* pData) =>
        ((delegate* unmanaged<Device, PipelineCache, nuint*, void*, Result>)
            Function(ref _functions.GetPipelineCacheData, "vkGetPipelineCacheData"))(device, pipelineCache, pDataSize, pData);

    public Result GetPipelineCacheData<T0>(
        Device device, PipelineCache pipelineCache, nuint* pDataSize, ref T0 pData) where T0 : unmanaged
    {
        fixed (T0* data = &pData)
            return GetPipelineCacheData(device, pipelineCache, pDataSize, data);
    }

    public Result GetPipelineCacheData(Device device, PipelineCache pipelineCache, ref nuint pDataSize, void* pData)
    {
        fixed (nuint* dataSize = &pDataSize)
            return GetPipelineCacheData(device, pipelineCache, dataSize, pData);
    }

    public Result GetPipelineCacheData<T0>(
        Device device, PipelineCache pipelineCache, ref nuint pDataSize, ref T0 pData) where T0 : unmanaged
    {
        fixed (nuint* dataSize = &pDataSize)
        fixed (T0* data = &pData)
            return GetPipelineCacheData(device, pipelineCache, dataSize, data);
    }

    public Result MergePipelineCaches(Device device, PipelineCache dstCache, uint srcCacheCount, PipelineCache* pSrcCaches) =>
        ((delegate* unmanaged<Device, PipelineCache, uint, PipelineCache*, Result>)
            Function(ref _functions.MergePipelineCaches, "vkMergePipelineCaches"))(device, dstCache, srcCacheCount, pSrcCaches);

    public Result MergePipelineCaches(
        Device device, PipelineCache dstCache, uint srcCacheCount, ref readonly PipelineCache pSrcCaches)
    {
        fixed (PipelineCache* srcCaches = &pSrcCaches)
            return MergePipelineCaches(device, dstCache, srcCacheCount, srcCaches);
    }

    public Result MergePipelineCaches(Device device, PipelineCache dstCache, ReadOnlySpan<PipelineCache> pSrcCaches)
    {
        fixed (PipelineCache* srcCaches = pSrcCaches)
            return MergePipelineCaches(device, dstCache, (uint)pSrcCaches.Length, srcCaches);
    }

    public Result CreateComputePipelines(
        Device device, PipelineCache pipelineCache, uint createInfoCount, ComputePipelineCreateInfo* pCreateInfos,
        AllocationCallbacks* pAllocator, Pipeline* pPipelines) =>
        ((delegate* unmanaged<Device, PipelineCache, uint, ComputePipelineCreateInfo*, AllocationCallbacks*, Pipeline*, Result>)
            Function(ref _functions.CreateComputePipelines, "vkCreateComputePipelines"))(
            device, pipelineCache, createInfoCount, pCreateInfos, pAllocator, pPipelines);

    public Result CreateComputePipelines(
        Device device, PipelineCache pipelineCache, uint createInfoCount, ComputePipelineCreateInfo* pCreateInfos,
        AllocationCallbacks* pAllocator, out Pipeline pPipelines)
    {
        fixed (Pipeline* pipelines = &pPipelines)
            return CreateComputePipelines(device, pipelineCache, createInfoCount, pCreateInfos, pAllocator, pipelines);
    }

    public Result CreateComputePipelines(
        Device device, PipelineCache pipelineCache, uint createInfoCount, ref readonly ComputePipelineCreateInfo pCreateInfos,
        AllocationCallbacks* pAllocator, Pipeline* pPipelines)
    {
        fixed (ComputePipelineCreateInfo* createInfos = &pCreateInfos)
            return CreateComputePipelines(device, pipelineCache, createInfoCount, createInfos, pAllocator, pPipelines);
    }

    public Result CreateComputePipelines(
        Device device, PipelineCache pipelineCache, uint createInfoCount, ref readonly ComputePipelineCreateInfo pCreateInfos,
        AllocationCallbacks* pAllocator, out Pipeline pPipelines)
    {
        fixed (ComputePipelineCreateInfo* createInfos = &pCreateInfos)
        fixed (Pipeline* pipelines = &pPipelines)
            return CreateComputePipelines(device, pipelineCache, createInfoCount, createInfos, pAllocator, pipelines);
    }

    public Result CreateComputePipelines(
        Device device, PipelineCache pipelineCache, ComputePipelineCreateInfo* pCreateInfos, AllocationCallbacks* pAllocator,
        Span<Pipeline> pPipelines)
    {
        fixed (Pipeline* pipelines = pPipelines)
            return CreateComputePipelines(device, pipelineCache, (uint)pPipelines.Length, pCreateInfos, pAllocator, pipelines);
    }

    public Result CreateComputePipelines(
        Device device, PipelineCache pipelineCache, ReadOnlySpan<ComputePipelineCreateInfo> pCreateInfos,
        AllocationCallbacks* pAllocator, Pipeline* pPipelines)
    {
        fixed (ComputePipelineCreateInfo* createInfos = pCreateInfos)
            return CreateComputePipelines(
                device, pipelineCache, (uint)pCreateInfos.Length, createInfos, pAllocator, pPipelines);
    }

    public Result CreateComputePipelines(
        Device device, PipelineCache pipelineCache, ReadOnlySpan<ComputePipelineCreateInfo> pCreateInfos,
        AllocationCallbacks* pAllocator, Span<Pipeline> pPipelines)
    {
        fixed (ComputePipelineCreateInfo* createInfos = pCreateInfos)
        fixed (Pipeline* pipelines = pPipelines)
            return CreateComputePipelines(device, pipelineCache, (uint)pCreateInfos.Length, createInfos, pAllocator, pipelines);
    }

    public void DestroyPipeline(Device device, Pipeline pipeline, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, Pipeline, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyPipeline, "vkDestroyPipeline"))(device, pipeline, pAllocator);
}
