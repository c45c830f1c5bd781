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
            device.Check(device.Api.CreatePipelineCache(device.Handle, in create, null, out _cache), "vkCreatePipelineCache",
                "pipelines");
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
                Device.Api.DestroyPipeline(Device.Handle, pipeline.Handle, null);
                Device.Destroyed(ObjectType.Pipeline, pipeline.Kernel.Name);
            }
            foreach (KernelModule module in _modules.Values.Concat(_outdatedModules)) module.Dispose();
            Device.Api.DestroyPipelineCache(Device.Handle, _cache, null);
            Device.Destroyed(ObjectType.PipelineCache, "pipelines");
        }
        _cache = default;
    }

    /// <summary>
    /// Hot reload: after a change in the folder that the shaders come from, plans that are made from now on run what stands there now.
    /// Plans that were made before stay as they were. Not while another thread makes a plan.
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
        $"pipelines-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(IdentityOf(info)))[..16]}.bin";

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
                Device.Api.CreateComputePipelines(Device.Handle, _cache, 1, in create, null, out VkPipeline pipeline),
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

/// <summary>A part of a buffer that is bound at a slot.</summary>
/// <param name="Buffer">Must outlive the set.</param>
/// <param name="Offset">In bytes; a multiple of the device's slice alignment.</param>
/// <param name="Range">In bytes.</param>
/// <param name="ElementBytes">4 for float32, 2 for float16: what four of make a texel. Only texel buffers look at it.</param>
internal readonly record struct TensorBinding(GpuBuffer Buffer, ulong Offset, ulong Range, int ElementBytes);

/// <summary>
/// The tensors of one dispatch that are bound rather than pushed. Borrows its handles from <see cref="BindingSets"/>.
/// </summary>
internal sealed class BindingSet(DescriptorSet handle)
{
    /// <summary>For the pipeline that it was made for, once that is bound.</summary>
    public void Bind(CommandRecorder commands) => commands.BindSet(handle);
}

/// <summary>
/// Descriptor sets and texel views for the life of a plan: made while it is, none per run. Owns them and their pools; borrows the
/// buffers. Not thread-safe.
/// </summary>
internal sealed unsafe class BindingSets(GpuDevice device) : IDisposable
{
    private const uint SetsPerPool = 64, DescriptorsPerPool = 256;

    private readonly List<DescriptorPool> _pools = [];
    private readonly List<BufferView> _views = [];

    /// <summary>Binds tensors for a pipeline.</summary>
    /// <param name="pipeline">Whose slots they go to.</param>
    /// <param name="bindings">Those of its tensors that are not addresses, in slot order.</param>
    /// <returns>Null where it has none.</returns>
    /// <exception cref="NotSupportedException">A tensor is longer than the device can bind.</exception>
    public BindingSet? Create(Pipeline pipeline, ReadOnlySpan<TensorBinding> bindings)
    {
        TensorParameter[] bound = [.. pipeline.Signature.Tensors.Where(tensor => tensor.Kind != TensorKind.Address)];
        if (bound.Length != bindings.Length)
            throw new ArgumentException($"{pipeline.Kernel} has {bound.Length} tensors to bind, {bindings.Length} are given.");
        if (bound.Length == 0) return null;
        if (bound.Length > DescriptorsPerPool) throw new ArgumentException($"{pipeline.Kernel} has {bound.Length} tensors.");

        DescriptorSet set = Allocate(pipeline);
        for (int i = 0; i < bound.Length; i++)
        {
            if (bound[i].Kind == TensorKind.TexelBuffer) WriteTexels(set, bound[i], bindings[i]);
            else WriteBuffer(set, bound[i], bindings[i]);
        }
        return new(set);
    }

    public void Dispose()
    {
        if (!device.IsDisposed)
        {
            foreach (DescriptorPool pool in _pools)
            {
                device.Api.DestroyDescriptorPool(device.Handle, pool, null);
                device.Destroyed(ObjectType.DescriptorPool, "bindings");
            }
            foreach (BufferView view in _views)
            {
                device.Api.DestroyBufferView(device.Handle, view, null);
                device.Destroyed(ObjectType.BufferView, "texels");
            }
        }
        _pools.Clear();
        _views.Clear();
    }

    private DescriptorSet Allocate(Pipeline pipeline)
    {
        if (_pools.Count == 0) AddPool();
        Result result = TryAllocate(pipeline.SetLayout, out DescriptorSet set);
        if (result is Result.ErrorOutOfPoolMemory or Result.ErrorFragmentedPool)
        {
            AddPool();
            result = TryAllocate(pipeline.SetLayout, out set);
        }
        device.Check(result, "vkAllocateDescriptorSets", pipeline.Kernel.Name);
        return set;
    }

    private Result TryAllocate(DescriptorSetLayout layout, out DescriptorSet set)
    {
        DescriptorSetAllocateInfo allocate = new()
        {
            SType = StructureType.DescriptorSetAllocateInfo,
            DescriptorPool = _pools[^1],
            DescriptorSetCount = 1,
            PSetLayouts = &layout,
        };
        return device.Api.AllocateDescriptorSets(device.Handle, in allocate, out set);
    }

    private void AddPool()
    {
        DescriptorPoolSize* sizes = stackalloc DescriptorPoolSize[2];
        sizes[0] = new() { Type = DescriptorType.StorageBuffer, DescriptorCount = DescriptorsPerPool };
        sizes[1] = new() { Type = DescriptorType.UniformTexelBuffer, DescriptorCount = DescriptorsPerPool };
        DescriptorPoolCreateInfo create = new()
        {
            SType = StructureType.DescriptorPoolCreateInfo,
            MaxSets = SetsPerPool,
            PoolSizeCount = 2,
            PPoolSizes = sizes,
        };
        device.Check(device.Api.CreateDescriptorPool(device.Handle, in create, null, out DescriptorPool pool),
            "vkCreateDescriptorPool", "bindings");
        device.Created(ObjectType.DescriptorPool, pool.Handle, "bindings");
        _pools.Add(pool);
    }

    private void WriteBuffer(DescriptorSet set, TensorParameter tensor, TensorBinding binding)
    {
        if (binding.Range > device.Traits.MaxStorageRange)
            throw TooLong(tensor, binding,
                $"a storage buffer of \"{device.Traits.DeviceName}\" ends at {Bytes.Text(device.Traits.MaxStorageRange)}");
        DescriptorBufferInfo buffer = new() { Buffer = binding.Buffer.Handle, Offset = binding.Offset, Range = binding.Range };
        Write(set, tensor.Slot, DescriptorType.StorageBuffer, &buffer, null);
    }

    private void WriteTexels(DescriptorSet set, TensorParameter tensor, TensorBinding binding)
    {
        // A buffer has room for whole vectors, so the last texel may be rounded up to.
        ulong texelBytes = 4 * (ulong)binding.ElementBytes, texels = (binding.Range + texelBytes - 1) / texelBytes;
        if (texels > device.Traits.MaxTexelElements)
            throw TooLong(tensor, binding,
                $"a texel buffer of \"{device.Traits.DeviceName}\" ends at {device.Traits.MaxTexelElements} texels");

        BufferViewCreateInfo create = new()
        {
            SType = StructureType.BufferViewCreateInfo,
            Buffer = binding.Buffer.Handle,
            Format = binding.ElementBytes == 2 ? Format.R16G16B16A16Sfloat : Format.R32G32B32A32Sfloat,
            Offset = binding.Offset,
            Range = texels * texelBytes,
        };
        device.Check(device.Api.CreateBufferView(device.Handle, in create, null, out BufferView view), "vkCreateBufferView",
            binding.Buffer.Name);
        device.Created(ObjectType.BufferView, view.Handle, "texels");
        _views.Add(view);
        Write(set, tensor.Slot, DescriptorType.UniformTexelBuffer, null, &view);
    }

    private void Write(DescriptorSet set, int slot, DescriptorType type, DescriptorBufferInfo* buffer, BufferView* view)
    {
        WriteDescriptorSet write = new()
        {
            SType = StructureType.WriteDescriptorSet,
            DstSet = set,
            DstBinding = (uint)slot,
            DescriptorCount = 1,
            DescriptorType = type,
            PBufferInfo = buffer,
            PTexelBufferView = view,
        };
        device.Api.UpdateDescriptorSets(device.Handle, 1, in write, 0, null);
    }

    private static NotSupportedException TooLong(TensorParameter tensor, TensorBinding binding, string limit) =>
        new($"Tensor '{tensor.Name}' in \"{binding.Buffer.Name}\" has {Bytes.Text(binding.Range)}; {limit}.");
}

/// <summary>What the pipelines of one shader module share. Owns its module and layouts.</summary>
internal sealed unsafe class KernelModule : IDisposable
{
    private readonly GpuDevice _device;
    private readonly string _name;

    public KernelModule(GpuDevice device, Kernel kernel, ShaderForm form, ShaderLibrary shaders)
    {
        (_device, _name) = (device, kernel.Name);
        Signature = shaders.Signature(kernel, form);
        IReadOnlyList<string> disagreements = kernel.Disagreements(Signature);
        if (disagreements.Count > 0)
        {
            throw new InvalidOperationException(
                $"{kernel.File} [{string.Join(' ', kernel.Sections)}] and its declaration in C# disagree:\n  " +
                string.Join("\n  ", disagreements));
        }
        ThrowIfLacking(device, kernel, Signature);

        try
        {
            fixed (uint* words = shaders.Module(kernel, form).Span)
            {
                ShaderModuleCreateInfo create = new()
                {
                    SType = StructureType.ShaderModuleCreateInfo,
                    CodeSize = (nuint)shaders.Module(kernel, form).Length * 4,
                    PCode = words,
                };
                device.Check(device.Api.CreateShaderModule(device.Handle, in create, null, out ShaderModule handle),
                    "vkCreateShaderModule", _name);
                Handle = handle;
            }
            device.Created(ObjectType.ShaderModule, Handle.Handle, _name);
            SetLayout = CreateSetLayout();
            Layout = CreateLayout();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public KernelSignature Signature { get; }

    public ShaderModule Handle { get; }

    public DescriptorSetLayout SetLayout { get; }

    public PipelineLayout Layout { get; }

    public void Dispose()
    {
        if (Layout.Handle != 0)
        {
            _device.Api.DestroyPipelineLayout(_device.Handle, Layout, null);
            _device.Destroyed(ObjectType.PipelineLayout, _name);
        }
        if (SetLayout.Handle != 0)
        {
            _device.Api.DestroyDescriptorSetLayout(_device.Handle, SetLayout, null);
            _device.Destroyed(ObjectType.DescriptorSetLayout, _name);
        }
        if (Handle.Handle != 0)
        {
            _device.Api.DestroyShaderModule(_device.Handle, Handle, null);
            _device.Destroyed(ObjectType.ShaderModule, _name);
        }
    }

    /// <summary>Drivers take a module that needs more than was enabled, and do what they like with it.</summary>
    private static void ThrowIfLacking(GpuDevice device, Kernel kernel, KernelSignature signature)
    {
        GpuTraits traits = device.Traits;
        string[] lacking = [.. signature.Capabilities.Where(capability => !(capability switch
        {
            "Int64" => traits.HasInt64,
            "Float16" => device.Has(GpuRequirements.ShaderFloat16),
            "StorageBuffer16BitAccess" => traits.HasStorage16,
            "PhysicalStorageBufferAddresses" => traits.HasAddresses,
            "SampledBuffer" => traits.MaxTexelElements > 0,
            "GroupNonUniformBallot" or "GroupNonUniformQuad" => traits.HasSubgroupBroadcast,
            "Shader" or "GroupNonUniform" => true,
            _ => false,     // nothing else is ever enabled
        }))];
        if (lacking.Length > 0)
        {
            throw new NotSupportedException(
                $"{kernel} needs {string.Join(" and ", lacking)}, which \"{traits.DeviceName}\" lacks or was not asked for.");
        }

        int push = signature.AddressBytes + signature.PushBytes;
        if (push > traits.MaxPushBytes)
        {
            throw new NotSupportedException(
                $"{kernel} has {push} bytes of push constants; \"{traits.DeviceName}\" takes {traits.MaxPushBytes}.");
        }
    }

    private static DescriptorType TypeOf(TensorKind kind) =>
        kind == TensorKind.TexelBuffer ? DescriptorType.UniformTexelBuffer : DescriptorType.StorageBuffer;

    private DescriptorSetLayout CreateSetLayout()
    {
        DescriptorSetLayoutBinding[] bindings =
        [
            .. Signature.Tensors.Where(tensor => tensor.Kind != TensorKind.Address)
                .Select(tensor => new DescriptorSetLayoutBinding
            {
                Binding = (uint)tensor.Slot,
                DescriptorType = TypeOf(tensor.Kind),
                DescriptorCount = 1,
                StageFlags = ShaderStageFlags.ComputeBit,
            }),
        ];
        if (bindings.Length == 0) return default;

        fixed (DescriptorSetLayoutBinding* first = bindings)
        {
            DescriptorSetLayoutCreateInfo create = new()
            {
                SType = StructureType.DescriptorSetLayoutCreateInfo,
                BindingCount = (uint)bindings.Length,
                PBindings = first,
            };
            Result result = _device.Api.CreateDescriptorSetLayout(_device.Handle, in create, null,
                out DescriptorSetLayout layout);
            _device.Check(result, "vkCreateDescriptorSetLayout", _name);
            _device.Created(ObjectType.DescriptorSetLayout, layout.Handle, _name);
            return layout;
        }
    }

    private PipelineLayout CreateLayout()
    {
        DescriptorSetLayout set = SetLayout;
        PushConstantRange push = new()
        {
            StageFlags = ShaderStageFlags.ComputeBit,
            Size = (uint)(Signature.AddressBytes + Signature.PushBytes),
        };
        PipelineLayoutCreateInfo create = new()
        {
            SType = StructureType.PipelineLayoutCreateInfo,
            SetLayoutCount = set.Handle == 0 ? 0u : 1u,
            PSetLayouts = &set,
            PushConstantRangeCount = push.Size == 0 ? 0u : 1u,
            PPushConstantRanges = &push,
        };
        _device.Check(_device.Api.CreatePipelineLayout(_device.Handle, in create, null, out PipelineLayout layout),
            "vkCreatePipelineLayout", _name);
        _device.Created(ObjectType.PipelineLayout, layout.Handle, _name);
        return layout;
    }
}
