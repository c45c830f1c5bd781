using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Models;

/// <summary>
/// Residual networks: <see href="https://arxiv.org/abs/1512.03385">Deep Residual Learning for Image Recognition</see>.
/// </summary>
internal sealed class ResNet
{
    private readonly ResNetConfig _net;
    private readonly Graph _graph;
    private readonly Layers _layers;

    public ResNet(Graph graph, ResNetConfig net) => (_graph, _net, _layers) = (graph, net, new Layers(graph, net.HasBias));

    public Tensor Append(Tensor image)
    {
        Tensor x = Stem(image);
        for (int stage = 0; stage < _net.Depths.Count; stage++)
        {
            for (int block = 0; block < _net.Depths[stage]; block++)
            {
                string name = $"layer{stage + 1}.{block}";
                int width = _net.Width << stage, stride = stage > 0 && block == 0 ? 2 : 1;
                x = _net.Block == ResNetBlock.Basic ? Basic(x, name, width, stride) : Bottleneck(x, name, width, stride);
            }
        }
        x = _graph.Append("avgpool", AvgPool2d.Global(x.Shape), x);
        return _layers.Linear(x, _net.Head, _net.Classes);
    }

    private Tensor Stem(Tensor image)
    {
        bool large = _net.Stem == ResNetStem.ImageNet;
        int stride = _net.Stem == ResNetStem.Cifar ? 1 : 2;
        Tensor x = _layers.ConvBn(image, "conv1", "bn1", _net.Width, kernel: large ? 7 : 3, stride);
        x = _layers.Relu(x, "relu");
        return large ? _graph.Append("maxpool", new MaxPool2d(Window.Square(3, stride: 2, padding: 1)), x) : x;
    }

    private Tensor Basic(Tensor x, string name, int width, int stride)
    {
        Tensor y = _layers.ConvBn(x, $"{name}.conv1", $"{name}.bn1", width, kernel: 3, stride);
        y = _layers.Relu(y, $"{name}.relu1");
        y = _layers.ConvBn(y, $"{name}.conv2", $"{name}.bn2", width, kernel: 3);
        return Join(x, y, name, stride);
    }

    private Tensor Bottleneck(Tensor x, string name, int width, int stride)
    {
        (int first, int middle) = _net.StrideOnFirst ? (stride, 1) : (1, stride);
        Tensor y = _layers.ConvBn(x, $"{name}.conv1", $"{name}.bn1", width, kernel: 1, first);
        y = _layers.Relu(y, $"{name}.relu1");
        y = _layers.ConvBn(y, $"{name}.conv2", $"{name}.bn2", width, kernel: 3, middle);
        y = _layers.Relu(y, $"{name}.relu2");
        y = _layers.ConvBn(y, $"{name}.conv3", $"{name}.bn3", 4 * width, kernel: 1);
        return Join(x, y, name, stride);
    }

    // x + g(x): the identity where the shapes agree.
    private Tensor Join(Tensor x, Tensor y, string name, int stride)
    {
        Tensor shortcut = x;
        if (x.Shape != y.Shape)
        {
            shortcut = _net.Shortcut switch
            {
                ResNetShortcut.Padding => _graph.Append($"{name}.shortcut", new Subsample(stride, y.Shape.C), x),
                ResNetShortcut.Convolution => _layers.Conv(x, $"{name}.downsample.0", y.Shape.C, kernel: 1, stride),
                _ => _layers.ConvBn(x, $"{name}.downsample.0", $"{name}.downsample.1", y.Shape.C, kernel: 1, stride),
            };
        }
        return _layers.Relu(_graph.Append($"{name}.add", new Add(), y, shortcut), $"{name}.relu");
    }
}
