namespace ResNetVulkan.Weights;

/// <summary>What one number of a weights file is stored as. Always little-endian.</summary>
public enum WeightElement
{
    /// <summary>IEEE 754 binary32: safetensors' F32, PyTorch's FloatStorage.</summary>
    Float32,

    /// <summary>IEEE 754 binary16: safetensors' F16, PyTorch's HalfStorage.</summary>
    Float16,

    /// <summary>The upper 16 bits of a binary32: safetensors' BF16, PyTorch's BFloat16Storage.</summary>
    BFloat16,

    /// <summary>IEEE 754 binary64: safetensors' F64, PyTorch's DoubleStorage.</summary>
    Float64,

    /// <summary>Signed, 8 bytes, as in batch norm's <c>num_batches_tracked</c>.</summary>
    Int64,

    /// <summary>Signed, 4 bytes.</summary>
    Int32,

    /// <summary>Signed, 2 bytes.</summary>
    Int16,

    /// <summary>Signed, 1 byte.</summary>
    Int8,

    /// <summary>Unsigned, 1 byte.</summary>
    UInt8,

    /// <summary>One byte: 0 is false, anything else true.</summary>
    Boolean,
}

internal static class WeightElements
{
    public static int SizeOf(this WeightElement element) => element switch
    {
        WeightElement.Float64 or WeightElement.Int64 => 8,
        WeightElement.Float32 or WeightElement.Int32 => 4,
        WeightElement.Float16 or WeightElement.BFloat16 or WeightElement.Int16 => 2,
        WeightElement.Int8 or WeightElement.UInt8 or WeightElement.Boolean => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, null),
    };
}
