namespace Silk.NET.Vulkan;

// default is VK_NULL_HANDLE. There is no ==: compare Handle.

// Dispatchable: pointers.
internal struct CommandBuffer
{
    public nint Handle;

    public CommandBuffer(nint? handle = null) => Handle = handle ?? 0;
}

internal struct Device
{
    public nint Handle;

    public Device(nint? handle = null) => Handle = handle ?? 0;
}

internal struct Instance
{
    public nint Handle;

    public Instance(nint? handle = null) => Handle = handle ?? 0;
}

internal struct PhysicalDevice
{
    public nint Handle;

    public PhysicalDevice(nint? handle = null) => Handle = handle ?? 0;
}

internal struct Queue
{
    public nint Handle;

    public Queue(nint? handle = null) => Handle = handle ?? 0;
}

// Not dispatchable: 64 bits everywhere.
internal struct Buffer
{
    public ulong Handle;

    public Buffer(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct BufferView
{
    public ulong Handle;

    public BufferView(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct CommandPool
{
    public ulong Handle;

    public CommandPool(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct DebugUtilsMessengerEXT
{
    public ulong Handle;

    public DebugUtilsMessengerEXT(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct DescriptorPool
{
    public ulong Handle;

    public DescriptorPool(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct DescriptorSet
{
    public ulong Handle;

    public DescriptorSet(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct DescriptorSetLayout
{
    public ulong Handle;

    public DescriptorSetLayout(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct DescriptorUpdateTemplate
{
    public ulong Handle;

    public DescriptorUpdateTemplate(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct DeviceMemory
{
    public ulong Handle;

    public DeviceMemory(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct Event
{
    public ulong Handle;

    public Event(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct Fence
{
    public ulong Handle;

    public Fence(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct Framebuffer
{
    public ulong Handle;

    public Framebuffer(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct Image
{
    public ulong Handle;

    public Image(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct ImageView
{
    public ulong Handle;

    public ImageView(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct Pipeline
{
    public ulong Handle;

    public Pipeline(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct PipelineCache
{
    public ulong Handle;

    public PipelineCache(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct PipelineLayout
{
    public ulong Handle;

    public PipelineLayout(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct QueryPool
{
    public ulong Handle;

    public QueryPool(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct RenderPass
{
    public ulong Handle;

    public RenderPass(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct Sampler
{
    public ulong Handle;

    public Sampler(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct SamplerYcbcrConversion
{
    public ulong Handle;

    public SamplerYcbcrConversion(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct Semaphore
{
    public ulong Handle;

    public Semaphore(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct ShaderModule
{
    public ulong Handle;

    public ShaderModule(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct SurfaceKHR
{
    public ulong Handle;

    public SurfaceKHR(ulong? handle = null) => Handle = handle ?? 0;
}

internal struct SwapchainKHR
{
    public ulong Handle;

    public SwapchainKHR(ulong? handle = null) => Handle = handle ?? 0;
}
