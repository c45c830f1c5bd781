using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>
/// Timestamps that the device writes between commands. Owns a query pool; dispose of it when the last submission that writes to
/// it has run.
/// </summary>
internal sealed unsafe class GpuTimer : IDisposable
{
    private readonly GpuDevice _device;
    private readonly string _name;
    private readonly ulong _validBits;
    private readonly double _period;
    private QueryPool _pool;

    /// <exception cref="GpuException">The device's queue has no clock: see <see cref="IsSupported"/>.</exception>
    public GpuTimer(GpuDevice device, string name, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        device.ThrowIfUnusable();
        if (!IsSupported(device))
            throw new GpuException($"The compute queue of \"{device.Adapter.Name}\" has no timestamps.");

        (_device, _name, Count) = (device, name, count);
        int bits = (int)device.Adapter.Families[device.QueueFamily].TimestampValidBits;
        _validBits = bits >= 64 ? ulong.MaxValue : (1UL << bits) - 1;
        _period = device.Adapter.Limits.TimestampPeriod;

        QueryPoolCreateInfo create = new()
        {
            SType = StructureType.QueryPoolCreateInfo,
            QueryType = QueryType.Timestamp,
            QueryCount = (uint)count,
        };
        Result result = device.Api.CreateQueryPool(device.Handle, in create, device.Allocator, out _pool);
        device.Check(result, "vkCreateQueryPool", name);
        device.Created(ObjectType.QueryPool, _pool.Handle, name);
        if (device.Has(GpuRequirements.HostQueryReset))
            device.Api.ResetQueryPool(device.Handle, _pool, 0, (uint)count);
    }

    /// <summary>How many timestamps it holds.</summary>
    public int Count { get; }

    internal QueryPool Handle => _pool;

    public static bool IsSupported(GpuDevice device) => device.Adapter.Families[device.QueueFamily].TimestampValidBits > 0;

    /// <summary>
    /// Reads timestamps in nanoseconds, counted from the first that is read. Never waits and allocates nothing.
    /// </summary>
    /// <param name="first">The first to read.</param>
    /// <param name="nanoseconds">As many as are wanted; the first becomes 0.</param>
    /// <returns>False where one of them was not written since it was reset.</returns>
    /// <remarks>Without hostQueryReset, only after a submission that reset them.</remarks>
    public bool TryRead(int first, Span<double> nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + nanoseconds.Length, Count);
        _device.ThrowIfUnusable();

        const int batch = 64;
        ulong* ticks = stackalloc ulong[batch];
        ulong start = 0;
        for (int done = 0; done < nanoseconds.Length; done += batch)
        {
            int count = Math.Min(batch, nanoseconds.Length - done);
            Result result = _device.Api.GetQueryPoolResults(
                _device.Handle, _pool, (uint)(first + done), (uint)count, (nuint)(count * sizeof(ulong)), ticks, sizeof(ulong),
                QueryResultFlags.Result64Bit);
            if (result == Result.NotReady)
                return false;
            _device.Check(result, "vkGetQueryPoolResults", _name);

            if (done == 0)
                start = ticks[0];
            for (int i = 0; i < count; i++)
                nanoseconds[done + i] = Nanoseconds(start, ticks[i], _validBits, _period);
        }

        return true;
    }

    /// <summary>The time between two readings of a clock that has some bits only and wraps around.</summary>
    internal static double Nanoseconds(ulong start, ulong end, ulong validBits, double period) =>
        ((end - start) & validBits) * period;

    public void Dispose()
    {
        if (_pool.Handle == 0)
            return;
        if (!_device.IsDisposed)
        {
            _device.Api.DestroyQueryPool(_device.Handle, _pool, _device.Allocator);
            _device.Destroyed(ObjectType.QueryPool, _name);
        }

        _pool = default;
    }
}
