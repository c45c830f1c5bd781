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
//
// The GRADIENT gathers: a pixel that was read gets dy of where it went, every other one 0.
#ifdef GRADIENT
TENSOR(0, readonly,  float, dy)
TENSOR(1, writeonly, float, dx)
#else
TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, writeonly, ELEMENT, y)
#endif

layout(push_constant) uniform Push {
#ifdef GRADIENT
    ADDRESS(dy) ADDRESS(dx)
#else
    ADDRESS(x) ADDRESS(y)
#endif
    uint count;                     // of what is written
    uint channels, outChannels;     // C, K
    uint height, width;             // H, W
    uint outHeight, outWidth;       // P, Q
    uint stride;
    uint before;                    // new channels before the old ones
};

#ifdef GRADIENT
void main() {
    FOR_EACH(i, count) {
        uint c = i % channels, pixel = i / channels;
        uint w = pixel % width, h = pixel / width % height, n = pixel / width / height;
        uint q = w / stride, p = h / stride;
        bool wasRead = q * stride == w && p * stride == h;
        dx.at[i] = wasRead ? dy.at[((n * outHeight + p) * outWidth + q) * outChannels + c + before] : 0.0;
    }
}
#else
void main() {
    FOR_EACH(i, count) {
        uint k = i % outChannels, pixel = i / outChannels;
        uint q = pixel % outWidth, p = pixel / outWidth % outHeight, n = pixel / outWidth / outHeight;
        uint c = k - before;        // wraps around below 0, and so is no channel either
        y.at[i] = c < channels ? x.at[((n * height + p * stride) * width + q * stride) * channels + c] : ELEMENT(0.0);
    }
}
#endif
