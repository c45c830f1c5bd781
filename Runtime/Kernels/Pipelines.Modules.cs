using ResNetVulkan.Gpu;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Kernels;

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
                device.Check(device.Api.CreateShaderModule(device.Handle, in create, device.Allocator, out ShaderModule handle),
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
            _device.Api.DestroyPipelineLayout(_device.Handle, Layout, _device.Allocator);
            _device.Destroyed(ObjectType.PipelineLayout, _name);
        }
        if (SetLayout.Handle != 0)
        {
            _device.Api.DestroyDescriptorSetLayout(_device.Handle, SetLayout, _device.Allocator);
            _device.Destroyed(ObjectType.DescriptorSetLayout, _name);
        }
        if (Handle.Handle != 0)
        {
            _device.Api.DestroyShaderModule(_device.Handle, Handle, _device.Allocator);
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
            "StorageImageReadWithoutFormat" => device.Has(GpuRequirements.StorageImageReadWithoutFormat),
            "GroupNonUniformBallot" or "GroupNonUniformShuffle" or "GroupNonUniformQuad" => traits.HasSubgroupBroadcast,
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

    private static DescriptorType TypeOf(TensorKind kind) => kind switch
    {
        TensorKind.TexelBuffer => DescriptorType.UniformTexelBuffer,
        TensorKind.SampledImage => DescriptorType.SampledImage,
        TensorKind.StorageImage => DescriptorType.StorageImage,
        _ => DescriptorType.StorageBuffer,
    };

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
            Result result = _device.Api.CreateDescriptorSetLayout(_device.Handle, in create, _device.Allocator,
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
        _device.Check(_device.Api.CreatePipelineLayout(_device.Handle, in create, _device.Allocator, out PipelineLayout layout),
            "vkCreatePipelineLayout", _name);
        _device.Created(ObjectType.PipelineLayout, layout.Handle, _name);
        return layout;
    }
}
