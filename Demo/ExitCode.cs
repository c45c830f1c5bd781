namespace ResNetVulkan.Demo;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Stopped = 130;
}

/// <summary>The command line asks for something that there is not.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Somebody pressed Ctrl-C; the message says how far the work had come.</summary>
internal sealed class StoppedException(string message) : Exception(message);
