#version 460
#include "tensor.glsl"

// The k largest channels of each pixel, largest first; of equal ones the lower index, and NaN above everything, as in PyTorch.
//
//   x         (N, C, H, W)
//   values    (N, k, H, W)
//   indices   (N, k, H, W)
//
// One workgroup makes one row. In each of k rounds every thread looks through its share for the largest element behind the one found
// last; the group's best of those is found in shared memory. Elements are ordered as integers, so rounding and NaN change nothing.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LANES = 64u;

TENSOR(0, readonly,  float, x)
TENSOR(1, writeonly, float, values)
TENSOR(2, writeonly, uint,  indices)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(values) ADDRESS(indices)
    uint channels;      // C
    uint k;
};

// An element's rank (larger is better), then its index (smaller is better).
shared uvec2 best[LANES];

uint rank(float v) {
    if (isnan(v)) return 0xffffffffu;
    uint bits = floatBitsToUint(v == 0.0 ? 0.0 : v);
    return (bits & 0x80000000u) != 0u ? ~bits : bits | 0x80000000u;
}

bool before(uvec2 a, uvec2 b) {
    return a.x > b.x || (a.x == b.x && a.y < b.y);
}

void main() {
    uint row = gl_WorkGroupID.x, lane = gl_LocalInvocationID.x;
    uvec2 last = uvec2(0xffffffffu, 0xffffffffu);       // what was found last; at first, nothing
    for (uint round = 0; round < k; round++) {
        uvec2 mine = uvec2(0u, 0xffffffffu);
        for (uint c = lane; c < channels; c += LANES) {
            uvec2 candidate = uvec2(rank(x.at[row * channels + c]), c);
            bool left = round == 0u || before(last, candidate);
            if (left && before(candidate, mine)) mine = candidate;
        }
        best[lane] = mine;
        barrier();
        for (uint half_ = LANES / 2u; half_ > 0u; half_ /= 2u) {
            if (lane < half_ && before(best[lane + half_], best[lane])) best[lane] = best[lane + half_];
            barrier();
        }
        last = best[0];
        barrier();
        if (lane == 0u) {
            values.at[row * k + round] = x.at[row * channels + last.y];
            indices.at[row * k + round] = last.y;
        }
    }
}
