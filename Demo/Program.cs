using System.CommandLine;
using ResNetVulkan.Demo;
using ResNetVulkan.Demo.Studies;

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
    ExportCommand.Create(),
    FetchCommand.Create(),
    TrainCommand.Create(),
    StudyCommand.Create(),
    CompileShadersCommand.Create(),
    CommandOptions.Verbose,
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
    return await arguments.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(30),       // a batch of a large network on a CPU takes a while
    });
}
catch (Exception error)
{
    return Failure.Report(error, arguments.GetValue(CommandOptions.Verbose), Console.Error);
}
