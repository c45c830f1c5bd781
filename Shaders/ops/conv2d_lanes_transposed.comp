#version 460

// The gradient of the input of a convolution with a stride, on the drivers of conv2d_lanes.comp: a lane is a channel of what comes
// out. (With a stride of 1 it is a convolution, and conv2d_lanes.comp makes it.) In conv2d_lanes.glsl's words, whose x is dy:
//
//   y[n,h,w,k] = sum over (r,s,c) of w[r,s,c,k] * x[n,p,q,c]     where p*stride - padding + r*dilation = h, likewise q
//
// Groups as there.
//
//   x         (N, P, Q, C)   starts at element xOffset of its memory block, whose first C elements are zeros
//   weights   packed by conv2d_pack.comp [LANES TURNED] for the same lanes, laneChannels and V; start at element weightsOffset
//   y         (N, H, W, K)
//
// One workgroup is one subgroup. It makes a tile of TILE_HEIGHT x TILE_WIDTH pixels by LANES * LANE_CHANNELS channels. The tiles
// begin at multiples of the stride, so it is known beforehand which taps lead from a pixel of x to which pixels of the tile: no
// product is computed in vain, whatever the stride, and pixels that no window reached become 0. The rest is as in
// conv2d_lanes.comp, loads and stores too.
//
// Groups: x = ceil(W / TILE_WIDTH), y = ceil(K / (LANES * LANE_CHANNELS)), z = N * ceil(H / TILE_HEIGHT).

layout(constant_id = 0) const int LANES = 8;            // = the subgroup size
layout(constant_id = 1) const int KERNEL = 3;
layout(constant_id = 2) const int STRIDE = 2;
layout(constant_id = 3) const int PADDING = 1;
layout(constant_id = 4) const int DILATION = 1;
layout(constant_id = 5) const int TILE_WIDTH = 8;       // multiples of STRIDE
layout(constant_id = 6) const int TILE_HEIGHT = 4;
layout(constant_id = 7) const int LANE_CHANNELS = 1;    // output channels a lane
layout(constant_id = 8) const int BLOCK = 4;            // input channels a step
layout(constant_id = 9) const int PIXEL_LANES = 1;      // lanes that read neighbouring channels of one pixel, from one cache line
layout(constant_id = 10) const bool SHUFFLE = false;     // how a lane's value reaches all lanes: see broadcast()
layout(constant_id = 11) const int WHOLE_WIDTH = 0;     // Q where one tile spans y: pixels beside x drop out; else 0
layout(constant_id = 12) const int WHOLE_HEIGHT = 0;    // likewise P

layout(local_size_x_id = 0) in;

#define PLAIN
#include "conv2d_lanes.glsl"

// The pixels of x that meet a tile of y, counted from the one at the tile's place divided by the stride: FIRST to LAST.
const int LOW = PADDING - (KERNEL - 1) * DILATION;
const int FIRST = LOW > 0 ? (LOW + STRIDE - 1) / STRIDE : -(-LOW / STRIDE);
const int LEFT = WHOLE_WIDTH > 0 ? FIRST > 0 ? FIRST : 0 : FIRST;
const int TOP = WHOLE_HEIGHT > 0 ? FIRST > 0 ? FIRST : 0 : FIRST;
const int LAST_COLUMN = (TILE_WIDTH - 1 + PADDING) / STRIDE, LAST_ROW = (TILE_HEIGHT - 1 + PADDING) / STRIDE;
const int RIGHT = WHOLE_WIDTH == 0 ? LAST_COLUMN + 1 : WHOLE_WIDTH < LAST_COLUMN + 1 ? WHOLE_WIDTH : LAST_COLUMN + 1;
const int BOTTOM = WHOLE_HEIGHT == 0 ? LAST_ROW + 1 : WHOLE_HEIGHT < LAST_ROW + 1 ? WHOLE_HEIGHT : LAST_ROW + 1;
const int PIXELS = (BOTTOM - TOP) * (RIGHT - LEFT);

const int VECTORS = BLOCK / V;                                      // loads of V channels a step
const int LOADS = (PIXELS * PIXEL_LANES + LANES - 1) / LANES;       // of those pixels, by all lanes together
const int TAPS = KERNEL * KERNEL;

void main() {
    int lane = int(gl_SubgroupInvocationID);
    int tileRows = (outHeight + TILE_HEIGHT - 1) / TILE_HEIGHT;
    int image = int(gl_WorkGroupID.z) / tileRows;
    int tileRow = int(gl_WorkGroupID.z) - image * tileRows, tileColumn = int(gl_WorkGroupID.x);
    int k0 = (int(gl_WorkGroupID.y) * LANES + lane) * LANE_CHANNELS;
    int vectors = inChannels / V, depthVectors = depth / V, c0 = firstVector();

    int at[LOADS];
    [[unroll]] for (int j = 0; j < LOADS; j++) {
        int slot = lane + j * LANES, pixel = slot / PIXEL_LANES;
        int row = pixel / (RIGHT - LEFT), column = pixel - row * (RIGHT - LEFT);
        int iy = tileRow * (TILE_HEIGHT / STRIDE) + row + TOP, ix = tileColumn * (TILE_WIDTH / STRIDE) + column + LEFT;
        bool inside = uint(iy) < uint(height) && uint(ix) < uint(width) && pixel < PIXELS;
        at[j] = (inside ? xOffset / V + ((image * height + iy) * width + ix) * vectors + c0 : 0) + slot % PIXEL_LANES;
    }

    float sum[LANE_CHANNELS][TILE_HEIGHT][TILE_WIDTH];
    [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++)
        [[unroll]] for (int p = 0; p < TILE_HEIGHT; p++)
            [[unroll]] for (int q = 0; q < TILE_WIDTH; q++) sum[k][p][q] = 0.0;

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

        [[unroll]] for (int u = 0; u < VECTORS; u++)
            [[unroll]] for (int v = 0; v < V; v++)
                [[unroll]] for (int row = TOP; row < BOTTOM; row++)
                    [[unroll]] for (int column = LEFT; column < RIGHT; column++) {
                        int slot = ((row - TOP) * (RIGHT - LEFT) + column - LEFT) * PIXEL_LANES + u % PIXEL_LANES;
                        float pixel = broadcast(PART(pixels[u / PIXEL_LANES][slot / LANES], v), slot % LANES);
                        [[unroll]] for (int r = 0; r < KERNEL; r++)
                            [[unroll]] for (int s = 0; s < KERNEL; s++) {
                                int p = row * STRIDE + r * DILATION - PADDING, q = column * STRIDE + s * DILATION - PADDING;
                                int tap = TAPS - 1 - r * KERNEL - s;        // turned
                                if (p >= 0 && p < TILE_HEIGHT && q >= 0 && q < TILE_WIDTH)
                                    [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++)
                                        sum[k][p][q] = fma(pixel, PART(weight[u][tap][k], v), sum[k][p][q]);
                            }
                    }
    }

    store(sum, image, tileRow * TILE_HEIGHT, tileColumn * TILE_WIDTH, k0);
}
