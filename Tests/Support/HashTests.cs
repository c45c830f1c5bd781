using System.Runtime.InteropServices;
using NUnit.Framework;

namespace ResNetVulkan.Tests.Support;

[TestFixture]
public sealed class HashTests
{
    [Test]
    public void Is_the_same_in_every_version()
    {
        Assert.That(Hash.Mix(0), Is.Zero);
        Assert.That(Hash.Mix(1), Is.EqualTo(0x688990c0u));
        Assert.That(Hash.Key(7, "conv1.weight"), Is.EqualTo(0x86b93179u));
        Assert.That(Hash.Values(7, "conv1.weight", 3, scale: 1 << 23), Is.EqualTo(new float[] { 62604, 7484855, 5489467 }));
    }

    [Test]
    public void Has_mean_0_and_variance_one_third()
    {
        const int Count = 1 << 20;
        double sum = 0, squares = 0;
        foreach (double value in Hash.Doubles(1, "layer4.1.conv2.weight", Count))
        {
            Assert.That(value, Is.InRange(-1, 1));
            sum += value;
            squares += value * value;
        }
        // Four standard deviations of the mean: of value, sqrt(1/3 / count); of its square, sqrt(4/45 / count).
        Assert.That(sum / Count, Is.EqualTo(0).Within(4 * Math.Sqrt(1.0 / 3 / Count)));
        Assert.That(squares / Count, Is.EqualTo(1.0 / 3).Within(4 * Math.Sqrt(4.0 / 45 / Count)));
    }

    [TestCase(0u, "x", 1, 0)]
    [TestCase(4294967295u, "layer1.0.conv1.weight", 0.117851130197757931, 0)]
    [TestCase(12345u, "größe", 0.5, 1)]
    public void Agrees_with_Python_bit_for_bit(uint seed, string name, double scale, double offset)
    {
        const int Count = 70_001;
        byte[] python = Python.Run("Tests/Support/hash_values.py", [$"{seed}", name, $"{Count}", $"{scale:R}", $"{offset:R}"]);
        float[] values = Hash.Values(seed, name, Count, scale, offset);
        Assert.That(MemoryMarshal.AsBytes<float>(values).ToArray(), Is.EqualTo(python));
    }
}
