#version 460
#include "tensor.glsl"
#include "quads.glsl"
#include "flat.glsl"

// newSum = sum + gradients, flat vectors; in place, as each element is read before it is written. One thread makes four elements.
QUADS_IN(0,  sum)
QUADS_IN(1,  gradients)
QUADS_OUT(2, newSum)

layout(push_constant) uniform Push {
    QUADS_ADDRESS(sum) QUADS_ADDRESS(gradients) ADDRESS(newSum)
    uint quads;
    uint sumQuad, gradientsQuad;
};

void main() {
    FOR_EACH(i, quads) STORE_QUAD(newSum, i, LOAD_QUAD(sum, i) + LOAD_QUAD(gradients, i));
}
