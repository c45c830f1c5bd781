using System.Globalization;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;

namespace ResNetVulkan.Models;

/// <summary>A network's modules in the form that PyTorch's print(model) has.</summary>
internal static class ModuleTree
{
    public static string Print(NetworkConfig net, Graph graph)
    {
        // torchvision's blocks have one ReLU, run once or twice, and list it behind a certain norm.
        string? sharing = net switch
        {
            ResNetConfig { Ordering: not ResNetOrdering.Original } or VggConfig => null,
            ResNetConfig { Block: ResNetBlock.Basic } => "bn1",
            _ => "bn3",
        };
        Module root = new(net is VggConfig ? "VGG" : "ResNet", []);
        foreach (Node node in graph.Nodes)
        {
            string[] path = node.Name.Split('.');
            bool isBlock = path[0].StartsWith("layer", StringComparison.Ordinal);
            bool isShared = node.Op is Relu && (path[0] == "norm" || (isBlock && sharing is not null));
            if (isShared || Constructor(node) is not { } text) continue;

            Module parent = root;
            for (int depth = 1; depth < path.Length; depth++)
                parent = parent.Child(path[depth - 1], isBlock && depth == 2 ? BlockName((ResNetConfig)net) : "Sequential");
            parent.Children!.Add((path[^1], new Module(text, null)));
            if (isBlock && path[^1] == sharing) parent.Children.Add(("relu", new Module("ReLU(inplace=True)", null)));
        }
        return root.Print(indent: "");
    }

    private static string BlockName(ResNetConfig net) => net.Block == ResNetBlock.Basic ? "BasicBlock" : "Bottleneck";

    // Null for what PyTorch does by a function.
    private static string? Constructor(Node node)
    {
        (int channels, Shape y) = (node.Inputs[0].Shape.C, node.Outputs[0].Shape);
        return node.Op switch
        {
            Conv2d conv => $"Conv2d({channels}, {y.C}, kernel_size={Pair(conv.Window.Height, conv.Window.Width)}, " +
                $"stride={Pair(conv.Window.StrideY, conv.Window.StrideX)}" +
                Unless(conv.Window is { PaddingY: 0, PaddingX: 0 }, "padding", Pair(conv.Window.PaddingY, conv.Window.PaddingX)) +
                Unless(conv.Groups == 1, "groups", $"{conv.Groups}") + Unless(conv.HasBias, "bias", "False") + ")",
            BatchNorm norm => string.Create(
                CultureInfo.InvariantCulture,
                $"BatchNorm2d({channels}, eps={norm.Epsilon:0.####e-00}, momentum=0.1, affine=True, track_running_stats=True)"),
            Relu => "ReLU(inplace=True)",
            MaxPool2d { Window: var window } =>
                $"MaxPool2d(kernel_size={window.Height}, stride={window.StrideY}, padding={window.PaddingY}, dilation=1, " +
                "ceil_mode=False)",
            AvgPool2d => "AdaptiveAvgPool2d(output_size=(1, 1))",
            Subsample subsample => $"Subsample(stride={subsample.Stride}, channels={subsample.Channels})",
            Linear => $"Linear(in_features={channels}, out_features={y.C}, bias=True)",
            Dropout dropout => string.Create(CultureInfo.InvariantCulture, $"Dropout(p={dropout.Rate}, inplace=False)"),
            _ => null,
        };
    }

    private static string Pair(int y, int x) => $"({y}, {x})";

    private static string Unless(bool isPlain, string name, string value) => isPlain ? "" : $", {name}={value}";

    private sealed record Module(string Text, List<(string Name, Module Module)>? Children)
    {
        public Module Child(string name, string type)
        {
            if (Children!.Find(child => child.Name == name).Module is { } present) return present;
            Module module = new(type, []);
            Children.Add((name, module));
            return module;
        }

        public string Print(string indent)
        {
            if (Children is null) return Text;
            string inner = indent + "  ";
            IEnumerable<string> lines = Children.Select(child => $"{inner}({child.Name}): {child.Module.Print(inner)}\n");
            return $"{Text}(\n{string.Concat(lines)}{indent})";
        }
    }
}
