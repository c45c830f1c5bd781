using Silk.NET.Vulkan;

namespace ResNetVulkan.Gpu;

/// <summary>
/// Something that a Vulkan device, its driver or its loader refused, as a sentence; with the call and the object where there was
/// one.
/// </summary>
public class GpuException : Exception
{
    internal GpuException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    internal GpuException(string call, string subject, Result result, string message)
        : base(message) => (Call, Subject, ResultCode) = (call, subject, (int)result);

    /// <summary>The Vulkan function that failed ("vkCreateBuffer"); null where none was called.</summary>
    public string? Call { get; }

    /// <summary>The name of what the call was about ("conv1.weight"); null where there was none.</summary>
    public string? Subject { get; }

    /// <summary>The VkResult; 0 where no call failed.</summary>
    public int ResultCode { get; }

    /// <summary>The sentence for a call that failed: what, on which device, how, and what it means where that is known.</summary>
    internal static GpuException Of(string call, string subject, string deviceName, Result result)
    {
        string meaning = Meaning(result) is { } known ? $": {known}" : "";
        return new GpuException(
            call, subject, result, $"{call} for \"{subject}\" on \"{deviceName}\" gave {NameOf(result)}{meaning}.");
    }

    /// <summary>The constant's name in vulkan.h. Silk.NET's ToString may print an obsolete alias instead.</summary>
    internal static string NameOf(Result result) => result switch
    {
        Result.Success => "VK_SUCCESS",
        Result.NotReady => "VK_NOT_READY",
        Result.Timeout => "VK_TIMEOUT",
        Result.Incomplete => "VK_INCOMPLETE",
        Result.ErrorOutOfHostMemory => "VK_ERROR_OUT_OF_HOST_MEMORY",
        Result.ErrorOutOfDeviceMemory => "VK_ERROR_OUT_OF_DEVICE_MEMORY",
        Result.ErrorInitializationFailed => "VK_ERROR_INITIALIZATION_FAILED",
        Result.ErrorDeviceLost => "VK_ERROR_DEVICE_LOST",
        Result.ErrorMemoryMapFailed => "VK_ERROR_MEMORY_MAP_FAILED",
        Result.ErrorLayerNotPresent => "VK_ERROR_LAYER_NOT_PRESENT",
        Result.ErrorExtensionNotPresent => "VK_ERROR_EXTENSION_NOT_PRESENT",
        Result.ErrorFeatureNotPresent => "VK_ERROR_FEATURE_NOT_PRESENT",
        Result.ErrorIncompatibleDriver => "VK_ERROR_INCOMPATIBLE_DRIVER",
        Result.ErrorTooManyObjects => "VK_ERROR_TOO_MANY_OBJECTS",
        Result.ErrorFragmentedPool => "VK_ERROR_FRAGMENTED_POOL",
        Result.ErrorUnknown => "VK_ERROR_UNKNOWN",
        _ => $"VkResult {(int)result}",
    };

    private static string? Meaning(Result result) => result switch
    {
        Result.ErrorOutOfHostMemory => "the machine is out of memory",
        Result.ErrorOutOfDeviceMemory => "the device is out of memory",
        Result.ErrorInitializationFailed => "the driver could not start; it may be half installed or not match its kernel module",
        Result.ErrorTooManyObjects => "too many objects or allocations of this kind are alive",
        Result.ErrorUnknown => "a fault inside the driver",
        _ => null,
    };
}

/// <summary>An allocation that would not fit. Nothing was allocated; the device stays usable.</summary>
public sealed class GpuOutOfMemoryException : GpuException
{
    internal GpuOutOfMemoryException(
        string subject, string deviceName, ulong needed, ulong free, int heap, ulong heapSize, string? advice = null)
        : base(
            "vkAllocateMemory", subject, Result.ErrorOutOfDeviceMemory,
            $"Out of device memory: \"{subject}\" needs {Bytes.Text(needed)}, " +
            $"heap {heap} of \"{deviceName}\" ({Bytes.Text(heapSize)}) has {Bytes.Text(free)} free." +
            $"{(advice is null ? "" : $" {advice}")}")
        => (DeviceName, Needed, Free, Heap, HeapSize) = (deviceName, needed, free, heap, heapSize);

    /// <summary>The device's name.</summary>
    public string DeviceName { get; }

    /// <summary>Bytes that were asked for.</summary>
    public ulong Needed { get; }

    /// <summary>Bytes that were left in the heap, or under <see cref="GpuOptions.MemoryLimit"/>.</summary>
    public ulong Free { get; }

    /// <summary>The memory heap's index on the device.</summary>
    public int Heap { get; }

    /// <summary>
    /// Bytes of the heap; on a CPU device, of the machine's memory that was available when the device was made.
    /// </summary>
    public ulong HeapSize { get; }

    /// <summary>The same error with what would fit, a full sentence from somebody who knows what the memory is for.</summary>
    internal GpuOutOfMemoryException WithAdvice(string advice) => new(Subject!, DeviceName, Needed, Free, Heap, HeapSize, advice);
}

/// <summary>
/// The driver gave the device up: a dispatch ran into the watchdog, a kernel faulted, the driver was updated or the card removed.
/// Every later call on the same device throws this too; dispose of it, and of what was made from it, and create another.
/// </summary>
public sealed class GpuDeviceLostException : GpuException
{
    internal GpuDeviceLostException(string call, string subject, string deviceName)
        : base(
            call, subject, Result.ErrorDeviceLost,
            $"\"{deviceName}\" was lost (seen in {call} for \"{subject}\"): the driver reset it because a dispatch ran too " +
            "long, " +
            "a kernel faulted, or the driver or the card went away. Dispose of this device and create another.")
    {
    }
}
