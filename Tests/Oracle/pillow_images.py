"""Does to images what torchvision does with Pillow: requests on stdin, one a line, fields separated by tabs; answers on stdout.

    resize NAME W H W2 H2       -> image       Pillow's resize((W2, H2), BILINEAR)
    tensor NAME W H RESIZE CROP -> image, tensor   torchvision's Resize, CenterCrop (0: left out), ToTensor, Normalize
    decode PATH                 -> image       as RGB

NAME W H is the image whose byte i is the lowest byte of bits(0, NAME, i) of hash_values.py.
An image is width and height as int32 and then RGB bytes; a tensor is float32 in CHW order, of the image before it.
"""
import os
import sys

import numpy as np
from PIL import Image
from torchvision import transforms

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Support"))
import hash_values


def hashed(name, width, height):
    pixels = (hash_values.bits(0, name, 3 * width * height) & np.uint32(255)).astype(np.uint8)
    return Image.fromarray(pixels.reshape(height, width, 3), "RGB")


def write(image):
    sys.stdout.buffer.write(np.array([image.width, image.height], np.int32).tobytes())
    sys.stdout.buffer.write(image.tobytes())


for line in sys.stdin.read().splitlines():
    verb, name, *numbers = line.split("\t")
    numbers = [int(number) for number in numbers]
    if verb == "decode":
        write(Image.open(name).convert("RGB"))
        continue
    image = hashed(name, numbers[0], numbers[1])
    if verb == "resize":
        write(image.resize((numbers[2], numbers[3]), Image.BILINEAR))
    else:
        resize, crop = numbers[2:]
        steps = ([transforms.Resize(resize)] if resize else []) + ([transforms.CenterCrop(crop)] if crop else [])
        image = transforms.Compose(steps)(image)
        write(image)
        normalise = transforms.Compose([transforms.ToTensor(),
                                        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
        sys.stdout.buffer.write(normalise(image).numpy().tobytes())
