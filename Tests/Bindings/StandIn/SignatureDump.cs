using System.Reflection;
using System.Text.RegularExpressions;

namespace ResNetVulkan.Tests.Bindings.StandIn;

/// <summary>
/// Members as lines "Namespace.Type: signature", read from a dump of the packages and made of our types, in the dump's notation.
/// </summary>
internal static partial class SignatureDump
{
    /// <param name="lines">Headings "[Assembly] class Type" with indented members below.</param>
    /// <param name="type">Whose members stand before the first heading.</param>
    public static IEnumerable<string> Read(IEnumerable<string> lines, string type)
    {
        bool isEnum = false;
        foreach (string line in lines)
        {
            Match heading = Heading().Match(line);
            if (heading.Success)
            {
                type = heading.Groups["name"].Value;
                isEnum = heading.Groups["kind"].Value == "enum";
                yield return $"{type}: {heading.Groups["kind"].Value}";
            }
            else if (isEnum)
            {
                foreach (string member in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    yield return $"{type}: {member}";
            }
            else
            {
                yield return $"{type}: {line.Trim()}";
            }
        }
    }

    public static IEnumerable<string> Lines(Type type)
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

        foreach (EventInfo declared in type.GetEvents(Declared))
        {
            yield return $"{full}: event {Short(declared.EventHandlerType!)} {declared.Name}";
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

    public static string Full(Type type) => $"{type.Namespace}.{Short(type)}";

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
        if (type.IsPointer)
        {
            return $"{Short(type.GetElementType()!)}*";
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
            "System.UInt64" => "ulong",
            "System.IntPtr" => "nint",
            "System.Single" => "float",
            "System.Double" => "double",
            "System.Char" => "char",
            "System.Object" => "object",
            "System.String" => "string",
            _ => type.Name,
        };
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string mode = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        string value = !parameter.HasDefaultValue ? "" : $" = {parameter.DefaultValue ?? "default/null"}";
        return $"{mode}{Short(parameter.ParameterType)} {parameter.Name}{value}";
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

    [GeneratedRegex(@"^\[[\w.]+\] (?<kind>static class|class|struct|enum|interface) (?<name>\S+)")]
    private static partial Regex Heading();
}
