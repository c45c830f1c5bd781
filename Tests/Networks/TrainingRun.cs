using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;
using ResNetVulkan.Training;

namespace ResNetVulkan.Tests.Networks;

/// <summary>Trains on a device from hashed weights, step by step.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly HashedTraining _training;
    private readonly OptimizerOptions _optimizer;
    private readonly TrainingGraph _graph;
    private readonly ParameterSet _parameters;
    private readonly Plan _plan;
    private readonly Node[] _gates;

    /// <param name="training">Which.</param>
    /// <param name="pipelines">Of the device.</param>
    /// <param name="keepsGates">Whether <see cref="Gates"/> can be asked for.</param>
    public TrainingRun(HashedTraining training, Pipelines pipelines, bool keepsGates = false)
    {
        _training = training;
        _optimizer = new OptimizerOptions
        {
            Momentum = training.Momentum, Nesterov = training.Nesterov, WeightDecay = training.WeightDecay,
        };
        TensorType image = new(
            new Shape(training.Batch, training.Net.ImageChannels, training.Net.ImageSize, training.Net.ImageSize));
        _graph = new TrainingGraph(
            (graph, _) => graph.Input("image", image), training.Net.Append, new TrainingGraphOptions { Optimizer = _optimizer });
        _gates = [.. _graph.Graph.Nodes.Where(node => keepsGates && (IsRelu(node) || node.Op is MaxPool2d))];
        foreach (Node gate in _gates) _graph.Graph.Output(IsRelu(gate) ? gate.Outputs[0] : gate.Inputs[0]);
        _parameters = new ParameterSet(pipelines.Device, training.Parameters);
        foreach (Parameter parameter in training.Parameters) _parameters.Set(parameter.Name, training.Values(parameter));
        foreach ((int block, uint[] words) in TrainingGraph.Attributes(training.Parameters, _optimizer, _ => false).Index())
            _parameters.WriteState($"attributes {block}", MemoryMarshal.AsBytes<uint>(words));
        _plan = new Plan(pipelines, GraphCompiler.Compile(_graph.Graph, pipelines.Device.Traits), _parameters, slots: 1);
    }

    /// <summary>Runs one step and returns its loss.</summary>
    public double Step(int step)
    {
        Shape shape = _graph.Image.Shape;
        DoubleTensor images = DoubleTensor.FromNchw(_training.Images(step), shape.N, shape.C, shape.H, shape.W);
        Span<float> image = MemoryMarshal.Cast<byte, float>(_plan.Input(0, _graph.Image));
        for (int i = 0; i < image.Length; i++) image[i] = (float)images.Values[i];
        _training.Labels(step).CopyTo(MemoryMarshal.Cast<byte, uint>(_plan.Input(0, _graph.Labels)));
        StepInputs inputs = _optimizer.Inputs(step, _training.Rate);
        inputs.ValidRows = (uint)_training.Batch;
        MemoryMarshal.Write(_plan.Input(0, _graph.Step), in inputs);
        _plan.Run();
        return MemoryMarshal.Read<float>(_plan.Output(0, _graph.Loss));
    }

    /// <summary>A parameter or running statistic after the last step, in PyTorch's order.</summary>
    public float[] Value(string name) => _parameters[name].ToArray();

    /// <summary>What the last step made of the gradients: by name, in PyTorch's order.</summary>
    public Func<string, float[]> ReadGradients()
    {
        byte[][] blocks = [.. GradientBlocks()];
        Dictionary<string, Parameter> parameters = _training.Parameters.ToDictionary(parameter => parameter.Name);
        return name =>
        {
            Parameter parameter = parameters[name];
            (int block, long offset) = _parameters.Layout.Place(name);
            float[] values = MemoryMarshal.Cast<byte, float>(
                blocks[block].AsSpan((int)offset, 4 * (int)parameter.Shape.Count)).ToArray();
            return parameter.Kind == ParameterKind.Weight ? FromDevice(values, parameter.Shape) : values;
        };
    }

    /// <summary>Of every bit of the gradients.</summary>
    public byte[] HashGradients()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] block in GradientBlocks()) hash.AppendData(block);
        return hash.GetHashAndReset();
    }

    /// <summary>
    /// What the last step's ReLUs let through and its max pools chose, as torch_training.py takes it: in the graph's order, of
    /// a ReLU a bit for each value, of a pool each winner's index in its plane.
    /// </summary>
    public byte[] Gates()
    {
        using MemoryStream gates = new();
        foreach (Node gate in _gates)
        {
            Tensor tensor = IsRelu(gate) ? gate.Outputs[0] : gate.Inputs[0];
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(_plan.Output(0, tensor));
            gates.Write(gate.Op is MaxPool2d pool ? Winners(pool, values, tensor.Shape, gate.Outputs[0].Shape)
                : Open(values, tensor.Shape));
        }
        return gates.ToArray();
    }

    public void Dispose()
    {
        _plan.Dispose();
        _parameters.Dispose();
    }

    private IEnumerable<byte[]> GradientBlocks() =>
        _parameters.Layout.BlockBytes.Select((_, block) => _parameters.ReadState($"gradients {block}"));

    private static bool IsRelu(Node node) => node.Op is Relu or BatchNormTraining { HasRelu: true };

    private static byte[] Open(ReadOnlySpan<float> y, Shape shape)
    {
        byte[] bits = new byte[(y.Length + 7) / 8];
        int area = shape.H * shape.W, next = 0;
        for (int n = 0; n < shape.N; n++)
            for (int c = 0; c < shape.C; c++)
                for (int a = 0; a < area; a++, next++)
                    if (y[(n * area + a) * shape.C + c] > 0) bits[next / 8] |= (byte)(1 << (next % 8));
        return bits;
    }

    // The first of equals, as PyTorch has it.
    private static ReadOnlySpan<byte> Winners(MaxPool2d pool, ReadOnlySpan<float> x, Shape from, Shape to)
    {
        Window window = pool.Window;
        int[] winners = new int[to.Count];
        int next = 0;
        for (int n = 0; n < to.N; n++)
            for (int c = 0; c < to.C; c++)
                for (int p = 0; p < to.H; p++)
                    for (int q = 0; q < to.W; q++, next++)
                    {
                        float most = float.NegativeInfinity;
                        for (int tap = 0; tap < window.Height * window.Width; tap++)
                        {
                            int h = p * window.StrideY - window.PaddingY + tap / window.Width;
                            int w = q * window.StrideX - window.PaddingX + tap % window.Width;
                            if (h < 0 || h >= from.H || w < 0 || w >= from.W) continue;
                            float value = x[((n * from.H + h) * from.W + w) * from.C + c];
                            if (value > most) (most, winners[next]) = (value, h * from.W + w);
                        }
                    }
        return MemoryMarshal.AsBytes<int>(winners);
    }

    // A weight (K, C, R, S) lies as [R][S][C][K]. Some outputs at a time, whose values are neighbours: a VGG has 100 million.
    private static float[] FromDevice(float[] values, Shape shape)
    {
        const int Together = 16;
        float[] ordered = new float[values.Length];
        int area = shape.H * shape.W;
        for (int first = 0; first < shape.N; first += Together)
            for (int c = 0; c < shape.C; c++)
                for (int a = 0; a < area; a++)
                    for (int k = first; k < Math.Min(first + Together, shape.N); k++)
                        ordered[(k * shape.C + c) * area + a] = values[(a * shape.C + c) * shape.N + k];
        return ordered;
    }
}
