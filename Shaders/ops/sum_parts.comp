#version 460
#include "tensor.glsl"
#include "flat.glsl"
#ifdef LOAD_64
#extension GL_ARB_gpu_shader_int64 : require
#endif

// y[i] = sum over parts of parts[part][i], in order: the second pass of a sum that was divided.
//
//   parts   [count of parts][length]   starts at element offset of its memory block under LOAD_TEXELS
//   y       [length]
//
// One thread makes V elements: LOAD_TEXELS 4, LOAD_64 2 (length divisible by it), LOAD_32 1.
#if defined(LOAD_TEXELS)
TEXELS(0, parts)
TENSOR(1, writeonly, float, y)
#elif defined(LOAD_64)
TENSOR(0, readonly,  uint64_t, parts)
TENSOR(1, writeonly, uint64_t, y)
#else
TENSOR(0, readonly,  float, parts)
TENSOR(1, writeonly, float, y)
#endif

layout(push_constant) uniform Push {
#ifndef LOAD_TEXELS
    ADDRESS(parts)
#endif
    ADDRESS(y)
    uint vectors, count;        // length / V; how many parts
    uint offset;                // elements
};

void main() {
    uint step = vectors, end = count * vectors;
    FOR_EACH(i, vectors) {
#if defined(LOAD_TEXELS)
        vec4 sum = vec4(0.0);
        for (uint at = offset / 4 + i, last = at + end - i; at < last; at += step) sum += texelFetch(parts, int(at));
        y.at[4 * i] = sum.x;
        y.at[4 * i + 1] = sum.y;
        y.at[4 * i + 2] = sum.z;
        y.at[4 * i + 3] = sum.w;
#elif defined(LOAD_64)
        vec2 sum = vec2(0.0);
        for (uint at = i; at < end; at += step) sum += uintBitsToFloat(unpackUint2x32(parts.at[at]));
        y.at[i] = packUint2x32(floatBitsToUint(sum));
#else
        float sum = 0.0;
        for (uint at = i; at < end; at += step) sum += parts.at[at];
        y.at[i] = sum;
#endif
    }
}
