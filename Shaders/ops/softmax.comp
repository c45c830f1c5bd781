#version 460
#include "tensor.glsl"
#include "flat.glsl"

// Softmax over the channels of each pixel: y[i,c] = exp(x[i,c] - max x[i]) / sum over c of the same. The maximum is taken out first, so
// nothing overflows. One thread makes one row: rows are few, and the sum's order is fixed.
//
//   x, y    (N, C, H, W), of which `rows` = N * H * W
TENSOR(0, readonly,  float, x)
TENSOR(1, writeonly, float, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(y)
    uint rows;
    uint channels;
};

void main() {
    FOR_EACH(row, rows) {
        uint first = row * channels;
        float largest = x.at[first];
        for (uint c = 1; c < channels; c++) largest = max(largest, x.at[first + c]);
        float sum = 0.0;
        for (uint c = 0; c < channels; c++) sum += exp(x.at[first + c] - largest);
        for (uint c = 0; c < channels; c++) y.at[first + c] = exp(x.at[first + c] - largest) / sum;
    }
}
