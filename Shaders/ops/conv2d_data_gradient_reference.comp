#version 460
#include "tensor.glsl"
#include "flat.glsl"

// The gradient of a convolution's input as it is written down: any kernel, stride, padding, dilation and grouping, on any
// device. The faster families are held against it, and what they do not cover comes here.
//
//   dx[n,h,w,c] = sum over (r,s,k) of w[r,s,c mod Cg,k] * dy[n,p,q,k]
//                 where p*strideY - paddingY + r*dilationY = h, likewise q, and k is of c's group
//
//   dy        (N, P, Q, K)
//   weights   [R][S][Cg][K]      Cg = C / groups input channels a group
//   dx        (N, H, W, C)
//
// One thread makes one element of dx and adds its taps in row order, so the same input gives the same bits on every run.
TENSOR(0, readonly,  float, dy)
TENSOR(1, readonly,  float, weights)
TENSOR(2, writeonly, float, dx)

layout(push_constant) uniform Push {
    ADDRESS(dy) ADDRESS(weights) ADDRESS(dx)
    uint count;                                 // N * H * W * C
    int groups;
    int height, width, channels;                // H, W, C
    int outHeight, outWidth, outChannels;       // P, Q, K
    int kernelHeight, kernelWidth;              // R, S
    int strideY, strideX, paddingY, paddingX, dilationY, dilationX;
};

void main() {
    int groupChannels = channels / groups, groupOutputs = outChannels / groups;
    FOR_EACH(i, count) {
        int pixel = int(i) / channels, line = pixel / width;
        int c = int(i) - pixel * channels, w = pixel - line * width, n = line / height, h = line - n * height;
        int k0 = c / groupChannels * groupOutputs;

        float sum = 0.0;
        for (int r = 0; r < kernelHeight; r++) {
            int down = h + paddingY - r * dilationY, p = down / strideY;
            if (down < 0 || p * strideY != down || p >= outHeight) continue;
            for (int s = 0; s < kernelWidth; s++) {
                int across = w + paddingX - s * dilationX, q = across / strideX;
                if (across < 0 || q * strideX != across || q >= outWidth) continue;
                int from = ((n * outHeight + p) * outWidth + q) * outChannels + k0;
                int weight = ((r * kernelWidth + s) * groupChannels + c % groupChannels) * outChannels + k0;
                for (int k = 0; k < groupOutputs; k++) sum += dy.at[from + k] * weights.at[weight + k];
            }
        }
        dx.at[i] = sum;
    }
}
