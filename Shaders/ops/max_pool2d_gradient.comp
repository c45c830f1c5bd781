#version 460
#include "vectors.glsl"

// The gradient of max pooling (max_pool2d.comp), in two dispatches:
//
//   WINNERS   winners[n,p,q,c] = y * REACH_X + x       where the tap at (y,x) from the window's corner won: the first maximum in
// row
//                                                      order, or the last NaN if there is one, as in PyTorch
//   GATHER    dx[n,h,w,c] = sum over the windows (p,q) that hold (h,w) and that it won of dy[n,p,q,c]
//
//   x, dx         (N, C, H, W)
//   winners, dy   (N, C, P, Q)     winners are whole numbers as float32, so that they are loaded as dy is
//
// One thread makes one vector of channels of what is written, so there are no atomics and the sum's order is fixed. Rows and
// images are the grid's other axes, and strides are constants, as divisions are what a CPU driver is slowest at.
//
// Groups: x = ceil(Q*C/V / local size), y = P, z = N; in GATHER W and H.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const int WINDOW_HEIGHT = 3;
layout(constant_id = 2) const int WINDOW_WIDTH = 3;
layout(constant_id = 3) const int STRIDE_Y = 2;
layout(constant_id = 4) const int STRIDE_X = 2;
layout(constant_id = 5) const int PADDING_Y = 1;
layout(constant_id = 6) const int PADDING_X = 1;
layout(constant_id = 7) const int DILATION_Y = 1;
layout(constant_id = 8) const int DILATION_X = 1;

const int REACH_Y = (WINDOW_HEIGHT - 1) * DILATION_Y + 1;
const int REACH_X = (WINDOW_WIDTH - 1) * DILATION_X + 1;

#ifdef WINNERS
SOURCE(0, x)
SINK(1, winners)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(x) ADDRESS(winners)
    int xOffset;
    int vectors;                    // C / V
    int height, width;              // H, W
    int outHeight, outWidth;        // P, Q
};

void main() {
    int i = int(gl_GlobalInvocationID.x), p = int(gl_WorkGroupID.y), n = int(gl_WorkGroupID.z);
    if (i >= outWidth * vectors) return;
    int q = i / vectors, c = i - q * vectors;
    int top = p * STRIDE_Y - PADDING_Y, left = q * STRIDE_X - PADDING_X;
    VECTOR best = VECTOR(0.0), winner = VECTOR(-1.0);
    [[unroll]] for (int r = 0; r < WINDOW_HEIGHT; r++) {
        int h = top + r * DILATION_Y;
        [[unroll]] for (int s = 0; s < WINDOW_WIDTH; s++) {
            int w = left + s * DILATION_X;
            bool inside = uint(h) < uint(height) && uint(w) < uint(width);
            VECTOR value = LOAD(x, inside ? ((n * height + h) * width + w) * vectors + c : 0);
            [[unroll]] for (int j = 0; j < V; j++) {
                float v = PART(value, j);
                bool wins = inside && (PART(winner, j) < 0.0 || v > PART(best, j) || isnan(v));
                PART(best, j) = wins ? v : PART(best, j);
                PART(winner, j) = wins ? float(r * DILATION_Y * REACH_X + s * DILATION_X) : PART(winner, j);
            }
        }
    }
    STORE(winners, (n * outHeight + p) * outWidth * vectors + i, winner)
}
#else   // GATHER
SOURCE(0, winners)
SOURCE(1, dy)
SINK(2, dx)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(winners) SOURCE_ADDRESS(dy) ADDRESS(dx)
    int winnersOffset, dyOffset;
    int vectors;
    int height, width;
    int outHeight, outWidth;
};

layout(constant_id = 9) const int BLOCK_Y = 2;      // pixels of a thread: STRIDE_Y, or 1 where that were too many
layout(constant_id = 10) const int BLOCK_X = 2;

// How many windows a pixel lies in at most.
const int OVERLAP_Y = (REACH_Y - 1) / STRIDE_Y + 1;
const int OVERLAP_X = (REACH_X - 1) / STRIDE_X + 1;

// The STRIDE pixels from a multiple of the stride on (padding counted) lie in the same windows: a thread that makes all of them
// loads each window once, and where in the window a pixel lies is a constant.
const bool WHOLE_Y = BLOCK_Y == STRIDE_Y;
const bool WHOLE_X = BLOCK_X == STRIDE_X;

void main() {
    int i = int(gl_GlobalInvocationID.x), n = int(gl_WorkGroupID.z);
    int block = i / vectors, c = i - block * vectors;
    // The block's first pixel, the last windows that begin before it, from which it goes back, and where it lies in those.
    int h0 = int(gl_WorkGroupID.y) * BLOCK_Y + (WHOLE_Y ? PADDING_Y / STRIDE_Y * STRIDE_Y : PADDING_Y);
    int w0 = block * BLOCK_X + (WHOLE_X ? PADDING_X / STRIDE_X * STRIDE_X : PADDING_X);
    int lastP = h0 / STRIDE_Y, lastQ = w0 / STRIDE_X;
    int y0 = WHOLE_Y ? 0 : h0 - lastP * STRIDE_Y, x0 = WHOLE_X ? 0 : w0 - lastQ * STRIDE_X;
    h0 -= PADDING_Y;
    w0 -= PADDING_X;
    if (w0 >= width) return;

    VECTOR sum[BLOCK_Y][BLOCK_X];
    [[unroll]] for (int r = 0; r < BLOCK_Y; r++)
        [[unroll]] for (int s = 0; s < BLOCK_X; s++) sum[r][s] = VECTOR(0.0);
    [[unroll]] for (int a = 0; a < OVERLAP_Y; a++) {
        int p = lastP - a;
        if (uint(p) < uint(outHeight)) {
            [[unroll]] for (int b = 0; b < OVERLAP_X; b++) {
                int q = lastQ - b;
                bool inside = uint(q) < uint(outWidth);
                int at = inside ? ((n * outHeight + p) * outWidth + q) * vectors + c : 0;
                VECTOR winner = LOAD(winners, at), gradient = LOAD(dy, at);
                if (!inside) winner = VECTOR(-1.0);
                [[unroll]] for (int r = 0; r < BLOCK_Y; r++)
                    [[unroll]] for (int s = 0; s < BLOCK_X; s++) {
                        int y = y0 + r + a * STRIDE_Y, x = x0 + s + b * STRIDE_X;
                        if (y < REACH_Y && x < REACH_X)
                            [[unroll]] for (int j = 0; j < V; j++)
                                PART(sum[r][s], j) += PART(winner, j) == float(y * REACH_X + x) ? PART(gradient, j) : 0.0;
                    }
            }
        }
    }
    [[unroll]] for (int r = 0; r < BLOCK_Y; r++)
        [[unroll]] for (int s = 0; s < BLOCK_X; s++) {
            int h = h0 + r, w = w0 + s;
            int at = ((n * height + h) * width + w) * vectors + c;
            if (uint(h) < uint(height) && uint(w) < uint(width)) STORE(dx, at, sum[r][s])
        }
}
#endif
