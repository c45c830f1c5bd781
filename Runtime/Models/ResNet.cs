using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Models;

/// <summary>
/// Residual networks: <see href="https://arxiv.org/abs/1512.03385">Deep Residual Learning for Image Recognition</see>, their
/// orderings (<see href="https://arxiv.org/abs/1603.05027">Identity Mappings in Deep Residual Networks</see>), and the same
/// without shortcuts.
/// </summary>
internal sealed class ResNet
{
    private readonly ResNetConfig _net;
    private readonly Graph _graph;
    private readonly Layers _layers;

    public ResNet(Graph graph, ResNetConfig net) =>
        (_graph, _net, _layers) = (graph, net, new Layers(graph, net.HasBias, net.HasNorms));

    public Tensor Append(Tensor image)
    {
        Tensor x = Stem(image);
        for (int stage = 0; stage < _net.Depths.Count; stage++)
        {
            for (int block = 0; block < _net.Depths[stage]; block++)
            {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                x = Block(x, $"layer{stage + 1}.{block}", Convolutions(_net.Width << stage, stride), isFirst: stage + block == 0);
            }
        }
        // What would stand before the next block.
        if (_net.Ordering == ResNetOrdering.PreActivation) x = _layers.BatchNorm(x, "norm");
        if (_net.IsPreActivated) x = _layers.Relu(x, "norm.relu");
        x = _graph.Append("avgpool", AvgPool2d.Global(x.Shape), x);
        return _layers.Linear(x, _net.Head, _net.Classes);
    }

    private Tensor Stem(Tensor image)
    {
        bool large = _net.Stem is ResNetStem.ImageNet or ResNetStem.Deep;
        Tensor x;
        if (_net.Stem == ResNetStem.Deep)
        {
            x = _layers.ConvBn(image, "conv1.0", "conv1.1", _net.Width / 2, kernel: 3, stride: 2);
            x = _layers.Relu(x, "conv1.2");
            x = _layers.ConvBn(x, "conv1.3", "conv1.4", _net.Width / 2, kernel: 3);
            x = _layers.Relu(x, "conv1.5");
            x = _layers.ConvBn(x, "conv1.6", "bn1", _net.Width, kernel: 3);
        }
        else
        {
            int stride = _net.Stem == ResNetStem.Cifar ? 1 : 2;
            x = _layers.ConvBn(image, "conv1", "bn1", _net.Width, kernel: large ? 7 : 3, stride);
        }
        x = _layers.Relu(x, "relu");
        return large ? _graph.Append("maxpool", new MaxPool2d(Window.Square(3, stride: 2, padding: 1)), x) : x;
    }

    private Convolution[] Convolutions(int width, int stride)
    {
        if (_net.Block == ResNetBlock.Basic) return [new(width, Kernel: 3, stride), new(width, Kernel: 3)];
        (int first, int middle) = _net.StrideOnFirst ? (stride, 1) : (1, stride);
        int inner = width * _net.GroupWidth / 64 * _net.Groups;
        return [new(inner, Kernel: 1, first), new(inner, Kernel: 3, middle, _net.Groups), new(4 * width, Kernel: 1)];
    }

    // x + g(x), with batch norms and ReLUs where the ordering has them.
    private Tensor Block(Tensor x, string name, Convolution[] convolutions, bool isFirst)
    {
        ResNetOrdering ordering = _net.Ordering;
        bool isIdentity = !_net.ProjectsAlways && Fits(x, convolutions);
        Tensor y = x, source = x;
        for (int i = 1; i <= convolutions.Length; i++)
        {
            bool isLast = i == convolutions.Length;
            // The stem has activated what the first block takes.
            if (_net.IsPreActivated && !(i == 1 && isFirst))
            {
                if (ordering == ResNetOrdering.PreActivation) y = _layers.BatchNorm(y, $"{name}.bn{i}");
                y = _layers.Relu(y, $"{name}.relu{i}");
                if (i == 1 && !isIdentity && _net.Shortcut != ResNetShortcut.Padding) source = y;
            }
            Convolution conv = convolutions[i - 1];
            y = _layers.Conv(y, $"{name}.conv{i}", conv.Channels, conv.Kernel, conv.Stride, conv.Groups);
            if (ordering == ResNetOrdering.PreActivation || (isLast && ordering == ResNetOrdering.NormAfterAddition)) continue;
            y = _layers.BatchNorm(y, $"{name}.bn{i}");
            if (_net.IsPreActivated || (isLast && ordering != ResNetOrdering.ReluBeforeAddition)) continue;
            y = _layers.Relu(y, $"{name}.relu{i}");
        }
        if (!_net.IsPlain)
        {
            Tensor shortcut = isIdentity ? x : Shortcut(source, name, y.Shape.C, stride: convolutions.Max(conv => conv.Stride));
            y = _graph.Append($"{name}.add", new Add(), y, shortcut);
        }
        if (ordering == ResNetOrdering.NormAfterAddition) y = _layers.BatchNorm(y, $"{name}.bn{convolutions.Length}");
        return ordering is ResNetOrdering.Original or ResNetOrdering.NormAfterAddition ? _layers.Relu(y, $"{name}.relu") : y;
    }

    private static bool Fits(Tensor x, Convolution[] convolutions) =>
        convolutions[^1].Channels == x.Shape.C && convolutions.All(conv => conv.Stride == 1);

    private Tensor Shortcut(Tensor x, string name, int channels, int stride)
    {
        if (_net.Shortcut == ResNetShortcut.Padding)
            return _graph.Append($"{name}.shortcut", new Subsample(stride, channels), x);
        Tensor y = _layers.Conv(x, $"{name}.downsample.0", channels, kernel: 1, stride);
        // The next block's batch norm follows a pre-activated one.
        bool hasNorm = _net.Shortcut != ResNetShortcut.Convolution && _net.Ordering != ResNetOrdering.PreActivation;
        return hasNorm ? _layers.BatchNorm(y, $"{name}.downsample.1") : y;
    }

    private readonly record struct Convolution(int Channels, int Kernel, int Stride = 1, int Groups = 1);
}
