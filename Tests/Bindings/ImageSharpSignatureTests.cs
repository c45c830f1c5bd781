using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Bindings;

/// <summary>
/// Holds the stand-in's public members against a dump of the real ImageSharp 3.1.12, so that what compiles here compiles there.
/// With the packages in its place there is nothing to compare.
/// </summary>
[TestFixture]
public sealed partial class ImageSharpSignatureTests
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
            .. types.Where(type => !dump.Contains(Full(type)))
                .SelectMany(Lines)
                .Where(line => !dump.Contains(line) && !dump.Contains(WithoutTypeIfStatic(line))),
        ];

        TestContext.Out.WriteLine($"{types.Length} types, {types.Sum(type => Lines(type).Count())} members");
        Assert.That(unknown, Is.Empty);
        Assert.That(types, Has.Length.GreaterThan(30));
    }

    [Test]
    public void No_type_of_the_stand_in_is_public()
    {
        if (StandIn() is not { } bindings)
        {
            Assert.Ignore("This build uses the packages.");
            return;
        }
        Assert.That(bindings.GetExportedTypes(), Is.Empty);
    }

    private static Assembly? StandIn()
    {
        Assembly assembly = typeof(SixLabors.ImageSharp.Image).Assembly;
        return assembly.GetName().Name == "ResNetVulkan.Bindings" ? assembly : null;
    }

    private static bool IsOfThePackage(Type type) =>
        type is { IsNested: false, Namespace: { } name } && name.StartsWith("SixLabors", StringComparison.Ordinal);

    /// <summary>"Type: member" for what stands under a type's heading; the member alone for statics, listed loosely.</summary>
    private static HashSet<string> ReadDump(IEnumerable<string> lines)
    {
        HashSet<string> dump = [];
        string type = "SixLabors.ImageSharp.Image";
        foreach (string line in lines.SkipWhile(line => line != "```").Skip(1).TakeWhile(line => line != "```"))
        {
            Match heading = Heading().Match(line);
            if (heading.Success)
            {
                type = heading.Groups["name"].Value;
                dump.Add($"{type}: {heading.Groups["kind"].Value}");
            }
            else if (type.EndsWith("Mode", StringComparison.Ordinal))
            {
                dump.UnionWith(line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(member => $"{type}: {member}"));
            }
            else
            {
                dump.Add(WithoutTypeIfStatic($"{type}: {line.Trim()}"));
            }
        }

        // ImageExtensions and its like hold statics only and have no heading of their own.
        foreach (string name in (string[])["ImageExtensions", "Image"])
        {
            dump.Add($"SixLabors.ImageSharp.{name}: {(name == "Image" ? "class" : "static class")}");
        }
        foreach (string name in (string[])["ProcessingExtensions", "ResizeExtensions", "CropExtensions", "AutoOrientExtensions"])
        {
            dump.Add($"SixLabors.ImageSharp.Processing.{name}: static class");
        }
        return dump;
    }

    private static string WithoutTypeIfStatic(string line)
    {
        string member = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        bool isStaticMember = member.StartsWith("static ", StringComparison.Ordinal) && member != "static class";
        return isStaticMember ? member : line;
    }

    private static IEnumerable<string> Lines(Type type)
    {
        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        string full = Full(type);
        yield return $"{full}: {Kind(type)}";
        if (type.IsEnum)
        {
            foreach (string name in Enum.GetNames(type))
            {
                yield return $"{full}: {name}={Convert.ToInt64(Enum.Parse(type, name))}";
            }
            yield break;
        }

        foreach (FieldInfo field in type.GetFields(Declared))
        {
            yield return $"{full}: {Short(field.FieldType)} {field.Name}";
        }
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(c => !c.IsStatic))
        {
            yield return $"{full}: {type.Name}({Parameters(constructor)})";
        }
        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            // A dump shows internal setters too.
            string accessors = property.SetMethod is null ? "get;" : "get; set;";
            yield return $"{full}: prop {Short(property.PropertyType)} {property.Name} {{ {accessors} }}";
        }

        // ToString, Equals, GetHashCode, == and != exist on every value type of the package; listing them says nothing.
        foreach (MethodInfo method in type.GetMethods(Declared).Where(method => !method.IsSpecialName && !IsOfObject(method)))
        {
            string prefix = method.IsStatic ? "static " : "";
            string signature = $"{method.Name}{Generics(method)}({Parameters(method)}){Constraints(method)}";
            yield return $"{full}: {prefix}{Short(method.ReturnType)} {signature}";
        }
    }

    private static bool IsOfObject(MethodInfo method) => method.Name is "ToString" or "Equals" or "GetHashCode";

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class" : "class";

    private static string Full(Type type) => $"{type.Namespace}.{Short(type)}";

    private static string Short(Type type)
    {
        if (type.IsByRef)
        {
            return Short(type.GetElementType()!);
        }
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Short(underlying)}?";
        }
        if (type.IsGenericType)
        {
            return $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(",", type.GetGenericArguments().Select(Short))}>";
        }
        if (type.IsArray)
        {
            return $"{Short(type.GetElementType()!)}[]";
        }
        return type.FullName switch
        {
            "System.Void" => "void",
            "System.Boolean" => "bool",
            "System.Byte" => "byte",
            "System.Int32" => "int",
            "System.UInt32" => "uint",
            "System.Single" => "float",
            "System.Object" => "object",
            "System.String" => "string",
            _ => type.Name,
        };
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string mode = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        return $"{mode}{Short(parameter.ParameterType)} {parameter.Name}";
    }

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(",", method.GetGenericArguments().Select(Short))}>" : "";

    private static string Constraints(MethodInfo method) =>
        method.IsGenericMethod ? string.Concat(method.GetGenericArguments().Select(Constraint)) : "";

    private static string Constraint(Type argument)
    {
        IEnumerable<string> interfaces = argument.GetGenericParameterConstraints().Where(type => type.IsInterface).Select(Short);
        return $" where {argument.Name}: unmanaged, {string.Join(", ", interfaces)}";
    }

    [GeneratedRegex(@"^\[SixLabors\.ImageSharp\] (?<kind>static class|class|struct|enum|interface) (?<name>\S+)")]
    private static partial Regex Heading();
}
