#version 460
#include "vectors.glsl"
#include "flat.glsl"

// y = max(x, 0), element by element; NaN stays NaN, as in PyTorch.
//
//   x, y   any shape, of which `count` vectors
SOURCE(0, x)
SINK(1, y)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(x) ADDRESS(y)
    int xOffset;
    uint count;
};

void main() {
    FOR_EACH(i, count) {
        VECTOR v = LOAD(x, i);
        [[unroll]] for (int j = 0; j < V; j++) PART(v, j) = PART(v, j) < 0.0 ? 0.0 : PART(v, j);
        STORE(y, i, v)
    }
}
