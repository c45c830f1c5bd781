using System.Reflection;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Bindings.StandIn;

/// <summary>
/// Holds the stand-in's public members against a dump of the real ImageSharp 3.1.12, so that what compiles here compiles there.
/// With the packages in its place there is nothing to compare.
/// </summary>
[TestFixture]
public sealed class ImageSharpSignatureTests
{
    /// <summary>
    /// What the stand-in has and the dump lacks: the dump covers what a decoder needs not its surroundings. Each stands
    /// as in ImageSharp 3.1's own documentation (docs.sixlabors.com/api/ImageSharp). A type here covers its members.
    /// </summary>
    private static readonly string[] BeyondTheDump =
    [
        // Small types that signatures of the dump mention by name only.
        "SixLabors.ImageSharp.Size", "SixLabors.ImageSharp.Rectangle", "SixLabors.ImageSharp.Configuration",
        "SixLabors.ImageSharp.PixelAccessorAction<TPixel>", "SixLabors.ImageSharp.PixelFormats.IPixel",
        "SixLabors.ImageSharp.PixelFormats.IPixel<TSelf>", "SixLabors.ImageSharp.PixelFormats.L8",
        "SixLabors.ImageSharp.Formats.IImageFormat", "SixLabors.ImageSharp.Formats.IImageEncoder",
        "SixLabors.ImageSharp.Formats.PixelTypeInfo", "SixLabors.ImageSharp.Formats.Png.PngFormat",
        "SixLabors.ImageSharp.Formats.Png.PngCompressionLevel", "SixLabors.ImageSharp.Formats.Jpeg.JpegFormat",
        "SixLabors.ImageSharp.Formats.Jpeg.JpegEncoder", "SixLabors.ImageSharp.Processing.AnchorPositionMode",
        "SixLabors.ImageSharp.Processing.IImageProcessingContext",
        "SixLabors.ImageSharp.Processing.Processors.Transforms.IResampler",

        // The dump has Image's static methods and CloneAs only.
        "SixLabors.ImageSharp.Image: prop Configuration Configuration { get; }",
        "SixLabors.ImageSharp.Image: prop int Width { get; }",
        "SixLabors.ImageSharp.Image: prop int Height { get; }", "SixLabors.ImageSharp.Image: prop Size Size { get; }",
        "SixLabors.ImageSharp.Image: prop Rectangle Bounds { get; }", "SixLabors.ImageSharp.Image: void Dispose()",

        // Overrides of the base class's, which a dump of declared members shows there.
        "SixLabors.ImageSharp.Image<TPixel>: prop int Width { get; }",
        "SixLabors.ImageSharp.Image<TPixel>: prop int Height { get; }",

        "static IImageProcessingContext AutoOrient(IImageProcessingContext source)",
        "SixLabors.ImageSharp.Formats.Png.PngEncoder: void Encode<TPixel>(Image<TPixel> image, Stream stream) " +
            "where TPixel: unmanaged, IPixel<TPixel>",
        "SixLabors.ImageSharp.PixelFormats.Rgb24: void FromL8(L8 source)",
        "SixLabors.ImageSharp.PixelFormats.Rgba32: void FromL8(L8 source)",
    ];

    [Test]
    public void Every_member_of_the_stand_in_is_one_of_the_package()
    {
        Assembly? bindings = StandIn();
        string reference = Path.Combine(TestData.RepositoryRoot, "..", "shared", "reference", "imagesharp-api.md");
        if (bindings is null || !File.Exists(reference))
        {
            Assert.Ignore(bindings is null ? "This build uses the packages." : $"No {reference}.");
            return;
        }
        HashSet<string> dump = ReadDump(File.ReadLines(reference));
        dump.UnionWith(BeyondTheDump);

        Type[] types = [.. bindings.GetTypes().Where(IsOfThePackage)];
        string[] unknown =
        [
            .. types.Where(type => !dump.Contains(SignatureDump.Full(type)))
                .SelectMany(SignatureDump.Lines)
                .Where(line => !dump.Contains(line) && !dump.Contains(WithoutTypeIfStatic(line))),
        ];

        TestContext.Out.WriteLine($"{types.Length} types, {types.Sum(type => SignatureDump.Lines(type).Count())} members");
        Assert.That(unknown, Is.Empty);
        Assert.That(types, Has.Length.GreaterThan(30));
    }

    private static Assembly? StandIn()
    {
        Assembly assembly = typeof(SixLabors.ImageSharp.Image).Assembly;
        return assembly.GetName().Name == "ResNetVulkan.Bindings" ? assembly : null;
    }

    private static bool IsOfThePackage(Type type) =>
        type is { IsNested: false, Namespace: { } name } && name.StartsWith("SixLabors", StringComparison.Ordinal);

    /// <summary>Statics are listed loosely here: extension classes have no heading of their own.</summary>
    private static HashSet<string> ReadDump(IEnumerable<string> lines)
    {
        IEnumerable<string> block = lines.SkipWhile(line => line != "```").Skip(1).TakeWhile(line => line != "```");
        HashSet<string> dump = [.. SignatureDump.Read(block, "SixLabors.ImageSharp.Image").Select(WithoutTypeIfStatic)];
        dump.Add("SixLabors.ImageSharp.Image: class");
        dump.Add("SixLabors.ImageSharp.ImageExtensions: static class");
        foreach (string name in (string[])["ProcessingExtensions", "ResizeExtensions", "CropExtensions", "AutoOrientExtensions"])
            dump.Add($"SixLabors.ImageSharp.Processing.{name}: static class");
        return dump;
    }

    private static string WithoutTypeIfStatic(string line)
    {
        string member = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        bool isStaticMember = member.StartsWith("static ", StringComparison.Ordinal) && member != "static class";
        return isStaticMember ? member : line;
    }
}
