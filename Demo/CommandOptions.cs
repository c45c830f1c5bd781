using System.CommandLine;

namespace ResNetVulkan.Demo;

/// <summary>The options that several commands have, each made where it is used.</summary>
internal static class CommandOptions
{
    private const int MostImages = 65536;

    private const string Networks =
        "The network: resnet18 ... resnet152, cifar-resnet20, vgg11 ..., or one by hand: resnet:bottleneck:3,4,6,3, " +
        "resnet50:plain:classes=10.";

    /// <summary>The one option of every command.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Say which device runs and where its shaders came from, and trace faults.",
        Recursive = true,
    };

    public static Option<string?> Device() => new("--device")
    {
        Description = "The device, by its number in 'devices' or a part of its name. Default: the fastest kind there is.",
        HelpName = "NUMBER|NAME",
    };

    public static Option<bool> Validation() => new("--validation")
    {
        Description = "Run under Vulkan's validation layer, and print what it says.",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object to stdout and nothing else." };

    public static Option<string?> Model(string standard) => new("--model")
    {
        Description = $"{Networks} Default: what the weights say, else {standard}.",
        HelpName = "NAME",
    };

    public static Argument<string> ModelArgument() => new("model")
    {
        Description = Networks,
    };

    public static Option<FileInfo> Weights() => new("--weights")
    {
        Description = "A safetensors file, or a PyTorch archive (.pth).",
        Required = true,
        HelpName = "FILE",
    };

    /// <summary>Where the weights that come with the program do as well.</summary>
    public static Option<FileInfo?> OptionalWeights() => new("--weights")
    {
        Description = "A safetensors file, or a PyTorch archive (.pth). Default: a small network that knows ten shapes.",
        HelpName = "FILE",
    };

    public static Option<FileInfo?> Labels() => new("--labels")
    {
        Description = "The classes' names: one a line, or a table with tabs and the columns 'index' and 'name'.",
        HelpName = "FILE",
    };

    public static Option<int> Batch(int standard) => Count("--batch", "How many images run at a time.", standard, MostImages);

    public static Option<bool> Recompute() => new("--recompute")
    {
        Description = "Compute most activations again for the gradients: less memory, about a third more work, the same result.",
    };

    public static Option<string> Precision() => OneOf("--precision", "What activations are stored as.", "fp32", "fp16");

    /// <summary>An option that is a number from 1 on.</summary>
    public static Option<int> Count(string name, string description, int standard, int most)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => standard, HelpName = "N" };
        option.Validators.Add(result =>
        {
            // What is no number at all is said by the parser.
            if (result.Tokens is [{ Value: string text }] && int.TryParse(text, out int count) && (count < 1 || count > most))
                result.AddError($"{name} {count} is not from 1 to {most:N0}.");
        });
        return option;
    }

    /// <summary>An option with a few values, the first of them the default.</summary>
    public static Option<string> OneOf(string name, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
