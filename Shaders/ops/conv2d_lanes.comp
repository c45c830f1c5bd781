#version 460

// Convolution for drivers that run a subgroup on the SIMD registers of a CPU: a lane is an output channel.
//
//   y[n,p,q,k] = bias[k] + sum over (r,s,c) of
//                    w[r,s,c,k] * x[n, p*stride - padding + r*dilation, q*stride - padding + s*dilation, c]
//                (+ residual[n,p,q,k]), then max(0, .) with RELU; NaN stays NaN
//
// With groups c runs over the span of input channels that holds the groups of k's neighbours, `depth` of them, with weights of
// zero where c and k belong to different ones.
//
//   x         (N, H, W, C)   starts at element xOffset of its memory block, whose first C elements are zeros
//   weights   packed by conv2d_pack.comp [LANES] for the same lanes, laneChannels and V; start at element weightsOffset
//   bias      (K)            float32; read only with BIAS, else any tensor
//   residual  (N, P, Q, K)   read only with RESIDUAL, else any tensor; with LOAD_TEXELS it starts at residualOffset
//   y         (N, P, Q, K)
//
// One workgroup is one subgroup. It makes a tile of TILE_HEIGHT x TILE_WIDTH pixels by LANES * LANE_CHANNELS channels, all of
// its sums in registers; a lane holds LANE_CHANNELS adjacent channels. A step of the one loop takes BLOCK input channels:
// each lane loads its own weights, the lanes together load the tile's input pixels, and each pixel is then broadcast to all
// lanes, once, for all taps. Loads come first because on some drivers a fetch is a call that spills what is live. Pixels
// outside the image are read from the zeros at the block's start, so the loop has no conditions. The order of each sum
// depends on the constants alone.
//
// Loads, V channels each; C % BLOCK == 0 and BLOCK % (V * PIXEL_LANES) == 0:
//   LOAD_TEXELS   V = 4      texel views of the memory blocks of x, weights and residual, RGBA32F, or RGBA16F with HALF
//   LOAD_64       V = 2      one 64-bit word; V = 4 with HALF
//   LOAD_32       V = 1      one element; any C
// PAIRS stores two channels at once and needs K even, and LANE_CHANNELS even or 1. HALF stores x, weights, residual and y as
// float16; sums are float32.
//
// Groups: x = ceil(Q / TILE_WIDTH), y = ceil(K / (LANES * LANE_CHANNELS)), z = N * ceil(P / TILE_HEIGHT).
// A 1x1 kernel with stride 1 and no padding runs with its pixels in one row: N = 1, H = 1, W = N*H*W.

layout(constant_id = 0) const int LANES = 8;            // = the subgroup size
layout(constant_id = 1) const int KERNEL = 3;
layout(constant_id = 2) const int STRIDE = 1;
layout(constant_id = 3) const int PADDING = 1;
layout(constant_id = 4) const int DILATION = 1;
layout(constant_id = 5) const int TILE_WIDTH = 8;
layout(constant_id = 6) const int TILE_HEIGHT = 4;
layout(constant_id = 7) const int LANE_CHANNELS = 2;    // output channels a lane
layout(constant_id = 8) const int BLOCK = 4;            // input channels a step
layout(constant_id = 9) const int PIXEL_LANES = 1;      // lanes that read neighbouring channels of one pixel, from one cache line
layout(constant_id = 10) const bool SHUFFLE = false;     // how a lane's value reaches all lanes: see broadcast()
layout(constant_id = 11) const int WHOLE_WIDTH = 0;     // W where one tile spans the map: taps on the padding drop out; else 0
layout(constant_id = 12) const int WHOLE_HEIGHT = 0;    // likewise H
layout(constant_id = 13) const bool RESIDUAL = false;
layout(constant_id = 14) const bool RELU = false;
layout(constant_id = 15) const bool BIAS = true;

layout(local_size_x_id = 0) in;

#include "conv2d_lanes.glsl"

// The input pixels of a tile: a grid of rows and columns, where those that no output reads are left out.
const int REACH = (KERNEL - 1) * DILATION + 1;
const bool GAPS = REACH < STRIDE;
const int COLUMNS = GAPS ? TILE_WIDTH * REACH : (TILE_WIDTH - 1) * STRIDE + REACH;
const int ROWS = GAPS ? TILE_HEIGHT * REACH : (TILE_HEIGHT - 1) * STRIDE + REACH;
const int CUT_WIDTH = GAPS ? 0 : WHOLE_WIDTH;
const int CUT_HEIGHT = GAPS ? 0 : WHOLE_HEIGHT;
const int LEFT = CUT_WIDTH > 0 ? PADDING : 0;
const int RIGHT = CUT_WIDTH == 0 ? COLUMNS : PADDING + CUT_WIDTH < COLUMNS ? PADDING + CUT_WIDTH : COLUMNS;
const int TOP = CUT_HEIGHT > 0 ? PADDING : 0;
const int BOTTOM = CUT_HEIGHT == 0 ? ROWS : PADDING + CUT_HEIGHT < ROWS ? PADDING + CUT_HEIGHT : ROWS;
const int PIXELS = (BOTTOM - TOP) * (RIGHT - LEFT);

const int VECTORS = BLOCK / V;                                      // loads of V channels a step
const int LOADS = (PIXELS * PIXEL_LANES + LANES - 1) / LANES;       // of the tile's pixels, by all lanes together
const int TAPS = KERNEL * KERNEL;
// How many input channels of a pixel are taken before the next pixel. Where a pixel has one tap, all of the step's: its sums are
// loaded and stored once then, however many the tile has. Else one, as neighbouring pixels share sums.
const int RUN = KERNEL == 1 ? BLOCK : 1;

// Grid row or column -> its distance from the tile's first.
int distance(int i) { return GAPS ? i / REACH * STRIDE + i % REACH : i; }

void main() {
    int lane = int(gl_SubgroupInvocationID);
    int tileRows = (outHeight + TILE_HEIGHT - 1) / TILE_HEIGHT;
    int image = int(gl_WorkGroupID.z) / tileRows;
    int p0 = (int(gl_WorkGroupID.z) - image * tileRows) * TILE_HEIGHT;
    int q0 = int(gl_WorkGroupID.x) * TILE_WIDTH;
    int k0 = (int(gl_WorkGroupID.y) * LANES + lane) * LANE_CHANNELS;
    int vectors = inChannels / V, c0 = firstVector();
    int depthVectors = depth / V;       // a local: a push constant in a loop's condition is loaded in each turn

    int at[LOADS];
    [[unroll]] for (int j = 0; j < LOADS; j++) {
        int slot = lane + j * LANES, pixel = slot / PIXEL_LANES;
        int row = pixel / (RIGHT - LEFT), column = pixel - row * (RIGHT - LEFT);
        int iy = p0 * STRIDE - PADDING + distance(row + TOP), ix = q0 * STRIDE - PADDING + distance(column + LEFT);
        bool inside = uint(iy) < uint(height) && uint(ix) < uint(width) && pixel < PIXELS;
        at[j] = (inside ? xOffset / V + ((image * height + iy) * width + ix) * vectors + c0 : 0) + slot % PIXEL_LANES;
    }

    float sum[LANE_CHANNELS][TILE_HEIGHT][TILE_WIDTH];
    [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++) {
        float start = BIAS ? bias.at[min(k0 + k, outChannels - 1)] : 0.0;
        [[unroll]] for (int p = 0; p < TILE_HEIGHT; p++)
            [[unroll]] for (int q = 0; q < TILE_WIDTH; q++) sum[k][p][q] = start;
    }

    int weightAt = weightsOffset / V + int(gl_WorkGroupID.y) * depthVectors * (TAPS * LANE_CHANNELS * LANES) + lane;
    for (int c = 0; c < depthVectors; c += VECTORS) {
        VECTOR weight[VECTORS][TAPS][LANE_CHANNELS], pixels[VECTORS / PIXEL_LANES][LOADS];
        [[unroll]] for (int u = 0; u < VECTORS; u++)
            [[unroll]] for (int tap = 0; tap < TAPS; tap++)
                [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++)
                    weight[u][tap][k] = LOAD(weights, weightAt + ((u * TAPS + tap) * LANE_CHANNELS + k) * LANES);
        [[unroll]] for (int u = 0; u < VECTORS / PIXEL_LANES; u++)
            [[unroll]] for (int j = 0; j < LOADS; j++) pixels[u][j] = LOAD(x, at[j] + c + u * PIXEL_LANES);
        weightAt += VECTORS * TAPS * LANE_CHANNELS * LANES;

        // Once unrolled, it is known which outputs a pixel takes part in. (Mesa 25.0 does not unroll a loop with a `continue`.)
        [[unroll]] for (int first = 0; first < BLOCK; first += RUN)
            [[unroll]] for (int row = TOP; row < BOTTOM; row++)
                [[unroll]] for (int column = LEFT; column < RIGHT; column++)
                    [[unroll]] for (int i = 0; i < RUN; i++) {
                        int u = (first + i) / V, v = (first + i) % V;
                        int slot = ((row - TOP) * (RIGHT - LEFT) + column - LEFT) * PIXEL_LANES + u % PIXEL_LANES;
                        float pixel = broadcast(PART(pixels[u / PIXEL_LANES][slot / LANES], v), slot % LANES);
                        [[unroll]] for (int r = 0; r < KERNEL; r++)
                            [[unroll]] for (int s = 0; s < KERNEL; s++) {
                                int down = distance(row) - r * DILATION, p = down / STRIDE;
                                int across = distance(column) - s * DILATION, q = across / STRIDE;
                                bool inRow = down >= 0 && down % STRIDE == 0 && p < TILE_HEIGHT;
                                if (inRow && across >= 0 && across % STRIDE == 0 && q < TILE_WIDTH)
                                    [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++)
                                        sum[k][p][q] = fma(pixel, PART(weight[u][r * KERNEL + s][k], v), sum[k][p][q]);
                            }
                    }
    }

    store(sum, image, p0, q0, k0);
}
