#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// An image's elements in PyTorch's order, channels outermost: y[n, (c * H + h) * W + w] = x[n,h,w,c].
//
//   x   (N, C, H, W)
//   y   (N, C * H * W, 1, 1)
//
// INVERSE goes the other way, which is the gradient: x is (N, C * H * W, 1, 1), y is (N, C, H, W).
TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(y)
    uint count;
    uint channels;      // C
    uint area;          // H * W
};

void main() {
    FOR_EACH(i, count) {
        uint n = i / (channels * area), c = i / area % channels, pixel = i % area;
#ifdef INVERSE
        y.at[(n * area + pixel) * channels + c] = x.at[i];
#else
        y.at[i] = x.at[(n * area + pixel) * channels + c];
#endif
    }
}
