"""The twin of Hash.cs: values that Python and C# make alike, bit for bit.

    key(seed, name) = mix(seed ^ mix(fnv1a(name)))       32-bit, wrapping; fnv1a over the name's UTF-8 bytes
    bits(i)         = mix(mix(i) + key)
    value(i)        = ((bits(i) >> 8) - 2^23) / 2^23      in [-1, 1), a multiple of 2^-23: exact in float32

As a program: hash_values.py SEED NAME COUNT SCALE OFFSET writes COUNT float32 values to stdout.
"""
import sys

import numpy as np


def mix(x):
    """A bijection of 32-bit integers; x is an array of uint32."""
    x = x ^ (x >> np.uint32(16))
    x = x * np.uint32(0x7feb352d)
    x = x ^ (x >> np.uint32(15))
    x = x * np.uint32(0x846ca68b)
    return x ^ (x >> np.uint32(16))


def key(seed, name):
    hashed = 2166136261
    for byte in name.encode("utf-8"):
        hashed = ((hashed ^ byte) * 16777619) & 0xffffffff
    return mix(np.array([seed], np.uint32) ^ mix(np.array([hashed], np.uint32)))


def bits(seed, name, count):
    return mix(mix(np.arange(count, dtype=np.uint32)) + key(seed, name))


def values(seed, name, count, scale=1.0, offset=0.0):
    """offset + scale * value(i) for i below count, computed in float64 and rounded once to float32."""
    unit = ((bits(seed, name, count) >> np.uint32(8)).astype(np.int32) - (1 << 23)).astype(np.float64) / (1 << 23)
    return (offset + scale * unit).astype(np.float32)


if __name__ == "__main__":
    seed, name, count, scale, offset = sys.argv[1:]
    sys.stdout.buffer.write(values(int(seed), name, int(count), float(scale), float(offset)).tobytes())
