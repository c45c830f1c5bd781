#version 460
#include "tensor.glsl"
#include "flat.glsl"

// A convolution and the batch norm behind it as one convolution:
//
//   scale[k]            = weight[k] / sqrt(variance[k] + epsilon)
//   folded[r,s,c,k]     = taps[r,s,c,k] * scale[k]
//   foldedBias[k]       = (convolutionBias[k] - mean[k]) * scale[k] + bias[k]        without HAS_BIAS convolutionBias is 0
//
// One thread makes ROWS rows of one output channel.
//
//   taps, folded      [R][S][C][K], of which `rows` = R * S * C
//   the others          (K)
TENSOR(0, readonly,  float, taps)
TENSOR(1, readonly,  float, weight)
TENSOR(2, readonly,  float, bias)
TENSOR(3, readonly,  float, mean)
TENSOR(4, readonly,  float, variance)
TENSOR(5, writeonly, float, folded)
TENSOR(6, writeonly, float, foldedBias)
#ifdef HAS_BIAS
TENSOR(7, readonly,  float, convolutionBias)
#endif

layout(push_constant) uniform Push {
    ADDRESS(taps) ADDRESS(weight) ADDRESS(bias) ADDRESS(mean) ADDRESS(variance) ADDRESS(folded) ADDRESS(foldedBias)
#ifdef HAS_BIAS
    ADDRESS(convolutionBias)
#endif
    uint rows;
    uint channels;      // K
    float epsilon;
};

const uint ROWS = 64u;

void main() {
    FOR_EACH(i, (rows + ROWS - 1u) / ROWS * channels) {
        uint k = i % channels, first = i / channels * ROWS;
        float scale = weight.at[k] / sqrt(variance.at[k] + epsilon);
        for (uint row = first; row < min(first + ROWS, rows); row++) folded.at[row * channels + k] = taps.at[row * channels + k] * scale;
        if (first == 0u) {
#ifdef HAS_BIAS
            float shift = convolutionBias.at[k] - mean.at[k];
#else
            float shift = -mean.at[k];
#endif
            foldedBias.at[k] = shift * scale + bias.at[k];
        }
    }
}
