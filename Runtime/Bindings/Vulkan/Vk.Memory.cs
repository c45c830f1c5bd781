namespace Silk.NET.Vulkan;

// Memory, buffers, images, samplers.
internal sealed unsafe partial class Vk
{
    public Result CreateBuffer(
        Device device, BufferCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Buffer* pBuffer) =>
        ((delegate* unmanaged<Device, BufferCreateInfo*, AllocationCallbacks*, Buffer*, Result>)
            Function(ref _functions.CreateBuffer, "vkCreateBuffer"))(device, pCreateInfo, pAllocator, pBuffer);

    public Result CreateBuffer(
        Device device, BufferCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out Buffer pBuffer)
    {
        fixed (Buffer* buffer = &pBuffer)
            return CreateBuffer(device, pCreateInfo, pAllocator, buffer);
    }

    public Result CreateBuffer(
        Device device, ref readonly BufferCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, Buffer* pBuffer)
    {
        fixed (BufferCreateInfo* createInfo = &pCreateInfo)
            return CreateBuffer(device, createInfo, pAllocator, pBuffer);
    }

    public Result CreateBuffer(
        Device device, ref readonly BufferCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out Buffer pBuffer)
    {
        fixed (BufferCreateInfo* createInfo = &pCreateInfo)
        fixed (Buffer* buffer = &pBuffer)
            return CreateBuffer(device, createInfo, pAllocator, buffer);
    }

    public void DestroyBuffer(Device device, Buffer buffer, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, Buffer, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyBuffer, "vkDestroyBuffer"))(device, buffer, pAllocator);

    public void GetBufferMemoryRequirements(Device device, Buffer buffer, MemoryRequirements* pMemoryRequirements) =>
        ((delegate* unmanaged<Device, Buffer, MemoryRequirements*, void>)
            Function(ref _functions.GetBufferMemoryRequirements, "vkGetBufferMemoryRequirements"))(
            device, buffer, pMemoryRequirements);

    public void GetBufferMemoryRequirements(Device device, Buffer buffer, out MemoryRequirements pMemoryRequirements)
    {
        fixed (MemoryRequirements* memoryRequirements = &pMemoryRequirements)
            GetBufferMemoryRequirements(device, buffer, memoryRequirements);
    }

    public MemoryRequirements GetBufferMemoryRequirements(Device device, Buffer buffer)
    {
        MemoryRequirements result;
        GetBufferMemoryRequirements(device, buffer, &result);
        return result;
    }

    public void GetBufferMemoryRequirements2(
        Device device, BufferMemoryRequirementsInfo2* pInfo, MemoryRequirements2* pMemoryRequirements) =>
        ((delegate* unmanaged<Device, BufferMemoryRequirementsInfo2*, MemoryRequirements2*, void>)
            Function(ref _functions.GetBufferMemoryRequirements2, "vkGetBufferMemoryRequirements2"))(
            device, pInfo, pMemoryRequirements);

    public void GetBufferMemoryRequirements2(
        Device device, BufferMemoryRequirementsInfo2* pInfo, out MemoryRequirements2 pMemoryRequirements)
    {
        pMemoryRequirements = new MemoryRequirements2 { SType = StructureType.MemoryRequirements2 };
        fixed (MemoryRequirements2* memoryRequirements = &pMemoryRequirements)
            GetBufferMemoryRequirements2(device, pInfo, memoryRequirements);
    }

    public void GetBufferMemoryRequirements2(
        Device device, ref readonly BufferMemoryRequirementsInfo2 pInfo, MemoryRequirements2* pMemoryRequirements)
    {
        fixed (BufferMemoryRequirementsInfo2* info = &pInfo)
            GetBufferMemoryRequirements2(device, info, pMemoryRequirements);
    }

    public void GetBufferMemoryRequirements2(
        Device device, ref readonly BufferMemoryRequirementsInfo2 pInfo, out MemoryRequirements2 pMemoryRequirements)
    {
        pMemoryRequirements = new MemoryRequirements2 { SType = StructureType.MemoryRequirements2 };
        fixed (BufferMemoryRequirementsInfo2* info = &pInfo)
        fixed (MemoryRequirements2* memoryRequirements = &pMemoryRequirements)
            GetBufferMemoryRequirements2(device, info, memoryRequirements);
    }

    public MemoryRequirements2 GetBufferMemoryRequirements2(Device device, BufferMemoryRequirementsInfo2* pInfo)
    {
        MemoryRequirements2 result = new() { SType = StructureType.MemoryRequirements2 };
        GetBufferMemoryRequirements2(device, pInfo, &result);
        return result;
    }

    public MemoryRequirements2 GetBufferMemoryRequirements2(Device device, ref readonly BufferMemoryRequirementsInfo2 pInfo)
    {
        MemoryRequirements2 result = new() { SType = StructureType.MemoryRequirements2 };
        fixed (BufferMemoryRequirementsInfo2* info = &pInfo)
            GetBufferMemoryRequirements2(device, info, &result);
        return result;
    }

    public Result CreateBufferView(
        Device device, BufferViewCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, BufferView* pView) =>
        ((delegate* unmanaged<Device, BufferViewCreateInfo*, AllocationCallbacks*, BufferView*, Result>)
            Function(ref _functions.CreateBufferView, "vkCreateBufferView"))(device, pCreateInfo, pAllocator, pView);

    public Result CreateBufferView(
        Device device, BufferViewCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out BufferView pView)
    {
        fixed (BufferView* view = &pView)
            return CreateBufferView(device, pCreateInfo, pAllocator, view);
    }

    public Result CreateBufferView(
        Device device, ref readonly BufferViewCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, BufferView* pView)
    {
        fixed (BufferViewCreateInfo* createInfo = &pCreateInfo)
            return CreateBufferView(device, createInfo, pAllocator, pView);
    }

    public Result CreateBufferView(
        Device device, ref readonly BufferViewCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out BufferView pView)
    {
        fixed (BufferViewCreateInfo* createInfo = &pCreateInfo)
        fixed (BufferView* view = &pView)
            return CreateBufferView(device, createInfo, pAllocator, view);
    }

    public void DestroyBufferView(Device device, BufferView bufferView, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, BufferView, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyBufferView, "vkDestroyBufferView"))(device, bufferView, pAllocator);

    public Result AllocateMemory(
        Device device, MemoryAllocateInfo* pAllocateInfo, AllocationCallbacks* pAllocator, DeviceMemory* pMemory) =>
        ((delegate* unmanaged<Device, MemoryAllocateInfo*, AllocationCallbacks*, DeviceMemory*, Result>)
            Function(ref _functions.AllocateMemory, "vkAllocateMemory"))(device, pAllocateInfo, pAllocator, pMemory);

    public Result AllocateMemory(
        Device device, MemoryAllocateInfo* pAllocateInfo, AllocationCallbacks* pAllocator, out DeviceMemory pMemory)
    {
        fixed (DeviceMemory* memory = &pMemory)
            return AllocateMemory(device, pAllocateInfo, pAllocator, memory);
    }

    public Result AllocateMemory(
        Device device, ref readonly MemoryAllocateInfo pAllocateInfo, AllocationCallbacks* pAllocator, DeviceMemory* pMemory)
    {
        fixed (MemoryAllocateInfo* allocateInfo = &pAllocateInfo)
            return AllocateMemory(device, allocateInfo, pAllocator, pMemory);
    }

    public Result AllocateMemory(
        Device device, ref readonly MemoryAllocateInfo pAllocateInfo, AllocationCallbacks* pAllocator, out DeviceMemory pMemory)
    {
        fixed (MemoryAllocateInfo* allocateInfo = &pAllocateInfo)
        fixed (DeviceMemory* memory = &pMemory)
            return AllocateMemory(device, allocateInfo, pAllocator, memory);
    }

    public void FreeMemory(Device device, DeviceMemory memory, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, DeviceMemory, AllocationCallbacks*, void>)
            Function(ref _functions.FreeMemory, "vkFreeMemory"))(device, memory, pAllocator);

    public Result BindBufferMemory(Device device, Buffer buffer, DeviceMemory memory, ulong memoryOffset) =>
        ((delegate* unmanaged<Device, Buffer, DeviceMemory, ulong, Result>)
            Function(ref _functions.BindBufferMemory, "vkBindBufferMemory"))(device, buffer, memory, memoryOffset);

    public Result BindImageMemory(Device device, Image image, DeviceMemory memory, ulong memoryOffset) =>
        ((delegate* unmanaged<Device, Image, DeviceMemory, ulong, Result>)
            Function(ref _functions.BindImageMemory, "vkBindImageMemory"))(device, image, memory, memoryOffset);

    public Result BindBufferMemory2(Device device, uint bindInfoCount, BindBufferMemoryInfo* pBindInfos) =>
        ((delegate* unmanaged<Device, uint, BindBufferMemoryInfo*, Result>)
            Function(ref _functions.BindBufferMemory2, "vkBindBufferMemory2"))(device, bindInfoCount, pBindInfos);

    public Result BindBufferMemory2(Device device, uint bindInfoCount, ref readonly BindBufferMemoryInfo pBindInfos)
    {
        fixed (BindBufferMemoryInfo* bindInfos = &pBindInfos)
            return BindBufferMemory2(device, bindInfoCount, bindInfos);
    }

    public Result BindBufferMemory2(Device device, ReadOnlySpan<BindBufferMemoryInfo> pBindInfos)
    {
        fixed (BindBufferMemoryInfo* bindInfos = pBindInfos)
            return BindBufferMemory2(device, (uint)pBindInfos.Length, bindInfos);
    }

    public Result BindImageMemory2(Device device, uint bindInfoCount, BindImageMemoryInfo* pBindInfos) =>
        ((delegate* unmanaged<Device, uint, BindImageMemoryInfo*, Result>)
            Function(ref _functions.BindImageMemory2, "vkBindImageMemory2"))(device, bindInfoCount, pBindInfos);

    public Result BindImageMemory2(Device device, uint bindInfoCount, ref readonly BindImageMemoryInfo pBindInfos)
    {
        fixed (BindImageMemoryInfo* bindInfos = &pBindInfos)
            return BindImageMemory2(device, bindInfoCount, bindInfos);
    }

    public Result BindImageMemory2(Device device, ReadOnlySpan<BindImageMemoryInfo> pBindInfos)
    {
        fixed (BindImageMemoryInfo* bindInfos = pBindInfos)
            return BindImageMemory2(device, (uint)pBindInfos.Length, bindInfos);
    }

    public Result MapMemory(
        Device device, DeviceMemory memory, ulong offset, ulong size, MemoryMapFlags flags, void** ppData) =>
        ((delegate* unmanaged<Device, DeviceMemory, ulong, ulong, MemoryMapFlags, void**, Result>)
            Function(ref _functions.MapMemory, "vkMapMemory"))(device, memory, offset, size, flags, ppData);

    public Result MapMemory(
        Device device, DeviceMemory memory, ulong offset, ulong size, MemoryMapFlags flags, ref void* ppData)
    {
        fixed (void** data = &ppData)
            return MapMemory(device, memory, offset, size, flags, data);
    }

    public void UnmapMemory(Device device, DeviceMemory memory) =>
        ((delegate* unmanaged<Device, DeviceMemory, void>)
            Function(ref _functions.UnmapMemory, "vkUnmapMemory"))(device, memory);

    public Result FlushMappedMemoryRanges(Device device, uint memoryRangeCount, MappedMemoryRange* pMemoryRanges) =>
        ((delegate* unmanaged<Device, uint, MappedMemoryRange*, Result>)
            Function(ref _functions.FlushMappedMemoryRanges, "vkFlushMappedMemoryRanges"))(
            device, memoryRangeCount, pMemoryRanges);

    public Result FlushMappedMemoryRanges(Device device, uint memoryRangeCount, ref readonly MappedMemoryRange pMemoryRanges)
    {
        fixed (MappedMemoryRange* memoryRanges = &pMemoryRanges)
            return FlushMappedMemoryRanges(device, memoryRangeCount, memoryRanges);
    }

    public Result FlushMappedMemoryRanges(Device device, ReadOnlySpan<MappedMemoryRange> pMemoryRanges)
    {
        fixed (MappedMemoryRange* memoryRanges = pMemoryRanges)
            return FlushMappedMemoryRanges(device, (uint)pMemoryRanges.Length, memoryRanges);
    }

    public Result InvalidateMappedMemoryRanges(Device device, uint memoryRangeCount, MappedMemoryRange* pMemoryRanges) =>
        ((delegate* unmanaged<Device, uint, MappedMemoryRange*, Result>)
            Function(ref _functions.InvalidateMappedMemoryRanges, "vkInvalidateMappedMemoryRanges"))(
            device, memoryRangeCount, pMemoryRanges);

    public Result InvalidateMappedMemoryRanges(
        Device device, uint memoryRangeCount, ref readonly MappedMemoryRange pMemoryRanges)
    {
        fixed (MappedMemoryRange* memoryRanges = &pMemoryRanges)
            return InvalidateMappedMemoryRanges(device, memoryRangeCount, memoryRanges);
    }

    public Result InvalidateMappedMemoryRanges(Device device, ReadOnlySpan<MappedMemoryRange> pMemoryRanges)
    {
        fixed (MappedMemoryRange* memoryRanges = pMemoryRanges)
            return InvalidateMappedMemoryRanges(device, (uint)pMemoryRanges.Length, memoryRanges);
    }

    public ulong GetBufferDeviceAddress(Device device, BufferDeviceAddressInfo* pInfo) =>
        ((delegate* unmanaged<Device, BufferDeviceAddressInfo*, ulong>)
            Function(ref _functions.GetBufferDeviceAddress, "vkGetBufferDeviceAddress"))(device, pInfo);

    public ulong GetBufferDeviceAddress(Device device, ref readonly BufferDeviceAddressInfo pInfo)
    {
        fixed (BufferDeviceAddressInfo* info = &pInfo)
            return GetBufferDeviceAddress(device, info);
    }

    public Result CreateImage(Device device, ImageCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Image* pImage) =>
        ((delegate* unmanaged<Device, ImageCreateInfo*, AllocationCallbacks*, Image*, Result>)
            Function(ref _functions.CreateImage, "vkCreateImage"))(device, pCreateInfo, pAllocator, pImage);

    public Result CreateImage(Device device, ImageCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out Image pImage)
    {
        fixed (Image* image = &pImage)
            return CreateImage(device, pCreateInfo, pAllocator, image);
    }

    public Result CreateImage(
        Device device, ref readonly ImageCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, Image* pImage)
    {
        fixed (ImageCreateInfo* createInfo = &pCreateInfo)
            return CreateImage(device, createInfo, pAllocator, pImage);
    }

    public Result CreateImage(
        Device device, ref readonly ImageCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out Image pImage)
    {
        fixed (ImageCreateInfo* createInfo = &pCreateInfo)
        fixed (Image* image = &pImage)
            return CreateImage(device, createInfo, pAllocator, image);
    }

    public void DestroyImage(Device device, Image image, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, Image, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyImage, "vkDestroyImage"))(device, image, pAllocator);

    public void GetImageMemoryRequirements(Device device, Image image, MemoryRequirements* pMemoryRequirements) =>
        ((delegate* unmanaged<Device, Image, MemoryRequirements*, void>)
            Function(ref _functions.GetImageMemoryRequirements, "vkGetImageMemoryRequirements"))(
            device, image, pMemoryRequirements);

    public void GetImageMemoryRequirements(Device device, Image image, out MemoryRequirements pMemoryRequirements)
    {
        fixed (MemoryRequirements* memoryRequirements = &pMemoryRequirements)
            GetImageMemoryRequirements(device, image, memoryRequirements);
    }

    public MemoryRequirements GetImageMemoryRequirements(Device device, Image image)
    {
        MemoryRequirements result;
        GetImageMemoryRequirements(device, image, &result);
        return result;
    }

    public void GetImageMemoryRequirements2(
        Device device, ImageMemoryRequirementsInfo2* pInfo, MemoryRequirements2* pMemoryRequirements) =>
        ((delegate* unmanaged<Device, ImageMemoryRequirementsInfo2*, MemoryRequirements2*, void>)
            Function(ref _functions.GetImageMemoryRequirements2, "vkGetImageMemoryRequirements2"))(
            device, pInfo, pMemoryRequirements);

    public void GetImageMemoryRequirements2(
        Device device, ImageMemoryRequirementsInfo2* pInfo, out MemoryRequirements2 pMemoryRequirements)
    {
        pMemoryRequirements = new MemoryRequirements2 { SType = StructureType.MemoryRequirements2 };
        fixed (MemoryRequirements2* memoryRequirements = &pMemoryRequirements)
            GetImageMemoryRequirements2(device, pInfo, memoryRequirements);
    }

    public void GetImageMemoryRequirements2(
        Device device, ref readonly ImageMemoryRequirementsInfo2 pInfo, MemoryRequirements2* pMemoryRequirements)
    {
        fixed (ImageMemoryRequirementsInfo2* info = &pInfo)
            GetImageMemoryRequirements2(device, info, pMemoryRequirements);
    }

    public void GetImageMemoryRequirements2(
        Device device, ref readonly ImageMemoryRequirementsInfo2 pInfo, out MemoryRequirements2 pMemoryRequirements)
    {
        pMemoryRequirements = new MemoryRequirements2 { SType = StructureType.MemoryRequirements2 };
        fixed (ImageMemoryRequirementsInfo2* info = &pInfo)
        fixed (MemoryRequirements2* memoryRequirements = &pMemoryRequirements)
            GetImageMemoryRequirements2(device, info, memoryRequirements);
    }

    public MemoryRequirements2 GetImageMemoryRequirements2(Device device, ImageMemoryRequirementsInfo2* pInfo)
    {
        MemoryRequirements2 result = new() { SType = StructureType.MemoryRequirements2 };
        GetImageMemoryRequirements2(device, pInfo, &result);
        return result;
    }

    public MemoryRequirements2 GetImageMemoryRequirements2(Device device, ref readonly ImageMemoryRequirementsInfo2 pInfo)
    {
        MemoryRequirements2 result = new() { SType = StructureType.MemoryRequirements2 };
        fixed (ImageMemoryRequirementsInfo2* info = &pInfo)
            GetImageMemoryRequirements2(device, info, &result);
        return result;
    }

    public void GetImageSubresourceLayout(
        Device device, Image image, ImageSubresource* pSubresource, SubresourceLayout* pLayout) =>
        ((delegate* unmanaged<Device, Image, ImageSubresource*, SubresourceLayout*, void>)
            Function(ref _functions.GetImageSubresourceLayout, "vkGetImageSubresourceLayout"))(
            device, image, pSubresource, pLayout);

    public void GetImageSubresourceLayout(
        Device device, Image image, ImageSubresource* pSubresource, out SubresourceLayout pLayout)
    {
        fixed (SubresourceLayout* layout = &pLayout)
            GetImageSubresourceLayout(device, image, pSubresource, layout);
    }

    public void GetImageSubresourceLayout(
        Device device, Image image, ref readonly ImageSubresource pSubresource, SubresourceLayout* pLayout)
    {
        fixed (ImageSubresource* subresource = &pSubresource)
            GetImageSubresourceLayout(device, image, subresource, pLayout);
    }

    public void GetImageSubresourceLayout(
        Device device, Image image, ref readonly ImageSubresource pSubresource, out SubresourceLayout pLayout)
    {
        fixed (ImageSubresource* subresource = &pSubresource)
        fixed (SubresourceLayout* layout = &pLayout)
            GetImageSubresourceLayout(device, image, subresource, layout);
    }

    public SubresourceLayout GetImageSubresourceLayout(Device device, Image image, ImageSubresource* pSubresource)
    {
        SubresourceLayout result;
        GetImageSubresourceLayout(device, image, pSubresource, &result);
        return result;
    }

    public SubresourceLayout GetImageSubresourceLayout(Device device, Image image, ref readonly ImageSubresource pSubresource)
    {
        SubresourceLayout result;
        fixed (ImageSubresource* subresource = &pSubresource)
            GetImageSubresourceLayout(device, image, subresource, &result);
        return result;
    }

    public Result CreateImageView(
        Device device, ImageViewCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, ImageView* pView) =>
        ((delegate* unmanaged<Device, ImageViewCreateInfo*, AllocationCallbacks*, ImageView*, Result>)
            Function(ref _functions.CreateImageView, "vkCreateImageView"))(device, pCreateInfo, pAllocator, pView);

    public Result CreateImageView(
        Device device, ImageViewCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out ImageView pView)
    {
        fixed (ImageView* view = &pView)
            return CreateImageView(device, pCreateInfo, pAllocator, view);
    }

    public Result CreateImageView(
        Device device, ref readonly ImageViewCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, ImageView* pView)
    {
        fixed (ImageViewCreateInfo* createInfo = &pCreateInfo)
            return CreateImageView(device, createInfo, pAllocator, pView);
    }

    public Result CreateImageView(
        Device device, ref readonly ImageViewCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out ImageView pView)
    {
        fixed (ImageViewCreateInfo* createInfo = &pCreateInfo)
        fixed (ImageView* view = &pView)
            return CreateImageView(device, createInfo, pAllocator, view);
    }

    public void DestroyImageView(Device device, ImageView imageView, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, ImageView, AllocationCallbacks*, void>)
            Function(ref _functions.DestroyImageView, "vkDestroyImageView"))(device, imageView, pAllocator);

    public Result CreateSampler(
        Device device, SamplerCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, Sampler* pSampler) =>
        ((delegate* unmanaged<Device, SamplerCreateInfo*, AllocationCallbacks*, Sampler*, Result>)
            Function(ref _functions.CreateSampler, "vkCreateSampler"))(device, pCreateInfo, pAllocator, pSampler);

    public Result CreateSampler(
        Device device, SamplerCreateInfo* pCreateInfo, AllocationCallbacks* pAllocator, out Sampler pSampler)
    {
        fixed (Sampler* sampler = &pSampler)
            return CreateSampler(device, pCreateInfo, pAllocator, sampler);
    }

    public Result CreateSampler(
        Device device, ref readonly SamplerCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, Sampler* pSampler)
    {
        fixed (SamplerCreateInfo* createInfo = &pCreateInfo)
            return CreateSampler(device, createInfo, pAllocator, pSampler);
    }

    public Result CreateSampler(
        Device device, ref readonly SamplerCreateInfo pCreateInfo, AllocationCallbacks* pAllocator, out Sampler pSampler)
    {
        fixed (SamplerCreateInfo* createInfo = &pCreateInfo)
        fixed (Sampler* sampler = &pSampler)
            return CreateSampler(device, createInfo, pAllocator, sampler);
    }

    public void DestroySampler(Device device, Sampler sampler, AllocationCallbacks* pAllocator) =>
        ((delegate* unmanaged<Device, Sampler, AllocationCallbacks*, void>)
            Function(ref _functions.DestroySampler, "vkDestroySampler"))(device, sampler, pAllocator);
}
