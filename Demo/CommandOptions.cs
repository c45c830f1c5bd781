using System.CommandLine;

namespace ResNetVulkan.Demo;

/// <summary>The options that several commands have, each made where it is used.</summary>
internal static class CommandOptions
{
    public static Option<string?> Device() => new("--device")
    {
        Description = "The device, by its number in 'devices' or a part of its name. Default: the fastest kind there is.",
        HelpName = "NUMBER|NAME",
    };

    public static Option<bool> Verbose() => new("--verbose") { Description = "Say which device runs and how many shaders were compiled." };

    public static Option<bool> Validation() => new("--validation") { Description = "Run under Vulkan's validation layer, and print what it says." };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object to stdout and nothing else." };

    public static Option<string> Model(string standard = "resnet18") => new("--model")
    {
        Description = "The network: resnet18 ... resnet152, cifar-resnet20 ...",
        DefaultValueFactory = _ => standard,
        HelpName = "NAME",
    };

    public static Argument<string> ModelArgument() => new("model") { Description = "The network: resnet18 ... resnet152, cifar-resnet20 ..." };

    public static Option<FileInfo> Weights() => new("--weights")
    {
        Description = "A safetensors file, or a PyTorch archive.",
        Required = true,
        HelpName = "FILE",
    };

    public static Option<FileInfo?> Labels() => new("--labels")
    {
        Description = "The classes' names: one a line, or a table with them.",
        HelpName = "FILE",
    };

    public static Option<int> Batch(int standard) => new("--batch")
    {
        Description = "How many images run at a time.",
        DefaultValueFactory = _ => standard,
        HelpName = "N",
    };

    public static Option<string> Precision() => OneOf("--precision", "What activations are stored as.", "fp32", "fp16");

    /// <summary>Refuses a count below 1.</summary>
    public static void AtLeastOne(Option<int> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1) result.AddError($"{option.Name} must be at least 1.");
    });

    /// <summary>An option with a few values, the first of them the default.</summary>
    public static Option<string> OneOf(string name, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
