"""Training steps in PyTorch, in float64 and in float32, from weights, images and labels of the hash of hash_values.py.

A JSON list on stdin of {"net": NET, "seed", "batch", "size", "steps", "rate", "momentum", "weightDecay", "nesterov", "names",
"samples", "orders"}, NET as torch_network.py has it, and the weights as it makes them. The images of step t are called "input t";
the labels are the hash's bits for "labels t" modulo the classes. The loss is the mean cross-entropy, the optimizer SGD.

Float32 runs as often as "orders" says, each time adding in another order, so the runs differ as honest float32 computations do:
the images of every batch are permuted (but in the first), every second run has channels last, and of four runs two go without
oneDNN, by PyTorch's own convolutions. The images' order alone would not do: it leaves each convolution's sums as they are, so
nearly all runs meet the same ReLU whose input is nearly 0.

To stdout, as float64, for each request and step: the loss in float64, then in each float32 run; then for each of the names, which
must be all of the state dict:
    gradient (not of running statistics)    its entries in float64, then the L2 distance of each float32 run's from them
    value after the step                    likewise
Entries are all of them where there are at most "samples", else so many, at the hash's bits for "positions of NAME" modulo their
count.
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Oracle"))
import torch_network
from torch_network import hash_values


def positions(seed, name, count, samples):
    if count <= samples:
        return np.arange(count)
    return hash_values.bits(seed, "positions of " + name, samples) % np.uint32(count)


class Run:
    """One network in one precision, its sums in one order."""

    def __init__(self, request, dtype, order=0):
        net, self.request, self.dtype = request["net"], request, dtype
        self.order = torch.arange(request["batch"])
        if order > 0:
            self.order = torch.randperm(request["batch"], generator=torch.Generator().manual_seed(order))
        self.model = torch_network.build(net, own=True)
        torch_network.load(self.model, torch_network.state(net, request["seed"], self.model))
        self.format = torch.channels_last if order % 2 == 1 else torch.contiguous_format
        self.has_onednn = order % 4 < 2
        self.model.to(dtype, memory_format=self.format).train()
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), request["rate"], request["momentum"], 0.0, request["weightDecay"], request["nesterov"])
        self.tensors = self.model.state_dict(keep_vars=True)
        names = {name for name in self.tensors if not name.endswith("num_batches_tracked")}
        if names != set(request["names"]):
            sys.exit("The names differ: %s" % sorted(names ^ set(request["names"])))

    def step(self, t):
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
        return loss.item()

    def entries(self, name, gradient):
        tensor = self.tensors[name].grad if gradient else self.tensors[name].detach()
        flat = tensor.contiguous().view(-1)
        at = positions(self.request["seed"], name, flat.numel(), self.request["samples"])
        return flat[torch.from_numpy(at.astype(np.int64))].double()


def main(request, out):
    runs = [Run(request, torch.float64)] + [Run(request, torch.float32, order) for order in range(request["orders"])]
    for t in range(request["steps"]):
        out.write(np.array([run.step(t) for run in runs], np.float64).tobytes())
        for name in request["names"]:
            for gradient in (True, False):
                if gradient and not runs[0].tensors[name].requires_grad:
                    continue
                double, *singles = (run.entries(name, gradient) for run in runs)
                distances = [(single - double).norm().item() for single in singles]
                out.write(double.numpy().tobytes() + np.array(distances, np.float64).tobytes())


for wanted in json.load(sys.stdin):
    main(wanted, sys.stdout.buffer)
