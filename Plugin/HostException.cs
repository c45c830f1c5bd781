namespace ResNetVulkan.Plugin;

/// <summary>What a host handed over cannot be used. Nothing was done with it.</summary>
public sealed class HostException : Exception
{
    internal HostException(string sentence, IReadOnlyList<string>? problems = null)
        : base(problems is null ? sentence : $"{sentence} {string.Join(' ', problems)}") => Problems = problems ?? [sentence];

    /// <summary>Each thing that is wrong, a sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
