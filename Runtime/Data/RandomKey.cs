namespace ResNetVulkan.Data;

/// <summary>
/// Random numbers by counter: each is a function of a key and an index, so that any of them can be had in any order, on the host
/// and on the device (random.glsl) alike, and nothing needs to be remembered to go on after a stop.
/// </summary>
/// <remarks>
/// The mixing function is Wellons' lowbias32, a bijection of 32-bit integers whose every output bit depends on every input bit
/// (<see href="https://nullprogram.com/blog/2018/07/31/">Prospecting for hash functions</see>). Not for secrets.
/// </remarks>
/// <param name="Value">The key.</param>
public readonly record struct RandomKey(uint Value)
{
    /// <summary>A key of its own for one of many: a seed's epoch, an epoch's image, an image's flip.</summary>
    public RandomKey this[uint index] => new(Mix(Value ^ Mix(index + 0x9e3779b9)));

    /// <summary>32 random bits.</summary>
    public uint Bits(uint index) => Mix(Mix(index) + Value);

    /// <summary>In [0, 1), a multiple of 2^-24: exact in float32.</summary>
    public float Uniform(uint index) => (Bits(index) >> 8) * (1f / (1 << 24));

    /// <summary>From 0 to <paramref name="count"/> less one; the bias of less than count / 2^32 is accepted.</summary>
    public int Below(uint index, int count) => (int)(((ulong)Bits(index) * (uint)count) >> 32);

    /// <summary>Normally distributed, mean 0 and variance 1. On the host only: logarithms differ from device to device.</summary>
    public double Normal(uint index)
    {
        double radius = Math.Sqrt(-2 * Math.Log((Bits(2 * index) + 1.0) / 4294967296.0));
        return radius * Math.Cos(2 * Math.PI * Bits(2 * index + 1) / 4294967296.0);
    }

    private static uint Mix(uint x)
    {
        x ^= x >> 16;
        x *= 0x7feb352d;
        x ^= x >> 15;
        x *= 0x846ca68b;
        return x ^ (x >> 16);
    }
}
