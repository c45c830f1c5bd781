#version 460
#include "vectors.glsl"
#include "flat.glsl"

// y = a + b, element by element; with RELU y = max(a + b, 0), where NaN stays NaN.
//
//   a, b, y   any shape, of which `count` vectors
SOURCE(0, a)
SOURCE(1, b)
SINK(2, y)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(a) SOURCE_ADDRESS(b) ADDRESS(y)
    int aOffset, bOffset;
    uint count;
};

void main() {
    FOR_EACH(i, count) {
        VECTOR v = LOAD(a, i) + LOAD(b, i);
#ifdef RELU
        [[unroll]] for (int j = 0; j < V; j++) PART(v, j) = PART(v, j) < 0.0 ? 0.0 : PART(v, j);
#endif
        STORE(y, i, v)
    }
}
