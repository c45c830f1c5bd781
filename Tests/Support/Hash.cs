using System.Text;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// Weights and inputs that C# and Python make alike, bit for bit, so that no golden file needs to hold them. The same lines stand
/// in hash_values.py; a test compares the two.
/// </summary>
/// <remarks>
/// <code>
/// key(seed, name) = mix(seed ^ mix(fnv1a(name)))       32-bit, wrapping; fnv1a over the name's UTF-8 bytes
/// bits(i)         = mix(mix(i) + key)
/// value(i)        = ((bits(i) >> 8) - 2^23) / 2^23      in [-1, 1), a multiple of 2^-23: exact in float32
/// </code>
/// The index counts a tensor's elements in PyTorch's order (NCHW, OIHW). The mean is 0 to within 2^-24, the variance 1/3.
/// </remarks>
internal static class Hash
{
    /// <summary>
    /// A bijection of 32-bit integers whose every output bit depends on every input bit (Wellons' lowbias32 constants).
    /// </summary>
    public static uint Mix(uint x)
    {
        x ^= x >> 16;
        x *= 0x7feb352d;
        x ^= x >> 15;
        x *= 0x846ca68b;
        return x ^ (x >> 16);
    }

    public static uint Key(uint seed, string name)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(name)) hash = (hash ^ b) * 16777619;
        return Mix(seed ^ Mix(hash));
    }

    /// <summary>32 bits for one element, for choices rather than values: labels, positions, flips.</summary>
    public static uint Bits(uint key, uint index) => Mix(Mix(index) + key);

    public static float Value(uint key, uint index) => ((int)(Bits(key, index) >> 8) - (1 << 23)) / (float)(1 << 23);

    /// <summary><c>offset + scale * value(i)</c> for i below count, computed in double and rounded once.</summary>
    public static float[] Values(uint seed, string name, int count, double scale = 1, double offset = 0)
    {
        uint key = Key(seed, name);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)(offset + scale * Value(key, (uint)i));
        return values;
    }

    /// <summary><see cref="Values"/>, widened.</summary>
    public static double[] Doubles(uint seed, string name, int count, double scale = 1, double offset = 0) =>
        Array.ConvertAll(Values(seed, name, count, scale, offset), value => (double)value);
}
