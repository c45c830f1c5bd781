using System.Runtime.InteropServices;

namespace ResNetVulkan.Native;

// The structs of include/resnet_vulkan.h, where each member is explained; a test compares sizes and offsets.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeError
{
    public uint Size;
    public int Status;
    public int VkResult;
    public uint Reserved;
    public byte* Text;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeRequirement
{
    public byte* Name;
    public byte* Purpose;
    public int Kind;
    public int IsRequired;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeHost
{
    public uint Size;
    public uint ApiVersion;
    public nint GetInstanceProcAddr;
    public nint Instance;
    public nint PhysicalDevice;
    public nint Device;
    public nint Queue;
    public uint QueueFamily;
    public uint QueueIndex;
    public byte** InstanceExtensions;
    public byte** DeviceExtensions;
    public uint InstanceExtensionCount;
    public uint DeviceExtensionCount;
    public nint Features;
    public delegate* unmanaged[Cdecl]<void*, uint, uint, void> LockQueue;
    public delegate* unmanaged[Cdecl]<void*, uint, uint, void> UnlockQueue;
    public void* User;
    public nint Allocator;
    public ulong PipelineCache;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeDeviceOptions
{
    public uint Size;
    public uint DebugNames;
    public ulong MemoryLimit;
    public byte* CacheFolder;
    public byte* ShaderFolder;
    public byte* OwnDevice;
    public delegate* unmanaged[Cdecl]<void*, int, byte*, void> Log;
    public void* User;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeDeviceInfo
{
    public const int NameBytes = 256;

    public uint Size;
    public uint IsLost;
    public ulong AllocatedBytes;
    public fixed byte Name[NameBytes];
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeModelInfo
{
    public const int NetworkBytes = 64;

    public uint Size;
    public uint ClassCount;
    public uint ImageSide;
    public uint Reserved;
    public fixed byte Network[NetworkBytes];
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeNetworkOptions
{
    public uint Size;
    public uint IsHalf;
    public uint Top;
    public uint MaxShorterSide;
    public uint FramesInFlight;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeNetworkInfo
{
    public uint Size;
    public uint ValueCount;
    public uint StepCount;
    public uint Reserved;
    public long LongestStepNs;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeImage
{
    public uint Size;
    public int Format;
    public ulong Image;
    public ulong View;
    public uint Width;
    public uint Height;
    public int Layout;
    public int Access;
    public uint Samples;
    public uint MipLevel;
    public uint ArrayLayer;
    public uint IsFlipped;
    public int RegionX;
    public int RegionY;
    public int RegionWidth;
    public int RegionHeight;
    public uint IsOtherFamily;
    public uint QueueFamily;
    public int Encoding;
    public float Exposure;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativePixels
{
    public uint Size;
    public int Format;
    public void* Bytes;
    public ulong ByteCount;
    public uint Width;
    public uint Height;
    public uint Pitch;
    public uint Reserved;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeSync
{
    public uint Size;
    public uint WaitCount;
    public Plugin.HostSemaphore* Waits;
    public Plugin.HostSemaphore* Signals;
    public uint SignalCount;
    public uint Reserved;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeResult
{
    public uint Size;
    public uint ClassCount;
    public ulong Frame;
    public long AgeNs;
    public long GpuNs;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeTrainerOptions
{
    public uint Size;
    public uint TrainsWholeNetwork;
    public uint BatchSize;
    public uint MaxFrames;
    public uint MaxShorterSide;
    public uint Seed;
    public float LearningRate;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeTrainerInfo
{
    public uint Size;
    public uint FrameCount;
    public uint StepCount;
    public float Loss;
    public float Accuracy;
    public uint Reserved;
}
