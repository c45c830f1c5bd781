#version 460
#include "tensor.glsl"
#include "quads.glsl"
#include "flat.glsl"
#include "step.glsl"

// newSum = kept * sum + share * gradients, flat vectors; in place, as each element is read before it is written. One thread makes
// four elements.
QUADS_IN(0,  sum)
QUADS_IN(1,  gradients)
TENSOR(2, readonly, uint, step)
QUADS_OUT(3, newSum)

layout(push_constant) uniform Push {
    QUADS_ADDRESS(sum) QUADS_ADDRESS(gradients) ADDRESS(step) ADDRESS(newSum)
    uint quads;
    uint sumQuad, gradientsQuad;
};

void main() {
    float kept = stepFloat(step, KEPT_SUM), share = stepFloat(step, BATCH_SHARE);
    FOR_EACH(i, quads) STORE_QUAD(newSum, i, kept * LOAD_QUAD(sum, i) + share * LOAD_QUAD(gradients, i));
}
