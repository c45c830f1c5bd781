using System.Runtime.InteropServices;
using NUnit.Framework;
using Silk.NET.Core;
using Silk.NET.Core.Contexts;
using Silk.NET.Core.Loader;
using Silk.NET.Core.Native;
using Silk.NET.Shaderc;
using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.EXT;
using Silk.NET.Vulkan.Extensions.KHR;
using Buffer = Silk.NET.Vulkan.Buffer;

namespace ResNetVulkan.Tests.Bindings;

/// <summary>The bindings against a driver, stand-in or package alike: calls arrive, answers come back, extensions load.</summary>
[TestFixture, Category("Device")]
public sealed unsafe class VulkanBindingTests
{
    private const string Doubler = """
        #version 450
        layout(local_size_x_id = 0) in;
        layout(constant_id = 1) const uint FACTOR = 1;
        layout(push_constant) uniform Push { uint count; uint offset; } push;
        layout(std430, set = 0, binding = 0) buffer Values { uint values[]; };
        void main() {
            uint i = gl_GlobalInvocationID.x;
            if (i < push.count) values[i] = values[i] * FACTOR + push.offset;
        }
        """;

    private Vk _vk = null!;
    private Instance _instance;

    [OneTimeSetUp]
    public void MakeInstance()
    {
        try { _vk = Vk.GetApi(); }
        catch (FileNotFoundException e) { Assert.Ignore($"No Vulkan loader: {e.Message}"); }

        ApplicationInfo application = new() { SType = StructureType.ApplicationInfo, ApiVersion = Vk.Version12 };
        bool debug = _vk.IsInstanceExtensionPresent(ExtDebugUtils.ExtensionName);
        byte** extensions = (byte**)SilkMarshal.StringArrayToPtr(debug ? [ExtDebugUtils.ExtensionName] : []);
        InstanceCreateInfo create = new()
        {
            SType = StructureType.InstanceCreateInfo,
            PApplicationInfo = &application,
            EnabledExtensionCount = debug ? 1u : 0u,
            PpEnabledExtensionNames = extensions,
        };
        Assert.That(_vk.CreateInstance(in create, null, out _instance), Is.EqualTo(Result.Success));
        SilkMarshal.Free((nint)extensions);
        _vk.CurrentInstance = _instance;
        if (_vk.GetPhysicalDevices(_instance).Count == 0)
            Assert.Ignore("No Vulkan device.");
    }

    [OneTimeTearDown]
    public void DestroyInstance()
    {
        if (_instance.Handle != 0)
            _vk.DestroyInstance(_instance, null);
        _vk?.Dispose();
    }

    [Test]
    public void Lists_the_devices_with_what_their_chained_structures_say()
    {
        foreach (PhysicalDevice device in _vk.GetPhysicalDevices(_instance))
        {
            PhysicalDeviceDriverProperties driver = new() { SType = StructureType.PhysicalDeviceDriverProperties };
            PhysicalDeviceVulkan11Properties eleven = new()
            {
                SType = StructureType.PhysicalDeviceVulkan11Properties,
                PNext = &driver,
            };
            PhysicalDeviceProperties2 chained = new() { SType = StructureType.PhysicalDeviceProperties2, PNext = &eleven };
            _vk.GetPhysicalDeviceProperties2(device, &chained);
            _vk.GetPhysicalDeviceProperties(device, out PhysicalDeviceProperties plain);
            _vk.GetPhysicalDeviceMemoryProperties(device, out PhysicalDeviceMemoryProperties memory);

            string name = SilkMarshal.PtrToString((nint)plain.DeviceName)!;
            TestContext.Out.WriteLine(
                $"{name}: Vulkan {(Version)(Version32)plain.ApiVersion}, {driver.DriverID}, " +
                $"{SilkMarshal.PtrToString((nint)driver.DriverInfo)}, subgroups of {eleven.SubgroupSize}, " +
                $"heap 0 of {memory.MemoryHeaps[0].Size >> 20} MiB");
            Assert.That(name, Is.Not.Empty);
            Assert.That(SilkMarshal.PtrToString((nint)chained.Properties.DeviceName), Is.EqualTo(name));
            Assert.That(SilkMarshal.PtrToString((nint)driver.DriverName), Is.Not.Empty);
            Assert.That(eleven.SubgroupSize, Is.Positive);
            Assert.That(memory.MemoryTypes[(int)memory.MemoryTypeCount - 1].HeapIndex, Is.LessThan(memory.MemoryHeapCount));
        }
    }

    [Test]
    public void The_out_form_of_a_query_forgets_the_chain()
    {
        PhysicalDevice device = _vk.GetPhysicalDevices(_instance).First();
        PhysicalDeviceDriverProperties driver = new() { SType = StructureType.PhysicalDeviceDriverProperties };
        PhysicalDeviceProperties2 properties = new() { PNext = &driver };
        _vk.GetPhysicalDeviceProperties2(device, out properties);
        Assert.That((nint)properties.PNext, Is.EqualTo((nint)0));
        Assert.That(properties.SType, Is.EqualTo(StructureType.PhysicalDeviceProperties2));
        Assert.That(properties.Properties.Limits.MaxComputeWorkGroupInvocations, Is.Positive);
    }

    [Test]
    public void A_dispatch_with_push_and_specialization_constants_changes_the_buffer()
    {
        using Device1 device = new(_vk, _vk.GetPhysicalDevices(_instance).First());
        Assert.That(device.Dispatch(Compile(Doubler), [1, 2, 3, 4, 5], localSize: 4, factor: 2, offset: 10, count: 4),
            Is.EqualTo((uint[])[12, 14, 16, 18, 5]));
    }

    [Test]
    public void Two_of_them_in_one_process_share_nothing()
    {
        using Device1 one = new(_vk, _vk.GetPhysicalDevices(_instance).First());
        using Vk other = Vk.GetApi();
        InstanceCreateInfo create = new() { SType = StructureType.InstanceCreateInfo };
        Assert.That(other.CreateInstance(in create, null, out Instance instance), Is.EqualTo(Result.Success));
        using (Device1 two = new(other, other.GetPhysicalDevices(instance).First()))
        {
            Assert.That(two.Dispatch(Compile(Doubler), [7], 1, 3, 0, 1), Is.EqualTo((uint[])[21]));
            Assert.That(one.Dispatch(Compile(Doubler), [7], 1, 5, 0, 1), Is.EqualTo((uint[])[35]));
        }
        other.DestroyInstance(instance, null);
        Assert.That(one.Dispatch(Compile(Doubler), [7], 1, 7, 0, 1), Is.EqualTo((uint[])[49]));
        Assert.That(_vk.CurrentInstance!.Value.Handle, Is.EqualTo(_instance.Handle));
    }

    [Test]
    public void Runs_on_nothing_but_a_hosts_own_vkGetInstanceProcAddr()
    {
        // What a host hands over: one function pointer and its instance.
        delegate* unmanaged<nint, byte*, nint> hostGet =
            (delegate* unmanaged<nint, byte*, nint>)(nint)_vk.GetInstanceProcAddr(_instance, "vkGetInstanceProcAddr");
        nint instance = _instance.Handle;
        HashSet<string> asked = [];
        using Vk vk = new(new LamdaNativeContext(name =>
        {
            asked.Add(name);
            nint text = SilkMarshal.StringToPtr(name);
            nint address = hostGet(instance, (byte*)text);
            SilkMarshal.Free(text);
            return address;
        }));
        vk.CurrentInstance = _instance;
        using Device1 device = new(vk, vk.GetPhysicalDevices(_instance).First());
        Assert.That(device.Dispatch(Compile(Doubler), [1, 1], 64, 9, 1, 2), Is.EqualTo((uint[])[10, 10]));
        Assert.That(asked, Is.SupersetOf((string[])["vkCreateDevice", "vkCmdDispatch", "vkQueueSubmit"]));
    }

    [Test]
    public void A_function_that_nobody_has_is_an_error_at_its_first_call()
    {
        using Vk vk = new(new LamdaNativeContext(_ => 0));
        SymbolLoadingException error = Assert.Throws<SymbolLoadingException>(() => vk.DeviceWaitIdle(default))!;
        Assert.That(error.Message, Does.Contain("vkDeviceWaitIdle"));
    }

    [Test]
    public void A_debug_messenger_hears_what_is_submitted_to_it()
    {
        if (!_vk.TryGetInstanceExtension(_instance, out ExtDebugUtils debug))
            Assert.Ignore("The loader has no VK_EXT_debug_utils.");

        List<string> heard = [];
        DebugUtilsMessengerCreateInfoEXT create = new()
        {
            SType = StructureType.DebugUtilsMessengerCreateInfoExt,
            MessageSeverity = DebugUtilsMessageSeverityFlagsEXT.InfoBitExt,
            MessageType = DebugUtilsMessageTypeFlagsEXT.GeneralBitExt,
            PfnUserCallback = (DebugUtilsMessengerCallbackFunctionEXT)Hear,
        };
        Assert.That(debug.CreateDebugUtilsMessenger(_instance, in create, null, out DebugUtilsMessengerEXT messenger),
            Is.EqualTo(Result.Success));

        nint text = SilkMarshal.StringToPtr("größer");
        DebugUtilsMessengerCallbackDataEXT data = new()
        {
            SType = StructureType.DebugUtilsMessengerCallbackDataExt,
            PMessage = (byte*)text,
        };
        debug.SubmitDebugUtilsMessage(_instance, create.MessageSeverity, create.MessageType, in data);
        debug.DestroyDebugUtilsMessenger(_instance, messenger, null);
        SilkMarshal.Free(text);
        Assert.That(heard, Is.EqualTo((string[])["größer"]));

        uint Hear(
            DebugUtilsMessageSeverityFlagsEXT severity, DebugUtilsMessageTypeFlagsEXT types,
            DebugUtilsMessengerCallbackDataEXT* message, void* user)
        {
            heard.Add(SilkMarshal.PtrToString((nint)message->PMessage)!);
            return Vk.False;
        }
    }

    [Test]
    public void Extensions_are_found_by_what_the_loader_and_the_devices_offer()
    {
        Assert.That(_vk.IsInstanceExtensionPresent("VK_KHR_nothing_at_all"), Is.False);
        Assert.That(_vk.IsInstanceExtensionPresent("VK_KHR_swapchain"), Is.False, "a device extension is none of the loader's");
        Assert.That(_vk.TryGetDeviceExtension(_instance, default, out KhrSwapchain _),
            Is.EqualTo(_vk.IsDeviceExtensionPresent(_instance, KhrSwapchain.ExtensionName)));
        Assert.That(_vk.TryGetInstanceExtension(_instance, out KhrSurface _),
            Is.EqualTo(_vk.IsInstanceExtensionPresent(KhrSurface.ExtensionName)));
    }

    [Test]
    public void String_arrays_come_back_as_they_went()
    {
        string[] names = ["", "VK_LAYER_KHRONOS_validation", "größer"];
        nint array = SilkMarshal.StringArrayToPtr(names);
        Assert.That(SilkMarshal.PtrToStringArray(array, 3), Is.EqualTo(names));
        Assert.That(Marshal.PtrToStringUTF8(((nint*)array)[2]), Is.EqualTo("größer"));
        SilkMarshal.Free(array);
    }

    private static byte[] Compile(string source)
    {
        Shaderc shaderc;
        try { shaderc = Shaderc.GetApi(); }
        catch (FileNotFoundException)
        {
            Assert.Ignore("No shader compiler (Debian: glslc).");
            throw;
        }

        using (shaderc)
        {
            return ShadercTests.Compile(shaderc, source, "doubler.comp", out string messages)
                ?? throw new AssertionException(messages);
        }
    }

    /// <summary>A device with one queue, and the shortest way through it.</summary>
    private sealed class Device1 : IDisposable
    {
        private readonly Vk _vk;
        private readonly PhysicalDevice _physical;
        private readonly Device _device;
        private readonly Queue _queue;

        public Device1(Vk vk, PhysicalDevice physical)
        {
            (_vk, _physical) = (vk, physical);
            float priority = 1;
            DeviceQueueCreateInfo queue = new()
            {
                SType = StructureType.DeviceQueueCreateInfo,
                QueueCount = 1,
                PQueuePriorities = &priority,
            };
            DeviceCreateInfo create = new()
            {
                SType = StructureType.DeviceCreateInfo,
                QueueCreateInfoCount = 1,
                PQueueCreateInfos = &queue,
            };
            Check(vk.CreateDevice(physical, in create, null, out _device));
            vk.CurrentDevice = _device;
            vk.GetDeviceQueue(_device, 0, 0, out _queue);
        }

        public uint[] Dispatch(byte[] spirv, uint[] values, uint localSize, uint factor, uint offset, uint count)
        {
            ulong size = (ulong)values.Length * sizeof(uint);
            BufferCreateInfo bufferInfo = new()
            {
                SType = StructureType.BufferCreateInfo,
                Size = size,
                Usage = BufferUsageFlags.StorageBufferBit,
            };
            Check(_vk.CreateBuffer(_device, in bufferInfo, null, out Buffer buffer));
            _vk.GetBufferMemoryRequirements(_device, buffer, out MemoryRequirements needs);
            MemoryAllocateInfo memoryInfo = new()
            {
                SType = StructureType.MemoryAllocateInfo,
                AllocationSize = needs.Size,
                MemoryTypeIndex = HostVisible(needs.MemoryTypeBits),
            };
            Check(_vk.AllocateMemory(_device, in memoryInfo, null, out DeviceMemory memory));
            Check(_vk.BindBufferMemory(_device, buffer, memory, 0));
            void* mapped = null;
            Check(_vk.MapMemory(_device, memory, 0, Vk.WholeSize, 0, ref mapped));
            Span<uint> host = new(mapped, values.Length);
            values.CopyTo(host);

            ShaderModule module;
            fixed (byte* code = spirv)
            {
                ShaderModuleCreateInfo moduleInfo = new()
                {
                    SType = StructureType.ShaderModuleCreateInfo,
                    CodeSize = (nuint)spirv.Length,
                    PCode = (uint*)code,
                };
                Check(_vk.CreateShaderModule(_device, in moduleInfo, null, out module));
            }

            DescriptorSetLayoutBinding binding = new()
            {
                DescriptorType = DescriptorType.StorageBuffer,
                DescriptorCount = 1,
                StageFlags = ShaderStageFlags.ComputeBit,
            };
            DescriptorSetLayoutCreateInfo setLayoutInfo = new()
            {
                SType = StructureType.DescriptorSetLayoutCreateInfo,
                BindingCount = 1,
                PBindings = &binding,
            };
            Check(_vk.CreateDescriptorSetLayout(_device, in setLayoutInfo, null, out DescriptorSetLayout setLayout));
            PushConstantRange range = new() { StageFlags = ShaderStageFlags.ComputeBit, Size = 8 };
            PipelineLayoutCreateInfo layoutInfo = new()
            {
                SType = StructureType.PipelineLayoutCreateInfo,
                SetLayoutCount = 1,
                PSetLayouts = &setLayout,
                PushConstantRangeCount = 1,
                PPushConstantRanges = &range,
            };
            Check(_vk.CreatePipelineLayout(_device, in layoutInfo, null, out PipelineLayout layout));

            uint* constants = stackalloc uint[] { localSize, factor };
            SpecializationMapEntry* entries = stackalloc SpecializationMapEntry[]
            {
                new() { ConstantID = 0, Offset = 0, Size = 4 }, new() { ConstantID = 1, Offset = 4, Size = 4 },
            };
            SpecializationInfo specialization = new()
            {
                MapEntryCount = 2,
                PMapEntries = entries,
                DataSize = 8,
                PData = constants,
            };
            nint main = SilkMarshal.StringToPtr("main");
            ComputePipelineCreateInfo pipelineInfo = new()
            {
                SType = StructureType.ComputePipelineCreateInfo,
                Layout = layout,
                Stage = new PipelineShaderStageCreateInfo
                {
                    SType = StructureType.PipelineShaderStageCreateInfo,
                    Stage = ShaderStageFlags.ComputeBit,
                    Module = module,
                    PName = (byte*)main,
                    PSpecializationInfo = &specialization,
                },
            };
            Check(_vk.CreateComputePipelines(_device, default, 1, in pipelineInfo, null, out Pipeline pipeline));
            SilkMarshal.Free(main);

            DescriptorPoolSize poolSize = new() { Type = DescriptorType.StorageBuffer, DescriptorCount = 1 };
            DescriptorPoolCreateInfo poolInfo = new()
            {
                SType = StructureType.DescriptorPoolCreateInfo,
                MaxSets = 1,
                PoolSizeCount = 1,
                PPoolSizes = &poolSize,
            };
            Check(_vk.CreateDescriptorPool(_device, in poolInfo, null, out DescriptorPool pool));
            DescriptorSetAllocateInfo setInfo = new()
            {
                SType = StructureType.DescriptorSetAllocateInfo,
                DescriptorPool = pool,
                DescriptorSetCount = 1,
                PSetLayouts = &setLayout,
            };
            Check(_vk.AllocateDescriptorSets(_device, in setInfo, out DescriptorSet set));
            DescriptorBufferInfo described = new() { Buffer = buffer, Range = Vk.WholeSize };
            WriteDescriptorSet write = new()
            {
                SType = StructureType.WriteDescriptorSet,
                DstSet = set,
                DescriptorCount = 1,
                DescriptorType = DescriptorType.StorageBuffer,
                PBufferInfo = &described,
            };
            _vk.UpdateDescriptorSets(_device, 1, in write, 0, null);

            CommandPoolCreateInfo commandPoolInfo = new() { SType = StructureType.CommandPoolCreateInfo };
            Check(_vk.CreateCommandPool(_device, in commandPoolInfo, null, out CommandPool commandPool));
            CommandBufferAllocateInfo commandsInfo = new()
            {
                SType = StructureType.CommandBufferAllocateInfo,
                CommandPool = commandPool,
                CommandBufferCount = 1,
            };
            Check(_vk.AllocateCommandBuffers(_device, in commandsInfo, out CommandBuffer commands));
            CommandBufferBeginInfo begin = new() { SType = StructureType.CommandBufferBeginInfo };
            Check(_vk.BeginCommandBuffer(commands, in begin));
            _vk.CmdBindPipeline(commands, PipelineBindPoint.Compute, pipeline);
            _vk.CmdBindDescriptorSets(commands, PipelineBindPoint.Compute, layout, 0, 1, in set, 0, null);
            uint* push = stackalloc uint[] { count, offset };
            _vk.CmdPushConstants(commands, layout, ShaderStageFlags.ComputeBit, 0, 8, push);
            _vk.CmdDispatch(commands, (count + localSize - 1) / localSize, 1, 1);
            MemoryBarrier barrier = new()
            {
                SType = StructureType.MemoryBarrier,
                SrcAccessMask = AccessFlags.ShaderWriteBit,
                DstAccessMask = AccessFlags.HostReadBit,
            };
            _vk.CmdPipelineBarrier(
                commands, PipelineStageFlags.ComputeShaderBit, PipelineStageFlags.HostBit, 0, 1, in barrier, 0, null, 0, null);
            Check(_vk.EndCommandBuffer(commands));

            FenceCreateInfo fenceInfo = new() { SType = StructureType.FenceCreateInfo };
            Check(_vk.CreateFence(_device, in fenceInfo, null, out Fence fence));
            SubmitInfo submit = new()
            {
                SType = StructureType.SubmitInfo,
                CommandBufferCount = 1,
                PCommandBuffers = &commands,
            };
            Check(_vk.QueueSubmit(_queue, 1, in submit, fence));
            Check(_vk.WaitForFences(_device, 1, in fence, true, ulong.MaxValue));
            uint[] result = host.ToArray();

            _vk.DestroyFence(_device, fence, null);
            _vk.DestroyCommandPool(_device, commandPool, null);
            _vk.DestroyDescriptorPool(_device, pool, null);
            _vk.DestroyPipeline(_device, pipeline, null);
            _vk.DestroyPipelineLayout(_device, layout, null);
            _vk.DestroyDescriptorSetLayout(_device, setLayout, null);
            _vk.DestroyShaderModule(_device, module, null);
            _vk.DestroyBuffer(_device, buffer, null);
            _vk.FreeMemory(_device, memory, null);
            return result;
        }

        public void Dispose() => _vk.DestroyDevice(_device, null);

        private uint HostVisible(uint allowed)
        {
            _vk.GetPhysicalDeviceMemoryProperties(_physical, out PhysicalDeviceMemoryProperties memory);
            MemoryPropertyFlags wanted = MemoryPropertyFlags.HostVisibleBit | MemoryPropertyFlags.HostCoherentBit;
            for (int i = 0; i < memory.MemoryTypeCount; i++)
            {
                if ((allowed & 1u << i) != 0 && (memory.MemoryTypes[i].PropertyFlags & wanted) == wanted)
                    return (uint)i;
            }
            throw new AssertionException("No host-visible, coherent memory, which Vulkan guarantees.");
        }

        private static void Check(Result result) => Assert.That(result, Is.EqualTo(Result.Success));
    }
}
