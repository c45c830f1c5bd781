"""Training steps in PyTorch, in float64 and in float32, from weights, images and labels of the hash of hash_values.py.

A JSON list on stdin of {"net": NET, "seed", "batch", "size", "steps", "rate", "momentum", "weightDecay", "nesterov", "names",
"samples", "orders", "torchvision", "gates"}, NET as torch_network.py has it, and the weights as it makes them. The images of step
t are called "input t"; the labels are the hash's bits for "labels t" modulo the classes. The loss is the mean cross-entropy, the
optimizer SGD. With "torchvision" the network is torchvision's own, but for its dropout; of a VGG on images that do not leave 7x7,
the first linear layer is made for what they leave. Where there is no torchvision, nothing is written at all.

With "gates" all runs take what another computation's ReLUs let through and its max pools chose, rather than deciding themselves,
so chance has no part in how far apart they are. In base64, in the order in which the network comes by them: of a ReLU a bit for
each value, the lowest first, filled up to whole bytes; of a pool the winner's index within its plane, as int32. Whether they are
right is part of the answer.

Float32 runs as often as "orders" says, each time adding in another order, so the runs differ as honest float32 computations do:
the images of every batch are permuted (but in the first), every second run has channels last, and of four runs two go without
oneDNN, by PyTorch's own convolutions. The images' order alone would not do: it leaves each convolution's sums as they are, so
nearly all runs meet the same ReLU whose input is nearly 0.

To stdout, as float64, for each request and step:
    loss                                    in float64, then the distance of each float32 run's from it
    and for each of the names, which must be all of the state dict:
    gradient (not of running statistics)    its entries in float64, then the L2 distance of each float32 run's from them
    value after the step                    likewise
and with gates how many differ from what PyTorch in float64 decides on the same input, and how far, at most, the inputs of these
are from where both would be right, by the largest distance of PyTorch's float32 in any value there (but at least 5e-6 of its root
mean square). A ReLU's distance is its input's from 0. A pool's is half of what the winner lacks: two values share it.
Entries are all of them where there are at most "samples", else so many, at the hash's bits for "positions of NAME" modulo their
count.
"""
import base64
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Oracle"))
import torch_network
from torch_network import hash_values

relu, max_pool2d = F.relu, F.max_pool2d


def positions(seed, name, count, samples):
    if count <= samples:
        return np.arange(count)
    return hash_values.bits(seed, "positions of " + name, samples) % np.uint32(count)


class Gates:
    """What another computation's ReLUs let through and its max pools chose; a network takes them one after the other."""

    def __init__(self, request):
        self.content = np.frombuffer(base64.b64decode(request["gates"]), np.uint8)
        self.differing, self.inputs, self.slacks, self.errors = 0, [], [], []

    def begin(self, order):
        self.order, self.at, self.next, self.is_first = order, 0, 0, not self.inputs
        F.relu, F.max_pool2d = self.relu, self.max_pool2d

    def end(self):
        F.relu, F.max_pool2d = relu, max_pool2d
        assert self.at == len(self.content) and self.next == len(self.inputs)

    def take(self, count):
        self.at += count
        return self.content[self.at - count:self.at]

    def relu(self, x, inplace=False):
        bits = np.unpackbits(self.take((x.numel() + 7) // 8), count=x.numel(), bitorder="little")
        is_open = torch.from_numpy(bits.view(bool)).view(x.shape)[self.order]
        self.watch(x, x.detach().abs() * (is_open != (x > 0)))
        return x.masked_fill(~is_open, 0)

    def max_pool2d(self, x, *args, **options):
        most = max_pool2d(x.detach(), *args, **options)
        winners = torch.from_numpy(self.take(4 * most.numel()).view(np.int32)).view(most.shape)[self.order].long()
        chosen = x.flatten(2).gather(2, winners.flatten(2)).view(most.shape)
        self.watch(x, (most - chosen.detach()) / 2)
        return chosen

    def watch(self, x, slack):
        x = x.detach()
        if self.is_first:
            self.differing += slack.count_nonzero().item()
            self.inputs.append(x)
            self.slacks.append(slack.max().item())
            self.errors.append(5e-6 * x.square().mean().sqrt().item())
        else:
            error = (x.double() - self.inputs[self.next][self.order]).abs().max().item()
            self.errors[self.next] = max(self.errors[self.next], error)
        self.next += 1

    def answer(self):
        return np.array([self.differing, max(slack / error for slack, error in zip(self.slacks, self.errors))])


class Run:
    """One network in one precision, its sums in one order."""

    def __init__(self, request, tensors, dtype, order=0):
        self.request, self.dtype = request, dtype
        self.order = torch.arange(request["batch"])
        if order > 0:
            self.order = torch.randperm(request["batch"], generator=torch.Generator().manual_seed(order))
        self.model = build(request)
        torch_network.load(self.model, tensors)
        self.format = torch.channels_last if order % 2 == 1 else torch.contiguous_format
        self.has_onednn = order % 4 < 2
        self.model.to(dtype, memory_format=self.format).train()
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), request["rate"], request["momentum"], 0.0, request["weightDecay"], request["nesterov"])
        self.tensors = self.model.state_dict(keep_vars=True)

    def step(self, t):
        """The loss, and after it the entries of all tensors."""
        r = self.request
        shape = (r["batch"], r["net"]["imageChannels"], r["size"], r["size"])
        x = torch.from_numpy(hash_values.values(r["seed"], "input %d" % t, int(np.prod(shape))).reshape(shape))
        labels = hash_values.bits(r["seed"], "labels %d" % t, r["batch"]) % np.uint32(r["net"]["classes"])
        x, labels = x[self.order], torch.from_numpy(labels.astype(np.int64))[self.order]
        with torch.backends.mkldnn.flags(enabled=self.has_onednn):
            loss = F.cross_entropy(self.model(x.to(self.dtype, memory_format=self.format)), labels)
            self.optimizer.zero_grad()
            loss.backward()
        self.optimizer.step()
        return [np.array([loss.item()])] + [
            self.entries(name, tensor) for name in r["names"]
            for tensor in (self.tensors[name].grad, self.tensors[name].detach()) if tensor is not None]

    def entries(self, name, tensor):
        flat = tensor.contiguous().view(-1)
        at = positions(self.request["seed"], name, flat.numel(), self.request["samples"])
        return flat[torch.from_numpy(at.astype(np.int64))].double().numpy()


def build(request):
    net = request["net"]
    model = torch_network.build(net, own=not request["torchvision"])
    if request["torchvision"] and net["kind"] == "Vgg" and net["imageSize"] // 32 != 7:
        model.avgpool = torch.nn.Identity()
        model.classifier[0] = torch.nn.Linear(512 * (net["imageSize"] // 32) ** 2, 4096)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model


def train(request, tensors, gates, dtype, order=0):
    run = Run(request, tensors, dtype, order)
    if gates:
        gates.begin(run.order)
    steps = [run.step(t) for t in range(request["steps"])]
    if gates:
        gates.end()
    return steps


def main(request, out):
    tensors = torch_network.state(request["net"], request["seed"], build(request))
    if set(tensors) != set(request["names"]):
        sys.exit("The names differ: %s" % sorted(set(tensors) ^ set(request["names"])))
    gates = Gates(request) if request["gates"] else None
    double = train(request, tensors, gates, torch.float64)
    distances = [[[] for _ in step] for step in double]
    for order in range(request["orders"]):                      # one after the other: a VGG and its gradients take gigabytes
        for into, wanted, got in zip(distances, double, train(request, tensors, gates, torch.float32, order)):
            for all_orders, a, b in zip(into, wanted, got):
                all_orders.append(np.linalg.norm(a - b))
    for step, of_step in zip(double, distances):
        for entries, all_orders in zip(step, of_step):
            out.write(entries.tobytes() + np.array(all_orders, np.float64).tobytes())
    if gates:
        out.write(gates.answer().tobytes())


wanted = json.load(sys.stdin)
if any(request["torchvision"] for request in wanted):
    try:
        import torchvision
    except ImportError:
        sys.exit(0)
for request in wanted:
    main(request, sys.stdout.buffer)
