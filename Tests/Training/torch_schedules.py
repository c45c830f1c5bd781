"""The factors that PyTorch's schedules give, for each of a JSON list on stdin {"schedule", "steps", ...}; float64 to stdout.

    {"schedule": "cosine", "floor"}    {"schedule": "step", "milestones": [...], "gamma"}    {"schedule": "one-cycle", "rise"}
    "warmup": N                        N steps of LinearLR before it
"""
import json
import sys
import warnings

import numpy as np
import torch
from torch.optim import lr_scheduler

warnings.simplefilter("ignore")             # schedulers before optimizers: nothing is optimized here


def make(r, optimizer, steps):
    if r["schedule"] == "cosine":
        return lr_scheduler.CosineAnnealingLR(optimizer, steps, r["floor"])
    if r["schedule"] == "step":
        return lr_scheduler.MultiStepLR(optimizer, r["milestones"], r["gamma"])
    if r["schedule"] == "one-cycle":
        return lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=steps, pct_start=r["rise"], cycle_momentum=False)
    return lr_scheduler.ConstantLR(optimizer, 1.0)


for r in json.load(sys.stdin):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 1.0)
    rise = r["warmup"]
    if rise > 0:
        first = lr_scheduler.LinearLR(optimizer, 1 / (rise + 1), total_iters=rise)
        scheduler = lr_scheduler.SequentialLR(optimizer, [first, make(r, optimizer, r["steps"] - rise)], [rise])
    else:
        scheduler = make(r, optimizer, r["steps"])
    rates = []
    for step in range(r["steps"]):
        rates.append(optimizer.param_groups[0]["lr"])
        if step + 1 < r["steps"]:
            scheduler.step()
    sys.stdout.buffer.write(np.array(rates, np.float64).tobytes())
