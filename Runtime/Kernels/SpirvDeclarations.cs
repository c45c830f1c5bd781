using System.Runtime.InteropServices;
using System.Text;

namespace ResNetVulkan.Kernels;

/// <summary>
/// The instructions of a SPIR-V module that stand before its functions, by what they declare. Trusts nothing: every word is read
/// within its instruction, every id is looked up, and nothing is allocated from a number in the module.
/// </summary>
internal readonly ref struct SpirvDeclarations
{
    private const uint Magic = 0x07230203;
    private const int HeaderWords = 5;

    private readonly ReadOnlySpan<uint> _words;
    private readonly Dictionary<uint, int> _at = [];                                    // where an id is declared
    private readonly Dictionary<uint, string> _names = [];
    private readonly Dictionary<(uint Type, int Member), string> _memberNames = [];
    private readonly Dictionary<(uint Id, int Member, Decoration), uint> _decorations = [];

    /// <exception cref="InvalidDataException">Not a module, or cut off, or an instruction runs over the end.</exception>
    public SpirvDeclarations(ReadOnlySpan<uint> words)
    {
        _words = words;
        if (words.Length < HeaderWords || words[0] != Magic)
            throw Bad(0, "this is not SPIR-V (no magic number, or another byte order)");

        bool reachedCode = false;
        for (int at = HeaderWords; at < words.Length && !reachedCode; at += LengthOf(at))
        {
            if (LengthOf(at) == 0 || LengthOf(at) > words.Length - at) throw Bad(at, "an instruction runs over the end");
            reachedCode = OpOf(at) == Op.Function;
            Note(at);
        }
        if (!reachedCode) throw Bad(words.Length, "the module ends before its first function");
    }

    public List<uint> Variables { get; } = [];

    public List<uint> SpecializationConstants { get; } = [];

    public List<uint> Capabilities { get; } = [];

    public List<string> Extensions { get; } = [];

    /// <summary>Entry points, as (execution model, name).</summary>
    public List<(uint Model, string Name)> EntryPoints { get; } = [];

    /// <summary>Offsets of the OpExecutionMode and OpExecutionModeId instructions.</summary>
    public List<int> ExecutionModes { get; } = [];

    public static InvalidDataException Bad(int word, string sentence) => new($"SPIR-V at word {word}: {sentence}.");

    /// <summary>Where <paramref name="id"/> is declared.</summary>
    public int Find(uint id) => _at.TryGetValue(id, out int at) ? at : throw Bad(0, $"id {id} is used but not declared");

    public Op OpOf(int at) => (Op)(_words[at] & 0xFFFF);

    public int LengthOf(int at) => (int)(_words[at] >> 16);

    /// <summary>Word <paramref name="index"/> of the instruction at <paramref name="at"/>; word 0 is its opcode.</summary>
    public uint Word(int at, int index) =>
        index < LengthOf(at) ? _words[at + index] : throw Bad(at, $"{OpOf(at)} lacks operand {index}");

    public string NameOf(uint id) => _names.GetValueOrDefault(id, "");

    public string MemberName(uint type, int member) => _memberNames.GetValueOrDefault((type, member), "");

    public uint? Decorated(uint id, Decoration decoration) =>
        _decorations.TryGetValue((id, -1, decoration), out uint value) ? value : null;

    public uint? MemberDecorated(uint type, int member, Decoration decoration) =>
        _decorations.TryGetValue((type, member, decoration), out uint value) ? value : null;

    /// <summary>The id decorated as a built-in, if there is one.</summary>
    public uint? BuiltIn(uint which)
    {
        foreach (((uint id, int member, Decoration decoration), uint value) in _decorations)
        {
            if (member < 0 && decoration == Decoration.BuiltIn && value == which) return id;
        }
        return null;
    }

    private void Note(int at)
    {
        switch (OpOf(at))
        {
            case Op.Name:
                _names[Word(at, 1)] = Text(at, 2);
                break;
            case Op.MemberName:
                _memberNames[(Word(at, 1), (int)(Word(at, 2) & 0xFFFF))] = Text(at, 3);
                break;
            case Op.Decorate:
                _decorations[(Word(at, 1), -1, (Decoration)Word(at, 2))] = LengthOf(at) > 3 ? Word(at, 3) : 0;
                break;
            case Op.MemberDecorate:
                _decorations[(Word(at, 1), (int)(Word(at, 2) & 0xFFFF), (Decoration)Word(at, 3))] =
                    LengthOf(at) > 4 ? Word(at, 4) : 0;
                break;
            case Op.Capability:
                Capabilities.Add(Word(at, 1));
                break;
            case Op.Extension:
                Extensions.Add(Text(at, 1));
                break;
            case Op.EntryPoint:
                EntryPoints.Add((Word(at, 1), Text(at, 3)));
                break;
            case Op.ExecutionMode or Op.ExecutionModeId:
                ExecutionModes.Add(at);
                break;
            case >= Op.TypeVoid and <= Op.TypePointer:
                _at[Word(at, 1)] = at;
                break;
            case >= Op.ConstantTrue and <= Op.SpecConstantOp:
                _at[Word(at, 2)] = at;
                if (OpOf(at) is Op.SpecConstantTrue or Op.SpecConstantFalse or Op.SpecConstant)
                    SpecializationConstants.Add(Word(at, 2));
                break;
            case Op.Variable:
                _at[Word(at, 2)] = at;
                Variables.Add(Word(at, 2));
                break;
        }
    }

    /// <summary>A literal string: UTF-8, padded with zeros to whole words.</summary>
    private string Text(int at, int from)
    {
        if (from >= LengthOf(at)) throw Bad(at, $"{OpOf(at)} lacks its text");
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(_words.Slice(at + from, LengthOf(at) - from));
        int length = bytes.IndexOf((byte)0);
        if (length < 0) throw Bad(at, $"the text of {OpOf(at)} does not end");
        return Encoding.UTF8.GetString(bytes[..length]);
    }

    /// <summary>The opcodes that declare something, by the specification's numbers.</summary>
    internal enum Op
    {
        Name = 5,
        MemberName = 6,
        Extension = 10,
        EntryPoint = 15,
        ExecutionMode = 16,
        Capability = 17,
        TypeVoid = 19,
        TypeBool = 20,
        TypeInt = 21,
        TypeFloat = 22,
        TypeVector = 23,
        TypeImage = 25,
        TypeSampledImage = 27,
        TypeRuntimeArray = 29,
        TypeStruct = 30,
        TypePointer = 32,
        ConstantTrue = 41,
        Constant = 43,
        ConstantComposite = 44,
        SpecConstantTrue = 48,
        SpecConstantFalse = 49,
        SpecConstant = 50,
        SpecConstantComposite = 51,
        SpecConstantOp = 52,
        Function = 54,
        Variable = 59,
        Decorate = 71,
        MemberDecorate = 72,
        ExecutionModeId = 331,
    }

    /// <summary>The decorations that a signature reads.</summary>
    internal enum Decoration : uint
    {
        SpecId = 1,
        ArrayStride = 6,
        BuiltIn = 11,
        NonWritable = 24,
        NonReadable = 25,
        Binding = 33,
        Offset = 35,
    }
}
