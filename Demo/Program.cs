using System.CommandLine;
using ResNetVulkan.Demo;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;

RootCommand root = new("ResNets on any Vulkan GPU.")
{
    ClassifyCommand.Create(),
    DevicesCommand.Create(),
    SummaryCommand.Create(),
    ExplainCommand.Create(),
    VerifyCommand.Create(),
    EvaluateCommand.Create(),
    BenchCommand.Create(),
    ConvertCommand.Create(),
    CompileShadersCommand.Create(),
};

ParseResult arguments = root.Parse(args);
if (arguments.Errors.Count > 0)
{
    foreach (var error in arguments.Errors) Console.Error.WriteLine($"resnet: {error.Message}");
    Console.Error.WriteLine("resnet: 'resnet --help' says what there is.");
    return ExitCode.Usage;
}

try
{
    return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UsageException error)
{
    Console.Error.WriteLine($"resnet: {error.Message}");
    return ExitCode.Usage;
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or GpuException or ShaderException
    or ShapeException or NotSupportedException or DllNotFoundException)
{
    Console.Error.WriteLine($"resnet: {error.Message}");
    return ExitCode.Failed;
}
catch (OperationCanceledException)
{
    return ExitCode.Stopped;
}
