#version 460
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"

// newSum = kept * sum + share * gradients, flat vectors; in place, as each element is read before it is written. One thread makes
// V elements.
SOURCE(0,  sum)
SOURCE(1,  gradients)
TENSOR(2, readonly, uint, step)
SINK(3, newSum)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(sum) SOURCE_ADDRESS(gradients) ADDRESS(step) ADDRESS(newSum)
    uint count;
    int sumOffset, gradientsOffset;
};

void main() {
    float kept = stepFloat(step, KEPT_SUM), share = stepFloat(step, BATCH_SHARE);
    FOR_EACH(i, count) STORE(newSum, i, kept * LOAD(sum, i) + share * LOAD(gradients, i));
}
