namespace ResNetVulkan.Gpu;

/// <summary>How bad a message is.</summary>
public enum GpuSeverity
{
    /// <summary>Legal, and probably not what was meant.</summary>
    Warning,

    /// <summary>Wrong: what follows is undefined.</summary>
    Error,
}

/// <summary>Who speaks.</summary>
public enum GpuMessageSource
{
    /// <summary>The Vulkan loader or a driver, outside of any rule: a driver that could not be loaded, for example.</summary>
    Driver,

    /// <summary>The validation layer: a rule of Vulkan was broken.</summary>
    Validation,

    /// <summary>The validation layer, about speed.</summary>
    Performance,

    /// <summary>This library: objects that were still alive when their device was disposed of.</summary>
    Library,
}

/// <summary>What a driver, the validation layer or this library had to say about a device.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Source">Who speaks.</param>
/// <param name="Id">
/// The rule, as its author names it ("VUID-vkCmdCopyBuffer-size-00115"); "Leak" for objects never disposed of; may be empty.
/// </param>
/// <param name="Text">The message itself.</param>
/// <param name="Objects">The names of the objects it is about, or their kind and handle where they have none.</param>
public sealed record GpuMessage(
    GpuSeverity Severity, GpuMessageSource Source, string Id, string Text, IReadOnlyList<string> Objects)
{
    /// <summary>One line: severity, id, text, objects.</summary>
    public override string ToString() =>
        $"{Severity} {Source} {Id}: {Text}{(Objects.Count == 0 ? "" : $" [{string.Join(", ", Objects)}]")}";
}
