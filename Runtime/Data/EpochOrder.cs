namespace ResNetVulkan.Data;

/// <summary>
/// In which order an epoch shows the pictures, and the keys of what is random about each: functions of seed and epoch.
/// </summary>
public static class EpochOrder
{
    // Apart from whatever else a program draws from the same seed.
    private const uint Domain = 0xda7a;

    /// <summary>The key of one picture in one epoch, for <see cref="Augmentation.Draw"/>.</summary>
    public static RandomKey KeyOf(uint seed, int epoch, int picture) => KeyOf(seed, epoch)[(uint)picture];

    /// <summary>A permutation of the pictures: Fisher and Yates' shuffle.</summary>
    /// <param name="seed">Of the training run.</param>
    /// <param name="epoch">From 0.</param>
    /// <param name="count">How many pictures there are.</param>
    public static int[] Of(uint seed, int epoch, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int[] order = new int[count];
        RandomKey key = KeyOf(seed, epoch)[uint.MaxValue];      // no picture has that number
        for (int i = 0; i < count; i++)
        {
            int j = key.Below((uint)i, i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static RandomKey KeyOf(uint seed, int epoch) => new RandomKey(seed)[Domain][(uint)epoch];
}
