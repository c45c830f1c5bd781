using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using Silk.NET.Windowing;

namespace ResNetVulkan.Tests.Bindings.StandIn;

/// <summary>The stand-in's windows, input and vectors against the dump of Silk.NET 2.22's signatures.</summary>
[TestFixture]
public sealed class WindowingSignatureTests
{
    /// <summary>What 2.22 has and the dump leaves out, or states elsewhere.</summary>
    private static readonly string[] BeyondTheDump =
    [
        // The dump writes IWindow's bases and Silk.NET.Maths.Rectangle only where others use them.
        "Silk.NET.Maths.Rectangle<T>: struct", "Silk.NET.Maths.Rectangle<T>: Vector2D<T> Origin",
        "Silk.NET.Maths.Rectangle<T>: Vector2D<T> Size",
        "Silk.NET.Maths.Rectangle<T>: Rectangle`1(Vector2D<T> origin, Vector2D<T> size)",
        "Silk.NET.Maths.Rectangle<T>: Rectangle`1(T originX, T originY, T sizeX, T sizeY)",
    ];

    [Test]
    public void Every_member_of_the_stand_in_is_one_of_the_packages()
    {
        string reference = Path.Combine(TestData.RepositoryRoot, "..", "shared", "reference", "silk-net-2.22-api.md");
        if (!File.Exists(reference))
        {
            Assert.Ignore($"No {reference}.");
            return;
        }
        IEnumerable<string> section = File.ReadLines(reference).SkipWhile(line => !line.StartsWith("## 11."));
        HashSet<string> dump = [.. SignatureDump.Read(section, ""), .. BeyondTheDump];

        Type[] types = [.. typeof(Window).Assembly.GetTypes().Where(type => !type.IsNested && IsOfWindows(type.Namespace ?? ""))];
        string[] lines = [.. types.SelectMany(SignatureDump.Lines)];
        TestContext.Out.WriteLine($"{types.Length} types, {lines.Length} members");

        Assert.That(lines.Where(line => !dump.Contains(line)), Is.Empty);
        Assert.That(types, Has.Length.GreaterThan(25));
    }

    [Test]
    public void A_member_that_the_packages_lack_would_be_noticed() =>
        Assert.That(
            SignatureDump.Lines(typeof(WindowingSignatureTests)),
            Does.Contain($"{typeof(WindowingSignatureTests)}: void A_member_that_the_packages_lack_would_be_noticed()"));

    private static bool IsOfWindows(string space) =>
        space.StartsWith("Silk.NET.Windowing") || space.StartsWith("Silk.NET.Input") || space.StartsWith("Silk.NET.Maths");
}
