#version 460

// Convolution of few input channels (C = 1 to 4: an image) on the drivers of conv2d_lanes.comp: a lane is an output channel.
//
//   y[n,p,q,k] = bias[k] + sum over (r,s,c) of w[r,s,c,k] * x[n, p*stride - padding + r, q*stride - padding + s, c]
//                (+ residual[n,p,q,k]), then max(0, .) with RELU; NaN stays NaN
//
//   x         (N, H, W, C)   starts at element xOffset of its memory block, whose first V elements are zeros
//   weights   packed by conv2d_pack.comp [ROWS] for the same lanes, laneChannels and V; start at element weightsOffset
//   bias      (K)            float32; read only with BIAS, else any tensor
//   residual  (N, P, Q, K)   read only with RESIDUAL, else any tensor
//   y         (N, P, Q, K)
//
// With C channels innermost, a row of the image is a flat array of W*C floats, and so are the S*C taps of a kernel row: the
// channel needs no loop. One workgroup is one subgroup and makes a tile of TILE_HEIGHT x TILE_WIDTH pixels by LANES *
// LANE_CHANNELS channels; a step of the one loop takes one kernel row: the lanes together load TILE_HEIGHT pieces of rows,
// and each float is broadcast once for all its taps. What lies outside the image is read from the zeros at the block's start.
// Each sum runs over r, s, c, on every run.
//
// Loads as in conv2d_lanes.comp: LOAD_TEXELS and LOAD_64 (with W*C and TILE_WIDTH*STRIDE*C divisible by their V), LOAD_32
// (any).
//
// Groups: x = ceil(Q / TILE_WIDTH), y = ceil(K / (LANES * LANE_CHANNELS)), z = N * ceil(P / TILE_HEIGHT).

layout(constant_id = 0) const int LANES = 8;            // = the subgroup size
layout(constant_id = 1) const int KERNEL = 7;
layout(constant_id = 2) const int STRIDE = 2;
layout(constant_id = 3) const int PADDING = 3;
layout(constant_id = 4) const int CHANNELS = 3;         // C, equal to inChannels
layout(constant_id = 5) const int TILE_WIDTH = 16;
layout(constant_id = 6) const int TILE_HEIGHT = 2;
layout(constant_id = 7) const int LANE_CHANNELS = 2;    // output channels a lane
layout(constant_id = 8) const bool SHUFFLE = false;      // how a lane's value reaches all lanes: see broadcast()
layout(constant_id = 9) const bool RESIDUAL = false;
layout(constant_id = 10) const bool RELU = false;
layout(constant_id = 11) const bool BIAS = true;

layout(local_size_x_id = 0) in;

#include "conv2d_lanes.glsl"

const int TAPS = KERNEL * CHANNELS;                                 // floats of a kernel row
const int STEP = STRIDE * CHANNELS;                                 // floats from one output pixel's taps to the next one's
const int SHIFT = (V - PADDING * CHANNELS % V) % V;                 // floats before the first tap, so that loads are aligned
const int FLOATS = SHIFT + (TILE_WIDTH - 1) * STEP + TAPS;          // of an input row
const int LOADS = ((FLOATS + V - 1) / V + LANES - 1) / LANES;       // of those, by all lanes together
const int VECTORS = (TAPS + V - 1) / V;                             // loads of a kernel row's weights

void main() {
    int lane = int(gl_SubgroupInvocationID);
    int tileRows = (outHeight + TILE_HEIGHT - 1) / TILE_HEIGHT;
    int image = int(gl_WorkGroupID.z) / tileRows;
    int p0 = (int(gl_WorkGroupID.z) - image * tileRows) * TILE_HEIGHT;
    int q0 = int(gl_WorkGroupID.x) * TILE_WIDTH;
    int k0 = (int(gl_WorkGroupID.y) * LANES + lane) * LANE_CHANNELS;
    int rows = height, rowVectors = width * CHANNELS / V;

    int column[LOADS];
    [[unroll]] for (int j = 0; j < LOADS; j++) column[j] = (q0 * STEP - PADDING * CHANNELS - SHIFT) / V + lane + j * LANES;

    float sum[LANE_CHANNELS][TILE_HEIGHT][TILE_WIDTH];
    [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++) {
        float start = BIAS ? bias.at[min(k0 + k, outChannels - 1)] : 0.0;
        [[unroll]] for (int p = 0; p < TILE_HEIGHT; p++)
            [[unroll]] for (int q = 0; q < TILE_WIDTH; q++) sum[k][p][q] = start;
    }

    int weightAt = weightsOffset / V + int(gl_WorkGroupID.y) * KERNEL * (VECTORS * LANE_CHANNELS * LANES) + lane;
    int imageAt = xOffset / V + image * rows * rowVectors;
    int iy0 = p0 * STRIDE - PADDING;
    for (int r = 0; r < KERNEL; r++) {
        VECTOR weight[VECTORS][LANE_CHANNELS], pixels[TILE_HEIGHT][LOADS];
        [[unroll]] for (int i = 0; i < VECTORS; i++)
            [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++)
                weight[i][k] = LOAD(weights, weightAt + (i * LANE_CHANNELS + k) * LANES);
        [[unroll]] for (int p = 0; p < TILE_HEIGHT; p++) {
            int iy = iy0 + p * STRIDE + r;
            [[unroll]] for (int j = 0; j < LOADS; j++) {
                bool inside = uint(iy) < uint(rows) && uint(column[j]) < uint(rowVectors);
                pixels[p][j] = LOAD(x, inside ? imageAt + iy * rowVectors + column[j] : 0);
            }
        }
        weightAt += VECTORS * LANE_CHANNELS * LANES;

        [[unroll]] for (int p = 0; p < TILE_HEIGHT; p++)
            [[unroll]] for (int i = SHIFT; i < FLOATS; i++) {
                float pixel = broadcast(PART(pixels[p][i / V / LANES], i % V), i / V % LANES);
                [[unroll]] for (int q = 0; q < TILE_WIDTH; q++) {
                    int tap = i - SHIFT - q * STEP;
                    if (tap >= 0 && tap < TAPS)
                        [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++)
                            sum[k][p][q] = fma(pixel, PART(weight[tap / V][k], tap % V), sum[k][p][q]);
                }
            }
    }

    store(sum, image, p0, q0, k0);
}
