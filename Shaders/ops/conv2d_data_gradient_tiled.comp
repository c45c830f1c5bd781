#version 460
#include "tensor.glsl"
#extension GL_EXT_control_flow_attributes : require

// The gradient of a convolution's input as a matrix product, for GPUs: the pixels of x by the channels of x, summed over the
// taps, in tiles through shared memory.
//
// With a stride, which taps reach a pixel depends on its row and column modulo the stride: pixels that agree in both are a class,
// and each class is a product of its own, over its own taps. So nothing is multiplied in vain.
//
//   dx[m,c] = sum over e of a[m,e] * w[e,c]
//
//   m = (n,i,j)   the class's pixels: row h = row0 + i*stride, column w = column0 + j*stride
//   e = (u,v,k)   the class's taps: r = r0 + u*stride where r0 = (row0 + padding) mod stride, likewise s from v
//   a[m,e] = dy[n, (row0 + padding - r0) / stride + i - u*dilation, ..., k]
//   w[e,c] = weights[r,s,c,k]
//
//   dy        (N, P, Q, K)    a is never stored: a workgroup gathers its part of it, zeros outside
//   weights   [R][S][C][K]    the master layout; read along k
//   dx        (N, H, W, C)    pixels that no tap reaches become 0
//
// stride or dilation is 1. Tiles, chunks and edges as in conv2d_tiled.comp. Each sum runs over e in order, on every run.
//
// THREADS = TILE_PIXELS / THREAD_PIXELS * TILE_CHANNELS / THREAD_CHANNELS; a multiple of DEPTH, a divisor of either tile times
// DEPTH. Shared memory: (TILE_PIXELS + TILE_CHANNELS + 2) * DEPTH * 4 bytes.
// Groups: x = ceil(N * ceil(H / stride) * ceil(W / stride) / TILE_PIXELS), y = ceil(C / TILE_CHANNELS), z = stride * stride.

layout(constant_id = 0) const int THREADS = 256;
layout(constant_id = 1) const int TILE_PIXELS = 64;
layout(constant_id = 2) const int TILE_CHANNELS = 64;
layout(constant_id = 3) const int DEPTH = 16;
layout(constant_id = 4) const int THREAD_PIXELS = 4;
layout(constant_id = 5) const int THREAD_CHANNELS = 4;

layout(local_size_x_id = 0) in;

TENSOR(0, readonly,  float, dy)
TENSOR(1, readonly,  float, weights)
TENSOR(2, writeonly, float, dx)

layout(push_constant) uniform Push {
    ADDRESS(dy) ADDRESS(weights) ADDRESS(dx)
    int images;                             // N
    int inChannels, height, width;          // C, H, W
    int outChannels, outHeight, outWidth;   // K, P, Q
    int kernelHeight, kernelWidth;          // R, S
    int stride, padding, dilation;
};

// Odd, so that writing along the depth meets every bank.
const int PIXEL_PITCH = TILE_PIXELS + 1, CHANNEL_PITCH = TILE_CHANNELS + 1;
const int PIXEL_LOADS = TILE_PIXELS * DEPTH / THREADS;      // a thread's share of a chunk
const int WEIGHT_LOADS = TILE_CHANNELS * DEPTH / THREADS;
const int ACROSS = TILE_CHANNELS / THREAD_CHANNELS;         // threads along the channels
const int DOWN = TILE_PIXELS / THREAD_PIXELS;

shared float tilePixels[DEPTH * PIXEL_PITCH];
shared float tileWeights[DEPTH * CHANNEL_PITCH];

void main() {
    int thread = int(gl_LocalInvocationID.x), row0 = int(gl_WorkGroupID.z) / stride, column0 = int(gl_WorkGroupID.z) % stride;
    int m0 = int(gl_WorkGroupID.x) * TILE_PIXELS, c0 = int(gl_WorkGroupID.y) * TILE_CHANNELS;
    int rows = (height - row0 + stride - 1) / stride, columns = (width - column0 + stride - 1) / stride;
    int pixels = images * rows * columns;
    if (m0 >= pixels) return;       // the whole group

    int r0 = (row0 + padding) % stride, s0 = (column0 + padding) % stride;
    int tapRows = max(kernelHeight - r0 + stride - 1, 0) / stride, tapColumns = max(kernelWidth - s0 + stride - 1, 0) / stride;

    // This thread gathers `thread % DEPTH` of a chunk, for PIXEL_LOADS pixels, each given by its image and its first tap.
    int image[PIXEL_LOADS], bottom[PIXEL_LOADS], right[PIXEL_LOADS];
    [[unroll]] for (int i = 0; i < PIXEL_LOADS; i++) {
        int m = m0 + thread / DEPTH + i * (THREADS / DEPTH), line = m / columns, n = line / rows;
        image[i] = n * outHeight;
        bottom[i] = m < pixels ? line - n * rows + (row0 + padding - r0) / stride : -1;      // outside, as is all above
        right[i] = m - line * columns + (column0 + padding - s0) / stride;
    }

    float sum[THREAD_PIXELS][THREAD_CHANNELS];
    [[unroll]] for (int i = 0; i < THREAD_PIXELS; i++)
        [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++) sum[i][j] = 0.0;

    int depth = tapRows * tapColumns * outChannels;
    for (int e0 = -DEPTH; e0 < depth; e0 += DEPTH) {
        // The next chunk, on its way while the last one is multiplied. The first turn only fetches.
        int e = e0 + DEPTH + thread % DEPTH, tap = e / outChannels, k = e - tap * outChannels;
        int u = tap / max(tapColumns, 1), v = tap - u * tapColumns;
        float pixel[PIXEL_LOADS], weight[WEIGHT_LOADS];
        [[unroll]] for (int i = 0; i < PIXEL_LOADS; i++) {
            int p = bottom[i] - u * dilation, q = right[i] - v * dilation;
            bool inside = e < depth && uint(p) < uint(outHeight) && uint(q) < uint(outWidth);
            pixel[i] = 0.0;
            if (inside) pixel[i] = dy.at[((image[i] + p) * outWidth + q) * outChannels + k];
        }
        [[unroll]] for (int i = 0; i < WEIGHT_LOADS; i++) {
            int c = c0 + thread / DEPTH + i * (THREADS / DEPTH), r = r0 + u * stride, s = s0 + v * stride;
            weight[i] = 0.0;
            if (e < depth && c < inChannels) weight[i] = weights.at[((r * kernelWidth + s) * inChannels + c) * outChannels + k];
        }

        if (e0 >= 0)
            for (int f = 0; f < DEPTH; f++) {
                float a[THREAD_PIXELS], b[THREAD_CHANNELS];
                [[unroll]] for (int i = 0; i < THREAD_PIXELS; i++)
                    a[i] = tilePixels[f * PIXEL_PITCH + thread / ACROSS + i * DOWN];
                [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++)
                    b[j] = tileWeights[f * CHANNEL_PITCH + thread % ACROSS + j * ACROSS];
                [[unroll]] for (int i = 0; i < THREAD_PIXELS; i++)
                    [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++) sum[i][j] = fma(a[i], b[j], sum[i][j]);
            }

        barrier();
        [[unroll]] for (int i = 0; i < PIXEL_LOADS; i++)
            tilePixels[thread % DEPTH * PIXEL_PITCH + thread / DEPTH + i * (THREADS / DEPTH)] = pixel[i];
        [[unroll]] for (int i = 0; i < WEIGHT_LOADS; i++)
            tileWeights[thread % DEPTH * CHANNEL_PITCH + thread / DEPTH + i * (THREADS / DEPTH)] = weight[i];
        barrier();
    }

    [[unroll]] for (int i = 0; i < THREAD_PIXELS; i++)
        [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++) {
            int m = m0 + thread / ACROSS + i * DOWN, c = c0 + thread % ACROSS + j * ACROSS, line = m / columns, n = line / rows;
            int h = (line - n * rows) * stride + row0, w = (m - line * columns) * stride + column0;
            if (m < pixels && c < inChannels) dx.at[((n * height + h) * width + w) * inChannels + c] = sum[i][j];
        }
}
