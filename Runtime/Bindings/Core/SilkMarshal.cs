#nullable disable   // as the package

using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Silk.NET.Core.Native;

internal enum NativeStringEncoding
{
    BStr = 19, LPStr = 20, LPTStr = 22, LPUTF8Str = 48, LPWStr = 21, WinString = 1146093569,
    Ansi = LPStr, Auto = LPTStr, Uni = LPWStr, UTF8 = LPUTF8Str,
}

/// <summary>Strings and callbacks for native code.</summary>
/// <remarks>
/// Vulkan, GLFW and shaderc speak UTF-8, and so do LPStr, LPTStr and LPUTF8Str here; other encodings are refused. What a method
/// returns
/// stays allocated until <see cref="Free"/>. Any thread.
/// </remarks>
internal static unsafe class SilkMarshal
{
    // Native code holds only the address: without this the collector would take the delegate.
    private static readonly ConcurrentDictionary<nint, Delegate> Callbacks = new();

    public static nint Allocate(int length) => (nint)NativeMemory.AllocZeroed((nuint)length);

    /// <summary>Frees what a method of this class returned. False, and nothing happens, for zero.</summary>
    public static bool Free(nint ptr)
    {
        if (ptr != 0 && !Callbacks.TryRemove(ptr, out _))
            NativeMemory.Free((void*)ptr);
        return ptr != 0;
    }

    public static void FreeString(nint ptr, NativeStringEncoding encoding = NativeStringEncoding.LPStr) => Free(ptr);

    public static nint StringToPtr(string input, NativeStringEncoding encoding = NativeStringEncoding.LPStr)
    {
        Require(encoding);
        if (input is null)
            return 0;
        int length = Encoding.UTF8.GetByteCount(input);
        nint memory = Allocate(length + 1);
        Encoding.UTF8.GetBytes(input, new Span<byte>((void*)memory, length));
        return memory;
    }

    public static string PtrToString(nint input, NativeStringEncoding encoding = NativeStringEncoding.LPStr)
    {
        Require(encoding);
        return Marshal.PtrToStringUTF8(input);
    }

    /// <summary>
    /// An array of pointers and, behind them in the same block, their strings: one <see cref="Free"/> frees all.
    /// </summary>
    public static nint StringArrayToPtr(IReadOnlyList<string> input, NativeStringEncoding encoding = NativeStringEncoding.LPStr)
    {
        Require(encoding);
        int length = checked(input.Count * sizeof(nint));
        foreach (string text in input)
            length = checked(length + Encoding.UTF8.GetByteCount(text) + 1);

        // Never an empty block: a null pointer would not do as an array.
        nint memory = Allocate(Math.Max(length, 1));
        byte** pointers = (byte**)memory;
        byte* next = (byte*)(pointers + input.Count);
        for (int i = 0; i < input.Count; i++)
        {
            pointers[i] = next;
            int left = length - (int)(next - (byte*)memory);
            next += Encoding.UTF8.GetBytes(input[i], new Span<byte>(next, left)) + 1;
        }
        return memory;
    }

    public static string[] PtrToStringArray(
        nint input, int numStrings, NativeStringEncoding encoding = NativeStringEncoding.LPStr)
    {
        string[] strings = new string[numStrings];
        for (int i = 0; i < numStrings; i++)
            strings[i] = PtrToString(((nint*)input)[i], encoding);
        return strings;
    }

    /// <summary>A function pointer for a delegate, which lives until <see cref="Forget"/> or <see cref="Free"/>.</summary>
    public static nint DelegateToPtr<TDelegate>(TDelegate @delegate, bool pinned = true) where TDelegate : Delegate
    {
        nint pointer = Marshal.GetFunctionPointerForDelegate(@delegate);
        if (pinned)
            Callbacks[pointer] = @delegate;
        return pointer;
    }

    /// <summary>Lets go of a delegate of <see cref="DelegateToPtr"/>; any other address is left alone.</summary>
    internal static void Forget(nint callback) => Callbacks.TryRemove(callback, out _);

    private static void Require(NativeStringEncoding encoding)
    {
        if (encoding is not (NativeStringEncoding.LPStr or NativeStringEncoding.LPTStr or NativeStringEncoding.LPUTF8Str))
            throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "Only UTF-8 encodings are supported.");
    }
}
