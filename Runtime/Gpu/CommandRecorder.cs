using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>
/// Records commands. Owns a command pool with one command buffer, or borrows a host's buffer, which the host begins, ends and
/// submits. Recording allocates nothing. Not thread-safe: one thread records at a time.
/// </summary>
internal sealed unsafe class CommandRecorder : IDisposable
{
    private readonly GpuDevice _device;
    private readonly Vk _api;
    private readonly string _name;
    private readonly uint _maxX, _maxY, _maxZ;
    private CommandBuffer _buffer;
    private CommandPool _pool;
    private PipelineLayout _layout;
    private State _state;
    private bool _isReusable;

    /// <summary>A recorder with a command buffer of its own. Dispose of it before its device.</summary>
    public CommandRecorder(GpuDevice device, string name)
        : this(device, default, name, State.Empty)
    {
        CommandPoolCreateInfo create = new()
        {
            SType = StructureType.CommandPoolCreateInfo,
            Flags = CommandPoolCreateFlags.ResetCommandBufferBit,
            QueueFamilyIndex = device.QueueFamily,
        };
        device.Check(_api.CreateCommandPool(device.Handle, in create, device.Allocator, out _pool), "vkCreateCommandPool", name);
        try
        {
            CommandBufferAllocateInfo allocate = new()
            {
                SType = StructureType.CommandBufferAllocateInfo,
                CommandPool = _pool,
                Level = CommandBufferLevel.Primary,
                CommandBufferCount = 1,
            };
            device.Check(_api.AllocateCommandBuffers(device.Handle, in allocate, out _buffer), "vkAllocateCommandBuffers", name);
        }
        catch
        {
            _api.DestroyCommandPool(device.Handle, _pool, device.Allocator);
            throw;
        }

        device.Created(ObjectType.CommandPool, _pool.Handle, name);
        device.Created(ObjectType.CommandBuffer, (ulong)_buffer.Handle, name);
    }

    /// <summary>A recorder into a command buffer of somebody else's, in the recording state. Owns nothing.</summary>
    public CommandRecorder(GpuDevice device, CommandBuffer borrowed)
        : this(device, borrowed, "host's command buffer", State.Recording)
    {
    }

    /// <summary>The same recorder into the next command buffer of somebody else's.</summary>
    public void Borrow(CommandBuffer borrowed) => (_buffer, _layout, _state) = (borrowed, default, State.Recording);

    private CommandRecorder(GpuDevice device, CommandBuffer buffer, string name, State state)
    {
        device.ThrowIfUnusable();
        (_device, _api, _name, _buffer, _state) = (device, device.Api, name, buffer, state);
        PhysicalDeviceLimits limits = device.Adapter.Limits;
        uint* most = limits.MaxComputeWorkGroupCount;
        (_maxX, _maxY, _maxZ) = (most[0], most[1], most[2]);
    }

    private enum State
    {
        Empty,
        Recording,
        Ended,
        Submitted,
    }

    /// <summary>The number of the last submission with these commands; 0 before the first.</summary>
    public ulong LastSubmission { get; private set; }

    /// <summary>The command buffer, ready to be submitted.</summary>
    internal CommandBuffer Ready => _state == State.Ended
        ? _buffer
        : throw new InvalidOperationException($"The commands \"{_name}\" cannot be submitted: " + _state switch
        {
            State.Submitted => "they were recorded for one submission, which they had.",
            State.Recording => "their recording was not ended.",
            _ => "nothing was recorded.",
        });

    /// <summary>Called by <see cref="Gpu.Submission"/> with the number it gave.</summary>
    internal void Submitted(ulong submission)
    {
        LastSubmission = submission;
        if (!_isReusable)
            _state = State.Submitted;
    }

    /// <summary>
    /// Starts over. Waits for the last submission of these commands: they must not change while they run.
    /// </summary>
    /// <param name="isReusable">Whether they may be submitted many times, again while they still run; otherwise once.</param>
    public void Begin(bool isReusable = false)
    {
        _device.Submission.Wait(LastSubmission);
        if (_state == State.Recording)    // an exception cut the last recording short
            _device.Check(_api.ResetCommandBuffer(_buffer, 0), "vkResetCommandBuffer", _name);

        CommandBufferBeginInfo begin = new()
        {
            SType = StructureType.CommandBufferBeginInfo,
            Flags = isReusable ? CommandBufferUsageFlags.SimultaneousUseBit : CommandBufferUsageFlags.OneTimeSubmitBit,
        };
        _device.Check(_api.BeginCommandBuffer(_buffer, in begin), "vkBeginCommandBuffer", _name);
        (_state, _isReusable, _layout) = (State.Recording, isReusable, default);
    }

    public void End()
    {
        _device.Check(_api.EndCommandBuffer(_buffer), "vkEndCommandBuffer", _name);
        _state = State.Ended;
    }

    public void Bind(Pipeline pipeline, PipelineLayout layout)
    {
        _api.CmdBindPipeline(_buffer, PipelineBindPoint.Compute, pipeline);
        _layout = layout;
    }

    /// <summary>Binds set 0 of the bound pipeline's layout.</summary>
    public void BindSet(in DescriptorSet set) =>
        _api.CmdBindDescriptorSets(_buffer, PipelineBindPoint.Compute, _layout, 0, 1, in set, 0, null);

    /// <summary>Push constants from byte 0, a multiple of 4 bytes, for the bound pipeline.</summary>
    public void Push(ReadOnlySpan<byte> values)
    {
        fixed (byte* first = values)
            _api.CmdPushConstants(_buffer, _layout, ShaderStageFlags.ComputeBit, 0, (uint)values.Length, first);
    }

    /// <summary>Runs x * y * z workgroups.</summary>
    public void Dispatch(uint x, uint y = 1, uint z = 1) => DispatchBase(0, 0, 0, x, y, z);

    /// <summary>
    /// Runs x * y * z workgroups whose gl_WorkGroupID begins at the base. The pipeline must have been made for it, unless the
    /// base is 0.
    /// </summary>
    public void DispatchBase(uint baseX, uint baseY, uint baseZ, uint x, uint y, uint z)
    {
        if (baseX + (ulong)x > _maxX || baseY + (ulong)y > _maxY || baseZ + (ulong)z > _maxZ)
            throw TooManyGroups(baseX + (ulong)x, baseY + (ulong)y, baseZ + (ulong)z);

        if ((baseX | baseY | baseZ) == 0)
            _api.CmdDispatch(_buffer, x, y, z);
        else
            _api.CmdDispatchBase(_buffer, baseX, baseY, baseZ, x, y, z);
    }

    /// <summary>Kernels and copies after it start when those before it have ended, and see what they wrote.</summary>
    public void Barrier() => Barrier(
        PipelineStageFlags.ComputeShaderBit | PipelineStageFlags.TransferBit,
        AccessFlags.ShaderReadBit | AccessFlags.ShaderWriteBit | AccessFlags.TransferReadBit | AccessFlags.TransferWriteBit);

    /// <summary>
    /// Once the submission has been waited for, the CPU sees in mapped memory what kernels and copies before it wrote.
    /// </summary>
    public void HostBarrier() => Barrier(PipelineStageFlags.HostBit, AccessFlags.HostReadBit);

    public void Copy(GpuBuffer source, ulong sourceOffset, GpuBuffer target, ulong targetOffset, ulong bytes)
    {
        source.CheckRange(sourceOffset, bytes);
        target.CheckRange(targetOffset, bytes);
        if (bytes == 0)
            return;

        BufferCopy region = new() { SrcOffset = sourceOffset, DstOffset = targetOffset, Size = bytes };
        _api.CmdCopyBuffer(_buffer, source.Handle, target.Handle, 1, in region);
    }

    /// <summary>Sets <paramref name="bytes"/> bytes to a repeated 32-bit value; offset and length are multiples of 4.</summary>
    public void Fill(GpuBuffer target, ulong offset, ulong bytes, uint value)
    {
        target.CheckRange(offset, bytes);
        if (((offset | bytes) & 3) != 0)
            throw new ArgumentException($"Fill: offset {offset} and length {bytes} in \"{target.Name}\" must be multiples of 4.");
        if (bytes > 0)
            _api.CmdFillBuffer(_buffer, target.Handle, offset, bytes, value);
    }

    /// <summary>
    /// Writes a few bytes, at most 65,536, that are kept with the commands; offset and length are multiples of 4.
    /// </summary>
    public void Update(GpuBuffer target, ulong offset, ReadOnlySpan<byte> bytes)
    {
        target.CheckRange(offset, (ulong)bytes.Length);
        fixed (byte* first = bytes)
            _api.CmdUpdateBuffer(_buffer, target.Handle, offset, (ulong)bytes.Length, first);
    }

    /// <summary>Copies a part of a host's image, rows of texels without gaps.</summary>
    public void Copy(Image source, ImageLayout layout, in BufferImageCopy region, GpuBuffer target) =>
        _api.CmdCopyImageToBuffer(_buffer, source, layout, target.Handle, 1, in region);

    /// <summary>Changes the layout or the owner of a host's image, between whatever uses it and this library's reading.</summary>
    /// <param name="barrier">What changes; its accesses are set here.</param>
    /// <param name="stage">Where this library reads it.</param>
    /// <param name="isBefore">Whether the reading follows; otherwise it is over.</param>
    public void Barrier(ImageMemoryBarrier barrier, PipelineStageFlags stage, bool isBefore)
    {
        AccessFlags read = stage == PipelineStageFlags.TransferBit ? AccessFlags.TransferReadBit : AccessFlags.ShaderReadBit;
        barrier.SType = StructureType.ImageMemoryBarrier;
        (barrier.SrcAccessMask, barrier.DstAccessMask) = isBefore
            ? (AccessFlags.MemoryWriteBit, read)
            : (AccessFlags.None, AccessFlags.MemoryReadBit | AccessFlags.MemoryWriteBit);
        (PipelineStageFlags from, PipelineStageFlags to) =
            isBefore ? (PipelineStageFlags.AllCommandsBit, stage) : (stage, PipelineStageFlags.AllCommandsBit);
        _api.CmdPipelineBarrier(_buffer, from, to, 0, 0, null, 0, null, 1, in barrier);
    }

    /// <summary>Readies timestamps for being written again.</summary>
    public void Reset(GpuTimer timer) => _api.CmdResetQueryPool(_buffer, timer.Handle, 0, (uint)timer.Count);

    /// <summary>Writes the time at which everything before it has ended.</summary>
    public void Timestamp(GpuTimer timer, int index) =>
        _api.CmdWriteTimestamp(_buffer, PipelineStageFlags.BottomOfPipeBit, timer.Handle, (uint)index);

    /// <summary>
    /// Names what follows for captures and messages, up to <see cref="EndLabel"/>. Does nothing without VK_EXT_debug_utils.
    /// </summary>
    public void Label(string name)
    {
        if (_device.DebugUtils is not { } debugUtils)
            return;

        Span<byte> text = stackalloc byte[256];
        fixed (byte* first = Utf8.Terminated(name, text))
        {
            DebugUtilsLabelEXT label = new() { SType = StructureType.DebugUtilsLabelExt, PLabelName = first };
            debugUtils.CmdBeginDebugUtilsLabel(_buffer, in label);
        }
    }

    public void EndLabel() => _device.DebugUtils?.CmdEndDebugUtilsLabel(_buffer);

    /// <summary>
    /// Waits for the last submission, then releases the pool. Safe after the device was lost or disposed of, and twice.
    /// </summary>
    public void Dispose()
    {
        if (_pool.Handle == 0)
            return;
        if (!_device.IsDisposed)
        {
            WaitUnlessLost();
            _api.DestroyCommandPool(_device.Handle, _pool, _device.Allocator);
            _device.Destroyed(ObjectType.CommandBuffer, _name);
            _device.Destroyed(ObjectType.CommandPool, _name);
        }

        _pool = default;
        _state = State.Empty;
    }

    private void WaitUnlessLost()
    {
        try
        {
            _device.Submission.Wait(LastSubmission);
        }
        catch (GpuDeviceLostException)
        {
            // Nothing runs any more, and what is being disposed of can go.
        }
    }

    private void Barrier(PipelineStageFlags stages, AccessFlags accesses)
    {
        MemoryBarrier barrier = new()
        {
            SType = StructureType.MemoryBarrier,
            SrcAccessMask = AccessFlags.ShaderWriteBit | AccessFlags.TransferWriteBit,
            DstAccessMask = accesses,
        };
        PipelineStageFlags before = PipelineStageFlags.ComputeShaderBit | PipelineStageFlags.TransferBit;
        _api.CmdPipelineBarrier(_buffer, before, stages, 0, 1, in barrier, 0, null, 0, null);
    }

    private ArgumentOutOfRangeException TooManyGroups(ulong x, ulong y, ulong z) => new(
        nameof(x),
        $"{x} x {y} x {z} workgroups; \"{_device.Adapter.Name}\" runs at most {_maxX} x {_maxY} x {_maxZ} in one dispatch.");
}
