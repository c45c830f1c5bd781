using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class CastTests : OpTests
{
    [TestCase(1, 1, 1)]
    [TestCase(3, 7, 5)]
    [TestCase(64, 8, 8)]
    public void Goes_there_and_back(int channels, int height, int width)
    {
        Shape shape = new(2, channels, height, width);
        AssertAgrees(new OpCase("to float16", new Cast(ElementType.Float16), shape)
        {
            Values = (_, v) => Array.ConvertAll(v, x => 100 * x),
        });
        AssertAgrees(new OpCase(
            "from float16", new Cast(ElementType.Float32), new TensorType(shape, ElementType.Float16)));
    }

    [Test]
    public void Rounds_ties_to_even_and_keeps_what_is_no_number()
    {
        // Every tie of the first binade and its neighbours, the subnormal ones, the edge of infinity.
        List<float> ties = [65503, 65504, 65519, 65520, 65536, 1e30f, float.PositiveInfinity, float.NaN, 0, 6e-8f, 3e-8f,
            2.9e-8f];
        for (int i = 0; i < 1024; i++)
        {
            float tie = 1 + (i + 0.5f) / 1024;
            ties.AddRange([tie, float.BitIncrement(tie), float.BitDecrement(tie), (i + 0.5f) / (1 << 24)]);
        }
        float[] values = [.. ties, .. ties.Select(tie => -tie)];
        AssertAgrees(new OpCase("ties", new Cast(ElementType.Float16), new Shape(1, values.Length, 1, 1))
        {
            Values = (_, _) => values,
        });
    }

    [Test]
    public void Says_which_ways_there_are() => AssertRefuses(
        new Cast(ElementType.UInt8), "Cast: there is no way from Float32 to UInt8.", new TensorType(new Shape(1, 3, 2, 2)));
}
