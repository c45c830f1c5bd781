using System.Runtime.InteropServices;
using ResNetVulkan.Graphs;
using ResNetVulkan.Graphs.Rewrites;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Tests.Networks;

/// <summary>Trains on a device from hashed weights: forward, loss, gradients and SGD as one graph, step by step.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly HashedTraining _training;
    private readonly ParameterLayout _layout, _statisticsLayout;
    private readonly ParameterSet _states;
    private readonly Plan _plan;
    private readonly Tensor _image, _labels, _step, _loss;

    public TrainingRun(HashedTraining training, Pipelines pipelines)
    {
        _training = training;
        NetworkConfig net = training.Net;
        Graph graph = new();
        _image = graph.Input("image", new(new Shape(training.Batch, net.ImageChannels, net.ImageSize, net.ImageSize)));
        _labels = graph.Input("labels", new(Shape.Vector(training.Batch), ElementType.UInt32));
        _step = graph.Input("step", StepInputs.Type);
        Tensor logits = net.Append(graph, _image);
        foreach (Node node in graph.Nodes.ToArray())
            _ = UseBatchStatistics.Try(graph, node, _step) || UseDropout.Try(graph, node, _step);
        _loss = graph.Append("loss", new SoftmaxCrossEntropy(), logits, _labels, _step);
        graph.Output(_loss);

        Parameter[] learned = [.. training.Parameters.Where(parameter => parameter.Kind != ParameterKind.Statistic)];
        Parameter[] statistics = [.. training.Parameters.Except(learned)];
        (_layout, _statisticsLayout) = (new ParameterLayout(learned), new ParameterLayout(statistics));
        int count = (int)(_layout.BlockBytes.Single() / sizeof(float));
        TensorType flat = new(Shape.Vector(count));
        Tensor parameters = graph.State("parameters", flat), momentum = graph.State("momentum", flat);
        Tensor block = graph.State("gradients", flat);
        Tensor attributes = graph.State("attributes", new(Shape.Vector(count / 64), ElementType.UInt32));
        foreach (Parameter parameter in learned)
            graph.Parameter(parameter).LieWithin(parameters, _layout.Place(parameter.Name).Offset);
        if (statistics.Length > 0)
        {
            TensorType kept = new(Shape.Vector((int)(_statisticsLayout.BlockBytes.Single() / sizeof(float))));
            foreach (Parameter parameter in statistics)
            {
                graph.Parameter(parameter).LieWithin(
                    graph.State("statistics", kept), _statisticsLayout.Place(parameter.Name).Offset);
            }
        }
        Tensor?[] gradients = ResNetVulkan.Graphs.Gradients.Append(graph, _loss, [.. learned.Select(graph.Parameter)]);
        for (int i = 0; i < learned.Length; i++) gradients[i]!.LieWithin(block, _layout.Place(learned[i].Name).Offset);

        Tensor gradient = graph.Append("gradients.all", new Gathered(), [block, .. gradients.Select(it => it!)]);
        Tensor norm = graph.Append("norm", new GradientNorm(), gradient, _step);
        graph.Append("update", new Sgd(training.Nesterov), parameters, gradient, momentum, attributes, norm, _loss, _step);

        CompiledGraph compiled = GraphCompiler.Compile(graph, pipelines.Device.Traits);
        _states = new ParameterSet(pipelines.Device, []);
        uint[] kinds = new uint[attributes.Shape.Count];
        Array.Fill(kinds, (uint)(ParameterAttributes.Learned | ParameterAttributes.Decays));
        _states.WriteState("attributes", MemoryMarshal.AsBytes<uint>(kinds));
        Write("parameters", _layout);
        if (statistics.Length > 0) Write("statistics", _statisticsLayout);
        foreach (string state in new[] { "momentum", "gradients" }) _states.WriteState(state, new byte[flat.Bytes]);
        _plan = new Plan(pipelines, compiled, _states, slots: 1);
    }

    /// <summary>Runs one step and returns its loss.</summary>
    public double Step(int step)
    {
        Shape shape = _image.Shape;
        DoubleTensor images = DoubleTensor.FromNchw(_training.Images(step), shape.N, shape.C, shape.H, shape.W);
        Span<float> image = MemoryMarshal.Cast<byte, float>(_plan.Input(0, _image));
        for (int i = 0; i < image.Length; i++) image[i] = (float)images.Values[i];
        _training.Labels(step).CopyTo(MemoryMarshal.Cast<byte, uint>(_plan.Input(0, _labels)));
        MemoryMarshal.Cast<byte, StepInputs>(_plan.Input(0, _step))[0] = new StepInputs
        {
            Step = (uint)step, ValidRows = (uint)_training.Batch, LearningRate = _training.Rate, Momentum = _training.Momentum,
            WeightDecay = _training.WeightDecay, GradientScale = 1, StatisticsMomentum = 0.1f,
        };
        _plan.Run();
        return MemoryMarshal.Cast<byte, float>(_plan.Output(0, _loss))[0];
    }

    /// <summary>What the last step made: gradients by name, in PyTorch's order.</summary>
    public Func<string, float[]> Gradients() => Read("gradients");

    /// <summary>What the last step made: parameters and running statistics by name, in PyTorch's order.</summary>
    public Func<string, float[]> Values()
    {
        Func<string, float[]> parameters = Read("parameters");
        if (_statisticsLayout.Parameters.Count == 0) return parameters;
        Func<string, float[]> statistics = Read("statistics");
        return name => _statisticsLayout.Parameters.Any(it => it.Name == name) ? statistics(name) : parameters(name);
    }

    private Func<string, float[]> Read(string state)
    {
        byte[] bytes = _states.ReadState(state);
        ParameterLayout layout = state == "statistics" ? _statisticsLayout : _layout;
        return name =>
        {
            Parameter parameter = layout.Parameters.First(it => it.Name == name);
            int offset = (int)layout.Place(name).Offset;
            float[] values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(offset, 4 * (int)parameter.Shape.Count)).ToArray();
            float[] ordered = new float[values.Length];
            for (int i = 0; i < values.Length; i++) ordered[i] = values[DeviceIndex(parameter, i)];
            return ordered;
        };
    }

    public void Dispose()
    {
        _plan.Dispose();
        _states.Dispose();
    }

    private void Write(string state, ParameterLayout layout)
    {
        float[] values = new float[layout.BlockBytes.Single() / sizeof(float)];
        foreach (Parameter parameter in layout.Parameters)
        {
            int first = (int)(layout.Place(parameter.Name).Offset / sizeof(float));
            float[] ordered = _training.Values(parameter);
            for (int i = 0; i < ordered.Length; i++) values[first + DeviceIndex(parameter, i)] = ordered[i];
        }
        _states.WriteState(state, MemoryMarshal.AsBytes<float>(values));
    }

    // (K, C, R, S) lies as [R][S][C][K].
    private static int DeviceIndex(Parameter parameter, int index)
    {
        if (parameter.Kind != ParameterKind.Weight) return index;
        (int k, int c, int area) = (parameter.Shape.N, parameter.Shape.C, parameter.Shape.H * parameter.Shape.W);
        (int i, int j, int a) = (index / (c * area), index / area % c, index % area);
        return (a * c + j) * k + i;
    }
}
