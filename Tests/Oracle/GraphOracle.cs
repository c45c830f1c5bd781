using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Tests.Oracle;

/// <summary>Runs a graph of forward ops, as a model appends it or as rewrites have left it, with the CPU oracle.</summary>
internal static class GraphOracle
{
    /// <summary>The values of every tensor of the graph, each with its bound.</summary>
    /// <param name="graph">Forward ops only.</param>
    /// <param name="inputs">By name.</param>
    /// <param name="parameters">A parameter's values, in PyTorch's order.</param>
    public static Dictionary<Tensor, DoubleTensor> Run(
        Graph graph, IReadOnlyDictionary<string, DoubleTensor> inputs, Func<Parameter, float[]> parameters)
    {
        Dictionary<Tensor, DoubleTensor> values = graph.Inputs.ToDictionary(input => input, input => inputs[input.Name]);
        Dictionary<string, double[]> read = [];
        foreach (Node node in graph.Nodes)
        {
            double[] Parameter(int input)
            {
                Parameter parameter = node.Inputs[input].Parameter!;
                if (!read.TryGetValue(parameter.Name, out double[]? wide))
                    read[parameter.Name] = wide = Array.ConvertAll(parameters(parameter), v => (double)v);
                return wide;
            }
            values[node.Outputs[0]] = Run(node, input => values[node.Inputs[input]], Parameter);
        }
        return values;
    }

    /// <summary>One node, from its inputs' values.</summary>
    public static OracleResult Run(Node node, Func<int, DoubleTensor> input, Func<int, double[]> parameter) => node.Op switch
    {
        Conv2d conv => Convolution(conv, node, input, parameter),
        BatchNorm norm => CpuOracle.BatchNorm(
            input(0), new BatchNormalization(parameter(1), parameter(2), parameter(3), parameter(4), Meant(norm.Epsilon))),
        Relu => CpuOracle.Relu(input(0)),
        Add => CpuOracle.Add(input(0), input(1)),
        MaxPool2d pool => CpuOracle.MaxPool2d(input(0), Pool(pool.Window) with { CeilMode = pool.CeilMode }),
        AvgPool2d pool => CpuOracle.AvgPool2d(
            input(0), Pool(pool.Window) with { CeilMode = pool.CeilMode, CountIncludePad = pool.CountPadding }),
        Subsample subsample => CpuOracle.ShortcutA(input(0), (subsample.Channels - input(0).C) / 2, subsample.Stride),
        Linear => CpuOracle.Linear(input(0), parameter(1), parameter(2)),
        Flatten => CpuOracle.Flatten(input(0)),
        Dropout => new OracleResult(input(0), Array.ConvertAll(input(0).Values, Math.Abs), 0, input(0).Bound),
        Softmax => CpuOracle.Softmax(input(0)),
        _ => throw new NotSupportedException($"The oracle does not know {node}."),
    };

    private static OracleResult Convolution(Conv2d conv, Node node, Func<int, DoubleTensor> input, Func<int, double[]> parameter)
    {
        Window window = conv.Window;
        ConvolutionGeometry geometry = new(node.Outputs[0].Shape.C, new Extent(window.Height, window.Width))
        {
            Stride = new(window.StrideY, window.StrideX),
            Padding = new(window.PaddingY, window.PaddingX),
            Dilation = new(window.DilationY, window.DilationX),
            Groups = conv.Groups,
        };
        OracleResult y = CpuOracle.Conv2d(input(0), parameter(1), conv.HasBias ? parameter(2) : null, geometry);
        if (conv.HasResidual) y = CpuOracle.Add(y, input(node.Inputs.Count - 1));
        return conv.HasRelu ? CpuOracle.Relu(y) : y;
    }

    // 1e-5f stands for 1e-5, which is 2.5e-13 away: far below float32's noise, far above double's.
    private static double Meant(float constant) => (double)(decimal)constant;

    private static PoolGeometry Pool(Window window) => new(new Extent(window.Height, window.Width))
    {
        Stride = new(window.StrideY, window.StrideX),
        Padding = new(window.PaddingY, window.PaddingX),
        Dilation = new(window.DilationY, window.DilationX),
    };
}
