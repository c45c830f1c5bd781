using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ResNetVulkan.Kernels;

/// <summary>Values that are costly to make: each is made once, however many threads ask for it at a time. Thread-safe.</summary>
internal sealed class MadeOnce<TKey,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TValue>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<TValue>> _made = [];

    /// <summary>Those that were made.</summary>
    public IEnumerable<TValue> Values => _made.Values.Where(lazy => lazy.IsValueCreated).Select(lazy => lazy.Value);

    /// <summary>
    /// What was made for the key, or is now. One that failed is tried anew by the next who asks: what it lacked may be there
    /// then.
    /// </summary>
    public TValue Get(TKey key, Func<TValue> make)
    {
        Lazy<TValue> lazy = _made.GetOrAdd(key, _ => new(make));
        try
        {
            return lazy.Value;
        }
        catch
        {
            _made.TryRemove(new(key, lazy));
            throw;
        }
    }

    /// <summary>Forgets every value; who wants one next makes it anew.</summary>
    /// <returns>What was forgotten, for whoever must dispose of it.</returns>
    public IReadOnlyList<TValue> Clear()
    {
        List<TValue> forgotten = [.. Values];
        _made.Clear();
        return forgotten;
    }
}
