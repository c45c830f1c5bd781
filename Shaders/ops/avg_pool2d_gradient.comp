#version 460
#include "vectors.glsl"

// The gradient of average pooling (avg_pool2d.comp):
//
//   dx[n,h,w,c] = sum over the windows (p,q) that hold (h,w) of dy[n,p,q,c] / divisor[p,q]
//
//   dy   (N, C, P, Q)
//   dx   (N, C, H, W)
//
// One thread makes one vector of channels of dx and gathers, so there are no atomics and the sum's order is fixed. Rows and
// images are the grid's other axes, as divisions are what a CPU driver is slowest at.
//
// Groups: x = ceil(W*C/V / local size), y = H, z = N.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const int STRIDE_Y = 2;
layout(constant_id = 2) const int STRIDE_X = 2;

SOURCE(0, dy)
SINK(1, dx)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(dy) ADDRESS(dx)
    int dyOffset;
    int vectors;                    // C / V
    int height, width;              // H, W
    int outHeight, outWidth;        // P, Q
    int windowY, windowX;
    int paddingY, paddingX;
    uint countPadding;
};

// The taps of the window that begins at a place of a padded axis: those inside the image, or with countPadding also those in the
// padding, but never those beyond it.
int taps(int first, int window, int padding, int extent) {
    return countPadding != 0u
        ? min(first + window, extent + padding) - first
        : min(first + window, extent) - max(first, 0);
}

void main() {
    int i = int(gl_GlobalInvocationID.x), h = int(gl_WorkGroupID.y), n = int(gl_WorkGroupID.z);
    if (i >= width * vectors) return;
    int w = i / vectors, c = i - w * vectors;
    // The first window that reaches down to the pixel, and the last that begins before it.
    int p0 = max(h + paddingY - windowY + STRIDE_Y, 0) / STRIDE_Y, p1 = min((h + paddingY) / STRIDE_Y, outHeight - 1);
    int q0 = max(w + paddingX - windowX + STRIDE_X, 0) / STRIDE_X, q1 = min((w + paddingX) / STRIDE_X, outWidth - 1);
    VECTOR sum = VECTOR(0.0);
    for (int p = p0; p <= p1; p++) {
        int rows = taps(p * STRIDE_Y - paddingY, windowY, paddingY, height);
        for (int q = q0; q <= q1; q++) {
            int divisor = rows * taps(q * STRIDE_X - paddingX, windowX, paddingX, width);
            sum += LOAD(dy, ((n * outHeight + p) * outWidth + q) * vectors + c) / float(divisor);
        }
    }
    STORE(dx, (n * height + h) * width * vectors + i, sum)
}
