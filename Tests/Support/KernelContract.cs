using System.Reflection;
using System.Runtime.InteropServices;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// What a kernel's C# and GLSL must agree in beyond what Runtime compares when it makes a pipeline: the push constants' names,
/// types and offsets. Reads the push struct by reflection, which Runtime may not use.
/// </summary>
internal static class KernelContract
{
    private static readonly Dictionary<Type, ShaderType> Types = new()
    {
        [typeof(uint)] = ShaderType.U32,
        [typeof(int)] = ShaderType.S32,
        [typeof(float)] = ShaderType.F32,
    };

    /// <summary>Every sentence of <see cref="Kernel.Disagreements"/>, and one for each push constant that differs.</summary>
    public static IReadOnlyList<string> Disagreements(Kernel kernel, KernelSignature shader)
    {
        List<string> sentences = [.. kernel.Disagreements(shader)];
        FieldInfo[] fields =
        [
            .. kernel.PushType.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .OrderBy(field => OffsetOf(kernel.PushType, field)),
        ];
        for (int i = 0; i < Math.Max(fields.Length, shader.Push.Count); i++)
        {
            string glsl = i < shader.Push.Count ? Describe(shader.Push[i]) : "nothing";
            string csharp = i < fields.Length ? Describe(kernel.PushType, fields[i]) : "nothing";
            if (glsl != csharp) sentences.Add($"push constants: GLSL has {glsl}, {kernel.PushType.Name} has {csharp}");
        }
        return sentences;
    }

    /// <summary>The kernel and the sentences, as a failing test prints them.</summary>
    public static string Report(Kernel kernel, ShaderForm form, IEnumerable<string> sentences) =>
        $"{kernel.File} [{string.Join(' ', kernel.Sections)}] ({form}) and its declaration in C# disagree:\n  {string.Join("\n  ",
            sentences)}";

    private static string Describe(PushParameter push) => $"{push.Type} {push.Name} at byte {push.Offset}";

    private static string Describe(Type push, FieldInfo field)
    {
        string type = Types.TryGetValue(field.FieldType, out ShaderType known) ? known.ToString() : field.FieldType.Name;
        return $"{type} {NameOf(field)} at byte {OffsetOf(push, field)}";
    }

    private static long OffsetOf(Type push, FieldInfo field) => Marshal.OffsetOf(push, field.Name).ToInt64();

    /// <summary>
    /// GLSL's spelling: a property's field is called "&lt;Count&gt;k__BackingField", and GLSL's members are camelCase.
    /// </summary>
    private static string NameOf(FieldInfo field)
    {
        string name = field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
