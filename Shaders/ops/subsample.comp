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
#ifdef GRADIENT
SOURCE(0, dy)
SINK(1, dx)
#else
SOURCE(0, x)
SINK(1, y)
#endif

layout(push_constant) uniform Push {
#ifdef GRADIENT
    SOURCE_ADDRESS(dy) ADDRESS(dx)
    int dyOffset;
#else
    SOURCE_ADDRESS(x) ADDRESS(y)
    int xOffset;
#endif
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
    if (q * stride == w && p * stride == row) value = LOAD(dy, ((n * outHeight + p) * outWidth + q) * outVectors + c + before);
    STORE(dx, (n * height + row) * width * vectors + i, value)
#else
    if (i >= outWidth * outVectors) return;
    int q = i / outVectors, c = i - q * outVectors - before;
    VECTOR value = VECTOR(0.0);
    if (uint(c) < uint(vectors)) value = LOAD(x, ((n * height + row * stride) * width + q * stride) * vectors + c);
    STORE(y, (n * outHeight + row) * outWidth * outVectors + i, value)
#endif
}
