using System.Globalization;
using ResNetVulkan.Data;

namespace ResNetVulkan.Models;

/// <summary>
/// What belongs to a set of weights besides the numbers: how a photo must be prepared for them, what their classes are called,
/// where they come from. Preprocessing belongs to the weights, not to the caller.
/// </summary>
public sealed record ModelCard
{
    /// <summary>The network that the weights fit.</summary>
    public required NetworkConfig Network { get; init; }

    /// <summary>The extent, in pixels, that a photo's shorter side is resized to before the crop.</summary>
    public required int Resize { get; init; }

    /// <summary>The extent, in pixels along both axes, that is cropped from the middle.</summary>
    public required int Crop { get; init; }

    /// <summary>How colours are shifted and scaled.</summary>
    public Normalization Normalization { get; init; } = Normalization.ImageNet;

    /// <summary>The classes' names, in order; empty where they are not known.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Where the weights come from.</summary>
    public string Source { get; init; } = "";

    /// <summary>Under what licence.</summary>
    public string License { get; init; } = "";

    /// <summary>
    /// The card of weights that say nothing of themselves: torchvision's preparation for the network's image size.
    /// </summary>
    public static ModelCard For(NetworkConfig network) => new()
    {
        Network = network,
        Crop = network.ImageSize,
        Resize = network.CropsPhotos ? network.ImageSize * 256 / 224 : network.ImageSize,
    };

    /// <summary>What a class is called, or "class 17".</summary>
    public string Label(int index) => index < Labels.Count ? Labels[index] : $"class {index}";

    /// <summary>
    /// The card of weights that say what they are, as those that are trained here do: network, classes, channels, preparation.
    /// </summary>
    /// <param name="metadata">Of the weights file.</param>
    /// <param name="otherwise">The network of weights that name none.</param>
    /// <exception cref="InvalidDataException">An entry is not what it should be; the message quotes it.</exception>
    public static ModelCard Of(IReadOnlyDictionary<string, string> metadata, NetworkConfig otherwise)
    {
        try
        {
            NetworkConfig? named = NetworkName.Find(metadata.GetValueOrDefault("model", ""));
            return For(named ?? otherwise).With(metadata);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"The weights' metadata names a network that there is not. {error.Message}");
        }
    }

    /// <summary>
    /// This card with what a weights file's own metadata says instead, where it says something; the network then has the classes,
    /// channels and image that the weights are for.
    /// </summary>
    /// <exception cref="InvalidDataException">An entry is not what it should be; the message quotes it.</exception>
    public ModelCard With(IReadOnlyDictionary<string, string> metadata)
    {
        float[] mean = Numbers("mean", [Normalization.MeanR, Normalization.MeanG, Normalization.MeanB]);
        float[] deviation = Numbers("std", [Normalization.DeviationR, Normalization.DeviationG, Normalization.DeviationB]);
        int crop = (int)Numbers("crop", [Crop])[0];
        return this with
        {
            Network = Network.For(
                (int)Numbers("channels", [Network.ImageChannels])[0], metadata.ContainsKey("crop") ? crop : Network.ImageSize,
                (int)Numbers("classes", [Network.Classes])[0]),
            Resize = (int)Numbers("resize", [Resize])[0],
            Crop = crop,
            Normalization = new(mean[0], mean[1], mean[2], deviation[0], deviation[1], deviation[2]),
            Labels = metadata.TryGetValue("labels", out string? labels) ? labels.Split('\n') : Labels,
            Source = metadata.GetValueOrDefault("source", Source),
            License = metadata.GetValueOrDefault("license", License),
        };

        float[] Numbers(string key, float[] otherwise)
        {
            if (!metadata.TryGetValue(key, out string? text)) return otherwise;
            string[] parts = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
            float[] numbers = new float[parts.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (!float.TryParse(parts[i], CultureInfo.InvariantCulture, out numbers[i]) || !float.IsFinite(numbers[i]))
                    numbers = [];
                if (numbers.Length == 0) break;
            }
            // A size beyond any photo, more classes than anybody names, or a deviation that divides by zero, is no preparation.
            float most = key switch { "resize" or "crop" => 16384, "classes" => 1 << 20, "channels" => 3, _ => 0 };
            bool sound = numbers.Length == otherwise.Length &&
                numbers.All(number => most > 0
                    ? number >= 1 && number <= most && number == (int)number
                    : key != "std" || number > 0);
            if (key == "channels" && sound) sound = numbers[0] != 2;
            return sound ? numbers : throw new InvalidDataException(
                $"The weights' metadata has {key} = \"{text}\", which is no {key}.");
        }
    }

    /// <summary>The card as metadata of a weights file, to be read by <see cref="With"/>.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata()
    {
        Normalization n = Normalization;
        Dictionary<string, string> metadata = new()
        {
            ["model"] = Network.Name,
            ["classes"] = Network.Classes.ToString(CultureInfo.InvariantCulture),
            ["channels"] = Network.ImageChannels.ToString(CultureInfo.InvariantCulture),
            ["resize"] = Resize.ToString(CultureInfo.InvariantCulture),
            ["crop"] = Crop.ToString(CultureInfo.InvariantCulture),
            ["mean"] = string.Create(CultureInfo.InvariantCulture, $"{n.MeanR} {n.MeanG} {n.MeanB}"),
            ["std"] = string.Create(CultureInfo.InvariantCulture, $"{n.DeviationR} {n.DeviationG} {n.DeviationB}"),
        };
        if (Labels.Count > 0) metadata["labels"] = string.Join('\n', Labels);
        if (Source.Length > 0) metadata["source"] = Source;
        if (License.Length > 0) metadata["license"] = License;
        return metadata;
    }
}
