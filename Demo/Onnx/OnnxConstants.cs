using System.Runtime.InteropServices;
using Google.Protobuf;

namespace ResNetVulkan.Demo.Onnx;

/// <summary>
/// Whole numbers that a graph computes from constants: PyTorch states the padding of a parameter-free shortcut in eight
/// operations.
/// </summary>
internal static class OnnxConstants
{
    // No network needs more to say where padding goes.
    private const int MostNumbers = 64;

    /// <summary>What a node makes of constants; null where that is not known here.</summary>
    public static OnnxTensor? Fold(OnnxNode node, OnnxTensor[] inputs)
    {
        const int Most = sizeof(long) * MostNumbers;
        if (inputs.Any(input => input is not { Type: OnnxTensor.Int64, IsWhole: true, Raw.Length: > 0 and <= Most })) return null;
        long[] values = inputs[0].Integers.ToArray(), extents = inputs[0].Extents;
        return node.Op switch
        {
            "Cast" when node.Integer("to", 0) == OnnxTensor.Int64 => inputs[0],
            "Identity" => inputs[0],
            "Concat" => Vector([.. inputs.SelectMany(input => input.Integers.ToArray())]),
            "ConstantOfShape" when values is [>= 0 and <= MostNumbers and long count] => Vector(
                [.. Enumerable.Repeat(node.Attributes.GetValueOrDefault("value")?.Tensor is { IsWhole: true } fill
                    && fill.Type == OnnxTensor.Int64 ? fill.Integers[0] : 0, (int)count)]),
            "Reshape" when inputs.Length == 2 => Reshape(values, inputs[1].Integers.ToArray()),
            "Transpose" when extents is [long rows, long columns] => Transpose(values, (int)rows, (int)columns),
            "Slice" when inputs.Length == 5 && IsReversal(inputs) => Reverse(values, (int)(values.Length / extents[0]), extents),
            _ => null,
        };
    }

    private static bool IsReversal(OnnxTensor[] inputs) =>
        inputs[1].Integers is [-1] && inputs[2].Integers is [< -MostNumbers] && inputs[3].Integers is [0]
            && inputs[4].Integers is [-1];

    private static OnnxTensor? Reshape(long[] values, long[] extents)
    {
        long known = extents.Where(extent => extent > 0).Aggregate(1L, (product, extent) => product * extent);
        if (extents.Count(extent => extent == -1) > 1 || extents.Any(extent => extent is 0 or < -1 or > MostNumbers)) return null;
        return Tensor(values, [.. extents.Select(extent => extent == -1 ? values.Length / known : extent)]);
    }

    private static OnnxTensor Transpose(long[] values, int rows, int columns) =>
        Tensor([.. values.Select((_, i) => values[i % rows * columns + i / rows])], [columns, rows]);

    private static OnnxTensor Reverse(long[] values, int row, long[] extents) =>
        Tensor([.. values.Chunk(row).Reverse().SelectMany(numbers => numbers)], extents);

    private static OnnxTensor Vector(long[] values) => Tensor(values, [values.Length]);

    private static OnnxTensor Tensor(long[] values, long[] extents) => new()
    {
        Type = OnnxTensor.Int64, Extents = extents, Raw = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(values)),
    };
}
