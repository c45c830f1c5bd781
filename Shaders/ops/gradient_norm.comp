#version 460
#include "vectors.glsl"
#include "step.glsl"

// norm = sqrt(sum over all gradients of (gradientScale * gradient)^2), in two passes of fixed order. NaN and infinity come
// through.
//
//   gradients   flat; a dispatch of SQUARES for each block of them
//   partials    one sum a workgroup
//   norm        (1)
//
// A thread sums with the grid's stride, a group sums its threads in a tree. FINISH is one workgroup.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LANES = 64u;         // a power of two

#ifdef SQUARES
SOURCE(0, gradients)
TENSOR(1, writeonly, float, partials)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(gradients) ADDRESS(partials)
    uint count;             // vectors
    int gradientsOffset;
    uint first;             // the partial of this dispatch's first group
};
#else
TENSOR(0, readonly,  float, partials)
TENSOR(1, readonly,  uint,  step)
TENSOR(2, writeonly, float, norm)

layout(push_constant) uniform Push {
    ADDRESS(partials) ADDRESS(step) ADDRESS(norm)
    uint count;
};
#endif

shared float sums[LANES];

void main() {
    uint lane = gl_LocalInvocationID.x;
    float sum = 0.0;
#ifdef SQUARES
    for (uint i = gl_GlobalInvocationID.x; i < count; i += gl_NumWorkGroups.x * LANES) {
        VECTOR gradient = LOAD(gradients, i);
        float squares = 0.0;
        [[unroll]] for (int j = 0; j < V; j++) squares += PART(gradient, j) * PART(gradient, j);
        sum += squares;
    }
#else
    for (uint i = lane; i < count; i += LANES) sum += partials.at[i];
#endif
    sums[lane] = sum;
    barrier();
    for (uint half_ = LANES / 2u; half_ > 0u; half_ /= 2u) {
        if (lane < half_) sums[lane] += sums[lane + half_];
        barrier();
    }
    if (lane == 0u) {
#ifdef SQUARES
        partials.at[first + gl_WorkGroupID.x] = sums[0];
#else
        norm.at[0] = abs(stepFloat(step, GRADIENT_SCALE)) * sqrt(sums[0]);
#endif
    }
}
