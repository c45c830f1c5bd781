namespace ResNetVulkan.Kernels;

/// <summary>A kernel cannot be compiled: its GLSL is wrong, an include is missing, or no compiler is installed.</summary>
/// <param name="file">The GLSL file that the error stands in, below Shaders; an include's own name when it stands there.</param>
/// <param name="line">The line in that file, from 1; 0 when no line is to blame.</param>
/// <param name="text">What the compiler said, all of it; a sentence of ours when it was not asked.</param>
/// <param name="inner">What caused it, if something else did.</param>
public sealed class ShaderException(string file, int line, string text, Exception? inner = null)
    : Exception(line > 0 ? $"{file}:{line}: {text}" : $"{file}: {text}", inner)
{
    /// <summary>Below Shaders, with forward slashes.</summary>
    public string File { get; } = file;

    /// <summary>From 1; 0 when no line is to blame.</summary>
    public int Line { get; } = line;

    /// <summary>All that the compiler said, each error with its own file and line.</summary>
    public string Text { get; } = text;
}
