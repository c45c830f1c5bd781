"""Computes a batch of ops with PyTorch, in float64 and in float32: torch_ops.py FOLDER

FOLDER/cases.json   [{"op": name, "args": {...}, "inputs": [{"at": offset in doubles, "shape": [...]}, ...]}, ...]
FOLDER/inputs.f64   the inputs' values (all of them exact in float32)
FOLDER/answers.json [{"shape": [...], "float64": [at, count], "float32": [at, count], "indices": [at, count]}, ...]
FOLDER/outputs.f64  the outputs' values as doubles, in PyTorch's NCHW order
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F


def with_bias(inputs):
    return inputs[2] if len(inputs) > 2 else None


OPS = {
    "conv2d": lambda i, a: F.conv2d(i[0], i[1], with_bias(i), a["stride"], a["padding"], a["dilation"], a["groups"]),
    "conv2d_data_gradient": lambda i, a: torch.nn.grad.conv2d_input(
        a["image"], i[1], i[0], a["stride"], a["padding"], a["dilation"], a["groups"]),
    "conv2d_weight_gradient": lambda i, a: torch.nn.grad.conv2d_weight(
        i[0], a["kernel"], i[1], a["stride"], a["padding"], a["dilation"], a["groups"]),
    "channel_sum": lambda i, a: i[0].sum((0, 2, 3)).view(-1, 1),
    "batch_norm": lambda i, a: F.batch_norm(i[0], i[3], i[4], i[1], i[2], False, 0.0, a["eps"]),
    "relu": lambda i, a: F.relu(i[0]),
    "add": lambda i, a: i[0] + i[1],
    "scale_bias": lambda i, a: i[0] * i[1].view(1, -1, 1, 1) + i[2].view(1, -1, 1, 1),
    "max_pool2d": lambda i, a: F.max_pool2d(i[0], a["window"], a["stride"], a["padding"], a["dilation"], a["ceil"], True),
    "avg_pool2d": lambda i, a: F.avg_pool2d(i[0], a["window"], a["stride"], a["padding"], a["ceil"], a["pad"]),
    "global_average_pool": lambda i, a: F.adaptive_avg_pool2d(i[0], 1),
    "linear": lambda i, a: F.linear(i[0].flatten(1), i[1], with_bias(i)),
    "flatten": lambda i, a: i[0].flatten(1),
    "softmax": lambda i, a: F.softmax(i[0], 1),
    "log_softmax": lambda i, a: F.log_softmax(i[0], 1),
    "shortcut_a": lambda i, a: F.pad(i[0][:, :, ::a["stride"], ::a["stride"]], (0, 0, 0, 0, a["padding"], a["padding"])),
    "to_float16": lambda i, a: i[0].to(torch.float16).to(i[0].dtype),
}


def main(folder):
    torch.set_num_threads(1)
    with open(os.path.join(folder, "cases.json")) as file:
        cases = json.load(file)
    inputs = np.fromfile(os.path.join(folder, "inputs.f64"), np.float64)
    answers, outputs, written = [], [], 0

    def read(at, shape):
        return torch.from_numpy(inputs[at:at + int(np.prod(shape))].reshape(shape).copy())

    def write(array):
        nonlocal written
        flat = np.ascontiguousarray(array, np.float64).reshape(-1)
        outputs.append(flat)
        written += flat.size
        return [written - flat.size, flat.size]

    for case in cases:
        wide = [read(i["at"], i["shape"]) for i in case["inputs"]]
        double = OPS[case["op"]](wide, case["args"])
        single = OPS[case["op"]]([x.float() for x in wide], case["args"])
        indices = np.zeros(0)
        if isinstance(double, tuple):
            (double, indices), single = (double[0], double[1].numpy()), single[0]
        answers.append({"shape": list(double.shape), "float64": write(double.numpy()), "float32": write(single.numpy()),
                        "indices": write(indices)})

    with open(os.path.join(folder, "answers.json"), "w") as file:
        json.dump(answers, file)
    np.concatenate(outputs).tofile(os.path.join(folder, "outputs.f64"))


main(sys.argv[1])
