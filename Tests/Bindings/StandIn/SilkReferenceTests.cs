using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Tests.Bindings.StandIn;

/// <summary>
/// The stand-in against a dump of Silk.NET 2.22's signatures: code that compiles with one must compile with the other. The dump
/// lies beside a checkout (../shared/reference); without it these tests say so and skip.
/// </summary>
[TestFixture]
public sealed partial class SilkReferenceTests
{
    private const BindingFlags Public =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Ours alone: the machinery behind the packages' names.
    private static readonly HashSet<string> Own =
        ["InlineElements", "GlslcContext", "GlslcProgram", "NativeApiContainer", "Vk+Functions"];

    // In the packages (compared with the published 2.23), but the dump does not list them.
    private static readonly HashSet<string> TypesNotListed =
    [
        "INativeContext", "DefaultNativeContext", "LamdaNativeContext", "LamdaNativeContext+TryLoader", "MultiNativeContext",
        "SymbolLoadingException", "NativeAPI", "NativeExtension`1", "StructExtensions", "AllocationCallbacks",
        "DebugUtilsMessengerCallbackFunctionEXT", "PfnDebugUtilsMessengerCallbackEXT",
    ];

    private static readonly HashSet<string> MembersNotListed =
    [
        // Vk: commands that the dump leaves out.
        "GetPhysicalDeviceFormatProperties2", "GetPhysicalDeviceImageFormatProperties", "GetPhysicalDeviceImageFormatProperties2",
        "CreateBufferView", "DestroyBufferView", "BindBufferMemory2", "BindImageMemory2", "GetImageMemoryRequirements2",
        "GetImageSubresourceLayout", "DestroySampler", "DestroyDescriptorUpdateTemplate", "UpdateDescriptorSetWithTemplate",
        "MergePipelineCaches", "DestroyEvent", "GetEventStatus", "SetEvent", "ResetEvent", "CmdResetEvent2", "CmdWaitEvents2",
        "CmdCopyQueryPoolResults",
        // The dump names Vk's properties and constructor in prose and lost the head of ExtDebugUtils.
        "Vk", "ExtDebugUtils", "CurrentInstance", "CurrentDevice", "Version10", "Version11", "Version12", "Version13",
        "IsExtensionPresent",
        // Core: added after the dump's list was cut, or overloads that it shortens.
        "op_Equality", "op_Inequality", "DelegateToPtr",
    ];

    // In the dump and left out here on purpose.
    private static readonly Regex LeftOut = new(
        "ref readonly AllocationCallbacks|" +           // nobody here has an allocator
        @"^static Vk GetApi\(.|" +                      // GetApi that also makes an instance
        "^$");

    private string[] _lines = [];
    private HashSet<string> _signatures = [];

    private static IEnumerable<Type> Types => typeof(Vk).Assembly.GetTypes().Where(type =>
        type.Namespace is string space
        && (space.StartsWith("Silk.NET.Core") || space.StartsWith("Silk.NET.Vulkan") || space == "Silk.NET.Shaderc")
        && !type.FullName!.Contains('<')
        && !Own.Contains(NestedName(type)) && !Own.Contains(NestedName(type).Split('+')[0]));

    [OneTimeSetUp]
    public void ReadTheReference()
    {
        string shared = Path.GetFullPath(Path.Combine(TestData.RepositoryRoot, "..", "shared"));
        string file = Path.Combine(shared, "reference", "silk-net-2.22-api.md");
        if (!File.Exists(file))
            Assert.Ignore($"No {file}.");

        _lines = File.ReadAllLines(file);
        _signatures = [.. _lines.Where(line => line.StartsWith("  ")).SelectMany(line => Expand(line.Trim())).Select(Tidy)];
    }

    [Test]
    public void Every_member_is_one_of_the_packages()
    {
        IEnumerable<Type> types = Types.Where(type => !type.IsEnum && !TypesNotListed.Contains(NestedName(type)));
        Assert.That(types.SelectMany(Unlisted), Is.Empty);

        IEnumerable<string> Unlisted(Type type) => Members(type)
            .Where(member => !MembersNotListed.Contains(member.Name) && !_signatures.Contains(Tidy(member.Signature)))
            .Select(member => $"{type.Name}: {member.Signature}");
    }

    [Test]
    public void Every_Vk_method_of_the_dump_is_there()
    {
        HashSet<string> ours = [.. Members(typeof(Vk)).Select(member => Tidy(member.Signature))];
        string[] listed = [.. Section(5).Where(line => line.StartsWith("  ")).SelectMany(line => Expand(line.Trim()))];
        Assert.That(listed, Has.Length.GreaterThan(400));
        string[] missing = [.. listed.Where(line => !LeftOut.IsMatch(line) && !ours.Contains(Tidy(line)))];
        TestContext.Out.WriteLine($"{listed.Length} listed, {listed.Count(line => LeftOut.IsMatch(line))} left out");
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Every_structure_of_the_dump_has_its_fields_in_order()
    {
        Dictionary<string, string> ours = Types
            .Where(type => type.Namespace == "Silk.NET.Vulkan" && type.IsValueType && !type.IsEnum && !type.IsNested)
            .ToDictionary(type => type.Name, Fields);
        List<string> wrong = [];
        int compared = 0;
        foreach (Match match in Section(6).Select(line => StructPattern().Match(line)).Where(match => match.Success))
        {
            (string name, string fields) = (match.Groups[1].Value, match.Groups[2].Value);
            if (TypesNotListed.Contains(name))
                continue;
            compared++;
            if (!ours.TryGetValue(name, out string? own) || own != fields)
                wrong.Add($"{name}: {fields}\n  ours: {own ?? "missing"}");
        }
        Assert.That(compared, Is.GreaterThan(100));
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Every_enum_member_that_the_dump_lists_has_its_value_and_type()
    {
        List<string> wrong = [];
        int compared = 0;
        for (int i = 0; i < _lines.Length - 1; i++)
        {
            Match head = EnumPattern().Match(_lines[i]);
            if (!head.Success || Types.SingleOrDefault(type => type.FullName == head.Groups[1].Value) is not Type type)
                continue;
            if (Name(Enum.GetUnderlyingType(type)) != head.Groups[2].Value)
                wrong.Add($"{type.Name} is of {head.Groups[2].Value}");

            string[] listed = _lines[i + 1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool cut = _lines[i + 1].Length > 900;                  // such lists end in the middle of a word
            HashSet<string> values = [.. cut ? listed.SkipLast(1) : listed];
            HashSet<string> names = [.. values.Select(value => value.Split('=')[0])];
            foreach (FieldInfo member in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                string own = $"{member.Name}={member.GetRawConstantValue()}";
                compared++;
                if (!values.Contains(own) && (!cut || names.Contains(member.Name)))
                    wrong.Add($"{type.Name}.{own}");
            }
        }
        Assert.That(compared, Is.GreaterThan(250));
        Assert.That(wrong, Is.Empty);
    }

    private IEnumerable<string> Section(int number) => _lines
        .SkipWhile(line => !line.StartsWith($"## {number}.")).TakeWhile(line => !line.StartsWith($"## {number + 1}."));

    /// <summary>{A | B} p stands for one overload with each.</summary>
    private static IEnumerable<string> Expand(string line)
    {
        Match choice = ChoicePattern().Match(line);
        return !choice.Success
            ? [line]
            : choice.Groups[1].Value.Split(" | ").SelectMany(one =>
                Expand(line[..choice.Index] + one + line[(choice.Index + choice.Length)..]));
    }

    // Spelled in several ways: white space, and a parameter's default.
    private static string Tidy(string signature) =>
        DefaultPattern().Replace(signature, "").Replace(" ", "").Replace("unmanaged[]", "unmanaged");

    private static IEnumerable<(string Name, string Signature)> Members(Type type)
    {
        foreach (FieldInfo field in type.GetFields(Public).Where(field => type.Namespace != "Silk.NET.Vulkan" || field.IsLiteral))
        {
            if (!field.IsLiteral)
                yield return (field.Name, $"{Name(field.FieldType)} {field.Name}");
            else if (type != typeof(Vk))
                yield return (field.Name, $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}");
        }
        foreach (ConstructorInfo constructor in type.GetConstructors(Public).Where(_ => !IsHandle(type)))
            yield return (type.Name, $"{type.Name}({Parameters(constructor)})");
        foreach (PropertyInfo property in type.GetProperties(Public).Where(_ => !type.IsNested))
        {
            string accessors = property.SetMethod?.IsPublic == true ? "{ get; set; }" : "{ get; }";
            yield return (property.Name, $"prop {Name(property.PropertyType)} {property.Name} {accessors}");
        }
        IEnumerable<MethodInfo> methods = type.GetMethods(Public).Where(method => !AccessorPattern().IsMatch(method.Name));
        foreach (MethodInfo method in methods.Where(_ => !type.IsNested))
        {
            string generics = "", where = "";
            if (method.IsGenericMethodDefinition)
            {
                Type parameter = method.GetGenericArguments().Single();
                generics = $"<{parameter.Name}>";
                Type[] bases = [.. parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType))];
                where = $" where {parameter.Name}: {(bases.Length == 0 ? "unmanaged" : Name(bases.Single()))}";
            }
            string prefix = method.IsStatic ? "static " : "";
            yield return (method.Name, $"{prefix}{Name(method.ReturnType)} {method.Name}{generics}({Parameters(method)}){where}");
        }
    }

    private static string Fields(Type type) => string.Join("; ", type
        .GetFields(BindingFlags.Public | BindingFlags.Instance)
        .Select(field => field.GetCustomAttribute<FixedBufferAttribute>() is FixedBufferAttribute buffer
            ? $"fixed {buffer.ElementType.Name} {field.Name}[{buffer.Length}]"
            : $"{Name(field.FieldType)} {field.Name}"));

    private static bool IsHandle(Type type) => type.Namespace == "Silk.NET.Vulkan" && type.GetField("Handle") is not null;

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        Type type = parameter.ParameterType;
        string mode = !type.IsByRef ? ""
            : parameter.IsOut ? "out "
            : parameter.GetCustomAttribute<RequiresLocationAttribute>() is not null ? "ref readonly "
            : parameter.IsIn ? "in " : "ref ";
        return $"{mode}{Name(type.IsByRef ? type.GetElementType()! : type)} {parameter.Name}";
    }));

    private static string NestedName(Type type) => type.FullName![(type.Namespace!.Length + 1)..];

    private static string Name(Type type) => type switch
    {
        { IsPointer: true } => Name(type.GetElementType()!) + "*",
        { IsArray: true } => Name(type.GetElementType()!) + "[]",
        { IsFunctionPointer: true } => $"delegate* unmanaged<{string.Join(", ", ((Type[])
            [.. type.GetFunctionPointerParameterTypes(), type.GetFunctionPointerReturnType()]).Select(Name))}>",
        _ when Nullable.GetUnderlyingType(type) is Type inner => Name(inner) + "?",
        { IsGenericType: true } => $"{type.Name.Split('`')[0]}<{string.Join(",", type.GetGenericArguments().Select(Name))}>",
        _ => Keywords.GetValueOrDefault(type, type.Name),
    };

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(byte)] = "byte", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(bool)] = "bool", [typeof(string)] = "string",
        [typeof(object)] = "object", [typeof(nint)] = "nint", [typeof(nuint)] = "nuint",
    };

    [GeneratedRegex(@"\{([^{}]* \| [^{}]*)\}")]
    private static partial Regex ChoicePattern();

    [GeneratedRegex(@" = [^,)]+")]
    private static partial Regex DefaultPattern();

    [GeneratedRegex(@"^struct (\w+) \{ (.*) \}$")]
    private static partial Regex StructPattern();

    [GeneratedRegex(@"^\[[\w.]+\] enum ([\w.]+) : (\w+)")]
    private static partial Regex EnumPattern();

    [GeneratedRegex("^(get|set)_")]
    private static partial Regex AccessorPattern();
}
