using ResNetVulkan.Data;
using ResNetVulkan.Graphs;

namespace ResNetVulkan.Models;

/// <summary>How the values of a weight or a bias are spread when training begins.</summary>
public enum InitialSpread
{
    /// <summary>
    /// Normal, of variance 2 / fan-out: <see href="https://arxiv.org/abs/1502.01852">He et al.</see> for layers before a ReLU,
    /// which then keep the size of what flows back.
    /// </summary>
    KaimingNormal,

    /// <summary>
    /// Uniform within ±√(6 / (fan-in + fan-out)): <see href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot and
    /// Bengio</see>.
    /// </summary>
    XavierUniform,

    /// <summary>Uniform within ±1 / √fan-in: what PyTorch does unless told otherwise, to weights and biases.</summary>
    FanInUniform,

    /// <summary>Normal, of deviation 0.01.</summary>
    SmallNormal,

    /// <summary>0.</summary>
    Zero,
}

/// <summary>
/// The values that a model's parameters have before training: a pure function of the parameter and a seed, the same on every
/// machine but for the last bits of logarithms.
/// </summary>
/// <remarks>
/// Batch norms begin with weight 1, bias 0, mean 0 and variance 1. Fan-in is C * R * S of a weight (K, C, R, S), fan-out
/// K * R * S.
/// </remarks>
public sealed record Initialization
{
    /// <summary>Of convolutions' weights.</summary>
    public InitialSpread Convolutions { get; init; } = InitialSpread.KaimingNormal;

    /// <summary>Of linear layers' weights.</summary>
    public InitialSpread Linears { get; init; } = InitialSpread.FanInUniform;

    /// <summary>Of convolutions' and linear layers' biases, whose fan-in is that of the weight beside them.</summary>
    public InitialSpread Biases { get; init; } = InitialSpread.FanInUniform;

    /// <summary>
    /// Whether a residual block's last batch norm begins with weight 0, so that the block begins as the identity:
    /// <see href="https://arxiv.org/abs/1706.02677">Goyal et al.</see>, section 5.1.
    /// </summary>
    public bool HasZeroLastNorms { get; init; }

    /// <summary>As torchvision begins a ResNet.</summary>
    public static Initialization Torchvision { get; } = new();

    /// <summary>As torchvision begins a VGG.</summary>
    public static Initialization Vgg { get; } = new() { Linears = InitialSpread.SmallNormal, Biases = InitialSpread.Zero };

    /// <summary>As "Dive into Deep Learning" begins its networks.</summary>
    public static Initialization DiveIntoDeepLearning { get; } =
        new() { Convolutions = InitialSpread.XavierUniform, Linears = InitialSpread.XavierUniform };

    /// <summary>The values of one parameter, in PyTorch's order.</summary>
    /// <param name="parameter">Whose name, with the seed, is all that its random numbers come from.</param>
    /// <param name="model">The parameters of its model: what stands beside it says whether it belongs to a norm.</param>
    /// <param name="seed">Another seed, other values.</param>
    public float[] Values(Parameter parameter, IReadOnlyCollection<Parameter> model, RandomKey seed)
    {
        int dot = parameter.Name.LastIndexOf('.');
        (string module, string kind) = (parameter.Name[..dot], parameter.Name[(dot + 1)..]);
        Parameter weight = model.First(other => other.Name == $"{module}.weight");
        if (parameter.Kind == ParameterKind.Weight)
            return Spread(parameter, weight, weight.Rank == 2 ? Linears : Convolutions, seed);
        if (weight.Kind == ParameterKind.Weight) return Spread(parameter, weight, Biases, seed);

        bool isOne = kind == "running_var" || (kind == "weight" && !(HasZeroLastNorms && IsLastNorm(module, model)));
        float[] values = new float[parameter.Shape.Count];
        if (isOne) Array.Fill(values, 1);
        return values;
    }

    private static float[] Spread(Parameter parameter, Parameter weight, InitialSpread spread, RandomKey seed)
    {
        RandomKey key = seed[NameHash(parameter.Name)];
        double area = weight.Shape.H * weight.Shape.W, fanIn = weight.Shape.C * area, fanOut = weight.Shape.N * area;
        Func<uint, double> value = spread switch
        {
            InitialSpread.KaimingNormal => i => Math.Sqrt(2 / fanOut) * key.Normal(i),
            InitialSpread.XavierUniform => i => Math.Sqrt(6 / (fanIn + fanOut)) * (2.0 * key.Uniform(i) - 1),
            InitialSpread.FanInUniform => i => 1 / Math.Sqrt(fanIn) * (2.0 * key.Uniform(i) - 1),
            InitialSpread.SmallNormal => i => 0.01 * key.Normal(i),
            _ => _ => 0,
        };
        float[] values = new float[parameter.Shape.Count];
        for (int i = 0; i < values.Length; i++) values[i] = (float)value((uint)i);
        return values;
    }

    // bn3 of a bottleneck, bn2 of a basic block: "layer1.0.bn2".
    private static bool IsLastNorm(string module, IReadOnlyCollection<Parameter> model) =>
        module.EndsWith(".bn3", StringComparison.Ordinal) ||
        (module.EndsWith(".bn2", StringComparison.Ordinal) && !model.Any(other => other.Name == $"{module[..^1]}3.weight"));

    // FNV-1a, of the name's characters.
    private static uint NameHash(string name)
    {
        uint hash = 2166136261;
        foreach (char character in name) hash = (hash ^ character) * 16777619;
        return hash;
    }
}
