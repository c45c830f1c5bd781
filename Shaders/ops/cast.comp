#version 460
#include "tensor.glsl"
#include "flat.glsl"
#extension GL_EXT_shader_16bit_storage : require

// float32 to float16 storage (rounded to the nearest, ties to even) under TO_HALF, else back. Flat.
#ifdef TO_HALF
TENSOR(0, readonly,  float,     x)
TENSOR(1, writeonly, float16_t, y)
#else
TENSOR(0, readonly,  float16_t, x)
TENSOR(1, writeonly, float,     y)
#endif

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(y)
    uint count;
};

void main() {
    FOR_EACH(i, count) {
#ifdef TO_HALF
        y.at[i] = float16_t(x.at[i]);
#else
        y.at[i] = float(x.at[i]);
#endif
    }
}
