using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>Counts a device's Vulkan objects and, where asked to, knows the names of those alive. Thread-safe.</summary>
/// <param name="isNaming">Whether names are kept; counting alone costs two additions an object.</param>
internal sealed class ObjectLedger(bool isNaming)
{
    private readonly Dictionary<(ObjectType Type, string Name), int> _alive = [];
    private int _live;
    private long _created;

    public int Live => Volatile.Read(ref _live);

    public long Created => Interlocked.Read(ref _created);

    public void Add(ObjectType type, string name)
    {
        Interlocked.Increment(ref _live);
        Interlocked.Increment(ref _created);
        if (isNaming)
        {
            lock (_alive)
                _alive[(type, name)] = _alive.GetValueOrDefault((type, name)) + 1;
        }
    }

    public void Remove(ObjectType type, string name)
    {
        Interlocked.Decrement(ref _live);
        if (!isNaming)
            return;
        lock (_alive)
        {
            int left = _alive.GetValueOrDefault((type, name)) - 1;
            if (left > 0)
                _alive[(type, name)] = left;
            else
                _alive.Remove((type, name));
        }
    }

    /// <summary>What is alive, as people read it: "Buffer "conv1.weight"", "3 Pipelines "relu [FORWARD]"".</summary>
    public IReadOnlyList<string> Alive(ObjectType except)
    {
        lock (_alive)
        {
            return [.. _alive.Where(entry => entry.Key.Type != except).Select(entry => entry.Value == 1
                ? $"{entry.Key.Type} \"{entry.Key.Name}\""
                : $"{entry.Value} {entry.Key.Type}s \"{entry.Key.Name}\"")];
        }
    }
}
