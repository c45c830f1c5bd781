#nullable disable   // as the package

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

using Silk.NET.Core.Contexts;
using Silk.NET.Core.Loader;

namespace Silk.NET.Shaderc;

/// <summary>Shaderc's C functions, served by the glslc program. To its caller it is one more shared library.</summary>
internal sealed unsafe class GlslcContext : INativeContext
{
    /// <summary>Options as glslc's arguments. What is set twice counts as it was set last, as in the library.</summary>
    private sealed class Options
    {
        public SortedDictionary<string, string> Arguments { get; init; } = new(StringComparer.Ordinal);

        public SortedDictionary<string, string> Macros { get; init; } = new(StringComparer.Ordinal);

        public IEnumerable<string> All => Arguments.Values.Concat(Macros.Values).Where(argument => argument.Length > 0);

        public Options Clone() => new()
        {
            Arguments = new(Arguments, StringComparer.Ordinal),
            Macros = new(Macros, StringComparer.Ordinal),
        };
    }

    /// <summary>
    /// What a compilation gave, in memory that does not move. Bytes and message end in a zero that the length leaves out.
    /// </summary>
    private sealed class Outcome(CompilationStatus status, byte[] bytes, string messages)
    {
        public CompilationStatus Status => status;

        public byte[] Bytes { get; } = Pinned(bytes);

        public int Length => bytes.Length;

        public byte[] Messages { get; } = Pinned(Encoding.UTF8.GetBytes(messages));

        public int Count(string kind) =>
            messages.Split('\n').Count(line => line.Contains($": {kind}:", StringComparison.Ordinal));

        private static byte[] Pinned(byte[] content)
        {
            byte[] pinned = GC.AllocateArray<byte>(content.Length + 1, pinned: true);
            content.CopyTo(pinned, 0);
            return pinned;
        }
    }

    public nint GetProcAddress(string proc, int? slot = null) =>
        TryGetProcAddress(proc, out nint address, slot) ? address : throw new SymbolLoadingException(proc);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        addr = proc switch
        {
            "shaderc_compiler_initialize" => (nint)(delegate* unmanaged<nint>)&CompilerInitialize,
            "shaderc_compiler_release" => (nint)(delegate* unmanaged<nint, void>)&Release,
            "shaderc_compile_options_initialize" => (nint)(delegate* unmanaged<nint>)&OptionsInitialize,
            "shaderc_compile_options_clone" => (nint)(delegate* unmanaged<nint, nint>)&OptionsClone,
            "shaderc_compile_options_release" => (nint)(delegate* unmanaged<nint, void>)&Release,
            "shaderc_compile_options_add_macro_definition" =>
                (nint)(delegate* unmanaged<nint, byte*, nuint, byte*, nuint, void>)&AddMacro,
            "shaderc_compile_options_set_source_language" => (nint)(delegate* unmanaged<nint, int, void>)&SetSourceLanguage,
            "shaderc_compile_options_set_generate_debug_info" => (nint)(delegate* unmanaged<nint, void>)&SetDebugInfo,
            "shaderc_compile_options_set_optimization_level" => (nint)(delegate* unmanaged<nint, int, void>)&SetOptimization,
            "shaderc_compile_options_set_suppress_warnings" => (nint)(delegate* unmanaged<nint, void>)&SetSuppressWarnings,
            "shaderc_compile_options_set_warnings_as_errors" => (nint)(delegate* unmanaged<nint, void>)&SetWarningsAsErrors,
            "shaderc_compile_options_set_target_env" => (nint)(delegate* unmanaged<nint, int, uint, void>)&SetTargetEnv,
            "shaderc_compile_options_set_target_spirv" => (nint)(delegate* unmanaged<nint, int, void>)&SetTargetSpirv,
            "shaderc_compile_options_set_auto_bind_uniforms" => (nint)(delegate* unmanaged<nint, byte, void>)&SetAutoBindUniforms,
            "shaderc_compile_options_set_auto_map_locations" => (nint)(delegate* unmanaged<nint, byte, void>)&SetAutoMapLocations,
            "shaderc_compile_options_set_preserve_bindings" => (nint)(delegate* unmanaged<nint, byte, void>)&SetPreserveBindings,
            "shaderc_compile_options_set_invert_y" => (nint)(delegate* unmanaged<nint, byte, void>)&SetInvertY,
            "shaderc_compile_options_set_nan_clamp" => (nint)(delegate* unmanaged<nint, byte, void>)&SetNanClamp,
            "shaderc_compile_into_spv" =>
                (nint)(delegate* unmanaged<nint, byte*, nuint, ShaderKind, byte*, byte*, nint, nint>)&CompileIntoSpv,
            "shaderc_compile_into_spv_assembly" =>
                (nint)(delegate* unmanaged<nint, byte*, nuint, ShaderKind, byte*, byte*, nint, nint>)&CompileIntoAssembly,
            "shaderc_compile_into_preprocessed_text" =>
                (nint)(delegate* unmanaged<nint, byte*, nuint, ShaderKind, byte*, byte*, nint, nint>)&CompileIntoText,
            "shaderc_result_release" => (nint)(delegate* unmanaged<nint, void>)&Release,
            "shaderc_result_get_length" => (nint)(delegate* unmanaged<nint, nuint>)&ResultLength,
            "shaderc_result_get_num_warnings" => (nint)(delegate* unmanaged<nint, nuint>)&ResultWarnings,
            "shaderc_result_get_num_errors" => (nint)(delegate* unmanaged<nint, nuint>)&ResultErrors,
            "shaderc_result_get_compilation_status" => (nint)(delegate* unmanaged<nint, CompilationStatus>)&ResultStatus,
            "shaderc_result_get_bytes" => (nint)(delegate* unmanaged<nint, byte*>)&ResultBytes,
            "shaderc_result_get_error_message" => (nint)(delegate* unmanaged<nint, byte*>)&ResultMessages,
            _ => 0,
        };
        return addr != 0;
    }

    public void Dispose() { }

    // Handles to managed objects are what the caller sees as pointers.
    private static nint New(object content) => GCHandle.ToIntPtr(GCHandle.Alloc(content));

    private static T Get<T>(nint handle) where T : class => (T)GCHandle.FromIntPtr(handle).Target;

    [UnmanagedCallersOnly]
    private static void Release(nint handle)
    {
        if (handle != 0)
            GCHandle.FromIntPtr(handle).Free();
    }

    [UnmanagedCallersOnly]
    private static nint CompilerInitialize() => New(new GlslcProgram());

    [UnmanagedCallersOnly]
    private static nint OptionsInitialize() => New(new Options());

    [UnmanagedCallersOnly]
    private static nint OptionsClone(nint options) => New(options == 0 ? new Options() : Get<Options>(options).Clone());

    [UnmanagedCallersOnly]
    private static void AddMacro(nint options, byte* name, nuint nameLength, byte* value, nuint valueLength)
    {
        string macro = Encoding.UTF8.GetString(name, (int)nameLength);
        Get<Options>(options).Macros[macro] =
            value == null ? "-D" + macro : $"-D{macro}={Encoding.UTF8.GetString(value, (int)valueLength)}";
    }

    [UnmanagedCallersOnly]
    private static void SetSourceLanguage(nint options, int language) =>
        Set(options, "-x", language == (int)SourceLanguage.Hlsl ? "-xhlsl" : "-xglsl");

    [UnmanagedCallersOnly]
    private static void SetDebugInfo(nint options) => Set(options, "-g", "-g");

    [UnmanagedCallersOnly]
    private static void SetOptimization(nint options, int level) => Set(options, "-O", (OptimizationLevel)level switch
    {
        OptimizationLevel.Zero => "-O0",
        OptimizationLevel.Size => "-Os",
        _ => "-O",
    });

    [UnmanagedCallersOnly]
    private static void SetSuppressWarnings(nint options) => Set(options, "-w", "-w");

    [UnmanagedCallersOnly]
    private static void SetWarningsAsErrors(nint options) => Set(options, "-Werror", "-Werror");

    [UnmanagedCallersOnly]
    private static void SetTargetEnv(nint options, int target, uint version) =>
        Set(options, "--target-env", "--target-env=" + ((TargetEnv)target switch
        {
            TargetEnv.Vulkan when version == 0 => "vulkan",
            TargetEnv.Vulkan => $"vulkan{version >> 22}.{version >> 12 & 0x3FF}",
            TargetEnv.Opengl => version == 0 ? "opengl" : $"opengl{version / 100}.{version / 10 % 10}",
            TargetEnv other => other.ToString(),    // unknown to glslc, which says so
        }));

    [UnmanagedCallersOnly]
    private static void SetTargetSpirv(nint options, int version) =>
        Set(options, "--target-spv", $"--target-spv=spv{version >> 16}.{version >> 8 & 0xFF}");

    [UnmanagedCallersOnly]
    private static void SetAutoBindUniforms(nint options, byte on) => Switch(options, "-fauto-bind-uniforms", on);

    [UnmanagedCallersOnly]
    private static void SetAutoMapLocations(nint options, byte on) => Switch(options, "-fauto-map-locations", on);

    [UnmanagedCallersOnly]
    private static void SetPreserveBindings(nint options, byte on) => Switch(options, "-fpreserve-bindings", on);

    [UnmanagedCallersOnly]
    private static void SetInvertY(nint options, byte on) => Switch(options, "-finvert-y", on);

    [UnmanagedCallersOnly]
    private static void SetNanClamp(nint options, byte on) => Switch(options, "-fnan-clamp", on);

    private static void Set(nint options, string key, string argument) => Get<Options>(options).Arguments[key] = argument;

    private static void Switch(nint options, string flag, byte on) => Set(options, flag, on != 0 ? flag : "");

    [UnmanagedCallersOnly]
    private static nint CompileIntoSpv(
        nint compiler, byte* source, nuint size, ShaderKind kind, byte* fileName, byte* entryPoint, nint options) =>
        Compile(compiler, source, size, kind, fileName, entryPoint, options, []);

    [UnmanagedCallersOnly]
    private static nint CompileIntoAssembly(
        nint compiler, byte* source, nuint size, ShaderKind kind, byte* fileName, byte* entryPoint, nint options) =>
        Compile(compiler, source, size, kind, fileName, entryPoint, options, ["-S"]);

    [UnmanagedCallersOnly]
    private static nint CompileIntoText(
        nint compiler, byte* source, nuint size, ShaderKind kind, byte* fileName, byte* entryPoint, nint options) =>
        Compile(compiler, source, size, kind, fileName, entryPoint, options, ["-E"]);

    private static nint Compile(
        nint compiler, byte* source, nuint size, ShaderKind kind, byte* fileName, byte* entryPoint, nint options, string[] mode)
    {
        // Nothing managed may leave through a native frame, so every failure becomes a result.
        try
        {
            string name = Marshal.PtrToStringUTF8((nint)fileName) ?? "shader";
            string entry = Marshal.PtrToStringUTF8((nint)entryPoint) ?? "main";
            if (Stage(kind) is not string stage)
                return New(new Outcome(CompilationStatus.InvalidStage, [], $"{name}: error: glslc has no stage for {kind}.\n"));
            if (entry != "main")
            {
                return New(new Outcome(CompilationStatus.ConfigurationError, [],
                    $"{name}: error: the entry point of GLSL is main, not {entry}.\n"));
            }

            byte[] text = new ReadOnlySpan<byte>(source, checked((int)size)).ToArray();
            string[] arguments = ["-fshader-stage=" + stage, .. options == 0 ? [] : Get<Options>(options).All, .. mode];
            try
            {
                (bool succeeded, byte[] output, string messages) = Get<GlslcProgram>(compiler).Compile(arguments, text, name);
                return New(succeeded
                    ? new Outcome(CompilationStatus.Success, output, messages)
                    : new Outcome(CompilationStatus.CompilationError, [], messages));
            }
            catch (Exception e)
            {
                return New(new Outcome(CompilationStatus.InternalError, [], $"{name}: error: {e.Message}\n"));
            }
        }
        catch (Exception e)
        {
            return New(new Outcome(CompilationStatus.InternalError, [], $"shader: error: {e.Message}\n"));
        }
    }

    private static string Stage(ShaderKind kind) => kind switch
    {
        ShaderKind.VertexShader => "vertex",
        ShaderKind.FragmentShader => "fragment",
        ShaderKind.ComputeShader => "compute",
        ShaderKind.GeometryShader => "geometry",
        ShaderKind.TessControlShader => "tesscontrol",
        ShaderKind.TessEvaluationShader => "tesseval",
        _ => null,
    };

    [UnmanagedCallersOnly]
    private static nuint ResultLength(nint result) => (nuint)Get<Outcome>(result).Length;

    [UnmanagedCallersOnly]
    private static nuint ResultWarnings(nint result) => (nuint)Get<Outcome>(result).Count("warning");

    [UnmanagedCallersOnly]
    private static nuint ResultErrors(nint result) => (nuint)Get<Outcome>(result).Count("error");

    [UnmanagedCallersOnly]
    private static CompilationStatus ResultStatus(nint result) => Get<Outcome>(result).Status;

    [UnmanagedCallersOnly]
    private static byte* ResultBytes(nint result) => First(Get<Outcome>(result).Bytes);

    [UnmanagedCallersOnly]
    private static byte* ResultMessages(nint result) => First(Get<Outcome>(result).Messages);

    private static byte* First(byte[] pinned) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
