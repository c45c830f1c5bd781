#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// Average pooling.
//
//   y[n,p,q,c] = sum over the window's taps inside the image / divisor
//
//   x   (N, C, H, W)
//   y   (N, C, P, Q)
//
// The divisor counts the taps inside the image, or with countPadding also those in the padding, but never those beyond it (the last
// window of ceil_mode), as in PyTorch. One thread makes one element, so the sum's order is fixed.
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
    uint countPadding;
};

void main() {
    FOR_EACH(i, count) {
        uint c = i % channels, pixel = i / channels;
        int q = int(pixel % outWidth), p = int(pixel / outWidth % outHeight), n = int(pixel / outWidth / outHeight);
        int top = p * strideY - paddingY, left = q * strideX - paddingX;
        int bottom = min(top + windowY, height + paddingY), right = min(left + windowX, width + paddingX);
        int padded = (bottom - top) * (right - left);
        top = max(top, 0); left = max(left, 0); bottom = min(bottom, height); right = min(right, width);

        float sum = 0.0;
        for (int h = top; h < bottom; h++)
            for (int w = left; w < right; w++)
                sum += float(x.at[((n * height + h) * width + w) * int(channels) + int(c)]);
        y.at[i] = ELEMENT(sum / float(countPadding != 0u ? padded : (bottom - top) * (right - left)));
    }
}
