#version 460

// The gradient of a convolution's weights for drivers that run a subgroup on the SIMD registers of a CPU: a lane is an output
// channel.
//
//   sums[split][r,s,c,k] = sum over the split's images n, and over p, q, of
//                              dy[n,p,q,k] * x[n, p*stride - padding + r*dilation, q*stride - padding + s*dilation, c]
//
//   x      (N, H, W, C)   starts at element xOffset of its memory block, whose first elements are zeros
//   dy     (N, P, Q, K)   starts at element dyOffset of its memory block, likewise
//   sums   [splits][R][S][C][K]   what sum_parts.comp then adds; with one split the gradient itself. With groups C is
//          groupInputs; products across groups are computed where a block of output channels meets several, and dropped
//
// One workgroup is one subgroup. It makes the sums of TAP_ROWS kernel rows by BLOCK input channels by LANES * LANE_CHANNELS
// output channels, a lane LANE_CHANNELS adjacent ones. A step of the innermost loop takes TILE_HEIGHT x TILE_WIDTH pixels of dy:
// each lane loads its own channels of these, the lanes together load the pixels of x that meet them, and each value of x is
// broadcast to all lanes, once, for all taps. Input channels come outermost in a step, so that few sums are in use at a time.
// Pixels outside the image are read from the zeros at the block's start. The order of each sum depends on the constants and on
// the number of splits alone.
//
// A split is images [split*N/splits, (split+1)*N/splits). It is the slowest index of the grid: workgroups that run at the same
// time read the same few images.
//
// Loads, V elements each:
//   LOAD_TEXELS   V = 4      texel views of the memory blocks of x and dy, RGBA32F; C and K divisible by 4
//   LOAD_64       V = 2      one 64-bit word; C and K even
//   LOAD_32       V = 1      one element; LANE_CHANNELS 1
// BLOCK is a multiple of V, K one of LANE_CHANNELS, and with groups each group's part of it too. PAIRS stores two sums at once;
// LANE_CHANNELS even.
//
// Groups: x = ceil(K / (LANES * LANE_CHANNELS)), y = ceil(depth / BLOCK) * KERNEL / TAP_ROWS, z = splits.
// A 1x1 kernel with stride 1 and no padding runs with each TILE_WIDTH pixels as an image: N = N*H*W / TILE_WIDTH, P = 1.

layout(constant_id = 0) const int LANES = 8;            // = the subgroup size
layout(constant_id = 1) const int KERNEL = 3;
layout(constant_id = 2) const int STRIDE = 1;
layout(constant_id = 3) const int PADDING = 1;
layout(constant_id = 4) const int DILATION = 1;
layout(constant_id = 5) const int TILE_WIDTH = 8;       // pixels of dy a step
layout(constant_id = 6) const int TILE_HEIGHT = 1;
layout(constant_id = 7) const int LANE_CHANNELS = 2;    // output channels a lane
layout(constant_id = 8) const int BLOCK = 4;            // input channels a workgroup
layout(constant_id = 9) const int TAP_ROWS = 3;         // kernel rows a workgroup: KERNEL, or 1
layout(constant_id = 10) const bool SHUFFLE = false;     // how a lane's value reaches all lanes: see broadcast()
layout(constant_id = 11) const int WHOLE_WIDTH = 0;     // W where one tile spans the map: taps on the padding drop out; else 0
layout(constant_id = 12) const int WHOLE_HEIGHT = 0;    // likewise H; with TAP_ROWS = KERNEL
layout(constant_id = 13) const bool TAIL = true;        // whether tiles do not divide dy's rows or columns

layout(local_size_x_id = 0) in;

#include "conv2d_weight_gradient.glsl"

// The pixels of x that a step reads: a grid of rows and columns, where those that no tap meets are left out.
const int REACH_X = (KERNEL - 1) * DILATION + 1, REACH_Y = (TAP_ROWS - 1) * DILATION + 1;
const int COLUMNS = REACH_X < STRIDE ? TILE_WIDTH * REACH_X : (TILE_WIDTH - 1) * STRIDE + REACH_X;
const int ROWS = REACH_Y < STRIDE ? TILE_HEIGHT * REACH_Y : (TILE_HEIGHT - 1) * STRIDE + REACH_Y;
const int CUT_WIDTH = REACH_X < STRIDE ? 0 : WHOLE_WIDTH;
const int CUT_HEIGHT = REACH_Y < STRIDE ? 0 : WHOLE_HEIGHT;
const int LEFT = CUT_WIDTH > 0 ? PADDING : 0;
const int RIGHT = CUT_WIDTH == 0 ? COLUMNS : PADDING + CUT_WIDTH < COLUMNS ? PADDING + CUT_WIDTH : COLUMNS;
const int TOP = CUT_HEIGHT > 0 ? PADDING : 0;
const int BOTTOM = CUT_HEIGHT == 0 ? ROWS : PADDING + CUT_HEIGHT < ROWS ? PADDING + CUT_HEIGHT : ROWS;

const int VECTORS = BLOCK / V;
const int ACROSS = (RIGHT - LEFT) * VECTORS;                        // loads of one row
const int LOADS = ((BOTTOM - TOP) * ACROSS + LANES - 1) / LANES;    // of the step's pixels of x, by all lanes together

// Grid row or column -> its distance from the first.
int distance(int i, int reach) { return reach < STRIDE ? i / reach * STRIDE + i % reach : i; }

void main() {
    int lane = int(gl_SubgroupInvocationID);
    int channelBlocks = (depth + BLOCK - 1) / BLOCK;
    int firstOutput = int(gl_WorkGroupID.x) * LANES * LANE_CHANNELS, k0 = firstOutput + lane * LANE_CHANNELS;
    int first = min(firstOutput / groupOutputs * groupInputs / V * V, inChannels - depth);      // as in conv2d_lanes.glsl
    int r0 = int(gl_WorkGroupID.y) / channelBlocks * TAP_ROWS, c0 = first + int(gl_WorkGroupID.y) % channelBlocks * BLOCK;
    int split = int(gl_WorkGroupID.z), begin = split * images / splits, end = (split + 1) * images / splits;
    int rows = height, columns = width, outRows = outHeight, outColumns = outWidth;     // locals: see conv2d_lanes.comp
    int vectors = inChannels / V, rowVectors = columns * vectors, dyVectors = outChannels / V;
    int dyLane = (dyOffset + min(k0, outChannels - LANE_CHANNELS)) / V;     // lanes beyond K work along and store nothing

    float sum[BLOCK][TAP_ROWS][KERNEL][LANE_CHANNELS];
    [[unroll]] for (int c = 0; c < BLOCK; c++)
        [[unroll]] for (int r = 0; r < TAP_ROWS; r++)
            [[unroll]] for (int s = 0; s < KERNEL; s++)
                [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++) sum[c][r][s][k] = 0.0;

    for (int q0 = 0; q0 < outColumns; q0 += TILE_WIDTH) {
        int at[LOADS], down[LOADS];
        [[unroll]] for (int j = 0; j < LOADS; j++) {
            int slot = lane + j * LANES, row = slot / ACROSS, i = slot - row * ACROSS, column = i / VECTORS;
            int ix = q0 * STRIDE - PADDING + distance(column + LEFT, REACH_X);
            down[j] = r0 * DILATION - PADDING + distance(row + TOP, REACH_Y);
            at[j] = down[j] * rowVectors + ix * vectors + min(c0 / V + i % VECTORS, vectors - 1);
            if (uint(ix) >= uint(columns) || row >= BOTTOM - TOP) down[j] = -0x40000000;    // outside, whatever the row
        }

        for (int n = begin; n < end; n++) {
            int xAt = xOffset / V + n * rows * rowVectors, dyAt = dyLane + (n * outRows * outColumns + q0) * dyVectors;
            for (int p = 0; p < outRows; p += TILE_HEIGHT) {
                VECTOR d[TILE_HEIGHT][TILE_WIDTH][DY_LOADS], pixels[LOADS];
                [[unroll]] for (int i = 0; i < TILE_HEIGHT; i++)
                    [[unroll]] for (int q = 0; q < TILE_WIDTH; q++)
                        [[unroll]] for (int k = 0; k < DY_LOADS; k++) {
                            int from = dyAt + (i * outColumns + q) * dyVectors + k;
                            if (TAIL) from = p + i < outRows && q0 + q < outColumns ? from : 0;
                            d[i][q][k] = LOAD(dy, from);
                        }
                [[unroll]] for (int j = 0; j < LOADS; j++)
                    pixels[j] = LOAD(x, uint(p * STRIDE + down[j]) < uint(rows) ? xAt + at[j] : 0);
                dyAt += TILE_HEIGHT * outColumns * dyVectors;
                xAt += TILE_HEIGHT * STRIDE * rowVectors;
                [[unroll]] for (int i = 0; i < TILE_HEIGHT; i++)
                    [[unroll]] for (int q = 0; q < TILE_WIDTH; q++) d[i][q][0] = ofLane(d[i][q][0], lane);

                // Once unrolled, it is known which taps a pixel of x takes part in.
                [[unroll]] for (int c = 0; c < BLOCK; c++)
                    [[unroll]] for (int row = TOP; row < BOTTOM; row++)
                        [[unroll]] for (int column = LEFT; column < RIGHT; column++) {
                            int slot = (row - TOP) * ACROSS + (column - LEFT) * VECTORS + c / V;
                            float pixel = broadcast(PART(pixels[slot / LANES], c % V), slot % LANES);
                            [[unroll]] for (int i = 0; i < TILE_HEIGHT; i++)
                                [[unroll]] for (int s = 0; s < KERNEL; s++) {
                                    int below = distance(row, REACH_Y) - i * STRIDE, r = below / DILATION;
                                    int beside = distance(column, REACH_X) - s * DILATION, q = beside / STRIDE;
                                    bool inRow = below >= 0 && r * DILATION == below && r < TAP_ROWS;
                                    if (inRow && beside >= 0 && q * STRIDE == beside && q < TILE_WIDTH)
                                        [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++)
                                            sum[c][r][s][k] = fma(pixel, PART(d[i][q][k / V], k % V), sum[c][r][s][k]);
                                }
                        }
            }
        }
    }

    if (k0 >= outChannels) return;
    int group0 = k0 / groupOutputs * groupInputs;       // the first channel of k0's group
    [[unroll]] for (int r = 0; r < TAP_ROWS; r++)
        [[unroll]] for (int s = 0; s < KERNEL; s++)
            [[unroll]] for (int c = 0; c < BLOCK; c++)
                if (c0 + c >= group0 && c0 + c < group0 + groupInputs) {
                    int row = ((split * KERNEL + r0 + r) * KERNEL + s) * groupInputs + c0 + c - group0;
                    store(sum[c][r][s], row * outChannels + k0);
                }
}
