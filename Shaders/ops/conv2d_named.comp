#version 460
#include "tensor.glsl"
#include "element.glsl"

// Convolution for drivers that neither unroll loops nor keep arrays in registers: eight named vectors hold the sums.
//
//   y[n,p,q,k] = bias[k] + sum over (r,s,c) of
//                    w[r,s,c,k] * x[n, p*stride - padding + r*dilation, q*stride - padding + s*dilation, c]
//                (+ residual[n,p,q,k]), then max(0, .) with RELU; NaN stays NaN
//
//   x         (N, H, W, C)    starts at element xOffset of its memory block, whose first C elements are zeros
//   weights   [R][S][C][K]    the master layout, float32
//   bias      (K)             float32; read only with BIAS, else any tensor
//   residual  (N, P, Q, K)    read only with RESIDUAL, else any tensor
//   y         (N, P, Q, K)
//
// One thread makes 8 pixels of a row by 4 channels that lie LANES apart. So the lanes of a subgroup read one element of x
// together and adjacent weights, which such drivers turn into one load each. Pixels outside the image are read from the zeros
// at the block's start. Each sum runs over r, s, c, on every run.
//
// Groups: x = ceil(Q / 8), y = ceil(K / (LANES * 4)), z = N * P.

layout(constant_id = 0) const int LANES = 4;
layout(constant_id = 1) const bool BIAS = true;
layout(constant_id = 2) const bool RESIDUAL = false;
layout(constant_id = 3) const bool RELU = false;

layout(local_size_x_id = 0) in;

TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, readonly,  float,   weights)
TENSOR(2, readonly,  float,   bias)
TENSOR(3, readonly,  ELEMENT, residual)
TENSOR(4, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(weights) ADDRESS(bias) ADDRESS(residual) ADDRESS(y)
    int xOffset;                            // elements
    int inChannels, height, width;          // C, H, W
    int outChannels, outHeight, outWidth;   // K, P, Q
    int kernelHeight, kernelWidth;          // R, S
    int stride, padding, dilation;
};

// Where the channels of a row's pixel begin, `line` being the row's first pixel; the zeros when it lies outside.
int at(int line, int column) { return uint(column) < uint(width) ? xOffset + (line + column) * inChannels : 0; }

void put(int q, ivec4 k, vec4 sum) {
    if (q >= outWidth) return;
    int first = (int(gl_WorkGroupID.z) * outWidth + q) * outChannels;
    for (int j = 0; j < 4; j++)
        if (k[j] < outChannels) {
            float value = sum[j];
            if (RESIDUAL) value += float(residual.at[first + k[j]]);
            if (RELU) value = value < 0.0 ? 0.0 : value;
            y.at[first + k[j]] = ELEMENT(value);
        }
}

void main() {
    int n = int(gl_WorkGroupID.z) / outHeight, p = int(gl_WorkGroupID.z) % outHeight, q = int(gl_WorkGroupID.x) * 8;
    int k0 = int(gl_WorkGroupID.y) * LANES * 4 + int(gl_LocalInvocationID.x), k1 = k0 + LANES, k2 = k1 + LANES;
    ivec4 k = ivec4(k0, k1, k2, k2 + LANES);
    ivec4 read = min(k, outChannels - 1);       // lanes beyond K work along and store nothing

    vec4 start = vec4(0.0);
    if (BIAS) start = vec4(bias.at[read.x], bias.at[read.y], bias.at[read.z], bias.at[read.w]);
    vec4 sum0 = start, sum1 = start, sum2 = start, sum3 = start, sum4 = start, sum5 = start, sum6 = start, sum7 = start;

    int channels = inChannels, step = outChannels;
    for (int r = 0; r < kernelHeight; r++) {
        int iy = p * stride - padding + r * dilation;
        if (iy < 0 || iy >= height) continue;
        int line = (n * height + iy) * width;
        for (int s = 0; s < kernelWidth; s++) {
            int ix = q * stride - padding + s * dilation;
            int at0 = at(line, ix), at1 = at(line, ix + stride), at2 = at(line, ix + 2 * stride), at3 = at(line, ix + 3 * stride);
            int at4 = at(line, ix + 4 * stride), at5 = at(line, ix + 5 * stride);
            int at6 = at(line, ix + 6 * stride), at7 = at(line, ix + 7 * stride);
            ivec4 tap = (r * kernelWidth + s) * channels * step + read;
            for (int c = 0; c < channels; c++) {
                vec4 weight = vec4(weights.at[tap.x], weights.at[tap.y], weights.at[tap.z], weights.at[tap.w]);
                sum0 += float(x.at[at0 + c]) * weight;
                sum1 += float(x.at[at1 + c]) * weight;
                sum2 += float(x.at[at2 + c]) * weight;
                sum3 += float(x.at[at3 + c]) * weight;
                sum4 += float(x.at[at4 + c]) * weight;
                sum5 += float(x.at[at5 + c]) * weight;
                sum6 += float(x.at[at6 + c]) * weight;
                sum7 += float(x.at[at7 + c]) * weight;
                tap += step;
            }
        }
    }

    put(q, k, sum0); put(q + 1, k, sum1); put(q + 2, k, sum2); put(q + 3, k, sum3);
    put(q + 4, k, sum4); put(q + 5, k, sum5); put(q + 6, k, sum6); put(q + 7, k, sum7);
}
