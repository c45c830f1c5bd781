using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo.Onnx;

/// <summary>
/// What an ONNX file states: nodes in an order in which they can run, tensors that do not change, the shape of the image, and
/// free text.
/// </summary>
internal sealed class OnnxModel(string path)
{
    public string Path { get; } = path;

    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>By name: weights, and the constants that some operations take as inputs.</summary>
    public Dictionary<string, OnnxTensor> Tensors { get; } = [];

    /// <summary>The image's name, and its extents (N, C, H, W); 0 where the file leaves one open.</summary>
    public List<(string Name, long[] Extents)> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>A rejection of the file.</summary>
    /// <param name="reason">A sentence without its end.</param>
    public WeightFileException Bad(string reason) => new(Path, $"'{System.IO.Path.GetFileName(Path)}': {reason}.");
}

/// <summary>An operation.</summary>
internal sealed record OnnxNode(
    string Name, string Op, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs,
    IReadOnlyDictionary<string, OnnxAttribute> Attributes)
{
    public long Integer(string name, long otherwise) =>
        Attributes.TryGetValue(name, out OnnxAttribute? a) ? a.Integer : otherwise;

    public float Number(string name, float otherwise) =>
        Attributes.TryGetValue(name, out OnnxAttribute? a) ? a.Number : otherwise;

    public long[] Integers(string name, params long[] otherwise) =>
        Attributes.TryGetValue(name, out OnnxAttribute? a) ? a.Integers : otherwise;
}

/// <summary>What an operation is told besides its inputs; the kinds that are needed here.</summary>
internal sealed class OnnxAttribute
{
    public string Name { get; set; } = "";

    public long Integer { get; set; }

    public float Number { get; set; }

    public string Text { get; set; } = "";

    public long[] Integers { get; set; } = [];

    public OnnxTensor? Tensor { get; set; }
}

/// <summary>A tensor that does not change.</summary>
internal sealed class OnnxTensor
{
    public const int Float32 = 1, Int64 = 7;

    public string Name { get; set; } = "";

    public long[] Extents { get; set; } = [];

    public int Type { get; set; }

    /// <summary>Its values, little-endian, in row-major order.</summary>
    public ByteString Raw { get; set; } = ByteString.Empty;

    /// <summary>Whether there are as many values as the extents say.</summary>
    public bool IsWhole => Type switch
    {
        Float32 => Raw.Length % 4 == 0 && Holds(Raw.Length / 4),
        Int64 => Raw.Length % 8 == 0 && Holds(Raw.Length / 8),
        _ => false,
    };

    public ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(Raw.Span);

    public ReadOnlySpan<long> Integers => MemoryMarshal.Cast<byte, long>(Raw.Span);

    private bool Holds(long count) =>
        Extents.All(extent => extent > 0) && Extents.Aggregate((Int128)1, (product, extent) => product * extent) == count;
}
