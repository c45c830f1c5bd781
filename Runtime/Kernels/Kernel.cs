using System.Runtime.CompilerServices;

namespace ResNetVulkan.Kernels;

/// <summary>
/// The declaration of one compute kernel: a GLSL file, the sections of it, the tensors in slot order and the push constants. GLSL
/// declares the same names; a test compiles every kernel and holds the two together, so binding by position is safe.
/// </summary>
/// <param name="file">Below Shaders, with forward slashes: "ops/relu.comp".</param>
/// <param name="sections">The defines that choose the section, separated by spaces: "FORWARD HALF". May be empty.</param>
/// <param name="pushType">
/// The push constants that follow the tensors' addresses; its fields carry GLSL's names with a capital.
/// </param>
/// <param name="pushBytes">The size of those.</param>
/// <param name="tensors">The tensors' names, in slot order.</param>
public abstract class Kernel(string file, string sections, Type pushType, int pushBytes, string[] tensors)
{
    /// <summary>Below Shaders, with forward slashes.</summary>
    public string File { get; } = file;

    /// <summary>The defines, in order.</summary>
    public IReadOnlyList<string> Sections { get; } = sections.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The tensors' names, in slot order.</summary>
    public IReadOnlyList<string> Tensors { get; } = tensors;

    /// <summary>The type of the push constants, for the test that compares them with GLSL's.</summary>
    public Type PushType { get; } = pushType;

    /// <summary>Bytes of push constants after the tensors' addresses.</summary>
    public int PushBytes { get; } = pushBytes;

    /// <summary>The kernel as people read it: "relu [FORWARD]".</summary>
    public string Name { get; } = Path.GetFileNameWithoutExtension(file) + (sections.Length == 0 ? "" : $" [{sections}]");

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>
    /// Where this declaration and the compiled shader say different things, a sentence each; empty when they agree. Compares what
    /// costs nothing at run time: tensors' names and order, the size of the push constants, and that the local size is
    /// constant 0.
    /// </summary>
    internal IReadOnlyList<string> Disagreements(KernelSignature shader)
    {
        List<string> sentences = [];
        string[] declared = [.. shader.Tensors.Select(tensor => tensor.Name)];
        if (!declared.SequenceEqual(Tensors))
            sentences.Add($"buffers: GLSL declares ({string.Join(", ", declared)}), C# binds ({string.Join(", ", Tensors)})");
        if (shader.PushBytes != PushBytes)
            sentences.Add($"push constants: GLSL has {shader.PushBytes} bytes, {PushType.Name} has {PushBytes}");
        if (shader.LocalSize[0].ConstantId != 0)
            sentences.Add("local size: x is not constant 0 in GLSL (layout(local_size_x_id = 0) in)");
        return sentences;
    }
}

/// <summary>A kernel whose push constants are a <typeparamref name="TPush"/>.</summary>
/// <typeparam name="TPush">A struct of 32-bit fields, in GLSL's order.</typeparam>
/// <inheritdoc cref="Kernel(string, string, Type, int, string[])"/>
public sealed class Kernel<TPush>(string file, string sections, params string[] tensors)
    : Kernel(file, sections, typeof(TPush), Unsafe.SizeOf<TPush>(), tensors)
    where TPush : unmanaged;
