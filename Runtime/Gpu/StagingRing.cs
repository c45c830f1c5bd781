namespace ResNetVulkan.Gpu;

/// <summary>
/// The way for bytes between the CPU and tensors: a ring of mapped slots, used in turn, so that the CPU fills one while the
/// device copies another. For loading, tests and checkpoints; plans bring their own slots. Owns its buffers and commands.
/// Thread-safe: one transfer at a time.
/// </summary>
internal sealed class StagingRing : IDisposable
{
    private readonly GpuDevice _device;
    private readonly Lock _gate = new();
    private readonly CommandRecorder[] _commands;
    private readonly int _slotBytes;
    private GpuBuffer? _upload;
    private GpuBuffer? _readback;
    private int _next;

    /// <param name="device">Whose it is.</param>
    /// <param name="slots">At least 1; with 2, copying by the CPU and by the device overlap.</param>
    /// <param name="slotBytes">The most that is copied by one submission.</param>
    public StagingRing(GpuDevice device, int slots = 4, int slotBytes = 4 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(slotBytes, 1);
        (_device, _slotBytes, _commands) = (device, slotBytes, new CommandRecorder[slots]);
        try
        {
            for (int i = 0; i < slots; i++)
                _commands[i] = new CommandRecorder(device, "staging");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Copies bytes into a buffer of the device's, after everything submitted before. Returns when <paramref name="source"/> has
    /// been read, not when the device has copied it.
    /// </summary>
    /// <returns>
    /// The submission to wait for where that matters; later submissions see the bytes anyway. 0 where there was nothing to copy.
    /// </returns>
    public ulong Upload(ReadOnlySpan<byte> source, GpuBuffer target, ulong offset = 0)
    {
        target.CheckRange(offset, (ulong)source.Length);
        lock (_gate)
        {
            _upload ??= _device.CreateBuffer("staging up", RingBytes, GpuBufferUse.Upload);
            ulong last = 0;
            while (source.Length > 0)
            {
                int count = Math.Min(source.Length, _slotBytes);
                (CommandRecorder commands, int slot) = NextSlot();
                commands.Begin();    // waits until the slot's last copy has run
                source[..count].CopyTo(_upload.Mapped.Slice(slot * _slotBytes, count));
                _upload.Flush((ulong)(slot * _slotBytes), (ulong)count);
                commands.Copy(_upload, (ulong)(slot * _slotBytes), target, offset, (ulong)count);
                commands.End();
                last = _device.Submission.Submit(commands);

                source = source[count..];
                offset += (ulong)count;
            }

            return last;
        }
    }

    /// <summary>
    /// Copies bytes from a buffer of the device's, as everything submitted before leaves them. Returns with the bytes.
    /// </summary>
    public void Read(GpuBuffer source, ulong offset, Span<byte> target)
    {
        source.CheckRange(offset, (ulong)target.Length);
        lock (_gate)
        {
            _readback ??= _device.CreateBuffer("staging down", RingBytes, GpuBufferUse.Readback);
            int asked = 0, received = 0;
            int oldest = _next;
            while (received < target.Length)
            {
                // Every slot but the one about to be read is kept busy.
                while (asked < target.Length && asked - received < RingLength)
                {
                    int count = Math.Min(target.Length - asked, _slotBytes);
                    (CommandRecorder commands, int slot) = NextSlot();
                    commands.Begin();
                    commands.Copy(source, offset + (ulong)asked, _readback, (ulong)(slot * _slotBytes), (ulong)count);
                    commands.HostBarrier();
                    commands.End();
                    _device.Submission.Submit(commands);
                    asked += count;
                }

                int ready = Math.Min(target.Length - received, _slotBytes);
                _device.Submission.Wait(_commands[oldest].LastSubmission);
                _readback.Invalidate((ulong)(oldest * _slotBytes), (ulong)ready);
                _readback.Mapped.Slice(oldest * _slotBytes, ready).CopyTo(target[received..]);
                received += ready;
                oldest = (oldest + 1) % _commands.Length;
            }
        }
    }

    public void Dispose()
    {
        for (int i = _commands.Length - 1; i >= 0; i--)
            _commands[i]?.Dispose();    // null where making the ring failed half-way
        _readback?.Dispose();
        _upload?.Dispose();
    }

    private int RingLength => _commands.Length * _slotBytes;

    private ulong RingBytes => (ulong)RingLength;

    private (CommandRecorder Commands, int Slot) NextSlot()
    {
        int slot = _next;
        _next = (_next + 1) % _commands.Length;
        return (_commands[slot], slot);
    }
}
