#version 460
#include "vectors.glsl"
#include "flat.glsl"

// The gradient of y = max(x, 0) from its outcome: dx = 0 where y <= 0, else dy. Where y is NaN dy passes, as in PyTorch.
//
//   dy, y, dx   any shape, of which `count` vectors
SOURCE(0, dy)
SOURCE(1, y)
SINK(2, dx)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(dy) SOURCE_ADDRESS(y) ADDRESS(dx)
    int dyOffset, yOffset;
    uint count;
};

void main() {
    FOR_EACH(i, count) {
        VECTOR gradient = LOAD(dy, i), value = LOAD(y, i);
        [[unroll]] for (int j = 0; j < V; j++) PART(gradient, j) = PART(value, j) <= 0.0 ? 0.0 : PART(gradient, j);
        STORE(dx, i, gradient)
    }
}
