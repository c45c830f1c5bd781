using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace ResNetVulkan.Weights;

/// <summary>A storage as a pickle names it: so many elements under a key. The archive's layout says where they are.</summary>
internal sealed class TorchStorage(string key, WeightElement element, long count)
{
    public string Key => key;

    public WeightElement Element => element;

    public long Count => count;

    public long ByteLength => count * element.SizeOf();

    /// <summary>Byte of the file at which the elements begin; negative until it is known.</summary>
    public long Offset { get; set; } = -1;
}

/// <summary>A view of a storage; offset and strides in elements, and known to stay within it.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, int[] Dimensions, long[] Strides);

/// <summary>A Python dict or OrderedDict: pairs in order. Keys are whatever the file has.</summary>
internal sealed class PickleDict
{
    public List<(object? Key, object? Value)> Items { get; } = [];

    public object? Find(string key) => Items.Find(item => item.Key is string text && text == key).Value;
}

/// <summary>
/// Reads pickles of protocol 2 as data. It knows the opcodes with which <c>torch.save</c> describes numbers, text, containers and
/// tensors, and the names of the few functions that rebuild those. A name is looked up in a table here and never called: anything
/// else, such as <c>os.system</c>, is a <see cref="WeightFileException"/>.
/// </summary>
/// <remarks>Nothing recurses, so nesting costs no stack. Values are null, bool, long, double, text and the types here.</remarks>
internal sealed class PickleReader(FileReader file)
{
    // torch.save writes containers in batches of a thousand, so only hand-made files need a deeper stack.
    private const int DeepestStack = 16 << 10;
    private const int LongestName = 128;

    private static readonly object True = true;
    private static readonly object False = false;
    private static readonly object Unread = new();      // an integer of more than 64 bits: no weight, so no matter
    private static readonly object?[] EmptyTuple = [];

    private static readonly FrozenDictionary<string, object> Globals = new Dictionary<string, object>
    {
        ["collections.OrderedDict"] = Function.OrderedDict,
        ["torch._utils._rebuild_tensor"] = Function.RebuildTensor,
        ["torch._utils._rebuild_tensor_v2"] = Function.RebuildTensor,
        ["torch._utils._rebuild_parameter"] = Function.RebuildParameter,
        ["torch.FloatStorage"] = WeightElement.Float32,
        ["torch.HalfStorage"] = WeightElement.Float16,
        ["torch.BFloat16Storage"] = WeightElement.BFloat16,
        ["torch.DoubleStorage"] = WeightElement.Float64,
        ["torch.LongStorage"] = WeightElement.Int64,
        ["torch.IntStorage"] = WeightElement.Int32,
        ["torch.ShortStorage"] = WeightElement.Int16,
        ["torch.CharStorage"] = WeightElement.Int8,
        ["torch.ByteStorage"] = WeightElement.UInt8,
        ["torch.BoolStorage"] = WeightElement.Boolean,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly List<object?> _memo = [];

    private enum Function
    {
        OrderedDict,
        RebuildTensor,
        RebuildParameter,
    }

    /// <summary>The storages that the pickles read so far have named, by key.</summary>
    public OrderedDictionary<string, TorchStorage> Storages { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads one pickle, from PROTO to STOP, and leaves the file behind it.</summary>
    public object? Read()
    {
        _stack.Clear();
        _marks.Clear();
        _memo.Clear();
        long start = file.Position;
        if (file.ReadByte() != 0x80 || file.ReadByte() != 2)
            throw file.Bad(start, "a pickle of protocol 2 was expected.");

        while (true)
        {
            long at = file.Position;
            byte opcode = file.ReadByte();
            if (opcode == (byte)'.')
                return Pop();
            Execute(opcode, at);
        }
    }

    private void Execute(byte opcode, long at)
    {
        switch (opcode)
        {
            case (byte)'N': Push(null); break;                                      // NONE
            case 0x88: Push(True); break;                                           // NEWTRUE
            case 0x89: Push(False); break;                                          // NEWFALSE
            case (byte)'K': PushInteger(file.ReadByte()); break;                    // BININT1
            case (byte)'M': PushInteger(file.ReadUInt16()); break;                  // BININT2
            case (byte)'J': PushInteger(file.ReadInt32()); break;                   // BININT
            case 0x8a: PushLongInteger(file.ReadByte()); break;                     // LONG1
            case (byte)'G': Push(file.ReadDoubleBigEndian(), cost: 24); break;      // BINFLOAT
            case (byte)'X': Push(file.ReadText(file.ReadUInt32())); break;          // BINUNICODE
            case (byte)'T': Push(file.ReadText(file.ReadInt32())); break;           // BINSTRING: Python 2's str
            case (byte)'U': Push(file.ReadText(file.ReadByte())); break;            // SHORT_BINSTRING
            case (byte)')': Push(EmptyTuple); break;                                // EMPTY_TUPLE
            case (byte)']': Push(new List<object?>(), cost: 64); break;             // EMPTY_LIST
            case (byte)'}': Push(new PickleDict(), cost: 80); break;                // EMPTY_DICT
            case (byte)'(': Mark(); break;                                          // MARK
            case (byte)'t': Push(Tuple(CountToMark(at), popMark: true)); break;     // TUPLE
            case 0x85: Push(Tuple(1)); break;                                       // TUPLE1
            case 0x86: Push(Tuple(2)); break;                                       // TUPLE2
            case 0x87: Push(Tuple(3)); break;                                       // TUPLE3
            case (byte)'q': Memorise(file.ReadByte(), at); break;                   // BINPUT
            case (byte)'r': Memorise(file.ReadUInt32(), at); break;                 // LONG_BINPUT
            case (byte)'h': Recall(file.ReadByte(), at); break;                     // BINGET
            case (byte)'j': Recall(file.ReadUInt32(), at); break;                   // LONG_BINGET
            case (byte)'s': SetItems(2, popMark: false, at); break;                 // SETITEM
            case (byte)'u': SetItems(CountToMark(at), popMark: true, at); break;    // SETITEMS
            case (byte)'a': AppendItems(1, popMark: false, at); break;              // APPEND
            case (byte)'e': AppendItems(CountToMark(at), popMark: true, at); break; // APPENDS
            case (byte)'c': Push(Global(at)); break;                                // GLOBAL
            case (byte)'Q': Push(Storage(Pop(), at)); break;                        // BINPERSID
            case (byte)'R': Reduce(at); break;                                      // REDUCE
            case (byte)'b': Build(at); break;                                       // BUILD
            default:
                throw file.Bad(at, $"the pickle uses opcode 0x{opcode:X2}, which no state dict needs.");
        }
    }

    private void Push(object? value, long cost = 0)
    {
        if (_stack.Count == DeepestStack)
            throw file.Bad(file.Position, $"the pickle stacks more than {DeepestStack:N0} values.");
        file.Charge(cost);
        _stack.Add(value);
    }

    private void PushInteger(long value) => Push(value, cost: 24);

    private void PushLongInteger(int length)
    {
        if (length > 8)
        {
            file.Skip(length);
            Push(Unread);
            return;
        }

        long value = 0;
        for (int i = 0; i < length; i++)
            value |= (long)file.ReadByte() << (8 * i);
        int unused = 64 - (8 * length);
        PushInteger(length == 0 ? 0 : value << unused >> unused);       // extends the sign
    }

    private object? Pop()
    {
        int floor = _marks.Count == 0 ? 0 : _marks[^1];
        if (_stack.Count == floor)
            throw file.Bad(file.Position, "the pickle takes a value where there is none.");
        object? value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private void Mark()
    {
        if (_marks.Count == DeepestStack)
            throw file.Bad(file.Position, $"the pickle nests more than {DeepestStack:N0} containers.");
        _marks.Add(_stack.Count);
    }

    private int CountToMark(long at)
    {
        if (_marks.Count == 0)
            throw file.Bad(at, "the pickle closes a container that it did not open.");
        return _stack.Count - _marks[^1];
    }

    private object?[] Tuple(int count, bool popMark = false)
    {
        Demand(count, popMark);
        file.Charge(24 + (8L * count));
        object?[] items = CollectionsMarshal.AsSpan(_stack)[^count..].ToArray();
        Drop(count, popMark);
        return items;
    }

    private void Demand(int count, bool popMark)
    {
        int floor = _marks.Count == 0 || popMark ? 0 : _marks[^1];
        if (_stack.Count - floor < count)
            throw file.Bad(file.Position, "the pickle takes values where there are none.");
    }

    private void Drop(int count, bool popMark)
    {
        _stack.RemoveRange(_stack.Count - count, count);
        if (popMark)
            _marks.RemoveAt(_marks.Count - 1);
    }

    // The pickler numbers what it memorises from 0 on; so a table does, and a claimed index allocates nothing.
    private void Memorise(long index, long at)
    {
        if (_stack.Count == 0 || index > _memo.Count)
            throw file.Bad(at, $"the pickle memorises nothing, or as number {index:N0} after {_memo.Count:N0} others.");
        if (index < _memo.Count)
        {
            _memo[(int)index] = _stack[^1];
            return;
        }

        file.Charge(24);
        _memo.Add(_stack[^1]);
    }

    private void Recall(long index, long at)
    {
        if (index >= _memo.Count)
            throw file.Bad(at, $"the pickle recalls number {index:N0} of {_memo.Count:N0} memorised values.");
        Push(_memo[(int)index]);
    }

    private void SetItems(int count, bool popMark, long at)
    {
        Demand(count, popMark);
        if (count % 2 != 0)
            throw file.Bad(at, "the pickle sets a key without a value.");
        file.Charge(24L * count);
        int first = _stack.Count - count;
        if (first == 0 || _stack[first - 1] is not PickleDict dict)
            throw file.Bad(at, "the pickle sets an item of something that is not a dict.");
        for (int i = first; i < _stack.Count; i += 2)
            dict.Items.Add((_stack[i], _stack[i + 1]));
        Drop(count, popMark);
    }

    private void AppendItems(int count, bool popMark, long at)
    {
        Demand(count, popMark);
        file.Charge(24L * count);
        int first = _stack.Count - count;
        if (first == 0 || _stack[first - 1] is not List<object?> list)
            throw file.Bad(at, "the pickle appends to something that is not a list.");
        for (int i = first; i < _stack.Count; i++)
            list.Add(_stack[i]);
        Drop(count, popMark);
    }

    private object Global(long at)
    {
        string name = $"{file.ReadLine(LongestName)}.{file.ReadLine(LongestName)}";
        return Globals.TryGetValue(name, out object? known)
            ? known
            : throw file.Bad(at, $"the pickle asks for {name.Quoted()}, which is not among the names that a state dict needs. "
                + "Nothing was called.");
    }

    // ('storage', torch.FloatStorage, key, location, count), and a sixth item in the legacy layout.
    private TorchStorage Storage(object? id, long at)
    {
        if (id is not object?[] { Length: 5 or 6 } items
            || items is not ["storage", WeightElement element, string key, _, long count, ..]
            || count < 0 || count > file.Length / element.SizeOf())
        {
            throw file.Bad(at, "the pickle refers to something outside it that is not a storage of this file's size.");
        }

        if (items.Length == 6 && items[5] is not null)
            throw file.Bad(at, $"storage {key.Quoted()} is a view of another storage, as PyTorch before 0.4 wrote them.");

        if (Storages.TryGetValue(key, out TorchStorage? known))
        {
            return known.Element == element && known.Count == count
                ? known
                : throw file.Bad(at, $"storage {key.Quoted()} is described twice, and differently.");
        }

        file.Charge(192);
        TorchStorage storage = new(key, element, count);
        Storages.Add(key, storage);
        return storage;
    }

    private void Reduce(long at)
    {
        object? arguments = Pop();
        object? function = Pop();
        Push((function, arguments) switch
        {
            (Function.OrderedDict, object?[] { Length: 0 }) => new PickleDict(),
            (Function.OrderedDict, object?[] and [List<object?> pairs]) => DictOf(pairs, at),
            (Function.RebuildTensor, object?[] and [TorchStorage storage, long offset, object?[] size, object?[] stride, ..]) =>
                Tensor(storage, offset, size, stride, at),
            (Function.RebuildParameter, object?[] and [TorchTensor tensor, ..]) => tensor,
            _ => throw file.Bad(at, "the pickle rebuilds a value in a way that no state dict does."),
        }, cost: 128);
    }

    // Python 2's OrderedDict: a list of [key, value].
    private PickleDict DictOf(List<object?> pairs, long at)
    {
        PickleDict dict = new();
        file.Charge(48L * pairs.Count);
        foreach (object? pair in pairs)
        {
            dict.Items.Add(pair switch
            {
                List<object?> and [var key, var value] => (key, value),
                object?[] and [var key, var value] => (key, value),
                _ => throw file.Bad(at, "the pickle makes an OrderedDict of something that is not pairs."),
            });
        }

        return dict;
    }

    private TorchTensor Tensor(TorchStorage storage, long offset, object?[] size, object?[] stride, long at)
    {
        if (size.Length != stride.Length || size.Length > WeightContents.MostAxes)
        {
            throw file.Bad(at, $"a tensor has {size.Length} extents and {stride.Length} strides; at most "
                + $"{WeightContents.MostAxes} are supported.");
        }

        file.Charge(128);
        int[] dimensions = new int[size.Length];
        long[] strides = new long[size.Length];
        Int128 count = 1;
        Int128 last = offset;
        for (int axis = 0; axis < size.Length; axis++)
        {
            if (size[axis] is not (long extent and >= 0 and <= int.MaxValue) || stride[axis] is not (long step and >= 0))
                throw file.Bad(at, "a tensor has an extent or a stride that is not a natural number below 2^31.");
            (dimensions[axis], strides[axis]) = ((int)extent, step);
            last += (extent - 1) * (Int128)step;
            count *= extent;    // at most 2^31 * 2^31 before the next line looks at it
            if (count * storage.Element.SizeOf() > Array.MaxLength)
                throw file.Bad(at, $"a tensor claims more than {Array.MaxLength:N0} bytes.");
        }

        // An expanded tensor has more elements than its storage. No weight is one, and the file would not bound its size.
        if (offset < 0 || count > storage.Count || (count > 0 && last >= storage.Count))
        {
            throw file.Bad(at, $"a tensor reaches beyond the {storage.Count:N0} elements of storage {storage.Key.Quoted()}, "
                + "or has more elements than it.");
        }

        if (count > 0 && (last - offset + 1) * storage.Element.SizeOf() > Array.MaxLength)
            throw file.Bad(at, $"a tensor's elements lie spread over more than {Array.MaxLength:N0} bytes.");
        return new TorchTensor(storage, offset, dimensions, strides);
    }

    // PyTorch hangs `_metadata` (versions of modules) on the OrderedDict; no weight depends on it.
    private void Build(long at)
    {
        Pop();
        object? target = Pop();
        if (target is not PickleDict)
            throw file.Bad(at, "the pickle sets the state of something that is not a dict.");
        Push(target);
    }
}
