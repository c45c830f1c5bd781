using ResNetVulkan.Data;

namespace ResNetVulkan.Demo;

/// <summary>A training with a name: what the command line's options say unless they say otherwise.</summary>
/// <param name="Name">What --recipe calls it.</param>
/// <param name="Model">The network.</param>
internal sealed record Recipe(string Name, string Model)
{
    public int Epochs { get; init; } = 10;

    public int BatchSize { get; init; } = 128;

    public double Rate { get; init; } = 0.1;

    public string Schedule { get; init; } = "one-cycle";

    public string Optimizer { get; init; } = "sgd";

    public float Momentum { get; init; } = 0.9f;

    public bool IsNesterov { get; init; }

    public float WeightDecay { get; init; } = 5e-4f;

    /// <summary>The network's image, in pixels along both sides; 0 for the network's own, or the pictures'.</summary>
    public int Size { get; init; }

    /// <summary>Words of --augment.</summary>
    public string Augment { get; init; } = "";

    /// <summary>Where it comes from.</summary>
    public string Source { get; init; } = "";

    /// <summary>What --recipe knows.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new("default", "cifar-resnet20") { Augment = "pad:4,flip" },
        new("shapes", "shapes-resnet12")
        {
            Epochs = 4, BatchSize = 64, Rate = 0.3, IsNesterov = true, Augment = "flip",
        },
        new("d2l", "d2l-resnet18")
        {
            Rate = 0.05, BatchSize = 256, Size = 96, Schedule = "constant", Momentum = 0, WeightDecay = 0,
            Source = "Dive into Deep Learning, section 8.6",
        },
        new("cifar-resnet20", "cifar-resnet20")
        {
            Epochs = 164, Schedule = "step:0.5,0.75:0.1", WeightDecay = 1e-4f, Augment = "pad:4,flip",
            Source = "arXiv:1512.03385, section 4.2",
        },
    ];

    /// <exception cref="UsageException">There is no such recipe.</exception>
    public static Recipe Find(string? name, string dataSet)
    {
        name ??= All.Any(recipe => recipe.Name == dataSet) ? dataSet : "default";
        return All.FirstOrDefault(recipe => recipe.Name == name) ?? throw new UsageException(
            $"There is no recipe '{name}'; known are {string.Join(", ", All.Select(recipe => recipe.Name))}.");
    }
}

/// <summary>The words of --augment.</summary>
internal static class AugmentWords
{
    public const string Help =
        "Any of: pad:4 (crop from a border), area (random resized crop), flip, jitter:0.4, cutout:8; or none.";

    /// <exception cref="UsageException">A word is not known, or its number is out of place.</exception>
    public static Augmentation Parse(string text, Augmentation plain)
    {
        Augmentation result = plain;
        foreach (string word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = word.Split(':');
            result = parts switch
            {
                ["none"] => plain,
                ["flip"] => result with { Flip = true },
                ["area"] => result with { Crop = Crop.Area },
                ["pad", var n] => result with { Crop = Crop.Padded, Padding = (int)Number(word, n, 1, 64) },
                ["cutout", var n] => result with { Cutout = (int)Number(word, n, 1, 512) },
                ["jitter", var n] => Jittered(result, (float)Number(word, n, 0, 1)),
                _ => throw new UsageException($"--augment does not know '{word}'. {Help}"),
            };
        }
        return result;

        static Augmentation Jittered(Augmentation augmentation, float reach) =>
            augmentation with { Brightness = reach, Contrast = reach, Saturation = reach };
    }

    private static double Number(string word, string text, double least, double most) =>
        double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double number) && number >= least
            && number <= most
            ? number
            : throw new UsageException($"--augment {word}: '{text}' is not from {least} to {most}.");
}
