using System.Collections.Concurrent;
using System.Text;

namespace ResNetVulkan.Kernels;

/// <summary>
/// The GLSL of the kernels: as embedded into this assembly, or from a folder that is read anew when a file in it changes.
/// Safe to use from several threads.
/// </summary>
/// <param name="folder">
/// A copy of Shaders to read instead of the embedded text, for work on kernels; null for the embedded text.
/// </param>
public sealed class ShaderSource(string? folder = null)
{
    private readonly ConcurrentDictionary<string, string> _expanded = [];
    private readonly ConcurrentDictionary<string, Stamp> _stamps = [];

    /// <summary>The text of a kernel with its includes in place, ready for the compiler.</summary>
    /// <param name="file">Below Shaders, with forward slashes: "ops/relu.comp".</param>
    /// <returns>
    /// Lines end in \n on every system, so that a module's key is the same everywhere. Each include is guarded: however many
    /// files include it, the compiler sees it once. #line directives carry file names, so errors name the file that they stand
    /// in.
    /// </returns>
    /// <exception cref="ShaderException">
    /// The file or an include is missing, includes form a cycle, or #version is not first.
    /// </exception>
    public string Expand(string file)
    {
        if (_expanded.TryGetValue(file, out string? known)) return known;

        string[] lines = Lines(file) ?? throw new ShaderException(file, 0, $"there is no such kernel in {Place}.");
        int version = Array.FindIndex(lines, line => line.StartsWith("#version", StringComparison.Ordinal));
        if (version < 0) throw new ShaderException(file, 1, "a kernel begins with #version 460.");

        StringBuilder text = new();
        text.Append(lines[version]).Append("\n#extension GL_GOOGLE_cpp_style_line_directive : require\n");
        lines[version] = "";
        Append(text, file, lines, [file]);
        return _expanded[file] = text.ToString();
    }

    /// <summary>
    /// Whether a file that was read from the folder has changed since it was read or since this was last asked. If so everything
    /// is read anew when next wanted. Looks at the files' times when asked; nothing watches in between. Always false without a
    /// folder.
    /// </summary>
    public bool Changed()
    {
        bool changed = false;
        foreach ((string path, Stamp stamp) in _stamps)
            changed |= Stamp.Of(path) != stamp;
        if (!changed) return false;

        _stamps.Clear();
        _expanded.Clear();
        return true;
    }

    private string Place => folder is null ? "the embedded shaders" : $"'{folder}'";

    private void Append(StringBuilder text, string file, string[] lines, List<string> open)
    {
        text.Append($"#line 1 \"{file}\"\n");
        for (int i = 0; i < lines.Length; i++)
        {
            if (IncludedName(lines[i]) is not { } name)
            {
                text.Append(lines[i]).Append('\n');
                continue;
            }

            (string path, string[] content) = Find(name, file, i + 1);
            if (open.Contains(path))
                throw new ShaderException(file, i + 1, $"includes form a cycle: {string.Join(" -> ", open)} -> {path}.");

            open.Add(path);
            string guard = GuardOf(path);
            text.Append($"#ifndef {guard}\n#define {guard}\n");
            Append(text, path, content, open);
            text.Append($"#endif\n#line {i + 2} \"{file}\"\n");
            open.RemoveAt(open.Count - 1);
        }
    }

    /// <summary>In include/ first, then beside the file that wants it.</summary>
    private (string Path, string[] Lines) Find(string name, string from, int line)
    {
        string shared = Normal($"include/{name}");
        string beside = Normal(from[..(from.LastIndexOf('/') + 1)] + name);
        if (Lines(shared) is { } found) return (shared, found);
        if (Lines(beside) is { } near) return (beside, near);
        throw new ShaderException(from, line, $"\"{name}\" is included, but {Place} have neither {shared} nor {beside}.");
    }

    /// <summary>
    /// One name for each file: ops/../include/tensor.glsl is include/tensor.glsl, which counts once under both.
    /// </summary>
    private static string Normal(string path)
    {
        List<string> parts = [];
        foreach (string part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..") parts.RemoveAt(parts.Count - 1);
            else if (part != ".") parts.Add(part);
        }
        return string.Join('/', parts);
    }

    private static string? IncludedName(string line)
    {
        ReadOnlySpan<char> rest = line.AsSpan().Trim();
        if (!rest.StartsWith("#")) return null;
        rest = rest[1..].TrimStart();
        if (!rest.StartsWith("include")) return null;
        int first = rest.IndexOf('"');
        int length = first < 0 ? -1 : rest[(first + 1)..].IndexOf('"');
        return length <= 0 ? null : rest.Slice(first + 1, length).ToString();
    }

    /// <summary>include/tensor.glsl -> INCLUDED_include_tensor_glsl. GLSL reserves names with two underscores in a row.</summary>
    private static string GuardOf(string path)
    {
        StringBuilder guard = new("INCLUDED");
        foreach (string part in path.Split(['/', '.', '-', '_', ' '], StringSplitOptions.RemoveEmptyEntries))
            guard.Append('_').Append(part);
        return guard.ToString();
    }

    private string[]? Lines(string file)
    {
        string? text = folder is null ? Embedded(file) : OnDisk(file);
        return text?.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    private static string? Embedded(string file)
    {
        using Stream? stream = typeof(ShaderSource).Assembly.GetManifestResourceStream("Shaders/" + file);
        if (stream is null) return null;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private string? OnDisk(string file)
    {
        string path = Path.Combine(folder!, file);
        Stamp stamp = Stamp.Of(path);   // before the text: a change in between is seen as one
        if (!File.Exists(path)) return null;
        _stamps[path] = stamp;
        return File.ReadAllText(path);
    }

    private readonly record struct Stamp(DateTime Written, long Length)
    {
        public static Stamp Of(string path)
        {
            FileInfo file = new(path);
            return file.Exists ? new(file.LastWriteTimeUtc, file.Length) : default;
        }
    }
}
