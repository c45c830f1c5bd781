// What conv2d_lanes.comp, conv2d_stem.comp and conv2d_lanes_transposed.comp share: loads, tensors, push constants, and the
// epilogue, of which the last has none (PLAIN). Include it after the specialization constants, which it uses: LANE_CHANNELS,
// TILE_WIDTH, TILE_HEIGHT, SHUFFLE, RESIDUAL, RELU.
#include "tensor.glsl"
#include "element.glsl"
#include "broadcast.glsl"
#extension GL_EXT_control_flow_attributes : require
#ifdef PAIRS
#extension GL_KHR_shader_subgroup_quad : require
#endif

#ifdef HALF
#define PAIR uint
vec2 unpackPair(uint pair) { return unpackHalf2x16(pair); }
uint packPair(vec2 pair) { return packHalf2x16(pair); }
#else
#define PAIR uint64_t
#endif

#if defined(LOAD_64) || (defined(PAIRS) && !defined(HALF))
#extension GL_ARB_gpu_shader_int64 : require
#endif
#if defined(PAIRS) && !defined(HALF)
vec2 unpackPair(uint64_t pair) { return uintBitsToFloat(unpackUint2x32(pair)); }
uint64_t packPair(vec2 pair) { return packUint2x32(floatBitsToUint(pair)); }
#endif

#if defined(LOAD_TEXELS)
#define V 4
#define VECTOR vec4
TEXELS(0, x)
TEXELS(1, weights)
#ifndef PLAIN
TEXELS(3, residual)
#endif
#define LOAD(tensor, i) texelFetch(tensor, i)
#elif defined(LOAD_64)
TENSOR(0, readonly, uint64_t, x)
TENSOR(1, readonly, uint64_t, weights)
#ifdef HALF
#define V 4
#define VECTOR vec4
vec4 unpackWord(uint64_t word) {
    uvec2 pairs = unpackUint2x32(word);
    return vec4(unpackHalf2x16(pairs.x), unpackHalf2x16(pairs.y));
}
#else
#define V 2
#define VECTOR vec2
vec2 unpackWord(uint64_t word) { return uintBitsToFloat(unpackUint2x32(word)); }
#endif
#define LOAD(tensor, i) unpackWord(tensor.at[i])
#else
#define V 1
#define VECTOR float
TENSOR(0, readonly, ELEMENT, x)
TENSOR(1, readonly, ELEMENT, weights)
#define LOAD(tensor, i) float(tensor.at[i])
#endif

#if V == 1
#define PART(vector, i) vector
#else
#define PART(vector, i) vector[i]
#endif

#ifdef PAIRS
#define STORED PAIR
#else
#define STORED ELEMENT
#endif
#ifdef PLAIN
TENSOR(2, writeonly, STORED, y)
#else
TENSOR(2, readonly,  float,  bias)
#ifndef LOAD_TEXELS
TENSOR(3, readonly,  STORED, residual)
#endif
TENSOR(4, writeonly, STORED, y)
#endif

layout(push_constant) uniform Push {
#ifndef LOAD_TEXELS
    ADDRESS(x) ADDRESS(weights)
#endif
#ifndef PLAIN
    ADDRESS(bias)
#ifndef LOAD_TEXELS
    ADDRESS(residual)
#endif
#endif
    ADDRESS(y)
    int xOffset, weightsOffset;             // elements; multiples of V
#ifndef PLAIN
    int residualOffset;                     // elements; a multiple of 4; with LOAD_TEXELS only
#endif
    int inChannels, height, width;          // C, H, W
    int outChannels, outHeight, outWidth;   // K, P, Q
    int depth;                              // input channels that meet a workgroup's: C without groups
    int groupInputs, groupOutputs;          // channels of a group: C and K without
};

// The first of the input channels that a workgroup sums over, in vectors: with groups, of a span that holds all groups of its
// output channels. What does not belong together meets zeros among the weights.
int firstVector() {
    int firstOutput = int(gl_WorkGroupID.y) * int(gl_WorkGroupSize.x) * LANE_CHANNELS;
    return min(firstOutput / groupOutputs * groupInputs, inChannels - depth) / V;
}

#ifdef PAIRS
// Elements i and i + 1 of the residual; i is even.
#ifdef LOAD_TEXELS
#define PAIR_OF_RESIDUAL(i) pairOfTexel(texelFetch(residual, (toResidual + (i)) >> 2), i)
vec2 pairOfTexel(vec4 texel, int i) { return (i & 2) == 0 ? texel.xy : texel.zw; }
#else
#define PAIR_OF_RESIDUAL(i) unpackPair(HELD(residual).at[(i) >> 1])
#endif

// The value of the lane beside: 1 of 0, 0 of 1, 3 of 2 and so on.
float fromNeighbour(float value) {
    int lane = int(gl_SubgroupInvocationID) & 3;
    float of0 = subgroupQuadBroadcast(value, 0), of1 = subgroupQuadBroadcast(value, 1);
    float of2 = subgroupQuadBroadcast(value, 2), of3 = subgroupQuadBroadcast(value, 3);
    return lane == 0 ? of1 : lane == 1 ? of0 : lane == 2 ? of3 : of2;
}
#endif

// Adds the residual, clamps and writes the tile of an image that begins at pixel (p0, q0), this lane's part of it at channel k0.
void store(float sum[LANE_CHANNELS][TILE_HEIGHT][TILE_WIDTH], int image, int p0, int q0, int k0) {
    HOLD(y)
#ifndef PLAIN
#ifdef LOAD_TEXELS
    int toResidual = residualOffset;
#else
    HOLD(residual)
#endif
#endif
    int rows = outHeight, columns = outWidth, channels = outChannels;
    int first = ((image * rows + p0) * columns + q0) * channels + k0;
#ifdef PAIRS
    if (LANE_CHANNELS == 1) {
        // A store is a loop over the lanes on some drivers, so two pixels take one: of neighbouring lanes the one stores both
        // channels of the first, the other those of the second.
        bool odd = (gl_SubgroupInvocationID & 1) != 0;
        int k = odd ? -1 : 0;
        [[unroll]] for (int t = 0; t < TILE_HEIGHT * TILE_WIDTH; t += 2) {
            int next = t + 1 < TILE_HEIGHT * TILE_WIDTH ? t + 1 : t;
            float here = sum[0][t / TILE_WIDTH][t % TILE_WIDTH], there = sum[0][next / TILE_WIDTH][next % TILE_WIDTH];
            float kept = odd ? there : here, given = fromNeighbour(odd ? here : there);
            vec2 value = odd ? vec2(given, kept) : vec2(kept, given);
            int p = odd ? next / TILE_WIDTH : t / TILE_WIDTH, q = odd ? next % TILE_WIDTH : t % TILE_WIDTH;
            if (p0 + p < rows && q0 + q < columns && k0 + k < channels && !(odd && next == t)) {
                int i = first + (p * columns + q) * channels + k;
#ifndef PLAIN
                if (RESIDUAL) value += PAIR_OF_RESIDUAL(i);
                if (RELU) value = mix(value, vec2(0.0), lessThan(value, vec2(0.0)));
#endif
                HELD(y).at[i >> 1] = packPair(value);
            }
        }
        return;
    }
#endif
    [[unroll]] for (int p = 0; p < TILE_HEIGHT; p++)
        [[unroll]] for (int q = 0; q < TILE_WIDTH; q++)
            if (p0 + p < rows && q0 + q < columns) {
                int i = first + (p * columns + q) * channels;
#ifdef PAIRS
                [[unroll]] for (int k = 0; k < LANE_CHANNELS; k += 2)
                    if (k0 + k < channels) {
                        vec2 value = vec2(sum[k][p][q], sum[min(k + 1, LANE_CHANNELS - 1)][p][q]);
#ifndef PLAIN
                        if (RESIDUAL) value += PAIR_OF_RESIDUAL(i + k);
                        if (RELU) value = mix(value, vec2(0.0), lessThan(value, vec2(0.0)));
#endif
                        HELD(y).at[(i + k) >> 1] = packPair(value);
                    }
#else
                [[unroll]] for (int k = 0; k < LANE_CHANNELS; k++)
                    if (k0 + k < channels) {
                        float value = sum[k][p][q];
#ifndef PLAIN
#ifdef LOAD_TEXELS
                        if (RESIDUAL) value += texelFetch(residual, (toResidual + i + k) >> 2)[(i + k) & 3];
#else
                        if (RESIDUAL) value += float(HELD(residual).at[i + k]);
#endif
                        if (RELU) value = value < 0.0 ? 0.0 : value;
#endif
                        HELD(y).at[i + k] = ELEMENT(value);
                    }
#endif
            }
}
