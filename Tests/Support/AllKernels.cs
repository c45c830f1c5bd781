using System.Reflection;
using ResNetVulkan.Kernels;
using ResNetVulkan.Plugin;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// Every kernel that Runtime and Plugin declare: static fields of type Kernel, or holding several of them, in any type of
/// their assemblies.
/// </summary>
internal static class AllKernels
{
    private const BindingFlags Static =
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Ordered by name; kernels that several types declare alike appear once for each.</summary>
    public static IReadOnlyList<Kernel> Of(Assembly assembly) =>
    [
        .. assembly.GetTypes().Where(type => !type.ContainsGenericParameters).SelectMany(type => type.GetFields(Static))
            .Where(field => Holds(field.FieldType)).Select(field => field.GetValue(null)).SelectMany(KernelsIn)
            .OrderBy(kernel => kernel.File, StringComparer.Ordinal).ThenBy(kernel => kernel.Name, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<Kernel> OfLibraries { get; } =
        [.. Of(typeof(Kernel).Assembly), .. Of(typeof(FrameNetwork).Assembly)];

    private static bool Holds(Type type) =>
        (type.GetElementType() ?? type).IsAssignableTo(typeof(Kernel)) || type.IsAssignableTo(typeof(IEnumerable<Kernel>))
            || type.GetInterfaces().Any(IsTable);

    /// <summary>A dictionary from anything to kernels.</summary>
    private static bool IsTable(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
        && type.GenericTypeArguments[1].IsAssignableTo(typeof(Kernel));

    private static IEnumerable<Kernel> KernelsIn(object? value) => value switch
    {
        Kernel kernel => [kernel],
        Array array => array.OfType<Kernel>(),      // of any rank
        IEnumerable<Kernel> kernels => kernels,
        System.Collections.IDictionary table => table.Values.OfType<Kernel>(),
        _ => [],
    };
}
