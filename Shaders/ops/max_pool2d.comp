#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// Max pooling.
//
//   y[n,p,q,c] = max over (r,s) of x[n, p*strideY - paddingY + r*dilationY, q*strideX - paddingX + s*dilationX, c]
//
//   x   (N, C, H, W)
//   y   (N, C, P, Q)
//
// Taps outside the image do not take part (they are not zeros). A NaN wins, as in PyTorch. One thread makes one element.
TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(y)
    uint count;                     // N * P * Q * C
    uint channels;                  // C
    int height, width;              // H, W
    uint outHeight, outWidth;       // P, Q
    int windowY, windowX;
    int strideY, strideX;
    int paddingY, paddingX;
    int dilationY, dilationX;
};

void main() {
    FOR_EACH(i, count) {
        uint c = i % channels, pixel = i / channels;
        int q = int(pixel % outWidth), p = int(pixel / outWidth % outHeight), n = int(pixel / outWidth / outHeight);
        float best = uintBitsToFloat(0xff800000u);      // minus infinity
        for (int r = 0; r < windowY; r++) {
            int h = p * strideY - paddingY + r * dilationY;
            if (uint(h) >= uint(height)) continue;
            for (int s = 0; s < windowX; s++) {
                int w = q * strideX - paddingX + s * dilationX;
                if (uint(w) >= uint(width)) continue;
                float v = float(x.at[((n * height + h) * width + w) * int(channels) + int(c)]);
                if (v > best || isnan(v)) best = v;
            }
        }
        y.at[i] = ELEMENT(best);
    }
}
