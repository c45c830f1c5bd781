#nullable disable   // as the package

using Silk.NET.Core;
using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;

namespace Silk.NET.Shaderc;

/// <summary>GLSL to SPIR-V.</summary>
/// <remarks>
/// The functions that both the library and the glslc program can serve; those about HLSL, limits and include callbacks are left
/// out,
/// as are the mixed string forms of the compile functions. One compiler may serve several threads; options and results have one
/// user at a time.
/// </remarks>
internal sealed unsafe class Shaderc(INativeContext ctx) : NativeAPI(ctx)
{
    private nint _compilerInitialize, _compilerRelease, _optionsInitialize, _optionsClone, _optionsRelease, _optionsAddMacro,
        _optionsSetSourceLanguage, _optionsSetDebugInfo, _optionsSetOptimization, _optionsSetSuppressWarnings,
        _optionsSetWarningsAsErrors, _optionsSetTargetEnv, _optionsSetTargetSpirv, _optionsSetAutoBindUniforms,
        _optionsSetAutoMapLocations, _optionsSetPreserveBindings, _optionsSetInvertY, _optionsSetNanClamp,
        _compileIntoSpv, _compileIntoAssembly, _compileIntoText,
        _resultRelease, _resultGetLength, _resultGetWarnings, _resultGetErrors, _resultGetStatus, _resultGetBytes,
        _resultGetMessage;

    private static string[] LibraryNames =>
        OperatingSystem.IsWindows() ? ["shaderc_shared.dll"]
        : OperatingSystem.IsMacOS() ? ["libshaderc_shared.dylib"]
        : ["libshaderc_shared.so", "libshaderc.so.1"];

    /// <summary>
    /// The shaderc library where it loads, else the glslc program (Debian 12's library lacks half its symbols).
    /// </summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    public static Shaderc GetApi()
    {
        try
        {
            return new Shaderc(new DefaultNativeContext(LibraryNames));
        }
        catch (FileNotFoundException e)
        {
            return GlslcProgram.Exists()
                ? new Shaderc(new GlslcContext())
                : throw new FileNotFoundException(e.Message + " There is no glslc program either.");
        }
    }

    /// <summary>False: shaderc has no extensions.</summary>
    public override bool IsExtensionPresent(string extension) => false;

    public Compiler* CompilerInitialize() =>
        ((delegate* unmanaged<Compiler*>)Function(ref _compilerInitialize, "shaderc_compiler_initialize"))();

    public void CompilerRelease(Compiler* arg0) =>
        ((delegate* unmanaged<Compiler*, void>)Function(ref _compilerRelease, "shaderc_compiler_release"))(arg0);

    public CompileOptions* CompileOptionsInitialize() =>
        ((delegate* unmanaged<CompileOptions*>)Function(ref _optionsInitialize, "shaderc_compile_options_initialize"))();

    public CompileOptions* CompileOptionsClone(CompileOptions* options) =>
        ((delegate* unmanaged<CompileOptions*, CompileOptions*>)
            Function(ref _optionsClone, "shaderc_compile_options_clone"))(options);

    public void CompileOptionsRelease(CompileOptions* options) =>
        ((delegate* unmanaged<CompileOptions*, void>)
            Function(ref _optionsRelease, "shaderc_compile_options_release"))(options);

    public void CompileOptionsAddMacroDefinition(
        CompileOptions* options, byte* name, nuint name_length, byte* value, nuint value_length) =>
        ((delegate* unmanaged<CompileOptions*, byte*, nuint, byte*, nuint, void>)
            Function(ref _optionsAddMacro, "shaderc_compile_options_add_macro_definition"))(
            options, name, name_length, value, value_length);

    /// <remarks>The lengths count UTF-8 bytes.</remarks>
    public void CompileOptionsAddMacroDefinition(
        CompileOptions* options, string name, nuint name_length, string value, nuint value_length)
    {
        fixed (byte* namePointer = Utf8(name))
        fixed (byte* valuePointer = Utf8(value))
            CompileOptionsAddMacroDefinition(options, namePointer, name_length, valuePointer, value_length);
    }

    public void CompileOptionsSetSourceLanguage(CompileOptions* options, SourceLanguage lang) =>
        ((delegate* unmanaged<CompileOptions*, SourceLanguage, void>)
            Function(ref _optionsSetSourceLanguage, "shaderc_compile_options_set_source_language"))(options, lang);

    public void CompileOptionsSetGenerateDebugInfo(CompileOptions* options) =>
        ((delegate* unmanaged<CompileOptions*, void>)
            Function(ref _optionsSetDebugInfo, "shaderc_compile_options_set_generate_debug_info"))(options);

    public void CompileOptionsSetOptimizationLevel(CompileOptions* options, OptimizationLevel level) =>
        ((delegate* unmanaged<CompileOptions*, OptimizationLevel, void>)
            Function(ref _optionsSetOptimization, "shaderc_compile_options_set_optimization_level"))(options, level);

    public void CompileOptionsSetSuppressWarnings(CompileOptions* options) =>
        ((delegate* unmanaged<CompileOptions*, void>)
            Function(ref _optionsSetSuppressWarnings, "shaderc_compile_options_set_suppress_warnings"))(options);

    public void CompileOptionsSetWarningsAsErrors(CompileOptions* options) =>
        ((delegate* unmanaged<CompileOptions*, void>)
            Function(ref _optionsSetWarningsAsErrors, "shaderc_compile_options_set_warnings_as_errors"))(options);

    /// <remarks>The version is an <see cref="EnvVersion"/>.</remarks>
    public void CompileOptionsSetTargetEnv(CompileOptions* options, TargetEnv target, uint version) =>
        ((delegate* unmanaged<CompileOptions*, TargetEnv, uint, void>)
            Function(ref _optionsSetTargetEnv, "shaderc_compile_options_set_target_env"))(options, target, version);

    public void CompileOptionsSetTargetSpirv(CompileOptions* options, SpirvVersion version) =>
        ((delegate* unmanaged<CompileOptions*, SpirvVersion, void>)
            Function(ref _optionsSetTargetSpirv, "shaderc_compile_options_set_target_spirv"))(options, version);

    public void CompileOptionsSetAutoBindUniforms(CompileOptions* options, Bool32 auto_bind) =>
        ((delegate* unmanaged<CompileOptions*, Bool32, void>)
            Function(ref _optionsSetAutoBindUniforms, "shaderc_compile_options_set_auto_bind_uniforms"))(options, auto_bind);

    public void CompileOptionsSetAutoMapLocations(CompileOptions* options, Bool32 auto_map) =>
        ((delegate* unmanaged<CompileOptions*, Bool32, void>)
            Function(ref _optionsSetAutoMapLocations, "shaderc_compile_options_set_auto_map_locations"))(options, auto_map);

    public void CompileOptionsSetPreserveBindings(CompileOptions* options, Bool32 preserve_bindings) =>
        ((delegate* unmanaged<CompileOptions*, Bool32, void>)
            Function(ref _optionsSetPreserveBindings, "shaderc_compile_options_set_preserve_bindings"))(
            options, preserve_bindings);

    public void CompileOptionsSetInvertY(CompileOptions* options, Bool32 enable) =>
        ((delegate* unmanaged<CompileOptions*, Bool32, void>)
            Function(ref _optionsSetInvertY, "shaderc_compile_options_set_invert_y"))(options, enable);

    public void CompileOptionsSetNanClamp(CompileOptions* options, Bool32 enable) =>
        ((delegate* unmanaged<CompileOptions*, Bool32, void>)
            Function(ref _optionsSetNanClamp, "shaderc_compile_options_set_nan_clamp"))(options, enable);

    public CompilationResult* CompileIntoSpv(
        Compiler* compiler, byte* source_text, nuint source_text_size, ShaderKind shader_kind, byte* input_file_name,
        byte* entry_point_name, CompileOptions* additional_options) =>
        ((delegate* unmanaged<Compiler*, byte*, nuint, ShaderKind, byte*, byte*, CompileOptions*, CompilationResult*>)
            Function(ref _compileIntoSpv, "shaderc_compile_into_spv"))(
            compiler, source_text, source_text_size, shader_kind, input_file_name, entry_point_name, additional_options);

    /// <remarks>The size counts UTF-8 bytes.</remarks>
    public CompilationResult* CompileIntoSpv(
        Compiler* compiler, byte* source_text, nuint source_text_size, ShaderKind shader_kind, string input_file_name,
        string entry_point_name, CompileOptions* additional_options)
    {
        fixed (byte* name = Utf8(input_file_name))
        fixed (byte* entry = Utf8(entry_point_name))
            return CompileIntoSpv(compiler, source_text, source_text_size, shader_kind, name, entry, additional_options);
    }

    /// <remarks>The size counts UTF-8 bytes.</remarks>
    public CompilationResult* CompileIntoSpv(
        Compiler* compiler, ref readonly byte source_text, nuint source_text_size, ShaderKind shader_kind,
        string input_file_name, string entry_point_name, CompileOptions* additional_options)
    {
        fixed (byte* source = &source_text)
            return CompileIntoSpv(
                compiler, source, source_text_size, shader_kind, input_file_name, entry_point_name, additional_options);
    }

    /// <remarks>The size counts UTF-8 bytes.</remarks>
    public CompilationResult* CompileIntoSpv(
        Compiler* compiler, string source_text, nuint source_text_size, ShaderKind shader_kind, string input_file_name,
        string entry_point_name, CompileOptions* additional_options)
    {
        fixed (byte* source = Utf8(source_text))
            return CompileIntoSpv(
                compiler, source, source_text_size, shader_kind, input_file_name, entry_point_name, additional_options);
    }

    public CompilationResult* CompileIntoSpvAssembly(
        Compiler* compiler, byte* source_text, nuint source_text_size, ShaderKind shader_kind, byte* input_file_name,
        byte* entry_point_name, CompileOptions* additional_options) =>
        ((delegate* unmanaged<Compiler*, byte*, nuint, ShaderKind, byte*, byte*, CompileOptions*, CompilationResult*>)
            Function(ref _compileIntoAssembly, "shaderc_compile_into_spv_assembly"))(
            compiler, source_text, source_text_size, shader_kind, input_file_name, entry_point_name, additional_options);

    /// <remarks>The size counts UTF-8 bytes.</remarks>
    public CompilationResult* CompileIntoSpvAssembly(
        Compiler* compiler, byte* source_text, nuint source_text_size, ShaderKind shader_kind, string input_file_name,
        string entry_point_name, CompileOptions* additional_options)
    {
        fixed (byte* name = Utf8(input_file_name))
        fixed (byte* entry = Utf8(entry_point_name))
            return CompileIntoSpvAssembly(
                compiler, source_text, source_text_size, shader_kind, name, entry, additional_options);
    }

    public CompilationResult* CompileIntoPreprocessedText(
        Compiler* compiler, byte* source_text, nuint source_text_size, ShaderKind shader_kind, byte* input_file_name,
        byte* entry_point_name, CompileOptions* additional_options) =>
        ((delegate* unmanaged<Compiler*, byte*, nuint, ShaderKind, byte*, byte*, CompileOptions*, CompilationResult*>)
            Function(ref _compileIntoText, "shaderc_compile_into_preprocessed_text"))(
            compiler, source_text, source_text_size, shader_kind, input_file_name, entry_point_name, additional_options);

    /// <remarks>The size counts UTF-8 bytes.</remarks>
    public CompilationResult* CompileIntoPreprocessedText(
        Compiler* compiler, byte* source_text, nuint source_text_size, ShaderKind shader_kind, string input_file_name,
        string entry_point_name, CompileOptions* additional_options)
    {
        fixed (byte* name = Utf8(input_file_name))
        fixed (byte* entry = Utf8(entry_point_name))
            return CompileIntoPreprocessedText(
                compiler, source_text, source_text_size, shader_kind, name, entry, additional_options);
    }

    public void ResultRelease(CompilationResult* result) =>
        ((delegate* unmanaged<CompilationResult*, void>)Function(ref _resultRelease, "shaderc_result_release"))(result);

    public nuint ResultGetLength(CompilationResult* result) =>
        ((delegate* unmanaged<CompilationResult*, nuint>)Function(ref _resultGetLength, "shaderc_result_get_length"))(result);

    public nuint ResultGetNumWarnings(CompilationResult* result) =>
        ((delegate* unmanaged<CompilationResult*, nuint>)
            Function(ref _resultGetWarnings, "shaderc_result_get_num_warnings"))(result);

    public nuint ResultGetNumErrors(CompilationResult* result) =>
        ((delegate* unmanaged<CompilationResult*, nuint>)
            Function(ref _resultGetErrors, "shaderc_result_get_num_errors"))(result);

    public CompilationStatus ResultGetCompilationStatus(CompilationResult* arg0) =>
        ((delegate* unmanaged<CompilationResult*, CompilationStatus>)
            Function(ref _resultGetStatus, "shaderc_result_get_compilation_status"))(arg0);

    /// <summary>The result's own bytes: gone with <see cref="ResultRelease"/>.</summary>
    public byte* ResultGetBytes(CompilationResult* result) =>
        ((delegate* unmanaged<CompilationResult*, byte*>)Function(ref _resultGetBytes, "shaderc_result_get_bytes"))(result);

    public string ResultGetBytesS(CompilationResult* result) => SilkMarshal.PtrToString((nint)ResultGetBytes(result));

    /// <summary>Errors and warnings, one a line as file:line: kind: text. Gone with <see cref="ResultRelease"/>.</summary>
    public byte* ResultGetErrorMessage(CompilationResult* result) =>
        ((delegate* unmanaged<CompilationResult*, byte*>)
            Function(ref _resultGetMessage, "shaderc_result_get_error_message"))(result);

    public string ResultGetErrorMessageS(CompilationResult* result) =>
        SilkMarshal.PtrToString((nint)ResultGetErrorMessage(result));
}
