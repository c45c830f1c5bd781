using Decoration = ResNetVulkan.Kernels.SpirvDeclarations.Decoration;
using Op = ResNetVulkan.Kernels.SpirvDeclarations.Op;

namespace ResNetVulkan.Kernels;

/// <summary>How a kernel receives a tensor.</summary>
internal enum TensorKind
{
    /// <summary>A storage buffer at set 0, bound at the tensor's slot.</summary>
    StorageBuffer,

    /// <summary>A 64-bit pointer among the push constants.</summary>
    Address,

    /// <summary>A uniform texel buffer at set 0, bound at the tensor's slot.</summary>
    TexelBuffer,

    /// <summary>A host's two-dimensional image at set 0, fetched without a sampler.</summary>
    SampledImage,

    /// <summary>A host's two-dimensional image at set 0, loaded.</summary>
    StorageImage,
}

/// <summary>What a kernel declares to do with a tensor. The barriers of a plan follow from it.</summary>
[Flags]
internal enum TensorAccess
{
    /// <summary>Neither: declared both readonly and writeonly.</summary>
    None = 0,

    /// <summary>It may be read.</summary>
    Read = 1,

    /// <summary>It may be written.</summary>
    Write = 2,

    /// <summary>Neither readonly nor writeonly in GLSL.</summary>
    ReadWrite = Read | Write,
}

/// <summary>What the bits of a value mean.</summary>
internal enum ScalarKind
{
    /// <summary>GLSL's bool; only specialization constants have it.</summary>
    Bool,

    /// <summary>An unsigned integer.</summary>
    U,

    /// <summary>A signed integer.</summary>
    S,

    /// <summary>An IEEE float.</summary>
    F,

    /// <summary>A structure; its members are not looked at.</summary>
    Structure,
}

/// <summary>A GLSL type as far as a declaration can name it: F32, U32x2, F16, S32.</summary>
/// <param name="Kind">What the bits mean.</param>
/// <param name="Bits">Bits of one component; 0 for a bool or a structure.</param>
/// <param name="Components">1, or a vector's 2 to 4.</param>
internal readonly record struct ShaderType(ScalarKind Kind, int Bits, int Components = 1)
{
    /// <summary>GLSL's float.</summary>
    public static ShaderType F32 { get; } = new(ScalarKind.F, 32);

    /// <summary>GLSL's float16_t.</summary>
    public static ShaderType F16 { get; } = new(ScalarKind.F, 16);

    /// <summary>GLSL's uint.</summary>
    public static ShaderType U32 { get; } = new(ScalarKind.U, 32);

    /// <summary>GLSL's int.</summary>
    public static ShaderType S32 { get; } = new(ScalarKind.S, 32);

    /// <inheritdoc/>
    public override string ToString()
    {
        string scalar = Kind switch
        {
            ScalarKind.Bool => "bool",
            ScalarKind.Structure => "struct",
            _ => $"{Kind}{Bits}",
        };
        return Components == 1 ? scalar : $"{scalar}x{Components}";
    }
}

/// <summary>A tensor as a kernel declares it.</summary>
/// <param name="Name">The name in GLSL.</param>
/// <param name="Slot">Its place among the kernel's tensors, from 0.</param>
/// <param name="Kind">How it is bound.</param>
/// <param name="Access">What the kernel may do with it.</param>
/// <param name="Element">The type of one element; of a texel for a texel buffer or an image.</param>
/// <param name="ElementBytes">From one element to the next; 0 for a texel buffer or an image, whose view decides.</param>
internal readonly record struct TensorParameter(
    string Name, int Slot, TensorKind Kind, TensorAccess Access, ShaderType Element, int ElementBytes);

/// <summary>A push constant after the tensors' addresses.</summary>
/// <param name="Name">The name in GLSL.</param>
/// <param name="Type">A 32-bit scalar.</param>
/// <param name="Offset">In bytes from the end of the addresses, so it is the same in both forms.</param>
internal readonly record struct PushParameter(string Name, ShaderType Type, int Offset);

/// <summary>A constant that is given when the pipeline is made.</summary>
/// <param name="Id">GLSL's constant_id.</param>
/// <param name="Name">The name in GLSL; empty for a local size that nothing else names.</param>
/// <param name="Type">A bool or a 32-bit scalar.</param>
/// <param name="Default">The value without specialization, as bits; 1 is true.</param>
internal readonly record struct ConstantParameter(uint Id, string Name, ShaderType Type, uint Default);

/// <summary>Invocations of a workgroup along one axis.</summary>
/// <param name="Size">The number, or the constant's default.</param>
/// <param name="ConstantId">The specialization constant that decides it; null where it is fixed.</param>
internal readonly record struct LocalExtent(uint Size, uint? ConstantId);

/// <summary>
/// What a compiled kernel expects of its caller, read from its SPIR-V: tensors, push constants, specialization constants, local
/// size. Both forms of a kernel read alike but for <see cref="TensorParameter.Kind"/>.
/// </summary>
internal sealed class KernelSignature
{
    private const uint GlCompute = 5, WorkgroupSize = 25, LocalSizeMode = 17, LocalSizeIdMode = 38;
    private const uint TwoDimensions = 1, BufferDimension = 5, ReadAndWritten = 2;
    private const uint UniformConstant = 0, PushConstant = 9, StorageBuffer = 12, PhysicalStorageBuffer = 5349;
    private const uint MostPushBytes = 4096;    // far above any device; keeps garbage from overflowing

    private KernelSignature(SpirvDeclarations module)
    {
        if (module.EntryPoints is not [(GlCompute, "main")])
            throw SpirvDeclarations.Bad(0, "a kernel has one entry point, a compute shader's main");

        List<TensorParameter> bound = [];
        List<TensorParameter> pointers = [];
        List<PushParameter> push = [];
        foreach (uint variable in module.Variables)
        {
            (uint storage, uint type) = Pointer(module, module.Word(module.Find(variable), 1));
            if (storage == PushConstant) ReadPush(module, type, pointers, push);
            else if (storage == StorageBuffer) bound.Add(ReadBuffer(module, variable, type));
            else if (storage == UniformConstant) bound.Add(ReadImage(module, variable, type));
        }

        AddressBytes = 8 * pointers.Count;
        Tensors = InSlotOrder(bound, pointers);
        Push = push;
        PushBytes = push.Count == 0 ? 0 : push[^1].Offset + 4;
        Constants = ReadConstants(module);
        LocalSize = ReadLocalSize(module);
        Capabilities = [.. module.Capabilities.Select(NameOfCapability)];
        Extensions = module.Extensions;
    }

    /// <summary>In slot order; the slots are 0 to Count - 1.</summary>
    public IReadOnlyList<TensorParameter> Tensors { get; }

    /// <summary>What follows the addresses, in order of offset.</summary>
    public IReadOnlyList<PushParameter> Push { get; }

    /// <summary>Bytes of push constants after the addresses.</summary>
    public int PushBytes { get; }

    /// <summary>Bytes of addresses before the push constants: 8 for each tensor that is a pointer.</summary>
    public int AddressBytes { get; }

    /// <summary>In order of id. The local size in x is id 0 by this library's convention.</summary>
    public IReadOnlyList<ConstantParameter> Constants { get; }

    /// <summary>Along x, y and z.</summary>
    public IReadOnlyList<LocalExtent> LocalSize { get; }

    /// <summary>
    /// What the device must offer, by SPIR-V's names ("Int64"); one that this library does not know is "capability 4421".
    /// </summary>
    public IReadOnlyList<string> Capabilities { get; }

    /// <summary>SPIR-V extensions, by name.</summary>
    public IReadOnlyList<string> Extensions { get; }

    /// <summary>Reads a module.</summary>
    /// <param name="module">SPIR-V of any version, in this machine's byte order. Need not be trusted.</param>
    /// <exception cref="InvalidDataException">
    /// It is damaged, or is no kernel that follows Shaders/README.md; says what and where.
    /// </exception>
    public static KernelSignature Read(ReadOnlySpan<uint> module) => new(new SpirvDeclarations(module));

    /// <summary>Whether the module declares a capability, by SPIR-V's name.</summary>
    public bool Needs(string capability) => Capabilities.Contains(capability);

    private static (uint Storage, uint Type) Pointer(SpirvDeclarations module, uint type)
    {
        int at = module.Find(type);
        return module.OpOf(at) == Op.TypePointer
            ? (module.Word(at, 2), module.Word(at, 3))
            : throw SpirvDeclarations.Bad(at, "a variable's type is no pointer");
    }

    private static void ReadPush(SpirvDeclarations module, uint type, List<TensorParameter> pointers, List<PushParameter> push)
    {
        int at = module.Find(type);
        if (module.OpOf(at) != Op.TypeStruct) throw SpirvDeclarations.Bad(at, "the push constants are no block");
        if (pointers.Count + push.Count > 0) throw SpirvDeclarations.Bad(at, "there are two blocks of push constants");

        for (int i = 0; i < module.LengthOf(at) - 2; i++)
        {
            uint member = module.Word(at, 2 + i);
            string name = module.MemberName(type, i);
            uint offset = module.MemberDecorated(type, i, Decoration.Offset) ?? MostPushBytes;
            if (offset >= MostPushBytes || offset % 4 != 0)
                throw SpirvDeclarations.Bad(at, $"push constant '{name}' has no sound offset");

            if (module.OpOf(module.Find(member)) == Op.TypePointer)
            {
                if (push.Count > 0 || offset != 8 * pointers.Count)
                    throw SpirvDeclarations.Bad(at, $"ADDRESS({name}) must stand before the other push constants");
                (uint storage, uint block) = Pointer(module, member);
                if (storage != PhysicalStorageBuffer)
                    throw SpirvDeclarations.Bad(at, $"push constant '{name}' is a pointer to no buffer");
                pointers.Add(ReadBlock(module, name, block, -1, TensorKind.Address));
                continue;
            }

            ShaderType value = TypeOf(module, member);
            if (value is not { Bits: 32, Components: 1 })
                throw SpirvDeclarations.Bad(at, $"push constant '{name}' is {value}; only 32-bit scalars may be pushed");
            int local = (int)offset - 8 * pointers.Count;
            if (local < (push.Count == 0 ? 0 : push[^1].Offset + 4))
                throw SpirvDeclarations.Bad(at, $"push constant '{name}' overlaps");
            push.Add(new(name, value, local));
        }
    }

    private static TensorParameter ReadBuffer(SpirvDeclarations module, uint variable, uint type) =>
        ReadBlock(module, module.NameOf(variable), type, SlotOf(module, variable), TensorKind.StorageBuffer);

    /// <summary>A block that is one unbounded array, as TENSOR declares it. glslang puts access on the member.</summary>
    private static TensorParameter ReadBlock(SpirvDeclarations module, string name, uint block, int slot, TensorKind kind)
    {
        int at = module.Find(block);
        if (module.OpOf(at) != Op.TypeStruct || module.LengthOf(at) != 3)
            throw SpirvDeclarations.Bad(at, $"'{name}' is not declared by TENSOR");
        uint array = module.Word(at, 2);
        int element = module.Find(array);
        if (module.OpOf(element) != Op.TypeRuntimeArray) throw SpirvDeclarations.Bad(at, $"'{name}' is not declared by TENSOR");

        TensorAccess access = TensorAccess.ReadWrite;
        if (module.MemberDecorated(block, 0, Decoration.NonWritable) is not null) access &= ~TensorAccess.Write;
        if (module.MemberDecorated(block, 0, Decoration.NonReadable) is not null) access &= ~TensorAccess.Read;
        uint stride = module.Decorated(array, Decoration.ArrayStride) ?? 0;
        if (stride is 0 or > 1 << 16) throw SpirvDeclarations.Bad(element, $"the elements of '{name}' have no sound stride");
        return new(name, slot, kind, access, TypeOf(module, module.Word(element, 2)), (int)stride);
    }

    private static TensorParameter ReadImage(SpirvDeclarations module, uint variable, uint type)
    {
        string name = module.NameOf(variable);
        int at = module.Find(type);
        bool hasSampler = module.OpOf(at) == Op.TypeSampledImage;
        int image = hasSampler ? module.Find(module.Word(at, 2)) : at;
        TensorKind? kind = module.OpOf(image) != Op.TypeImage ? null : module.Word(image, 3) switch
        {
            BufferDimension => TensorKind.TexelBuffer,
            TwoDimensions when !hasSampler =>
                module.Word(image, 7) == ReadAndWritten ? TensorKind.StorageImage : TensorKind.SampledImage,
            _ => null,
        };
        if (kind is null) throw SpirvDeclarations.Bad(at, $"'{name}' is not declared by TEXELS, nor a texture2D or an image2D");

        ShaderType component = TypeOf(module, module.Word(image, 2));
        ShaderType texel = component with { Components = 4 };
        return new(name, SlotOf(module, variable), kind.Value, TensorAccess.Read, texel, ElementBytes: 0);
    }

    private static int SlotOf(SpirvDeclarations module, uint variable) =>
        module.Decorated(variable, Decoration.Binding) is { } binding and < 1 << 16
            ? (int)binding
            : throw SpirvDeclarations.Bad(0, $"'{module.NameOf(variable)}' has no sound slot");

    /// <summary>Pointers carry no slot: they take those that nothing is bound at, in the order in which they stand.</summary>
    private static TensorParameter[] InSlotOrder(List<TensorParameter> bound, List<TensorParameter> pointers)
    {
        TensorParameter[] tensors = new TensorParameter[bound.Count + pointers.Count];
        foreach (TensorParameter tensor in bound)
        {
            if (tensor.Slot >= tensors.Length)
                throw SpirvDeclarations.Bad(0, $"slot {tensor.Slot} of '{tensor.Name}' leaves a gap");
            if (tensors[tensor.Slot].Name is { } other)
                throw SpirvDeclarations.Bad(0, $"'{other}' and '{tensor.Name}' share slot {tensor.Slot}");
            tensors[tensor.Slot] = tensor;
        }

        int next = 0;
        foreach (TensorParameter tensor in pointers)
        {
            while (tensors[next].Name is not null) next++;
            tensors[next] = tensor with { Slot = next };
        }
        return tensors;
    }

    private static List<ConstantParameter> ReadConstants(SpirvDeclarations module)
    {
        List<ConstantParameter> constants = [];
        foreach (uint id in module.SpecializationConstants)
        {
            if (module.Decorated(id, Decoration.SpecId) is not { } constantId) continue;
            int at = module.Find(id);
            ShaderType type = TypeOf(module, module.Word(at, 1));
            if (type.Kind != ScalarKind.Bool && type is not { Bits: 32, Components: 1 })
                throw SpirvDeclarations.Bad(at,
                    $"constant '{module.NameOf(id)}' is {type}; only bool and 32-bit scalars may be specialized");
            uint value = type.Kind == ScalarKind.Bool ? (module.OpOf(at) == Op.SpecConstantTrue ? 1u : 0u) : module.Word(at, 3);
            constants.Add(new(constantId, module.NameOf(id), type, value));
        }

        // The local size, a uint, may have a name beside it: layout(constant_id = 0) const int LANES. Both take the same 32 bits.
        List<ConstantParameter> byId = [];
        foreach (ConstantParameter constant in constants.OrderBy(one => one.Id).ThenByDescending(one => one.Name.Length))
        {
            if (byId.Count == 0 || byId[^1].Id != constant.Id) byId.Add(constant);
            else if (constant.Name.Length > 0 || byId[^1].Type is not { Kind: ScalarKind.U or ScalarKind.S })
                throw SpirvDeclarations.Bad(0,
                    $"constant_id {constant.Id} is declared twice, as {byId[^1].Name} and '{constant.Name}'");
        }
        return byId;
    }

    /// <summary>
    /// gl_WorkGroupSize where the module has it (always, when the size is a constant of ours); else the execution mode.
    /// </summary>
    private static LocalExtent[] ReadLocalSize(SpirvDeclarations module)
    {
        if (module.BuiltIn(WorkgroupSize) is { } size)
        {
            int at = module.Find(size);
            if (module.OpOf(at) is not (Op.ConstantComposite or Op.SpecConstantComposite))
                throw SpirvDeclarations.Bad(at, "the local size is no constant");
            return ExtentsOf(module, at);
        }

        foreach (int at in module.ExecutionModes)
        {
            switch (module.Word(at, 2))
            {
                case LocalSizeMode:
                    return [new(module.Word(at, 3), null), new(module.Word(at, 4), null), new(module.Word(at, 5), null)];
                case LocalSizeIdMode:
                    return ExtentsOf(module, at);
            }
        }
        throw SpirvDeclarations.Bad(0, "the module has no local size");
    }

    private static LocalExtent[] ExtentsOf(SpirvDeclarations module, int at) =>
        [ExtentOf(module, module.Word(at, 3)), ExtentOf(module, module.Word(at, 4)), ExtentOf(module, module.Word(at, 5))];

    private static LocalExtent ExtentOf(SpirvDeclarations module, uint id)
    {
        int at = module.Find(id);
        return module.OpOf(at) is Op.Constant or Op.SpecConstant
            ? new(module.Word(at, 3), module.Decorated(id, Decoration.SpecId))
            : throw SpirvDeclarations.Bad(at, "an extent of the local size is no number");
    }

    private static ShaderType TypeOf(SpirvDeclarations module, uint type)
    {
        int at = module.Find(type);
        if (module.OpOf(at) != Op.TypeVector) return ScalarOf(module, at);
        uint components = module.Word(at, 3);
        if (components is < 2 or > 4) throw SpirvDeclarations.Bad(at, $"a vector of {components}");
        return ScalarOf(module, module.Find(module.Word(at, 2))) with { Components = (int)components };
    }

    private static ShaderType ScalarOf(SpirvDeclarations module, int at) => module.OpOf(at) switch
    {
        Op.TypeBool => new(ScalarKind.Bool, 0),
        Op.TypeInt => new(module.Word(at, 3) == 0 ? ScalarKind.U : ScalarKind.S, BitsOf(module, at)),
        Op.TypeFloat => new(ScalarKind.F, BitsOf(module, at)),
        Op.TypeStruct => new(ScalarKind.Structure, 0),
        Op other => throw SpirvDeclarations.Bad(at, $"{other} where a number, a vector or a structure is due"),
    };

    private static int BitsOf(SpirvDeclarations module, int at) =>
        module.Word(at, 2) is 8 or 16 or 32 or 64
            ? (int)module.Word(at, 2)
            : throw SpirvDeclarations.Bad(at, "a number of odd size");

    private static string NameOfCapability(uint capability) => capability switch
    {
        1 => "Shader",
        9 => "Float16",
        10 => "Float64",
        11 => "Int64",
        22 => "Int16",
        39 => "Int8",
        46 => "SampledBuffer",
        55 => "StorageImageReadWithoutFormat",
        61 => "GroupNonUniform",
        62 => "GroupNonUniformVote",
        63 => "GroupNonUniformArithmetic",
        64 => "GroupNonUniformBallot",
        65 => "GroupNonUniformShuffle",
        66 => "GroupNonUniformShuffleRelative",
        67 => "GroupNonUniformClustered",
        68 => "GroupNonUniformQuad",
        4433 => "StorageBuffer16BitAccess",
        4434 => "UniformAndStorageBuffer16BitAccess",
        4448 => "StorageBuffer8BitAccess",
        5345 => "VulkanMemoryModel",
        5347 => "PhysicalStorageBufferAddresses",
        6022 => "CooperativeMatrixKHR",
        _ => $"capability {capability}",
    };
}
