using System.Diagnostics;
using NUnit.Framework;
using Silk.NET.Core.Contexts;
using Silk.NET.Shaderc;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Tests.Bindings.StandIn;

/// <summary>What holds for the in-tree bindings only.</summary>
[TestFixture]
public sealed class BindingsAssemblyTests
{
    [Test]
    public void No_type_is_visible_to_a_host_that_has_the_packages_beside_us()
    {
        Type[] types = typeof(Vk).Assembly.GetTypes();
        Assert.That(types, Has.Length.GreaterThan(100));
        Assert.That(types.Where(type => type.IsVisible).Select(type => type.FullName), Is.Empty);
    }

    [Test]
    public void A_library_that_is_not_there_is_a_file_not_found()
    {
        FileNotFoundException error =
            Assert.Throws<FileNotFoundException>(() => _ = new DefaultNativeContext(["libnothing-1.so", "libnothing-2.so"]))!;
        Assert.That(error.Message, Does.StartWith("Could not load from any of the possible library names!"));
        Assert.That(error.Message, Does.Contain("libnothing-1.so"));
        Assert.That(DefaultNativeContext.TryCreate("libnothing-1.so", out _), Is.False);
    }

    [Test]
    public void A_hung_glslc_is_ended_and_said()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Needs a shell script as the program.");
            return;
        }

        string script = Path.Combine(Path.GetTempPath(), $"hung-glslc-{Environment.ProcessId}.sh");
        File.WriteAllText(script, "#!/bin/sh\nexec /bin/sleep 600\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Stopwatch clock = Stopwatch.StartNew();
            GlslcProgram glslc = new(script, TimeSpan.FromSeconds(0.5));
            TimeoutException error = Assert.Throws<TimeoutException>(() => glslc.Compile([], new byte[1 << 20], "a.comp"))!;
            Assert.That(error.Message, Does.Contain("did not finish within 0.5 s"));
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
        }
        finally
        {
            File.Delete(script);
        }
    }
}
