using NUnit.Framework;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Oracle;

/// <summary>The oracle against PyTorch: its values against float64, its tolerances against what float32 really does.</summary>
[TestFixture]
public sealed class CpuOracleTorchTests
{
    // Both sides round in double: twice the roundings at 2^-53, and as much again for exp, log and sqrt, which have 1 ulp.
    private const double DoubleRoundoff = 4.0 / (1L << 53);

    private static readonly Lazy<(List<TorchCase> Cases, TorchAnswer[] Answers)> Batch = new(() =>
    {
        List<TorchCase> cases = [.. AllCases()];
        return (cases, TorchBatch.Run(cases));
    });

    [TestCase("conv2d", 260)]
    [TestCase("conv2d_data_gradient", 139)]
    [TestCase("conv2d_weight_gradient", 139)]
    [TestCase("channel_sum", 1)]
    [TestCase("batch_norm", 16)]
    [TestCase("relu", 8)]
    [TestCase("add", 8)]
    [TestCase("scale_bias", 8)]
    [TestCase("max_pool2d", 166)]
    [TestCase("avg_pool2d", 320)]
    [TestCase("global_average_pool", 8)]
    [TestCase("linear", 12)]
    [TestCase("flatten", 8)]
    [TestCase("softmax", 4)]
    [TestCase("log_softmax", 4)]
    [TestCase("shortcut_a", 72)]
    [TestCase("to_float16", 2)]
    public void Agrees_with_PyTorch_in_double_and_bounds_its_float32(string op, int count)
    {
        (List<TorchCase> cases, TorchAnswer[] answers) = Batch.Value;
        int compared = 0;
        double worstPart = 0;
        List<string> failures = [];
        for (int i = 0; i < cases.Count; i++)
        {
            if (cases[i].Op != op) continue;
            compared++;
            OracleResult ours = cases[i].Oracle();
            TorchAnswer torch = answers[i];
            DoubleTensor y = ours.Value;
            int[] shape = torch.Shape.Length == 2 ? [.. torch.Shape, 1, 1] : torch.Shape;
            if (!shape.SequenceEqual((int[])[y.N, y.C, y.H, y.W]))
            {
                failures.Add($"{cases[i]}: the shape is {y}, PyTorch's ({string.Join(", ", shape)}).");
                continue;
            }
            DoubleTensor wide = DoubleTensor.FromNchw(torch.Float64, y.N, y.C, y.H, y.W);
            double[] tolerance = ours.Tolerance(DoubleRoundoff);
            for (int e = 0; e < tolerance.Length; e++)
            {
                double error = Math.Abs(wide.Values[e] - y.Values[e]);
                if (error <= tolerance[e] || wide.Values[e].Equals(y.Values[e])) continue;
                failures.Add($"{cases[i]}: {y.Position(e)} is {y.Values[e]:R}, PyTorch's {wide.Values[e]:R}.");
                break;
            }

            float[] single = Array.ConvertAll(DoubleTensor.FromNchw(torch.Float32, y.N, y.C, y.H, y.W).Values, v => (float)v);
            OracleComparison comparison = ours.Compare(single);
            worstPart = Math.Max(worstPart, comparison.WorstPart);
            if (!comparison.Agrees) failures.Add($"{cases[i]}: PyTorch's float32: {comparison}");

            if (cases[i].Indices is { } indices)
            {
                int[] wanted = Array.ConvertAll(DoubleTensor.FromNchw(torch.Indices, y.N, y.C, y.H, y.W).Values, v => (int)v);
                if (!indices().SequenceEqual(wanted)) failures.Add($"{cases[i]}: the argmax differs.");
            }
        }
        TestContext.Out.WriteLine($"{op}: {compared} cases; PyTorch's float32 uses at most {worstPart:P1} of the tolerance.");
        Assert.That(failures, Is.Empty, string.Join('\n', failures.Take(10)));
        Assert.That(compared, Is.EqualTo(count), "cases went missing");
    }

    private static IEnumerable<TorchCase> AllCases() =>
        Convolutions().Concat(ConvolutionGradients()).Concat(Pointwise()).Concat(Pools()).Concat(Classes()).Concat(Layouts());

    private static IEnumerable<TorchCase> Convolutions()
    {
        // Channels x outputs x maps, the sizes that fast kernels trip over.
        foreach (int channels in (int[])[1, 2, 3, 5, 8, 10])
            foreach (int outputs in (int[])[1, 7, 10, 16, 24])
                foreach ((int h, int w) in ((int, int)[])[(1, 1), (2, 3), (5, 4), (17, 13)])
                    yield return Convolution(1, channels, h, w, new(outputs, 3) { Padding = 1 }, bias: outputs != 7);

        // Kernel x stride x padding x dilation, at odd extents, batch 2.
        foreach (Extent kernel in (Extent[])[1, 2, 3, 5, 7, new(1, 3), new(5, 2)])
            foreach (Extent stride in (Extent[])[1, 2, new(3, 1)])
                foreach (Extent padding in (Extent[])[0, 1, new(2, 3)])
                    foreach (Extent dilation in (Extent[])[1, new(2, 1)])
                    {
                        ConvolutionGeometry g = new(4, kernel) { Stride = stride, Padding = padding, Dilation = dilation };
                        yield return Convolution(2, 3, 13, 11, g, bias: true);
                    }

        // Groups, up to depthwise, with a multiplier.
        foreach ((int channels, int outputs, int groups) in ((int, int, int)[])
            [(4, 6, 2), (6, 6, 6), (3, 9, 3), (8, 4, 4), (10, 5, 5), (32, 32, 8)])
        {
            foreach (int stride in (int[])[1, 2])
            {
                ConvolutionGeometry g = new(outputs, 3) { Stride = stride, Padding = 1, Groups = groups };
                yield return Convolution(2, channels, 7, 6, g, bias: false);
            }
        }

        yield return Convolution(1, 3, 64, 64, new(16, 7) { Stride = 2, Padding = 3 }, bias: false);
        yield return Convolution(1, 256, 7, 7, new(32, 3) { Padding = 1 }, bias: true);
    }

    private static IEnumerable<TorchCase> ConvolutionGradients()
    {
        List<(Extent Image, int Channels, ConvolutionGeometry Geometry)> cases =
            [(new(64, 32), 3, new(16, 7) { Stride = 2, Padding = 3 })];
        foreach (Extent kernel in (Extent[])[1, 2, 3, 5, 7, new(1, 3), new(5, 2)])
            foreach (Extent stride in (Extent[])[1, 2, new(3, 1)])
                foreach (Extent padding in (Extent[])[0, 1, new(2, 3)])
                    foreach (Extent dilation in (Extent[])[1, new(2, 1)])
                        cases.Add((new(13, 11), 3, new(4, kernel) { Stride = stride, Padding = padding, Dilation = dilation }));
        foreach ((int channels, int outputs, int groups) in ((int, int, int)[])
            [(4, 6, 2), (6, 6, 6), (3, 9, 3), (8, 4, 4), (10, 5, 5), (32, 32, 8)])
        {
            foreach (int stride in (int[])[1, 2])
                cases.Add((new(7, 6), channels, new(outputs, 3) { Stride = stride, Padding = 1, Groups = groups }));
        }

        foreach ((Extent image, int channels, ConvolutionGeometry g) in cases)
        {
            Extent output = g.OutputOf(image);
            DoubleTensor x = Input("x", 2, channels, image.H, image.W), dy = Input("dy", 2, g.Outputs, output.H, output.W);
            DoubleTensor weight = Input("weight", g.Outputs, channels / g.Groups, g.Kernel.H, g.Kernel.W);
            Dictionary<string, object> arguments = new()
            {
                ["stride"] = Pair(g.Stride), ["padding"] = Pair(g.Padding), ["dilation"] = Pair(g.Dilation),
                ["groups"] = g.Groups,
                ["image"] = new[] { x.N, x.C, x.H, x.W }, ["kernel"] = new[] { weight.N, weight.C, weight.H, weight.W },
            };
            yield return new($"{x} * {g}", "conv2d_data_gradient", arguments, [dy, weight],
                () => CpuOracle.Conv2dDataGradient(dy, weight, g, image));
            yield return new($"{x} * {g}", "conv2d_weight_gradient", arguments, [x, dy],
                () => CpuOracle.Conv2dWeightGradient(x, dy, g));
        }
        DoubleTensor any = Input("any", 3, 5, 7, 4);
        yield return new($"{any}", "channel_sum", [], [any], () => CpuOracle.ChannelSum(any));
    }

    private static TorchCase Convolution(int n, int c, int h, int w, ConvolutionGeometry g, bool bias)
    {
        DoubleTensor x = Input($"{n} {c} {h} {w}", n, c, h, w);
        int[] shape = [g.Outputs, c / g.Groups, g.Kernel.H, g.Kernel.W];
        double[] weight = Hash.Doubles(2, $"{g}", shape.Aggregate((a, b) => a * b));
        double[]? b = bias ? Hash.Doubles(3, $"{g}", g.Outputs) : null;
        Dictionary<string, object> arguments = new()
        {
            ["stride"] = Pair(g.Stride), ["padding"] = Pair(g.Padding), ["dilation"] = Pair(g.Dilation), ["groups"] = g.Groups,
        };
        TorchCase result = new($"{x} * {g}", "conv2d", arguments, [x], () => CpuOracle.Conv2d(x, weight, b, g));
        result.Parameters.Add((weight, shape));
        if (b is not null) result.Parameters.Add((b, [g.Outputs]));
        return result;
    }

    private static IEnumerable<TorchCase> Pointwise()
    {
        foreach (DoubleTensor x in Tensors())
        {
            double[] gamma = Hash.Doubles(4, "gamma", x.C), beta = Hash.Doubles(4, "beta", x.C);
            double[] mean = Hash.Doubles(4, "mean", x.C), variance = Hash.Doubles(4, "variance", x.C, 0.999, 1);
            foreach (double epsilon in (double[])[1e-5, 1e-3])
            {
                TorchCase norm = new($"{x}, eps {epsilon}", "batch_norm", new() { ["eps"] = epsilon }, [x],
                    () => CpuOracle.BatchNorm(x, new BatchNormalization(gamma, beta, mean, variance, epsilon)));
                foreach (double[] values in (double[][])[gamma, beta, mean, variance]) norm.Parameters.Add((values, [x.C]));
                yield return norm;
            }
            TorchCase scale = new($"{x}", "scale_bias", [], [x], () => CpuOracle.ScaleBias(x, gamma, beta));
            foreach (double[] values in (double[][])[gamma, beta]) scale.Parameters.Add((values, [x.C]));
            yield return scale;

            DoubleTensor other = Input("other", x.N, x.C, x.H, x.W);
            yield return new($"{x}", "add", [], [x, other], () => CpuOracle.Add(x, other));
            DoubleTensor special = WithSpecials(x);
            yield return new($"{x} with NaN and infinities", "relu", [], [special], () => CpuOracle.Relu(special));
        }
        // Every float16 tie of the first binades, its neighbours, the subnormal ones, and the edge of infinity.
        List<double> ties = [65503, 65504, 65519, 65520, 65536, 1e30f, 1.0 / (1 << 24), 1.0 / (1 << 25), 2.9802326e-8f, 1e-9f];
        for (double i = 0.5; i < 1024; i++)
            ties.AddRange([1 + i / 1024, float.BitIncrement((float)(1 + i / 1024)), i / (1 << 24)]);
        DoubleTensor halves = new(1, 2, 1, ties.Count, [.. ties, .. ties.Select(v => -v)]);
        yield return new("ties", "to_float16", [], [halves], () => CpuOracle.ToFloat16(halves));
        DoubleTensor any = Input("halves", 2, 3, 5, 7);
        yield return new("values", "to_float16", [], [any], () => CpuOracle.ToFloat16(any));
    }

    private static IEnumerable<TorchCase> Pools()
    {
        foreach (Extent window in (Extent[])[2, 3, 5, new(1, 4), new(3, 2)])
            foreach (Extent stride in (Extent[])[1, 2, 3, new(4, 1)])
                foreach (Extent padding in (Extent[])[0, new(window.H / 2, window.W / 2)])
                    foreach (bool ceil in (bool[])[false, true])
                        foreach ((int h, int w) in ((int, int)[])[(7, 5), (8, 13)])
                        {
                            DoubleTensor x = Input("pool", 2, 3, h, w);
                            PoolGeometry g = new(window) { Stride = stride, Padding = padding, CeilMode = ceil };
                            Dictionary<string, object> arguments = new()
                            {
                                ["window"] = Pair(window), ["stride"] = Pair(stride), ["padding"] = Pair(padding),
                                ["dilation"] = Pair(1), ["ceil"] = ceil,
                            };
                            yield return MaxPool($"{x}, {g}", x, g, arguments);
                            foreach (bool pad in (bool[])[false, true])
                            {
                                PoolGeometry average = g with { CountIncludePad = pad };
                                yield return new($"{x}, {average}", "avg_pool2d", new(arguments) { ["pad"] = pad }, [x],
                                    () => CpuOracle.AvgPool2d(x, average));
                            }
                        }

        // Ties (five values only), NaN, infinities, planes of minus infinity, and dilation.
        DoubleTensor coarse = new(2, 2, 9, 10, Array.ConvertAll(Hash.Doubles(5, "ties", 360, 2), Math.Round));
        DoubleTensor lowest = new(1, 1, 4, 4, [.. Enumerable.Repeat(double.NegativeInfinity, 16)]);
        foreach (int dilation in (int[])[1, 2])
        {
            PoolGeometry g = new(3) { Stride = 2, Padding = 1, Dilation = dilation };
            Dictionary<string, object> arguments = new()
            {
                ["window"] = Pair(3), ["stride"] = Pair(2), ["padding"] = Pair(1),
                ["dilation"] = Pair(dilation), ["ceil"] = false,
            };
            yield return MaxPool($"ties, dilation {dilation}", coarse, g, arguments);
            yield return MaxPool($"NaN and infinities, dilation {dilation}", WithSpecials(coarse), g, arguments);
            yield return MaxPool($"minus infinity everywhere, dilation {dilation}", lowest, g, arguments);
        }
        foreach (DoubleTensor x in Tensors())
            yield return new($"{x}", "global_average_pool", [], [x], () => CpuOracle.GlobalAveragePool(x));
    }

    private static TorchCase MaxPool(string name, DoubleTensor x, PoolGeometry g, Dictionary<string, object> arguments) =>
        new(name, "max_pool2d", arguments, [x], () => CpuOracle.MaxPool2d(x, g))
        {
            Indices = () => CpuOracle.MaxPool2dArgmax(x, g),
        };

    private static IEnumerable<TorchCase> Classes()
    {
        foreach ((int n, int c, double scale) in ((int, int, double)[])[(1, 1, 1), (3, 10, 5), (2, 1000, 20), (4, 7, 100)])
        {
            DoubleTensor x = new(n, c, 1, 1, Hash.Doubles(6, "logits", n * c, scale));
            yield return new($"{x} up to {scale}", "softmax", [], [x], () => CpuOracle.Softmax(x));
            yield return new($"{x} up to {scale}", "log_softmax", [], [x], () => CpuOracle.LogSoftmax(x));
            foreach (int outputs in (int[])[1, 10, 33])
            {
                double[] weight = Hash.Doubles(6, "weight", outputs * c), bias = Hash.Doubles(6, "bias", outputs);
                TorchCase linear = new($"{x} to {outputs}", "linear", [], [x], () => CpuOracle.Linear(x, weight, bias));
                linear.Parameters.Add((weight, [outputs, c]));
                linear.Parameters.Add((bias, [outputs]));
                yield return linear;
            }
        }
    }

    private static IEnumerable<TorchCase> Layouts()
    {
        foreach (DoubleTensor x in Tensors())
        {
            yield return new($"{x}", "flatten", [], [x], () => CpuOracle.Flatten(x));
            foreach (int padding in (int[])[0, 1, 8])
            {
                foreach (int stride in (int[])[1, 2, 3])
                {
                    Dictionary<string, object> arguments = new() { ["padding"] = padding, ["stride"] = stride };
                    yield return new($"{x}, padding {padding}, stride {stride}", "shortcut_a", arguments, [x],
                        () => CpuOracle.ShortcutA(x, padding, stride));
                }
            }
        }
    }

    private static IEnumerable<DoubleTensor> Tensors()
    {
        foreach ((int n, int c, int h, int w) in ((int, int, int, int)[])
            [(1, 1, 1, 1), (1, 3, 1, 5), (2, 5, 3, 2), (3, 1, 4, 4), (1, 16, 7, 7), (2, 10, 5, 9), (1, 33, 2, 3), (4, 8, 8, 1)])
        {
            yield return Input("tensor", n, c, h, w);
        }
    }

    private static DoubleTensor Input(string name, int n, int c, int h, int w) =>
        DoubleTensor.FromNchw(Hash.Values(1, name, n * c * h * w, scale: 3), n, c, h, w);

    private static DoubleTensor WithSpecials(DoubleTensor x)
    {
        double[] values = [.. x.Values];
        double[] specials = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0];
        for (int i = 0; i < values.Length; i += 7) values[i] = specials[i / 7 % specials.Length];
        return new DoubleTensor(x.N, x.C, x.H, x.W, values);
    }

    private static int[] Pair(Extent extent) => [extent.H, extent.W];
}
