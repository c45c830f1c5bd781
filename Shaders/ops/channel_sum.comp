#version 460
#include "tensor.glsl"
#include "flat.glsl"

// y[c] = sum over (n,h,w) of x[n,h,w,c], in two passes.
//
//   x         (N, H, W, C)
//   partial   [parts][C]     PARTIAL: part j sums the pixels from j*ceil(pixels/parts) on, in order
//   y         (C)            TOTAL: sums the parts in order
//
// One thread a channel (of a part), so neighbours read neighbouring channels. The same input gives the same bits on every run.
#ifdef PARTIAL
TENSOR(0, readonly,  float, x)
TENSOR(1, writeonly, float, partial)
#else
TENSOR(0, readonly,  float, partial)
TENSOR(1, writeonly, float, y)
#endif

layout(push_constant) uniform Push {
#ifdef PARTIAL
    ADDRESS(x) ADDRESS(partial)
#else
    ADDRESS(partial) ADDRESS(y)
#endif
    uint channels, pixels, parts;       // C, N * H * W
};

void main() {
#ifdef PARTIAL
    uint share = (pixels + parts - 1) / parts;
    FOR_EACH(i, parts * channels) {
        uint part = i / channels, c = i - part * channels, end = min((part + 1) * share, pixels);
        float sum = 0.0;
        for (uint pixel = part * share; pixel < end; pixel++) sum += x.at[pixel * channels + c];
        partial.at[i] = sum;
    }
#else
    FOR_EACH(c, channels) {
        float sum = 0.0;
        for (uint part = 0; part < parts; part++) sum += partial.at[part * channels + c];
        y.at[c] = sum;
    }
#endif
}
