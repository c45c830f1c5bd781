using System.CodeDom.Compiler;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using NUnit.Framework;

namespace ResNetVulkan.Tests.House;

/// <summary>What the libraries show to a host, and what they keep between calls, read from the built assemblies.</summary>
[TestFixture]
public sealed class PublicSurfaceTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] Libraries = ["ResNetVulkan.Runtime", "ResNetVulkan.Plugin"];

    // Readonly, yet a place to keep something in.
    private static readonly Type[] Containers =
    [
        typeof(List<>), typeof(Dictionary<,>), typeof(HashSet<>), typeof(Queue<>), typeof(Stack<>), typeof(SortedDictionary<,>),
        typeof(ConcurrentDictionary<,>), typeof(ConcurrentBag<>), typeof(ConcurrentQueue<>), typeof(ConditionalWeakTable<,>),
        typeof(StringBuilder), typeof(Random), typeof(ThreadLocal<>), typeof(AsyncLocal<>),
    ];

    [TestCaseSource(nameof(Libraries))]
    public void No_public_member_exposes_a_type_of_a_binding(string library)
    {
        List<string> exposed = [];
        foreach (Type type in Assembly.Load(library).GetExportedTypes())
        {
            exposed.AddRange(type.GetInterfaces().Append(type.BaseType).SelectMany(Bindings).Select(it => $"{type}: {it}"));
            foreach (MemberInfo member in type.GetMembers(Declared))
                exposed.AddRange(VisibleTypes(member).SelectMany(Bindings).Select(it => $"{type}.{member.Name}: {it}"));
        }

        Assert.That(exposed, Is.Empty);
    }

    [TestCaseSource(nameof(Libraries))]
    public void Nothing_is_kept_in_static_fields(string library)
    {
        string[] kept =
        [
            .. from type in Assembly.Load(library).GetTypes()
               where !IsGenerated(type)
               from field in type.GetFields(Declared)
               where field.IsStatic && !field.IsLiteral && (!field.IsInitOnly || IsContainer(field.FieldType))
               select $"{type}.{field.Name} ({field.FieldType})",
        ];
        Assert.That(kept, Is.Empty, "two devices in one process share nothing that changes");
    }

    [Test]
    public void Nothing_of_the_stand_in_is_public_and_with_the_packages_it_is_absent()
    {
        string standIn = Path.Combine(AppContext.BaseDirectory, "ResNetVulkan.Bindings.dll");
        string package = Path.Combine(AppContext.BaseDirectory, "Silk.NET.Vulkan.dll");
        Assert.That(File.Exists(standIn), Is.Not.EqualTo(File.Exists(package)), "either the stand-in or the packages");
        if (File.Exists(standIn)) Assert.That(Assembly.LoadFrom(standIn).GetExportedTypes(), Is.Empty);
    }

    private static IEnumerable<Type> VisibleTypes(MemberInfo member) => member switch
    {
        FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly => [field.FieldType],
        MethodInfo method when IsVisible(method) => [method.ReturnType, .. Parameters(method), .. method.GetGenericArguments()],
        ConstructorInfo constructor when IsVisible(constructor) => Parameters(constructor),
        _ => [],    // properties and events are methods; nested types come by themselves
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<Type> Parameters(MethodBase method) => method.GetParameters().Select(it => it.ParameterType);

    // The types of a binding that make up a type: itself, what it is an array of or points to, and its arguments.
    private static IEnumerable<Type> Bindings(Type? type)
    {
        if (type is null) return [];
        if (type.HasElementType) return Bindings(type.GetElementType());
        if (type.IsGenericParameter) return type.GetGenericParameterConstraints().Where(IsBinding);
        return type.GetGenericArguments().SelectMany(Bindings).Concat(IsBinding(type) ? [type] : []);
    }

    private static bool IsBinding(Type type) => type.Namespace?.Split('.')[0] is "Silk" or "SixLabors";

    // Closures, caches of delegates and of constant data: the compiler's, and the same for every caller.
    private static bool IsGenerated(Type type) =>
        type.Name.StartsWith('<') || type.IsDefined(typeof(CompilerGeneratedAttribute), false) ||
        type.IsDefined(typeof(GeneratedCodeAttribute), false) || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static bool IsContainer(Type type) =>
        Containers.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
}
