#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// Batch norm with running statistics (inference):
//
//   y[n,h,w,c] = (x[n,h,w,c] - mean[c]) / sqrt(variance[c] + epsilon) * weight[c] + bias[c]
//
//   x, y                            (N, C, H, W)
//   weight, bias, mean, variance    (C)
TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, readonly,  float,   weight)
TENSOR(2, readonly,  float,   bias)
TENSOR(3, readonly,  float,   mean)
TENSOR(4, readonly,  float,   variance)
TENSOR(5, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(weight) ADDRESS(bias) ADDRESS(mean) ADDRESS(variance) ADDRESS(y)
    uint count;
    uint channels;
    float epsilon;
};

void main() {
    FOR_EACH(i, count) {
        uint c = i % channels;
        y.at[i] = ELEMENT((float(x.at[i]) - mean.at[c]) / sqrt(variance.at[c] + epsilon) * weight.at[c] + bias.at[c]);
    }
}
