namespace ResNetVulkan.Graphs;

/// <summary>
/// Where each of a model's parameters lies among a parameter set's memory blocks: one block where they fit, so that an optimizer
/// is one dispatch and a checkpoint one copy.
/// </summary>
public sealed class ParameterLayout
{
    /// <summary>No device asks for more between slices of a buffer.</summary>
    internal const long Alignment = 256;

    /// <summary>The longest block, unless one parameter needs more.</summary>
    internal const long BlockLimit = 512L << 20;

    private readonly Dictionary<string, (int Block, long Offset)> _places = [];
    private readonly List<long> _blocks = [];

    internal ParameterLayout(IEnumerable<Parameter> parameters)
    {
        Parameters = [.. parameters];
        foreach (Parameter parameter in Parameters)
        {
            long bytes = (parameter.Shape.Count * sizeof(float) + Alignment - 1) / Alignment * Alignment;
            if (_blocks.Count == 0 || _blocks[^1] + bytes > BlockLimit) _blocks.Add(0);
            _places.Add(parameter.Name, (_blocks.Count - 1, _blocks[^1]));
            _blocks[^1] += bytes;
        }
    }

    /// <summary>The parameters, in the order in which the model made them.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The bytes of each block.</summary>
    public IReadOnlyList<long> BlockBytes => _blocks;

    /// <summary>The block and byte offset of one parameter.</summary>
    public (int Block, long Offset) Place(string name) => _places[name];
}
