#version 460
#include "tensor.glsl"
#include "flat.glsl"
#extension GL_EXT_control_flow_attributes : require

// As many multiply-adds as the device can do: no memory in the loop, 16 chains a thread of which none waits for another.
//
//   y[i] = sum over c < 16 of v(i, c) after 8 * turns times v = v * x[0] + x[1], from v = i + c
//
//   x       (2)        the factor and the addend, from memory so that no compiler knows them
//   y       (count)    written so that no compiler may leave the chains out
TENSOR(0, readonly,  float, x)
TENSOR(1, writeonly, float, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(y)
    uint count;
    uint turns;
};

void main() {
    vec4 factor = vec4(x.at[0]), addend = vec4(x.at[1]);
    FOR_EACH(i, count) {
        vec4 v0 = vec4(0.0, 1.0, 2.0, 3.0) + float(i), v1 = v0 + 4.0, v2 = v0 + 8.0, v3 = v0 + 12.0;
        for (uint turn = 0; turn < turns; turn++)
            [[unroll]] for (int step = 0; step < 8; step++) {
                v0 = fma(v0, factor, addend);
                v1 = fma(v1, factor, addend);
                v2 = fma(v2, factor, addend);
                v3 = fma(v3, factor, addend);
            }
        vec4 sum = (v0 + v1) + (v2 + v3);
        y.at[i] = (sum.x + sum.y) + (sum.z + sum.w);
    }
}
