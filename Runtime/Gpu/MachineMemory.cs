namespace ResNetVulkan.Gpu;

/// <summary>What a device that computes on the CPU has to allocate from.</summary>
internal static class MachineMemory
{
    /// <summary>
    /// Bytes that can be allocated now without swapping: Linux's MemAvailable, and everywhere at most what the runtime found,
    /// which knows the limits of containers.
    /// </summary>
    public static ulong Available()
    {
        ulong limit = (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return OperatingSystem.IsLinux() && File.Exists("/proc/meminfo") ? Math.Min(limit, ReadMemInfo(limit)) : limit;
    }

    private static ulong ReadMemInfo(ulong fallback)
    {
        foreach (string line in File.ReadLines("/proc/meminfo"))
        {
            // "MemAvailable:   24012345 kB"
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["MemAvailable:", string number, ..] && ulong.TryParse(number, out ulong kib))
                return kib * 1024;
        }

        return fallback;
    }
}
