#version 460
#include "vectors.glsl"

// Max pooling.
//
//   y[n,p,q,c] = max over (r,s) of x[n, p*strideY - paddingY + r*dilationY, q*strideX - paddingX + s*dilationX, c]
//
//   x   (N, C, H, W)
//   y   (N, C, P, Q)
//
// Taps outside the image do not take part (they are not zeros). A NaN wins, as in PyTorch. One thread makes one vector of
// channels; rows and images are the grid's other axes, as divisions are what a CPU driver is slowest at.
//
// Groups: x = ceil(Q*C/V / local size), y = P, z = N.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const int WINDOW_HEIGHT = 3;
layout(constant_id = 2) const int WINDOW_WIDTH = 3;

SOURCE(0, x)
SINK(1, y)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(x) ADDRESS(y)
    int xOffset;
    int vectors;                    // C / V
    int height, width;              // H, W
    int outHeight, outWidth;        // P, Q
    int strideY, strideX;
    int paddingY, paddingX;
    int dilationY, dilationX;
};

void main() {
    int i = int(gl_GlobalInvocationID.x), p = int(gl_WorkGroupID.y), n = int(gl_WorkGroupID.z);
    if (i >= outWidth * vectors) return;
    int q = i / vectors, c = i - q * vectors;
    VECTOR best = VECTOR(uintBitsToFloat(0xff800000u));     // minus infinity
    [[unroll]] for (int r = 0; r < WINDOW_HEIGHT; r++) {
        int h = p * strideY - paddingY + r * dilationY;
        [[unroll]] for (int s = 0; s < WINDOW_WIDTH; s++) {
            int w = q * strideX - paddingX + s * dilationX;
            bool inside = uint(h) < uint(height) && uint(w) < uint(width);
            VECTOR value = LOAD(x, inside ? ((n * height + h) * width + w) * vectors + c : 0);
            [[unroll]] for (int j = 0; j < V; j++) {
                float v = PART(value, j);
                PART(best, j) = inside && (v > PART(best, j) || isnan(v)) ? v : PART(best, j);
            }
        }
    }
    STORE(y, (n * outHeight + p) * outWidth * vectors + i, best)
}
