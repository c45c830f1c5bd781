#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// Reorders a convolution's weights for the kernels that read them by lane, padded with zeros to whole vectors and lanes.
//
//   weights   [R][S][C][K]   float32, the master layout; a linear layer is R = S = 1; with GROUPS [R][S][groupInputs][K]
//   packed    [ceil(K / (lanes*laneChannels))][A][B][laneChannels][lanes][V]   float32, or float16 with HALF (rounded to nearest)
//
//   LANES  for conv2d_lanes.comp:   A = ceil(C / V) channel vectors, B = R*S taps;        V adjacent channels of one tap
//   ROWS   for conv2d_stem.comp:    A = R kernel rows, B = ceil(S*C / V) vectors of one;  V adjacent floats of a row's S*C
//
// TURNED (with LANES, float32) packs the weights turned by half a circle, their channels swapped: weights is then [R][S][K][C],
// of which packed has the taps (R-1-r, S-1-s). That is what the gradient of the data convolves with.
//
// GROUPS (with LANES) packs a convolution in groups: of each block of output channels the `depth` input channels that hold all
// of its groups, and zeros where an input and an output belong to different ones. TURNED weights are [R][S][groupOutputs][C] then.
//
// Output channel k = (block * lanes + lane) * laneChannels + its index in the lane, so a lane's channels are neighbours.
// One thread a lane of a vector: it writes all taps and channels of that lane, so divisions are few. `count` is how many there are,
// blocks * A * lanes.
TENSOR(0, readonly,  float,   weights)
TENSOR(1, writeonly, ELEMENT, packed)

layout(push_constant) uniform Push {
    ADDRESS(weights) ADDRESS(packed)
    uint count;
    uint kernelHeight, kernelWidth, inChannels, outChannels;    // R, S, C, K
    uint lanes, laneChannels, vector;                           // as the kernel that reads them is specialised; vector is V
    uint depth;                                                 // LANES: as that kernel has it; ROWS: S*C
    uint groupInputs, groupOutputs;
};

void main() {
#ifdef LANES
    uint outer = (depth + vector - 1) / vector, inner = kernelHeight * kernelWidth;
#else
    uint outer = kernelHeight, inner = (depth + vector - 1) / vector;
#endif
    FOR_EACH(i, count) {
        uint lane = i % lanes, slice = i / lanes, a = slice % outer, k0 = (slice / outer * lanes + lane) * laneChannels;
        uint to = slice * inner * laneChannels * lanes * vector + lane * vector;
#ifdef GROUPS
        uint first = min((k0 - lane * laneChannels) / groupOutputs * groupInputs / vector * vector, inChannels - depth);
#endif
        for (uint b = 0; b < inner; b++) {
#ifdef LANES
            uint tap = b, d0 = a * vector;
#else
            uint tap = a, d0 = b * vector;      // a row of them
#endif
            for (uint k = k0; k < k0 + laneChannels; k++, to += lanes * vector) {
                for (uint v = 0; v < vector; v++) {
#if defined(GROUPS)
                    uint c = first + d0 + v, group = k / groupOutputs;
                    bool real = k < outChannels && c / groupInputs == group;
#ifdef TURNED
                    uint from = ((inner - 1 - tap) * groupOutputs + k - group * groupOutputs) * inChannels + c;
#else
                    uint from = (tap * groupInputs + c - group * groupInputs) * outChannels + k;
#endif
#elif defined(TURNED)
                    bool real = d0 + v < depth && k < outChannels;
                    uint from = ((inner - 1 - tap) * outChannels + k) * depth + d0 + v;
#else
                    bool real = d0 + v < depth && k < outChannels;
                    uint from = (tap * depth + d0 + v) * outChannels + k;
#endif
                    packed.at[to + v] = ELEMENT(real ? weights.at[from] : 0.0);
                }
            }
        }
    }
}
