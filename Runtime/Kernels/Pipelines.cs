using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using ResNetVulkan.Gpu;
using Silk.NET.Vulkan;
using VkPipeline = Silk.NET.Vulkan.Pipeline;

namespace ResNetVulkan.Kernels;

/// <summary>
/// The compute pipelines of one device: made when first asked for, or many at a time ahead of need, and kept until this is
/// disposed of.
/// </summary>
/// <remarks>
/// Owns every pipeline, layout and shader module, and the driver's pipeline cache, which it keeps on disk; borrows the device and
/// the library, which must outlive it. Thread-safe, but for Dispose.
/// </remarks>
public sealed unsafe class Pipelines : IDisposable
{
    private const int LongestCache = 256 << 20;

    private readonly ShaderLibrary _shaders;
    private readonly ShaderForm _form;
    private readonly string? _cacheFile;
    private readonly MadeOnce<(string File, string Sections), KernelModule> _modules = new();
    private readonly MadeOnce<(string File, string Sections, string Constants), Pipeline> _pipelines = new();
    private readonly List<Pipeline> _outdated = [];
    private readonly List<KernelModule> _outdatedModules = [];
    private PipelineCache _cache;
    private int _unsaved;

    /// <summary>Reads the driver's cache of earlier runs. Makes no pipeline yet.</summary>
    /// <param name="device">Whose pipelines they are. Where it has addresses, kernels take their tensors so.</param>
    /// <param name="shaders">Where the modules come from.</param>
    /// <param name="cacheFolder">Where the driver's cache is kept, a file a device and driver version; null keeps none.</param>
    /// <exception cref="GpuException">The driver refuses.</exception>
    public Pipelines(GpuDevice device, ShaderLibrary shaders, string? cacheFolder)
    {
        device.ThrowIfUnusable();
        (Device, _shaders) = (device, shaders);
        _form = device.Traits.HasAddresses ? ShaderForm.Addresses : ShaderForm.Buffers;
        _cacheFile = cacheFolder is null ? null : Path.Combine(cacheFolder, CacheFileFor(device.Info));
        byte[] kept = _cacheFile is null ? [] : SealedFile.Read(_cacheFile, IdentityOf(device.Info), LongestCache) ?? [];
        ReadBytesFromCache = kept.Length;

        fixed (byte* data = kept)
        {
            PipelineCacheCreateInfo create = new()
            {
                SType = StructureType.PipelineCacheCreateInfo,
                InitialDataSize = (nuint)kept.Length,
                PInitialData = data,
            };
            device.Check(device.Api.CreatePipelineCache(device.Handle, in create, device.Allocator, out _cache),
                "vkCreatePipelineCache", "pipelines");
        }
        device.Created(ObjectType.PipelineCache, _cache.Handle, "pipelines");
    }

    /// <summary>Whose pipelines they are.</summary>
    public GpuDevice Device { get; }

    /// <summary>
    /// Bytes of the driver's cache that were taken from disk; 0 when there was no sound file of this device and driver.
    /// </summary>
    internal int ReadBytesFromCache { get; }

    /// <summary>
    /// Releases everything, after keeping the driver's cache. No pipeline may be in use on the device. Safe after the device was
    /// lost.
    /// </summary>
    public void Dispose()
    {
        if (_cache.Handle == 0) return;
        if (!Device.IsDisposed)
        {
            if (!Device.IsLost) Save();
            foreach (Pipeline pipeline in _pipelines.Values.Concat(_outdated))
            {
                Device.Api.DestroyPipeline(Device.Handle, pipeline.Handle, Device.Allocator);
                Device.Destroyed(ObjectType.Pipeline, pipeline.Kernel.Name);
            }
            foreach (KernelModule module in _modules.Values.Concat(_outdatedModules)) module.Dispose();
            Device.Api.DestroyPipelineCache(Device.Handle, _cache, Device.Allocator);
            Device.Destroyed(ObjectType.PipelineCache, "pipelines");
        }
        _cache = default;
    }

    /// <summary>
    /// Hot reload: after a change in the folder that the shaders come from, plans that are made from now on run what stands there
    /// now. Plans that were made before stay as they were. Not while another thread makes a plan.
    /// </summary>
    /// <returns>Whether anything had changed.</returns>
    public bool Refresh()
    {
        if (!_shaders.Refresh()) return false;
        _outdated.AddRange(_pipelines.Clear());
        _outdatedModules.AddRange(_modules.Clear());
        return true;
    }

    /// <summary>A kernel with its specialization constants: made now, which may compile for seconds, or known already.</summary>
    /// <param name="kernel">Its declaration and its shader must agree.</param>
    /// <param name="constants">The value of constant_id i at place i, as 32 bits; 1 is true. Id 0 is the local size in x.</param>
    /// <exception cref="InvalidOperationException">Declaration and shader disagree; the message says in what.</exception>
    /// <exception cref="NotSupportedException">The device lacks something that the kernel needs.</exception>
    /// <exception cref="ShaderException">The shader cannot be compiled.</exception>
    internal Pipeline Get(Kernel kernel, params ReadOnlySpan<uint> constants)
    {
        uint[] values = constants.ToArray();
        string sections = string.Join(' ', kernel.Sections);
        return _pipelines.Get((kernel.File, sections, string.Join(',', values)), () =>
        {
            KernelModule module = _modules.Get((kernel.File, sections), () => new KernelModule(Device, kernel, _form, _shaders));
            Pipeline made = new(kernel, values, module.Signature, module.SetLayout, module.Layout,
                Create(kernel, module, values));
            Interlocked.Exchange(ref _unsaved, 1);
            return made;
        });
    }

    /// <summary>Makes pipelines ahead of need, several at a time, and keeps the driver's cache.</summary>
    /// <param name="wanted">
    /// Kernels with their constants, as <see cref="Get"/> takes them; the same one may come many times.
    /// </param>
    /// <param name="degree">How many are made at a time; 0 for one a processor.</param>
    /// <param name="progress">Called after each pipeline with (done, all), from several threads, one at a time.</param>
    /// <exception cref="InvalidOperationException">As <see cref="Get"/>, as are the others: the first that failed.</exception>
    internal void Build(IEnumerable<(Kernel Kernel, uint[] Constants)> wanted, int degree = 0, Action<int, int>? progress = null)
    {
        (Kernel Kernel, uint[] Constants)[] all =
        [
            .. wanted.DistinctBy(one =>
                (one.Kernel.File, string.Join(' ', one.Kernel.Sections), string.Join(',', one.Constants))),
        ];
        int done = 0;
        Lock counting = new();
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = degree > 0 ? degree : Environment.ProcessorCount };
            Parallel.ForEach(all, options, one =>
            {
                Get(one.Kernel, one.Constants);
                lock (counting) progress?.Invoke(++done, all.Length);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        Save();
    }

    /// <summary>
    /// What a driver's cache belongs to. Version and info string both: two lavapipes of different age share UUID and version
    /// number.
    /// </summary>
    internal static byte[] IdentityOf(GpuInfo info) => Encoding.UTF8.GetBytes(string.Join('\n',
        info.VendorId.ToString("x8", CultureInfo.InvariantCulture), info.DeviceId.ToString("x8", CultureInfo.InvariantCulture),
        info.DeviceUuid, info.DriverVersion.ToString("x8", CultureInfo.InvariantCulture), info.DriverName, info.DriverInfo));

    /// <summary>A name of its own for each identity, so that several devices and drivers keep theirs side by side.</summary>
    internal static string CacheFileFor(GpuInfo info) =>
        $"pipelines-{Convert.ToHexStringLower(Sha256.HashData(IdentityOf(info)))[..16]}.bin";

    /// <summary>What a host's cache knows makes pipelines faster to make.</summary>
    internal void TakeFrom(PipelineCache host) => Merge(host, _cache);

    /// <summary>Gives what was made here to a host's cache. The host must not use that meanwhile.</summary>
    internal void GiveTo(PipelineCache host) => Merge(_cache, host);

    private void Merge(PipelineCache from, PipelineCache to) => Device.Check(
        Device.Api.MergePipelineCaches(Device.Handle, to, 1, in from), "vkMergePipelineCaches", "pipelines");

    private VkPipeline Create(Kernel kernel, KernelModule module, uint[] constants)
    {
        Device.ThrowIfUnusable();
        KernelSignature signature = module.Signature;
        for (uint id = 0; id < constants.Length; id++)
        {
            if (!signature.Constants.Any(constant => constant.Id == id))
            {
                throw new ArgumentException(
                    $"{kernel}: constant {id} is given, GLSL declares only " +
                    $"{string.Join(", ", signature.Constants.Select(one => one.Id))}.");
            }
        }

        SpecializationMapEntry* entries = stackalloc SpecializationMapEntry[constants.Length];
        for (int i = 0; i < constants.Length; i++) entries[i] = new() { ConstantID = (uint)i, Offset = 4 * (uint)i, Size = 4 };
        fixed (uint* data = constants)
        fixed (byte* main = "main"u8)
        {
            SpecializationInfo specialization = new()
            {
                MapEntryCount = (uint)constants.Length,
                PMapEntries = entries,
                DataSize = (nuint)(4 * constants.Length),
                PData = data,
            };
            ComputePipelineCreateInfo create = new()
            {
                SType = StructureType.ComputePipelineCreateInfo,
                Flags = PipelineCreateFlags.CreateDispatchBaseBit,      // a step may be cut along its groups
                Stage = new PipelineShaderStageCreateInfo
                {
                    SType = StructureType.PipelineShaderStageCreateInfo,
                    Flags = NeedsFullSubgroups(signature, constants) ? PipelineShaderStageCreateFlags.RequireFullSubgroupsBit : 0,
                    Stage = ShaderStageFlags.ComputeBit,
                    Module = module.Handle,
                    PName = main,
                    PSpecializationInfo = &specialization,
                },
                Layout = module.Layout,
            };
            Device.Check(
                Device.Api.CreateComputePipelines(Device.Handle, _cache, 1, in create, Device.Allocator, out VkPipeline pipeline),
                "vkCreateComputePipelines", kernel.Name);
            Device.Created(ObjectType.Pipeline, pipeline.Handle, kernel.Name);
            return pipeline;
        }
    }

    /// <summary>Kernels that talk across a subgroup count on its lanes being numbered without gaps.</summary>
    private bool NeedsFullSubgroups(KernelSignature signature, uint[] constants)
    {
        LocalExtent x = signature.LocalSize[0];
        uint size = x.ConstantId is { } id && id < constants.Length ? constants[id] : x.Size;
        return Device.Has(GpuRequirements.ComputeFullSubgroups) && signature.Needs("GroupNonUniform")
            && size % Device.Traits.SubgroupSize == 0;
    }

    private void Save()
    {
        if (_cacheFile is null || Interlocked.Exchange(ref _unsaved, 0) == 0) return;
        nuint size = 0;
        if (Device.Api.GetPipelineCacheData(Device.Handle, _cache, &size, null) != Result.Success || size is 0 or > LongestCache)
            return;
        byte[] data = new byte[size];
        fixed (byte* first = data)
        {
            Result result = Device.Api.GetPipelineCacheData(Device.Handle, _cache, &size, first);
            if (result != Result.Success) return;    // it grew meanwhile
        }

        try
        {
            SealedFile.Write(_cacheFile, IdentityOf(Device.Info), data.AsSpan(0, (int)size));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start makes its pipelines anew: slower, not wrong.
        }
    }
}

/// <summary>A kernel with constants, ready to be bound. Borrows its handles from <see cref="Pipelines"/>.</summary>
internal sealed class Pipeline(
    Kernel kernel,
    uint[] constants,
    KernelSignature signature,
    DescriptorSetLayout setLayout,
    PipelineLayout layout,
    VkPipeline handle)
{
    public Kernel Kernel { get; } = kernel;

    /// <summary>By constant_id.</summary>
    public IReadOnlyList<uint> Constants { get; } = constants;

    /// <summary>Of the form that the device takes.</summary>
    public KernelSignature Signature { get; } = signature;

    internal VkPipeline Handle { get; } = handle;

    /// <summary>Null handle where no tensor is bound.</summary>
    internal DescriptorSetLayout SetLayout { get; } = setLayout;

    internal PipelineLayout Layout { get; } = layout;

    public void Bind(CommandRecorder commands) => commands.Bind(Handle, Layout);
}
