#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// The parameter-free shortcut of the CIFAR nets (option A): every `stride`-th pixel, zeros in the channels that are new.
//
//   y[n,p,q,k] = x[n, p*stride, q*stride, k - before]     where that channel exists, else 0
//
//   x   (N, C, H, W)
//   y   (N, K, P, Q)
TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(y)
    uint count;                     // N * P * Q * K
    uint channels, outChannels;     // C, K
    uint height, width;             // H, W
    uint outHeight, outWidth;       // P, Q
    uint stride;
    uint before;                    // new channels before the old ones
};

void main() {
    FOR_EACH(i, count) {
        uint k = i % outChannels, pixel = i / outChannels;
        uint q = pixel % outWidth, p = pixel / outWidth % outHeight, n = pixel / outWidth / outHeight;
        uint c = k - before;        // wraps around below 0, and so is no channel either
        y.at[i] = c < channels ? x.at[((n * height + p * stride) * width + q * stride) * channels + c] : ELEMENT(0.0);
    }
}
