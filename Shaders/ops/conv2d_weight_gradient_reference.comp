#version 460
#include "tensor.glsl"
#include "flat.glsl"

// The gradient of a convolution's weights as it is written down: any kernel, stride, padding, dilation and grouping, on any
// device. The faster families are held against it, and what they do not cover comes here.
//
//   dw[r,s,c,k] = sum over (n,p,q) of
//                     dy[n,p,q,k] * x[n, p*strideY - paddingY + r*dilationY, q*strideX - paddingX + s*dilationX, g*Cg + c]
//
//   x    (N, H, W, C)       Cg = C / groups input channels a group, g = k / (K / groups)
//   dy   (N, P, Q, K)
//   dw   [R][S][Cg][K]
//
// Taps outside the image do not take part. One thread makes one element of dw and adds the pixels in order, so the same input
// gives the same bits on every run.
TENSOR(0, readonly,  float, x)
TENSOR(1, readonly,  float, dy)
TENSOR(2, writeonly, float, dw)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(dy) ADDRESS(dw)
    uint count;                                 // R * S * Cg * K
    int groups;
    int images, height, width, channels;        // N, H, W, C
    int outHeight, outWidth, outChannels;       // P, Q, K
    int kernelWidth;                            // S
    int strideY, strideX, paddingY, paddingX, dilationY, dilationX;
};

void main() {
    int groupChannels = channels / groups;
    FOR_EACH(i, count) {
        int row = int(i) / outChannels, k = int(i) - row * outChannels, tap = row / groupChannels;
        int r = tap / kernelWidth, s = tap - r * kernelWidth;
        int c = k / (outChannels / groups) * groupChannels + row - tap * groupChannels;

        float sum = 0.0;
        for (int n = 0; n < images; n++) {
            for (int p = 0; p < outHeight; p++) {
                int iy = p * strideY - paddingY + r * dilationY;
                if (iy < 0 || iy >= height) continue;
                for (int q = 0; q < outWidth; q++) {
                    int ix = q * strideX - paddingX + s * dilationX;
                    if (ix < 0 || ix >= width) continue;
                    sum += x.at[((n * height + iy) * width + ix) * channels + c]
                        * dy.at[((n * outHeight + p) * outWidth + q) * outChannels + k];
                }
            }
        }
        dw.at[i] = sum;
    }
}
