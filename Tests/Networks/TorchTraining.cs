using System.Runtime.InteropServices;
using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Networks;

/// <summary>Some steps of SGD from hashed weights, on hashed images and labels: what torch_training.py does too.</summary>
internal sealed record HashedTraining(NetworkConfig Net, int Batch, int Steps)
{
    /// <summary>Of weights, images and labels.</summary>
    public uint Seed { get; init; } = 20;

    public float Rate { get; init; } = 1e-3f;

    public float Momentum { get; init; } = 0.9f;

    public float WeightDecay { get; init; } = 1e-4f;

    public bool Nesterov { get; init; }

    /// <summary>How often PyTorch trains in float32, each time adding in another order.</summary>
    public int Orders { get; init; } = 4;

    /// <summary>Of larger tensors, so many entries are compared.</summary>
    public int Samples { get; init; } = 4096;

    /// <summary>Whether torchvision's own network is trained on the other side, rather than torch_network.py's.</summary>
    public bool IsTorchvisions { get; init; }

    /// <summary>
    /// What the ReLUs of the only step let through and its max pools choose, as <see cref="TrainingRun.Gates"/> has it: PyTorch's
    /// do the same. Null: they decide themselves.
    /// </summary>
    public byte[]? Gates { get; init; }

    /// <summary>What the network learns and keeps, in order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = ParametersOf(Net, Batch);

    /// <summary>The images of a step, in NCHW order.</summary>
    public float[] Images(int step) =>
        Hash.Values(Seed, $"input {step}", Batch * Net.ImageChannels * Net.ImageSize * Net.ImageSize);

    /// <summary>The labels of a step.</summary>
    public uint[] Labels(int step)
    {
        uint key = Hash.Key(Seed, $"labels {step}");
        return [.. Enumerable.Range(0, Batch).Select(i => Hash.Bits(key, (uint)i) % (uint)Net.Classes)];
    }

    /// <summary>The values before the first step, in PyTorch's order.</summary>
    public float[] Values(Parameter parameter) => NetworkOracle.Values(Net, Seed, parameter);

    /// <summary>The entries of a tensor that are compared, of its values in PyTorch's order.</summary>
    public double[] Entries(string name, ReadOnlySpan<float> values)
    {
        double[] entries = new double[Math.Min(values.Length, Samples)];
        uint key = Hash.Key(Seed, $"positions of {name}");
        for (int i = 0; i < entries.Length; i++)
            entries[i] = values[values.Length <= Samples ? i : (int)(Hash.Bits(key, (uint)i) % (uint)values.Length)];
        return entries;
    }

    private static Parameter[] ParametersOf(NetworkConfig net, int batch)
    {
        Graph graph = new();
        net.Append(graph, graph.Input("image", new(new Shape(batch, net.ImageChannels, net.ImageSize, net.ImageSize))));
        return [.. graph.Parameters];
    }
}

/// <summary>A tensor's entries in PyTorch's float64, and how far those of its float32 runs lie from them (L2).</summary>
internal sealed record TorchEntries(double[] Float64, double[] Distances);

/// <summary>One step in PyTorch.</summary>
/// <param name="Loss">Before the update, one entry.</param>
/// <param name="Gradients">By parameter, but for running statistics.</param>
/// <param name="Values">After the step, by parameter.</param>
/// <param name="Gates">With <see cref="HashedTraining.Gates"/>, how far these are from PyTorch's.</param>
internal sealed record TorchStep(
    TorchEntries Loss, Dictionary<string, TorchEntries> Gradients, Dictionary<string, TorchEntries> Values,
    GateDifference? Gates = null);

/// <summary>How far ReLUs and max pools are from deciding as in PyTorch's float64.</summary>
/// <param name="Count">Of how many values they decide otherwise.</param>
/// <param name="Worst">
/// How far from where either would be right the farthest of these lies, in float64, by the farthest value of PyTorch's float32
/// there.
/// </param>
internal sealed record GateDifference(long Count, double Worst);

/// <summary>Trainings through PyTorch, several in one process. Ignores the test where no Python has it.</summary>
internal static class TorchTraining
{
    public static TorchStep[][] Run(IReadOnlyList<HashedTraining> trainings, int seconds = 600)
    {
        object[] requests =
        [
            .. trainings.Select(training => new
            {
                net = NetworkOracle.Describe(training.Net), seed = training.Seed, batch = training.Batch,
                size = training.Net.ImageSize, steps = training.Steps, rate = (double)training.Rate,
                momentum = (double)training.Momentum, weightDecay = (double)training.WeightDecay,
                nesterov = training.Nesterov, samples = training.Samples, orders = training.Orders,
                torchvision = training.IsTorchvisions, gates = training.Gates,
                names = training.Parameters.Select(parameter => parameter.Name).ToArray(),
            }),
        ];
        byte[] answer = Python.Run(
            "Tests/Networks/torch_training.py", [], JsonSerializer.SerializeToUtf8Bytes(requests, JsonSerializerOptions.Web),
            seconds);
        if (answer.Length == 0)
            Assert.Ignore("Python has no torchvision to compare with. On Debian: apt-get install python3-torchvision.");
        double[] numbers = MemoryMarshal.Cast<byte, double>(answer).ToArray();
        int at = 0;
        TorchStep[][] runs =
        [
            .. trainings.Select(training => Enumerable.Range(0, training.Steps).Select(_ => Step(training)).ToArray()),
        ];
        Assert.That(at, Is.EqualTo(numbers.Length));
        return runs;

        double[] Take(int count) => numbers[at..(at += count)];

        TorchStep Step(HashedTraining training)
        {
            TorchStep step = new(TakeEntries(1), [], []);
            foreach (Parameter parameter in training.Parameters)
            {
                int count = (int)Math.Min(parameter.Shape.Count, training.Samples);
                if (parameter.Kind != ParameterKind.Statistic)
                    step.Gradients[parameter.Name] = TakeEntries(count);
                step.Values[parameter.Name] = TakeEntries(count);
            }
            return training.Gates is null ? step : step with { Gates = new((long)Take(1)[0], Take(1)[0]) };

            TorchEntries TakeEntries(int count) => new(Take(count), Take(training.Orders));
        }
    }
}
