"""Logits of torchvision's resnet18 with weights that were trained elsewhere: torchvision_logits.py FILE SIZE CLASSES

FILE is a safetensors file of float32 tensors, read here by its definition: eight bytes with the header's length, the header in
JSON, then the tensors' bytes, which the header's offsets count from. Stdin holds images of 3xSIZExSIZE, normalised, float32 in
NCHW order. To stdout go the logits, float32, image by image; nothing at all where there is no torchvision.
"""
import json
import sys

import numpy as np
import torch

try:
    import torchvision
except ImportError:
    sys.exit(0)


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    header.pop("__metadata__", None)
    assert all(entry["dtype"] == "F32" for entry in header.values())
    return {
        name: torch.from_numpy(np.frombuffer(
            content[begin + entry["data_offsets"][0]:begin + entry["data_offsets"][1]], "<f4").copy().reshape(entry["shape"]))
        for name, entry in header.items()}


path, size, classes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
model = torchvision.models.resnet18(num_classes=classes)
model.load_state_dict(read(path), strict=True)
images = np.frombuffer(sys.stdin.buffer.read(), "<f4").copy().reshape(-1, 3, size, size)
with torch.no_grad():
    sys.stdout.buffer.write(model.eval()(torch.from_numpy(images)).numpy().tobytes())
