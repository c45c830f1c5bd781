#version 460

// The gradient of the weights of a convolution of few input channels (C = 1 to 4: an image) on the drivers of
// conv2d_weight_gradient_lanes.comp: a lane is an output channel.
//
//   sums[split][r,s,c,k] = sum over the split's images n, and over p, q, of
//                              dy[n,p,q,k] * x[n, p*stride - padding + r, q*stride - padding + s, c]
//
//   x      (N, H, W, C)   starts at element xOffset of its memory block, whose first elements are zeros
//   dy     (N, P, Q, K)   starts at element dyOffset of its memory block, likewise
//   sums   [splits][R][S][C][K]   what sum_parts.comp then adds; with one split the gradient itself
//
// As in conv2d_stem.comp a row of the image is a flat array of W*C floats, and so are the S*C taps of a kernel row. One workgroup
// is one subgroup and makes the sums of TAP_ROWS kernel rows by LANES * LANE_CHANNELS output channels; a step of the innermost
// loop takes TILE_WIDTH pixels of a row of dy. Splits, loads and stores as in conv2d_weight_gradient_lanes.comp, but what V must
// divide is W*C and TILE_WIDTH*STRIDE*C instead of C.
//
// Groups: x = ceil(K / (LANES * LANE_CHANNELS)), y = KERNEL / TAP_ROWS, z = splits.

layout(constant_id = 0) const int LANES = 8;            // = the subgroup size
layout(constant_id = 1) const int KERNEL = 7;
layout(constant_id = 2) const int STRIDE = 2;
layout(constant_id = 3) const int PADDING = 3;
layout(constant_id = 4) const int CHANNELS = 3;         // C, equal to inChannels
layout(constant_id = 5) const int TILE_WIDTH = 8;       // pixels of dy a step
layout(constant_id = 6) const int LANE_CHANNELS = 2;    // output channels a lane
layout(constant_id = 7) const int TAP_ROWS = 1;         // kernel rows a workgroup; divides KERNEL
layout(constant_id = 8) const bool SHUFFLE = false;      // how a lane's value reaches all lanes: see broadcast()
layout(constant_id = 9) const bool TAIL = true;         // whether tiles do not divide dy's columns

layout(local_size_x_id = 0) in;

#include "conv2d_weight_gradient.glsl"

const int TAPS = KERNEL * CHANNELS;                                 // floats of a kernel row
const int STEP = STRIDE * CHANNELS;                                 // floats from one pixel of dy to the next one's taps
const int SHIFT = (V - PADDING * CHANNELS % V) % V;                 // floats before the first tap, so that loads are aligned
const int FLOATS = SHIFT + (TILE_WIDTH - 1) * STEP + TAPS;          // of an input row
const int LOADS = ((FLOATS + V - 1) / V + LANES - 1) / LANES;       // of those, by all lanes together

void main() {
    int lane = int(gl_SubgroupInvocationID);
    int r0 = int(gl_WorkGroupID.y) * TAP_ROWS, k0 = (int(gl_WorkGroupID.x) * LANES + lane) * LANE_CHANNELS;
    int split = int(gl_WorkGroupID.z), begin = split * images / splits, end = (split + 1) * images / splits;
    int rows = height, rowVectors = width * CHANNELS / V, outRows = outHeight, outColumns = outWidth;
    int dyVectors = outChannels / V, dyLane = (dyOffset + min(k0, outChannels - LANE_CHANNELS)) / V;

    float sum[TAP_ROWS][TAPS][LANE_CHANNELS];
    [[unroll]] for (int r = 0; r < TAP_ROWS; r++)
        [[unroll]] for (int tap = 0; tap < TAPS; tap++)
            [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++) sum[r][tap][k] = 0.0;

    for (int q0 = 0; q0 < outColumns; q0 += TILE_WIDTH) {
        int column[LOADS];
        [[unroll]] for (int j = 0; j < LOADS; j++) {
            column[j] = (q0 * STEP - PADDING * CHANNELS - SHIFT) / V + lane + j * LANES;
            if (uint(column[j]) >= uint(rowVectors)) column[j] = -0x40000000;       // outside, whatever the row
        }

        for (int n = begin; n < end; n++) {
            int xAt = xOffset / V + n * rows * rowVectors, dyAt = dyLane + (n * outRows * outColumns + q0) * dyVectors;
            for (int p = 0; p < outRows; p++) {
                VECTOR d[TILE_WIDTH][DY_LOADS], pixels[TAP_ROWS][LOADS];
                [[unroll]] for (int q = 0; q < TILE_WIDTH; q++)
                    [[unroll]] for (int k = 0; k < DY_LOADS; k++)
                        d[q][k] = LOAD(dy, !TAIL || q0 + q < outColumns ? dyAt + q * dyVectors + k : 0);
                [[unroll]] for (int r = 0; r < TAP_ROWS; r++) {
                    int iy = p * STRIDE - PADDING + r0 + r;
                    [[unroll]] for (int j = 0; j < LOADS; j++)
                        pixels[r][j] = LOAD(x, uint(iy) < uint(rows) && column[j] >= 0 ? xAt + iy * rowVectors + column[j] : 0);
                }
                dyAt += outColumns * dyVectors;
                [[unroll]] for (int q = 0; q < TILE_WIDTH; q++) d[q][0] = ofLane(d[q][0], lane);

                [[unroll]] for (int r = 0; r < TAP_ROWS; r++)
                    [[unroll]] for (int i = SHIFT; i < FLOATS; i++) {
                        float pixel = broadcast(PART(pixels[r][i / V / LANES], i % V), i / V % LANES);
                        [[unroll]] for (int q = 0; q < TILE_WIDTH; q++) {
                            int tap = i - SHIFT - q * STEP;
                            if (tap >= 0 && tap < TAPS)
                                [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++)
                                    sum[r][tap][k] = fma(pixel, PART(d[q][k / V], k % V), sum[r][tap][k]);
                        }
                    }
            }
        }
    }

    if (k0 >= outChannels) return;
    [[unroll]] for (int r = 0; r < TAP_ROWS; r++)
        [[unroll]] for (int tap = 0; tap < TAPS; tap++)
            store(sum[r][tap], ((split * KERNEL + r0 + r) * TAPS + tap) * outChannels + k0);
}
