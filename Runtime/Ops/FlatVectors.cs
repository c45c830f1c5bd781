using ResNetVulkan.Graphs;

namespace ResNetVulkan.Ops;

/// <summary>All parameters of a model as one vector, all their gradients as another.</summary>
internal static class FlatVectors
{
    /// <summary>
    /// What a vector's length is a multiple of: parameters begin at multiples of 256 bytes, and each 256 bytes have attributes of
    /// their own.
    /// </summary>
    public const int Unit = 64;

    /// <summary>Refuses what is no flat vector of float32, or is not as long as the first one.</summary>
    /// <exception cref="ShapeException">The message names the operation and the tensor.</exception>
    public static void Require(string op, ReadOnlySpan<TensorType> vectors, ReadOnlySpan<string> names)
    {
        for (int i = 0; i < vectors.Length; i++)
        {
            if (vectors[i].Element != ElementType.Float32 || vectors[i].Shape.Count % Unit != 0)
                throw new ShapeException($"{op}: {names[i]} {vectors[i]} should be float32, and a multiple of {Unit} of them.");
            if (vectors[i].Shape.Count != vectors[0].Shape.Count)
                throw new ShapeException($"{op}: {names[0]} {vectors[0]} and {names[i]} {vectors[i]} differ in length.");
        }
    }
}
