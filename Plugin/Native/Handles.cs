using System.Collections.Concurrent;

namespace ResNetVulkan.Native;

/// <summary>What a host has, by numbers that are never used twice: a handle of nothing is an error and no crash.</summary>
internal static class Handles
{
    private static readonly ConcurrentDictionary<nint, IDisposable> Objects = [];
    private static long _last;

    public static nint Add(IDisposable item)
    {
        nint handle = (nint)Interlocked.Increment(ref _last);
        Objects[handle] = item;
        return handle;
    }

    public static T Get<T>(nint handle, string what) where T : class =>
        Objects.TryGetValue(handle, out IDisposable? item)
            ? item as T ?? throw new CallException(
                Status.ErrorArgument, $"The handle is of {Describe(item)}, and should be of {what}.")
            : throw new CallException(
                Status.ErrorArgument, handle == 0 ? $"The handle of {what} is NULL." : $"There is no {what} of this handle; it " +
                "was destroyed, or never made.");

    public static void Destroy(nint handle)
    {
        if (handle == 0) return;
        IDisposable item = Get<IDisposable>(handle, "object");
        if (item is NativeDevice { Children: > 0 and int left })
            throw new CallException(Status.ErrorState, $"{left} networks or trainers stand on the device: destroy them first.");
        if (Objects.TryRemove(handle, out _)) item.Dispose();
    }

    private static string Describe(IDisposable item) => item switch
    {
        NativeDevice => "device",
        NativeModel => "model",
        NativeTrainer => "trainer",
        _ => "network",
    };
}
