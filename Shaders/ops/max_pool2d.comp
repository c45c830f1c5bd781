#version 460
#include "tensor.glsl"
#include "element.glsl"
#extension GL_EXT_control_flow_attributes : require

// Max pooling.
//
//   y[n,p,q,c] = max over (r,s) of x[n, p*strideY - paddingY + r*dilationY, q*strideX - paddingX + s*dilationX, c]
//
//   x   (N, C, H, W)
//   y   (N, C, P, Q)
//
// Taps outside the image do not take part (they are not zeros). A NaN wins, as in PyTorch. One thread makes one element; rows and
// images are the grid's other axes, as divisions are what a CPU driver is slowest at.
//
// Groups: x = ceil(Q*C / local size), y = P, z = N.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const int WINDOW_HEIGHT = 3;
layout(constant_id = 2) const int WINDOW_WIDTH = 3;

TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(y)
    int channels;                   // C
    int height, width;              // H, W
    int outHeight, outWidth;        // P, Q
    int strideY, strideX;
    int paddingY, paddingX;
    int dilationY, dilationX;
};

void main() {
    int i = int(gl_GlobalInvocationID.x), p = int(gl_WorkGroupID.y), n = int(gl_WorkGroupID.z);
    if (i >= outWidth * channels) return;
    int q = i / channels, c = i - q * channels;
    float best = uintBitsToFloat(0xff800000u);      // minus infinity
    [[unroll]] for (int r = 0; r < WINDOW_HEIGHT; r++) {
        int h = p * strideY - paddingY + r * dilationY;
        [[unroll]] for (int s = 0; s < WINDOW_WIDTH; s++) {
            int w = q * strideX - paddingX + s * dilationX;
            bool inside = uint(h) < uint(height) && uint(w) < uint(width);
            float v = float(x.at[inside ? ((n * height + h) * width + w) * channels + c : 0]);
            if (inside && (v > best || isnan(v))) best = v;
        }
    }
    y.at[(n * outHeight + p) * outWidth * channels + i] = ELEMENT(best);
}
