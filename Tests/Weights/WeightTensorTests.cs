using NUnit.Framework;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Weights;

[TestFixture]
public sealed class WeightTensorTests
{
    [Test]
    public void Every_half_survives_the_way_to_float_and_back()
    {
        float[] values = [.. Enumerable.Range(0, 1 << 16).Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))];
        WeightTensor half = WeightTensor.FromFloats("x", [values.Length], values, WeightElement.Float16);
        float[] back = half.ToFloats();
        byte[] bytes = half.ToBytes();
        for (int bits = 0; bits < values.Length; bits++)
        {
            Assert.That(back[bits], Is.EqualTo(values[bits]));      // NaN equals NaN here
            if (!float.IsNaN(values[bits]))
                Assert.That(BitConverter.ToUInt16(bytes, 2 * bits), Is.EqualTo(bits));
        }

        // The value of each pattern by the definition of the format, not by the conversion under test.
        Assert.That(values[0x0001], Is.EqualTo(MathF.Pow(2, -24)), "smallest subnormal");
        Assert.That(values[0x03FF], Is.EqualTo(1023 * MathF.Pow(2, -24)), "largest subnormal");
        Assert.That(values[0x7BFF], Is.EqualTo(65504f));
        Assert.That(values[0xFC00], Is.EqualTo(float.NegativeInfinity));
        Assert.That(values[0x7C01], Is.NaN);
    }

    [Test]
    public void Every_bfloat16_survives_the_way_to_float_and_back()
    {
        float[] values = [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))];
        WeightTensor brain = WeightTensor.FromFloats("x", [values.Length], values, WeightElement.BFloat16);
        float[] back = brain.ToFloats();
        byte[] bytes = brain.ToBytes();
        for (int bits = 0; bits < values.Length; bits++)
        {
            Assert.That(back[bits], Is.EqualTo(values[bits]));
            if (!float.IsNaN(values[bits]))
                Assert.That(BitConverter.ToUInt16(bytes, 2 * bits), Is.EqualTo(bits));
        }
    }

    [TestCase(0x3F808000u, 0x3F80, TestName = "A tie goes to the even neighbour below")]
    [TestCase(0x3F818000u, 0x3F82, TestName = "A tie goes to the even neighbour above")]
    [TestCase(0x3F808001u, 0x3F81, TestName = "More than a tie goes up")]
    [TestCase(0x3F807FFFu, 0x3F80, TestName = "Less than a tie goes down")]
    [TestCase(0x7F7FFFFFu, 0x7F80, TestName = "The largest float becomes infinite")]
    [TestCase(0x00000001u, 0x0000, TestName = "The smallest float becomes zero")]
    [TestCase(0x80008001u, 0x8001, TestName = "Subnormals round like others")]
    [TestCase(0x7F800001u, 0x7FC0, TestName = "A NaN whose payload lies low stays NaN")]
    public void Bfloat16_rounds_to_nearest_even(uint value, int wanted)
    {
        WeightTensor tensor = WeightTensor.FromFloats("x", [1], [BitConverter.UInt32BitsToSingle(value)], WeightElement.BFloat16);
        Assert.That(BitConverter.ToUInt16(tensor.ToBytes()), Is.EqualTo(wanted));
    }

    [Test]
    public void Dimensions_must_hold_the_values()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => WeightTensor.FromFloats("fc.bias", [2, 3], [1, 2]))!;
        Assert.That(error.Message, Does.StartWith("'fc.bias' (2, 3) cannot hold 2 values."));
        Assert.Throws<ArgumentException>(() => WeightTensor.FromFloats("x", [-1, -1], [1]));
        Assert.Throws<ArgumentException>(() => WeightTensor.FromFloats("x", [1], [1], WeightElement.Int64));
        Assert.Throws<ArgumentException>(() => WeightTensor.FromFloats("x", [1], [1]).CopyTo(new float[2]));
    }

    [Test]
    public void Converting_rounds_and_keeps_name_and_dimensions()
    {
        WeightTensor half = WeightTensor.FromFloats("w", [1, 2], [1 / 3f, 70000]).ConvertTo(WeightElement.Float16);
        Assert.That(half.ToString(), Is.EqualTo("w (1, 2)"));
        Assert.That(half.ToFloats(), Is.EqualTo(new[] { 0.33325195f, float.PositiveInfinity }));
    }
}
