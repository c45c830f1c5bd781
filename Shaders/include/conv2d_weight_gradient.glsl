// What conv2d_weight_gradient_lanes.comp and conv2d_weight_gradient_stem.comp share: loads, tensors, push constants, stores. Include it after
// the specialization constants, which it uses: SHUFFLE, LANE_CHANNELS.
#include "tensor.glsl"
#include "broadcast.glsl"
#extension GL_EXT_control_flow_attributes : require
#if defined(LOAD_64) || defined(PAIRS)
#extension GL_ARB_gpu_shader_int64 : require
#endif

#if defined(LOAD_TEXELS)
#define V 4
#define VECTOR vec4
TEXELS(0, x)
TEXELS(1, dy)
#define LOAD(tensor, i) texelFetch(tensor, i)
#elif defined(LOAD_64)
#define V 2
#define VECTOR vec2
TENSOR(0, readonly, uint64_t, x)
TENSOR(1, readonly, uint64_t, dy)
#define LOAD(tensor, i) uintBitsToFloat(unpackUint2x32(tensor.at[i]))
#else
#define V 1
#define VECTOR float
TENSOR(0, readonly, float, x)
TENSOR(1, readonly, float, dy)
#define LOAD(tensor, i) tensor.at[i]
#endif

#if V == 1
#define PART(vector, i) vector
#else
#define PART(vector, i) vector[i]
#endif

#ifdef PAIRS
TENSOR(2, writeonly, uint64_t, sums)
#else
TENSOR(2, writeonly, float, sums)
#endif

layout(push_constant) uniform Push {
#ifndef LOAD_TEXELS
    ADDRESS(x) ADDRESS(dy)
#endif
    ADDRESS(sums)
    int xOffset, dyOffset;                  // elements; multiples of V
    int images;                             // N
    int inChannels, height, width;          // C, H, W
    int outChannels, outHeight, outWidth;   // K, P, Q
    int splits;
    int depth;                              // input channels that meet a workgroup's: C without groups
    int groupInputs, groupOutputs;          // channels of a group: C and K without
};

// A lane's channels of one pixel of dy: whole vectors, or its part of one that it shares with its neighbours.
const int DY_LOADS = LANE_CHANNELS < V ? 1 : LANE_CHANNELS / V;
VECTOR ofLane(VECTOR value, int lane) {
#if V == 4
    if (LANE_CHANNELS == 2 && lane % 2 == 1) value.xy = value.zw;
    if (LANE_CHANNELS == 1) value.x = value[lane % 4];
#elif V == 2
    if (LANE_CHANNELS == 1) value.x = value[lane % 2];
#endif
    return value;
}

// Writes a lane's sums, which begin at element i.
void store(float sum[LANE_CHANNELS], int i) {
#ifdef PAIRS
    [[unroll]] for (int k = 0; k < LANE_CHANNELS; k += 2)
        sums.at[(i + k) >> 1] = packUint2x32(floatBitsToUint(vec2(sum[k], sum[k + 1])));
#else
    [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++) sums.at[i + k] = sum[k];
#endif
}
