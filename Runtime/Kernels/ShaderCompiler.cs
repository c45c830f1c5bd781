using System.Text;
using Silk.NET.Shaderc;

namespace ResNetVulkan.Kernels;

/// <summary>
/// GLSL to SPIR-V through shaderc, which is looked for when the first module must be compiled and not before. Safe to use from
/// several threads. Owns the compiler.
/// </summary>
/// <param name="open">Finds shaderc; FileNotFoundException where there is none.</param>
internal sealed unsafe class ShaderCompiler(Func<Shaderc> open) : IDisposable
{
    /// <summary>
    /// Part of each module's key. Not optimised: names then survive, so that the contract is read from the very module that
    /// ships, and drivers optimise as well either way.
    /// </summary>
    public const string Target = "vulkan1.2 spirv1.5 O0";

    private readonly Lock _lock = new();
    private Shaderc? _shaderc;
    private Compiler* _compiler;

    public ShaderCompiler()
        : this(Shaderc.GetApi)
    {
    }

    /// <summary>Compiles one kernel.</summary>
    /// <param name="file">For messages.</param>
    /// <param name="text">With its includes in place.</param>
    /// <param name="defines">Each becomes 1.</param>
    /// <exception cref="ShaderException">The text is wrong, or there is no compiler.</exception>
    public uint[] Compile(string file, string text, IEnumerable<string> defines)
    {
        Shaderc shaderc = Start(file);
        CompileOptions* options = shaderc.CompileOptionsInitialize();
        CompilationResult* result = null;
        try
        {
            shaderc.CompileOptionsSetTargetEnv(options, TargetEnv.Vulkan, (uint)EnvVersion.Vulkan12);
            shaderc.CompileOptionsSetTargetSpirv(options, SpirvVersion.Shaderc15);
            shaderc.CompileOptionsSetOptimizationLevel(options, OptimizationLevel.Zero);
            foreach (string define in defines)
                shaderc.CompileOptionsAddMacroDefinition(options, define, (nuint)Encoding.UTF8.GetByteCount(define), "1", 1);

            nuint length = (nuint)Encoding.UTF8.GetByteCount(text);
            result = shaderc.CompileIntoSpv(_compiler, text, length, ShaderKind.ComputeShader, file, "main", options);
            if (shaderc.ResultGetCompilationStatus(result) != CompilationStatus.Success)
                throw Failed(file, shaderc.ResultGetErrorMessageS(result));
            return new ReadOnlySpan<uint>(shaderc.ResultGetBytes(result), (int)shaderc.ResultGetLength(result) / sizeof(uint))
                .ToArray();
        }
        finally
        {
            if (result is not null) shaderc.ResultRelease(result);
            shaderc.CompileOptionsRelease(options);
        }
    }

    public void Dispose()
    {
        if (_shaderc is null) return;
        _shaderc.CompilerRelease(_compiler);
        _shaderc.Dispose();
        _shaderc = null;
    }

    private Shaderc Start(string file)
    {
        lock (_lock)
        {
            if (_shaderc is not null) return _shaderc;
            try
            {
                Shaderc shaderc = open();
                _compiler = shaderc.CompilerInitialize();
                return _shaderc = shaderc;
            }
            catch (FileNotFoundException e)
            {
                throw new ShaderException(file, 0,
                    "this module was never compiled, neither with the program nor in its cache, and there is no " +
                    "shader compiler here. Install shaderc (Debian and Ubuntu: apt install glslc) and start again.", e);
            }
        }
    }

    /// <summary>shaderc's first line is "ops/relu.comp:12: error: 'x' : undeclared identifier".</summary>
    private static ShaderException Failed(string file, string text)
    {
        text = text.Trim();
        string first = text.Split('\n', 2)[0];
        string[] parts = first.Split(':', 3);
        return parts.Length == 3 && int.TryParse(parts[1], out int line)
            ? new(parts[0], line, text[(parts[0].Length + parts[1].Length + 2)..].TrimStart())
            : new(file, 0, text);
    }
}
