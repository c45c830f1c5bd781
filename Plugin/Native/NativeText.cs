using System.Runtime.InteropServices;
using System.Text;

namespace ResNetVulkan.Native;

/// <summary>Text in native memory, UTF-8 with a 0 at its end.</summary>
internal sealed unsafe class NativeText
{
    private byte* _bytes;

    public NativeText() => Set("");

    ~NativeText() => NativeMemory.Free(_bytes);

    public byte* Pointer => _bytes;

    public void Set(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(_bytes, length));
        _bytes[length] = 0;
    }

    public static string? Read(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    public static string[] Read(byte** texts, uint count, string name)
    {
        if (count > 0 && texts is null)
            throw new CallException(Status.ErrorArgument, $"{name} is NULL, with a count of {count}.");
        string[] read = new string[count];
        for (uint i = 0; i < count; i++)
            read[i] = Read(texts[i]) ?? throw new CallException(Status.ErrorArgument, $"{name}[{i}] is NULL.");
        return read;
    }

    /// <summary>As much of a text as there is room for, with a 0 at its end.</summary>
    public static void Write(string text, byte* to, uint capacity)
    {
        if (capacity == 0) return;
        Encoding.UTF8.GetEncoder().Convert(text, new Span<byte>(to, (int)capacity - 1), flush: true, out _, out int bytes, out _);
        to[bytes] = 0;
    }
}
