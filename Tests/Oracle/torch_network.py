"""ResNets and VGGs in PyTorch with weights and inputs from the hash of hash_values.py: a JSON list of requests on stdin.

    {"verb": "logits", "net": NET, "seed": S, "batch": N, "size": E}
        -> N * classes logits by PyTorch in float64, then as many by PyTorch in float32 (in evaluation mode)
    {"verb": "tensors", "net": NET, "seed": S, "names": [...]}
        -> the named tensors of the state dict one after the other, float32, in PyTorch's order;
           an error if the names are not all the state dict's (but num_batches_tracked)
    {"verb": "onnx", "net": NET, "seed": S, "size": E, "folds": whether batch norms are folded into the convolutions before them}
        -> eight bytes of length, and the network as an ONNX file
    {"verb": "check", "net": NET, "seed": S}
        -> nothing; an error unless Net below gives torchvision's logits, to the last bit, with the same (random) state dict

NET is {"kind": "ResNet", "name", "block": "Basic" | "Bottleneck", "depths": [...], "width", "stem": "ImageNet" | "Cifar" |
"Strided" | "Deep", "shortcut": "Padding" | "Projection" | "Convolution", "projectsAlways", "groups", "groupWidth", "ordering",
"isPlain", "strideOnFirst", "hasBias", "head", "imageChannels", "classes"} or
{"kind": "Vgg", "name", "depths", "width", "headWidth", "hasNorms", "imageChannels", "imageSize", "classes"}. For resnet18 to
resnet152 and vgg11 to vgg19-bn the logits are those of torchvision's own classes, for everything else those of Net and Vgg.

How tensors are made (NetworkOracle.cs has the same lines), u being the hash's value in [-1, 1) for (seed, name, index):
    input, of the name "input"            u
    *.running_mean                        0.1 * u
    *.running_var                         1 + 0.5 * u
    *.bias                                0.1 * u
    a norm's weight                       1 + 0.5 * u, but 0.25 of it for a block's last norm: sums would double in every block
    a convolution's or the head's weight  sqrt(6 / fan_in) * u, of variance 2 / fan_in; fan_in = elements / outputs
A norm's weight is a vector; a block's last norm is bn3 of a bottleneck and bn2 of a basic block.
Computed in float64 and rounded once to float32, which both precisions then take as exact.
"""
import io
import json
import math
import os
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Support"))
import hash_values

# Every tensor is loaded (load asserts it), so nobody needs to draw 60 million normal numbers first.
nn.Conv2d.reset_parameters = nn.Linear.reset_parameters = lambda self: None
nn.init.kaiming_normal_ = nn.init.normal_ = lambda tensor, *args, **kwargs: tensor

TORCHVISION = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide-resnet50-2", "wide-resnet101-2",
               "resnext50-32x4d", "resnext101-32x8d", "resnext101-64x4d"] + [
    "vgg%d%s" % (layers, norms) for layers in (11, 13, 16, 19) for norms in ("", "-bn")]


class Block(nn.Module):
    def __init__(self, net, inputs, width, stride, first_of_all):
        super().__init__()
        bottleneck, bias, self.ordering = net["block"] == "Bottleneck", net["hasBias"], net["ordering"]
        if bottleneck:
            first, middle = (stride, 1) if net["strideOnFirst"] else (1, stride)
            inner, outputs = width * net["groupWidth"] // 64 * net["groups"], 4 * width
            convolutions = [(inputs, inner, 1, first, 1), (inner, inner, 3, middle, net["groups"]), (inner, outputs, 1, 1, 1)]
        else:
            outputs = width
            convolutions = [(inputs, width, 3, stride, 1), (width, width, 3, 1, 1)]
        full = self.ordering == "PreActivation"
        self.count, self.first, self.plain = len(convolutions), first_of_all, net["isPlain"]
        for i, (c, k, kernel, step, groups) in enumerate(convolutions, 1):
            setattr(self, "conv%d" % i, nn.Conv2d(c, k, kernel, step, kernel // 2, groups=groups, bias=bias))
            if not (full and i == 1 and first_of_all):
                setattr(self, "bn%d" % i, nn.BatchNorm2d(c if full else k))
        self.stride, self.padding = stride, (outputs - inputs) // 2
        self.changes = stride != 1 or inputs != outputs
        self.pads = net["shortcut"] == "Padding"
        self.downsample = None
        if (self.changes or net["projectsAlways"]) and not self.pads and not self.plain:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=bias))
            if net["shortcut"] == "Projection" and not full:
                self.downsample.append(nn.BatchNorm2d(outputs))

    def residual(self, x):
        """What is added, and what the shortcut takes."""
        y, source = x, x
        for i in range(1, self.count + 1):
            conv, norm, last = getattr(self, "conv%d" % i), getattr(self, "bn%d" % i, None), i == self.count
            if self.ordering in ("PreActivation", "ReluOnlyPreActivation"):
                if not (i == 1 and self.first):
                    y = F.relu(norm(y) if self.ordering == "PreActivation" else y)
                    if i == 1 and self.downsample is not None:
                        source = y
                y = conv(y)
                if self.ordering == "ReluOnlyPreActivation":
                    y = norm(y)
            elif not last:
                y = F.relu(norm(conv(y)))
            elif self.ordering == "NormAfterAddition":
                y = conv(y)
            elif self.ordering == "ReluBeforeAddition":
                y = F.relu(norm(conv(y)))
            else:
                y = norm(conv(y))
        return y, source

    def forward(self, x):
        y, source = self.residual(x)
        if not self.plain:
            if self.downsample is not None:
                x = self.downsample(source)
            elif self.changes:
                x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.padding, self.padding))
            y = y + x
        if self.ordering == "NormAfterAddition":
            y = getattr(self, "bn%d" % self.count)(y)
        return F.relu(y) if self.ordering in ("Original", "NormAfterAddition") else y


class Net(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.large, self.head, width = net["stem"] in ("ImageNet", "Deep"), net["head"], net["width"]
        bias, self.ordering = net["hasBias"], net["ordering"]
        if net["stem"] == "Deep":
            half = width // 2
            self.conv1 = nn.Sequential(
                nn.Conv2d(net["imageChannels"], half, 3, 2, 1, bias=bias), nn.BatchNorm2d(half), nn.ReLU(),
                nn.Conv2d(half, half, 3, 1, 1, bias=bias), nn.BatchNorm2d(half), nn.ReLU(),
                nn.Conv2d(half, width, 3, 1, 1, bias=bias))
        else:
            kernel, stride = {"ImageNet": (7, 2), "Cifar": (3, 1), "Strided": (3, 2)}[net["stem"]]
            self.conv1 = nn.Conv2d(net["imageChannels"], width, kernel, stride, kernel // 2, bias=bias)
        self.bn1 = nn.BatchNorm2d(width)
        channels, self.stages = width, len(net["depths"])
        for stage, depth in enumerate(net["depths"]):
            blocks = []
            for block in range(depth):
                stride = 2 if stage > 0 and block == 0 else 1
                blocks.append(Block(net, channels, width << stage, stride, stage + block == 0))
                channels = (width << stage) * (4 if net["block"] == "Bottleneck" else 1)
            setattr(self, "layer%d" % (stage + 1), nn.Sequential(*blocks))
        if self.ordering == "PreActivation":
            self.norm = nn.BatchNorm2d(channels)
        setattr(self, self.head, nn.Linear(channels, net["classes"]))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        if self.large:
            x = F.max_pool2d(x, 3, 2, 1)
        for stage in range(self.stages):
            x = getattr(self, "layer%d" % (stage + 1))(x)
        if self.ordering == "PreActivation":
            x = self.norm(x)
        if self.ordering in ("PreActivation", "ReluOnlyPreActivation"):
            x = F.relu(x)
        return getattr(self, self.head)(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Vgg(nn.Module):
    def __init__(self, net):
        super().__init__()
        layers, channels = [], net["imageChannels"]
        for stage, depth in enumerate(net["depths"]):
            width = min(net["width"] << stage, 8 * net["width"])
            for _ in range(depth):
                layers.append(nn.Conv2d(channels, width, 3, 1, 1))
                if net["hasNorms"]:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.ReLU())
                channels = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        pixels, head = (net["imageSize"] >> len(net["depths"])) ** 2, net["headWidth"]
        self.classifier = nn.Sequential(
            nn.Linear(channels * pixels, head), nn.ReLU(), nn.Dropout(0.0),
            nn.Linear(head, head), nn.ReLU(), nn.Dropout(0.0),
            nn.Linear(head, net["classes"]))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


def tensor(net, seed, name, shape):
    module, kind = name.rsplit(".", 1)
    last = module.rsplit(".", 1)[-1]
    scale, offset = 0.1, 0.0                                    # running_mean, bias
    if kind == "running_var":
        scale, offset = 0.5, 1.0
    elif kind == "weight" and len(shape) == 1:
        scale, offset = 0.5, 1.0
        if last == ("bn3" if net.get("block") == "Bottleneck" else "bn2"):
            scale, offset = 0.125, 0.25
    elif kind == "weight":
        scale, offset = math.sqrt(6.0 / (int(np.prod(shape)) // shape[0])), 0.0
    values = hash_values.values(seed, name, int(np.prod(shape)), scale, offset)
    return torch.from_numpy(values.reshape(tuple(shape)))


def state(net, seed, model):
    return {name: tensor(net, seed, name, value.shape) for name, value in model.state_dict().items()
            if not name.endswith("num_batches_tracked")}


def build(net, own=False):
    if net["name"] not in TORCHVISION or own:
        return (Vgg if net["kind"] == "Vgg" else Net)(net)
    import torchvision
    return getattr(torchvision.models, net["name"].replace("-", "_"))(weights=None, num_classes=net["classes"])


def load(model, tensors):
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing)
    return model.eval()


def logits(net, seed, model, dtype, batch, size):
    return forward(model, seed, (batch, net["imageChannels"], size, size), dtype)


def forward(model, seed, shape, dtype):
    x = torch.from_numpy(hash_values.values(seed, "input", int(np.prod(shape))).reshape(shape))
    with torch.no_grad():
        return model.to(dtype)(x.to(dtype)).numpy()


def main(request):
    net, seed, out = request["net"], request["seed"], sys.stdout.buffer
    if request["verb"] == "logits":
        model = build(net)
        load(model, state(net, seed, model))
        for dtype in (torch.float64, torch.float32):            # the weights are float32's, so there and back is exact
            out.write(logits(net, seed, model, dtype, request["batch"], request["size"]).tobytes())
    elif request["verb"] == "tensors":
        tensors = state(net, seed, build(net))
        if sorted(tensors) != sorted(request["names"]):
            sys.exit("The names differ: %s" % sorted(set(tensors) ^ set(request["names"])))
        for name in request["names"]:
            out.write(tensors[name].numpy().tobytes())
    elif request["verb"] == "onnx":
        model = build(net)
        load(model, state(net, seed, model))
        file, folds = io.BytesIO(), request["folds"]
        torch.onnx.export(
            model, torch.zeros(1, net["imageChannels"], request["size"], request["size"]), file, opset_version=13,
            training=torch.onnx.TrainingMode.EVAL if folds else torch.onnx.TrainingMode.PRESERVE)
        out.write(len(file.getvalue()).to_bytes(8, "little") + file.getvalue())
    elif request["verb"] == "check":
        theirs, ours = build(net), build(net, own=True)
        if {n: v.shape for n, v in theirs.state_dict().items()} != {n: v.shape for n, v in ours.state_dict().items()}:
            sys.exit("The state dicts differ.")
        torch.manual_seed(seed)
        with torch.no_grad():
            for parameter in theirs.parameters():
                parameter.uniform_(-0.05, 0.05)
        ours.load_state_dict(theirs.state_dict())
        if net["kind"] == "Vgg":                                # its two halves: a whole one takes a minute
            halves = (((model.features, (1, 3, 33, 33)), (model.classifier, (1, 25088))) for model in (theirs, ours))
            a, b = (np.concatenate([forward(half.eval(), seed, shape, torch.float32).ravel() for half, shape in model])
                    for model in halves)
        else:
            a, b = (logits(net, seed, model.eval(), torch.float64, 1, 33) for model in (theirs, ours))
        if not (np.isfinite(a).all() and a.std() > 0 and np.array_equal(a, b)):
            sys.exit("The logits differ.")


if __name__ == "__main__":
    for wanted in json.load(sys.stdin):
        main(wanted)
