using System.Runtime.InteropServices;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
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

    public TrainingRun(HashedTraining training, Pipelines pipelines)
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
        byte[][] blocks = [.. _parameters.Layout.BlockBytes.Select((_, block) => _parameters.ReadState($"gradients {block}"))];
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

    public void Dispose()
    {
        _plan.Dispose();
        _parameters.Dispose();
    }

    // A weight (K, C, R, S) lies as [R][S][C][K].
    private static float[] FromDevice(float[] values, Shape shape)
    {
        float[] ordered = new float[values.Length];
        int area = shape.H * shape.W, next = 0;
        for (int k = 0; k < shape.N; k++)
            for (int c = 0; c < shape.C; c++)
                for (int a = 0; a < area; a++) ordered[next++] = values[(a * shape.C + c) * shape.N + k];
        return ordered;
    }
}
