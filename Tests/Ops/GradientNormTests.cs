using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Tests.Ops;

[TestFixture]
public sealed class GradientNormTests : OpTests
{
    // One block, several, one that is more than a group's share, one whose threads take several turns.
    private static readonly int[][] Blocks = [[64], [64, 128, 64], [64 * 67], [1 << 20, 4096 + 64, 64]];

    [TestCaseSource(nameof(Blocks))]
    public void Agrees_with_the_formula(params int[] blocks) => AssertAgrees(Case(blocks, 0.5f));

    [Test]
    public void NaN_and_infinity_come_through_from_any_block()
    {
        foreach (float special in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            foreach (int place in new[] { 0, 63, 100 })
            {
                AssertAgrees(Case([64, 128], 1) with
                {
                    Name = $"{special} at {place}",
                    Values = (input, values) =>
                    {
                        if (input == 2) return Words(1);
                        if (input == (place < 64 ? 0 : 1)) values[place % 64] = special;
                        return values;
                    },
                });
            }
        }
    }

    [Test]
    public void Is_the_length_of_a_vector()
    {
        double[] gradients = new double[64];
        (gradients[3], gradients[40]) = (3, -4);
        double[] words = [.. Words(0.5f).Select(word => (double)BitConverter.SingleToUInt32Bits(word))];
        DoubleTensor norm = new GradientNorm().Evaluate(
            [new DoubleTensor(64, 1, 1, 1, gradients), new DoubleTensor(16, 1, 1, 1, words)])[0];
        Assert.That(norm.Values, Is.EqualTo(new[] { 2.5 }));
    }

    private static OpCase Case(int[] blocks, float scale) => new(
        string.Join(", ", blocks), new GradientNorm(),
        [.. blocks.Select(block => new TensorType(Shape.Vector(block))), StepInputs.Type])
    {
        EveryFamily = true,
        Values = (input, values) => input == blocks.Length ? Words(scale) : values,
    };

    private static float[] Words(float scale) =>
        MemoryMarshal.Cast<StepInputs, float>([new StepInputs { GradientScale = scale }]).ToArray();
}
