using System.Globalization;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

/// <summary>What the command line says of a model, as the library wants it.</summary>
internal static class Models
{
    private const string ShapesModel = "shapes-resnet12";

    /// <exception cref="UsageException">There is no such network; the near names are given.</exception>
    public static NetworkConfig Find(string name)
    {
        try
        {
            return NetworkConfig.Find(name);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>The weights that are named, or those that come with the program, made by "resnet train shapes".</summary>
    /// <exception cref="UsageException">Another network was named, whose weights do not come with the program.</exception>
    public static string Weights(FileInfo? given, string? model)
    {
        if (given is not null) return given.FullName;
        return model is null or ShapesModel
            ? Path.Combine(AppContext.BaseDirectory, "assets", "shapes.safetensors")
            : throw new UsageException($"--weights FILE is needed for {model}; the program brings those of {ShapesModel} alone.");
    }

    /// <summary>A shape as people write it, or the one that the network was made for.</summary>
    public static Shape Input(NetworkConfig net, string? text)
    {
        if (text is null) return new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize);

        int[] extents = [.. text.Split('x').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int extent) ? extent : 0)];
        if (extents.Length != 4 || extents.Contains(0))
            throw new UsageException($"--input {text} is no shape such as 1x3x224x224.");
        Int128 count = extents.Aggregate((Int128)1, (product, extent) => product * extent);
        if (count > int.MaxValue)
            throw new UsageException($"--input {text} is {count:N0} numbers; at most {int.MaxValue:N0} are laid out.");
        return new Shape(extents[0], extents[1], extents[2], extents[3]);
    }

    /// <summary>The card of some weights, with the labels of a file if one is given.</summary>
    /// <param name="model">The network, where the command line names one; else it is the one that the weights name.</param>
    /// <param name="standard">The network where nobody names one.</param>
    /// <param name="weights">Whose metadata says the rest.</param>
    /// <param name="labels">Names the classes.</param>
    /// <exception cref="InvalidDataException">The file does not name as many classes as the network tells apart.</exception>
    /// <exception cref="UsageException">There is no such network.</exception>
    public static ModelCard Card(string? model, string standard, WeightFile weights, FileInfo? labels)
    {
        ModelCard card = model is null
            ? ModelCard.Of(weights.Metadata, Find(standard))
            : ModelCard.For(Find(model)).With(weights.Metadata);
        if (labels is null) return card;

        NetworkConfig net = card.Network;
        IReadOnlyList<string> names = Labels.Read(labels.FullName);
        return names.Count == net.Classes ? card with { Labels = names } : throw new InvalidDataException(
            $"'{labels}' has {names.Count:N0} names; {net.Name} tells {net.Classes:N0} classes apart, and a labels file names " +
            "each of them.");
    }
}
