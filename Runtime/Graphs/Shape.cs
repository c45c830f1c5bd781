namespace ResNetVulkan.Graphs;

/// <summary>The extents of a tensor, named as PyTorch orders them.</summary>
/// <param name="N">Images; of a convolution's weight, its output channels K.</param>
/// <param name="C">Channels; of a convolution's weight, its input channels a group.</param>
/// <param name="H">Height; of a weight, the kernel's rows R.</param>
/// <param name="W">Width; of a weight, the kernel's columns S.</param>
/// <remarks>
/// The order names extents only. On the device an activation lies dense as [N][H][W][C], a weight as [R][S][C][K].
/// </remarks>
public readonly record struct Shape(int N, int C, int H, int W)
{
    /// <summary>A vector: a bias, or one parameter of a batch norm.</summary>
    public static Shape Vector(int length) => new(length, 1, 1, 1);

    /// <summary>How many elements.</summary>
    public long Count => (long)N * C * H * W;

    /// <summary>How many pixels: N * H * W.</summary>
    public long Pixels => (long)N * H * W;

    /// <summary>"(1, 64, 56, 56)".</summary>
    public override string ToString() => $"({N}, {C}, {H}, {W})";
}

/// <summary>What an element of a tensor is.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision: the default and the reference.</summary>
    Float32,

    /// <summary>IEEE 754 half precision: storage only, sums are taken in float32.</summary>
    Float16,

    /// <summary>Indices and counts.</summary>
    UInt32,

    /// <summary>Pixels.</summary>
    UInt8,
}

/// <summary>A tensor's shape and elements: all that shape inference knows.</summary>
public readonly record struct TensorType(Shape Shape, ElementType Element = ElementType.Float32)
{
    /// <summary>Bytes of one element.</summary>
    public int ElementBytes => Element switch { ElementType.UInt8 => 1, ElementType.Float16 => 2, _ => 4 };

    /// <summary>Bytes of the tensor, rounded up to whole 32-bit words.</summary>
    public long Bytes => (Shape.Count * ElementBytes + 3) & ~3L;

    /// <inheritdoc/>
    public override string ToString() => Element == ElementType.Float32 ? Shape.ToString() : $"{Shape} {Element}";
}

/// <summary>Shapes that do not fit an operation. The message names the operation, the tensors and the values.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Says which shapes do not fit what.</summary>
    public ShapeException(string message) : base(message)
    {
    }
}
