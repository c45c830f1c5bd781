using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Weights;

[TestFixture]
public sealed class WeightMatchTests
{
    private static readonly (string, IReadOnlyList<int>)[] Expected =
    [
        ("conv1.weight", [4, 3, 1, 1]),
        ("bn1.weight", [4]),
        ("fc.weight", [10, 4]),
        ("fc.bias", [10]),
    ];

    [Test]
    public void Gives_each_tensor_by_name_where_all_is_there()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = Open(folder, ("fc.bias", [10]), ("fc.weight", [10, 4]), ("bn1.weight", [4]),
            ("conv1.weight", [4, 3, 1, 1]), ("bn1.num_batches_tracked", []));
        IReadOnlyDictionary<string, WeightTensor> tensors = WeightMatch.Match(file, Expected);
        Assert.That(tensors.Keys, Is.EquivalentTo(new[] { "conv1.weight", "bn1.weight", "fc.weight", "fc.bias" }));
        Assert.That(tensors["fc.bias"].ToFloats(), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(WeightMatch.Check(file, Expected).IsExact, Is.True);
    }

    [Test]
    public void Lists_all_that_is_missing_and_all_that_is_left_over()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = Open(folder, ("conv1.weight", [4, 3, 1, 1]), ("bn1.weight", [4]), ("head.fc.weight", [10, 4]));
        WeightFileException error = Assert.Throws<WeightFileException>(() => WeightMatch.Match(file, Expected))!;
        Assert.That(error.Message, Is.EqualTo("net.safetensors lacks 2 of 4 tensors: fc.weight (10, 4), fc.bias (10). "
            + "It has 'head.fc.weight' (10, 4), which the model lacks."));
        Assert.That(error.File, Is.EqualTo(file.Path));
        Assert.That(error.Offset, Is.Null);
    }

    [Test]
    public void Lists_all_wrong_shapes_and_never_takes_one_with_the_same_number_of_values()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = Open(folder, ("conv1.weight", [4, 3, 1, 1]), ("bn1.weight", [4]), ("fc.weight", [4, 10]),
            ("fc.bias", [5]));
        WeightFileException error = Assert.Throws<WeightFileException>(() => WeightMatch.Match(file, Expected))!;
        Assert.That(error.Message, Is.EqualTo(
            "net.safetensors has 2 of 4 tensors in another shape: fc.weight (4, 10) instead of (10, 4), "
            + "fc.bias (5) instead of (10)."));
        Assert.That(WeightMatch.Check(file, Expected).WrongShape, Has.Count.EqualTo(2));
    }

    [Test]
    public void Names_are_case_sensitive()
    {
        using TemporaryFolder folder = new();
        using WeightFile file = Open(folder, ("A", [1]));
        WeightMatch match = WeightMatch.Check(file, [("a", [1])]);
        Assert.That(match.Missing.Single().Name, Is.EqualTo("a"));
        Assert.That(match.Surplus.Single().Name, Is.EqualTo("A"));
    }

    private static WeightFile Open(TemporaryFolder folder, params (string Name, int[] Dimensions)[] tensors)
    {
        Safetensors.Write(folder.File("net.safetensors"), tensors.Select(tensor =>
        {
            int count = tensor.Dimensions.Aggregate(1, (product, extent) => product * extent);
            return WeightTensor.FromFloats(tensor.Name, tensor.Dimensions, [.. Enumerable.Range(0, count).Select(i => (float)i)]);
        }));
        return WeightFile.Open(folder.File("net.safetensors"));
    }
}
