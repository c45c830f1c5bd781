#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// Convolution as it is written down: any kernel, stride, padding, dilation and grouping, on any device. The faster families
// are held against it, and what they do not cover comes here.
//
//   y[n,p,q,k] = bias[k] + sum over (r,s,c) of
//                    w[r,s,c,k] * x[n, p*strideY - paddingY + r*dilationY, q*strideX - paddingX + s*dilationX, g*Cg + c]
//                (+ residual[n,p,q,k]), then max(0, .) with RELU; NaN stays NaN
//
//   x         (N, H, W, C)       Cg = C / groups input channels a group, g = k / (K / groups)
//   weights   [R][S][Cg][K]      float32
//   bias      (K)                float32; read only with BIAS, else any tensor
//   residual  (N, P, Q, K)       read only with RESIDUAL, else any tensor
//   y         (N, P, Q, K)       P = (H + 2*paddingY - dilationY*(R - 1) - 1) / strideY + 1, likewise Q
//
// Taps outside the image do not take part. One thread makes one output element and adds its taps in row order, so the same
// input gives the same bits on every run. HALF stores x, residual and y as float16; sums are float32.

layout(constant_id = 1) const bool BIAS = true;
layout(constant_id = 2) const bool RESIDUAL = false;
layout(constant_id = 3) const bool RELU = false;

TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, readonly,  float,   weights)
TENSOR(2, readonly,  float,   bias)
TENSOR(3, readonly,  ELEMENT, residual)
TENSOR(4, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(weights) ADDRESS(bias) ADDRESS(residual) ADDRESS(y)
    uint count;                                 // N * P * Q * K
    uint groups;
    int inChannels, height, width;              // C, H, W
    int outChannels, outHeight, outWidth;       // K, P, Q
    int kernelHeight, kernelWidth;              // R, S
    int strideY, strideX, paddingY, paddingX, dilationY, dilationX;
};

void main() {
    FOR_EACH(i, count) {
        uint pixel = i / outChannels, line = pixel / outWidth;
        int k = int(i - pixel * outChannels), q = int(pixel - line * outWidth);
        int n = int(line / outHeight), p = int(line % outHeight);
        int groupChannels = inChannels / int(groups);
        int c0 = k / (outChannels / int(groups)) * groupChannels;

        float sum = BIAS ? bias.at[k] : 0.0;
        for (int r = 0; r < kernelHeight; r++) {
            int iy = p * strideY - paddingY + r * dilationY;
            if (iy < 0 || iy >= height) continue;
            for (int s = 0; s < kernelWidth; s++) {
                int ix = q * strideX - paddingX + s * dilationX;
                if (ix < 0 || ix >= width) continue;
                uint from = uint((n * height + iy) * width + ix) * inChannels + c0;
                uint weight = uint((r * kernelWidth + s) * groupChannels) * outChannels + k;
                for (int c = 0; c < groupChannels; c++)
                    sum += float(x.at[from + c]) * weights.at[weight + c * outChannels];
            }
        }
        if (RESIDUAL) sum += float(residual.at[i]);
        if (RELU) sum = sum < 0.0 ? 0.0 : sum;
        y.at[i] = ELEMENT(sum);
    }
}
