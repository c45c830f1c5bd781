#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// Reorders a convolution's weights for the kernels that read them by lane, padded with zeros to whole vectors and lanes.
//
//   weights   [R][S][C][K]   float32, the master layout; a linear layer is R = S = 1
//   packed    [ceil(K / (lanes*laneChannels))][A][B][laneChannels][lanes][V]   float32, or float16 with HALF (rounded to nearest)
//
//   LANES  for conv2d_lanes.comp:   A = ceil(C / V) channel vectors, B = R*S taps;        V adjacent channels of one tap
//   ROWS   for conv2d_stem.comp:    A = R kernel rows, B = ceil(S*C / V) vectors of one;  V adjacent floats of a row's S*C
//
// Output channel k = (block * lanes + lane) * laneChannels + its index in the lane, so a lane's channels are neighbours.
// One thread an element of packed. `count` is packed's element count.
TENSOR(0, readonly,  float,   weights)
TENSOR(1, writeonly, ELEMENT, packed)

layout(push_constant) uniform Push {
    ADDRESS(weights) ADDRESS(packed)
    uint count;
    uint kernelHeight, kernelWidth, inChannels, outChannels;    // R, S, C, K
    uint lanes, laneChannels, vector;                           // as the kernel that reads them is specialised; vector is V
};

void main() {
#ifdef LANES
    uint outer = (inChannels + vector - 1) / vector, inner = kernelHeight * kernelWidth, depth = inChannels;
#else
    uint depth = kernelWidth * inChannels, outer = kernelHeight, inner = (depth + vector - 1) / vector;
#endif
    FOR_EACH(i, count) {
        uint rest = i;
        uint v = rest % vector; rest /= vector;
        uint lane = rest % lanes; rest /= lanes;
        uint part = rest % laneChannels; rest /= laneChannels;
        uint b = rest % inner; rest /= inner;
        uint a = rest % outer;
        uint k = (rest / outer * lanes + lane) * laneChannels + part;
#ifdef LANES
        uint group = b, d = a * vector + v;
#else
        uint group = a, d = b * vector + v;
#endif
        bool real = d < depth && k < outChannels;
        packed.at[i] = ELEMENT(real ? weights.at[(group * depth + d) * outChannels + k] : 0.0);
    }
}
