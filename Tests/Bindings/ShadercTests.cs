using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using Silk.NET.Shaderc;

namespace ResNetVulkan.Tests.Bindings;

/// <summary>
/// The shader compiler through shaderc's functions, whether the library or the glslc program stands behind them.
/// </summary>
[TestFixture]
public sealed unsafe class ShadercTests
{
    private const string Trivial = """
        #version 450
        layout(local_size_x = 1) in;
        void main() { }
        """;

    private Shaderc _shaderc = null!;

    [OneTimeSetUp]
    public void FindACompiler()
    {
        try { _shaderc = Shaderc.GetApi(); }
        catch (FileNotFoundException) { Assert.Ignore("No shader compiler (Debian: glslc)."); }
    }

    [OneTimeTearDown]
    public void LetGo() => _shaderc?.Dispose();

    [Test]
    public void A_compute_shader_becomes_SPIRV_of_the_asked_version()
    {
        byte[] spirv = Compile(_shaderc, Trivial, "trivial.comp", out string messages)!;
        Assert.That(messages, Is.Empty);
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(spirv), Is.EqualTo(0x07230203));
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(spirv.AsSpan(4)), Is.EqualTo((uint)SpirvVersion.Shaderc15));
    }

    [Test]
    public void An_error_names_file_and_line()
    {
        const string Source = "#version 450\nvoid main() {\n    int i = nowhere;\n}\n";
        Assert.That(Compile(_shaderc, Source, "ops/relu.comp", out string messages), Is.Null);
        Assert.That(messages, Does.StartWith("ops/relu.comp:3: error: 'nowhere' : undeclared identifier"));
        Assert.That(messages, Does.Not.Contain("<stdin>").And.Not.Contain("generated."));
    }

    [Test]
    public void A_line_directive_moves_the_error_to_the_included_file()
    {
        const string Source = """
            #version 450
            #extension GL_GOOGLE_cpp_style_line_directive : enable
            #line 7 "common.glsl"
            broken
            void main() { }
            """;
        Assert.That(Compile(_shaderc, Source, "relu.comp", out string messages), Is.Null);
        Assert.That(messages, Does.Contain("common.glsl:8: error:").Or.Contain("common.glsl:7: error:"));
    }

    [Test]
    public void Macros_reach_the_shader_and_the_last_definition_counts()
    {
        const string Source = """
            #version 450
            #if !defined(FORWARD) || SIZE != 8
            #error wrong macros
            #endif
            void main() { }
            """;
        Assert.That(Compile(_shaderc, Source, "a.comp", out string messages), Is.Null);
        Assert.That(messages, Does.Contain("wrong macros"));
        byte[]? spirv = Compile(_shaderc, Source, "a.comp", out messages, ("FORWARD", null), ("SIZE", "4"), ("SIZE", "8"));
        Assert.That(spirv, Is.Not.Null, messages);
    }

    [Test]
    public void Optimization_makes_it_smaller_and_debug_information_larger()
    {
        const string Source = """
            #version 450
            layout(std430, binding = 0) buffer B { float b[]; };
            float unused(float x) { return x * 2.0; }
            float twice(float x) { float y = x; for (int i = 0; i < 1; i++) y += x; return y; }
            void main() { b[0] = twice(b[0]); }
            """;
        int plain = Size(OptimizationLevel.Zero, debug: false);
        Assert.That(Size(OptimizationLevel.Performance, debug: false), Is.LessThan(plain));
        Assert.That(Size(OptimizationLevel.Zero, debug: true), Is.GreaterThan(plain));

        int Size(OptimizationLevel level, bool debug)
        {
            CompileOptions* options = _shaderc.CompileOptionsInitialize();
            _shaderc.CompileOptionsSetOptimizationLevel(options, level);
            if (debug)
                _shaderc.CompileOptionsSetGenerateDebugInfo(options);
            CompileOptions* clone = _shaderc.CompileOptionsClone(options);
            _shaderc.CompileOptionsRelease(options);
            byte[]? spirv = Compile(_shaderc, Source, "b.comp", clone, out string messages);
            _shaderc.CompileOptionsRelease(clone);
            return spirv?.Length ?? throw new AssertionException(messages);
        }
    }

    [Test]
    public void A_warning_is_counted_and_becomes_an_error_only_when_asked()
    {
        const string Source = "#version 450\n#extension GL_no_such_thing : enable\nvoid main() { }\n";
        Compiler* compiler = _shaderc.CompilerInitialize();
        CompileOptions* options = _shaderc.CompileOptionsInitialize();
        CompilationResult* result = _shaderc.CompileIntoSpv(
            compiler, Source, (nuint)Source.Length, ShaderKind.ComputeShader, "w.comp", "main", options);
        Assert.That(_shaderc.ResultGetCompilationStatus(result), Is.EqualTo(CompilationStatus.Success));
        Assert.That(_shaderc.ResultGetNumWarnings(result), Is.EqualTo((nuint)1));
        Assert.That(_shaderc.ResultGetErrorMessageS(result), Does.StartWith("w.comp:2: warning:"));
        _shaderc.ResultRelease(result);

        _shaderc.CompileOptionsSetWarningsAsErrors(options);
        result = _shaderc.CompileIntoSpv(
            compiler, Source, (nuint)Source.Length, ShaderKind.ComputeShader, "w.comp", "main", options);
        Assert.That(_shaderc.ResultGetCompilationStatus(result), Is.EqualTo(CompilationStatus.CompilationError));
        Assert.That(_shaderc.ResultGetNumErrors(result), Is.EqualTo((nuint)1));
        Assert.That(_shaderc.ResultGetLength(result), Is.EqualTo((nuint)0));
        _shaderc.ResultRelease(result);
        _shaderc.CompileOptionsRelease(options);
        _shaderc.CompilerRelease(compiler);
    }

    [Test]
    public void Several_threads_compile_at_once()
    {
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            string source = $"#version 450\nvoid main() {{ int i = {i}; }}\n";
            byte[]? spirv = Compile(_shaderc, source, $"{i}.comp", out string messages);
            Assert.That(spirv, Is.Not.Null, messages);
        });
    }

    /// <summary>SPIR-V 1.5 for Vulkan 1.2; null where the compiler refused.</summary>
    internal static byte[]? Compile(
        Shaderc shaderc, string source, string name, out string messages, params (string Name, string? Value)[] macros)
    {
        CompileOptions* options = shaderc.CompileOptionsInitialize();
        shaderc.CompileOptionsSetTargetEnv(options, TargetEnv.Vulkan, (uint)EnvVersion.Vulkan12);
        shaderc.CompileOptionsSetTargetSpirv(options, SpirvVersion.Shaderc15);
        foreach ((string macro, string? value) in macros)
            shaderc.CompileOptionsAddMacroDefinition(options, macro, (nuint)macro.Length, value!, (nuint)(value?.Length ?? 0));
        byte[]? spirv = Compile(shaderc, source, name, options, out messages);
        shaderc.CompileOptionsRelease(options);
        return spirv;
    }

    private static byte[]? Compile(Shaderc shaderc, string source, string name, CompileOptions* options, out string messages)
    {
        Compiler* compiler = shaderc.CompilerInitialize();
        byte[] bytes = Encoding.UTF8.GetBytes(source);
        CompilationResult* result;
        fixed (byte* text = bytes)
            result = shaderc.CompileIntoSpv(compiler, text, (nuint)bytes.Length, ShaderKind.ComputeShader, name, "main", options);
        messages = shaderc.ResultGetErrorMessageS(result);
        byte[]? spirv = shaderc.ResultGetCompilationStatus(result) == CompilationStatus.Success
            ? new ReadOnlySpan<byte>(shaderc.ResultGetBytes(result), (int)shaderc.ResultGetLength(result)).ToArray()
            : null;
        shaderc.ResultRelease(result);
        shaderc.CompilerRelease(compiler);
        return spirv;
    }
}
