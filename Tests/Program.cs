using System.Globalization;
using Microsoft.Testing.Platform.Builder;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests;

/// <summary>Runs the suite and closes with its report. Exit code: 0 all passed, 1 not, 2 wrong usage.</summary>
/// <remarks>
/// RESNET_LEAST_RUN=80 fails a run that skipped more than a fifth: a bare machine would else pass with nothing tested.
/// </remarks>
internal static class Program
{
    // The platform's codes: arguments that it does not know, and a filter that selects no test (which is a failure).
    private const int InvalidCommandLine = 5;
    private const int NothingRan = 8;

    private static async Task<int> Main(string[] args)
    {
        SuiteReport report = new();
        ITestApplicationBuilder builder = await TestApplication.CreateBuilderAsync(
            args, new TestApplicationOptions { EnableTelemetry = false });
        builder.AddSelfRegisteredExtensions(args);
        builder.TestHost.AddDataConsumer(_ => report);

        int code;
        using (ITestApplication application = await builder.BuildAsync())
            code = await application.RunAsync();

        // Checked here because NUnit prints a failed teardown and calls the run passed.
        if (SharedDeviceTeardown.LeftBehind is { Length: > 0 } leftBehind)
        {
            Console.Out.WriteLine($"Tests left objects behind on the shared device:\n{leftBehind}");
            code = 1;
        }

        if (Environment.GetEnvironmentVariable("RESNET_LEAST_RUN") is { Length: > 0 } percent
            && report.RunPercent < int.Parse(percent, CultureInfo.InvariantCulture))
        {
            Console.Out.WriteLine($"\nOnly {report.RunPercent} % of the tests ran; RESNET_LEAST_RUN asks for {percent} %.");
            code = 1;
        }

        if (report.Any || code == NothingRan)
            report.Write(Console.Out);
        return code switch { 0 => 0, InvalidCommandLine => 2, _ => 1 };
    }
}
