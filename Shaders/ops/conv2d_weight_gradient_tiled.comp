#version 460
#include "tensor.glsl"
#extension GL_EXT_control_flow_attributes : require

// The gradient of a convolution's weights as a matrix product, for GPUs: the taps by the channels of y, summed over the pixels
// of y, in tiles through shared memory.
//
//   sums[split][d,k] = sum over the split's m of a[m,d] * dy[m,k]
//
//   m = (n,p,q), M = N*P*Q;   d = (r,s,c), D = R*S*C
//   a[m,d] = x[n, p*stride - padding + r*dilation, q*stride - padding + s*dilation, c]
//
//   x      (N, H, W, C)    a is never stored: a workgroup gathers its part of it, zeros outside the image
//   dy     (N, P, Q, K)    it is the matrix dy as it stands
//   sums   [splits][R][S][C][K]   what sum_parts.comp then adds; with one split the gradient itself
//
// A split is the pixels [split*share, (split+1)*share). A workgroup makes TILE_TAPS x TILE_CHANNELS of the sums of one, a thread
// THREAD_TAPS x THREAD_CHANNELS of these, strided so that neighbours read neighbouring shared memory. While it multiplies one
// chunk of DEPTH pixels, the next is on its way into registers. Any shape: taps, channels and pixels beyond the end are zeros on
// load and not stored. Each sum runs over m in order, on every run.
//
// THREADS = TILE_TAPS / THREAD_TAPS * TILE_CHANNELS / THREAD_CHANNELS; a multiple of TILE_TAPS and of TILE_CHANNELS, a divisor of
// either times DEPTH; share is a multiple of DEPTH. Shared memory: (TILE_TAPS + TILE_CHANNELS) * DEPTH * 4 bytes.
// Groups: x = ceil(D / TILE_TAPS), y = ceil(K / TILE_CHANNELS), z = splits.

layout(constant_id = 0) const int THREADS = 256;
layout(constant_id = 1) const int TILE_TAPS = 64;
layout(constant_id = 2) const int TILE_CHANNELS = 64;
layout(constant_id = 3) const int DEPTH = 16;
layout(constant_id = 4) const int THREAD_TAPS = 4;
layout(constant_id = 5) const int THREAD_CHANNELS = 4;

layout(local_size_x_id = 0) in;

TENSOR(0, readonly,  float, x)
TENSOR(1, readonly,  float, dy)
TENSOR(2, writeonly, float, sums)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(dy) ADDRESS(sums)
    int pixels, share;                      // M = N * P * Q, and how many of them a split has
    int inChannels, height, width;          // C, H, W
    int outChannels, outHeight, outWidth;   // K, P, Q
    int kernelHeight, kernelWidth;          // R, S
    int stride, padding, dilation;
};

const int TAP_LOADS = TILE_TAPS * DEPTH / THREADS;          // a thread's share of a chunk
const int CHANNEL_LOADS = TILE_CHANNELS * DEPTH / THREADS;
const int ACROSS = TILE_CHANNELS / THREAD_CHANNELS;         // threads along the channels
const int DOWN = TILE_TAPS / THREAD_TAPS;

shared float tileTaps[DEPTH * TILE_TAPS];
shared float tileChannels[DEPTH * TILE_CHANNELS];

void main() {
    int thread = int(gl_LocalInvocationID.x), split = int(gl_WorkGroupID.z);
    int d0 = int(gl_WorkGroupID.x) * TILE_TAPS, k0 = int(gl_WorkGroupID.y) * TILE_CHANNELS;
    int depth = kernelHeight * kernelWidth * inChannels, end = min((split + 1) * share, pixels);

    // This thread gathers one tap and one channel, for several pixels of a chunk.
    int d = d0 + thread % TILE_TAPS, tap = d / inChannels, c = d - tap * inChannels;
    int r = tap / kernelWidth, s = tap - r * kernelWidth;
    int top = r * dilation - padding, left = s * dilation - padding, k = k0 + thread % TILE_CHANNELS;

    float sum[THREAD_TAPS][THREAD_CHANNELS];
    [[unroll]] for (int i = 0; i < THREAD_TAPS; i++)
        [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++) sum[i][j] = 0.0;

    for (int m0 = split * share - DEPTH; m0 < end; m0 += DEPTH) {
        // The next chunk, on its way while the last one is multiplied. The first turn only fetches.
        float a[TAP_LOADS], b[CHANNEL_LOADS];
        [[unroll]] for (int i = 0; i < TAP_LOADS; i++) {
            int m = m0 + DEPTH + thread / TILE_TAPS + i * (THREADS / TILE_TAPS), line = m / outWidth, n = line / outHeight;
            int iy = (line - n * outHeight) * stride + top, ix = (m - line * outWidth) * stride + left;
            bool inside = d < depth && m < end && uint(iy) < uint(height) && uint(ix) < uint(width);
            a[i] = 0.0;
            if (inside) a[i] = x.at[((n * height + iy) * width + ix) * inChannels + c];
        }
        [[unroll]] for (int i = 0; i < CHANNEL_LOADS; i++) {
            int m = m0 + DEPTH + thread / TILE_CHANNELS + i * (THREADS / TILE_CHANNELS);
            b[i] = 0.0;
            if (k < outChannels && m < end) b[i] = dy.at[m * outChannels + k];
        }

        if (m0 >= split * share)
            for (int e = 0; e < DEPTH; e++) {
                float u[THREAD_TAPS], v[THREAD_CHANNELS];
                [[unroll]] for (int i = 0; i < THREAD_TAPS; i++) u[i] = tileTaps[e * TILE_TAPS + thread / ACROSS + i * DOWN];
                [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++)
                    v[j] = tileChannels[e * TILE_CHANNELS + thread % ACROSS + j * ACROSS];
                [[unroll]] for (int i = 0; i < THREAD_TAPS; i++)
                    [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++) sum[i][j] = fma(u[i], v[j], sum[i][j]);
            }

        barrier();
        [[unroll]] for (int i = 0; i < TAP_LOADS; i++) tileTaps[thread + i * THREADS] = a[i];
        [[unroll]] for (int i = 0; i < CHANNEL_LOADS; i++) tileChannels[thread + i * THREADS] = b[i];
        barrier();
    }

    [[unroll]] for (int i = 0; i < THREAD_TAPS; i++)
        [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++) {
            int row = d0 + thread / ACROSS + i * DOWN, column = k0 + thread % ACROSS + j * ACROSS;
            if (row < depth && column < outChannels) sums.at[(split * depth + row) * outChannels + column] = sum[i][j];
        }
}
