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
/// 1e-3 at once. At which step and in which layer that happens is chance: of PyTorch's own float32 orders, one is 2,000 times as
/// far off as the others in a tensor where they met no such ReLU. So two things are asked. A tensor's best step, which no such
/// ReLU touched, is held against the best step of PyTorch's best order: what is computed wrongly is wrong at every step. And the
/// worst step of all is held against the worst of any tensor in any order of PyTorch's: chance does no more harm here than there.
/// </para>
/// <para>
/// With <see cref="HashedTraining.Gates"/> both have the same ReLUs open and chance has no part: then every tensor of every step
/// is held against PyTorch's float32 in that tensor and step, as it is on the average over its orders.
/// </para>
/// </remarks>
internal sealed class TrainingComparison(HashedTraining training, IReadOnlyList<TorchStep> torch)
{
    // Twice this is always near enough.
    private const double Floor = 5e-6;

    private readonly Dictionary<string, Distances> _tensors = [];

    /// <summary>Compares one step.</summary>
    /// <param name="step">Which, from 0.</param>
    /// <param name="loss">Before the update.</param>
    /// <param name="gradient">By name, in PyTorch's order; not asked for running statistics.</param>
    /// <param name="value">After the update, likewise; asked for running statistics too.</param>
    public void Add(int step, double loss, Func<string, float[]> gradient, Func<string, float[]> value)
    {
        TorchStep wanted = torch[step];
        Add("loss", wanted.Loss, [loss], Norm(wanted.Loss.Float64));
        foreach (Parameter parameter in training.Parameters)
        {
            string name = parameter.Name;
            if (wanted.Gradients.TryGetValue(name, out TorchEntries? entries))
                Add($"gradient of {name}", entries, training.Entries(name, gradient(name)), GradientScale(wanted, parameter));
            double[] values = training.Entries(name, value(name));
            Add(name, wanted.Values[name], values, Norm(wanted.Values[name].Float64));
        }
    }

    /// <summary>Fails unless training is at most twice as far off as PyTorch's float32, or less than 1e-5.</summary>
    public void AssertAsNearAsFloat32()
    {
        List<string> off = [];
        foreach (IGrouping<Quantity, KeyValuePair<string, Distances>> tensors in
            _tensors.GroupBy(tensor => QuantityOf(tensor.Key)))
        {
            double most = Math.Max(tensors.Max(tensor => tensor.Value.WorstFloat32), Floor);
            KeyValuePair<string, Distances> best = tensors.MaxBy(tensor => tensor.Value.BestRatio);
            KeyValuePair<string, Distances> worst = tensors.MaxBy(tensor => tensor.Value.Worst);
            TestContext.Out.WriteLine(
                $"{training.Net.Name}, {training.Steps} steps, {tensors.Key}: " +
                $"best step at most {best.Value.BestRatio:F2} times PyTorch's ({best.Key}: {best.Value}); " +
                $"worst {worst.Value.Worst / most:F2} times ({worst.Key}: {worst.Value})");
            off.AddRange(Lines(tensors, it => !(it.BestRatio <= 2) || !(it.Worst <= 2 * most)));
        }
        Assert.That(off, Is.Empty);
    }

    /// <summary>
    /// Fails unless every tensor of every step is at most twice as far off as PyTorch's float32 (the root mean square of its
    /// orders), or less than 1e-5.
    /// </summary>
    public void AssertEveryStepIsAsNearAsFloat32()
    {
        foreach (IGrouping<Quantity, KeyValuePair<string, Distances>> tensors in
            _tensors.GroupBy(tensor => QuantityOf(tensor.Key)))
        {
            (string name, Distances worst) = tensors.MaxBy(tensor => tensor.Value.WorstRatio);
            TestContext.Out.WriteLine(
                $"{training.Net.Name}, {tensors.Key}: at most {worst.WorstRatio:F2} times PyTorch's ({name}: {worst})");
        }
        Assert.That(Lines(_tensors, distances => !(distances.WorstRatio <= 2)), Is.Empty);
    }

    /// <summary>Fails unless every tensor is within a distance of float64.</summary>
    public void AssertWithin(double limit)
    {
        (string name, Distances worst) = _tensors.MaxBy(tensor => tensor.Value.Worst);
        TestContext.Out.WriteLine($"{training.Net.Name}: worst {name}: {worst}");
        Assert.That(Lines(_tensors, distances => !(distances.Worst <= limit)), Is.Empty);
    }

    private static string[] Lines(IEnumerable<KeyValuePair<string, Distances>> tensors, Func<Distances, bool> isOff) =>
        [.. tensors.Where(tensor => isOff(tensor.Value)).Select(tensor => $"{tensor.Key}: {tensor.Value}")];

    private void Add(string name, TorchEntries wanted, double[] got, double scale)
    {
        if (!_tensors.TryGetValue(name, out Distances? distances)) _tensors.Add(name, distances = new Distances());
        double ours = Norm([.. got.Zip(wanted.Float64, (a, b) => a - b)]);
        distances.Add(
            ours / scale, wanted.Distances.Min() / scale, wanted.Distances.Max() / scale,
            Norm(wanted.Distances) / Math.Sqrt(wanted.Distances.Length) / scale);
    }

    private static Quantity QuantityOf(string name) =>
        name == "loss" ? Quantity.Loss
        : name.StartsWith("gradient of ", StringComparison.Ordinal) ? Quantity.Gradients
        : Quantity.Values;

    private static double GradientScale(TorchStep wanted, Parameter parameter)
    {
        double own = Norm(wanted.Gradients[parameter.Name].Float64);
        string weight = parameter.Name[..(parameter.Name.LastIndexOf('.') + 1)] + "weight";
        double layer = Norm(wanted.Gradients[weight].Float64);
        return own < 1e-6 * layer ? layer : own;
    }

    private static double Norm(IReadOnlyList<double> values) => Math.Sqrt(values.Sum(value => value * value));

    private enum Quantity
    {
        Loss,
        Gradients,
        Values,
    }

    /// <summary>Of one tensor over the steps.</summary>
    private sealed class Distances
    {
        public double Best { get; private set; } = double.PositiveInfinity;

        public double Worst { get; private set; }

        public double BestFloat32 { get; private set; } = double.PositiveInfinity;

        public double WorstFloat32 { get; private set; }

        /// <summary>By PyTorch's typical distance in the same step.</summary>
        public double WorstRatio { get; private set; }

        public double BestRatio => Best / Math.Max(BestFloat32, Floor);

        // NaN stays.
        public void Add(double ours, double least, double most, double typical)
        {
            WorstRatio = Math.Max(WorstRatio, ours / Math.Max(typical, Floor));
            (Best, Worst) = (Math.Min(Best, ours), Math.Max(Worst, ours));
            (BestFloat32, WorstFloat32) = (Math.Min(BestFloat32, least), Math.Max(WorstFloat32, most));
        }

        public override string ToString() =>
            $"{Best:G3} to {Worst:G3}, PyTorch's float32 {BestFloat32:G3} to {WorstFloat32:G3}";
    }
}
