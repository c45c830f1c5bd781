#version 460
#include "vectors.glsl"
#include "step.glsl"
#include "random.glsl"
#include "flat.glsl"

// Inverted dropout: y[i] = 0 where the i-th random number is below the rate, else x[i] * scale with scale = 1 / (1 - rate).
//
//   x, y    (N, C, H, W), of which `count` vectors; i counts the elements as they lie in memory
//   step    see step.glsl: the numbers are functions of KEY, STEP, the operation's own salt, and i
//
// What is dropped does not depend on how the device loads. The gradient is the same of dy.
SOURCE(0, x)
TENSOR(1, readonly, uint, step)
SINK(2, y)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(x) ADDRESS(step) ADDRESS(y)
    int xOffset;
    uint count;
    uint salt;
    float rate;
    float scale;
};

void main() {
    uint key = randomKey(randomKey(step.at[KEY], step.at[STEP]), salt);
    FOR_EACH(i, count) {
        VECTOR value = LOAD(x, i);
        [[unroll]] for (int j = 0; j < V; j++) {
            bool isDropped = randomUniform(key, i * V + j) < rate;
            PART(value, j) = isDropped ? 0.0 : PART(value, j) * scale;
        }
        STORE(y, i, value)
    }
}
