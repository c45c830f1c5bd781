using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Tests.Support;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Tests.Gpu;

[TestFixture]
public sealed unsafe class CommandRecorderTests : DeviceTests
{
    /// <summary>
    /// <code>
    /// layout(local_size_x_id = 0) in;                                                     // y[i] = x[i] * factor + workgroup
    /// layout(std430, set = 0, binding = 0) readonly buffer X { uint x[]; };
    /// layout(std430, set = 0, binding = 1) writeonly buffer Y { uint y[]; };
    /// layout(push_constant) uniform Push { uint count, factor; } push;
    /// void main() {
    ///     uint i = gl_GlobalInvocationID.x;
    ///     if (i &lt; push.count) y[i] = x[i] * push.factor + gl_WorkGroupID.x;
    /// }
    /// </code>
    /// compiled by "glslc --target-env=vulkan1.2 -O", without names.
    /// </summary>
    private static readonly byte[] Kernel = Convert.FromBase64String(
        """
        AwIjBwAFAQALAA0ANgAAAAAAAAARAAIAAQAAAAsABgABAAAAR0xTTC5zdGQuNDUwAAAAAA4AAwAAAAAAAQAAAA8ACgAFAAAABAAAAG1haW4AAAAACwAAABMA
        AAAgAAAAJQAAAC4AAAAQAAYABAAAABEAAAABAAAAAQAAAAEAAABHAAQACwAAAAsAAAAcAAAASAAFABEAAAAAAAAAIwAAAAAAAABIAAUAEQAAAAEAAAAjAAAA
        BAAAAEcAAwARAAAAAgAAAEcABAAdAAAABgAAAAQAAABIAAQAHgAAAAAAAAAZAAAASAAFAB4AAAAAAAAAIwAAAAAAAABHAAMAHgAAAAIAAABHAAQAIAAAACIA
        AAAAAAAARwAEACAAAAAhAAAAAQAAAEcABAAiAAAABgAAAAQAAABIAAQAIwAAAAAAAAAYAAAASAAFACMAAAAAAAAAIwAAAAAAAABHAAMAIwAAAAIAAABHAAQA
        JQAAACIAAAAAAAAARwAEACUAAAAhAAAAAAAAAEcABAAuAAAACwAAABoAAABHAAQAMwAAAAEAAAAAAAAARwAEADUAAAALAAAAGQAAABMAAgACAAAAIQADAAMA
        AAACAAAAFQAEAAYAAAAgAAAAAAAAABcABAAJAAAABgAAAAMAAAAgAAQACgAAAAEAAAAJAAAAOwAEAAoAAAALAAAAAQAAACsABAAGAAAADAAAAAAAAAAgAAQA
        DQAAAAEAAAAGAAAAHgAEABEAAAAGAAAABgAAACAABAASAAAACQAAABEAAAA7AAQAEgAAABMAAAAJAAAAFQAEABQAAAAgAAAAAQAAACsABAAUAAAAFQAAAAAA
        AAAgAAQAFgAAAAkAAAAGAAAAFAACABkAAAAdAAMAHQAAAAYAAAAeAAMAHgAAAB0AAAAgAAQAHwAAAAwAAAAeAAAAOwAEAB8AAAAgAAAADAAAAB0AAwAiAAAA
        BgAAAB4AAwAjAAAAIgAAACAABAAkAAAADAAAACMAAAA7AAQAJAAAACUAAAAMAAAAIAAEACcAAAAMAAAABgAAACsABAAUAAAAKgAAAAEAAAA7AAQACgAAAC4A
        AAABAAAAMgAEAAYAAAAzAAAAAQAAACsABAAGAAAANAAAAAEAAAAzAAYACQAAADUAAAAzAAAANAAAADQAAAA2AAUAAgAAAAQAAAAAAAAAAwAAAPgAAgAFAAAA
        QQAFAA0AAAAOAAAACwAAAAwAAAA9AAQABgAAAA8AAAAOAAAAQQAFABYAAAAXAAAAEwAAABUAAAA9AAQABgAAABgAAAAXAAAAsAAFABkAAAAaAAAADwAAABgA
        AAD3AAMAHAAAAAAAAAD6AAQAGgAAABsAAAAcAAAA+AACABsAAABBAAYAJwAAACgAAAAlAAAAFQAAAA8AAAA9AAQABgAAACkAAAAoAAAAQQAFABYAAAArAAAA
        EwAAACoAAAA9AAQABgAAACwAAAArAAAAhAAFAAYAAAAtAAAAKQAAACwAAABBAAUADQAAAC8AAAAuAAAADAAAAD0ABAAGAAAAMAAAAC8AAACAAAUABgAAADEA
        AAAtAAAAMAAAAEEABgAnAAAAMgAAACAAAAAVAAAADwAAAD4AAwAyAAAAMQAAAPkAAgAcAAAA+AACABwAAAD9AAEAOAABAA==
        """);

    [Test]
    public void Dispatches_a_kernel_with_push_constants_and_bases()
    {
        const uint count = 1000, groupSize = 64, groups = (count + groupSize - 1) / groupSize;
        uint[] x = [.. Enumerable.Range(0, (int)count).Select(i => (uint)i * 3)];
        using Pipelet pipelet = new(Device, groupSize);
        using GpuBuffer input = Device.CreateBuffer("x", count * 4, GpuBufferUse.Tensors);
        using GpuBuffer output = Device.CreateBuffer("y", count * 4, GpuBufferUse.Tensors);
        Device.Staging.Upload(MemoryMarshal.AsBytes<uint>(x), input);
        pipelet.Point(input, output);

        // All in one go; then in two, the second starting at workgroup 5, which must see the same numbers.
        foreach (uint split in (uint[])[groups, 5])
        {
            using CommandRecorder commands = new(Device, "dispatch");
            commands.Begin();
            commands.Label("dispatch in two parts");
            commands.Fill(output, 0, output.Size, uint.MaxValue);
            commands.Barrier();
            commands.Bind(pipelet.Pipeline, pipelet.Layout);
            commands.BindSet(pipelet.Set);
            commands.Push(MemoryMarshal.AsBytes<uint>([count, 7]));
            commands.Dispatch(split);
            if (split < groups)
                commands.DispatchBase(split, 0, 0, groups - split, 1, 1);
            commands.EndLabel();
            commands.End();
            Device.Submission.Wait(Device.Submission.Submit(commands));

            uint[] y = new uint[count];
            Device.Staging.Read(output, 0, MemoryMarshal.AsBytes(y.AsSpan()));
            Assert.That(y, Is.EqualTo(x.Select((value, i) => value * 7 + (uint)i / groupSize)));
        }
    }

    [Test]
    public void Records_into_a_command_buffer_of_the_host_s()
    {
        CommandPoolCreateInfo createPool = new()
        {
            SType = StructureType.CommandPoolCreateInfo,
            QueueFamilyIndex = Device.QueueFamily,
        };
        Check(Device.Api.CreateCommandPool(Device.Handle, in createPool, null, out CommandPool pool));
        CommandBufferAllocateInfo allocate = new()
        {
            SType = StructureType.CommandBufferAllocateInfo, CommandPool = pool, CommandBufferCount = 1,
        };
        Check(Device.Api.AllocateCommandBuffers(Device.Handle, in allocate, out CommandBuffer buffer));
        CommandBufferBeginInfo begin = new() { SType = StructureType.CommandBufferBeginInfo };
        Check(Device.Api.BeginCommandBuffer(buffer, in begin));

        using GpuBuffer target = Device.CreateBuffer("host's", 8, GpuBufferUse.Readback);
        using (CommandRecorder commands = new(Device, buffer))
        {
            commands.Fill(target, 0, 4, 5);
            commands.Fill(target, 4, 4, 6);
            commands.HostBarrier();
        }

        Check(Device.Api.EndCommandBuffer(buffer));
        SubmitInfo submit = new() { SType = StructureType.SubmitInfo, CommandBufferCount = 1, PCommandBuffers = &buffer };
        Check(Device.Api.QueueSubmit(Device.Queue, 1, in submit, default));
        Check(Device.Api.QueueWaitIdle(Device.Queue));
        Device.Api.DestroyCommandPool(Device.Handle, pool, null);

        target.Invalidate(0, 8);
        Assert.That(target.Mapped.ToArray(), Is.EqualTo(new byte[] { 5, 0, 0, 0, 6, 0, 0, 0 }));
    }

    [Test]
    public void Recording_allocates_nothing()
    {
        using GpuBuffer a = Device.CreateBuffer("a", 256, GpuBufferUse.Tensors);
        using GpuBuffer b = Device.CreateBuffer("b", 256, GpuBufferUse.Tensors);
        using CommandRecorder commands = new(Device, "frugal");
        Record();
        Record();
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Record();
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Assert.That(bytes, Is.Zero);

        void Record()
        {
            commands.Begin(isReusable: true);
            commands.Label("a label");
            commands.Fill(a, 0, 256, 1);
            commands.Barrier();
            commands.Copy(a, 0, b, 0, 256);
            commands.HostBarrier();
            commands.EndLabel();
            commands.End();
        }
    }

    [Test]
    public void Begins_again_after_a_recording_that_an_exception_cut_short()
    {
        using GpuBuffer buffer = Device.CreateBuffer("short", 8, GpuBufferUse.Tensors);
        using CommandRecorder commands = new(Device, "cut");
        commands.Begin();
        Assert.Multiple(() =>
        {
            Assert.That(() => commands.Fill(buffer, 4, 8, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => commands.Fill(buffer, 2, 4, 0), Throws.ArgumentException);
            Assert.That(() => commands.Copy(buffer, 0, buffer, 5, 4), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
        commands.Begin();
        commands.Fill(buffer, 0, 8, 9);
        commands.End();
        Device.Submission.Submit(commands);
        byte[] back = new byte[8];
        Device.Staging.Read(buffer, 0, back);
        Assert.That(back, Is.EqualTo(new byte[] { 9, 0, 0, 0, 9, 0, 0, 0 }));
    }

    [Test]
    public void Refuses_more_workgroups_than_the_device_runs()
    {
        using CommandRecorder commands = new(Device, "too many");
        commands.Begin();
        PhysicalDeviceLimits limits = Device.Adapter.Limits;
        uint most = limits.MaxComputeWorkGroupCount[1];
        if (most == uint.MaxValue)
            Assert.Ignore("This device runs any number of workgroups.");
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => commands.Dispatch(1, most + 1))!;
        Assert.That(error.Message, Does.StartWith($"1 x {(ulong)most + 1} x 1 workgroups; \"{Device.Info.Name}\" runs at most "));
    }

    /// <summary>The least that Vulkan wants for one kernel with two storage buffers.</summary>
    private sealed class Pipelet : IDisposable
    {
        private readonly GpuDevice _device;
        private DescriptorSetLayout _setLayout;
        private DescriptorPool _pool;

        public Pipelet(GpuDevice device, uint groupSize)
        {
            _device = device;
            DescriptorSetLayoutBinding* bindings = stackalloc DescriptorSetLayoutBinding[2];
            for (uint i = 0; i < 2; i++)
            {
                bindings[i] = new DescriptorSetLayoutBinding
                {
                    Binding = i, DescriptorType = DescriptorType.StorageBuffer, DescriptorCount = 1,
                    StageFlags = ShaderStageFlags.ComputeBit,
                };
            }

            DescriptorSetLayoutCreateInfo setLayout = new()
            {
                SType = StructureType.DescriptorSetLayoutCreateInfo, BindingCount = 2, PBindings = bindings,
            };
            Check(device.Api.CreateDescriptorSetLayout(device.Handle, in setLayout, null, out _setLayout));

            PushConstantRange push = new() { StageFlags = ShaderStageFlags.ComputeBit, Size = 8 };
            DescriptorSetLayout set = _setLayout;
            PipelineLayoutCreateInfo layout = new()
            {
                SType = StructureType.PipelineLayoutCreateInfo, SetLayoutCount = 1, PSetLayouts = &set,
                PushConstantRangeCount = 1, PPushConstantRanges = &push,
            };
            Check(device.Api.CreatePipelineLayout(device.Handle, in layout, null, out PipelineLayout made));
            Layout = made;
            Pipeline = NewPipeline(groupSize);

            DescriptorPoolSize size = new() { Type = DescriptorType.StorageBuffer, DescriptorCount = 2 };
            DescriptorPoolCreateInfo pool = new()
            {
                SType = StructureType.DescriptorPoolCreateInfo, MaxSets = 1, PoolSizeCount = 1, PPoolSizes = &size,
            };
            Check(device.Api.CreateDescriptorPool(device.Handle, in pool, null, out _pool));
            DescriptorSetAllocateInfo allocate = new()
            {
                SType = StructureType.DescriptorSetAllocateInfo, DescriptorPool = _pool, DescriptorSetCount = 1,
                PSetLayouts = &set,
            };
            Check(device.Api.AllocateDescriptorSets(device.Handle, in allocate, out DescriptorSet allocated));
            Set = allocated;
        }

        public Pipeline Pipeline { get; }

        public PipelineLayout Layout { get; }

        public DescriptorSet Set { get; }

        public void Point(GpuBuffer x, GpuBuffer y)
        {
            DescriptorBufferInfo* buffers = stackalloc DescriptorBufferInfo[2]
            {
                new() { Buffer = x.Handle, Range = Vk.WholeSize }, new() { Buffer = y.Handle, Range = Vk.WholeSize },
            };
            WriteDescriptorSet write = new()
            {
                SType = StructureType.WriteDescriptorSet, DstSet = Set, DescriptorCount = 2,
                DescriptorType = DescriptorType.StorageBuffer, PBufferInfo = buffers,
            };
            _device.Api.UpdateDescriptorSets(_device.Handle, 1, in write, 0, null);
        }

        public void Dispose()
        {
            _device.Api.DestroyDescriptorPool(_device.Handle, _pool, null);
            _device.Api.DestroyPipeline(_device.Handle, Pipeline, null);
            _device.Api.DestroyPipelineLayout(_device.Handle, Layout, null);
            _device.Api.DestroyDescriptorSetLayout(_device.Handle, _setLayout, null);
        }

        private Pipeline NewPipeline(uint groupSize)
        {
            fixed (byte* code = Kernel)
            fixed (byte* main = "main\0"u8)
            {
                ShaderModuleCreateInfo module = new()
                {
                    SType = StructureType.ShaderModuleCreateInfo, CodeSize = (nuint)Kernel.Length, PCode = (uint*)code,
                };
                Check(_device.Api.CreateShaderModule(_device.Handle, in module, null, out ShaderModule shader));
                SpecializationMapEntry entry = new() { ConstantID = 0, Offset = 0, Size = 4 };
                SpecializationInfo specialization = new()
                {
                    MapEntryCount = 1, PMapEntries = &entry, DataSize = 4, PData = &groupSize,
                };
                ComputePipelineCreateInfo create = new()
                {
                    SType = StructureType.ComputePipelineCreateInfo,
                    Flags = PipelineCreateFlags.CreateDispatchBaseBit,
                    Stage = new PipelineShaderStageCreateInfo
                    {
                        SType = StructureType.PipelineShaderStageCreateInfo, Stage = ShaderStageFlags.ComputeBit,
                        Module = shader, PName = main, PSpecializationInfo = &specialization,
                    },
                    Layout = Layout,
                };
                Result result =
                    _device.Api.CreateComputePipelines(_device.Handle, default, 1, in create, null, out Pipeline pipeline);
                _device.Api.DestroyShaderModule(_device.Handle, shader, null);
                Check(result);
                return pipeline;
            }
        }

    }

    private static void Check(Result result) => Device.Check(result, "a call of the test's", "test");
}
