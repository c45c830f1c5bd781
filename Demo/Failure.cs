using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Training;

namespace ResNetVulkan.Demo;

/// <summary>How people are told what went wrong: one sentence, and an exit code for scripts.</summary>
internal static class Failure
{
    /// <param name="error">What ended the command.</param>
    /// <param name="verbose">Whether the trace follows the sentence.</param>
    /// <param name="output">Where both go.</param>
    /// <returns>The exit code.</returns>
    public static int Report(Exception error, bool verbose, TextWriter output)
    {
        // Several threads fail as a bundle, and the first of them says why.
        while (error is AggregateException { InnerException: { } first }) error = first;

        (int code, string sentence) = error switch
        {
            UsageException => (ExitCode.Usage, error.Message),
            StoppedException => (ExitCode.Stopped, error.Message),
            OperationCanceledException => (ExitCode.Stopped, "Stopped."),
            OutOfMemoryException => (ExitCode.Failed, "The machine is out of memory; a smaller --batch needs less."),
            IOException or UnauthorizedAccessException or InvalidDataException or GpuException or ShaderException
                or ShapeException or TrainingException or NotSupportedException or DllNotFoundException =>
                (ExitCode.Failed, error.Message),
            _ => (ExitCode.Failed,
                $"This is a fault of the program ({error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}): report it " +
                "where you got resnet from, with what 'resnet devices' and --verbose print."),
        };
        output.WriteLine($"resnet: {sentence}");
        if (verbose) output.WriteLine(error);
        return code;
    }
}
