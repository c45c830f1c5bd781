namespace Silk.NET.Shaderc;

// Opaque: only pointers to these exist.

internal struct Compiler;

internal struct CompileOptions;

internal struct CompilationResult;

internal enum ShaderKind
{
    VertexShader = 0, FragmentShader = 1, ComputeShader = 2, GeometryShader = 3, TessControlShader = 4,
    TessEvaluationShader = 5, GlslVertexShader = VertexShader, GlslFragmentShader = FragmentShader,
    GlslComputeShader = ComputeShader, GlslGeometryShader = GeometryShader, GlslTessControlShader = TessControlShader,
    GlslTessEvaluationShader = TessEvaluationShader,
}

internal enum CompilationStatus
{
    Success = 0, InvalidStage = 1, CompilationError = 2, InternalError = 3, NullResultObject = 4, InvalidAssembly = 5,
    ValidationError = 6, TransformationError = 7, ConfigurationError = 8,
}

internal enum TargetEnv
{
    Vulkan = 0, Opengl = 1, OpenglCompat = 2, Webgpu = 3, Default = Vulkan,
}

internal enum EnvVersion
{
    Vulkan10 = 1 << 22, Vulkan11 = 1 << 22 | 1 << 12, Vulkan12 = 1 << 22 | 2 << 12, Vulkan13 = 1 << 22 | 3 << 12,
    Opengl45 = 450, Webgpu = 451,
}

internal enum SpirvVersion
{
    Shaderc10 = 0x010000, Shaderc11 = 0x010100, Shaderc12 = 0x010200, Shaderc13 = 0x010300, Shaderc14 = 0x010400,
    Shaderc15 = 0x010500, Shaderc16 = 0x010600,
}

internal enum OptimizationLevel
{
    Zero = 0, Size = 1, Performance = 2,
}

internal enum SourceLanguage
{
    Glsl = 0, Hlsl = 1,
}
