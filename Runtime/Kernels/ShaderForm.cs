namespace ResNetVulkan.Kernels;

/// <summary>How tensors reach a kernel: which of the two forms of tensor.glsl its module is compiled in.</summary>
public enum ShaderForm
{
    /// <summary>Storage buffers at set 0, for every device; a tensor ends at the device's longest range.</summary>
    Buffers,

    /// <summary>Pointers among the push constants; the device must have bufferDeviceAddress.</summary>
    Addresses,
}
