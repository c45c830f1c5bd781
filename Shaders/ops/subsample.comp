#version 460
#include "vectors.glsl"

// The parameter-free shortcut of the CIFAR nets (option A): every `stride`-th pixel, zeros in the channels that are new.
//
//   y[n,p,q,k] = x[n, p*stride, q*stride, k - before]     where that channel exists, else 0
//
//   x   (N, C, H, W)
//   y   (N, K, P, Q)
//
// The GRADIENT gathers: a pixel that was read gets dy of where it went, every other one 0.
//
// One thread makes one vector of channels of what is written. Rows and images are the grid's other axes, as divisions are what a
// CPU driver is slowest at.
//
// Groups: x = ceil(Q*K/V / local size), y = P, z = N; of the GRADIENT W*C/V, H.
layout(local_size_x_id = 0) in;
SOURCE(0, from)     // x, or dy
SINK(1, to)         // y, or dx

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(from) ADDRESS(to)
    int fromOffset;
    int vectors, outVectors;        // C / V, K / V
    int height, width;              // H, W
    int outHeight, outWidth;        // P, Q
    int stride;
    int before;                     // vectors of new channels before the old ones
};

void main() {
    int i = int(gl_GlobalInvocationID.x), row = int(gl_WorkGroupID.y), n = int(gl_WorkGroupID.z);
#ifdef GRADIENT
    if (i >= width * vectors) return;
    int w = i / vectors, c = i - w * vectors, q = w / stride, p = row / stride;
    VECTOR value = VECTOR(0.0);
    if (q * stride == w && p * stride == row) value = LOAD(from, ((n * outHeight + p) * outWidth + q) * outVectors + c + before);
    STORE(to, (n * height + row) * width * vectors + i, value)
#else
    if (i >= outWidth * outVectors) return;
    int q = i / outVectors, c = i - q * outVectors - before;
    VECTOR value = VECTOR(0.0);
    if (uint(c) < uint(vectors)) value = LOAD(from, ((n * height + row * stride) * width + q * stride) * vectors + c);
    STORE(to, (n * outHeight + row) * outWidth * outVectors + i, value)
#endif
}
