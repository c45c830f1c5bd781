using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

/// <summary>What the command line says of a model, as the library wants it.</summary>
internal static class Models
{
    /// <exception cref="UsageException">There is no such network; the near names are given.</exception>
    public static ResNetConfig Find(string name)
    {
        try
        {
            return ResNetConfig.Find(name);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>A shape as people write it, or the one that the network was made for.</summary>
    public static Shape Input(ResNetConfig net, string? text)
    {
        if (text is null) return new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize);
        int[] extents = [.. text.Split('x').Select(part => int.TryParse(part, out int extent) && extent > 0 ? extent : -1)];
        if (extents.Length != 4 || extents.Contains(-1)) throw new UsageException($"--input {text} is no shape such as 1x3x224x224.");
        return new Shape(extents[0], extents[1], extents[2], extents[3]);
    }

    /// <summary>The card of a network's weights, with the labels of a file if one is given.</summary>
    public static ModelCard Card(ResNetConfig net, WeightFile weights, FileInfo? labels)
    {
        ModelCard card = ModelCard.For(net).With(weights.Metadata);
        return labels is null ? card : card with { Labels = Labels.Read(labels.FullName) };
    }

    public static Precision Precision(string name) => name == "fp16" ? Inference.Precision.Float16 : Inference.Precision.Float32;
}
