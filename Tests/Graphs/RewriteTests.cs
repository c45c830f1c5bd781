using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Graphs.Rewrites;
using ResNetVulkan.Models;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Tests.Graphs;

/// <summary>Each rule on the pattern that it is for, and on those that look alike but must stay: no device takes part.</summary>
[TestFixture]
public sealed class RewriteTests
{
    private static readonly CompileOptions Reference = new() { ReferenceKernels = true };

    private Graph _graph = null!;
    private Tensor _x = null!;

    [SetUp]
    public void Begin_a_graph()
    {
        _graph = new Graph();
        _x = _graph.Input("x", new TensorType(new Shape(2, 8, 5, 5)));
    }

    [Test]
    public void A_convolution_takes_its_batch_norm_and_ReLU()
    {
        Finish(_graph.Append("relu", new Relu(), Norm("bn", Conv("conv", _x))));
        Assert.That(Compile(), Is.EqualTo("FoldBatchNorm 1, FuseConvRelu 1: Conv2d 3x3 padding 1 + bias + ReLU"));
    }

    [Test]
    public void A_convolution_that_has_a_bias_takes_its_batch_norm_too()
    {
        Finish(Norm("bn", Conv("conv", _x, bias: true)));
        Assert.That(Compile(), Is.EqualTo("FoldBatchNorm 1: Conv2d 3x3 padding 1 + bias"));
    }

    [Test]
    public void What_a_batch_norm_reads_twice_stays()
    {
        Tensor y = Conv("conv", _x);
        Finish(_graph.Append("add", new Add(), Norm("bn", y), y));
        Assert.That(Compile(), Is.EqualTo(": Conv2d 3x3 padding 1; BatchNorm; Add"));
    }

    [Test]
    public void What_the_host_reads_before_a_batch_norm_stays()
    {
        Tensor y = Conv("conv", _x);
        _graph.Output(y);
        Finish(Norm("bn", y));
        Assert.That(Compile(), Is.EqualTo(": Conv2d 3x3 padding 1; BatchNorm"));
    }

    [Test]
    public void A_batch_norm_behind_a_ReLU_stays()
    {
        Finish(Norm("bn", _graph.Append("relu", new Relu(), Conv("conv", _x))));
        Assert.That(Compile(), Is.EqualTo("FuseConvRelu 1: Conv2d 3x3 padding 1 + ReLU; BatchNorm"));
    }

    [Test]
    public void What_is_wanted_before_a_ReLU_stays()
    {
        Tensor y = Conv("conv", _x);
        _graph.Output(y);
        Finish(_graph.Append("relu", new Relu(), y));
        Assert.That(Compile(), Is.EqualTo(": Conv2d 3x3 padding 1; ReLU"));
    }

    [Test]
    public void What_is_read_twice_before_a_ReLU_stays()
    {
        Tensor y = Conv("conv", _x);
        Tensor relu = _graph.Append("relu", new Relu(), y);
        Finish(_graph.Append("pool", new MaxPool2d(Window.Square(1)), y));
        _graph.Output(relu);
        Assert.That(Compile(), Is.EqualTo(": Conv2d 3x3 padding 1; ReLU; MaxPool2d 1x1"));
    }

    [Test]
    public void A_block_becomes_its_convolutions()
    {
        Tensor y = _graph.Append("relu 1", new Relu(), Norm("bn 1", Conv("conv 1", _x)));
        y = Norm("bn 2", Conv("conv 2", y));
        Finish(_graph.Append("relu 2", new Relu(), _graph.Append("add", new Add(), y, _x)));
        Assert.That(Compile(), Is.EqualTo(
            "FoldBatchNorm 2, FuseConvAdd 1, FuseConvRelu 2: Conv2d 3x3 padding 1 + bias + ReLU; " +
            "Conv2d 3x3 padding 1 + bias + shortcut + ReLU"));
    }

    [Test]
    public void Of_two_convolutions_the_later_one_takes_the_sum()
    {
        Tensor y = Conv("main", _x), shortcut = Conv("downsample", _x);
        Finish(_graph.Append("add", new Add(), y, shortcut));
        Assert.That(Compile(), Is.EqualTo("FuseConvAdd 1: Conv2d 3x3 padding 1; Conv2d 3x3 padding 1 + shortcut"));
        Assert.That(_graph.Nodes[^1].Inputs.Select(input => input.Name), Is.EqualTo(new[] { "x", "downsample.weight", "main" }));
    }

    [Test]
    public void A_sum_of_a_value_with_itself_stays()
    {
        Tensor y = Conv("conv", _x);
        Finish(_graph.Append("add", new Add(), y, y));
        Assert.That(Compile(), Is.EqualTo(": Conv2d 3x3 padding 1; Add"));
    }

    [Test]
    public void A_sum_whose_convolution_is_wanted_elsewhere_stays()
    {
        Tensor y = Conv("conv", _x);
        Tensor sum = _graph.Append("add", new Add(), y, _x);
        Finish(_graph.Append("again", new Add(), sum, y));
        Assert.That(Compile(), Is.EqualTo(": Conv2d 3x3 padding 1; Add; Add"));
    }

    [Test]
    public void A_convolution_that_already_adds_takes_no_second_sum()
    {
        Tensor sum = _graph.Append("add", new Add(), Conv("conv", _x), _x);
        Finish(_graph.Append("again", new Add(), sum, _x));
        Assert.That(Compile(), Is.EqualTo("FuseConvAdd 1: Conv2d 3x3 padding 1 + shortcut; Add"));
    }

    [Test]
    public void A_sum_without_convolution_takes_its_ReLU()
    {
        Tensor pool = _graph.Append("pool", new MaxPool2d(Window.Square(1)), _x);
        Finish(_graph.Append("relu", new Relu(), _graph.Append("add", new Add(), pool, _x)));
        Assert.That(Compile(), Is.EqualTo("FuseAddRelu 1: MaxPool2d 1x1; Add + ReLU"));
    }

    [Test]
    public void A_sum_that_is_wanted_before_its_ReLU_stays()
    {
        Tensor pool = _graph.Append("pool", new MaxPool2d(Window.Square(1)), _x);
        Tensor sum = _graph.Append("add", new Add(), pool, _x);
        _graph.Output(sum);
        Finish(_graph.Append("relu", new Relu(), sum));
        Assert.That(Compile(), Is.EqualTo(": MaxPool2d 1x1; Add; ReLU"));
    }

    [Test]
    public void A_linear_layer_becomes_a_convolution()
    {
        Tensor y = _graph.Append("pool", AvgPool2d.Global(_x.Shape), _x);
        Tensor weight = _graph.Parameter(new Parameter("fc.weight", new Shape(10, 8, 1, 1), 2, ParameterKind.Weight));
        Finish(_graph.Append("fc", new Linear(), y, weight, Vector("fc.bias", 10)));
        Assert.That(Compile(), Is.EqualTo("LinearAsConvolution 1: AvgPool2d 5x5 stride 5; Conv2d 1x1 + bias"));
    }

    [Test]
    public void What_nobody_reads_goes_and_what_the_host_reads_stays()
    {
        _graph.Append("unread", new Relu(), Conv("conv", _x));
        Finish(_graph.Append("pool", new MaxPool2d(Window.Square(1)), _x));
        Assert.That(Compile(), Is.EqualTo("FuseConvRelu 1, DropUnread 1: MaxPool2d 1x1"));
    }

    [Test]
    public void Without_rewrites_every_operation_stays()
    {
        Finish(_graph.Append("relu", new Relu(), Norm("bn", Conv("conv", _x))));
        Assert.That(Compile(Reference with { Rewrite = false }), Is.EqualTo(": Conv2d 3x3 padding 1; BatchNorm; ReLU"));
    }

    [TestCase("resnet18", 20)]
    [TestCase("resnet50", 53)]
    [TestCase("cifar-resnet20", 19)]
    public void Nothing_but_convolutions_and_pools_is_left_of_a_ResNet(string model, int norms)
    {
        NetworkConfig net = NetworkConfig.Find(model);
        Graph graph = new();
        graph.Output(net.Append(graph, graph.Input("image", new(new Shape(1, 3, net.ImageSize, net.ImageSize)))));
        CompiledGraph compiled = GraphCompiler.Compile(graph, Traits.Card, Reference);
        Assert.That(compiled.Rewrites["FoldBatchNorm"], Is.EqualTo(norms));
        Assert.That(
            compiled.Body.Steps.Select(step => step.Node.Op.GetType()).Distinct(),
            Is.SubsetOf(new[] { typeof(Conv2d), typeof(MaxPool2d), typeof(AvgPool2d), typeof(Subsample) }));
    }

    // The rules that fired, and the operations that run each time.
    private string Compile(CompileOptions? options = null)
    {
        CompiledGraph compiled = GraphCompiler.Compile(_graph, Traits.Card, options ?? Reference);
        string rules = string.Join(", ", compiled.Rewrites.OrderBy(rule => rule.Key == "DropUnread").ThenBy(rule => rule.Key)
            .Select(rule => $"{rule.Key} {rule.Value}"));
        return $"{rules}: {string.Join("; ", compiled.Body.Steps.Select(step => step.Node.Op))}";
    }

    private void Finish(Tensor y) => _graph.Output(y);

    [Test]
    public void Training_takes_the_batch_s_statistics_and_the_ReLU_behind_them()
    {
        Tensor relu = _graph.Append("relu", new Relu(), Norm("bn", Conv("conv", _x)));
        _graph.Output(relu);
        Train();
        Assert.That(_graph.Nodes.Select(node => node.ToString()),
            Is.EqualTo(["conv: Conv2d 3x3 padding 1", "relu: BatchNorm of the batch + ReLU"]));
        Node norm = _graph.Nodes[1];
        Assert.That(norm.Outputs[0], Is.SameAs(relu));
        Assert.That(norm.Outputs.Select(output => output.Home?.Tensor.Name),
            Is.EqualTo([null, "bn.mean", "bn.variance", null, null, null]));
    }

    [Test]
    public void Training_keeps_what_is_read_between_a_batch_norm_and_its_ReLU()
    {
        Tensor norm = Norm("bn", Conv("conv", _x));
        _graph.Output(_graph.Append("add", new Add(), _graph.Append("relu", new Relu(), norm), norm));
        Train();
        Assert.That(_graph.Nodes.Select(node => node.Op.ToString()),
            Is.EqualTo(["Conv2d 3x3 padding 1", "BatchNorm of the batch", "ReLU", "Add"]));
    }

    [Test]
    public void Training_keeps_what_the_host_reads_between_a_batch_norm_and_its_ReLU()
    {
        Tensor norm = Norm("bn", Conv("conv", _x));
        _graph.Output(norm);
        _graph.Output(_graph.Append("relu", new Relu(), norm));
        Train();
        Assert.That(_graph.Nodes.Select(node => node.Op.ToString()),
            Is.EqualTo(["Conv2d 3x3 padding 1", "BatchNorm of the batch", "ReLU"]));
    }

    [Test]
    public void Training_drops_at_each_dropout_in_its_own_way_and_not_in_place()
    {
        Tensor first = _graph.Append("drop1", new Dropout(0.5f), _x);
        Tensor second = _graph.Append("drop2", new Dropout(0.5f), first);
        _graph.Output(second);
        Assert.That(second.Home?.Tensor, Is.SameAs(first));
        Train();
        DropoutTraining[] ops = [.. _graph.Nodes.Select(node => (DropoutTraining)node.Op)];
        Assert.That(ops[0].Salt, Is.Not.EqualTo(ops[1].Salt));
        Assert.That(_graph.Nodes.Select(node => node.Outputs[0]), Is.EqualTo([first, second]));
        Assert.That(second.Home, Is.Null);
    }

    // As a training graph does, before gradients are appended.
    private void Train()
    {
        Tensor step = _graph.Input("step", StepInputs.Type);
        foreach (Node node in _graph.Nodes.ToArray())
            _ = UseBatchStatistics.Try(_graph, node, step) || UseDropout.Try(_graph, node, step);
        foreach (Node node in _graph.Nodes.ToArray()) FuseBatchNormRelu.Try(_graph, node);
    }

    private Tensor Conv(string name, Tensor x, bool bias = false)
    {
        Tensor weight = _graph.Parameter(new Parameter($"{name}.weight", new Shape(8, 8, 3, 3), 4, ParameterKind.Weight));
        Conv2d conv = new(Window.Square(3, 1, 1)) { HasBias = bias };
        return bias ? _graph.Append(name, conv, x, weight, Vector($"{name}.bias", 8)) : _graph.Append(name, conv, x, weight);
    }

    private Tensor Norm(string name, Tensor x) => _graph.Append(
        name, new BatchNorm(), x, Vector($"{name}.weight", 8), Vector($"{name}.bias", 8), Vector($"{name}.mean", 8),
            Vector($"{name}.variance", 8));

    private Tensor Vector(string name, int length) =>
        _graph.Parameter(new Parameter(name, Shape.Vector(length), 1, ParameterKind.Vector));
}
