using NUnit.Framework;
using ResNetVulkan.Tests.Oracle;

namespace ResNetVulkan.Tests.Networks;

/// <summary>The yardstick of whole training steps: it must let right values pass and catch wrong ones.</summary>
[TestFixture]
public sealed class TrainingComparisonTests
{
    private static readonly HashedTraining Training = new(NetworkOracle.Thin[0], Batch: 4, Steps: 2) { Orders = 2 };

    private static readonly Lazy<TorchStep[]> Torch = new(() => TorchTraining.Run([Training])[0]);

    [Test]
    public void PyTorchs_own_values_pass()
    {
        TrainingComparison comparison = Compare((_, value) => value);
        comparison.AssertWithin(1e-6);
        comparison.AssertAsNearAsFloat32();
        comparison.AssertEveryStepIsAsNearAsFloat32();
    }

    [TestCase("layer2.0.conv1.weight", true)]
    [TestCase("bn1.running_var", false)]
    [TestCase("linear.bias", false)]
    public void One_tensor_that_is_off_is_named(string name, bool gradient)
    {
        string wanted = gradient ? $"gradient of {name}" : name;
        TrainingComparison comparison = Compare((what, value) => what == wanted ? value * 1.002f : value);
        Assert.That(
            () => comparison.AssertWithin(1e-4), Throws.TypeOf<AssertionException>().With.Message.Contains($"{wanted}: "));
        Assert.That(
            comparison.AssertAsNearAsFloat32, Throws.TypeOf<AssertionException>().With.Message.Contains($"{wanted}: "));
        Assert.That(
            comparison.AssertEveryStepIsAsNearAsFloat32,
            Throws.TypeOf<AssertionException>().With.Message.Contains($"{wanted}: "));
    }

    [Test]
    public void NaN_never_passes()
    {
        TrainingComparison comparison = Compare((what, value) => what == "bn1.bias" ? float.NaN : value);
        Assert.That(comparison.AssertAsNearAsFloat32, Throws.TypeOf<AssertionException>());
        Assert.That(comparison.AssertEveryStepIsAsNearAsFloat32, Throws.TypeOf<AssertionException>());
    }

    private static TrainingComparison Compare(Func<string, float, float> change)
    {
        TrainingComparison comparison = new(Training, Torch.Value);
        for (int step = 0; step < Training.Steps; step++)
        {
            TorchStep torch = Torch.Value[step];
            comparison.Add(
                step, torch.Loss.Float64[0],
                name => [.. torch.Gradients[name].Float64.Select(value => change($"gradient of {name}", (float)value))],
                name => [.. torch.Values[name].Float64.Select(value => change(name, (float)value))]);
        }
        return comparison;
    }
}
