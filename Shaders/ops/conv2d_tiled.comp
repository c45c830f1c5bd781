#version 460
#include "tensor.glsl"
#include "element.glsl"
#extension GL_EXT_control_flow_attributes : require

// Convolution as a matrix product, for GPUs: the pixels of y by the channels of y, summed over the taps, in tiles through
// shared memory.
//
//   y[m,k] = bias[k] + sum over d of a[m,d] * w[d,k]    (+ residual[m,k]), then max(0, .) with RELU; NaN stays NaN
//
//   m = (n,p,q), M = N*P*Q;   d = (r,s,c), D = R*S*C
//   a[m,d] = x[n, p*stride - padding + r*dilation, q*stride - padding + s*dilation, c]
//
//   x         (N, H, W, C)    a is never stored: a workgroup gathers its part of it, zeros outside the image
//   weights   [R][S][C][K]    the master layout, float32; it is the matrix w as it stands
//   bias      (K)             float32; read only with BIAS, else any tensor
//   residual  (N, P, Q, K)    read only with RESIDUAL, else any tensor
//   y         (N, P, Q, K)
//
// A workgroup makes TILE_PIXELS x TILE_CHANNELS of y, a thread THREAD_PIXELS x THREAD_CHANNELS of these, strided so that
// neighbours read neighbouring shared memory and write neighbouring channels. While it multiplies one chunk of DEPTH taps, the
// next is on its way into registers. Any shape: rows, channels and taps beyond the end are zeros on load and not stored. Each
// sum runs over d in order, on every run. HALF stores x, residual and y as float16; sums are float32.
//
// THREADS = TILE_PIXELS / THREAD_PIXELS * TILE_CHANNELS / THREAD_CHANNELS; a multiple of DEPTH, a divisor of TILE_PIXELS * DEPTH and
// of TILE_CHANNELS * DEPTH. Shared memory: (TILE_PIXELS + 1 + TILE_CHANNELS) * DEPTH * 4 bytes.
// Groups: with tiles = ceil(M / TILE_PIXELS): x = min(tiles, 32768), y = ceil(K / TILE_CHANNELS), z = ceil(tiles / 32768).

layout(constant_id = 0) const int THREADS = 256;
layout(constant_id = 1) const int TILE_PIXELS = 64;
layout(constant_id = 2) const int TILE_CHANNELS = 64;
layout(constant_id = 3) const int DEPTH = 16;
layout(constant_id = 4) const int THREAD_PIXELS = 4;
layout(constant_id = 5) const int THREAD_CHANNELS = 4;
layout(constant_id = 6) const bool BIAS = true;
layout(constant_id = 7) const bool RESIDUAL = false;
layout(constant_id = 8) const bool RELU = false;

layout(local_size_x_id = 0) in;

TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, readonly,  float,   weights)
TENSOR(2, readonly,  float,   bias)
TENSOR(3, readonly,  ELEMENT, residual)
TENSOR(4, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(weights) ADDRESS(bias) ADDRESS(residual) ADDRESS(y)
    int pixels;                             // M = N * P * Q
    int inChannels, height, width;          // C, H, W
    int outChannels, outHeight, outWidth;   // K, P, Q
    int kernelHeight, kernelWidth;          // R, S
    int stride, padding, dilation;
};

const int PITCH = TILE_PIXELS + 1;                          // odd, so that writing along the depth meets every bank
const int PIXEL_LOADS = TILE_PIXELS * DEPTH / THREADS;      // a thread's share of a chunk
const int WEIGHT_LOADS = TILE_CHANNELS * DEPTH / THREADS;
const int ACROSS = TILE_CHANNELS / THREAD_CHANNELS;         // threads along the channels
const int DOWN = TILE_PIXELS / THREAD_PIXELS;

shared float tilePixels[DEPTH * PITCH];
shared float tileWeights[DEPTH * TILE_CHANNELS];

void main() {
    int thread = int(gl_LocalInvocationID.x);
    int m0 = (int(gl_WorkGroupID.z) * 32768 + int(gl_WorkGroupID.x)) * TILE_PIXELS, k0 = int(gl_WorkGroupID.y) * TILE_CHANNELS;
    if (m0 >= pixels) return;       // the whole group

    // This thread gathers tap `thread % DEPTH` of a chunk, for PIXEL_LOADS pixels, each given by its image and its first tap.
    int image[PIXEL_LOADS], top[PIXEL_LOADS], left[PIXEL_LOADS];
    [[unroll]] for (int i = 0; i < PIXEL_LOADS; i++) {
        int m = m0 + thread / DEPTH + i * (THREADS / DEPTH), line = m / outWidth;
        image[i] = line / outHeight * height;
        top[i] = m < pixels ? line % outHeight * stride - padding : -0x40000000;     // so far outside that no tap is inside
        left[i] = (m - line * outWidth) * stride - padding;
    }

    float sum[THREAD_PIXELS][THREAD_CHANNELS];
    [[unroll]] for (int i = 0; i < THREAD_PIXELS; i++)
        [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++) sum[i][j] = 0.0;

    int depth = kernelHeight * kernelWidth * inChannels;
    for (int d0 = -DEPTH; d0 < depth; d0 += DEPTH) {
        // The next chunk, on its way while the last one is multiplied. The first turn only fetches.
        int next = d0 + DEPTH, d = next + thread % DEPTH;
        int tap = d / inChannels, c = d - tap * inChannels, r = tap / kernelWidth, s = tap - r * kernelWidth;
        float pixel[PIXEL_LOADS], weight[WEIGHT_LOADS];
        [[unroll]] for (int i = 0; i < PIXEL_LOADS; i++) {
            int iy = top[i] + r * dilation, ix = left[i] + s * dilation;
            bool inside = d < depth && uint(iy) < uint(height) && uint(ix) < uint(width);
            pixel[i] = 0.0;
            if (inside) pixel[i] = float(x.at[((image[i] + iy) * width + ix) * inChannels + c]);
        }
        [[unroll]] for (int i = 0; i < WEIGHT_LOADS; i++) {
            int slot = thread + i * THREADS, row = next + slot / TILE_CHANNELS, k = k0 + slot % TILE_CHANNELS;
            weight[i] = 0.0;
            if (row < depth && k < outChannels) weight[i] = weights.at[row * outChannels + k];
        }

        if (d0 >= 0)
            for (int e = 0; e < DEPTH; e++) {
                float a[THREAD_PIXELS], b[THREAD_CHANNELS];
                [[unroll]] for (int i = 0; i < THREAD_PIXELS; i++) a[i] = tilePixels[e * PITCH + thread / ACROSS + i * DOWN];
                [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++)
                    b[j] = tileWeights[e * TILE_CHANNELS + thread % ACROSS + j * ACROSS];
                [[unroll]] for (int i = 0; i < THREAD_PIXELS; i++)
                    [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++) sum[i][j] = fma(a[i], b[j], sum[i][j]);
            }

        barrier();
        [[unroll]] for (int i = 0; i < PIXEL_LOADS; i++)
            tilePixels[thread % DEPTH * PITCH + thread / DEPTH + i * (THREADS / DEPTH)] = pixel[i];
        [[unroll]] for (int i = 0; i < WEIGHT_LOADS; i++) tileWeights[thread + i * THREADS] = weight[i];
        barrier();
    }

    [[unroll]] for (int i = 0; i < THREAD_PIXELS; i++)
        [[unroll]] for (int j = 0; j < THREAD_CHANNELS; j++) {
            int m = m0 + thread / ACROSS + i * DOWN, k = k0 + thread % ACROSS + j * ACROSS;
            if (m < pixels && k < outChannels) {
                float value = sum[i][j];
                if (BIAS) value += bias.at[k];
                if (RESIDUAL) value += float(residual.at[m * outChannels + k]);
                if (RELU) value = value < 0.0 ? 0.0 : value;
                y.at[m * outChannels + k] = ELEMENT(value);
            }
        }
}
