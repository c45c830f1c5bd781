"""Many steps of PyTorch's optimizers in float64, over parameters and gradients from the hash of hash_values.py.

A JSON object on stdin: {"optimizer": "sgd" | "adamw", "seed", "steps", "attributes": [a word for each 64 elements], "rate",
"momentum", "secondMomentum", "epsilon", "weightDecay", "nesterov", "scale", "limit", "averageDecay"}. To stdout, as float64: the
norm of the scaled gradient at each step, then the parameters and their averages after the last.

Attributes: 1 learned, 2 decays, 4 a running statistic, which the average takes over.
"""
import json
import os
import sys

import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Support"))
import hash_values

r = json.load(sys.stdin)
count = 64 * len(r["attributes"])


def values(name):
    return torch.from_numpy(hash_values.values(r["seed"], name, count)).double().reshape(-1, 64)


parameters = [torch.nn.Parameter(row.clone()) for row in values("parameters")]
averages = list(values("average"))
groups = [{"params": [p for p, a in zip(parameters, r["attributes"]) if a & 3 == kind], "weight_decay": decay}
          for kind, decay in ((1, 0.0), (3, r["weightDecay"]))]
if r["optimizer"] == "sgd":
    optimizer = torch.optim.SGD(groups, r["rate"], r["momentum"], nesterov=r["nesterov"])
else:
    optimizer = torch.optim.AdamW(groups, r["rate"], (r["momentum"], r["secondMomentum"]), r["epsilon"])

norms = []
for step in range(r["steps"]):
    for p, g in zip(parameters, values("gradients %d" % step)):
        p.grad = r["scale"] * g
    if r["limit"] > 0:
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, r["limit"]))
    else:
        norms.append(torch.linalg.vector_norm(torch.stack([p.grad for p in parameters])))
    optimizer.step()
    for i, attribute in enumerate(r["attributes"]):
        if attribute & 1:
            averages[i] = r["averageDecay"] * averages[i] + (1 - r["averageDecay"]) * parameters[i].detach()
        elif attribute & 4:
            averages[i] = parameters[i].detach()

for tensor in (torch.stack(norms), torch.stack([p.detach() for p in parameters]), torch.stack(averages)):
    sys.stdout.buffer.write(tensor.detach().numpy().tobytes())
