using ResNetVulkan.Demo;
using ResNetVulkan.Gpu;
using ResNetVulkan.Kernels;
using NUnit.Framework;

namespace ResNetVulkan.Tests.Support;

/// <summary>
/// The pipelines that tests share, in both forms in which tensors reach kernels. The compiled modules are kept under artifacts,
/// so that glslc runs once for each version of a shader.
/// </summary>
internal static class TestPipelines
{
    private static readonly Lock Gate = new();
    private static readonly MessageLog BufferLog = new();
    private static ShaderLibrary? _shaders;
    private static Pipelines? _shared, _buffers;

    /// <summary>Of <see cref="TestDevice.Shared"/>: tensors as addresses, where it has them.</summary>
    public static Pipelines Shared
    {
        get
        {
            GpuDevice device = TestDevice.Shared;
            lock (Gate) return _shared ??= new Pipelines(device, Library, TestData.CacheFolder);
        }
    }

    /// <summary>
    /// Of a device of its own whose kernels take their tensors as storage buffers, under synchronisation validation: that sees
    /// such accesses.
    /// </summary>
    public static Pipelines Buffers
    {
        get
        {
            lock (Gate)
            {
                if (_buffers is not null) return _buffers;
                GpuDevice device = GpuDevice.Create(TestDevice.Options with
                {
                    DisableAddresses = true, SynchronizationValidation = TestDevice.Options.Validation,
                });
                device.Message += BufferLog.Add;
                return _buffers = new Pipelines(device, Library, TestData.CacheFolder);
            }
        }
    }

    /// <summary>Both, or the one that there is where the device has no addresses.</summary>
    public static IReadOnlyList<Pipelines> Forms => Shared.Device.Traits.HasAddresses ? [Shared, Buffers] : [Buffers];

    /// <summary>What a test makes its own pipelines from, on a device of its own.</summary>
    public static ShaderLibrary Library
    {
        get
        {
            lock (Gate)
                return _shaders ??= new ShaderLibrary(new ShaderSource(), [Session.CompiledShaders], TestData.CacheFolder);
        }
    }

    /// <summary>"addresses" or "storage buffers".</summary>
    public static string NameOf(Pipelines pipelines) => pipelines.Device.Traits.HasAddresses ? "addresses" : "storage buffers";

    /// <summary>What the validation layer said about the device without addresses since this was last asked.</summary>
    public static IReadOnlyList<GpuMessage> TakeComplaints() => BufferLog.TakeComplaints();

    /// <summary>Ignores the test, with the reason, where the device cannot store float16.</summary>
    public static void RequireStorage16()
    {
        if (!Shared.Device.Traits.HasStorage16)
            Assert.Ignore($"\"{Shared.Device.Traits.DeviceName}\" cannot store float16 (storageBuffer16BitAccess).");
    }

    /// <summary>Ends both, before the shared device ends, and returns what was said meanwhile: leaks.</summary>
    public static IReadOnlyList<GpuMessage> Close()
    {
        lock (Gate)
        {
            _shared?.Dispose();
            _buffers?.Dispose();
            _buffers?.Device.Dispose();
            _shaders?.Dispose();
            (_shared, _buffers, _shaders) = (null, null, null);
            return BufferLog.TakeComplaints();
        }
    }
}
