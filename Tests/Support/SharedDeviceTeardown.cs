using NUnit.Framework;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests;

/// <summary>Ends the shared device when every test has run; objects that a test forgot fail the run.</summary>
[SetUpFixture]
public sealed class SharedDeviceTeardown
{
    /// <summary>What was alive at the end, for <see cref="Program"/> to report and fail on.</summary>
    internal static string LeftBehind { get; private set; } = "";

    [OneTimeTearDown]
    public void Close() => LeftBehind = string.Join(Environment.NewLine, TestPipelines.Close().Concat(TestDevice.Close()));
}
