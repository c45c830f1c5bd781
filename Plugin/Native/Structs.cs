namespace ResNetVulkan.Native;

/// <summary>Reading and writing of structs whose first member is their size as the caller was compiled.</summary>
internal static unsafe class Structs
{
    /// <summary>A caller's struct. What it has beyond this library's must be zero, as it would be passed over.</summary>
    public static T Read<T>(T* theirs) where T : unmanaged
    {
        uint size = CheckSize(theirs);
        foreach (byte unknown in new ReadOnlySpan<byte>(theirs, (int)size)[sizeof(T)..])
        {
            if (unknown == 0) continue;
            throw new CallException(
                Status.ErrorStruct, $"{NameOf<T>()} has members beyond the {sizeof(T)} bytes of this library that are not 0.");
        }
        return *theirs;
    }

    public static T ReadOrDefault<T>(T* theirs) where T : unmanaged => theirs is null ? default : Read(theirs);

    /// <summary>Fills a caller's struct, but for its size; what it has beyond this library's is left as it is.</summary>
    public static void Write<T>(T* theirs, T value) where T : unmanaged
    {
        uint size = CheckSize(theirs);
        *theirs = value;
        *(uint*)theirs = size;
    }

    // Structs only grow. Where one has grown, the lowest size is that of its first version, and what is not there reads as 0.
    private static uint CheckSize<T>(T* theirs) where T : unmanaged
    {
        if (theirs is null) throw new CallException(Status.ErrorArgument, $"{NameOf<T>()} is NULL.");
        uint size = *(uint*)theirs;
        return size >= sizeof(T) && size <= 1 << 16 ? size : throw new CallException(
            Status.ErrorStruct, $"{NameOf<T>()}.size is {size}; it must be sizeof({NameOf<T>()}), here {sizeof(T)}.");
    }

    private static string NameOf<T>()
    {
        // NativeDeviceOptions is rnv_device_options.
        string name = typeof(T).Name["Native".Length..];
        return "rnv" + string.Concat(name.Select(c => char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{c}"));
    }
}
