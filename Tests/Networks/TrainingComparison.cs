using NUnit.Framework;
using ResNetVulkan.Graphs;

namespace ResNetVulkan.Tests.Networks;

/// <summary>
/// How far a training lies from PyTorch's in float64, tensor by tensor over its steps, beside how far PyTorch's own float32 lies.
/// </summary>
/// <remarks>
/// Distances are relative (L2), but of a tensor whose true gradient is nothing, such as that of a bias before a batch norm: below
/// 1e-6 of its layer's weight gradient, which it is then measured by.
/// <para>
/// A ReLU whose input is nearly 0 has another sign in another float32 computation, and every gradient before it moves by about
/// 1e-3 at once. Which steps that happens at is chance, so steps are not held against each other one by one: the worst of all
/// steps is held against the worst of all steps in all orders of PyTorch's.
/// </para>
/// </remarks>
internal sealed class TrainingComparison(HashedTraining training, IReadOnlyList<TorchStep> torch)
{
    private readonly Dictionary<string, Distances> _tensors = [];

    /// <summary>Compares one step.</summary>
    /// <param name="step">Which, from 0.</param>
    /// <param name="loss">Before the update.</param>
    /// <param name="gradient">By name, in PyTorch's order; not asked for running statistics.</param>
    /// <param name="value">After the update, likewise; asked for running statistics too.</param>
    public void Add(int step, double loss, Func<string, float[]> gradient, Func<string, float[]> value)
    {
        TorchStep wanted = torch[step];
        Of("loss").Add(
            Math.Abs(loss - wanted.Loss) / wanted.Loss, wanted.Losses.Max(other => Math.Abs(other - wanted.Loss)) / wanted.Loss);
        foreach (Parameter parameter in training.Parameters)
        {
            string name = parameter.Name;
            if (wanted.Gradients.TryGetValue(name, out TorchEntries? entries))
                Add($"gradient of {name}", entries, training.Entries(name, gradient(name)), GradientScale(wanted, parameter));
            double[] values = training.Entries(name, value(name));
            Add(name, wanted.Values[name], values, Norm(wanted.Values[name].Float64));
        }
    }

    /// <summary>Fails unless every tensor is at most twice as far off as PyTorch's float32, or less than 1e-5.</summary>
    public void AssertAsNearAsFloat32()
    {
        (string name, Distances worst) = _tensors.MaxBy(tensor => tensor.Value.Ratio);
        double median = Median(_tensors.Values.Select(distances => distances.Ours));
        TestContext.Out.WriteLine(
            $"{training.Net.Name}, {training.Steps} steps: worst ratio {worst.Ratio:F2} (limit 2) at {name}: {worst}; " +
            $"loss {_tensors["loss"]}; median {median:G2}, PyTorch {Median(_tensors.Values.Select(it => it.Float32)):G2}");
        Assert.That(Lines(distances => distances.Ratio > 2), Is.Empty);
    }

    /// <summary>Fails unless every tensor is within a distance of float64.</summary>
    public void AssertWithin(double limit)
    {
        (string name, Distances worst) = _tensors.MaxBy(tensor => tensor.Value.Ours);
        TestContext.Out.WriteLine($"{training.Net.Name}: worst {name}: {worst}");
        Assert.That(Lines(distances => !(distances.Ours <= limit)), Is.Empty);
    }

    private string[] Lines(Func<Distances, bool> isOff) =>
        [.. _tensors.Where(tensor => isOff(tensor.Value)).Select(tensor => $"{tensor.Key}: {tensor.Value}")];

    private Distances Of(string name)
    {
        if (!_tensors.TryGetValue(name, out Distances? distances)) _tensors.Add(name, distances = new Distances());
        return distances;
    }

    private void Add(string name, TorchEntries wanted, double[] got, double scale)
    {
        double distance = Norm([.. got.Zip(wanted.Float64, (a, b) => a - b)]);
        Of(name).Add(distance / scale, wanted.Distances.Max() / scale);
    }

    private static double GradientScale(TorchStep wanted, Parameter parameter)
    {
        double own = Norm(wanted.Gradients[parameter.Name].Float64);
        string weight = parameter.Name[..(parameter.Name.LastIndexOf('.') + 1)] + "weight";
        double layer = Norm(wanted.Gradients[weight].Float64);
        return own < 1e-6 * layer ? layer : own;
    }

    private static double Norm(IReadOnlyList<double> values) => Math.Sqrt(values.Sum(value => value * value));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>The worst of all steps.</summary>
    private sealed class Distances
    {
        public double Ours { get; private set; }

        public double Float32 { get; private set; }

        // A distance below 1e-5 is always right, and NaN never.
        public double Ratio => double.IsNaN(Ours) ? double.PositiveInfinity : Ours / Math.Max(Float32, 5e-6);

        public void Add(double ours, double float32) => (Ours, Float32) = (Math.Max(Ours, ours), Math.Max(Float32, float32));

        public override string ToString() => $"{Ours:G3}, PyTorch's float32 {Float32:G3}";
    }
}
